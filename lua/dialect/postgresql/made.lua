--- What this transaction has made or changed, from the catalog: for what statements do not tell (a DO block, a function).

local made = {}

-- A row of pg_depend on the schema (of an index: on its table) is written when an object is made, or replaced.
local QUERY = [[
WITH x AS (
    SELECT pg_catalog.txid_current() AS me, pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS stop
), n AS (
    SELECT n.oid, n.nspname, n.xmin FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
), d AS MATERIALIZED (
    SELECT d.classid, d.objid, d.refclassid, d.deptype FROM pg_catalog.pg_depend d
    WHERE d.objid >= 16384 AND d.objsubid = 0 AND @d@
), c AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relkind, c.relnamespace,
        EXISTS (SELECT FROM d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
            AND d.refclassid = CASE WHEN c.relkind IN ('i', 'I') THEN 'pg_catalog.pg_class'::pg_catalog.regclass
                ELSE 'pg_catalog.pg_namespace'::pg_catalog.regclass END) AS made
    FROM pg_catalog.pg_class c
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I') AND @c@
), found AS (
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
        WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS kind,
    n.nspname AS schema, NULL AS owner, c.relname AS name, o.relname AS on_table, NULL AS args, c.made
FROM c JOIN n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_class o ON o.oid = i.indrelid
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND e.objid = c.oid AND e.objsubid = 0 AND (e.deptype = 'e' OR c.relkind IN ('S', 'i', 'I') AND e.deptype IN ('i', 'a')
        AND (c.relkind = 'S' OR e.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass)))
UNION ALL
SELECT 'column', n.nspname, c.relname, t.attname, NULL, NULL, true
FROM pg_catalog.pg_attribute t JOIN pg_catalog.pg_class c ON c.oid = t.attrelid JOIN n ON n.oid = c.relnamespace
WHERE t.attrelid >= 16384 AND t.attnum > 0 AND NOT t.attisdropped AND c.relkind IN ('r', 'p', 'f') AND @t@
    AND NOT EXISTS (SELECT FROM c k WHERE k.oid = t.attrelid AND k.made)
UNION ALL
SELECT 'constraint', n.nspname, c.relname, k.conname, NULL, NULL, true
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN n ON n.oid = c.relnamespace
WHERE k.oid >= 16384 AND k.contype IN ('c', 'f', 'p', 'u', 'x') AND @k@
    AND NOT EXISTS (SELECT FROM c m WHERE m.oid = k.conrelid AND m.made)
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, NULL,
    p.proname, NULL, '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')',
    EXISTS (SELECT FROM d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
        AND d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
FROM pg_catalog.pg_proc p JOIN n ON n.oid = p.pronamespace
WHERE p.oid >= 16384 AND @p@ AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
    WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT CASE y.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, NULL, y.typname, NULL, NULL,
    EXISTS (SELECT FROM d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = y.oid
        AND d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
FROM pg_catalog.pg_type y JOIN n ON n.oid = y.typnamespace
LEFT JOIN pg_catalog.pg_class r ON r.oid = y.typrelid
WHERE y.oid >= 16384 AND (y.typtype IN ('d', 'e', 'r') OR r.relkind = 'c') AND @y@
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND e.objid = y.oid AND e.deptype = 'e')
UNION ALL
SELECT 'trigger', n.nspname, c.relname, g.tgname, NULL, NULL, true
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid JOIN n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND @g@
UNION ALL
SELECT 'policy', n.nspname, c.relname, l.polname, NULL, NULL, true
FROM pg_catalog.pg_policy l JOIN pg_catalog.pg_class c ON c.oid = l.polrelid JOIN n ON n.oid = c.relnamespace
WHERE @l@
UNION ALL
SELECT 'schema', NULL, NULL, n.nspname, NULL, NULL, true FROM n WHERE n.oid >= 16384 AND @n@
)
SELECT * FROM found
ORDER BY CASE kind WHEN 'schema' THEN 0 WHEN 'table' THEN 1 ELSE 2 END, kind, schema, owner NULLS FIRST, name]]

---Rows { kind, schema, owner, name, on_table, args, made }; owner: the table of a part; made: not only changed.
---@return string
function made.of_transaction()
  local of_transaction = require("neap.dialect.postgresql.privileges").row_of_transaction
  return (QUERY:gsub("@(%l)@", of_transaction))
end

return made
