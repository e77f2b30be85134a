--- Values that op gives meaning to: raw SQL, bytes, NULL, lists, qualified names; and what a value is, in words.

local errors = require("neap.errors")

local marks = {}

-- Marks that tell our own values from a user's tables.
local Sql = { __name = "op.sql" }
local Bytes = { __name = "op.bytes" }

local Secret = { __name = "a secret" }
-- What must not be seen when an operation is written down or shown.
local secrets = setmetatable({}, { __mode = "k" })

---The metatables, for C code that looks at many values.
marks.metatables = { sql = Sql, bytes = Bytes }

---@return table  { sql = text }
function marks.new_sql(text)
  return setmetatable({ sql = text }, Sql)
end

---@return table  { bytes = text }
function marks.new_bytes(text)
  return setmetatable({ bytes = text }, Bytes)
end

---A password, in an operation.
---@return table
function marks.new_secret(text)
  local secret = setmetatable({ secret = true }, Secret)
  secrets[secret] = text
  return secret
end

function marks.is_secret(value)
  return type(value) == "table" and getmetatable(value) == Secret
end

---The text of a secret; a string is its own.
function marks.reveal(value)
  return marks.is_secret(value) and secrets[value] or value
end

---True for what op.sql makes, and for the same as a plain table (operations from files have no marks).
function marks.is_sql(value)
  return type(value) == "table"
    and (
      getmetatable(value) == Sql
      or (type(value.sql) == "string" and next(value, next(value)) == nil)
    )
end

---True for what op.bytes makes. Strict: in a JSON value { bytes = "x" } is data.
function marks.is_bytes(value)
  return type(value) == "table" and getmetatable(value) == Bytes
end

---True for what op.sql makes, and for nothing else. For values that may be JSON.
function marks.is_marked_sql(value)
  return type(value) == "table" and getmetatable(value) == Sql
end

---A light userdata is NULL: Lua code cannot make any other.
function marks.is_null(value)
  return type(value) == "userdata"
end

---What an element is called, by kind.
marks.articles = {
  column = "a column",
  primary_key = "a primary key",
  unique = "a unique constraint",
  check = "a check constraint",
  not_null = "a NOT NULL constraint",
  foreign_key = "a foreign key",
  exclude = "an exclusion constraint",
  index = "an index",
}

---What a wrong value is, in a few words.
function marks.describe(value)
  local kind = type(value)
  if kind == "string" then
    if value:find("\0", 1, true) then
      return "a string with a NUL byte"
    end
    return #value <= 40 and ('the string "%s"'):format(value) or "a string"
  elseif kind == "userdata" then
    return "op.null"
  elseif kind == "number" or kind == "boolean" then
    return tostring(value)
  elseif kind == "table" then
    if getmetatable(value) == Sql then
      return "op.sql"
    elseif getmetatable(value) == Bytes then
      return "op.bytes"
    elseif marks.articles[value.kind] then
      return marks.articles[value.kind]
    elseif next(value) == nil then
      return "an empty table"
    end
    return #value > 0 and "a list" or "a table"
  end
  return kind == "nil" and "nil" or "a " .. kind
end

---"schema.name" splits at the first dot; with a schema nothing splits.
---@return string? schema, string name
function marks.split(name, schema)
  if schema then
    return schema, name
  end
  local dot = name:find(".", 1, true)
  if not dot then
    return nil, name
  end
  if dot == 1 or dot == #name then
    errors.usage('"%s" is no name: nothing stands on one side of the dot', name)
  end
  return name:sub(1, dot - 1), name:sub(dot + 1)
end
---A shallow copy, without the metatable.
function marks.copy(map)
  local new = {}
  for name, value in next, map do
    new[name] = value
  end
  return new
end
---A table with the keys 1 to n and no other; not the empty one.
function marks.is_list(value)
  if type(value) ~= "table" or value[1] == nil then
    return false
  end
  local count = 0
  for _ in next, value do
    count = count + 1
  end
  return count == #value
end
return marks
