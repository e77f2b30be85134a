--- The kinds of objects that a policy speaks of, and what may be granted on each.

local kinds = {}

local RELATION = { "select", "insert", "update", "delete", "truncate", "references", "trigger" }
local ROUTINE = { "execute" }

---What `all` is; on tables PostgreSQL 17 adds "maintain".
---@type table<string, string[]>
kinds.privileges = {
  ["table"] = RELATION,
  ["partitioned table"] = RELATION,
  ["partition"] = RELATION,
  ["foreign table"] = RELATION,
  ["view"] = RELATION,
  ["materialized view"] = RELATION,
  ["sequence"] = { "usage", "select", "update" },
  ["function"] = ROUTINE,
  ["aggregate"] = ROUTINE,
  ["procedure"] = ROUTINE,
  ["routine"] = ROUTINE,
  ["type"] = { "usage" },
  ["domain"] = { "usage" },
  ["schema"] = { "usage", "create" },
  ["database"] = { "connect", "create", "temporary" },
  ["language"] = { "usage" },
  ["foreign data wrapper"] = { "usage" },
  ["foreign server"] = { "usage" },
}

---In which order they are told.
kinds.order = {
  "database",
  "schema",
  "language",
  "foreign data wrapper",
  "foreign server",
  "type",
  "domain",
  "table",
  "sequence",
  "foreign table",
  "view",
  "materialized view",
  "function",
  "aggregate",
  "procedure",
}

---Kinds whose objects stand in no schema.
kinds.bare = {
  schema = true,
  database = true,
  language = true,
  ["foreign data wrapper"] = true,
  ["foreign server"] = true,
}

---What an entry of this kind is for: kinds of objects, as `Object.kind`, or a mark of theirs.
kinds.means = {
  ["function"] = { ["function"] = true, aggregate = true },
  routine = { ["function"] = true, aggregate = true, procedure = true },
}

---Column privileges.
kinds.of_columns = { select = true, insert = true, update = true, references = true }

local on_tables = {}
for kind, list in pairs(kinds.privileges) do
  on_tables[kind] = list == RELATION
end

---True for what GRANT calls TABLE, sequences aside.
function kinds.is_relation(kind)
  return on_tables[kind] == true
end

---Whether a privilege exists for a kind.
function kinds.has(kind, privilege)
  if privilege == "maintain" then
    return on_tables[kind] == true
  end
  for _, name in ipairs(kinds.privileges[kind]) do
    if name == privilege then
      return true
    end
  end
  return false
end

---All that can be granted on a kind.
---@param version integer?  server_version_num
---@return string[]
function kinds.all(kind, version)
  local list = { table.unpack(kinds.privileges[kind]) }
  if on_tables[kind] and version and version >= 170000 then
    list[#list + 1] = "maintain"
  end
  return list
end

return kinds
