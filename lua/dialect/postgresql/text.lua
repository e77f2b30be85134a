--- Names and literals as PostgreSQL reads them.

local marks = require("neap.marks")
local errors = require("neap.errors")
local names = require("neap.dialect.names")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local values = require("neap.dialect.values")

local quote_string = sql.quote_string

local text = {}

---Bytes of a name; NAMEDATALEN - 1. The server would cut a longer one without an error.
text.LIMIT = 63

text.name, text.object, text.names = names("postgresql", function(name)
  if #name > text.LIMIT then
    errors.usage(
      'the name "%s" has %d bytes, and PostgreSQL takes %d: choose a shorter one',
      name,
      #name,
      text.LIMIT
    )
  end
end)
local quote = text.name

---"name" or "schema.name" in an option: a sequence, an extension's schema, a parent.
function text.qualified(name)
  return text.object(marks.split(name))
end

-- Words that stand for a role; CURRENT_ROLE is new in 14, and the same as CURRENT_USER.
local role_words = {
  public = "PUBLIC",
  current_user = "CURRENT_USER",
  session_user = "SESSION_USER",
  current_role = "CURRENT_USER",
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
    return shared.line_text(value)
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
