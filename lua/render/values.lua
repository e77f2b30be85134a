--- Values as Lua source: strings, numbers, lists, op.sql, op.null.

local document = require("neap.render.document")
local marks = require("neap.marks")
local shared = require("neap.dialect.shared")

local values = {}

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\" }

local function quoted(text)
  -- stylua takes the quotes that need fewer escapes, double ones when there is no difference.
  local _, double = text:gsub('"', "")
  local _, single = text:gsub("'", "")
  local quote = double > single and "'" or '"'
  -- Bytes that are no UTF-8 would make the file one that editors refuse.
  local odd = utf8.len(text) and "" or "\128-\255"
  local body = text:gsub("[%c\\" .. quote .. odd .. "]", function(char)
    return escapes[char] or char == quote and "\\" .. char or ("\\%03d"):format(char:byte())
  end)
  return quote .. body .. quote
end

-- [[ ]] with as many = as the text needs. The first line break is not part of the string.
local function long(text)
  local level = ""
  while
    text:find("]" .. level .. "]", 1, true) or (text .. "]"):find("]" .. level .. "]", 1, true)
  do
    level = level .. "="
  end
  return "[" .. level .. "[\n" .. text .. "]" .. level .. "]"
end

---@param text string
---@return Document
function values.string(text)
  -- A long string reads CR LF as LF.
  if text:find("\n", 1, true) and not text:find("[%z\1-\8\11-\31\127]") and utf8.len(text) then
    return long(text)
  end
  return quoted(text)
end

local words = {}
for word in
  ([[and break do else elseif end false for function goto if in local nil not or repeat return then
  true until while]]):gmatch("%a+")
do
  words[word] = true
end

---A field's key: `name`, or `["two words"]`.
function values.key(name)
  if type(name) == "string" and name:find("^[%a_][%w_]*$") and not words[name] then
    return name
  end
  return "[" .. values.render(name) .. "]"
end

local function number(value)
  if math.type(value) == "integer" then
    return tostring(value)
  elseif value ~= value then
    return "0 / 0"
  elseif value == math.huge or value == -math.huge then
    return value > 0 and "math.huge" or "-math.huge"
  end
  return require("neap.dialect.values").number(value)
end

---Keys of a table: those of `order` first, the others by name.
---@param map table
---@param order string[]?
---@return string[]
function values.keys(map, order)
  local keys, seen = {}, {}
  for _, key in ipairs(order or {}) do
    if map[key] ~= nil then
      keys[#keys + 1], seen[key] = key, true
    end
  end
  for _, key in ipairs(shared.sorted_keys(map)) do
    if not seen[key] then
      keys[#keys + 1] = key
    end
  end
  return keys
end

---A table with positions and names.
local function mixed(value)
  local items, named = {}, {}
  for i = 1, #value do
    items[i] = values.render(value[i])
  end
  for key, field in next, value do
    if type(key) == "string" then
      named[key] = field
    end
  end
  local fields = {}
  for i, key in ipairs(values.keys(named)) do
    fields[i] = { values.key(key), values.render(named[key]) }
  end
  return document.table(items, fields)
end

---@param value any
---@return Document
function values.render(value)
  local kind = type(value)
  if kind == "string" then
    return values.string(value)
  elseif kind == "number" then
    return number(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "userdata" then
    return "op.null"
  elseif marks.is_marked_sql(value) then
    return document.call("op.sql", { values.string(value.sql) })
  elseif marks.is_bytes(value) then
    return document.call("op.bytes", { quoted(value.bytes) })
  end
  return mixed(value)
end

return values
