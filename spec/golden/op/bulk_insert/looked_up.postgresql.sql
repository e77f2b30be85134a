-- query, with 'typed'
SELECT a.attname::text AS name,
    CASE WHEN t.typcategory = 'A' THEN 'array' WHEN t.typname IN ('json', 'jsonb') THEN 'json' ELSE '' END AS notation,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    a.attidentity = 'a' AS always,
    c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND NOT c.relhasrules AS plain
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN b.typtype = 'd' THEN b.typbasetype ELSE b.oid END
WHERE a.attrelid = $1::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped;
INSERT INTO typed (matrix) VALUES ('{{1,2},{3,4}}');
