-- query, with 'main.report'
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE i.inhparent OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" ASC, c.relname::pg_catalog.text COLLATE pg_catalog."C" ASC;
COMMENT ON TABLE main.report_1 IS 'one';
