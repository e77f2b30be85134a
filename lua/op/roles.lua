--- Roles; PostgreSQL only. They belong to the whole server, not to the database.

local check = require("neap.op.check")
local errors = require("neap.errors")
local marks = require("neap.marks")

local shape = check.shape
local roles = {}

-- A password appears in no message, not even in one about a wrong argument.
local password = {
  expected = "a string or op.null (what was given is not shown)",
  secret = true,
  test = function(value)
    return shape.comment.test(value) and value ~= "" or marks.is_secret(value)
  end,
}

local settings = {
  expected = "a table { name = a string, a number, a boolean or op.null }",
  test = function(value)
    if type(value) ~= "table" then
      return false
    end
    for name, setting in next, value do
      local kind = type(setting)
      local plain = kind == "string" or kind == "number" or kind == "boolean"
      if not shape.name.test(name) or not (plain or marks.is_null(setting)) then
        return false
      end
    end
    return next(value) ~= nil
  end,
}

local attributes = {
  login = shape.boolean,
  superuser = shape.boolean,
  createdb = shape.boolean,
  createrole = shape.boolean,
  inherit = shape.boolean,
  replication = shape.boolean,
  bypassrls = shape.boolean,
  connection_limit = shape.integer,
  password = password,
  valid_until = shape.string,
  settings = settings,
  comment = shape.comment,
}

local function with(more)
  local all = {}
  for _, list in ipairs({ attributes, more }) do
    for name, expected in next, list do
      all[name] = expected
    end
  end
  return all
end

local create_options = with({
  if_not_exists = shape.boolean,
  in_role = shape.names,
  role = shape.names,
  admin = shape.names,
})

-- A string in the place of the options may be a password.
local function options(operation, opts, allowed)
  if type(opts) == "string" then
    errors.usage("bad argument #2: expected a table of options, got a string")
  end
  check.options(operation, opts, allowed, 2)
  if type(operation.password) == "string" then
    operation.password = marks.new_secret(operation.password)
  end
  return operation
end

---Create a role. Roles belong to the whole server, not to the database.
---
---    op.create_role("breakpad_rw", { if_not_exists = true, login = false })
---    op.create_role("app", { login = true, password = neap.x.APP_PASSWORD, settings = { search_path = "bixie" } })
---
---Options: if_not_exists (a role that is there is taken as it is), login, superuser, createdb, createrole, inherit,
---replication, bypassrls, connection_limit, password, valid_until, settings (ALTER ROLE SET), in_role (roles that it
---joins), role and admin (roles that join it), comment. The server gets the password's SCRAM-SHA-256 verifier, as from
---psql's \password, so no log, error or history shows it; a script makes the role without one and says so. What the
---revision's file says is kept in the database: better `neap -x APP_PASSWORD=...` than a literal.
---Source: PostgreSQL manual, CREATE ROLE
---@param name string
---@param opts table?
---@return CreateRole
function roles.create_role(name, opts)
  local operation = { kind = "create_role", name = check.name(name, 1, "the role's name") }
  return options(operation, opts, create_options)
end

local alter_options = with({ new_name = shape.name, existing = shape.options })

---Change a role: its attributes, its name, its settings.
---
---    op.alter_role("app", { connection_limit = 20, valid_until = "infinity" })
---    op.alter_role("app", { settings = { statement_timeout = "15s", work_mem = op.null } })
---
---Options: login, superuser, createdb, createrole, inherit, replication, bypassrls, connection_limit, password (op.null:
---none; see `create_role`), valid_until, settings (ALTER ROLE SET; op.null: RESET), comment, new_name; for `op.reverse`:
---existing = { ... }, the same options as they were. Who is a member of what: `grant` and `revoke` with kind "role".
---Source: PostgreSQL manual, ALTER ROLE
---@param name string
---@param opts table
---@return AlterRole
function roles.alter_role(name, opts)
  local operation = { kind = "alter_role", name = check.name(name, 1, "the role's name") }
  options(operation, opts, alter_options)
  if operation.existing then
    options({}, operation.existing, attributes)
  end
  for option in next, operation do
    if option ~= "kind" and option ~= "name" and option ~= "existing" then
      return operation
    end
  end
  return errors.usage(
    "bad argument #2: expected a table that says what to change: login, password, settings ..."
  )
end

---Drop a role. It may own nothing, and have no grants, in any database of the server.
---
---    op.drop_role("breakpad_rw", { if_exists = true })
---
---Options: if_exists; owned ("drop": first drop what it owns in this database and revoke its grants there; "reassign":
---first give what it owns to the current user); for `op.reverse`: options, as for `create_role`.
---Source: PostgreSQL manual, DROP ROLE, DROP OWNED
---@param name string
---@param opts table?
---@return DropRole
function roles.drop_role(name, opts)
  local operation = check.options(
    { kind = "drop_role", name = check.name(name, 1, "the role's name") },
    opts,
    {
      if_exists = shape.boolean,
      owned = check.one_of({ "drop", "reassign" }),
      options = shape.options,
    },
    2
  )
  return check.creates(operation, {}, function(_, create_opts)
    return roles.create_role(name, create_opts)
  end)
end

---Run the rest of the revision as another role; PostgreSQL only.
---
---    op.set_role("app_owner")
---    op.set_role(op.null)   -- back
---
---Sends SET ROLE; after the revision the role is back to what it was.
---Source: PostgreSQL manual, SET ROLE
---@param name string|userdata
---@return SetRole
function roles.set_role(name)
  if not marks.is_null(name) then
    check.name(name, 1, "a role's name, or op.null for the one that connected")
  end
  return { kind = "set_role", role = name }
end

return roles
