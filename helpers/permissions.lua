--- Owners, grants, roles and row policies. On SQLite, which has none of them, every function checks its arguments and
--- does nothing more.
---
---     local permissions = require("permissions")
---     permissions.role("breakpad_rw")
---     permissions.role("app", { login = true, password = neap.x.APP_PASSWORD, member_of = "breakpad_rw" })
---     permissions.own({ "account", "report" }, "breakpad_owner")
---     permissions.write({ "account", "report" }, "breakpad_rw")
---     permissions.read("account", { "analyst", "reporter" })
---     permissions.policy("own_rows", "account", { to = "customer", using = "owner = current_user" })
---
--- What holds for all objects of a kind belongs into `permissions` of neap.lua, which neap applies by itself; these
--- functions are for the rest. `op.reverse` undoes grants, memberships, policies and default privileges; own with
--- `existing_owner`; not role and drop_role, which do not know what they met.
local op = require("neap.op")

local permissions = {}

local active = op.dialect == "postgresql"

-- Arguments ---------------------------------------------------------------------------------

local function shown(value)
  local kind = type(value)
  if kind == "string" then
    return #value <= 40 and ('the string "%s"'):format(value) or "a string"
  elseif kind == "number" or kind == "boolean" then
    return tostring(value)
  elseif value == op.null then
    return "op.null"
  end
  return kind == "nil" and "nil" or "a " .. kind
end

-- An error at the line that called the function `name` of this module.
local function wrong(name, position, expected, value)
  error(
    ("permissions.%s: bad argument #%d: expected %s, got %s"):format(
      name,
      position,
      expected,
      shown(value)
    ),
    4
  )
end

local function is_name(value)
  return type(value) == "string" and value ~= ""
end

local function is_names(value)
  if is_name(value) then
    return true
  elseif type(value) ~= "table" or #value == 0 then
    return false
  end
  local count = 0
  for _, item in pairs(value) do
    count = count + 1
    if not is_name(item) then
      return false
    end
  end
  return count == #value
end

local function need_name(name, position, value, what)
  if not is_name(value) then
    wrong(name, position, what, value)
  end
end

local function need_names(name, position, value, what)
  if not is_names(value) then
    wrong(name, position, what .. " or a list of them", value)
  end
end

-- A string where options belong may be a password: it is not shown.
local function need_options(name, position, value)
  if type(value) == "string" then
    error(
      ("permissions.%s: bad argument #%d: expected a table of options, got a string"):format(
        name,
        position
      ),
      3
    )
  elseif value ~= nil and type(value) ~= "table" then
    wrong(name, position, "a table of options", value)
  end
end

local function list_of(value)
  return type(value) == "table" and value or { value }
end

local function with(opts, more)
  local all = {}
  for key, value in pairs(opts or {}) do
    all[key] = value
  end
  for key, value in pairs(more) do
    all[key] = value
  end
  return all
end

-- Roles -------------------------------------------------------------------------------------

---Create a role unless the server has it, and make it a member of others.
---
---    permissions.role("app", { login = true, connection_limit = 20, member_of = { "app_rw" } })
---
---A role that is there keeps its attributes (see `attributes`) and password; the memberships are granted in any case. A
---password travels as a SCRAM verifier and is in no output; scripts leave it out and say so.
---@param name string
---@param opts table?  member_of, members: roles; the rest as for op.create_role
function permissions.role(name, opts)
  need_name("role", 1, name, "the role's name")
  need_options("role", 2, opts)
  local all = with(opts, { if_not_exists = true })
  local groups, members = all.member_of, all.members
  if groups ~= nil and not is_names(groups) or members ~= nil and not is_names(members) then
    error("permissions.role: member_of and members take a role's name or a list of them", 2)
  end
  all.member_of, all.members = nil, nil
  if active then
    op.create_role(name, all)
    if groups then
      op.grant(nil, "role", groups, name)
    end
    if members then
      op.grant(nil, "role", name, members)
    end
  end
end

---Change a role's attributes, settings, password or comment: as op.alter_role.
---
---    permissions.attributes("app", { connection_limit = 50, settings = { statement_timeout = "15s" } })
---@param name string
---@param opts table
function permissions.attributes(name, opts)
  need_name("attributes", 1, name, "the role's name")
  need_options("attributes", 2, opts)
  if active then
    op.alter_role(name, opts)
  end
end

---Drop a role, if the server has it.
---@param name string
---@param opts table?  as for op.drop_role: owned = "drop" | "reassign"
function permissions.drop_role(name, opts)
  need_name("drop_role", 1, name, "the role's name")
  need_options("drop_role", 2, opts)
  if active then
    op.drop_role(name, with(opts, { if_exists = true }))
  end
end

---Roles become members of others.
---
---    permissions.join("app_ro", { "alice", "bob" })
---@param roles string|string[]    what they join
---@param members string|string[]
---@param opts table?              with_admin_option, granted_by
function permissions.join(roles, members, opts)
  need_names("join", 1, roles, "a role's name")
  need_names("join", 2, members, "a role's name")
  need_options("join", 3, opts)
  if active then
    op.grant(nil, "role", roles, members, opts)
  end
end

---Roles are members of others no more.
---@param roles string|string[]
---@param members string|string[]
---@param opts table?              admin_option_for, granted_by, cascade
function permissions.leave(roles, members, opts)
  need_names("leave", 1, roles, "a role's name")
  need_names("leave", 2, members, "a role's name")
  need_options("leave", 3, opts)
  if active then
    op.revoke(nil, "role", roles, members, opts)
  end
end

-- Owners and grants -------------------------------------------------------------------------

---Make a role the owner of tables, or of something else.
---
---    permissions.own("account", "breakpad_rw")
---    permissions.own({ "update_adu(date)", "find(text)" }, "breakpad_rw", "function")
---@param names string|string[]
---@param role string
---@param kind string?  default "table"; as for op.set_owner
---@param opts table?   schema; for op.reverse: existing_owner
function permissions.own(names, role, kind, opts)
  need_names("own", 1, names, "a name")
  need_name("own", 2, role, "a role's name")
  need_name("own", 3, kind or "table", "what it is (table, sequence, function ...)")
  need_options("own", 4, opts)
  if active then
    for _, name in ipairs(list_of(names)) do
      op.set_owner(kind or "table", name, role, opts)
    end
  end
end

local function change(name, send, what, kind, names, roles, opts)
  if kind == "role" then
    if what ~= nil then
      wrong(name, 1, "nil, because a role is granted as it is", what)
    end
  elseif not is_names(what) then
    wrong(name, 1, '"select, insert" or a list of privileges', what)
  end
  if not is_name(kind) then
    wrong(name, 2, "what it is (table, sequence, schema, function ...)", kind)
  elseif not is_names(names) then
    wrong(name, 3, "a name or a list of them", names)
  elseif not is_names(roles) then
    wrong(name, 4, "a role's name or a list of them", roles)
  elseif opts ~= nil and type(opts) ~= "table" then
    wrong(name, 5, "a table of options", opts)
  end
  if active then
    op[send](what, kind, names, roles, opts)
  end
end

---As op.grant: privileges, kind, names, roles.
---
---    permissions.grant("usage", "schema", "bixie", { "reader", "writer" })
function permissions.grant(what, kind, names, roles, opts)
  change("grant", "grant", what, kind, names, roles, opts)
end

---As op.revoke.
---
---    permissions.revoke("all", "schema", "public", "public")
function permissions.revoke(what, kind, names, roles, opts)
  change("revoke", "revoke", what, kind, names, roles, opts)
end

---Roles may read tables (and views).
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
function permissions.read(names, roles, opts)
  need_names("read", 1, names, "a table's name")
  need_names("read", 2, roles, "a role's name")
  need_options("read", 3, opts)
  permissions.grant("select", "table", names, roles, opts)
end

---Roles may read and change the rows of tables.
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
function permissions.write(names, roles, opts)
  need_names("write", 1, names, "a table's name")
  need_names("write", 2, roles, "a role's name")
  need_options("write", 3, opts)
  permissions.grant("select, insert, update, delete", "table", names, roles, opts)
end

---Roles may do nothing more with tables.
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
function permissions.none(names, roles, opts)
  need_names("none", 1, names, "a table's name")
  need_names("none", 2, roles, "a role's name")
  need_options("none", 3, opts)
  permissions.revoke("all", "table", names, roles, opts)
end

---Roles may use what is in schemas.
---@param schemas string|string[]
---@param roles string|string[]
function permissions.use(schemas, roles)
  need_names("use", 1, schemas, "a schema's name")
  need_names("use", 2, roles, "a role's name")
  permissions.grant("usage", "schema", schemas, roles)
end

---Roles alone may call functions: PostgreSQL lets everybody, which is taken back.
---
---    permissions.call("update_adu(date)", "breakpad_rw")
---@param names string|string[]  "name(argument types)"
---@param roles string|string[]
---@param kind string?           default "function"; "procedure", "routine"
function permissions.call(names, roles, kind)
  need_names("call", 1, names, "a function as name(argument types)")
  need_names("call", 2, roles, "a role's name")
  kind = kind or "function"
  if kind ~= "function" and kind ~= "procedure" and kind ~= "routine" then
    wrong("call", 3, "function, procedure or routine", kind)
  end
  permissions.revoke("all", kind, names, "public")
  permissions.grant("execute", kind, names, roles)
end

---As op.alter_default_privileges: what objects made later will be granted.
---
---    permissions.default({ schema = "bixie", grant = "select", on = "tables", to = "reader" })
function permissions.default(opts)
  if type(opts) ~= "table" then
    error("permissions.default: bad argument #1: expected a table { grant = , on = , to = }", 2)
  end
  if active then
    op.alter_default_privileges(opts)
  end
end

-- Rows --------------------------------------------------------------------------------------

---Create a row policy and turn the table's row security on.
---
---    permissions.policy("own_rows", "account", { to = "customer", using = "owner = current_user" })
---@param name string
---@param table_name string
---@param opts table?  as for op.create_policy; enable = false leaves row security as it is
function permissions.policy(name, table_name, opts)
  need_name("policy", 1, name, "the policy's name")
  need_name("policy", 2, table_name, "the table's name")
  need_options("policy", 3, opts)
  local all = with(opts, {})
  local enable = all.enable ~= false
  all.enable = nil
  if active then
    op.create_policy(name, table_name, all)
    if enable then
      op.enable_row_security(table_name, { schema = all.schema })
    end
  end
end

---Drop a row policy. Row security stays on: without a policy left nobody but the owner sees a row.
---@param name string
---@param table_name string
---@param opts table?  as for op.drop_policy
function permissions.drop_policy(name, table_name, opts)
  need_name("drop_policy", 1, name, "the policy's name")
  need_name("drop_policy", 2, table_name, "the table's name")
  need_options("drop_policy", 3, opts)
  if active then
    op.drop_policy(name, table_name, opts)
  end
end

---Turn row security on or off, for the owner, too, with `force`.
---
---    permissions.rows("account", true, { force = true })
---@param table_name string
---@param on boolean
---@param opts table?  force, schema
function permissions.rows(table_name, on, opts)
  need_name("rows", 1, table_name, "the table's name")
  if type(on) ~= "boolean" then
    error(
      ("permissions.rows: bad argument #2: expected true or false, got %s"):format(shown(on)),
      2
    )
  end
  need_options("rows", 3, opts)
  local force = opts and opts.force
  local rest = { schema = opts and opts.schema }
  if active then
    op[on and "enable_row_security" or "disable_row_security"](table_name, rest)
    if force ~= nil then
      op[force and "force_row_security" or "no_force_row_security"](table_name, rest)
    end
  end
end

return permissions
