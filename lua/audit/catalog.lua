--- What is there: the objects of a name, whoever made them.

local catalog = {}

---@class Present
---@field kind string
---@field schema string
---@field name string
---@field owner string?  the table of a part, or of an index
---@field args string?   of a routine: "(integer, text)"
---@field implied boolean?  an index that belongs to a constraint of the same name

-- $1 name, $2 schema or NULL, $3 the part's name or NULL
local postgresql = [[
SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'table' WHEN 'v' THEN 'view'
  WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END AS kind,
  n.nspname::pg_catalog.text AS schema, c.relname::pg_catalog.text AS name, o.relname::pg_catalog.text AS owner,
  NULL AS args, k.oid IS NOT NULL AS implied
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid OPERATOR(pg_catalog.=) c.oid
LEFT JOIN pg_catalog.pg_class o ON o.oid OPERATOR(pg_catalog.=) i.indrelid
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid OPERATOR(pg_catalog.=) c.oid
  AND k.conrelid OPERATOR(pg_catalog.=) i.indrelid AND k.conname OPERATOR(pg_catalog.=) c.relname
WHERE $3::pg_catalog.text IS NULL AND c.relname OPERATOR(pg_catalog.=) $1::pg_catalog.name
  AND c.relkind OPERATOR(pg_catalog.<>) 't' AND n.nspname OPERATOR(pg_catalog.<>) 'pg_toast'
  AND CASE WHEN $2::pg_catalog.text IS NULL THEN n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema}'::pg_catalog.name[])
    ELSE n.nspname OPERATOR(pg_catalog.=) $2::pg_catalog.name END
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
  n.nspname::pg_catalog.text, p.proname::pg_catalog.text, NULL,
  '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')', false
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
WHERE $3::pg_catalog.text IS NULL AND p.proname OPERATOR(pg_catalog.=) $1::pg_catalog.name
  AND CASE WHEN $2::pg_catalog.text IS NULL THEN n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema}'::pg_catalog.name[])
    ELSE n.nspname OPERATOR(pg_catalog.=) $2::pg_catalog.name END
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname::pg_catalog.text, t.typname::pg_catalog.text, NULL, NULL, false
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) t.typnamespace
WHERE $3::pg_catalog.text IS NULL AND t.typname OPERATOR(pg_catalog.=) $1::pg_catalog.name
  AND t.typrelid OPERATOR(pg_catalog.=) 0::pg_catalog.oid
  AND CASE WHEN $2::pg_catalog.text IS NULL THEN n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema}'::pg_catalog.name[])
    ELSE n.nspname OPERATOR(pg_catalog.=) $2::pg_catalog.name END
UNION ALL
SELECT 'schema', '', n.nspname::pg_catalog.text, NULL, NULL, false FROM pg_catalog.pg_namespace n
WHERE $3::pg_catalog.text IS NULL AND $2::pg_catalog.text IS NULL
  AND n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name
UNION ALL
SELECT 'extension', '', e.extname::pg_catalog.text, NULL, NULL, false FROM pg_catalog.pg_extension e
WHERE $3::pg_catalog.text IS NULL AND $2::pg_catalog.text IS NULL
  AND e.extname OPERATOR(pg_catalog.=) $1::pg_catalog.name
UNION ALL
SELECT x.kind, n.nspname::pg_catalog.text, x.name::pg_catalog.text, c.relname::pg_catalog.text, NULL, false
FROM (SELECT 'column' AS kind, a.attrelid AS rel, a.attname AS name FROM pg_catalog.pg_attribute a
        WHERE a.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2 AND NOT a.attisdropped
      UNION ALL SELECT 'constraint', k.conrelid, k.conname FROM pg_catalog.pg_constraint k
      UNION ALL SELECT 'trigger', t.tgrelid, t.tgname FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal
      UNION ALL SELECT 'policy', p.polrelid, p.polname FROM pg_catalog.pg_policy p
      UNION ALL SELECT 'rule', r.ev_class, r.rulename FROM pg_catalog.pg_rewrite r
        WHERE r.rulename OPERATOR(pg_catalog.<>) '_RETURN') x
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) x.rel
  AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}'::pg_catalog."char"[])
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE CASE WHEN $2::pg_catalog.text IS NULL THEN n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema}'::pg_catalog.name[])
    ELSE n.nspname OPERATOR(pg_catalog.=) $2::pg_catalog.name END
  AND (($3::pg_catalog.text IS NOT NULL AND x.name OPERATOR(pg_catalog.=) $3::pg_catalog.name
        AND c.relname OPERATOR(pg_catalog.=) $1::pg_catalog.name)
    OR ($3::pg_catalog.text IS NULL AND x.name OPERATOR(pg_catalog.=) $1::pg_catalog.name
        AND x.kind OPERATOR(pg_catalog.<>) 'column'))
ORDER BY 1, 2, 3, 4, 5]]

local sqlite = [[
SELECT type AS kind, '' AS schema, name, CASE WHEN type IN ('trigger', 'index') THEN tbl_name END AS owner
FROM main.sqlite_master WHERE ?3 IS NULL AND lower(name) = lower(?1) AND ?2 IS NULL
UNION ALL
SELECT 'column', '', c.name, t.name FROM main.sqlite_master t, pragma_table_xinfo(t.name) c
WHERE ?2 IS NULL AND t.type IN ('table', 'view') AND lower(t.name) = lower(?1) AND lower(c.name) = lower(?3)
UNION ALL
SELECT 'trigger', '', t.name, t.tbl_name FROM main.sqlite_master t
WHERE ?2 IS NULL AND t.type = 'trigger' AND lower(t.tbl_name) = lower(?1) AND lower(t.name) = lower(?3)
ORDER BY 1, 3]]

---@param run Run
---@param meaning Meaning
---@return Present[]
function catalog.find(run, meaning)
  local text = run.dialect == "postgresql" and postgresql or sqlite
  local params = { meaning.name, meaning.schema or run.null, meaning.part or run.null }
  return run.session:query(text, params, { at = "" })
end

local postgresql_names = [[
SELECT c.relname::pg_catalog.text AS name, n.nspname::pg_catalog.text AS schema FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE n.nspname OPERATOR(pg_catalog.!~) '^(pg_|information_schema)'
UNION SELECT p.proname::pg_catalog.text, n.nspname::pg_catalog.text FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
WHERE n.nspname OPERATOR(pg_catalog.!~) '^(pg_|information_schema)'
UNION SELECT NULL, n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace n]]

---The names that there are, and the schemas, for a hint: as keys.
---@param run Run
---@return table<string, boolean> names, table<string, boolean> schemas
function catalog.names(run)
  local list = run.session:query(
    run.dialect == "postgresql" and postgresql_names
      or "SELECT name, 'main' AS schema FROM main.sqlite_master",
    {},
    { at = "" }
  )
  local set, schemas = {}, {}
  for _, row in ipairs(list) do
    if row.name then
      set[row.name] = true
    end
    schemas[row.schema] = true
  end
  return set, schemas
end

---The names of a table's columns, as keys.
function catalog.columns(run, meaning)
  local list
  if run.dialect == "postgresql" then
    list = run.session:query(
      [[SELECT a.attname::pg_catalog.text AS name FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
WHERE c.relname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND a.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2
AND NOT a.attisdropped]],
      { meaning.name },
      { at = "" }
    )
  else
    list = run.session:query(
      "SELECT name FROM pragma_table_info(?1)",
      { meaning.name },
      { at = "" }
    )
  end
  local set = {}
  for _, row in ipairs(list) do
    set[row.name] = true
  end
  return set
end

return catalog
