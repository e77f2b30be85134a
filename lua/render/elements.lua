--- Elements of tables as Lua source.

local document = require("neap.render.document")
local marks = require("neap.marks")
local values = require("neap.render.values")

local elements = {}

---A dot in the name of a schema would split it: then the schema is an option.
function elements.has_dot(name)
  return name ~= nil and name:find(".", 1, true) ~= nil
end

---A name as op splits it; without its schema when that is the default one.
function elements.qualified(state, schema, name)
  schema = schema or state.dialect == "sqlite" and "main" or nil
  local home = state.dialect == "sqlite" and "main" or state.default_schema
  if schema and (schema ~= home or elements.has_dot(name)) then
    return schema .. "." .. name
  end
  return name
end

---A list of names (or of an index's columns), or the only name.
---@return Document
function elements.columns(list)
  if type(list) ~= "table" or list.sql then
    return values.render(list)
  elseif #list == 1 and type(list[1]) == "string" then
    return values.string(list[1])
  end
  return values.render(list)
end

---{ "range", "day" } of { method, columns }
function elements.partition_by(value)
  return document.table({ values.string(value.method), elements.columns(value.columns) })
end

-- shown: documents of options that are there already.
local function option_table(element, used, order, shown)
  local rest = {}
  for name, value in next, element do
    if not used[name] and name ~= "kind" and name ~= "source" then
      rest[name] = value
    end
  end
  local fields = {}
  for i, name in ipairs(values.keys(rest, order)) do
    local value = shown and shown[name] or values.render(rest[name])
    fields[i] = { values.key(name), value }
  end
  return #fields > 0 and document.table({}, fields) or nil
end

local column_order = {
  "primary_key",
  "nullable",
  "server_default",
  "identity",
  "generated",
  "autoincrement",
  "unique",
  "index",
  "references",
  "check",
  "collation",
  "comment",
}

-- "table.column" or { "table", "column", ondelete = ... }
local function references(reference, state)
  local apart = elements.has_dot(reference.schema)
  local where = elements.qualified(state, not apart and reference.schema or nil, reference.table)
  local column = reference.columns and reference.columns[1]
  local simple = column ~= nil and not apart
  for name in next, reference do
    simple = simple and (name == "schema" or name == "table" or name == "columns")
  end
  -- The text is split at its last dot, and the table's name at its first.
  if simple and not column:find(".", 1, true) then
    return values.string(where .. "." .. column)
  end
  local items = { values.string(where), column and values.string(column) }
  local used = { schema = not apart, table = true, columns = true }
  local rest = option_table(reference, used, { "name", "ondelete", "onupdate" })
  return document.table(items, rest and rest.fields)
end

local renderers = {}

function renderers.column(element, state)
  local shown = {}
  if element.references then
    shown.references = references(element.references, state)
  end
  local rest = option_table(element, { name = true, type = true }, column_order, shown)
  return document.call(
    "op.column",
    { values.string(element.name), values.string(element.type), rest }
  )
end

local constraint_order = {
  "name",
  "include",
  "ondelete",
  "onupdate",
  "match",
  "deferrable",
  "initially",
}

local function key(name)
  return function(element)
    local rest = option_table(element, { columns = true }, constraint_order)
    return document.call("op." .. name, { elements.columns(element.columns), rest })
  end
end

renderers.primary_key = key("primary_key")
renderers.unique = key("unique")
renderers.not_null = key("not_null")

function renderers.check(element)
  return document.call("op.check", {
    values.string(element.expression),
    option_table(element, { expression = true }, constraint_order),
  })
end

function renderers.foreign_key(element, state)
  local used = { columns = true, referent = true, referent_schema = true, referred = true }
  local apart = elements.has_dot(element.referent_schema)
  local schema = not apart and element.referent_schema or nil
  local arguments = {
    elements.columns(element.columns),
    values.string(elements.qualified(state, schema, element.referent)),
    element.referred and elements.columns(element.referred) or "nil",
  }
  if apart then
    element = marks.copy(element)
    element.schema = element.referent_schema
  end
  arguments[4] = option_table(element, used, constraint_order)
  if not arguments[4] and not element.referred then
    arguments[3] = nil
  end
  return document.call("op.foreign_key", arguments)
end

function renderers.exclude(element)
  return document.call("op.exclude", {
    values.render(element.elements),
    option_table(element, { elements = true }, constraint_order),
  })
end

function renderers.index(element)
  return document.call("op.index", {
    element.name and values.string(element.name) or "nil",
    elements.columns(element.columns),
    option_table(element, { name = true, columns = true }, { "unique", "where", "using" }),
  })
end

---@param element table  from op.column, op.unique ...
---@param state Rendering
---@return Document
function elements.render(element, state)
  return renderers[element.kind](element, state)
end

return elements
