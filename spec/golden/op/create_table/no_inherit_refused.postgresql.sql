CREATE TABLE thing (
    id integer,
    CONSTRAINT ck CHECK (id > 0) NO INHERIT
);
