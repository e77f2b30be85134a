-- look at the table
-- query
SELECT 1 FROM account WHERE id IS NULL LIMIT 1;
-- rebuild
CREATE TABLE neap_new_account (id integer NOT NULL, email text NOT NULL, name text, CONSTRAINT pk_account PRIMARY KEY (id));
INSERT OR ABORT INTO neap_new_account SELECT * FROM account;
DROP TABLE account;
ALTER TABLE neap_new_account RENAME TO account;
-- rebuilt
