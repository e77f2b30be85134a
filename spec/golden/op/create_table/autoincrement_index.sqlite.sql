CREATE TABLE item (
    id integer PRIMARY KEY AUTOINCREMENT,
    name text COLLATE NOCASE
);
CREATE INDEX ix_item_name ON item (name);
