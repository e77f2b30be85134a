--- Operations as the snapshot that PostgreSQL would make of them, as far as that can be said without asking it.
---
--- Expressions, bodies and texts stay as they were written. So a snapshot that is like the catalog's is proof that
--- nothing differs; one that is not proves nothing, and the database is asked (neap.model.scratch).

local elements = require("neap.model.elements")
local schema = require("neap.schema")
local shared = require("neap.dialect.shared")

local from_operations = {}

---@class Building
---@field run Run
---@field home string
---@field snapshot Snapshot
---@field lookups Operation[]   which only the catalog can tell, see finish
---@field later table[]         foreign keys that refer to a table's primary key
---@field catalog Snapshot?     what is there, in finish

local UNKNOWN, unknown = elements.UNKNOWN, elements.unknown

local function table_of(building, operation)
  return building.snapshot.objects[schema.key(
    "table",
    operation.schema or building.home,
    operation.table
  )] or unknown()
end

local table_options = { "unlogged", "with", "using", "tablespace", "partition_by" }

-- By kind: those that need nothing but the operation, and those that look for it in the catalog.
local makers, finders = {}, {}

function makers.create_table(building, operation)
  if operation.inherits or operation.temporary or operation.if_not_exists then
    unknown()
  end
  local object = schema.table(operation.schema or building.home, operation.table)
  for _, name in ipairs(table_options) do
    object[name] = operation[name] or nil
  end
  object.comment = type(operation.comment) == "string" and operation.comment or nil
  local keys = {}
  for _, element in ipairs(operation.elements) do
    if element.kind == "column" then
      table.insert(object.columns, elements.make_column(building, element))
      keys[#keys + 1] = element.primary_key and element.name or nil
    end
  end
  if #keys > 0 then
    elements.add_constraint(building, object, { columns = keys }, "primary_key", operation.schema)
  end
  for _, element in ipairs(operation.elements) do
    if element.kind == "column" then
      elements.add_column_parts(building, object, element, operation.schema)
    elseif element.kind == "index" then
      elements.add_index(building, object, element, operation.schema)
    else
      elements.add_constraint(building, object, element, element.kind, operation.schema)
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
  elements.add_index(building, object, operation, operation.schema)
end

local constraint_kinds = {
  create_primary_key = "primary_key",
  create_unique_constraint = "unique",
  create_check_constraint = "check",
  create_foreign_key = "foreign_key",
  create_not_null_constraint = "not_null",
  create_exclude_constraint = "exclude",
}
for directive, kind in next, constraint_kinds do
  makers[directive] = function(building, operation)
    if operation.using_index then
      unknown()
    end
    elements.add_constraint(
      building,
      table_of(building, operation),
      operation,
      kind,
      operation.schema
    )
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

function finders.create_extension(building, operation)
  local object = take(building, "extension " .. operation.name)
  if
    operation.schema and operation.schema ~= object.schema
    or operation.version and operation.version ~= object.version
  then
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
finders.create_function = by_definition("function")
finders.create_aggregate = finders.create_function
finders.create_trigger = by_definition("trigger")

function makers.create_policy(building, operation)
  local object =
    { kind = "policy", schema = operation.schema or building.home, table = operation.table }
  for _, name in ipairs({ "name", "as", "command", "to", "using", "with_check" }) do
    object[name] = operation[name]
  end
  add(building, object, operation)
end

local function before(a, b)
  if a.kind ~= b.kind then
    return elements.places[a.kind] < elements.places[b.kind]
  end
  return a.name < b.name
end

local function make(building, steps)
  for _, step in ipairs(steps) do
    local operation = step.operation
    local kind = operation and operation.kind
    if makers[kind] then
      makers[kind](building, operation)
    elseif finders[kind] then
      table.insert(building.lookups, operation)
    else
      unknown()
    end
  end
  for _, constraint in ipairs(building.later) do
    local key = schema.key("table", constraint.referent_schema, constraint.referent)
    constraint.referred = elements.primary_key_of(building.snapshot.objects[key] or unknown())
  end
  for _, object in next, building.snapshot.objects do
    if object.constraints and object.constraints[2] then
      table.sort(object.constraints, before)
    end
    if object.indexes and object.indexes[2] then
      table.sort(object.indexes, before)
    end
  end
end

-- False when it meets what cannot be said.
local function attempt(fn, ...)
  local ok, err = pcall(fn, ...)
  if not ok and err ~= UNKNOWN then
    error(err, 0)
  end
  return ok
end

---What needs no look at the catalog; nil when the operations say what only the database knows.
---@param run Run
---@param steps ModelStep[]
---@param home string
---@return Building?
function from_operations.begin(run, steps, home)
  local building = {
    run = run,
    home = home,
    snapshot = schema.new("postgresql", run.server_version()),
    lookups = {},
    later = {},
  }
  building.snapshot.home = home
  return attempt(make, building, steps) and building or nil
end

---The rest; nil when the catalog has not what it should have.
---@param building Building
---@param catalog Snapshot
---@return Snapshot?
function from_operations.finish(building, catalog)
  building.catalog = catalog
  for _, operation in ipairs(building.lookups) do
    if not attempt(finders[operation.kind], building, operation) then
      return nil
    end
  end
  return building.snapshot
end

return from_operations
