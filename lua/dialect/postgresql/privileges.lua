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
        AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        AND d.objid = t.oid AND d.deptype = 'e') @TYPE@
UNION ALL
SELECT 'schema', NULL, n.nspname, n.oid, n.nspowner, COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner)),
    false, false, false
FROM pg_catalog.pg_namespace n
WHERE n.oid = ANY (ARRAY(SELECT s.oid FROM s))
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
        AND d.objid = n.oid AND d.deptype = 'e') @NAMESPACE@]]

local DATABASE = [[

UNION ALL
SELECT 'database', NULL, b.datname, b.oid, b.datdba, COALESCE(b.datacl, pg_catalog.acldefault('d', b.datdba)),
    false, false, false
FROM pg_catalog.pg_database b
WHERE b.datname = pg_catalog.current_database()]]

local TRANSACTION = [[
x AS (
    SELECT pg_catalog.txid_current() AS me, pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot()) AS stop
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
    CASE WHEN o.kind IN ('function', 'procedure', 'aggregate')
        THEN '(' || pg_catalog.pg_get_function_identity_arguments(o.oid) || ')' END AS arguments,
    pg_catalog.pg_get_userbyid(o.owner) AS owner, NULLIF(o.partitioned, false) AS partitioned,
    NULLIF(o.partition, false) AS partition, NULLIF(o.linked, false) AS linked,
    g.column_name, pg_catalog.pg_get_userbyid(g.grantor) AS grantor, NULLIF(g.is_grantable, false) AS is_grantable,
    g.privileges, CASE g.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(g.grantee) END AS grantee
FROM o
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
LEFT JOIN g ON g.kind = o.kind AND g.oid = o.oid]]

-- A row is of this transaction when its xmin is, or that of a savepoint: a later number. A number that is at or beyond
-- the snapshot's end was given to nobody else whose rows are seen here; one before it may be another's, who committed.
local OF_TRANSACTION = [[
((4294967296 + @ROW@.xmin::pg_catalog.text::pg_catalog.int8 - (SELECT x.me % 4294967296 FROM x)) % 4294967296 < 1000000
        AND (SELECT CASE WHEN d.beyond = 0 OR x.me + d.beyond >= x.stop THEN true
                ELSE pg_catalog.txid_status(x.me + d.beyond) = 'in progress' END
            FROM x CROSS JOIN LATERAL (SELECT (4294967296 + @ROW@.xmin::pg_catalog.text::pg_catalog.int8
                - x.me % 4294967296) % 4294967296 AS beyond) d))]]

local branches = {
  CLASS = { row = "c", name = "c.relname" },
  PROC = { row = "p", name = "p.proname" },
  TYPE = { row = "t", name = "t.typname" },
  NAMESPACE = { row = "n", name = "n.nspname" },
}

local function query(objects, transaction)
  local parts = { OBJECTS = objects, TRANSACTION = transaction }
  return (QUERY:gsub("@(%u+)@", function(name)
    return parts[name]
  end))
end

---Everything that can be owned and granted, a row for each object and grant; the owner's own grants are left out.
---@return Statement
function privileges.of_all()
  return { sql = query(OBJECTS:gsub("@%u+@", "") .. DATABASE, "") }
end

---The same of what this transaction has made or changed, and of what has one of these names.
---@param names string[]
---@return Statement
function privileges.of_transaction(names)
  local objects = OBJECTS:gsub("@(%u+)@", function(which)
    local branch = branches[which]
    local ours = OF_TRANSACTION:gsub("@ROW@", branch.row)
    local named = #names > 0 and (" OR %s = ANY ($1::text[])"):format(branch.name) or ""
    return ("AND (%s%s)"):format(ours, named)
  end)
  return {
    sql = query(objects, TRANSACTION),
    params = #names > 0 and { values.array(names) } or nil,
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
