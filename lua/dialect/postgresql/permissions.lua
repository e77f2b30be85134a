--- Owners, grants and roles.

local functions = require("neap.dialect.postgresql.functions")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

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

local MEMBERSHIP = { "inherit", "set", "inherit_option_for", "set_option_for" }

-- Privileges, kinds and options of newer servers.
local function need_version(run, operation, privileges)
  for _, word in ipairs(privileges or {}) do
    if word == "maintain" then
      versions.need(run, 17, 'the privilege "maintain"')
    end
  end
  for _, name in ipairs(MEMBERSHIP) do
    if operation[name] ~= nil then
      versions.need(run, 16, ('option "%s"'):format(name), "ALTER ROLE ... [NO]INHERIT is near it")
    end
  end
  if operation.object_kind == "parameter" then
    versions.need(run, 15, "a privilege on a parameter")
  elseif operation.granted_by and operation.object_kind ~= "role" then
    versions.need(run, 14, 'option "granted_by" for anything but a role')
  end
end

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

-- What may follow WITH; falsy: what false says.
local grant_options = {
  { "with_grant_option", "GRANT OPTION" },
  { "with_admin_option", "ADMIN OPTION" },
  { "inherit", "INHERIT TRUE", falsy = "INHERIT FALSE" },
  { "set", "SET TRUE", falsy = "SET FALSE" },
}

function permissions.grant(operation, run)
  need_version(run, operation, operation.privileges)
  local sql = "GRANT " .. what(operation) .. " TO " .. roles(operation.roles)
  local options = {}
  for _, row in ipairs(grant_options) do
    local value = operation[row[1]]
    if value ~= nil and (value or row.falsy) then
      options[#options + 1] = value and row[2] or row.falsy
    end
  end
  if #options > 0 then
    sql = sql .. " WITH " .. table.concat(options, ", ")
  end
  if operation.granted_by then
    sql = sql .. " GRANTED BY " .. text.role(operation.granted_by)
  end
  return { { sql = sql } }
end

function permissions.revoke(operation, run)
  need_version(run, operation, operation.privileges)
  local sql = "REVOKE "
    .. (operation.grant_option_for and "GRANT OPTION FOR " or "")
    .. (operation.admin_option_for and "ADMIN OPTION FOR " or "")
    .. (operation.inherit_option_for and "INHERIT OPTION FOR " or "")
    .. (operation.set_option_for and "SET OPTION FOR " or "")
    .. what(operation)
    .. " FROM "
    .. roles(operation.roles)
  if operation.granted_by then
    sql = sql .. " GRANTED BY " .. text.role(operation.granted_by)
  end
  return { { sql = sql .. (operation.cascade and " CASCADE" or "") } }
end

function permissions.alter_default_privileges(operation, run)
  need_version(run, operation, operation.grant or operation.revoke)
  if operation.on == "large objects" then
    versions.need(run, 18, 'on = "large objects"', "grant on each of them")
  end
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

return permissions
