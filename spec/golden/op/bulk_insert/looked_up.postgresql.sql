-- query, with 'typed'
SELECT a.attname::pg_catalog.text AS name,
    CASE WHEN t.typcategory OPERATOR(pg_catalog.=) 'A' THEN 'array'
        WHEN t.oid OPERATOR(pg_catalog.=) ANY ('{json,jsonb}'::pg_catalog.regtype[]) THEN 'json'
        ELSE '' END AS notation,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    a.attidentity OPERATOR(pg_catalog.=) 'a' AS always,
    c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
        AND NOT c.relrowsecurity AND NOT c.relhasrules AS plain
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
JOIN pg_catalog.pg_type b ON b.oid OPERATOR(pg_catalog.=) a.atttypid
JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=)
    CASE WHEN b.typtype OPERATOR(pg_catalog.=) 'd' THEN b.typbasetype ELSE b.oid END
WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
    AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped;
INSERT INTO typed (matrix) VALUES ('{{1,2},{3,4}}');
