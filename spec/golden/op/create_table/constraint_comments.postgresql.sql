CREATE TABLE thing (
    id integer,
    room int4range,
    other integer,
    CONSTRAINT pk_thing PRIMARY KEY (id),
    CONSTRAINT uq_thing UNIQUE (id, other),
    CONSTRAINT ck_thing CHECK (id > 0),
    CONSTRAINT fk_thing FOREIGN KEY (other) REFERENCES thing (id)
);
COMMENT ON CONSTRAINT pk_thing ON thing IS 'the key';
COMMENT ON CONSTRAINT uq_thing ON thing IS 'it''s one';
COMMENT ON CONSTRAINT ck_thing ON thing IS 'positive';
COMMENT ON CONSTRAINT fk_thing ON thing IS NULL;
CREATE INDEX ix_thing ON thing (other);
COMMENT ON INDEX ix_thing IS 'for joins';
