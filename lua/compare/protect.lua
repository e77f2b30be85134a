--- Operations for a database that others use meanwhile: without locks that last as long as a table is long.
---
--- Indexes are built concurrently; checks and foreign keys are added NOT VALID and validated in a transaction of their
--- own; so is NOT NULL since PostgreSQL 18, and before it is proven by a check first; a unique constraint takes an index
--- that was built concurrently.
---
--- A table with partitions has less: no index of it is built or dropped concurrently, and a foreign key of it is never
--- NOT VALID before PostgreSQL 18. Source: PostgreSQL manual, CREATE INDEX; ALTER TABLE

local names = require("neap.schema.names")
local rewrites = require("neap.compare.rewrites")
local shapes = require("neap.compare.shapes")

local protect = {}

local function copy(operation, fields)
  local new = {}
  for name, value in next, operation do
    new[name] = value
  end
  for name, value in next, fields do
    new[name] = value
  end
  return new
end

local function key(operation)
  return (operation.schema or "") .. "\0" .. operation.table
end

-- Tables that the operations make are empty, and nobody uses them.
local function made_tables(operations)
  local made = {}
  for _, operation in ipairs(operations) do
    if operation.kind == "create_table" then
      made[key(operation)] = true
    end
  end
  return made
end

-- What the recipes know of the server and its tables.
---@class Protected
---@field version integer                     0: unknown
---@field partitioned table<string, boolean>  tables, by key
---@field their_indexes table<string, boolean>  of those tables, "schema\0name"
---@field types table<string, table<string, string>>  of columns, by table and name

---@param snapshot Snapshot?
---@return Protected
local function look(version, snapshot)
  local known = { version = version or 0, partitioned = {}, their_indexes = {}, types = {} }
  for _, object in next, snapshot and snapshot.objects or {} do
    if object.kind == "table" then
      local types = {}
      for _, column in ipairs(object.columns) do
        types[column.name] = column.type
      end
      known.types[object.schema .. "\0" .. object.name] = types
    end
    if object.partition_by then
      known.partitioned[object.schema .. "\0" .. object.name] = true
      for _, index in ipairs(object.indexes) do
        known.their_indexes[object.schema .. "\0" .. index.name] = true
      end
    end
  end
  return known
end

local LOCKS =
  "locks %s and its partitions meanwhile: there is no other way for a table with partitions"

local LOCKS_FOR_INDEX = "locks %s while its index is built"

-- %s of the note is the table.
local function noted(operation, note)
  note = note:format(operation.table)
  return copy(operation, { note = operation.note and operation.note .. "; " .. note or note })
end

local recipes = {}

local plain = {
  kind = true,
  schema = true,
  table = true,
  column = true,
  nullable = true,
  note = true,
  source = true,
}

function recipes.create_index(list, operation, _, known)
  if known.partitioned[key(operation)] then
    list[#list + 1] = noted(operation, LOCKS)
  else
    list[#list + 1] = copy(operation, { concurrently = true })
  end
end

function recipes.drop_index(list, operation, _, known)
  local theirs = known.their_indexes[(operation.schema or "") .. "\0" .. operation.name]
  list[#list + 1] = theirs and operation or copy(operation, { concurrently = true })
end

local function added_late(list, operation, validations)
  if operation.not_valid or operation.enforced == false or not operation.name then
    list[#list + 1] = operation
    return
  end
  list[#list + 1] = copy(operation, { not_valid = true })
  validations[#validations + 1] = {
    kind = "validate_constraint",
    schema = operation.schema,
    table = operation.table,
    name = operation.name,
  }
end
recipes.create_check_constraint = added_late
recipes.create_not_null_constraint = added_late

function recipes.create_foreign_key(list, operation, validations, known)
  if known.partitioned[key(operation)] and known.version < 180000 then
    list[#list + 1] = noted(operation, LOCKS)
  else
    added_late(list, operation, validations)
  end
end

function recipes.create_unique_constraint(list, operation, _, known)
  if known.partitioned[key(operation)] then
    list[#list + 1] = noted(operation, LOCKS)
    return
  elseif
    not operation.name
    or operation.nulls_not_distinct
    or operation.include
    or operation.without_overlaps
  then
    list[#list + 1] = operation
    return
  end
  list[#list + 1] = {
    kind = "create_index",
    schema = operation.schema,
    table = operation.table,
    name = operation.name,
    columns = operation.columns,
    unique = true,
    concurrently = true,
  }
  list[#list + 1] = copy(operation, { using_index = operation.name })
  list[#list].columns = nil
end

function recipes.create_exclude_constraint(list, operation)
  list[#list + 1] = noted(operation, LOCKS_FOR_INDEX)
end

-- An index that is built before would leave the table without a key for as long, when another one goes.
function recipes.create_primary_key(list, operation, _, known)
  local partitioned = known.partitioned[key(operation)]
  list[#list + 1] = noted(operation, partitioned and LOCKS or LOCKS_FOR_INDEX)
end

function recipes.add_column(list, operation)
  local note = rewrites.note(operation)
  list[#list + 1] = note and noted(operation, note) or operation
end

-- True when an alter_column changes something besides NOT NULL.
local function changes_more(operation)
  for field in next, operation do
    if not plain[field] then
      return true
    end
  end
  return false
end

-- The constraint has the name that SET NOT NULL gives.
local function add_not_null(list, operation)
  local where = {
    kind = "create_not_null_constraint",
    schema = operation.schema,
    table = operation.table,
    name = names.object(operation.table, operation.column, "not_null"),
  }
  list[#list + 1] = copy(where, { columns = { operation.column }, not_valid = true })
  list[#list + 1] = { kind = "commit" }
  list[#list + 1] = copy(where, { kind = "validate_constraint", note = operation.note })
  if changes_more(operation) then
    list[#list + 1] = copy(operation, {})
    list[#list].nullable = nil
  end
end

function recipes.alter_column(list, operation, _, known)
  local types = known.types[key(operation)] or {}
  local note = rewrites.note(operation, types[operation.column])
  operation = note and noted(operation, note) or operation
  if operation.nullable ~= false then
    list[#list + 1] = operation
    return
  elseif known.version >= 180000 then
    return add_not_null(list, operation)
  end
  local name = names.object(operation.table, operation.column, "not_null")
  local where = {
    kind = "create_check_constraint",
    schema = operation.schema,
    table = operation.table,
    name = name,
  }
  list[#list + 1] = copy(where, {
    expression = shapes.quote(operation.column) .. " IS NOT NULL",
    not_valid = true,
  })
  list[#list + 1] = { kind = "commit" }
  list[#list + 1] = copy(where, { kind = "validate_constraint", note = operation.note })
  list[#list + 1] = copy(operation, {})
  if not changes_more(operation) then
    list[#list].note = nil -- what can fail has been
  end
  list[#list + 1] = copy(where, { kind = "drop_constraint" })
end

---@param operations Operation[]
---@param version integer?    of the server; nil: unknown
---@param snapshot Snapshot?  of its tables
---@return Operation[]
function protect.operations(operations, version, snapshot)
  local known = look(version, snapshot)
  local made, list, validations = made_tables(operations), {}, {}
  for _, operation in ipairs(operations) do
    local recipe = recipes[operation.kind]
    if recipe and not (operation.table and made[key(operation)]) then
      recipe(list, operation, validations, known)
    else
      list[#list + 1] = operation
    end
  end
  if #validations > 0 then
    list[#list + 1] = { kind = "commit" }
    table.move(validations, 1, #validations, #list + 1, list)
  end
  return list
end

return protect
