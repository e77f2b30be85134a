CREATE TABLE item (
    price integer,
    UNIQUE NULLS NOT DISTINCT (price)
);
