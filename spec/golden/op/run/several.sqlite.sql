CREATE TABLE item (
    id integer
);
ALTER TABLE item ADD COLUMN a text;
CREATE INDEX ix_item_a ON item (a);
