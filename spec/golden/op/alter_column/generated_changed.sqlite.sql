-- look at the table
-- rebuild
CREATE TABLE neap_new_item (price integer, twice integer GENERATED ALWAYS AS (price * 3) STORED);
INSERT OR ABORT INTO neap_new_item (rowid, price) SELECT rowid, price FROM item;
DROP TABLE item;
ALTER TABLE neap_new_item RENAME TO item;
-- rebuilt
