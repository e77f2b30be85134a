--- Constraints, indexes and columns of a snapshot as the operations that make or drop them.

local shapes = {}

local names = require("neap.dialect.names")
local rights = require("neap.schema.rights")
local schema = require("neap.schema")

local quote, object = names("postgresql")
shapes.quote, shapes.object = quote, object

-- Of a snapshot, and nothing that op takes.
local own =
  { definition = true, comment = true, inherited = true, invalid = true, statistics = true }

local function copy(shape, kind, table_object)
  local operation = {}
  for name, value in next, shape do
    if not own[name] then
      operation[name] = value
    end
  end
  operation.kind, operation.schema, operation.table = kind, table_object.schema, table_object.name
  return operation
end

---Columns, constraints or indexes by their names.
---@param list table[]
---@return table<string, table>
function shapes.by_name(list)
  local map = {}
  for _, item in ipairs(list) do
    map[item.name] = item
  end
  return map
end

---A name in a note: bare in the home schema.
function shapes.shown(schema_name, name, home)
  return schema_name and schema_name ~= home and schema_name .. "." .. name or name
end

local function execute(sql)
  return { kind = "execute", sql = sql }
end
shapes.execute = execute

---What makes the constraint.
---@return Operation[]
function shapes.create_constraint(table_object, constraint)
  local where = object(table_object.schema, table_object.name)
  local operations = {}
  if constraint.definition then
    operations[1] = execute(
      ("ALTER TABLE %s ADD CONSTRAINT %s %s"):format(
        where,
        quote(constraint.name),
        constraint.definition
      )
    )
  else
    operations[1] = copy(constraint, schema.constraint_operations[constraint.kind], table_object)
  end
  if constraint.comment then
    local part = { kind = "constraint", name = constraint.name }
    operations[2] = rights.comment(table_object, constraint.comment, part)
  end
  return operations
end

---@return Operation
function shapes.drop_constraint(table_object, constraint)
  return {
    kind = "drop_constraint",
    schema = table_object.schema,
    table = table_object.name,
    name = constraint.name,
    columns = not constraint.name and constraint.columns or nil,
    check = not constraint.name and constraint.expression or nil,
  }
end

---@return Operation[]
function shapes.create_index(table_object, index)
  -- SQLite keeps every statement.
  if index.definition and table_object.schema then
    local operations = { execute(index.definition) }
    if index.comment then
      operations[2] =
        rights.comment(table_object, index.comment, { kind = "index", name = index.name })
    end
    return operations
  end
  local operation = copy(index, "create_index", table_object)
  operation.comment = index.comment
  local operations = { operation }
  for place, value in next, index.statistics or {} do
    operations[#operations + 1] = shapes.index_statistics(table_object, index, place, value)
  end
  return operations
end

---@return Operation
function shapes.index_statistics(table_object, index, place, value)
  return execute(
    ("ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d"):format(
      object(table_object.schema, index.name),
      place,
      value
    )
  )
end

---@return Operation
function shapes.drop_index(table_object, index)
  return { kind = "drop_index", schema = table_object.schema, name = index.name }
end

-- Of a snapshot's column, set by ALTER TABLE alone.
local settings = { "storage", "compression", "statistics", "options" }

---The column as op.column makes it.
function shapes.column(column)
  local element = {}
  for name, value in next, column do
    element[name] = value
  end
  element.kind, element.inherited = "column", nil
  for _, name in ipairs(settings) do
    element[name] = nil
  end
  return element
end

local writers = {
  storage = function(value)
    return "SET STORAGE " .. (value or "DEFAULT"):upper()
  end,
  compression = function(value)
    return "SET COMPRESSION " .. (value or "default")
  end,
  statistics = function(value)
    return ("SET STATISTICS %d"):format(value or -1)
  end,
}

-- The storage that a type has by itself; SET STORAGE DEFAULT is PostgreSQL 16's.
local function default_storage(column)
  return column.type:find("^numeric") and "main" or "extended"
end

---What ALTER TABLE has to say besides op.alter_column.
---@param before table?  the column as it was; nil: new
---@return Operation[]
function shapes.column_settings(table_object, before, column, alone)
  local operations, actions = {}, {}
  local function add(action)
    actions[#actions + 1] = "ALTER COLUMN " .. quote(column.name) .. " " .. action
  end
  before = before or {}
  for _, name in ipairs({ "storage", "compression", "statistics" }) do
    if before[name] ~= column[name] then
      local value = column[name]
      if name == "storage" and value == nil then
        value = default_storage(column)
      end
      add(writers[name](value))
    end
  end
  local old, new = before.options or {}, column.options or {}
  local set, reset = {}, {}
  for _, name in ipairs(require("neap.dialect.shared").sorted_keys(new)) do
    if old[name] ~= new[name] then
      set[#set + 1] = name .. " = " .. tostring(new[name])
    end
  end
  for _, name in ipairs(require("neap.dialect.shared").sorted_keys(old)) do
    if new[name] == nil then
      reset[#reset + 1] = name
    end
  end
  if #set > 0 then
    add("SET (" .. table.concat(set, ", ") .. ")")
  end
  if #reset > 0 then
    add("RESET (" .. table.concat(reset, ", ") .. ")")
  end
  if #actions > 0 then
    operations[1] = execute(
      (alone and "ALTER TABLE ONLY " or "ALTER TABLE ")
        .. object(table_object.schema, table_object.name)
        .. " "
        .. table.concat(actions, ", ")
    )
  end
  return operations
end

return shapes
