--- Renames: what looks like one. What was asked for is in neap.compare.asked.

local columns = require("neap.compare.columns")
local schema = require("neap.schema")

local renames = {}

---@class Rename
---@field old string   "account", "bixie.report", "account.mail"
---@field new string
---@field what string  "table", "column", "value"

local function shown(snapshot, object, column)
  local name = object.schema
      and object.schema ~= snapshot.home
      and object.schema .. "." .. object.name
    or object.name
  return column and name .. "." .. column.name or name
end

-- What a column can become without being made anew.
local function could_be(a, b)
  if (a.generated == nil) ~= (b.generated == nil) then
    return false
  end
  local _, casts = columns.compatible(a.type, b.type)
  return a.type == b.type or casts
end

-- How much alike two tables are, from 0 to 1: columns of the same name and type; or the same types all along.
local function likeness(a, b)
  local most = math.max(#a.columns, #b.columns)
  local same_types, known, alike = #a.columns == #b.columns and most > 1, {}, 0
  for i, column in ipairs(a.columns) do
    known[column.name] = column.type
    same_types = same_types and could_be(column, b.columns[i])
  end
  for _, column in ipairs(b.columns) do
    alike = alike + (known[column.name] == column.type and 1 or 0)
  end
  return math.max(most > 0 and alike / most or 0, same_types and 0.5 or 0)
end

local function table_hints(hints, from, to)
  local gone = schema.sorted(from, function(object)
    return object.kind == "table" and not to.objects[object.key]
  end)
  local come = schema.sorted(to, function(object)
    return object.kind == "table" and not from.objects[object.key]
  end)
  for _, a in ipairs(gone) do
    local best, place = 0.5, nil
    for i, b in ipairs(come) do
      local score = a.schema == b.schema and likeness(a, b) or 0
      if score >= best and (place == nil or score > best) then
        best, place = score, i
      end
    end
    if place then
      local b = table.remove(come, place)
      hints[#hints + 1] = { what = "table", old = shown(from, a), new = shown(to, b) }
    end
  end
end

-- Those of list whose names others lacks.
local function missing(list, others)
  local known, left = {}, {}
  for _, column in ipairs(others) do
    known[column.name] = true
  end
  for place, column in ipairs(list) do
    if not known[column.name] then
      left[#left + 1] = { place = place, column = column }
    end
  end
  return left
end

-- At the same place; or the only one that goes, and the only one of its type that comes.
local function partner(one, gone, come)
  for i, other in ipairs(come) do
    if other.place == one.place and could_be(one.column, other.column) then
      return i
    end
  end
  if #gone == 1 and #come == 1 and one.column.type == come[1].column.type then
    return could_be(one.column, come[1].column) and 1 or nil
  end
  return nil
end

local function column_hints(hints, from, to)
  for _, b in
    ipairs(schema.sorted(to, function(object)
      return object.kind == "table" and from.objects[object.key] ~= nil
    end))
  do
    local a = from.objects[b.key]
    local gone, come = missing(a.columns, b.columns), missing(b.columns, a.columns)
    for _, one in ipairs(gone) do
      local place = partner(one, gone, come)
      if place then
        local other = table.remove(come, place)
        hints[#hints + 1] = {
          what = "column",
          old = shown(from, a, one.column),
          new = shown(to, b, other.column),
        }
      end
    end
  end
end

-- Values of an enum, one for one at the same place.
local function value_hints(hints, from, to)
  for _, b in
    ipairs(schema.sorted(to, function(object)
      local before = from.objects[object.key]
      return object.kind == "enum" and before ~= nil and before.kind == "enum"
    end))
  do
    local a = from.objects[b.key]
    local old, new = {}, {}
    for i = 1, math.max(#a.values, #b.values) do
      old[a.values[i] or ""], new[b.values[i] or ""] = true, true
    end
    for i, value in ipairs(#a.values == #b.values and a.values or {}) do
      local other = b.values[i]
      if not new[value] and not old[other] and not (value .. other):find("[.=]") then
        hints[#hints + 1] = {
          what = "value",
          old = shown(from, a, { name = value }),
          new = shown(to, b, { name = other }),
        }
      end
    end
  end
end

---What looks like a rename: a table with the same columns, or most of them, under another name; a column at the same
---place; a value of an enum.
---@param from Snapshot
---@param to Snapshot
---@return Rename[]
function renames.hints(from, to)
  local hints = {}
  table_hints(hints, from, to)
  column_hints(hints, from, to)
  value_hints(hints, from, to)
  return hints
end

return renames
