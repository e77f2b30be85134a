--- The arguments of routines as scripts know them: by what their CREATE, ALTER and DROP say, for no catalog can be asked.

local arguments = {}

-- Other words for the same type: PostgreSQL manual, chapter 8, table 8.1, and the names in pg_type.
local called = {
  int = "integer",
  int4 = "integer",
  int2 = "smallint",
  int8 = "bigint",
  float4 = "real",
  float = "double precision",
  float8 = "double precision",
  bool = "boolean",
  decimal = "numeric",
  dec = "numeric",
  varchar = "character varying",
  ["char varying"] = "character varying",
  ["national character varying"] = "character varying",
  char = "character",
  bpchar = "character",
  nchar = "character",
  ["national character"] = "character",
  varbit = "bit varying",
  timestamptz = "timestamp with time zone",
  ["timestamp without time zone"] = "timestamp",
  timetz = "time with time zone",
  ["time without time zone"] = "time",
}

-- What goes on with a type: the word before it is no argument's name.
local goes_on = {
  array = true,
  day = true,
  hour = true,
  minute = true,
  month = true,
  precision = true,
  second = true,
  to = true,
  varying = true,
  with = true,
  without = true,
  year = true,
}

local function is_type(first, second)
  return goes_on[second] or first == "national" and (second == "character" or second == "char")
end

-- "IN a integer" -> "integer", "in"
local function one(part)
  local text = part:match("^%s*(.-)%s*$"):gsub("%s+%[", "[")
  local mode = (text:match("^(%a+)%s") or ""):lower()
  if mode == "in" or mode == "inout" or mode == "variadic" or mode == "out" then
    text = text:gsub("^%a+%s+", "")
  end
  local first, rest = text:match('^("[^"]*")%s+(.+)$')
  if not first then
    first, rest = text:match("^(%S+)%s+(.+)$")
  end
  if first and not is_type(first:lower(), rest:match("^%a*"):lower()) then
    text = rest
  end
  return text, mode
end

---"(IN a integer, OUT b text)" -> "(integer)": as the catalog says the types, as far as the text says them.
---@param text string
---@param outs boolean?  those that only come out, too
function arguments.types(text, outs)
  local inner = text:sub(2, -2):gsub("%b()", "")
  inner = inner:gsub("^%s*%*%s*$", ""):gsub("%s+[Oo][Rr][Dd][Ee][Rr]%s+[Bb][Yy]%s+", ", ")
  local list = {}
  for part in inner:gmatch("[^,]+") do
    local type_name, mode = one(part)
    if mode ~= "out" or outs then
      list[#list + 1] = type_name
    end
  end
  return "(" .. table.concat(list, ", ") .. ")"
end

-- A type as its schema, if it says one, and its name in the catalog's words.
local function plain(text)
  local name, dimensions = text:match("^(.-)(%[.*)$")
  name = name or text:match("^(.-)%s+[Aa][Rr][Rr][Aa][Yy]$") or text
  local is_array = dimensions ~= nil or name ~= text
  name = (name:gsub("%s+", " "))
  if not name:find('"', 1, true) then
    name = name:lower()
  end
  local schema, own = name:match("^(.+)%.(.+)$")
  name = (own or name):gsub('"', "")
  if not schema or schema == "pg_catalog" then
    schema, name = nil, called[name] or name
  end
  return schema and schema:gsub('"', ""), name .. (is_array and "[]" or "")
end

local function list_of(types)
  local list = {}
  for part in types:sub(2, -2):gmatch("[^,]+") do
    list[#list + 1] = part:match("^%s*(.-)%s*$")
  end
  return list
end

local function same_types(a, b)
  local left, right = list_of(a), list_of(b)
  for i = 1, math.max(#left, #right) do
    if not (left[i] and right[i]) then
      return false
    end
    local schema, name = plain(left[i])
    local other_schema, other_name = plain(right[i])
    if name ~= other_name or schema and other_schema and schema ~= other_schema then
      return false
    end
  end
  return true
end

---Whether two lists of arguments, with names and modes or without, are of one routine.
---@param a string
---@param b string
function arguments.same(a, b)
  for _, left in ipairs({ arguments.types(a), arguments.types(a, true) }) do
    for _, right in ipairs({ arguments.types(b), arguments.types(b, true) }) do
      if same_types(left, right) then
        return true
      end
    end
  end
  return false
end

return arguments
