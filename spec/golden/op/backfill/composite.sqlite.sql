-- query, with 'release', NULL, '["product","Version"]'
SELECT c.name, c."notnull" = 0 AS nullable
FROM json_each(?3) k
JOIN (SELECT name, "notnull" FROM pragma_table_info(?1) WHERE ?2 IS NULL
    UNION ALL SELECT name, "notnull" FROM pragma_table_info(?1, ?2) WHERE ?2 IS NOT NULL) c
    ON lower(c.name) = lower(k.value)
ORDER BY k.key;
-- commit, begin
-- query
SELECT 1 AS found FROM "release" WHERE product IS NULL OR Version IS NULL LIMIT 1;
-- query
SELECT quote(product) AS k1, quote(Version) AS k2 FROM "release" WHERE (n > 0 OR n < 0) ORDER BY product, Version LIMIT 1 OFFSET 2;
-- keep 3:'a'1:4
UPDATE "release" SET n = n + 1 -- one more
 WHERE (product, Version) <= ('a', 4) AND (n > 0 OR n < 0);
-- commit, begin
-- query
SELECT quote(product) AS k1, quote(Version) AS k2 FROM "release" WHERE (product, Version) > ('a', 4) AND (n > 0 OR n < 0) ORDER BY product, Version LIMIT 1 OFFSET 2;
-- keep end
UPDATE "release" SET n = n + 1 -- one more
 WHERE (product, Version) > ('a', 4) AND (n > 0 OR n < 0);
-- commit, begin
