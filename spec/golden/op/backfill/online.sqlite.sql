-- query, with 'person', NULL
WITH columns AS (SELECT name, "notnull", pk, type FROM pragma_table_info(?1) WHERE ?2 IS NULL
    UNION ALL SELECT name, "notnull", pk, type FROM pragma_table_info(?1, ?2) WHERE ?2 IS NOT NULL),
numbers (name) AS (VALUES ('rowid'), ('_rowid_'), ('oid'))
SELECT name, nullable FROM (
    SELECT name, "notnull" = 0 AS nullable, pk FROM columns WHERE pk > 0
    UNION ALL
    SELECT min(n.name), 0, 1 FROM numbers n
    WHERE EXISTS (SELECT 1 FROM columns) AND NOT EXISTS (SELECT 1 FROM columns WHERE pk > 0)
        AND n.name NOT IN (SELECT lower(name) FROM columns)
    HAVING count(*) > 0
) ORDER BY pk;
-- commit, begin
-- query
SELECT quote(id) AS k1 FROM person WHERE (name <> lower(name)) ORDER BY id LIMIT 1 OFFSET 1;
-- keep 1:2
UPDATE person SET name = lower(name) WHERE (id) <= (2) AND (name <> lower(name));
-- commit, begin
-- query
SELECT quote(id) AS k1 FROM person WHERE (id) > (2) AND (name <> lower(name)) ORDER BY id LIMIT 1 OFFSET 1;
-- keep end
UPDATE person SET name = lower(name) WHERE (id) > (2) AND (name <> lower(name));
-- commit, begin
