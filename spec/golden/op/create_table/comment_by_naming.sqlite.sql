CREATE TABLE thing (
    id integer,
    CONSTRAINT uq_thing_id UNIQUE (id)
);
