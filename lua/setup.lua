--- `setup` in neap.lua: what a database and its server need before the first revision.
---
---     setup = {
---       database = { owner = "app_owner", encoding = "UTF8" },
---       roles = { "app_owner", { name = "app", login = true, in_role = { "app_owner" } } },
---       schemas = { "app", { name = "audit", owner = "auditor" } },
---       extensions = { "citext", { name = "postgis", schema = "app" } },
---       load = "sql/setup",
---     }
---
--- Roles, schemas and extensions are made in this order, those that are missing, on PostgreSQL. What they may say
--- besides their name are the options of op.create_role, op.create_schema (its authorization is called owner here) and
--- op.create_extension.
local errors = require("neap.errors")

local setup = {}

local keys = { database = true, roles = true, schemas = true, extensions = true, load = true }
local database_keys = { owner = true, encoding = true, template = true }

local function shown(value)
  return type(value) == "string" and ("%q"):format(value) or type(value)
end

local function unknown(key, known, where)
  error(("unknown key %s%s%s"):format(where, tostring(key), errors.hint(tostring(key), known)), 0)
end

local function check_keys(value, known, where)
  for key in next, value do
    if not known[key] then
      unknown(key, known, where)
    end
  end
end

local function name_of(value, where)
  if type(value) ~= "string" or value == "" then
    error(("%s: expected a name, got %s"):format(where, shown(value)), 0)
  end
  return value
end

local function entry(value, where)
  if type(value) ~= "table" then
    return { name = name_of(value, where), options = {} }
  end
  local made = { name = name_of(value.name, where .. ".name"), options = {} }
  for key, option in next, value do
    if key ~= "name" then
      made.options[key] = option
    end
  end
  return made
end

local function entries(value, where)
  local list, count = {}, 0
  if type(value) ~= "table" or value.name then
    value = { value }
  end
  for _ in next, value do
    count = count + 1
  end
  if count ~= #value then
    error(('%s: expected a list of "name" or { name = "name", ... }'):format(where), 0)
  end
  local seen = {}
  for i = 1, count do
    list[i] = entry(value[i], ("%s[%d]"):format(where, i))
    if seen[list[i].name] then
      error(("%s: %s is there twice"):format(where, list[i].name), 0)
    end
    seen[list[i].name] = true
  end
  return list
end

local function paths(value)
  local list, count = type(value) == "table" and value or { value }, 0
  for _, path in next, list do
    name_of(path, "load")
    count = count + 1
  end
  if count ~= #list then
    error("load: expected a directory or a list of them", 0)
  end
  return list
end

---The table, checked and in one form; raises a message.
---@param value any
---@return table
function setup.check(value)
  if type(value) ~= "table" then
    error("expected a table, got " .. shown(value), 0)
  end
  check_keys(value, keys, "")
  local made = { database = value.database or {}, load = paths(value.load) }
  if type(made.database) ~= "table" then
    error("database: expected a table, got " .. shown(made.database), 0)
  end
  check_keys(made.database, database_keys, "database.")
  for key, option in next, made.database do
    name_of(option, "database." .. key)
  end
  for _, kind in ipairs({ "roles", "schemas", "extensions" }) do
    made[kind] = value[kind] ~= nil and entries(value[kind], kind) or nil
  end
  return made
end

return setup
