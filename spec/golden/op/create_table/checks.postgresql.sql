CREATE TABLE item (
    price numeric(10,2) CHECK (price >= 0),
    quantity integer CONSTRAINT ck_quantity CHECK (quantity > 0),
    CONSTRAINT ck_sane CHECK (price < 1000 OR quantity < 10),
    CHECK (price <> 13)
);
