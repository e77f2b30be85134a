CREATE TABLE thing (
    id integer
);
CREATE UNIQUE INDEX ix ON thing (id) NULLS NOT DISTINCT;
