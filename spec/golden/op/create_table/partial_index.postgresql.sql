CREATE TABLE item (
    id integer,
    name text
);
CREATE UNIQUE INDEX ix_item_name ON item (name DESC) WHERE id > 5;
