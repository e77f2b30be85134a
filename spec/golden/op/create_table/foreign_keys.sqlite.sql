CREATE TABLE report (
    id integer PRIMARY KEY,
    product integer NOT NULL REFERENCES product (id),
    owner integer CONSTRAINT fk_owner REFERENCES account (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    a text,
    b text,
    CONSTRAINT fk_release FOREIGN KEY (a, b) REFERENCES "release" (product, version) MATCH FULL DEFERRABLE
);
