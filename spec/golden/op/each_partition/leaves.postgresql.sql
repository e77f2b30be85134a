-- query, with 'public.report'
SELECT n.nspname || '.' || c.relname AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_partition_tree($1::pg_catalog.regclass) t
JOIN pg_catalog.pg_class c ON c.oid = t.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE t.isleaf AND t.level > 0
ORDER BY n.nspname::text COLLATE "C" ASC, c.relname::text COLLATE "C" ASC;
