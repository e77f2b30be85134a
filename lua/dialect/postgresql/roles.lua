--- Roles.

local errors = require("neap.errors")
local marks = require("neap.marks")
local permissions = require("neap.dialect.postgresql.permissions")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local text = require("neap.dialect.postgresql.text")

local roles = {}

local flags =
  { "login", "superuser", "createdb", "createrole", "inherit", "replication", "bypassrls" }

local function attributes(operation)
  local parts = ""
  for _, name in ipairs(flags) do
    if operation[name] ~= nil then
      parts = parts .. (operation[name] and " " or " NO") .. name:upper()
    end
  end
  if operation.connection_limit then
    parts = parts .. " CONNECTION LIMIT " .. operation.connection_limit
  end
  if marks.is_null(operation.password) then
    parts = parts .. " PASSWORD NULL"
  end
  if operation.valid_until then
    parts = parts .. " VALID UNTIL " .. text.string(operation.valid_until)
  end
  for _, row in ipairs({ { "in_role", "IN ROLE" }, { "role", "ROLE" }, { "admin", "ADMIN" } }) do
    if operation[row[1]] then
      parts = parts .. " " .. row[2] .. " " .. permissions.roles(operation[row[1]])
    end
  end
  return parts
end

-- ALTER ROLE ... SET and RESET, in name order.
local function settings(operation)
  local list = {}
  local names = operation.settings and shared.sorted_keys(operation.settings) or {}
  for i, name in ipairs(names) do
    local value, parts = operation.settings[name], {}
    for part in name:gmatch("[^.]+") do
      parts[#parts + 1] = text.name(part)
    end
    local what = table.concat(parts, ".")
    list[i] = "ALTER ROLE " .. text.name(operation.name)
    if marks.is_null(value) then
      list[i] = list[i] .. " RESET " .. what
    elseif name == "search_path" and type(value) == "string" then
      -- As a string it would be the name of a single schema.
      list[i] = list[i] .. " SET search_path TO " .. value
    else
      list[i] = list[i] .. " SET " .. what .. " TO " .. text.literal(value)
    end
  end
  return list
end

local function block(lines)
  local tag, body = "$neap$", table.concat(lines, "\n")
  while body:find(tag, 1, true) do
    tag = tag:sub(1, -2) .. "_$"
  end
  return "DO " .. tag .. "\nBEGIN\n" .. body .. "\nEND\n" .. tag
end

-- Statements that run when the role is there, or when it is not: what has no IF [NOT] EXISTS of its own.
local function if_role(exists, name, statements)
  return block({
    ("    IF %s (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) %s) THEN"):format(
      exists and "EXISTS" or "NOT EXISTS",
      text.string(name)
    ),
    "        " .. table.concat(statements, ";\n        ") .. ";",
    "    END IF;",
  })
end

local SETTING = "neap.password"

-- The statement with the password in the setting; the text that fails, is logged or shown has none.
-- An error's context would show the statement: raised anew it has none.
local function executing(statement)
  return ([[
BEGIN
            EXECUTE pg_catalog.format(%s, pg_catalog.current_setting('%s'));
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM;
        END]]):format(text.string(statement:gsub("%%", "%%%%") .. " PASSWORD %L"), SETTING)
end

local function is_verifier(password)
  return password:find("^SCRAM%-SHA%-256%$") or password:find("^md5%x+$")
end

-- What the server stores; a password that only the server can prepare (it is not ASCII) goes there as it is.
local function verifier(password)
  return is_verifier(password) and password or sql.verifier(password) or password
end

-- Statements of which one has a password: it travels as a parameter, into a setting, and the setting is emptied.
local function secretly(password, statement, what)
  return {
    send = "group",
    sql = what,
    fill = function(session, source)
      local set = "SELECT pg_catalog.set_config('" .. SETTING .. "', $1, false)"
      session:run(set, { verifier(password) }, source)
      session:run(statement, nil, source)
      session:run(set, { "" }, source)
    end,
  }
end

local function secret_of(operation)
  local password = marks.reveal(operation.password)
  return type(password) == "string" and password or nil
end

-- A script is read by many: it holds a verifier if one was given, and no password.
local function left_out(operation, password)
  if is_verifier(password) then
    return "", " PASSWORD " .. text.string(password)
  end
  return ("-- The password is not in this script: \\password %s in psql sets it.\n"):format(
    operation.name:gsub("%c", " ")
  ),
    ""
end

-- What comes after the role is there.
local function add_comment(statements, operation)
  if operation.comment ~= nil then
    statements[#statements + 1] =
      text.comment("ROLE " .. text.name(operation.name), operation.comment)
  end
  return statements
end

local function add_all(statements, list)
  for _, statement in ipairs(list) do
    statements[#statements + 1] = { sql = statement }
  end
end

function roles.create_role(operation, run)
  local name, password = text.name(operation.name), secret_of(operation)
  local create, more = "CREATE ROLE " .. name .. attributes(operation), settings(operation)
  local online = password and not run.offline
  local remark, given = "", ""
  if password and not online then
    remark, given = left_out(operation, password)
  end
  local list = { online and executing(create) or create .. given, table.unpack(more) }
  local statements = {}
  if operation.if_not_exists then
    statements[1] = { sql = if_role(false, operation.name, list) }
  elseif online then
    statements[1] = { sql = block({ "        " .. list[1] .. ";" }) }
    add_all(statements, more)
  else
    add_all(statements, list)
  end
  if online then
    statements[1] = secretly(password, statements[1].sql, create)
  end
  statements[1].sql = remark .. statements[1].sql
  return add_comment(statements, operation)
end

function roles.alter_role(operation, run)
  local name, password = text.name(operation.name), secret_of(operation)
  local what, statements = "ALTER ROLE " .. name, {}
  local changes = attributes(operation)
  if password and not run.offline then
    local alter = what .. changes
    statements[1] = secretly(password, block({ "        " .. executing(alter) .. ";" }), alter)
  elseif password then
    local remark, given = left_out(operation, password)
    if changes .. given == "" then
      errors.usage(
        'a script would show the password of "%s": set it with \\password in psql, or online',
        operation.name
      )
    end
    statements[1] = { sql = remark .. what .. changes .. given }
  elseif changes ~= "" then
    statements[1] = { sql = what .. changes }
  end
  add_all(statements, settings(operation))
  add_comment(statements, operation)
  if operation.new_name then
    statements[#statements + 1] = { sql = what .. " RENAME TO " .. text.name(operation.new_name) }
  end
  return statements
end

function roles.drop_role(operation)
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
  add_all(statements, list)
  return statements
end

function roles.set_role(operation)
  if marks.is_null(operation.role) then
    return { { sql = "RESET ROLE" } }
  end
  return { { sql = "SET ROLE " .. text.name(operation.role) } }
end

return roles
