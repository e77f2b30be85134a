-- query, with 'thing', 'main', '["id"]'
SELECT c.name, c."notnull" = 0 AS nullable
FROM json_each(?3) k
JOIN (SELECT name, "notnull" FROM pragma_table_info(?1) WHERE ?2 IS NULL
    UNION ALL SELECT name, "notnull" FROM pragma_table_info(?1, ?2) WHERE ?2 IS NOT NULL) c
    ON lower(c.name) = lower(k.value)
ORDER BY k.key;
-- commit, begin
-- query
SELECT quote(id) AS k1 FROM main.thing ORDER BY id LIMIT 1 OFFSET 999;
-- keep end
UPDATE main.thing SET name = 'x';
-- commit, begin
