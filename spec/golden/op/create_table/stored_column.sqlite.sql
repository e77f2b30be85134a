CREATE TABLE item (
    a integer,
    b integer GENERATED ALWAYS AS (a * 2) STORED
);
