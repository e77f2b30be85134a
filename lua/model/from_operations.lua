--- Operations as the snapshot that PostgreSQL would make of them, as far as that can be said without asking it.
---
--- Expressions, bodies and texts stay as they were written. So a snapshot that is like the catalog's is proof that
--- nothing differs; one that is not proves nothing, and the database is asked (neap.model.scratch).

local marks = require("neap.marks")
local names = require("neap.schema.names")
local naming = require("neap.dialect.naming")
local schema = require("neap.schema")
local shared = require("neap.dialect.shared")
local type_names = require("neap.schema.type_names")
local text_of = require("neap.dialect.postgresql.text")

local from_operations = {}

local LIMIT = 63

---@class Building
---@field run Run
---@field home string
---@field snapshot Snapshot
---@field catalog Snapshot   what is there: bodies are looked up in it

-- Raised by what cannot be said.
local UNKNOWN = {}

local function unknown()
  error(UNKNOWN, 0)
end

-- Expressions ---------------------------------------------------------------------------------------

-- Types whose constants print with their name: 'x'::text.
local function typed(type_name, quoted)
  return quoted .. "::" .. type_name:gsub("%(.*%)", "")
end

local numbers = {
  integer = true,
  bigint = true,
  smallint = true,
  numeric = true,
  ["double precision"] = true,
  real = true,
}

local function default(value, type_name)
  if value == nil or marks.is_null(value) then
    return nil
  elseif marks.is_sql(value) then
    return marks.new_sql(value.sql)
  end
  local bare = type_name:gsub("%(.*%)", "")
  if type(value) == "string" then
    return marks.new_sql(typed(type_name, text_of.string(value)))
  elseif type(value) == "number" and numbers[bare] then
    local written = text_of.literal(value)
    -- -1 prints as '-1'::integer.
    return marks.new_sql(value < 0 and typed(type_name, "'" .. written .. "'") or written)
  end
  return marks.new_sql(text_of.literal(value))
end

-- Tables --------------------------------------------------------------------------------------------

local function table_of(building, operation)
  return building.snapshot.objects[schema.key(
    "table",
    operation.schema or building.home,
    operation.table
  )] or unknown()
end

local identity_defaults = { start = 1, increment = 1, minvalue = 1, cache = 1, cycle = false }

local function identity(value)
  if value == true then
    return "always"
  elseif type(value) ~= "table" then
    return value or nil
  end
  local options = {}
  for name, usual in next, identity_defaults do
    if value[name] ~= nil and value[name] ~= usual then
      options[name] = value[name]
    end
  end
  options.maxvalue = value.maxvalue
  if next(options) == nil then
    return value.always == false and "by default" or "always"
  end
  options.always = value.always ~= false
  return options
end

local serials = { serial = "integer", bigserial = "bigint", smallserial = "smallint" }

local function make_column(building, column)
  local made = { kind = "column", name = column.name }
  local serial = serials[column.type:lower()]
  made.type = serial or type_names.canonical(column.type, building.home)
  made.autoincrement = (serial or column.autoincrement) and true or nil
  made.server_default = default(column.server_default, made.type)
  made.identity = identity(column.identity)
  if column.generated then
    local expression, options = shared.named_text(column.generated)
    made.generated = { expression, stored = options.stored ~= false }
  end
  made.collation = column.collation
  made.comment = type(column.comment) == "string" and column.comment or nil
  if
    not made.autoincrement and (column.nullable == false or column.primary_key or made.identity)
  then
    made.nullable = false
  end
  return made
end

local places = { primary_key = 1, unique = 2, exclude = 3, check = 4, foreign_key = 5 }
local prefixes = { primary_key = "pk", unique = "uq", check = "ck", foreign_key = "fk" }

-- The columns that an expression mentions: the server names a check by the only one.
local function mentioned(object, expression)
  local found, list = {}, {}
  for word in expression:gsub("'[^']*'", ""):gmatch("[%w_\128-\255]+") do
    found[word] = true
  end
  for _, column in ipairs(object.columns) do
    list[#list + 1] = found[column.name] and column.name or nil
  end
  return #list == 1 and list or nil
end

local function name_constraint(building, object, constraint, given_schema)
  local prefix = prefixes[constraint.kind]
  if prefix and building.run.naming and building.run.naming[prefix] then
    constraint.name = naming.constraint(building.run, prefix, {
      name = constraint.name,
      schema = given_schema,
      table = object.name,
      columns = constraint.columns,
      referred_table = constraint.referent,
    }, LIMIT)
  end
  if constraint.name then
    return
  end
  local columns = constraint.columns
  if constraint.kind == "check" then
    columns = mentioned(object, constraint.expression)
  elseif constraint.kind == "exclude" then
    unknown()
  end
  local base = names.postgresql(object.name, { kind = constraint.kind, columns = columns })
  for _, other in ipairs(object.constraints) do
    if other.name == base then
      unknown()
    end
  end
  constraint.name = base
end

local function primary_key_of(object)
  for _, constraint in ipairs(object.constraints) do
    if constraint.kind == "primary_key" then
      return constraint.columns
    end
  end
  return unknown()
end

local moved = { kind = true, source = true, schema = true, table = true, concurrently = true }

local function add_constraint(building, object, element, kind, given_schema)
  local constraint = { kind = kind }
  for name, value in next, element do
    if not moved[name] then
      constraint[name] = value
    end
  end
  if constraint.deferrable == false then
    constraint.deferrable = nil
  end
  if constraint.initially == "deferred" then
    constraint.deferrable = true
  else
    constraint.initially = nil
  end
  if kind == "foreign_key" then
    constraint.referent_schema = constraint.referent_schema or building.home
    for _, name in ipairs({ "ondelete", "onupdate" }) do
      constraint[name] = constraint[name] ~= "no action" and constraint[name] or nil
    end
    constraint.match = constraint.match ~= "simple" and constraint.match or nil
    if not constraint.referred then
      building.later[#building.later + 1] = constraint
    end
  elseif kind == "primary_key" then
    for _, name in ipairs(constraint.columns) do
      for _, column in ipairs(object.columns) do
        if column.name == name and not column.autoincrement then
          column.nullable = false
        end
      end
    end
  end
  name_constraint(building, object, constraint, given_schema)
  table.insert(object.constraints, constraint)
end

local function index_column(column)
  if type(column) ~= "table" or column.sql then
    return column
  end
  local copy = {}
  for name, value in next, column do
    copy[name] = value
  end
  copy.desc = copy.desc or nil
  if copy.nulls == (copy.desc and "first" or "last") then
    copy.nulls = nil
  end
  return next(copy, next(copy)) == nil and copy[1] or copy
end

local function add_index(building, object, element, given_schema)
  local index = { kind = "index" }
  for name, value in next, element do
    if not moved[name] then
      index[name] = value
    end
  end
  index.name = naming.index(building.run, {
    name = element.name,
    schema = given_schema,
    table = object.name,
    columns = element.columns,
  }, LIMIT)
  index.columns = {}
  for i, column in ipairs(element.columns) do
    index.columns[i] = index_column(column)
  end
  index.unique = element.unique or nil
  index.using = element.using ~= "btree" and element.using or nil
  index.where = element.where and marks.new_sql(shared.text(element.where)) or nil
  index.include = element.include and shared.list(element.include) or nil
  index.if_not_exists = nil
  index.comment = type(element.comment) == "string" and element.comment or nil
  table.insert(object.indexes, index)
end

-- What a column says besides itself.
local function add_column_parts(building, object, column, schema_name)
  if column.unique and not column.index then
    add_constraint(building, object, {
      columns = { column.name },
      name = type(column.unique) == "string" and column.unique or nil,
    }, "unique", schema_name)
  end
  if column.check then
    local expression, options = shared.named_text(column.check)
    local template = building.run.naming and building.run.naming.ck
    local around = template and template:find("{constraint_name}", 1, true) and column.name or nil
    add_constraint(
      building,
      object,
      { columns = nil, expression = expression, name = options.name or around },
      "check",
      schema_name
    )
  end
  local reference = column.references
  if reference then
    local element = { columns = { column.name }, referent = reference.table }
    element.referent_schema, element.referred = reference.schema, reference.columns
    for _, name in ipairs({ "name", "ondelete", "onupdate", "match", "deferrable", "initially" }) do
      element[name] = reference[name]
    end
    add_constraint(building, object, element, "foreign_key", schema_name)
  end
  if column.index then
    add_index(building, object, {
      name = type(column.index) == "string" and column.index
        or type(column.unique) == "string" and column.unique
        or nil,
      columns = { column.name },
      unique = column.unique and true or nil,
    }, schema_name)
  end
end

local table_options = { "unlogged", "with", "using", "tablespace", "partition_by" }

local makers = {}

function makers.create_table(building, operation)
  if operation.inherits or operation.temporary or operation.if_not_exists then
    unknown()
  end
  local object =
    { kind = "table", schema = operation.schema or building.home, name = operation.table }
  object.columns, object.constraints, object.indexes = {}, {}, {}
  for _, name in ipairs(table_options) do
    object[name] = operation[name] or nil
  end
  object.comment = type(operation.comment) == "string" and operation.comment or nil
  local keys = {}
  for _, element in ipairs(operation.elements) do
    if element.kind == "column" then
      table.insert(object.columns, make_column(building, element))
      keys[#keys + 1] = element.primary_key and element.name or nil
    end
  end
  if #keys > 0 then
    add_constraint(building, object, { columns = keys }, "primary_key", operation.schema)
  end
  for _, element in ipairs(operation.elements) do
    if element.kind == "column" then
      add_column_parts(building, object, element, operation.schema)
    elseif element.kind == "index" then
      add_index(building, object, element, operation.schema)
    else
      add_constraint(building, object, element, element.kind, operation.schema)
    end
  end
  schema.add(building.snapshot, object)
end

function makers.create_index(building, operation)
  local object =
    schema.relation(building.snapshot, operation.schema or building.home, operation.table)
  if not object then
    unknown()
  end
  object.indexes = object.indexes or {}
  add_index(building, object, operation, operation.schema)
end

local constraint_kinds = {
  create_primary_key = "primary_key",
  create_unique_constraint = "unique",
  create_check_constraint = "check",
  create_foreign_key = "foreign_key",
  create_exclude_constraint = "exclude",
}
for directive, kind in next, constraint_kinds do
  makers[directive] = function(building, operation)
    if operation.using_index then
      unknown()
    end
    add_constraint(building, table_of(building, operation), operation, kind, operation.schema)
  end
end

function makers.create_table_comment(building, operation)
  table_of(building, operation).comment = operation.comment
end

function makers.enable_row_security(building, operation)
  table_of(building, operation).row_security = true
end

function makers.force_row_security(building, operation)
  table_of(building, operation).force_row_security = true
end

-- The others ------------------------------------------------------------------------------------------

local function add(building, object, operation)
  object.comment = type(operation.comment) == "string" and operation.comment or nil
  return schema.add(building.snapshot, object)
end

function makers.create_schema(building, operation)
  add(building, { kind = "schema", name = operation.name }, operation)
end

-- The catalog's own, when it has no reason to differ.
local function take(building, key)
  local object = building.catalog.objects[key]
  if not object then
    unknown()
  end
  building.snapshot.objects[key] = object
  return object
end

function makers.create_extension(building, operation)
  local object = take(building, "extension " .. operation.name)
  if operation.schema and operation.schema ~= object.schema then
    unknown()
  end
end

function makers.create_enum(building, operation)
  add(building, {
    kind = "enum",
    schema = operation.schema or building.home,
    name = operation.name,
    values = operation.values,
  }, operation)
end

function makers.create_view(building, operation)
  if operation.recursive or operation.columns or operation.temporary then
    unknown()
  end
  add(building, {
    kind = "view",
    schema = operation.schema or building.home,
    name = operation.name,
    sql = shared.statement_text(operation.sql),
    with = operation.with,
    check_option = operation.check_option,
  }, operation)
end

function makers.create_materialized_view(building, operation)
  add(building, {
    kind = "materialized_view",
    schema = operation.schema or building.home,
    name = operation.name,
    sql = shared.statement_text(operation.sql),
    with = operation.with,
    using = operation.using,
    tablespace = operation.tablespace,
    with_data = operation.with_data,
    indexes = {},
  }, operation)
end

-- A body is the same when the catalog has this very text.
local function by_definition(kind)
  return function(building, operation)
    building.definitions = building.definitions or {}
    if not building.definitions[kind] then
      local map = {}
      for key, object in next, building.catalog.objects do
        if object.kind == kind then
          map[object.definition] = key
        end
      end
      building.definitions[kind] = map
    end
    local key = building.definitions[kind][operation.sql]
    if not key then
      unknown()
    end
    take(building, key)
  end
end
makers.create_function = by_definition("function")
makers.create_aggregate = makers.create_function
makers.create_trigger = by_definition("trigger")

function makers.create_policy(building, operation)
  local object =
    { kind = "policy", schema = operation.schema or building.home, table = operation.table }
  for _, name in ipairs({ "name", "as", "command", "to", "using", "with_check" }) do
    object[name] = operation[name]
  end
  add(building, object, operation)
end

---The snapshot, or nil when the operations say what only the database knows.
---@param run Run
---@param steps ModelStep[]
---@param home string
---@param catalog Snapshot
---@return Snapshot?
function from_operations.build(run, steps, home, catalog)
  local building = {
    run = run,
    home = home,
    catalog = catalog,
    snapshot = schema.new("postgresql", catalog.version),
    later = {},
  }
  building.snapshot.home = home
  for _, step in ipairs(steps) do
    local maker = step.operation and makers[step.operation.kind]
    if not maker then
      return nil
    end
    local ok, err = pcall(maker, building, step.operation)
    if not ok then
      if err == UNKNOWN then
        return nil
      end
      error(err, 0)
    end
  end
  for _, constraint in ipairs(building.later) do
    local key = schema.key("table", constraint.referent_schema, constraint.referent)
    local referent = building.snapshot.objects[key]
    if not referent then
      return nil
    end
    local ok, columns = pcall(primary_key_of, referent)
    if not ok then
      return nil
    end
    constraint.referred = columns
  end
  for _, object in next, building.snapshot.objects do
    local function before(a, b)
      if a.kind ~= b.kind then
        return places[a.kind] < places[b.kind]
      end
      return a.name < b.name
    end
    if object.constraints and building.catalog.objects[object.key] ~= object then
      table.sort(object.constraints, before)
    end
    if object.indexes and building.catalog.objects[object.key] ~= object then
      table.sort(object.indexes, before)
    end
  end
  return building.snapshot
end

return from_operations
