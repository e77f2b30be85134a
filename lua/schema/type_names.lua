--- PostgreSQL's names of types: every spelling as format_type prints it.
--- Source: PostgreSQL manual, "Data Types", table 8.1

local type_names = {}

local aliases = {
  int = "integer",
  int4 = "integer",
  int8 = "bigint",
  int2 = "smallint",
  bool = "boolean",
  varchar = "character varying",
  ["char varying"] = "character varying",
  char = "character",
  bpchar = "bpchar",
  decimal = "numeric",
  dec = "numeric",
  float = "double precision",
  float8 = "double precision",
  float4 = "real",
  varbit = "bit varying",
  timestamptz = "timestamp with time zone",
  timestamp = "timestamp without time zone",
  timetz = "time with time zone",
  time = "time without time zone",
}

local cache = {}

local function split_zone(base, size, name)
  -- "timestamp with time zone" has its precision in the middle.
  local first, rest = name:match("^(%a+) (with.*)$")
  if first and size and (first == "timestamp" or first == "time") then
    return first .. size .. " " .. rest
  end
  return base .. (size or "")
end

---The name as the server prints it; what is not known stays as it is.
---@param text string
---@param home string?  its types stand without their schema
function type_names.canonical(text, home)
  local known = cache[text]
  if known then
    return known
  end
  local words = text:gsub("%s+", " ")
  local bare, array = words:match("^(.-)%s*(%[[%d%[%]]*)$")
  if not bare then
    bare, array = words:match("^(.-)%s*$"), ""
  end
  local size = bare:match("%s*(%(.*%))")
  local base = bare:gsub("%s*%(.-%)", "")
  local lower = base:lower()
  local name = aliases[lower] or (base:find('"', 1, true) and base or lower)
  if home and base:sub(1, #home + 1) == home .. "." then
    name = base:sub(#home + 2)
  end
  size = size and size:gsub("%s", "")
  if name == "character" and not size then
    size = "(1)"
  elseif name == "numeric" and size and not size:find(",", 1, true) then
    size = size:gsub("%)", ",0)")
  end
  local result = split_zone(name, size, name)
  while array ~= "" do
    result, array = result .. "[]", array:gsub("^%[%d*%]", "", 1)
  end
  cache[text] = result
  return result
end

return type_names
