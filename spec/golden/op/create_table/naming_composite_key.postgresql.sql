CREATE TABLE release (
    a integer,
    b integer,
    CONSTRAINT pk_release PRIMARY KEY (a, b)
);
