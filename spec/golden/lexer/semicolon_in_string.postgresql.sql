-- (golang-migrate/migrate#495, pressly/goose#668)
INSERT INTO t VALUES (';');
INSERT INTO t VALUES ('it''s; -- fine'), ('/* ; */');

-- the end; of the file
==== expected
---- statement, line 2
INSERT INTO t VALUES (';')
---- statement, line 3
INSERT INTO t VALUES ('it''s; -- fine'), ('/* ; */')
