CREATE TABLE thing (
    id integer,
    UNIQUE (id)
);
