-- query, with 'public.report'
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_partition_tree($1::pg_catalog.regclass) t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.relid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE t.isleaf AND t.level OPERATOR(pg_catalog.>) 0
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" ASC, c.relname::pg_catalog.text COLLATE pg_catalog."C" ASC;
