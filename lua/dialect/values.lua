--- Values as text that does not depend on the dialect: numbers, JSON, PostgreSQL's array notation.

local marks = require("neap.marks")
local errors = require("neap.errors")

local values = {}

---A number as SQL has it: the shortest digits that read back as the same float.
---@param number number
function values.number(number)
  if math.type(number) == "integer" then
    return tostring(number)
  end
  local text
  for digits = 15, 17 do
    text = ("%%.%dg"):format(digits):format(number)
    if tonumber(text) == number then
      break
    end
  end
  return text:find("[.en]") and text or text .. ".0"
end

---The same for text input, where an integer column takes no "1.0".
function values.digits(number)
  local integer = math.tointeger(number)
  return integer and tostring(integer) or values.number(number)
end

---"nan", "inf", "-inf", or nil for an ordinary number.
function values.special(number)
  if number ~= number then
    return "nan"
  elseif number == math.huge then
    return "inf"
  elseif number == -math.huge then
    return "-inf"
  end
  return nil
end

local DEPTH = 100 -- nested deeper it is most likely a cycle

local function too_deep()
  errors.usage("a table nests more than %d deep, or holds itself", DEPTH)
end

local json_escapes = {
  ['"'] = '\\"',
  ["\\"] = "\\\\",
  ["\b"] = "\\b",
  ["\f"] = "\\f",
  ["\n"] = "\\n",
  ["\r"] = "\\r",
  ["\t"] = "\\t",
}

local function json_string(text)
  return '"'
    .. text:gsub('[%z\1-\31"\\]', function(char)
      return json_escapes[char] or ("\\u%04x"):format(char:byte())
    end)
    .. '"'
end

local json

local function json_list(value, depth)
  local parts = {}
  for i = 1, #value do
    parts[i] = json(value[i], depth)
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function json_object(value, depth)
  local names = {}
  for name in next, value do
    if type(name) ~= "string" then
      errors.usage(
        "a table with both positions and names, or holes, is neither a JSON array nor an object"
      )
    end
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    names[i] = json_string(name) .. ":" .. json(value[name], depth)
  end
  return "{" .. table.concat(names, ",") .. "}"
end

function json(value, depth)
  local kind = type(value)
  if kind == "string" then
    return json_string(value)
  elseif kind == "number" then
    if values.special(value) then
      errors.usage("JSON has no %s", values.special(value))
    end
    return values.number(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "userdata" then
    return "null"
  elseif kind ~= "table" or marks.is_marked_sql(value) or marks.is_bytes(value) then
    errors.usage("%s has no place in a JSON value", marks.describe(value))
  elseif depth > DEPTH then
    too_deep()
  elseif next(value) == nil or marks.is_list(value) then
    return json_list(value, depth + 1)
  end
  return json_object(value, depth + 1)
end

---JSON text, object keys in name order. An empty table is [].
function values.json(value)
  return json(value, 1)
end

function values.hex(bytes)
  return (bytes:gsub(".", function(char)
    return ("%02x"):format(char:byte())
  end))
end

local array

local function array_element(value, depth)
  local kind = type(value)
  if kind == "userdata" then
    return "NULL"
  elseif kind == "number" then
    local special = values.special(value)
    return special and (special:gsub("inf", "Infinity"):gsub("nan", "NaN")) or values.digits(value)
  elseif kind == "boolean" then
    return value and "t" or "f"
  elseif kind == "string" then
    -- Unquoted only when it is surely no NULL, no delimiter and no blank.
    if value:find("^[%w_%-.:+]+$") and value:lower() ~= "null" then
      return value
    end
    return '"' .. value:gsub('[\\"]', "\\%0") .. '"'
  elseif marks.is_bytes(value) then
    return '"\\\\x' .. values.hex(value.bytes) .. '"'
  elseif kind == "table" and (next(value) == nil or marks.is_list(value)) then
    return array(value, depth + 1)
  end
  return errors.usage("%s has no place in an array", marks.describe(value))
end

function array(value, depth)
  if depth > DEPTH then
    too_deep()
  end
  local parts = {}
  for i = 1, #value do
    parts[i] = array_element(value[i], depth)
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

---PostgreSQL's text form of an array: {1,2,NULL,"a b"}; lists within are further dimensions.
---Source: PostgreSQL manual, 8.15.6 "Array Input and Output Syntax"
---@param list any[]
function values.array(list)
  if type(list) ~= "table" or not (next(list) == nil or marks.is_list(list)) then
    errors.usage("an array takes a list without holes, got %s", marks.describe(list))
  end
  return array(list, 1)
end

return values
