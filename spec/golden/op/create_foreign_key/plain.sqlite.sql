-- look at the table
-- rebuild
CREATE TABLE neap_new_report (id integer, product_id integer, a integer, b integer, CONSTRAINT fk_product FOREIGN KEY (product_id) REFERENCES product (id));
INSERT OR ABORT INTO neap_new_report (rowid, id, product_id, a, b) SELECT rowid, id, product_id, a, b FROM report;
DROP TABLE report;
ALTER TABLE neap_new_report RENAME TO report;
-- rebuilt
