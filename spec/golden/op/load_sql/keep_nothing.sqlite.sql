-- look at the table
CREATE TABLE IF NOT EXISTS main.neap_loaded (project text NOT NULL, file text NOT NULL, hash text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
CREATE TABLE IF NOT EXISTS main.neap_definition (id integer PRIMARY KEY, project text NOT NULL, revision text NOT NULL, file text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
-- query
SELECT COALESCE(max(id), 0) AS id FROM main.neap_definition;
INSERT INTO main.neap_definition (project, revision, file, type, name, definition) VALUES ('neap_version', 'x.lua', 'procs/rows.sql', 'file', 'procs/rows.sql', 'script');
INSERT INTO main.neap_definition (project, revision, file, type, name, definition)
SELECT 'neap_version', 'x.lua', 'procs/rows.sql', m.type, m.name, m.sql FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND (m.name COLLATE NOCASE IN () OR m.name IN ()
    OR m.type = 'trigger' AND m.tbl_name COLLATE NOCASE IN ())
ORDER BY m.type DESC, m.name;
-- procs/rows.sql
SELECT 1;

DELETE FROM main.neap_loaded WHERE project = 'neap_version' AND file = 'procs/rows.sql';
INSERT INTO main.neap_loaded (project, file, hash, type, name, definition)
SELECT 'neap_version', 'procs/rows.sql', '', COALESCE(m.type, ''), COALESCE(m.name, ''), m.sql
FROM (SELECT 1) LEFT JOIN main.sqlite_master m ON m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ();
INSERT INTO main.neap_definition (project, revision, file, type, name)
SELECT 'neap_version', 'x.lua', 'procs/rows.sql', m.type, m.name FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN () AND NOT EXISTS (
    SELECT 1 FROM main.neap_definition d
    WHERE d.project = 'neap_version' AND d.revision = 'x.lua' AND d.file = 'procs/rows.sql' AND d.type = m.type AND d.name = m.name COLLATE NOCASE
        AND d.id > (SELECT max(f.id) FROM main.neap_definition f
            WHERE f.project = 'neap_version' AND f.revision = 'x.lua' AND f.file = 'procs/rows.sql' AND f.type = 'file'));
