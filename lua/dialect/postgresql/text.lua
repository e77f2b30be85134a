--- Names and literals as PostgreSQL reads them.

local marks = require("neap.marks")
local errors = require("neap.errors")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local values = require("neap.dialect.values")

local quote_name, quote_string = sql.quote_name, sql.quote_string

local text = {}

---Bytes of a name; NAMEDATALEN - 1. The server would cut a longer one without an error.
text.LIMIT = 63

-- Names as they were quoted: a run has few and says them often. Begun anew when it grows.
local known, count = {}, 0

---@param name string
function text.name(name)
  local quoted = known[name]
  if quoted then
    return quoted
  end
  if #name > 63 then
    errors.usage(
      'the name "%s" has %d bytes, and PostgreSQL takes 63: choose a shorter one',
      name,
      #name
    )
  end
  if count == 1000 then
    known, count = {}, 0
  end
  quoted = quote_name(name, "postgresql")
  known[name], count = quoted, count + 1
  return quoted
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
  return text.object(marks.split(name))
end

-- Words that stand for a role.
local role_words = {
  public = "PUBLIC",
  current_user = "CURRENT_USER",
  session_user = "SESSION_USER",
  current_role = "CURRENT_ROLE",
}

---A role's name; "public", "current_user" and "session_user" are the key words.
function text.role(name)
  return role_words[name:lower()] or quote(name)
end

function text.string(value)
  if value:find("\0", 1, true) then
    errors.usage("a string holds a NUL byte: for bytea write op.bytes(s), text cannot hold one")
  end
  return quote_string(value, "postgresql")
end

---A value where SQL takes an expression. Strings are untyped literals.
function text.literal(value)
  local kind = type(value)
  if kind == "string" then
    return text.string(value)
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
  elseif marks.is_bytes(value) then
    return sql.quote_bytes(value.bytes, "postgresql")
  elseif marks.is_sql(value) then
    return value.sql
  end
  return errors.usage("expected a value, got %s", marks.describe(value))
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
  if marks.is_null(comment) then
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
