--- Owners, grants and roles; PostgreSQL only. `helpers/permissions.lua` is made of these, and does nothing on SQLite.

local check = require("neap.op.check")
local errors = require("neap.errors")
local objects = require("neap.op.objects")

local shape = check.shape
local permissions = {}

local known_privileges = {
  select = true,
  insert = true,
  update = true,
  delete = true,
  truncate = true,
  references = true,
  trigger = true,
  usage = true,
  create = true,
  connect = true,
  temporary = true,
  temp = true,
  execute = true,
  maintain = true,
  set = true,
  ["alter system"] = true,
  all = true,
  ["all privileges"] = true,
}

-- "select, insert" or { "select", "insert" }, in lower case.
local function privileges(value, position)
  local list = {}
  if type(value) == "string" then
    for word in value:gmatch("[^,]+") do
      list[#list + 1] = word:match("^%s*(.-)%s*$")
    end
  else
    list = check.names(value, position, '"select, insert", or a list of privileges')
  end
  local lower = {}
  for i, word in ipairs(list) do
    lower[i] = word:lower()
    if not known_privileges[lower[i]] then
      errors.usage(
        'bad argument #%d: unknown privilege "%s"%s',
        position,
        word,
        errors.hint(lower[i], known_privileges)
      )
    end
  end
  if #lower == 0 then
    check.wrong(position, '"select, insert", or a list of privileges', value)
  end
  return lower
end

---Give an object another owner.
---
---    op.set_owner("table", "bixie.report", "app_owner")
---
---Options: schema; for `op.reverse`: existing_owner. Takes ACCESS EXCLUSIVE on a table for an instant. The kinds: table, view,
---materialized view, sequence, schema, type, domain, function, procedure, aggregate, database ...; functions as
---"name(argument types)". Source: PostgreSQL manual, ALTER TABLE, "OWNER TO"
---@param kind string
---@param name string
---@param role string
---@param opts table?
---@return SetOwner
function permissions.set_owner(kind, name, role, opts)
  return check.options({
    kind = "set_owner",
    object_kind = objects.kind(kind, 1, objects.kinds),
    object = objects.named(kind, name, 2, opts),
    role = check.name(role, 3, "a role's name"),
  }, opts, { schema = shape.name, existing_owner = shape.name }, 4)
end

local grant_options = {
  schema = shape.name,
  columns = shape.names,
  with_grant_option = shape.boolean,
  with_admin_option = shape.boolean,
  inherit = shape.boolean,
  set = shape.boolean,
  granted_by = shape.name,
}
-- Of a membership.
local role_options = { "inherit", "set", "inherit_option_for", "set_option_for" }

-- What grant and revoke have in common.
local function granting(directive, granted, kind, names, roles, opts)
  local operation = { kind = directive, object_kind = objects.kind(kind, 2, objects.kinds) }
  if kind == "role" then
    check.none(granted, 1, "a role is granted as it is: the first argument is nil")
  else
    operation.privileges = privileges(granted, 1)
  end
  operation.objects = objects.list(kind, names, 3, opts)
  operation.roles = check.names(roles, 4, "a role's name or a list of them")
  for _, name in ipairs(kind ~= "role" and type(opts) == "table" and role_options or {}) do
    if opts[name] ~= nil then
      errors.usage('option "%s" goes with membership in a role', name)
    end
  end
  return operation
end

---Grant privileges, or membership in a role.
---
---    op.grant("select, insert", "table", { "report", "product" }, "breakpad_rw")
---    op.grant("usage", "schema", "bixie", { "reader", "writer" })
---    op.grant("select", "table", "account", "reader", { columns = { "id", "name" } })
---    op.grant(nil, "role", "reader", "alice")
---
---Kinds: table (and view), sequence, schema, function, procedure, database, type, domain, language, foreign server,
---"all tables in schema" and the like, role. Roles may be "public". Options: columns, with_grant_option,
---with_admin_option (of a role), granted_by, schema; of a role, PostgreSQL 16 and later: inherit (whether the member has
---its privileges without SET ROLE) and set (whether it may SET ROLE), true or false.
---Source: PostgreSQL manual, GRANT, "Database Roles"
---@param granted string|string[]|nil  nil for a role
---@param kind string
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
---@return Grant
function permissions.grant(granted, kind, names, roles, opts)
  return check.options(granting("grant", granted, kind, names, roles, opts), opts, grant_options, 5)
end

---Take privileges, or membership in a role, away.
---
---    op.revoke("all", "schema", "public", "public")
---
---Arguments as for `grant`. Options: columns, grant_option_for, admin_option_for (of a role), inherit_option_for and
---set_option_for (of a role, PostgreSQL 16 and later), cascade, granted_by, schema. Source: PostgreSQL manual, REVOKE
---@param revoked string|string[]|nil
---@param kind string
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
---@return Revoke
function permissions.revoke(revoked, kind, names, roles, opts)
  return check.options(granting("revoke", revoked, kind, names, roles, opts), opts, {
    schema = shape.name,
    columns = shape.names,
    grant_option_for = shape.boolean,
    admin_option_for = shape.boolean,
    inherit_option_for = shape.boolean,
    set_option_for = shape.boolean,
    granted_by = shape.name,
    cascade = shape.boolean,
  }, 5)
end

local default_options = {
  for_role = shape.names,
  schema = shape.names,
  grant = shape.names,
  revoke = shape.names,
  on = check.one_of({
    "tables",
    "sequences",
    "functions",
    "routines",
    "types",
    "schemas",
    "large objects",
  }),
  to = shape.names,
  from = shape.names,
  with_grant_option = shape.boolean,
  grant_option_for = shape.boolean,
  cascade = shape.boolean,
}

---What objects made later will be granted.
---
---    op.alter_default_privileges({ schema = "bixie", grant = "select", on = "tables", to = "reader" })
---    op.alter_default_privileges({ for_role = "app_owner", revoke = "execute", on = "functions", from = "public" })
---
---Options: grant with to, or revoke with from; on ("tables", "sequences", "functions", "types", "schemas", "large
---objects": PostgreSQL 18 and later), for_role (whose objects; default: the current role's), schema, with_grant_option, grant_option_for, cascade.
---Source: PostgreSQL manual, ALTER DEFAULT PRIVILEGES
---@param opts table
---@return AlterDefaultPrivileges
function permissions.alter_default_privileges(opts)
  if type(opts) ~= "table" then
    check.wrong(1, "a table { grant = , on = , to = }", opts)
  end
  local operation = check.options({ kind = "alter_default_privileges" }, opts, default_options, 1)
  operation.schema = opts.schema
  local word = operation.grant and "grant" or "revoke"
  if (operation.grant == nil) == (operation.revoke == nil) then
    errors.usage('either "grant" or "revoke" says what changes')
  end
  operation[word] = privileges(operation[word], 1)
  local side = operation.grant and "to" or "from"
  for _, name in ipairs({ "on", side }) do
    if not operation[name] then
      errors.usage('option "%s" is missing', name)
    end
  end
  return operation
end

return permissions
