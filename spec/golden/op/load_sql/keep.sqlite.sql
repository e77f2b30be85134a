-- look at the table
CREATE TABLE IF NOT EXISTS main.neap_loaded (project text NOT NULL, file text NOT NULL, hash text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
CREATE TABLE IF NOT EXISTS main.neap_definition (id integer PRIMARY KEY, project text NOT NULL, revision text NOT NULL, file text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
-- query
SELECT COALESCE(max(id), 0) AS id FROM main.neap_definition;
INSERT INTO main.neap_definition (project, revision, file, type, name, definition) VALUES ('neap_version', 'x.lua', 'procs/twice.sql', 'file', 'procs/twice.sql', 'script');
INSERT INTO main.neap_definition (project, revision, file, type, name, definition)
SELECT 'neap_version', 'x.lua', 'procs/twice.sql', m.type, m.name, m.sql FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND (m.name COLLATE NOCASE IN ('doubled', 'touch') OR m.name IN ()
    OR m.type = 'trigger' AND m.tbl_name COLLATE NOCASE IN ('doubled'))
ORDER BY m.type DESC, m.name;
-- look at the table
DROP TRIGGER IF EXISTS main.touch;
DROP VIEW IF EXISTS main.doubled;
-- procs/twice.sql
CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a * 2 $$;
CREATE OR REPLACE VIEW "Odd".doubled AS SELECT twice(1) AS two;
CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();

DELETE FROM main.neap_loaded WHERE project = 'neap_version' AND file = 'procs/twice.sql';
INSERT INTO main.neap_loaded (project, file, hash, type, name, definition)
SELECT 'neap_version', 'procs/twice.sql', '', COALESCE(m.type, ''), COALESCE(m.name, ''), m.sql
FROM (SELECT 1) LEFT JOIN main.sqlite_master m ON m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ('doubled', 'touch');
INSERT INTO main.neap_definition (project, revision, file, type, name)
SELECT 'neap_version', 'x.lua', 'procs/twice.sql', m.type, m.name FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ('doubled', 'touch') AND NOT EXISTS (
    SELECT 1 FROM main.neap_definition d
    WHERE d.project = 'neap_version' AND d.revision = 'x.lua' AND d.file = 'procs/twice.sql' AND d.type = m.type AND d.name = m.name COLLATE NOCASE
        AND d.id > (SELECT max(f.id) FROM main.neap_definition f
            WHERE f.project = 'neap_version' AND f.revision = 'x.lua' AND f.file = 'procs/twice.sql' AND f.type = 'file'));
