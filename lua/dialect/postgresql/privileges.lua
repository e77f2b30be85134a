--- Who owns what, and what is granted on it: one query of the catalog for all of it.

local values = require("neap.dialect.values")

local privileges = {}

-- Extension members belong to the extension, temporary objects to their session. What users make has a number from 16384
-- on (FirstNormalObjectId), the schema public aside.
local OBJECTS = [[
SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
        WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind,
    c.relnamespace AS namespace, c.relname AS name, c.oid, c.relowner AS owner,
    COALESCE(c.relacl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl,
    c.relkind = 'p' AS partitioned, c.relispartition AS partition,
    c.relkind = 'S' AND EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
        AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')) AS linked
FROM pg_catalog.pg_class c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    AND c.relnamespace = ANY (ARRAY(SELECT s.oid FROM s))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND d.objid = c.oid AND d.deptype = 'e') @CLASS@
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    p.pronamespace, p.proname, p.oid, p.proowner, COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner)),
    false, false, false
FROM pg_catalog.pg_proc p
WHERE p.oid >= 16384 AND p.pronamespace = ANY (ARRAY(SELECT s.oid FROM s))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND d.objid = p.oid AND d.deptype IN ('e', 'i')) @PROC@
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
    t.typnamespace, t.typname, t.oid, t.typowner, COALESCE(t.typacl, pg_catalog.acldefault('T', t.typowner)),
    false, false, false
FROM pg_catalog.pg_type t
WHERE t.oid >= 16384 AND t.typnamespace = ANY (ARRAY(SELECT s.oid FROM s))
    AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'b' AND t.typcategory <> 'A' OR t.typtype = 'c'
        AND (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid) = 'c')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.objid = t.oid AND d.deptype = 'e') @TYPE@
UNION ALL
SELECT 'schema', NULL, n.nspname, n.oid, n.nspowner, COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)),
    false, false, false
FROM pg_catalog.pg_namespace n
WHERE n.oid = ANY (ARRAY(SELECT s.oid FROM s))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.objid = n.oid AND d.deptype = 'e') @NAMESPACE@]]

-- What stands in no schema. An untrusted language can be granted to nobody.
local BARE = [[

UNION ALL
SELECT 'language', NULL, l.lanname, l.oid, l.lanowner, COALESCE(l.lanacl, pg_catalog.acldefault('l', l.lanowner)),
    false, false, false
FROM pg_catalog.pg_language l
WHERE l.oid >= 16384 AND l.lanpltrusted
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_language'::pg_catalog.regclass
        AND d.objid = l.oid AND d.deptype = 'e') @LANGUAGE@
UNION ALL
SELECT 'foreign data wrapper', NULL, w.fdwname, w.oid, w.fdwowner,
    COALESCE(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner)), false, false, false
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE w.oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
        AND d.objid = w.oid AND d.deptype = 'e') @WRAPPER@
UNION ALL
SELECT 'foreign server', NULL, f.srvname, f.oid, f.srvowner, COALESCE(f.srvacl, pg_catalog.acldefault('S', f.srvowner)),
    false, false, false
FROM pg_catalog.pg_foreign_server f
WHERE f.oid >= 16384
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_foreign_server'::pg_catalog.regclass
        AND d.objid = f.oid AND d.deptype = 'e') @SERVER@
UNION ALL
SELECT 'database', NULL, b.datname, b.oid, b.datdba, COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba)),
    false, false, false
FROM pg_catalog.pg_database b
WHERE b.datname = pg_catalog.current_database() @DATABASE@]]

local TRANSACTION = [[
x AS (
    SELECT pg_catalog.txid_current() AS me, pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS stop
), renamed AS (
    SELECT n.oid FROM ROWS FROM (pg_catalog.unnest($2::pg_catalog.text[]), pg_catalog.unnest($3::pg_catalog.text[])) b (oid, name)
    JOIN pg_catalog.pg_namespace n ON n.oid = b.oid::pg_catalog.oid AND n.nspname <> b.name
), ]]

local QUERY = [[
WITH @TRANSACTION@s AS (
    SELECT n.oid FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
), o AS MATERIALIZED (
@OBJECTS@
), g AS (
    SELECT o.kind, o.oid, a.grantor, a.grantee, a.is_grantable, NULL::pg_catalog.name AS column_name,
        pg_catalog.string_agg(pg_catalog.lower(a.privilege_type), ',') AS privileges
    FROM o CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) a
    WHERE a.grantee <> o.owner
    GROUP BY o.kind, o.oid, a.grantor, a.grantee, a.is_grantable
    UNION ALL
    SELECT o.kind, o.oid, a.grantor, a.grantee, a.is_grantable, t.attname,
        pg_catalog.string_agg(pg_catalog.lower(a.privilege_type), ',')
    FROM pg_catalog.pg_attribute t
    JOIN o ON o.oid = t.attrelid AND o.kind IN ('table', 'view', 'materialized view', 'foreign table')
    CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) a
    WHERE t.attnum > 0 AND NOT t.attisdropped AND t.attacl IS NOT NULL AND a.grantee <> o.owner
    GROUP BY o.kind, o.oid, a.grantor, a.grantee, a.is_grantable, t.attname
)
SELECT o.kind, n.nspname AS schema, o.name,
    CASE WHEN o.kind IN ('function', 'procedure')
        THEN '(' || pg_catalog.pg_get_function_identity_arguments(o.oid) || ')'
        WHEN o.kind = 'aggregate' THEN '(' || pg_catalog.oidvectortypes(r.proargtypes) || ')' END AS arguments,
    '(' || pg_catalog.oidvectortypes(r.proargtypes) || ')' AS types,
    pg_catalog.pg_get_userbyid(o.owner) AS owner, NULLIF(o.partitioned, false) AS partitioned,
    NULLIF(o.partition, false) AS partition, NULLIF(o.linked, false) AS linked,
    g.column_name, pg_catalog.pg_get_userbyid(g.grantor) AS grantor, NULLIF(g.is_grantable, false) AS is_grantable,
    g.privileges, CASE g.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(g.grantee) END AS grantee
FROM o
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
LEFT JOIN pg_catalog.pg_proc r ON r.oid = o.oid AND o.kind IN ('function', 'procedure', 'aggregate')
LEFT JOIN g ON g.kind = o.kind AND g.oid = o.oid]]

-- A row is of this transaction when its xmin is, or that of a savepoint: a later number. A number that is at or beyond
-- the snapshot's end was given to nobody else whose rows are seen here; one before it may be another's, who committed.
-- age() is no answer but a cheap no: what is older than this transaction is not looked at any further.
local OF_TRANSACTION = [[
(pg_catalog.age(@ROW@.xmin) <= 0
        AND (4294967296 + @ROW@.xmin::pg_catalog.text::pg_catalog.int8 - (SELECT x.me % 4294967296 FROM x)) % 4294967296 < 1000000
        AND (SELECT CASE WHEN d.beyond = 0 OR x.me + d.beyond >= x.stop THEN true
                ELSE pg_catalog.txid_status(x.me + d.beyond) = 'in progress' END
            FROM x CROSS JOIN LATERAL (SELECT (4294967296 + @ROW@.xmin::pg_catalog.text::pg_catalog.int8
                - x.me % 4294967296) % 4294967296 AS beyond) d))]]

-- A grant on a column changes the column's row alone.
local OF_COLUMNS = " OR c.oid IN (SELECT t.attrelid FROM pg_catalog.pg_attribute t WHERE t.attrelid >= 16384 AND "
  .. OF_TRANSACTION:gsub("@ROW@", "t")
  .. ")"

local branches = {
  CLASS = { row = "c", name = "c.relname", schema = "c.relnamespace", more = OF_COLUMNS },
  PROC = { row = "p", name = "p.proname", schema = "p.pronamespace" },
  TYPE = { row = "t", name = "t.typname", schema = "t.typnamespace" },
  NAMESPACE = { row = "n", name = "n.nspname" },
  LANGUAGE = { row = "l", name = "l.lanname" },
  WRAPPER = { row = "w", name = "w.fdwname" },
  SERVER = { row = "f", name = "f.srvname" },
  DATABASE = { row = "b", name = "b.datname" },
}

local function query(objects, transaction)
  local parts = { OBJECTS = objects, TRANSACTION = transaction }
  return (QUERY:gsub("@(%u+)@", function(name)
    return parts[name]
  end))
end

---A condition: the row of this table, of which `x` (see TRANSACTION) must be known, is this transaction's.
---@param row string
---@return string
function privileges.row_of_transaction(row)
  return (OF_TRANSACTION:gsub("@ROW@", row))
end

---Everything that can be owned and granted, a row for each object and grant; the owner's own grants are left out.
---@return Statement
function privileges.of_all()
  return { sql = query((OBJECTS .. BARE):gsub("@%u+@", ""), "") }
end

---The schemas by their number, before a revision does anything: rows { oid, name }.
---@return Statement
function privileges.schemas()
  return {
    sql = "SELECT n.oid::pg_catalog.text AS oid, n.nspname AS name FROM pg_catalog.pg_namespace n "
      .. "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
  }
end

---The same of what this transaction has made or changed, of what has one of these names, and of all that stands in a
---schema that had another name.
---@param names string[]
---@param schemas { oid: string, name: string }[]?  as they were
---@return Statement
function privileges.of_transaction(names, schemas)
  local numbers, were = {}, {}
  for i, schema in ipairs(schemas or {}) do
    numbers[i], were[i] = schema.oid, schema.name
  end
  local objects = (OBJECTS .. BARE):gsub("@(%u+)@", function(which)
    local branch = branches[which]
    local ours = OF_TRANSACTION:gsub("@ROW@", branch.row) .. (branch.more or "")
    local moved = branch.schema
        and (" OR %s = ANY (ARRAY(SELECT renamed.oid FROM renamed))"):format(branch.schema)
      or ""
    return ("AND (%s OR %s = ANY ($1::pg_catalog.text[])%s)"):format(ours, branch.name, moved)
  end)
  return {
    sql = query(objects, TRANSACTION),
    params = { values.array(names), values.array(numbers), values.array(were) },
  }
end

---Of these roles who is there, and whether the runner has their rights as it is, or may take them on.
---@param names string[]
---@param runner string?  nil: the one that connected
---@param version integer
---@return Statement  rows { name, inherits, member, superuser, runner }
function privileges.abilities(names, runner, version)
  return {
    sql = ([[
SELECT r.rolname AS name,
    pg_catalog.pg_has_role(COALESCE($2::pg_catalog.name, session_user), r.oid, 'USAGE') AS inherits,
    pg_catalog.pg_has_role(session_user, r.oid, '%s') AS member, r.rolsuper AS superuser,
    session_user AS runner
FROM pg_catalog.pg_roles r WHERE r.rolname = ANY ($1::pg_catalog.text[])]]):format(
      version >= 160000 and "SET" or "MEMBER"
    ),
    params = { values.array(names), runner, n = 2 },
  }
end

---The role that the session has taken on: a row { role }, "none" for the one that connected.
---@return Statement
function privileges.acting_role()
  return { sql = "SELECT pg_catalog.current_setting('role') AS role" }
end

---Those of the roles that are not there.
---@param names string[]
---@return Statement
function privileges.missing_roles(names)
  return {
    sql = [[
SELECT w.name FROM pg_catalog.unnest($1::text[]) w (name)
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = w.name) ORDER BY 1]],
    params = { values.array(names) },
  }
end

return privileges
