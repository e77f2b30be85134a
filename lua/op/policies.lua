--- Row security: which rows a role sees and may write; PostgreSQL only.

local check = require("neap.op.check")
local errors = require("neap.errors")

local shape = check.shape
local policies = {}

local function start(kind, name, table_name, opts)
  local operation = { kind = kind, name = check.name(name, 1, "the policy's name") }
  operation.schema, operation.table = check.object(table_name, 2, "the table's name", opts)
  return operation
end

local policy_options = {
  schema = shape.name,
  as = check.one_of({ "permissive", "restrictive" }),
  command = check.one_of({ "all", "select", "insert", "update", "delete" }),
  to = shape.names,
  using = shape.expression,
  with_check = shape.expression,
  comment = shape.comment,
}

---Create a policy: which rows of a table a role sees and may write. It counts once row security is on.
---
---    op.create_policy("own_rows", "account", { to = "customer", using = "owner = current_user" })
---    op.create_policy("no_backdating", "bixie.report", {
---      as = "restrictive", command = "insert", with_check = "created >= now()",
---    })
---    op.enable_row_security("account")
---
---Options: using (a condition for rows that are there) and with_check (for rows that are written; without it `using`
---counts), command ("all", "select", "insert", "update", "delete"; default all), to (roles; default public), as
---("permissive", "restrictive": must hold beside the others), schema (of the table), comment. `insert` takes
---with_check alone, `select` and `delete` take using alone. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, CREATE POLICY
---@param name string        never split
---@param table_name string  "table" or "schema.table"
---@param opts table?
---@return CreatePolicy
function policies.create_policy(name, table_name, opts)
  local operation =
    check.options(start("create_policy", name, table_name, opts), opts, policy_options, 3)
  local command = operation.command
  if command == "insert" and operation.using ~= nil then
    errors.usage('a policy for "insert" has no rows to look at: write with_check instead of using')
  elseif (command == "select" or command == "delete") and operation.with_check ~= nil then
    errors.usage('a policy for "%s" writes no rows: write using instead of with_check', command)
  end
  return operation
end

local changes = { to = shape.names, using = shape.expression, with_check = shape.expression }

---Change a policy: its roles, its conditions or its name.
---
---    op.alter_policy("own_rows", "account", { to = { "customer", "clerk" } })
---    op.alter_policy("own_rows", "account", { new_name = "own" })
---
---What is absent is left alone; what a policy is for and whether it is restrictive cannot change. Options: to, using,
---with_check, new_name, schema (of the table); for `op.reverse`: existing = { using = , with_check = , to = }. Takes
---ACCESS EXCLUSIVE on the table for an instant. Source: PostgreSQL manual, ALTER POLICY
---@param name string
---@param table_name string
---@param opts table
---@return AlterPolicy
function policies.alter_policy(name, table_name, opts)
  local operation = start("alter_policy", name, table_name, opts)
  check.options(operation, opts, {
    schema = shape.name,
    to = changes.to,
    using = changes.using,
    with_check = changes.with_check,
    new_name = shape.name,
    existing = shape.options,
  }, 3)
  if operation.existing then
    check.options({}, operation.existing, changes, 3)
  end
  if
    operation.to == nil
    and operation.using == nil
    and operation.with_check == nil
    and operation.new_name == nil
  then
    check.wrong(3, "a table that says what to change: to, using, with_check, new_name", opts)
  end
  return operation
end

---Drop a policy.
---
---    op.drop_policy("own_rows", "account", { if_exists = true })
---
---Options: if_exists, cascade (taken, there is nothing that depends on a policy), schema (of the table); for
---`op.reverse`: options, as for `create_policy`. Takes ACCESS EXCLUSIVE on the table for an instant. With row security
---on and no policy left, nobody but the owner sees a row.
---Source: PostgreSQL manual, DROP POLICY
---@param name string
---@param table_name string
---@param opts table?
---@return DropPolicy
function policies.drop_policy(name, table_name, opts)
  local operation = check.options(start("drop_policy", name, table_name, opts), opts, {
    schema = shape.name,
    if_exists = shape.boolean,
    cascade = shape.boolean,
    options = shape.options,
  }, 3)
  return check.creates(operation, {}, function(_, create_opts)
    return policies.create_policy(name, operation.table, create_opts)
  end)
end

local function security(kind, table_name, opts)
  local schema, bare = check.object(table_name, 1, "the table's name", opts)
  return check.options(
    { kind = kind, schema = schema, table = bare },
    opts,
    { schema = shape.name, if_exists = shape.boolean },
    2
  )
end

---Turn row security on: from now on the table's policies decide, and without a policy there are no rows.
---
---    op.enable_row_security("account")
---
---Owners, superusers and roles with BYPASSRLS see everything as before; see `force_row_security`. Options: schema,
---if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, "Row Security Policies"; ALTER TABLE
---@param table_name string
---@param opts table?
---@return EnableRowSecurity
function policies.enable_row_security(table_name, opts)
  return security("enable_row_security", table_name, opts)
end

---Turn row security off. The policies stay, and do nothing.
---
---    op.disable_row_security("account")
---
---Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
---@return DisableRowSecurity
function policies.disable_row_security(table_name, opts)
  return security("disable_row_security", table_name, opts)
end

---Let the policies count for the table's owner, too, once row security is on.
---
---    op.force_row_security("account")
---
---Superusers and roles with BYPASSRLS still see everything. Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the
---table for an instant. Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
---@return ForceRowSecurity
function policies.force_row_security(table_name, opts)
  return security("force_row_security", table_name, opts)
end

---Let the table's owner see everything again.
---
---    op.no_force_row_security("account")
---
---Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
---@return NoForceRowSecurity
function policies.no_force_row_security(table_name, opts)
  return security("no_force_row_security", table_name, opts)
end

return policies
