-- query, with 'public.report'
WITH RECURSIVE tree AS (
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
    UNION
    SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) t.inhrelid
)
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM tree t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.<>) 'p'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) t.inhrelid)
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" ASC, c.relname::pg_catalog.text COLLATE pg_catalog."C" ASC;
