CREATE TYPE bixie."Mood" AS ENUM ('a');
COMMENT ON TYPE bixie."Mood" IS 'moods';
