CREATE TABLE thing (
    id integer,
    CONSTRAINT uq_thing_id UNIQUE (id)
);
COMMENT ON CONSTRAINT uq_thing_id ON thing IS 'one each';
