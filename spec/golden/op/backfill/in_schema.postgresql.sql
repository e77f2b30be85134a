-- query, with 'main.thing', '{id}'
SELECT a.attname::pg_catalog.text AS name, NOT a.attnotnull AS nullable
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.unnest($2::pg_catalog.text[]) WITH ORDINALITY k (name, place)
    ON k.name OPERATOR(pg_catalog.=) a.attname::pg_catalog.text
WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass AND a.attnum OPERATOR(pg_catalog.>) 0
    AND NOT a.attisdropped
ORDER BY k.place;
-- commit, begin
-- query
SELECT id::pg_catalog.text AS k1 FROM main.thing ORDER BY id LIMIT 1 OFFSET 999;
-- keep end
UPDATE main.thing SET name = 'x';
-- commit, begin
