--- What goes with a column, and what stands in its way.

local dependents = require("neap.dialect.sqlite.dependents")
local errors = require("neap.errors")
local tokens = require("neap.reflect.sqlite").tokens

local what = {
  primary_key = "primary key",
  unique = "unique constraint",
  foreign_key = "foreign key",
  references = "foreign key",
  check = "check",
}

local function label(piece)
  return what[piece.kind] .. (piece.name and (' "%s"'):format(piece.name) or "")
end

local function in_the_way(name, format, ...)
  errors.usage(
    'column "%s" cannot be dropped alone: %s uses it too; drop that before',
    name,
    format:format(...)
  )
end

-- Which of the table's columns the text names: this one, others.
local function columns_named(definition, name, text)
  local names = tokens.names(text)
  local itself, others = false, false
  for _, column in ipairs(definition:columns()) do
    local found = names[column.name:lower()]
    if column.name:lower() == name:lower() then
      itself = found
    else
      others = others or found
    end
  end
  return itself, others
end

local function holds(columns, name)
  for _, each in ipairs(columns or {}) do
    if each:lower() == name:lower() then
      return true
    end
  end
  return false
end

local function look_at_constraint(definition, name, item, found)
  local piece = item.piece
  local itself, others
  if piece.kind == "check" then
    itself, others = columns_named(definition, name, piece.expression)
  else
    itself, others = holds(piece.columns, name), #(piece.columns or {}) > 1
    local to_itself = piece.table and piece.table:lower() == definition.name:lower()
    if not itself and to_itself and holds(piece.referred, name) then
      in_the_way(name, "the %s", label(piece))
    end
  end
  if itself and others then
    in_the_way(name, "the %s", label(piece))
  elseif itself then
    found.constraints[#found.constraints + 1] = item
  end
end

local function look_at_column(definition, name, column)
  for _, piece in ipairs(column.pieces) do
    if piece.expression and columns_named(definition, name, piece.expression) then
      local part = piece.kind == "check" and label(piece) or "expression"
      in_the_way(name, 'the %s of column "%s"', part, column.name)
    elseif
      piece.kind == "references"
      and piece.table:lower() == definition.name:lower()
      and holds(piece.referred, name)
    then
      in_the_way(name, 'the foreign key of column "%s"', column.name)
    end
  end
end

-- From the parenthesis after the table's name on.
local function index_body(sql)
  local list = tokens.read(sql)
  for i, token in ipairs(list) do
    if tokens.are(list, i, "(") then
      return sql:sub(token.start)
    end
  end
  return sql
end

---Raises when something with other columns uses it.
---@param definition TableDefinition
---@param known ReflectedTable
---@param indexes SqliteObject[]  of the table
---@param gone table<string, boolean>?  columns, in lower case, that will have been dropped before
---@return table  { constraints = items, indexes = objects } that go with it
local function look(definition, known, indexes, name, gone)
  gone = gone or {}
  local found = { constraints = {}, indexes = {} }
  local left = 0
  for _, column in ipairs(definition:columns()) do
    left = left + (gone[column.name:lower()] and 0 or 1)
  end
  if left == 1 then
    errors.usage(
      '"%s" is the only column of "%s": a table of SQLite needs one',
      name,
      definition.name
    )
  end
  for _, item in ipairs(definition.items) do
    if item.kind == "constraint" then
      look_at_constraint(definition, name, item, found)
    elseif item.name:lower() ~= name:lower() and not gone[item.name:lower()] then
      look_at_column(definition, name, item)
    end
  end
  for _, index in ipairs(indexes) do
    local itself, others = columns_named(definition, name, index_body(index.sql))
    if itself and others then
      in_the_way(name, 'the index "%s"', index.name)
    elseif itself then
      found.indexes[#found.indexes + 1] = index
    end
  end
  for _, child in ipairs(dependents.children(known, definition.name)) do
    local _, _, key = definition:primary_key()
    if holds(child.columns or key, name) then
      in_the_way(name, 'the foreign key of "%s"', child.name)
    end
  end
  return found
end

return look
