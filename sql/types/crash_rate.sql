-- One line of a report about stability.
CREATE TYPE crash_rate AS (
    day date,
    version text,
    reports bigint,
    users bigint,
    per_hundred_users numeric(10, 2)
);
