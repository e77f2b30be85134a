CREATE TABLE item (
    price integer CHECK (price > 0),
    n integer CONSTRAINT ck_n CHECK (n < 10)
);
