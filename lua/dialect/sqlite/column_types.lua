--- SQL's types as SQLite's: the nearest one with the right affinity.
---
--- SQLite gives any name an affinity by its letters ("interval" and "point" would be integers, because they
--- hold "int"), so names that it would misread are replaced, and unknown ones are text.
--- Source: sqlite.org/datatype3.html, 3.1; sqlite.org/stricttables.html

local column_types = {}

local function words(list)
  local set = {}
  for word in list:gmatch("[^,]+") do
    set[word:match("^%s*(.-)%s*$")] = true
  end
  return set
end

-- Kept as they are written.
local kept = words([[
  int, integer, tinyint, smallint, mediumint, bigint, int2, int4, int8, unsigned big int, boolean, bool,
  text, clob, char, character, varchar, character varying, nchar, nvarchar, native character, varying character,
  citext, blob, real, double, double precision, float, float4, float8, numeric, decimal, dec, any]])

local replaced = {
  serial = "integer",
  bigserial = "integer",
  smallserial = "integer",
  serial4 = "integer",
  serial8 = "integer",
  serial2 = "integer",
  oid = "integer",
  bytea = "blob",
  money = "numeric",
}

-- In STRICT tables only these exist.
local strict = {
  integer = words(
    "int, integer, tinyint, smallint, mediumint, bigint, int2, int4, int8, unsigned big int, boolean, bool"
  ),
  real = words("real, double, double precision, float, float4, float8, numeric, decimal, dec"),
  blob = words("blob"),
  any = words("any"),
}

local cache, strict_cache = {}, {}

local function plain(type_name)
  local lower = type_name:lower()
  if lower:find("[", 1, true) then
    return "text" -- arrays are JSON
  end
  local base = lower:gsub("%b()", ""):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if kept[base] then
    return type_name
  elseif base == "" then
    return "" -- none
  end
  return replaced[base] or "text"
end

local function strictly(type_name)
  local base = plain(type_name):lower():gsub("%b()", ""):gsub("%s+", " "):gsub(" $", "")
  if base == "" then
    return "any" -- it needs one
  elseif base == "int" then
    return type_name -- one more word for the same, but no rowid is an INT
  end
  for name, members in next, strict do
    if members[base] then
      return name
    end
  end
  return "text"
end

---@param type_name string
---@param is_strict boolean?  in a STRICT table
---@return string
function column_types.map(type_name, is_strict)
  local known = is_strict and strict_cache or cache
  local mapped = known[type_name]
  if not mapped then
    mapped = (is_strict and strictly or plain)(type_name)
    known[type_name] = mapped
  end
  return mapped
end

local integers = strict.integer

---True for types that may be an autoincrementing key.
function column_types.is_integer(type_name)
  return integers[plain(type_name):lower()] ~= nil and not type_name:lower():find("bool", 1, true)
end

return column_types
