-- look at the table
-- rebuild
CREATE TABLE neap_new_counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x text);
INSERT OR ABORT INTO neap_new_counted SELECT * FROM counted;
DROP TABLE counted;
ALTER TABLE neap_new_counted RENAME TO counted;
-- rebuilt
-- look at the table
-- rebuild
CREATE TABLE neap_new_counted (id INTEGER PRIMARY KEY, x text);
INSERT OR ABORT INTO neap_new_counted SELECT * FROM counted;
DROP TABLE counted;
ALTER TABLE neap_new_counted RENAME TO counted;
-- rebuilt
