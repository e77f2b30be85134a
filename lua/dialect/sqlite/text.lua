--- Names and literals as SQLite reads them.

local marks = require("neap.marks")
local errors = require("neap.errors")
local names = require("neap.dialect.names")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local values = require("neap.dialect.values")

local quote_string = sql.quote_string

local text = {}

text.name, text.object, text.names = names("sqlite")

function text.string(value)
  if value:find("\0", 1, true) then
    errors.usage("a string holds a NUL byte: write op.bytes(s)")
  end
  return quote_string(value, "sqlite")
end

---A value where SQL takes an expression. Booleans are 1 and 0.
function text.literal(value)
  local kind = type(value)
  if kind == "string" then
    return text.string(value)
  elseif kind == "number" then
    local special = values.special(value)
    if special == "nan" then
      return "NULL" -- what SQLite stores for it
    elseif special then
      return special == "inf" and "9e999" or "-9e999"
    end
    return values.number(value)
  elseif kind == "boolean" then
    return value and "1" or "0"
  elseif kind == "userdata" then
    return "NULL"
  elseif marks.is_bytes(value) then
    return sql.quote_bytes(value.bytes, "sqlite")
  elseif marks.is_sql(value) then
    return shared.line_text(value)
  end
  return errors.usage("expected a value, got %s", marks.describe(value))
end

-- Expressions that DEFAULT takes without parentheses, and PostgreSQL's word for the first.
local bare_defaults = {
  ["current_timestamp"] = "CURRENT_TIMESTAMP",
  ["now()"] = "CURRENT_TIMESTAMP",
  ["current_date"] = "CURRENT_DATE",
  ["current_time"] = "CURRENT_TIME",
  ["null"] = "NULL",
  ["true"] = "TRUE",
  ["false"] = "FALSE",
}

---What follows DEFAULT; and whether ALTER TABLE ADD COLUMN takes it, on a table with rows.
---@return string sql, boolean constant
function text.default(value)
  if not marks.is_sql(value) then
    return text.literal(value), true
  end
  local bare = bare_defaults[value.sql:lower()]
  if bare then
    return bare, bare:sub(1, 7) ~= "CURRENT"
  elseif tonumber(value.sql) and value.sql:find("^[+-]?[%d.]+$") then
    return value.sql, true
  end
  return "(" .. shared.line_text(value) .. ")", false
end

---DROP what [IF EXISTS] name. There is no CASCADE.
function text.drop(what, operation, name)
  if operation.cascade then
    errors.usage(
      'SQLite has no CASCADE: drop what depends on it first, or write cascade = neap.dialect == "postgresql"'
    )
  end
  return { { sql = what .. (operation.if_exists and " IF EXISTS " or " ") .. name } }
end

---Raises for options that only PostgreSQL has; for the first by name.
---@param operation table
---@param options table<string, string>  option -> what to do instead
function text.refuse(operation, options)
  local first
  for name in next, options do
    if operation[name] and (not first or name < first) then
      first = name
    end
  end
  if first then
    local instead = options[first]
    errors.usage(
      'option "%s" is PostgreSQL\'s, SQLite has nothing like it: %s',
      first,
      instead ~= "" and instead
        or ('write %s = neap.dialect == "postgresql" and ... or nil'):format(first)
    )
  end
end

---Raises: what SQLite lacks altogether.
function text.lacks(what, instead)
  errors.usage(
    "SQLite has no %s; %s",
    what,
    instead or 'put it under `if neap.dialect == "postgresql" then`'
  )
end

return text
