CREATE TABLE item (
    a integer,
    b integer,
    c integer UNIQUE
);
CREATE INDEX ix_item_a ON item (a);
CREATE INDEX ix_b ON item (b);
