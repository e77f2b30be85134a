-- look at the table
CREATE TABLE IF NOT EXISTS main.neap_loaded (project text NOT NULL, file text NOT NULL, hash text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
CREATE TABLE IF NOT EXISTS main.neap_definition (id integer PRIMARY KEY, project text NOT NULL, revision text NOT NULL, file text NOT NULL, type text NOT NULL, name text NOT NULL, definition text);
-- query
SELECT COALESCE(max(id), 0) AS id FROM main.neap_definition;
INSERT INTO main.neap_definition (project, revision, file, type, name, definition) VALUES ('neap_version', 'x.lua', 'views/names.sql', 'file', 'views/names.sql', 'script');
INSERT INTO main.neap_definition (project, revision, file, type, name, definition)
SELECT 'neap_version', 'x.lua', 'views/names.sql', m.type, m.name, m.sql FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND (m.name COLLATE NOCASE IN ('names', 'put') OR m.name IN ()
    OR m.type = 'trigger' AND m.tbl_name COLLATE NOCASE IN ('names'))
ORDER BY m.type DESC, m.name;
-- look at the table
DROP TRIGGER IF EXISTS main.put;
DROP VIEW IF EXISTS main.names;
-- views/names.sql
CREATE VIEW names AS SELECT 1 AS id;
CREATE TRIGGER put INSTEAD OF INSERT ON names BEGIN SELECT 1; END;

DELETE FROM main.neap_loaded WHERE project = 'neap_version' AND file = 'views/names.sql';
INSERT INTO main.neap_loaded (project, file, hash, type, name, definition)
SELECT 'neap_version', 'views/names.sql', '', COALESCE(m.type, ''), COALESCE(m.name, ''), m.sql
FROM (SELECT 1) LEFT JOIN main.sqlite_master m ON m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ('names', 'put');
INSERT INTO main.neap_definition (project, revision, file, type, name)
SELECT 'neap_version', 'x.lua', 'views/names.sql', m.type, m.name FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN ('names', 'put') AND NOT EXISTS (
    SELECT 1 FROM main.neap_definition d
    WHERE d.project = 'neap_version' AND d.revision = 'x.lua' AND d.file = 'views/names.sql' AND d.type = m.type AND d.name = m.name COLLATE NOCASE
        AND d.id > (SELECT max(f.id) FROM main.neap_definition f
            WHERE f.project = 'neap_version' AND f.revision = 'x.lua' AND f.file = 'views/names.sql' AND f.type = 'file'));
