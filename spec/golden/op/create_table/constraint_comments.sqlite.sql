CREATE TABLE thing (
    id integer NOT NULL,
    room text,
    other integer,
    CONSTRAINT pk_thing PRIMARY KEY (id),
    CONSTRAINT uq_thing UNIQUE (id, other),
    CONSTRAINT ck_thing CHECK (id > 0),
    CONSTRAINT fk_thing FOREIGN KEY (other) REFERENCES thing (id)
);
CREATE INDEX ix_thing ON thing (other);
