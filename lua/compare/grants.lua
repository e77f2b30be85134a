--- Owners, grants and comments of what is on both sides.

local same = require("neap.compare.same")
local rights = require("neap.schema.rights")

local copy = require("neap.marks").copy
local grants = {}

-- What a kind is called by SQL, and by op.grant and op.set_owner.
local words = {
  schema = "schema",
  extension = "extension",
  enum = "type",
  domain = "domain",
  composite = "type",
  range = "type",
  sequence = "sequence",
  table = "table",
  view = "view",
  materialized_view = "materialized view",
  statistics = "statistics",
  foreign_table = "foreign table",
  foreign_server = "foreign server",
  foreign_data_wrapper = "foreign data wrapper",
  collation = "collation",
  language = "language",
  publication = "publication",
  event_trigger = "event trigger",
}

---@return string?
function grants.word(object)
  if object.kind == "function" then
    return object.routine
  end
  return words[object.kind]
end

-- As the operations of lua/op/permissions.lua have it.
local function named(object)
  return { schema = object.schema, name = object.name, arguments = object.arguments }
end

-- GRANT knows views as tables.
local function grant_kind(object)
  local word = grants.word(object)
  local has_rows = word == "view" or word == "materialized view" or word == "foreign table"
  return has_rows and "table" or word
end

local function entry(grant)
  return table.concat(grant.privileges, ",")
    .. "\0"
    .. grant.role
    .. "\0"
    .. tostring(grant.grant_option)
    .. "\0"
    .. table.concat(grant.columns or {}, ",")
end

local function operation(kind, object, grant)
  return {
    kind = kind,
    privileges = grant.privileges,
    object_kind = grant_kind(object),
    objects = { named(object) },
    roles = { grant.role },
    columns = grant.columns,
    with_grant_option = kind == "grant" and grant.grant_option or nil,
  }
end

local function difference(list, other)
  local known, left = {}, {}
  for _, grant in ipairs(other or {}) do
    known[entry(grant)] = true
  end
  for _, grant in ipairs(list or {}) do
    if not known[entry(grant)] then
      left[#left + 1] = grant
    end
  end
  return left
end

-- One privilege each: { role, privilege, columns }, so that only what differs is said.
local function split(list)
  local map = {}
  for _, grant in ipairs(list or {}) do
    for _, privilege in ipairs(grant.privileges) do
      for _, column in ipairs(grant.columns or { false }) do
        map[table.concat({ grant.role, privilege, tostring(column) }, "\0")] = {
          role = grant.role,
          privilege = privilege,
          column = column,
          option = grant.grant_option or false,
        }
      end
    end
  end
  return map
end

-- What is in one and not in the other, put together again by role, option and column list.
local function missing(list, other)
  local have, wanted = split(other), split(list)
  local keys, groups, order = {}, {}, {}
  for key in next, wanted do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  local columns = {}
  for _, key in ipairs(keys) do
    local one = wanted[key]
    if not have[key] or have[key].option ~= one.option then
      -- A privilege on the whole table is another one than that on some of its columns.
      local place = table.concat(
        { one.role, tostring(one.option), one.privilege, one.column and "columns" or "" },
        "\0"
      )
      columns[place] = columns[place]
        or { role = one.role, option = one.option, privilege = one.privilege, names = {} }
      table.insert(columns[place].names, one.column or nil)
    end
  end
  keys = require("neap.dialect.shared").sorted_keys(columns)
  for _, key in ipairs(keys) do
    local one = columns[key]
    local place =
      table.concat({ one.role, tostring(one.option), table.concat(one.names, ",") }, "\0")
    if not groups[place] then
      groups[place] = {
        role = one.role,
        privileges = {},
        grant_option = one.option or nil,
        columns = #one.names > 0 and one.names or nil,
      }
      order[#order + 1] = groups[place]
    end
    table.insert(groups[place].privileges, one.privilege)
  end
  return order
end
grants.missing = missing

-- The grants and revokes of default privileges are those of one operation each.
local function default_operation(object, grant, kind)
  local operation_ = { kind = "alter_default_privileges", on = object.on }
  operation_.for_role = object.role and { object.role } or nil
  operation_.schema = object.schema and { object.schema } or nil
  operation_[kind] = grant.privileges
  operation_[kind == "grant" and "to" or "from"] = { grant.role }
  operation_.with_grant_option = kind == "grant" and grant.grant_option or nil
  return operation_
end

-- The grants of a table after its columns have changed: those on a column that goes, or comes anew, are gone with it.
local function of_columns_that_stay(list, columns, gone)
  local there, left = {}, {}
  for _, column in ipairs(columns or {}) do
    there[column.name] = not gone[column.name]
  end
  for _, grant in ipairs(list or {}) do
    local names = grant.columns and {}
    for _, name in ipairs(grant.columns or {}) do
      names[#names + 1] = there[name] and name or nil
    end
    if not names or #names > 0 then
      left[#left + 1] = copy(grant)
      left[#left].columns = names
    end
  end
  return left
end

-- ALTER ... OWNER gives the new owner what the old one had, and what he had himself is part of it.
local function after_new_owner(list, old, new)
  local left = {}
  for _, grant in ipairs(list or {}) do
    if grant.role == old then
      left[#left + 1] = copy(grant)
      left[#left].role = new
    elseif grant.role ~= new or grant.columns then
      left[#left + 1] = grant
    end
  end
  return left
end

-- A privilege that is taken from the whole table is taken from its columns, too.
-- Source: PostgreSQL manual, REVOKE, "Notes"
local function after_revokes(list, revoked)
  local left = {}
  for _, grant in ipairs(list or {}) do
    local still = copy(grant)
    still.privileges = {}
    for _, privilege in ipairs(grant.privileges) do
      local goes = false
      for _, revoke in ipairs(grant.columns and revoked or {}) do
        for _, each in
          ipairs(not revoke.columns and revoke.role == grant.role and revoke.privileges or {})
        do
          goes = goes or each == privilege
        end
      end
      table.insert(still.privileges, not goes and privilege or nil)
    end
    left[#left + 1] = #still.privileges > 0 and still or nil
  end
  return left
end

---@param plan Plan
function grants.compare(plan, a, b)
  a = copy(a)
  if b.kind == "table" then
    a.grants = of_columns_that_stay(a.grants, b.columns, plan.gone[b.key] or {})
  end
  if plan.owners and a.owner and b.owner and a.owner ~= b.owner then
    a.grants = after_new_owner(a.grants, a.owner, b.owner)
    a.revokes = after_new_owner(a.revokes, a.owner, b.owner)
  end
  local make = b.kind == "default_privileges"
      and function(kind, grant)
        return default_operation(b, grant, kind)
      end
    or function(kind, grant)
      return operation(kind, b, grant)
    end
  local revoked = missing(a.grants, b.grants)
  for _, grant in ipairs(revoked) do
    plan:add("last", make("revoke", grant))
  end
  a.grants = after_revokes(a.grants, revoked)
  for _, grant in ipairs(missing(a.revokes, b.revokes)) do
    plan:add("last", make("grant", grant))
  end
  for _, grant in ipairs(missing(b.revokes, a.revokes)) do
    plan:add("last", make("revoke", grant))
  end
  for _, grant in ipairs(missing(b.grants, a.grants)) do
    plan:add("last", make("grant", grant))
  end
end

local classes = {
  table = "tables",
  view = "tables",
  materialized_view = "tables",
  foreign_table = "tables",
  sequence = "sequences",
  ["function"] = "functions",
  enum = "types",
  domain = "types",
  composite = "types",
  range = "types",
  schema = "schemas",
}

---What ALTER DEFAULT PRIVILEGES calls the kind.
function grants.default_class(object)
  return classes[object.kind]
end

---Revokes what default privileges give to the new object beyond its own grants.
function grants.take_away(plan, object, defaults)
  for _, grant in ipairs(missing(defaults.grants, object.grants)) do
    plan:add("main", operation("revoke", object, grant))
  end
end

---@param plan Plan
function grants.compare_owner(plan, a, b)
  if a.owner and b.owner and a.owner ~= b.owner and grants.word(b) then
    plan:add("last", {
      kind = "set_owner",
      object_kind = grants.word(b),
      object = named(b),
      role = b.owner,
    })
  end
end

---Tables have their own.
function grants.compare_comment(plan, a, b)
  if a.comment ~= b.comment and b.kind ~= "table" and plan.dialect == "postgresql" then
    plan:add("last", rights.comment(b, b.comment or plan.null))
  end
end

---Of a view or foreign table.
function grants.compare_column_comments(plan, a, b)
  local old, new = a.column_comments or {}, b.column_comments or {}
  local names = {}
  for _, map in ipairs({ old, new }) do
    for name in next, map do
      names[name] = true
    end
  end
  for _, name in ipairs(require("neap.dialect.shared").sorted_keys(names)) do
    if old[name] ~= new[name] then
      local part = { kind = "column", name = name }
      plan:add("main", rights.comment(b, new[name] or plan.null, part))
    end
  end
end

grants.difference = difference
grants.equal = same.equal

return grants
