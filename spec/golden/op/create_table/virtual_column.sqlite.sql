CREATE TABLE item (
    price integer,
    twice integer GENERATED ALWAYS AS (price * 2) VIRTUAL
);
