-- look at the table
-- query
SELECT 1 FROM account WHERE id IS NULL LIMIT 1;
-- rebuild
CREATE TABLE neap_new_account (id integer, name text, other text, CONSTRAINT ck_id CHECK (id > 0), CONSTRAINT fk FOREIGN KEY (id) REFERENCES product (id) ON DELETE CASCADE, CONSTRAINT pk PRIMARY KEY (id));
INSERT OR ABORT INTO neap_new_account SELECT * FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
CREATE INDEX ix_old ON account (name);
-- rebuilt
