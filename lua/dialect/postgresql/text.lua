--- Names and literals as PostgreSQL reads them.

local check = require("neap.op.check")
local errors = require("neap.errors")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local values = require("neap.dialect.values")

local quote_name, quote_string = sql.quote_name, sql.quote_string

local text = {}

---Bytes of a name; NAMEDATALEN - 1. The server would cut a longer one without an error.
text.LIMIT = 63

---@param name string
function text.name(name)
  if #name > 63 then
    errors.usage(
      'the name "%s" has %d bytes, and PostgreSQL takes 63: choose a shorter one',
      name,
      #name
    )
  end
  return quote_name(name, "postgresql")
end
local quote = text.name

function text.object(schema, name)
  if schema then
    return quote(schema) .. "." .. quote(name)
  end
  return quote(name)
end

---@param list string|string[]
function text.names(list)
  if type(list) == "string" then
    return quote(list)
  end
  local parts = {}
  for i = 1, #list do
    parts[i] = quote(list[i])
  end
  return table.concat(parts, ", ")
end

---"name" or "schema.name" in an option: a sequence, an extension's schema, a parent.
function text.qualified(name)
  return text.object(check.split(name))
end

function text.string(value)
  return quote_string(value, "postgresql")
end

---A value where SQL takes an expression. Strings are untyped literals.
function text.literal(value)
  local kind = type(value)
  if kind == "string" then
    return quote_string(value, "postgresql")
  elseif kind == "number" then
    local special = values.special(value)
    if special then
      return "'" .. special:gsub("inf", "Infinity"):gsub("nan", "NaN") .. "'"
    end
    return values.number(value)
  elseif kind == "boolean" then
    return value and "true" or "false"
  elseif kind == "userdata" then
    return "NULL"
  elseif check.is_bytes(value) then
    return sql.quote_bytes(value.bytes, "postgresql")
  elseif check.is_sql(value) then
    return value.sql
  end
  return errors.usage("expected a value, got %s", check.describe(value))
end

---WITH (...): storage parameters in name order.
function text.parameters(map)
  local parts = {}
  for i, name in ipairs(shared.sorted_keys(map)) do
    local value = map[name]
    if type(value) == "string" and not value:find("^[%a_][%w_]*$") then
      value = text.string(value)
    end
    parts[i] = name .. " = " .. tostring(value)
  end
  return table.concat(parts, ", ")
end

---COMMENT ON what IS ...
function text.comment(what, comment)
  if check.is_null(comment) then
    return { sql = "COMMENT ON " .. what .. " IS NULL" }
  end
  return { sql = "COMMENT ON " .. what .. " IS " .. text.string(comment) }
end

---DROP what [IF EXISTS] name [CASCADE]
function text.drop(what, operation, name)
  return {
    {
      sql = what
        .. (operation.if_exists and " IF EXISTS " or " ")
        .. name
        .. (operation.cascade and " CASCADE" or ""),
    },
  }
end

return text
