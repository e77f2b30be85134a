-- look at the table
CREATE TABLE IF NOT EXISTS main.neap_loaded (project text NOT NULL, file text NOT NULL, hash text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
CREATE TABLE IF NOT EXISTS main.neap_definition (id integer PRIMARY KEY, project text NOT NULL, revision text NOT NULL, file text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
-- procs/a.sql
SELECT 1;
DELETE FROM main.neap_loaded WHERE project = 'neap_version' AND file = 'procs/a.sql';
INSERT INTO main.neap_loaded (project, file, hash, type, name, definition)
SELECT 'neap_version', 'procs/a.sql', '', COALESCE(m.type, ''), COALESCE(m.name, ''), m.sql
FROM (SELECT 1) LEFT JOIN main.sqlite_master m ON m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ();
