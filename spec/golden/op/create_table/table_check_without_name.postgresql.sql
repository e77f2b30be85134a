CREATE TABLE item (
    a integer,
    CHECK (a > 0 AND a < 10)
);
