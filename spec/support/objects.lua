--- All objects and rows of a database as sorted lines, asked on a connection of our own: much faster than pg_dump.
--- Nothing of neap's own tables. Two databases with the same lines are the same.

local objects = {}

local POSTGRESQL = [[
WITH space AS MATERIALIZED (
  SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relation AS MATERIALIZED (
  SELECT c.* FROM pg_class c JOIN space s ON s.oid = c.relnamespace WHERE c.relname !~ '^neap_'
), routine AS MATERIALIZED (
  SELECT p.* FROM pg_proc p JOIN space s ON s.oid = p.pronamespace
  WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
), kind AS MATERIALIZED (
  SELECT t.* FROM pg_type t JOIN space s ON s.oid = t.typnamespace WHERE t.typrelid = 0 AND t.typname !~ '^_'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
)
SELECT line FROM (
SELECT concat_ws(' | ', 'schema', nspname, nspowner::regrole, nspacl) AS line FROM space
UNION ALL
SELECT concat_ws(' | ', 'relation', c.oid::regclass, relkind, relpersistence, relowner::regrole, relacl, reloptions,
  relrowsecurity, relforcerowsecurity, relreplident, relispopulated, pg_get_expr(relpartbound, c.oid),
  CASE relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END, t.spcname, a.amname,
  CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
  CASE WHEN relkind = 'i' OR relkind = 'I' THEN pg_get_indexdef(c.oid) END,
  (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid))
FROM relation c LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace LEFT JOIN pg_am a ON a.oid = c.relam
UNION ALL
SELECT concat_ws(' | ', 'column', c.oid::regclass, a.place, attname, format_type(atttypid, atttypmod), attnotnull,
  attidentity, attgenerated, l.collname, attacl, attstorage, pg_get_expr(d.adbin, d.adrelid), attinhcount, attislocal)
FROM relation c JOIN (
  SELECT *, row_number() OVER (PARTITION BY attrelid ORDER BY attnum) AS place FROM pg_attribute
  WHERE attnum > 0 AND NOT attisdropped
) a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum LEFT JOIN pg_collation l ON l.oid = a.attcollation
UNION ALL
SELECT concat_ws(' | ', 'constraint', coalesce(k.conrelid::regclass::text, contypid::regtype::text), conname, contype,
  pg_get_constraintdef(k.oid), convalidated, conislocal, connoinherit)
FROM pg_constraint k JOIN space s ON s.oid = k.connamespace
  WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = k.conrelid AND c.relname ~ '^neap_')
UNION ALL
SELECT concat_ws(' | ', 'index', indexrelid::regclass, indisvalid, indisclustered, indisreplident)
FROM pg_index i JOIN relation c ON c.oid = i.indexrelid
UNION ALL
SELECT concat_ws(' | ', 'trigger', pg_get_triggerdef(t.oid), tgenabled)
FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT concat_ws(' | ', 'rule', pg_get_ruledef(r.oid), ev_enabled)
FROM pg_rewrite r JOIN relation c ON c.oid = r.ev_class WHERE rulename <> '_RETURN'
UNION ALL
SELECT concat_ws(' | ', 'policy', c.oid::regclass, polname, polcmd, polpermissive,
  (SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ',' ORDER BY role) FROM unnest(polroles) role),
  pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM pg_policy p JOIN relation c ON c.oid = p.polrelid
UNION ALL
SELECT concat_ws(' | ', 'routine', p.oid::regprocedure, prokind, proowner::regrole, proacl,
  CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
  (SELECT concat_ws(',', aggtransfn, aggfinalfn, aggtranstype::regtype, agginitval) FROM pg_aggregate WHERE aggfnoid = p.oid))
FROM routine p
UNION ALL
SELECT concat_ws(' | ', 'type', t.oid::regtype, typtype, typowner::regrole, typacl, typnotnull, typdefault,
  format_type(typbasetype, typtypmod), l.collname,
  (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
FROM kind t LEFT JOIN pg_collation l ON l.oid = t.typcollation
UNION ALL
SELECT concat_ws(' | ', 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache,
  seqcycle, (SELECT concat_ws('.', refobjid::regclass, refobjsubid) FROM pg_depend
    WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass))
FROM pg_sequence q JOIN relation c ON c.oid = q.seqrelid
UNION ALL
SELECT concat_ws(' | ', 'extension', extname, extnamespace::regnamespace, extversion) FROM pg_extension
UNION ALL
SELECT concat_ws(' | ', 'default privileges', defaclrole::regrole, nullif(defaclnamespace, 0)::regnamespace, defaclobjtype, defaclacl)
FROM pg_default_acl
UNION ALL
SELECT concat_ws(' | ', 'comment', pg_describe_object(classoid, objoid, objsubid), description) FROM pg_description
WHERE objoid >= 16384 OR objoid = 'public'::regnamespace
UNION ALL
SELECT concat_ws(' | ', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
  rolbypassrls, rolconnlimit, rolvaliduntil, shobj_description(oid, 'pg_authid'),
  (SELECT string_agg(concat(roleid::regrole, admin_option), ',' ORDER BY roleid::regrole::text) FROM pg_auth_members m
    WHERE m.member = r.oid))
FROM pg_roles r WHERE rolname ~* '^neap.golden'
) everything ORDER BY line COLLATE "C"]]

local POSTGRESQL_TABLES = [[
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relname !~ '^neap_'
  AND (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) ORDER BY 1]]

local SQLITE = [[
SELECT type || ' | ' || name || ' | ' || coalesce(sql, '') FROM sqlite_schema
WHERE tbl_name NOT LIKE 'neap\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1]]

local SQLITE_TABLES = [[
SELECT '"' || replace(name, '"', '""') || '"' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'neap\_%' ESCAPE '\'
  AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1]]

local function lines(connection, sql, list)
  local answer, err = connection:send(sql)
  local flushed, later = connection:flush()
  err = err or later
  assert(answer and flushed, err and sql .. ": " .. err.message)
  for _, row in ipairs(answer.rows) do
    local values = {}
    for k = 1, #answer.names do
      local value = row[k]
      values[k] = type(value) == "userdata" and "NULL"
        or tostring(type(value) == "table" and value.bytes or value)
    end
    list[#list + 1] = table.concat(values, " | ")
  end
  return list
end

---@param url string
---@return string
function objects.text(url)
  local sqlite = url:find("^sqlite:") ~= nil
  local connection <close> = assert(require("neap.db").open(url))
  if not sqlite then
    lines(connection, "SET search_path = ''", {})
  end
  local list = lines(connection, sqlite and SQLITE or POSTGRESQL, {})
  for _, name in ipairs(lines(connection, sqlite and SQLITE_TABLES or POSTGRESQL_TABLES, {})) do
    if sqlite then
      lines(
        connection,
        ("SELECT 'row of ' || %s, * FROM %s ORDER BY 2"):format(
          "'" .. name:gsub("'", "''") .. "'",
          name
        ),
        list
      )
    else
      lines(
        connection,
        ("SELECT 'row of ' || %s, neap_row::text FROM %s neap_row ORDER BY neap_row::text COLLATE \"C\""):format(
          "'" .. name:gsub("'", "''") .. "'",
          name
        ),
        list
      )
    end
  end
  return table.concat(list, "\n") .. "\n"
end

return objects
