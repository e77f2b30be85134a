CREATE TABLE k (
    a integer,
    b integer,
    PRIMARY KEY (a) INCLUDE (b) NOT DEFERRABLE,
    CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (b)
);
