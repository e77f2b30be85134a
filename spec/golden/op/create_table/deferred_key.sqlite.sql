CREATE TABLE part (
    id integer PRIMARY KEY,
    whole integer REFERENCES part (id) DEFERRABLE INITIALLY DEFERRED
);
