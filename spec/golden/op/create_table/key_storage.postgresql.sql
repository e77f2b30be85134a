CREATE TABLE thing (
    id integer,
    other integer,
    room int4range,
    CONSTRAINT pk PRIMARY KEY (id) WITH (fillfactor = 70) USING INDEX TABLESPACE pg_default,
    CONSTRAINT uq UNIQUE (other) WITH (fillfactor = 70) USING INDEX TABLESPACE pg_default,
    CONSTRAINT ex EXCLUDE USING gist (room WITH &&) INCLUDE (id) WITH (fillfactor = 70) USING INDEX TABLESPACE pg_default
);
