--- A policy for specs, its roles, and a second opinion on whether a database is as it says.
local support = require("spec.support")

local policy = { owner = "spec_owner", rw = "spec_rw", ro = "spec_ro" }

policy.table = [[{
    { kind = "schema", name = "app*", owner = "spec_owner", grants = { spec_rw = "usage", spec_ro = "usage" } },
    { schema = "app*", kind = { "table", "view", "materialized view" }, owner = "spec_owner",
      grants = { spec_rw = "select, insert, update, delete", spec_ro = "select" } },
    { schema = "app*", kind = "sequence", owner = "spec_owner", grants = { spec_rw = "usage" } },
    { schema = "app*", kind = "routine", owner = "spec_owner", grants = { spec_rw = "execute" } },
    { schema = "app*", kind = { "type", "domain" }, owner = "spec_owner", grants = { public = "usage" } },
  }]]

---neap.lua with that policy.
function policy.config(url, more)
  return ("return { url = %q, %s\n  permissions = %s,\n}\n"):format(url, more or "", policy.table)
end

---A database and its roles.
function policy.database()
  local url = support.postgres()
  local lines = {}
  for _, role in ipairs({ "spec_owner", "spec_rw", "spec_ro", "spec_other" }) do
    lines[#lines + 1] = ("IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') THEN CREATE ROLE %s; END IF;"):format(
      role,
      role
    )
  end
  support.psql(url, "DO $$ BEGIN " .. table.concat(lines, " ") .. " END $$")
  return url
end

-- Every governed object and what is wrong with it, written without neap's own queries: one row each.
local WRONG = [[
SELECT what || ' owner ' || owner || ' acl ' || got FROM (
    SELECT c.relkind::text || ' ' || c.oid::regclass AS what, c.relowner::regrole::text AS owner, c.relkind = 'S' AS is_sequence,
        COALESCE((SELECT string_agg(x, ',' ORDER BY x COLLATE "C") FROM (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE a.grantee::regrole::text END || ':' || a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END AS x
            FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner) y), '') AS got,
        CASE c.relkind WHEN 'S' THEN 'spec_rw:USAGE'
            ELSE 'spec_ro:SELECT,spec_rw:DELETE,spec_rw:INSERT,spec_rw:SELECT,spec_rw:UPDATE' END AS want
    FROM pg_class c WHERE c.relnamespace::regnamespace::text LIKE 'app%%' AND c.relkind IN ('r','p','v','m','S')
    UNION ALL
    SELECT p.oid::regprocedure::text, p.proowner::regrole::text, false,
        COALESCE((SELECT string_agg(x, ',' ORDER BY x COLLATE "C") FROM (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE a.grantee::regrole::text END || ':' || a.privilege_type AS x
            FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner) y), ''),
        'spec_rw:EXECUTE'
    FROM pg_proc p WHERE p.pronamespace::regnamespace::text LIKE 'app%%'
    UNION ALL
    SELECT 'type ' || t.oid::regtype, t.typowner::regrole::text, false,
        COALESCE((SELECT string_agg(x, ',' ORDER BY x COLLATE "C") FROM (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE a.grantee::regrole::text END || ':' || a.privilege_type AS x
            FROM aclexplode(COALESCE(t.typacl, acldefault('T', t.typowner))) a WHERE a.grantee <> t.typowner) y), ''),
        'PUBLIC:USAGE'
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typnamespace::regnamespace::text LIKE 'app%%' AND t.typtype IN ('e','d','c') AND (c.oid IS NULL OR c.relkind = 'c')
    UNION ALL
    SELECT 'schema ' || n.nspname, n.nspowner::regrole::text, false,
        COALESCE((SELECT string_agg(x, ',' ORDER BY x COLLATE "C") FROM (SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC'
            ELSE a.grantee::regrole::text END || ':' || a.privilege_type AS x
            FROM aclexplode(n.nspacl) a WHERE a.grantee <> n.nspowner) y), ''),
        'spec_ro:USAGE,spec_rw:USAGE'
    FROM pg_namespace n WHERE n.nspname LIKE 'app%%'
) o %s ORDER BY 1]]

---What is not as the policy says: a line each.
function policy.wrong(url)
  return support.psql(url, WRONG:format("WHERE owner <> 'spec_owner' OR got <> want"))
end

---How many objects there are that the policy speaks of.
function policy.count(url)
  local all = support.psql(url, WRONG:format(""))
  return select(2, (all .. "\n"):gsub("[^\n]+\n", ""))
end

return policy
