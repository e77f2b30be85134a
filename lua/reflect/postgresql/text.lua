--- Texts as the catalog prints them: lists, options, names.

local marks = require("neap.marks")

local text = {}

local known_integers = setmetatable({}, { __mode = "k" })

---"{1,2}" or "1 2" as a list; the same text gives the same list, which nobody changes.
---@return integer[]
function text.integers(value)
  local list = known_integers[value]
  if not list then
    list = {}
    for number in value:gmatch("-?%d+") do
      list[#list + 1] = math.tointeger(number)
    end
    known_integers[value] = list
  end
  return list
end

---Lines as a list.
function text.lines(value)
  local list = {}
  for line in (value .. "\n"):gmatch("(.-)\n") do
    list[#list + 1] = line
  end
  return list
end

-- 70 for "70", true for "true": what writes the same again.
local function option_value(value)
  if value == "true" or value == "false" then
    return value == "true"
  end
  local number = tonumber(value)
  return number and tostring(number) == value and number or value
end

---"fillfactor=70\nuser_catalog_table=true" as a table, names after prefix; nil for nil.
---@param into table?  is filled and returned
function text.options(value, prefix, into)
  if not value then
    return into
  end
  into = into or {}
  for _, line in ipairs(text.lines(value)) do
    local name, setting = line:match("^([^=]*)=(.*)$")
    if name then
      into[(prefix or "") .. name] = option_value(setting)
    end
  end
  return into
end

---The places of brackets and separators at the top level of SQL text, quotes passed over: fun(character, place).
local function scan(value, visit)
  local depth, i = 0, 1
  while i <= #value do
    local char = value:sub(i, i)
    if char == "'" or char == '"' then
      i = value:find(char, i + 1, true) or #value
    elseif char == "(" or char == "[" then
      depth = depth + 1
    elseif char == ")" or char == "]" then
      depth = depth - 1
      if depth == 0 and visit(char, i) then
        return
      end
    elseif depth == 0 and visit(char, i) then
      return
    end
    i = i + 1
  end
end

---Splits at a character that stands outside of quotes and brackets; blanks around the parts are cut.
function text.split(value, separator)
  local parts, from = {}, 1
  scan(value, function(char, i)
    if char == separator then
      parts[#parts + 1] = value:sub(from, i - 1)
      from = i + 1
    end
  end)
  parts[#parts + 1] = value:sub(from)
  for i, part in ipairs(parts) do
    parts[i] = part:match("^%s*(.-)%s*$")
  end
  return parts
end

---"((a > 0))" as "a > 0", when the brackets belong together.
function text.bare(value)
  if value:sub(1, 1) ~= "(" then
    return value
  elseif not value:find("['\"]") then
    return value:find("^%b()$") and text.bare(value:sub(2, -2)) or value
  end
  local closes
  scan(value, function(char, i)
    closes = char == ")" and i
    return closes
  end)
  return closes == #value and text.bare(value:sub(2, -2)) or value
end

---The name that SQL text is, without its quotes; nil when it is none.
function text.name(value)
  if value:find("^[%a_\128-\255][%w_$\128-\255]*$") then
    return value
  end
  local quoted = value:match('^"(.*)"$')
  if quoted and not quoted:gsub('""', ""):find('"', 1, true) then
    return (quoted:gsub('""', '"'))
  end
  return nil
end

---"s.t" as "s", "t" without quotes; "t" as nil, "t".
function text.object(value)
  local parts = text.split(value, ".")
  if #parts > 1 then
    return text.name(parts[1]), text.name(parts[2])
  end
  return nil, text.name(value)
end

---A column of a partition key as op keeps it: a name, op.sql, or { name or op.sql, collation = , opclass = }.
local function key_column(value)
  local parts = {}
  for _, part in ipairs(text.split(value, " ")) do
    parts[#parts + 1] = part ~= "" and part or nil
  end
  local name = text.name(parts[1])
  local column = name or marks.new_sql(text.bare(parts[1]))
  if #parts == 1 then
    return column
  end
  local options, i = { column }, 2
  if parts[2] == "COLLATE" then
    local schema, collation = text.object(parts[3])
    options.collation = schema and schema .. "." .. collation or collation
    i = 4
  end
  options.opclass = parts[i]
  return options
end

---"RANGE (a, lower(b))" as { method = "range", columns = { "a", op.sql "lower(b)" } }.
function text.partition_key(value)
  local method, list = value:match("^(%a+) %((.*)%)$")
  local columns = text.split(list, ",")
  for i, column in ipairs(columns) do
    columns[i] = key_column(column)
  end
  return { method = method:lower(), columns = columns }
end

-- A value of a bound: strings as they are, whole numbers as such, all else as SQL text.
local function bound_value(value)
  local quoted = value:match("^'(.*)'$")
  if quoted and not quoted:gsub("''", ""):find("'", 1, true) then
    return (quoted:gsub("''", "'"))
  end
  return math.tointeger(tonumber(value)) or marks.new_sql(value)
end

local function bound_values(list)
  local values = text.split(list, ",")
  for i, value in ipairs(values) do
    values[i] = bound_value(value)
  end
  return values
end

---A partition's bound as op.create_partition keeps it.
function text.bound(value)
  local from, to = value:match("^FOR VALUES FROM %((.*)%) TO %((.*)%)$")
  if from then
    return { from = bound_values(from), to = bound_values(to) }
  end
  local list = value:match("^FOR VALUES IN %((.*)%)$")
  if list then
    return { values = bound_values(list) }
  end
  local modulus, remainder = value:match("^FOR VALUES WITH %(modulus (%d+), remainder (%d+)%)$")
  if modulus then
    return { modulus = math.tointeger(modulus), remainder = math.tointeger(remainder) }
  end
  return { default = true }
end

return text
