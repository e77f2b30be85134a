--- Lua source as a person lays it out: on one line when it fits, else broken where stylua breaks it.
---
--- A document is a string (an atom: a name, a number, a quoted string), { call = "op.column", documents ... }, or
--- { table = true, documents ..., fields = { { "key", document }, ... }, broken = true|nil }.

local document = {}

---@alias Document string|table

document.WIDTH = 100

---@param name string   what is called
---@param arguments Document[]
function document.call(name, arguments)
  arguments.call = name
  return arguments
end

---@param items Document[]
---@param fields { [1]: string, [2]: Document }[]?
---@param broken boolean?  one item a line, even when it would fit
function document.table(items, fields, broken)
  items.table, items.fields, items.broken = true, fields or {}, broken
  return items
end

local flat

local function flat_parts(doc)
  local parts = {}
  for i = 1, #doc do
    parts[i] = flat(doc[i])
    if not parts[i] then
      return nil
    end
  end
  for _, field in ipairs(doc.fields or {}) do
    local value = flat(field[2])
    if not value then
      return nil
    end
    parts[#parts + 1] = field[1] .. " = " .. value
  end
  return table.concat(parts, ", ")
end

-- On one line, or nil.
function flat(doc)
  if type(doc) == "string" then
    return not doc:find("\n", 1, true) and doc or nil
  elseif doc.broken then
    return nil
  end
  local inner = flat_parts(doc)
  if not inner then
    return nil
  elseif doc.call then
    return doc.call .. "(" .. inner .. ")"
  end
  return inner == "" and "{}" or "{ " .. inner .. " }"
end

local write

local function last_line(text)
  return text:match("[^\n]*$")
end

-- Letters, not bytes.
local function width(text)
  return utf8.len(text) or #text
end

local function write_table(doc, indent)
  local inner = indent .. "  "
  local lines = { "{" }
  for i = 1, #doc do
    lines[#lines + 1] = inner .. write(doc[i], inner, width(inner), 1) .. ","
  end
  for _, field in ipairs(doc.fields) do
    local key = field[1] .. " = "
    lines[#lines + 1] = inner .. key .. write(field[2], inner, width(inner .. key), 1) .. ","
  end
  lines[#lines + 1] = indent .. "}"
  return table.concat(lines, "\n")
end

-- All arguments in a row, the tables at `broken` over several lines; nil when a line gets too long.
local function hug(doc, indent, column, after, broken)
  local text = doc.call .. "("
  for i = 1, #doc do
    if i > 1 then
      text = text .. ", "
    end
    local one = doc[i]
    local shown = flat(one)
    if type(one) == "string" then
      if not shown and #doc > 1 then
        return nil -- a text over several lines stands alone in the parentheses
      end
      shown = one
    elseif not shown or broken == i then
      if one.call then
        return nil
      end
      shown = write_table(one, indent)
    end
    text = text .. shown
  end
  text = text .. ")"
  local first = true
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do
    if width(line) + (first and column or 0) > document.WIDTH then
      return nil
    end
    first = false
  end
  return width(last_line(text)) + after <= document.WIDTH and text or nil
end

local function write_call(doc, indent, column, after)
  local last = doc[#doc]
  local text = hug(doc, indent, column, after, nil)
    or type(last) == "table" and last.table and hug(doc, indent, column, after, #doc)
  if text then
    return text
  end
  local inner = indent .. "  "
  local lines = { doc.call .. "(" }
  for i = 1, #doc do
    local comma = i < #doc and "," or ""
    lines[#lines + 1] = inner .. write(doc[i], inner, width(inner), #comma) .. comma
  end
  lines[#lines + 1] = indent .. ")"
  return table.concat(lines, "\n")
end

-- column: where it begins on its line; after: what follows it on its last line.
function write(doc, indent, column, after)
  local shown = flat(doc)
  if shown and column + width(shown) + after <= document.WIDTH then
    return shown
  elseif type(doc) == "string" then
    return doc
  elseif doc.call then
    return write_call(doc, indent, column, after)
  end
  return write_table(doc, indent)
end

---@param doc Document
---@param indent string
function document.write(doc, indent)
  return indent .. write(doc, indent, #indent, 0)
end

return document
