-- query, with 'public.report'
WITH RECURSIVE t AS (
    SELECT i.inhrelid AS oid, i.inhrelid AS top FROM pg_catalog.pg_inherits i
    WHERE i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)
    UNION
    SELECT i.inhrelid, t.top FROM t JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) t.oid
)
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, n.nspname AS schema,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
    CASE WHEN p.partstrat OPERATOR(pg_catalog.=) 'r' THEN pg_catalog.pg_get_expr(top.relpartbound, top.oid) END AS range,
    (SELECT pg_catalog.format_type(y.oid, -1) FROM pg_catalog.pg_type y
        WHERE y.oid OPERATOR(pg_catalog.=) COALESCE(a.atttypid, o.opcintype)
        AND y.typtype OPERATOR(pg_catalog.<>) 'p' AND p.partstrat OPERATOR(pg_catalog.=) 'r') AS key_type,
    CASE WHEN p.partstrat OPERATOR(pg_catalog.=) 'r' AND p.partcollation[0] OPERATOR(pg_catalog.<>) 0
        THEN p.partcollation[0]::pg_catalog.regcollation::pg_catalog.text END AS key_collation,
    k.range[2] AS check_from, k.range[3] AS check_to
FROM t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid
JOIN pg_catalog.pg_class top ON top.oid OPERATOR(pg_catalog.=) t.top
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)
LEFT JOIN pg_catalog.pg_opclass o ON o.oid OPERATOR(pg_catalog.=) p.partclass[0]
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) p.partrelid
    AND a.attnum OPERATOR(pg_catalog.=) p.partattrs[0] AND a.attnum OPERATOR(pg_catalog.>) 0
LEFT JOIN LATERAL (
    SELECT m.range
    FROM pg_catalog.pg_constraint h CROSS JOIN LATERAL (
        SELECT pg_catalog.regexp_match(pg_catalog.pg_get_expr(h.conbin, h.conrelid),
            '^\(\((\S+|"[^"]+") >= (''[^'']+''::(?:date|timestamp[a-z ]*))\) AND '
            '\(\1 < (''[^'']+''::(?:date|timestamp[a-z ]*))\)\)$') AS range
    ) m
    WHERE c.relpartbound IS NULL AND h.conrelid OPERATOR(pg_catalog.=) c.oid AND h.contype OPERATOR(pg_catalog.=) 'c'
        AND h.convalidated AND m.range IS NOT NULL
    ORDER BY m.range[3] DESC LIMIT 1
) k ON true
WHERE c.relkind OPERATOR(pg_catalog.<>) 'p'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) t.oid)
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" ASC, c.relname::pg_catalog.text COLLATE pg_catalog."C" ASC;
-- query, with 'public.report'
SELECT pg_catalog.to_regclass($1::pg_catalog.text) IS NOT NULL AS there;
-- query
DO $neap$BEGIN RAISE WARNING '%', 'op.each_partition: public.report has no partitions, and none inherit from it'; END$neap$;
