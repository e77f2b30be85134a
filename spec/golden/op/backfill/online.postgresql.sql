-- query, with 'person'
SELECT a.attname::pg_catalog.text AS name, NOT a.attnotnull AS nullable
FROM pg_catalog.pg_index i
CROSS JOIN pg_catalog.unnest(i.indkey) WITH ORDINALITY k (attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid
    AND a.attnum OPERATOR(pg_catalog.=) k.attnum
WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass AND i.indisprimary
    AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts
ORDER BY k.place;
-- commit, begin
-- query
SELECT id::pg_catalog.text AS k1 FROM person WHERE (name <> lower(name)) ORDER BY id LIMIT 1 OFFSET 1;
-- keep 1:2
-- with '2'
UPDATE person SET name = lower(name) WHERE (id) <= ($1) AND (name <> lower(name));
-- commit, begin
-- query, with '2'
SELECT id::pg_catalog.text AS k1 FROM person WHERE (id) > ($1) AND (name <> lower(name)) ORDER BY id LIMIT 1 OFFSET 1;
-- keep end
-- with '2'
UPDATE person SET name = lower(name) WHERE (id) > ($1) AND (name <> lower(name));
-- commit, begin
