--- Owners, grants and roles.

local marks = require("neap.marks")
local functions = require("neap.dialect.postgresql.functions")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local permissions = {}

---Roles, one or a list.
function permissions.roles(list)
  local parts = {}
  for i, name in ipairs(shared.list(list)) do
    parts[i] = text.role(name)
  end
  return table.concat(parts, ", ")
end

local roles = permissions.roles

local function object_names(list)
  local parts = {}
  for i, object in ipairs(list) do
    parts[i] = functions.signature(object)
  end
  return table.concat(parts, ", ")
end

-- Where the words of ALTER are not those of GRANT.
local alter_words = { ["foreign server"] = "SERVER", ["extension"] = "EXTENSION" }

function permissions.set_owner(operation)
  local kind = operation.object_kind
  return {
    {
      sql = "ALTER " .. (alter_words[kind] or kind:upper()) .. " " .. functions.signature(
        operation.object
      ) .. " OWNER TO " .. text.role(operation.role),
    },
  }
end

-- GRANT says TABLE for whatever has rows.
local grant_words = {
  ["table"] = "TABLE",
  ["view"] = "TABLE",
  ["materialized view"] = "TABLE",
  ["foreign table"] = "TABLE",
  ["aggregate"] = "FUNCTION",
}

local function privileges(operation)
  local parts = {}
  local columns = operation.columns and " (" .. text.names(operation.columns) .. ")" or ""
  for i, word in ipairs(operation.privileges) do
    parts[i] = word:upper() .. columns
  end
  return table.concat(parts, ", ")
end

local function what(operation)
  if operation.object_kind == "role" then
    return object_names(operation.objects)
  end
  return privileges(operation)
    .. " ON "
    .. (grant_words[operation.object_kind] or operation.object_kind:upper())
    .. " "
    .. object_names(operation.objects)
end

function permissions.grant(operation)
  local sql = "GRANT " .. what(operation) .. " TO " .. roles(operation.roles)
  if operation.with_grant_option then
    sql = sql .. " WITH GRANT OPTION"
  elseif operation.with_admin_option then
    sql = sql .. " WITH ADMIN OPTION"
  end
  if operation.granted_by then
    sql = sql .. " GRANTED BY " .. text.role(operation.granted_by)
  end
  return { { sql = sql } }
end

function permissions.revoke(operation)
  local sql = "REVOKE "
    .. (operation.grant_option_for and "GRANT OPTION FOR " or "")
    .. (operation.admin_option_for and "ADMIN OPTION FOR " or "")
    .. what(operation)
    .. " FROM "
    .. roles(operation.roles)
  if operation.granted_by then
    sql = sql .. " GRANTED BY " .. text.role(operation.granted_by)
  end
  return { { sql = sql .. (operation.cascade and " CASCADE" or "") } }
end

local flags =
  { "login", "superuser", "createdb", "createrole", "inherit", "replication", "bypassrls" }

local function role_options(operation)
  local sql = ""
  for _, name in ipairs(flags) do
    if operation[name] ~= nil then
      sql = sql .. (operation[name] and " " or " NO") .. name:upper()
    end
  end
  if operation.connection_limit then
    sql = sql .. " CONNECTION LIMIT " .. operation.connection_limit
  end
  if operation.password ~= nil then
    sql = sql .. " PASSWORD " .. text.literal(operation.password)
  end
  if operation.valid_until then
    sql = sql .. " VALID UNTIL " .. text.string(operation.valid_until)
  end
  for _, row in ipairs({ { "in_role", "IN ROLE" }, { "role", "ROLE" }, { "admin", "ADMIN" } }) do
    if operation[row[1]] then
      sql = sql .. " " .. row[2] .. " " .. roles(operation[row[1]])
    end
  end
  return sql
end

-- Statements that run when the role is there, or when it is not: what has no IF [NOT] EXISTS of its own.
local function if_role(exists, name, statements)
  local tag, body = "$neap$", table.concat(statements, ";\n        ") .. ";"
  while body:find(tag, 1, true) do
    tag = tag:sub(1, -2) .. "_$"
  end
  return table.concat({
    "DO " .. tag,
    "BEGIN",
    ("    IF %s (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) %s) THEN"):format(
      exists and "EXISTS" or "NOT EXISTS",
      text.string(name)
    ),
    "        " .. body,
    "    END IF;",
    "END",
    tag,
  }, "\n")
end

function permissions.create_role(operation)
  local name = text.name(operation.name)
  local sql = "CREATE ROLE " .. name .. role_options(operation)
  if operation.if_not_exists then
    sql = if_role(false, operation.name, { sql })
  end
  local statements = { { sql = sql } }
  if operation.comment ~= nil then
    statements[2] = text.comment("ROLE " .. name, operation.comment)
  end
  return statements
end

function permissions.drop_role(operation)
  local name = text.name(operation.name)
  if not operation.owned then
    return text.drop("DROP ROLE", operation, name)
  end
  local list = { "DROP OWNED BY " .. name, "DROP ROLE " .. name }
  if operation.owned == "reassign" then
    -- The grants are left to DROP OWNED.
    table.insert(list, 1, "REASSIGN OWNED BY " .. name .. " TO CURRENT_USER")
  end
  if operation.if_exists then
    return { { sql = if_role(true, operation.name, list) } }
  end
  local statements = {}
  for i, sql in ipairs(list) do
    statements[i] = { sql = sql }
  end
  return statements
end

function permissions.alter_default_privileges(operation)
  local sql = "ALTER DEFAULT PRIVILEGES"
  if operation.for_role then
    sql = sql .. " FOR ROLE " .. roles(operation.for_role)
  end
  if operation.schema then
    sql = sql .. " IN SCHEMA " .. text.names(operation.schema)
  end
  local granted = operation.grant or operation.revoke
  local words = {}
  for i, word in ipairs(granted) do
    words[i] = word:upper()
  end
  local on = table.concat(words, ", ") .. " ON " .. operation.on:upper()
  if operation.grant then
    sql = sql .. " GRANT " .. on .. " TO " .. roles(operation.to)
    sql = sql .. (operation.with_grant_option and " WITH GRANT OPTION" or "")
  else
    sql = sql
      .. " REVOKE "
      .. (operation.grant_option_for and "GRANT OPTION FOR " or "")
      .. on
      .. " FROM "
      .. roles(operation.from)
      .. (operation.cascade and " CASCADE" or "")
  end
  return { { sql = sql } }
end

function permissions.set_role(operation)
  if marks.is_null(operation.role) then
    return { { sql = "RESET ROLE" } }
  end
  return { { sql = "SET ROLE " .. text.name(operation.role) } }
end

return permissions
