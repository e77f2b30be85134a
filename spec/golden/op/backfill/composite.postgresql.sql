-- query, with 'release', '{product,Version}'
SELECT a.attname::pg_catalog.text AS name, NOT a.attnotnull AS nullable
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.unnest($2::pg_catalog.text[]) WITH ORDINALITY k (name, place)
    ON k.name OPERATOR(pg_catalog.=) a.attname::pg_catalog.text
WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass AND a.attnum OPERATOR(pg_catalog.>) 0
    AND NOT a.attisdropped
ORDER BY k.place;
-- commit, begin
-- query
SELECT 1 AS found FROM release WHERE product IS NULL OR "Version" IS NULL LIMIT 1;
-- query
SELECT product::pg_catalog.text AS k1, "Version"::pg_catalog.text AS k2 FROM release WHERE (n > 0 OR n < 0) ORDER BY product, "Version" LIMIT 1 OFFSET 2;
-- keep 1:a1:4
-- with 'a', '4'
UPDATE release SET n = n + 1 -- one more
 WHERE (product, "Version") <= ($1, $2) AND (n > 0 OR n < 0);
-- commit, begin
-- query, with 'a', '4'
SELECT product::pg_catalog.text AS k1, "Version"::pg_catalog.text AS k2 FROM release WHERE (product, "Version") > ($1, $2) AND (n > 0 OR n < 0) ORDER BY product, "Version" LIMIT 1 OFFSET 2;
-- keep end
-- with 'a', '4'
UPDATE release SET n = n + 1 -- one more
 WHERE (product, "Version") > ($1, $2) AND (n > 0 OR n < 0);
-- commit, begin
