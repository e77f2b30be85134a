-- savepoint
CREATE TABLE a (
    id integer
);
-- savepoint
CREATE TABLE b (
    id integer
);
-- release
-- release
