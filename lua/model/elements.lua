--- Columns, constraints and indexes as op says them, as the catalog would have them.

local marks = require("neap.marks")
local names = require("neap.schema.names")
local naming = require("neap.dialect.naming")
local schema = require("neap.schema")
local shared = require("neap.dialect.shared")
local type_names = require("neap.schema.type_names")
local text_of = require("neap.dialect.postgresql.text")

local elements = {}

local LIMIT = 63

-- Raised by what cannot be said.
elements.UNKNOWN = {}

local function unknown()
  error(elements.UNKNOWN, 0)
end
elements.unknown = unknown

-- Expressions ---------------------------------------------------------------------------------------

-- "numeric(10,2)" as "numeric": a model says the same few types again and again.
local bare = setmetatable({}, {
  __index = function(known, type_name)
    known[type_name] = type_name:gsub("%(.*%)", "")
    return known[type_name]
  end,
})

-- Types whose constants print with their name: 'x'::text.
local function typed(type_name, quoted)
  local name = bare[type_name]
  return quoted .. "::" .. (name == "character" and "bpchar" or name)
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
  if type(value) == "string" then
    return marks.new_sql(typed(type_name, text_of.string(value)))
  elseif type(value) == "number" and numbers[bare[type_name]] then
    local written = text_of.literal(value)
    -- -1 prints as '-1'::integer.
    return marks.new_sql(value < 0 and typed(type_name, "'" .. written .. "'") or written)
  end
  return marks.new_sql(text_of.literal(value))
end

-- Tables --------------------------------------------------------------------------------------------

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

function elements.make_column(building, column)
  local serial = serials[column.type:lower()]
  local type_name = serial or type_names.canonical(column.type, building.home)
  local increments, not_null = serial ~= nil or column.autoincrement, nil
  if not increments and (column.nullable == false or column.primary_key or column.identity) then
    not_null = true
  end
  local made =
    schema.column(column.name, type_name, not_null, default(column.server_default, type_name))
  made.autoincrement = increments and true or nil
  made.identity = identity(column.identity)
  if column.generated then
    local expression, options = shared.named_text(column.generated)
    made.generated = { expression, stored = options.stored ~= false }
  end
  made.collation = column.collation
  made.comment = type(column.comment) == "string" and column.comment or nil
  return made
end

elements.places =
  { primary_key = 1, unique = 2, exclude = 3, check = 4, not_null = 5, foreign_key = 6 }
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

function elements.primary_key_of(object)
  for _, constraint in ipairs(object.constraints) do
    if constraint.kind == "primary_key" then
      return constraint.columns
    end
  end
  return unknown()
end

local moved = { kind = true, source = true, schema = true, table = true, concurrently = true }

function elements.add_constraint(building, object, element, kind, given_schema)
  if kind == "not_null" then
    unknown() -- the server merges it with others
  end
  local constraint = schema.constraint(kind, nil)
  for name, value in next, element do
    if not moved[name] then
      constraint[name] = value
    end
  end
  if constraint.deferrable == false then
    constraint.deferrable = nil
  end
  if constraint.enforced then
    constraint.enforced = nil
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

function elements.add_index(building, object, element, given_schema)
  local index = schema.index(nil, nil)
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

local reference_fields = {
  "name",
  "ondelete",
  "ondelete_columns",
  "onupdate",
  "match",
  "deferrable",
  "initially",
  "enforced",
}

-- What a column says besides itself.
function elements.add_column_parts(building, object, column, schema_name)
  if column.unique and not column.index then
    elements.add_constraint(building, object, {
      columns = { column.name },
      name = type(column.unique) == "string" and column.unique or nil,
    }, "unique", schema_name)
  end
  if column.check then
    local expression, options = shared.named_text(column.check)
    local template = building.run.naming and building.run.naming.ck
    local around = template and template:find("{constraint_name}", 1, true) and column.name or nil
    elements.add_constraint(
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
    for _, name in ipairs(reference_fields) do
      element[name] = reference[name]
    end
    elements.add_constraint(building, object, element, "foreign_key", schema_name)
  end
  if column.index then
    elements.add_index(building, object, {
      name = type(column.index) == "string" and column.index
        or type(column.unique) == "string" and column.unique
        or nil,
      columns = { column.name },
      unique = column.unique and true or nil,
    }, schema_name)
  end
end

return elements
