CREATE TABLE thing (
    id integer PRIMARY KEY
);
CREATE TABLE item (
    price integer,
    thing integer REFERENCES thing (id) NOT ENFORCED,
    CHECK (price > 0) NOT ENFORCED,
    CHECK (price < 1000),
    FOREIGN KEY (price) REFERENCES thing (id) DEFERRABLE INITIALLY DEFERRED NOT ENFORCED
);
