--- Operations as calls of op: which fields are arguments, in which order; the others are options.

local document = require("neap.render.document")
local elements = require("neap.render.elements")
local values = require("neap.render.values")

local calls = {}

---@class Rendering
---@field default_schema string?  names in it stand without their schema
---@field dialect string?         on SQLite a name without a schema is main's

-- An argument: fun(operation, used, state) -> document; used holds the fields that it has said.

local function field(name)
  return function(operation, used)
    used[name] = true
    local value = operation[name]
    if value == nil then
      return "nil"
    end
    return values.render(value)
  end
end

-- A list, or its only name.
local function names(name)
  return function(operation, used)
    used[name] = true
    local list = operation[name]
    if list == nil then
      return "nil"
    end
    return elements.columns(list)
  end
end

-- "schema.name"; a schema with a dot in it stays an option.
local function object(name, schema)
  schema = schema or "schema"
  return function(operation, used, state)
    used[name] = true
    local space = operation[schema]
    if elements.has_dot(space) then
      return values.string(operation[name])
    end
    used[schema] = true
    return values.string(elements.qualified(state, space, operation[name]))
  end
end

-- The table of the directives that a batch has, too: there it goes without saying.
local of_table = object("table")

local function routine(operation, used, state)
  used.name, used.arguments = true, true
  if elements.has_dot(operation.schema) then
    return values.string(operation.name .. (operation.arguments or ""))
  end
  used.schema = true
  return values.string(
    elements.qualified(state, operation.schema, operation.name) .. (operation.arguments or "")
  )
end

local function element_list(operation, used, state)
  used.elements = true
  local list = {}
  for i, element in ipairs(operation.elements) do
    list[i] = elements.render(element, state)
  end
  return document.table(list, nil, #list > 0)
end

local function column(operation, used, state)
  used.column = true
  return elements.render(operation.column, state)
end

local function partition(operation, used, state)
  used.partition, used.partition_schema = true, true
  local schema = operation.partition_schema
  if
    schema == operation.schema
    and (elements.has_dot(schema) or not elements.has_dot(operation.partition))
  then
    schema = nil
  end
  return values.string(elements.qualified(state, schema, operation.partition))
end

local function bound(operation, used)
  used.bound = true
  local short = {}
  for key, value in next, operation.bound do
    local one = type(value) == "table" and #value == 1 and key ~= "values"
    short[key] = one and value[1] or value
  end
  return values.render(short)
end

local function object_name(state, one)
  local schema = not elements.has_dot(one.schema) and one.schema or nil
  return values.string(elements.qualified(state, schema, one.name) .. (one.arguments or ""))
end

local function owned(operation, used, state)
  used.object = true
  local of, name = operation.of, operation.object.name
  -- "table.column" is split at its last dot.
  if of and operation.object_kind == "column" and not (name .. of.name):find(".", 1, true) then
    used.of = true
    local schema = not elements.has_dot(of.schema) and of.schema or nil
    return values.string(elements.qualified(state, schema, of.name) .. "." .. name)
  end
  return object_name(state, operation.object)
end

-- The schema of objects whose names do not say it.
local function unsaid_schema(operation)
  local one = operation.of or operation.object or operation.objects and operation.objects[1]
  return one and elements.has_dot(one.schema) and one.schema or nil
end

local function granted(operation, used, state)
  used.objects = true
  local list = {}
  for i, one in ipairs(operation.objects) do
    list[i] = object_name(state, one)
  end
  return #list == 1 and list[1] or document.table(list)
end

local function privileges(operation, used)
  used.privileges = true
  if not operation.privileges then
    return "nil"
  end
  return values.string(table.concat(operation.privileges, ", "))
end

-- A batch is written by neap.render.
local shapes = {
  create_table = { of_table, element_list },
  drop_table = { of_table },
  rename_table = { of_table, field("new_name") },
  add_column = { of_table, column },
  drop_column = { of_table, field("column") },
  alter_column = { of_table, field("column") },
  create_table_comment = { of_table, field("comment") },
  drop_table_comment = { of_table },
  create_index = { field("name"), of_table, names("columns") },
  drop_index = { object("name") },
  create_primary_key = { field("name"), of_table, names("columns") },
  create_unique_constraint = { field("name"), of_table, names("columns") },
  create_check_constraint = { field("name"), of_table, field("expression") },
  create_foreign_key = {
    field("name"),
    of_table,
    object("referent", "referent_schema"),
    names("columns"),
    names("referred"),
  },
  create_not_null_constraint = { field("name"), of_table, names("columns") },
  create_exclude_constraint = { field("name"), of_table, field("elements") },
  drop_constraint = { field("name"), of_table },
  validate_constraint = { field("name"), of_table },
  rename_constraint = { field("name"), field("new_name"), of_table },
  create_schema = { field("name") },
  drop_schema = { field("name") },
  create_extension = { field("name") },
  drop_extension = { field("name") },
  create_sequence = { object("name") },
  alter_sequence = { object("name") },
  drop_sequence = { object("name") },
  create_enum = { object("name"), field("values") },
  add_enum_value = { object("name"), field("value") },
  rename_enum_value = { object("name"), field("value"), field("new_value") },
  drop_type = { object("name") },
  create_domain = { object("name"), field("type") },
  drop_domain = { object("name") },
  create_view = { object("name"), field("sql") },
  drop_view = { object("name") },
  create_materialized_view = { object("name"), field("sql") },
  drop_materialized_view = { object("name") },
  refresh_materialized_view = { object("name") },
  create_function = { field("sql") },
  drop_function = { routine },
  create_aggregate = { field("sql") },
  drop_aggregate = { routine },
  create_trigger = { field("sql") },
  drop_trigger = { field("name"), of_table },
  set_owner = { field("object_kind"), owned, field("role") },
  set_comment = { field("object_kind"), owned, field("comment") },
  grant = { privileges, field("object_kind"), granted, names("roles") },
  revoke = { privileges, field("object_kind"), granted, names("roles") },
  create_role = { field("name") },
  alter_role = { field("name") },
  drop_role = { field("name") },
  alter_default_privileges = {},
  set_role = { field("role") },
  create_policy = { field("name"), of_table },
  alter_policy = { field("name"), of_table },
  drop_policy = { field("name"), of_table },
  enable_row_security = { of_table },
  disable_row_security = { of_table },
  force_row_security = { of_table },
  no_force_row_security = { of_table },
  create_partition = { of_table, partition, bound },
  attach_partition = { of_table, partition, bound },
  detach_partition = { of_table, partition },
  execute = { field("sql") },
}
calls.shapes = shapes

-- Options are written in this order, the others by name after them.
local order = {
  "new_name",
  "type",
  "using",
  "collation",
  "nullable",
  "server_default",
  "identity",
  "generated",
  "comment",
  "unique",
  "include",
  "where",
  "ondelete",
  "onupdate",
  "match",
  "deferrable",
  "initially",
  "not_valid",
  "to",
  "with_check",
}

-- Not arguments: what belongs to the operation itself, or serves op.reverse.
local silent = {
  kind = true,
  source = true,
  creates = true,
  note = true,
  existing = true,
  commented = true,
  words = true,
}

-- Options whose words differ from the operation's fields.
local words = {}

function words.partition_by(value)
  return "partition_by", elements.partition_by(value)
end

-- set_comment("constraint", ..., { table = "account" })
function words.of(value, state)
  local schema = not elements.has_dot(value.schema) and value.schema or nil
  return value.kind, values.string(elements.qualified(state, schema, value.name))
end

-- drop_function(..., { kind = "procedure" })
function words.routine(value)
  return "kind", values.render(value)
end

local function options(operation, used, state)
  local rest = {}
  for name, value in next, operation do
    local unsaid = silent[name] or name:find("^existing_") and name ~= "existing_identity"
    if not used[name] and not unsaid then
      rest[name] = value
    end
  end
  rest.schema = rest.schema or unsaid_schema(operation)
  local fields = {}
  for i, name in ipairs(values.keys(rest, order)) do
    local key, value = name
    if words[name] then
      key, value = words[name](rest[name], state)
    else
      value = values.render(rest[name])
    end
    fields[i] = { values.key(key), value }
  end
  return #fields > 0 and document.table({}, fields) or nil
end

---@param operation Operation
---@param state Rendering
---@param prefix string?  "batch.", within one
---@return Document
function calls.render(operation, state, prefix)
  local shape, used, arguments = shapes[operation.kind], {}, {}
  if prefix then
    used.table, used.schema = true, true
  end
  for _, argument in ipairs(shape) do
    if not prefix or argument ~= of_table then
      arguments[#arguments + 1] = argument(operation, used, state)
    end
  end
  arguments[#arguments + 1] = options(operation, used, state)
  while arguments[#arguments] == "nil" do
    arguments[#arguments] = nil
  end
  return document.call((prefix or "op.") .. operation.kind, arguments)
end

return calls
