--- A table as the operations that make it.

local rights = require("neap.schema.rights")
local schema = require("neap.schema")

local execute, quote = rights.execute, rights.quote
local tables = {}

-- Of a snapshot's shapes; op has no such options.
local column_settings =
  { storage = true, compression = true, statistics = true, options = true, inherited = true }
local constraint_settings =
  { not_valid = true, comment = true, inherited = true, definition = true, late = true }
local index_settings = { invalid = true, statistics = true, definition = true, late = true }

local function without(shape, settings)
  local copy
  for name in next, settings do
    if shape[name] ~= nil then
      copy = copy or {}
    end
  end
  if not copy then
    return shape
  end
  for name, value in next, shape do
    if not settings[name] then
      copy[name] = value
    end
  end
  return copy
end

---What adds a constraint to a table that is there.
---@param object TableObject
---@param constraint ConstraintShape
---@return Operation
function tables.add_constraint(object, constraint)
  if constraint.definition then
    return execute(
      ("ALTER TABLE %s ADD CONSTRAINT %s %s"):format(
        rights.name(object.schema, object.name),
        quote(constraint.name),
        constraint.definition
      )
    )
  end
  local operation = {}
  for name, value in next, constraint do
    operation[name] = value
  end
  operation.kind, operation.schema, operation.table =
    schema.constraint_operations[constraint.kind], object.schema, object.name
  operation.comment, operation.inherited, operation.late = nil, nil, nil
  return operation
end

-- CREATE TABLE makes one constraint of two keys on the same columns.
-- Source: PostgreSQL, src/backend/parser/parse_utilcmd.c, transformIndexConstraints
local function repeats_key(object, constraint)
  if constraint.kind ~= "unique" then
    return false
  end
  for _, other in ipairs(object.constraints) do
    if other == constraint then
      return false
    elseif
      (other.kind == "primary_key" or other.kind == "unique")
      and other.deferrable == constraint.deferrable
      and table.concat(other.columns, "\0") == table.concat(constraint.columns, "\0")
    then
      return true
    end
  end
  return false
end

-- True when a key that a foreign key to the table itself may mean comes after CREATE TABLE.
local function has_repeated_key(object)
  for _, constraint in ipairs(object.constraints) do
    if repeats_key(object, constraint) then
      return true
    end
  end
  return false
end

-- Where a constraint goes: into CREATE TABLE, after it, or after all tables.
local function place_of(object, constraint, opts)
  if constraint.inherited and not object.partition_of then
    return "nowhere"
  elseif constraint.kind == "foreign_key" then
    local referred = schema.key("table", constraint.referent_schema, constraint.referent)
    if opts.foreign_keys == "last" or constraint.not_valid or constraint.definition then
      return "late"
    elseif opts.cut and opts.cut[referred] then
      return "late"
    end
    return referred == object.key and has_repeated_key(object) and "after" or "within"
  end
  if constraint.late then
    return "late"
  end
  local apart = constraint.not_valid or constraint.definition or repeats_key(object, constraint)
  return apart and "after" or "within"
end

local function create_options(object)
  return {
    kind = "create_table",
    schema = object.schema,
    table = object.name,
    comment = object.comment,
    unlogged = object.unlogged,
    with = object.with,
    using = object.using,
    tablespace = object.tablespace,
    partition_by = object.partition_by,
    inherits = object.inherits,
    strict = object.strict,
    without_rowid = object.without_rowid,
  }
end

-- ALTER TABLE actions for what CREATE TABLE does not say of a column.
local function column_actions(column)
  local actions, options = {}, {}
  if not (column.storage or column.compression or column.statistics or column.options) then
    return actions
  end
  local prefix = "ALTER COLUMN " .. quote(column.name) .. " SET "
  if column.storage then
    actions[1] = prefix .. "STORAGE " .. column.storage:upper()
  end
  if column.compression then
    actions[#actions + 1] = prefix .. "COMPRESSION " .. column.compression
  end
  if column.statistics then
    actions[#actions + 1] = prefix .. "STATISTICS " .. column.statistics
  end
  for name, value in next, column.options or {} do
    options[#options + 1] = ("%s = %s"):format(name, value)
  end
  if #options > 0 then
    table.sort(options)
    actions[#actions + 1] = prefix .. "(" .. table.concat(options, ", ") .. ")"
  end
  return actions
end

local function same_value(a, b)
  return a == b or (a and b and a.sql ~= nil and a.sql == b.sql) or false
end

-- What an inherited column has of its own.
local function add_inherited(made, object, column, opts)
  local parent = schema.parent_column(opts.snapshot, object, column.name)
  local change = {}
  if parent then
    if not same_value(column.server_default, parent.server_default) then
      change.server_default = column.server_default or opts.null
    end
    if column.nullable ~= parent.nullable then
      change.nullable = column.nullable == nil
    end
  end
  change.comment = column.comment
  if next(change) then
    change.kind, change.schema, change.table = "alter_column", object.schema, object.name
    change.column = column.name
    made[#made + 1] = change
  end
end

local function add_settings(made, late, object)
  local where = rights.name(object.schema, object.name)
  local late_names = {}
  -- What is said of an index comes after it.
  local function add(index_name, sql)
    local list = late_names[index_name] and late or made
    list[#list + 1] = execute(sql)
  end
  for _, column in ipairs(object.columns) do
    local actions = column_actions(column)
    if #actions > 0 then
      made[#made + 1] = execute("ALTER TABLE " .. where .. " " .. table.concat(actions, ", "))
    end
  end
  for _, index in ipairs(object.indexes) do
    late_names[index.name] = index.late
    for place, target in next, index.statistics or {} do
      local name = rights.name(object.schema, index.name)
      add(
        index.name,
        ("ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d"):format(name, place, target)
      )
    end
  end
  local clustered, identity = object.clustered_on, object.replica_identity
  if clustered then
    add(clustered, "ALTER TABLE " .. where .. " CLUSTER ON " .. quote(clustered))
  end
  if identity == "full" or identity == "nothing" then
    add("", "ALTER TABLE " .. where .. " REPLICA IDENTITY " .. identity:upper())
  elseif identity then
    add(identity, "ALTER TABLE " .. where .. " REPLICA IDENTITY USING INDEX " .. quote(identity))
  end
end

local function add_security(made, object)
  for _, kind in ipairs({ "row_security", "force_row_security" }) do
    if object[kind] then
      made[#made + 1] = {
        kind = kind == "row_security" and "enable_row_security" or kind,
        schema = object.schema,
        table = object.name,
      }
    end
  end
end

---@return Operation
function tables.attach(object)
  local parent = object.partition_of
  return {
    kind = "attach_partition",
    schema = parent.schema,
    table = parent.name,
    partition_schema = object.schema,
    partition = object.name,
    bound = parent.bound,
  }
end

---@return Operation
function tables.detach(object)
  local operation = tables.attach(object)
  operation.kind, operation.bound = "detach_partition", nil
  return operation
end

-- A typed table's columns come from its type; what they have besides is said afterwards.
local function create_typed(object, made)
  made[1] = execute(
    ("CREATE TABLE %s OF %s"):format(rights.name(object.schema, object.name), object.of_type)
  )
  for _, column in ipairs(object.columns) do
    if column.server_default or column.nullable == false or column.comment then
      made[#made + 1] = {
        kind = "alter_column",
        schema = object.schema,
        table = object.name,
        column = column.name,
        server_default = column.server_default,
        nullable = column.nullable,
        comment = column.comment,
      }
    end
  end
  if object.comment then
    made[#made + 1] = {
      kind = "create_table_comment",
      schema = object.schema,
      table = object.name,
      comment = object.comment,
    }
  end
end

-- On SQLite the key of one column, without a name, is said by the column: so its number can count by itself.
local function move_key(object)
  local key
  for _, constraint in ipairs(object.constraints) do
    if constraint.kind == "primary_key" and #constraint.columns == 1 and not constraint.name then
      key = constraint
    end
  end
  if not key then
    return object
  end
  local moved = { columns = {}, constraints = {} }
  for i, column in ipairs(object.columns) do
    moved.columns[i] = column
    if column.name:lower() == key.columns[1]:lower() then
      local copy = { primary_key = true }
      for name, value in next, column do
        copy[name] = value
      end
      moved.columns[i] = copy
    end
  end
  for _, constraint in ipairs(object.constraints) do
    if constraint ~= key then
      table.insert(moved.constraints, constraint)
    end
  end
  return setmetatable(moved, { __index = object })
end

-- True when op has words for all of an SQLite table.
local function is_regular(object, keeps)
  for _, column in ipairs(object.columns) do
    if keeps and not keeps(column.type, object.strict) then
      return false
    end
  end
  return not object.irregular
end

local function create_as_defined(object)
  local made = { execute(object.definition) }
  for _, index in ipairs(object.indexes) do
    made[#made + 1] = execute(index.definition)
  end
  return made, {}
end

local function add_column(elements, column, object)
  local shape = without(column, column_settings)
  if shape.identity and object.partition_of then
    -- The parent's; a table that has one cannot be attached.
    shape = without(shape, { identity = true })
  end
  elements[#elements + 1] = shape
end

local function create_index(object, shape)
  local operation = {}
  for name, value in next, shape do
    operation[name] = value
  end
  operation.kind, operation.schema, operation.table = "create_index", object.schema, object.name
  return operation
end

local function add_elements(operation, made, late, object, opts)
  local elements, after = {}, {}
  for _, column in ipairs(object.of_type and {} or object.columns) do
    if column.inherited and not object.partition_of then
      add_inherited(after, object, column, opts)
    else
      add_column(elements, column, object)
    end
  end
  for _, constraint in ipairs(object.constraints) do
    local place = place_of(object, constraint, opts)
    if place == "late" then
      late[#late + 1] = tables.add_constraint(object, constraint)
    elseif place == "after" or place == "within" and object.of_type then
      after[#after + 1] = tables.add_constraint(object, constraint)
    elseif place == "within" then
      elements[#elements + 1] = without(constraint, constraint_settings)
    end
    if constraint.comment and place ~= "nowhere" then
      rights.add_comment(
        place == "late" and late or after,
        object,
        constraint.comment,
        { kind = "constraint", name = constraint.name }
      )
    end
  end
  for _, index in ipairs(object.indexes) do
    local shape = without(index, index_settings)
    if object.of_type or index.late then
      local list = index.late and late or after
      list[#list + 1] = create_index(object, shape)
    else
      elements[#elements + 1] = shape
    end
  end
  operation.elements = elements
  table.move(after, 1, #after, #made + 1, made)
end

---@param object TableObject
---@param opts CreateOptions
---@return Operation[] made
---@return Operation[] late
function tables.create(object, opts)
  if opts.dialect == "sqlite" then
    if not is_regular(object, opts.keeps) then
      return create_as_defined(object)
    end
    object = move_key(object)
  end
  local made, late = {}, {}
  local operation = create_options(object)
  if object.of_type then
    create_typed(object, made)
  else
    made[1] = operation
  end
  add_elements(operation, made, late, object, opts)
  if object.partition_of then
    made[#made + 1] = tables.attach(object)
  end
  if opts.dialect ~= "sqlite" then
    add_settings(made, late, object)
    add_security(made, object)
  end
  return made, late
end

return tables
