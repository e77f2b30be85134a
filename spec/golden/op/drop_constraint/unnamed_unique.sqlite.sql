-- look at the table
-- rebuild
CREATE TABLE neap_new_item (id integer PRIMARY KEY, price int CHECK (price>0) NOT NULL);
INSERT OR ABORT INTO neap_new_item SELECT * FROM item;
DROP TABLE item;
ALTER TABLE neap_new_item RENAME TO item;
-- rebuilt
