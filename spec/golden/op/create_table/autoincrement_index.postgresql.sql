CREATE TABLE item (
    id serial PRIMARY KEY,
    name text COLLATE "NOCASE"
);
CREATE INDEX ix_item_name ON item (name);
