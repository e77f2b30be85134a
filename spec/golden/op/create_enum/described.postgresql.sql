CREATE TYPE mood AS ENUM ('sad', 'it''s');
ALTER TYPE mood RENAME VALUE 'sad' TO 'glum';
ALTER TYPE mood ADD VALUE 'new' BEFORE 'glum';
