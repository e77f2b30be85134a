--- The reverse of every operation, or why it has none.
---
--- An operation that drops something has a field `creates`, the operation that would make it anew, when it was told
--- enough; so the reverse of a create is a drop that knows the create, and the other way round.

local naming = require("neap.dialect.naming")

local copy = require("neap.marks").copy

local reverses = {}

local UNKNOWN = "it says %s, and what it met is not known now"

-- Why a create cannot be undone by a drop.
local function made_for_sure(operation)
  for _, name in ipairs({ "if_not_exists", "replace" }) do
    if operation[name] then
      return nil, UNKNOWN:format(name)
    end
  end
  return true
end

-- fn(operation, state) -> the drop, or nil and why.
local function create(make)
  return function(operation, state)
    local sure, why = made_for_sure(operation)
    if not sure then
      return nil, why
    elseif operation.temporary then
      return nil -- gone with its session
    end
    local drop, reason = make(operation, state)
    if drop then
      drop.creates = operation
    end
    return drop, reason
  end
end

local function drop(missing)
  return function(operation)
    for _, name in ipairs({ "if_exists", "cascade" }) do
      if operation[name] then
        return nil, UNKNOWN:format(name)
      end
    end
    if not operation.creates then
      return nil, "it does not say what was there: give it " .. missing
    end
    return copy(operation.creates)
  end
end

local function never(why)
  return function()
    return nil, why
  end
end

-- Nothing stays behind.
local function nothing()
  return nil
end

-- A create whose drop is named by schema and name.
local function named(kind)
  return create(function(operation)
    return { kind = kind, schema = operation.schema, name = operation.name }
  end)
end

local of = {}
reverses.of = of

-- Tables ------------------------------------------------------------------------------------

of.create_table = create(function(operation)
  return { kind = "drop_table", schema = operation.schema, table = operation.table }
end)
of.drop_table = drop("elements = { ... }")

function of.rename_table(operation)
  if operation.if_exists then
    return nil, UNKNOWN:format("if_exists")
  end
  return {
    kind = "rename_table",
    schema = operation.schema,
    table = operation.new_name,
    new_name = operation.table,
  }
end

-- SQLite does not drop a column that an index is on.
local function index_of_column(operation, state)
  local column = operation.column
  if not column.index or state.run.dialect ~= "sqlite" then
    return nil
  end
  local index = { schema = operation.schema, table = operation.table, columns = { column.name } }
  index.name = type(column.index) == "string" and column.index
    or type(column.unique) == "string" and column.unique
    or nil
  return {
    kind = "drop_index",
    schema = operation.schema,
    table = operation.table,
    name = naming.index(state.run, index, state.limit),
    source = operation.source,
  }
end

of.add_column = create(function(operation, state)
  return {
    first = index_of_column(operation, state),
    kind = "drop_column",
    schema = operation.schema,
    table = operation.table,
    column = operation.column.name,
  }
end)
of.drop_column = drop("column = op.column(...)")

-- What alter_column changes, and where it says how that was.
local changes = {
  type = "existing_type",
  nullable = "existing_nullable",
  server_default = "existing_server_default",
  comment = "existing_comment",
  identity = "existing_identity",
  generated = "existing_generated",
}

function of.alter_column(operation, state)
  local back = copy(operation)
  back.column, back.new_name = operation.new_name or operation.column, nil
  back.using, back.existing_using = operation.existing_using, operation.using
  back.collation, back.existing_collation = operation.existing_collation, operation.collation
  if operation.new_name then
    back.new_name = operation.column
  end
  if operation.autoincrement ~= nil then
    back.autoincrement = not operation.autoincrement
  end
  for what, before in next, changes do
    if operation[what] ~= nil then
      local was = operation[before]
      if was == nil and (what == "comment" or what == "identity") then
        was = what == "comment" and state.run.null or false
      elseif was == nil or was == true and what == "identity" then
        return nil, ("it changes %s: give it %s"):format(what, before)
      end
      back[what], back[before] = was, operation[what]
    end
  end
  return back
end

function of.create_table_comment(operation, state)
  local back = copy(operation)
  back.comment = operation.existing_comment or state.run.null
  back.existing_comment = operation.comment
  return back
end

function of.drop_table_comment(operation)
  if operation.existing_comment == nil then
    return nil, "it does not say what was there: give it existing_comment"
  end
  return {
    kind = "create_table_comment",
    schema = operation.schema,
    table = operation.table,
    comment = operation.existing_comment,
  }
end

function of.set_comment(operation, state)
  local back = copy(operation)
  back.comment = operation.existing_comment or state.run.null
  back.existing_comment = operation.comment
  return back
end

-- Indexes and constraints -------------------------------------------------------------------

of.create_index = create(function(operation, state)
  return {
    kind = "drop_index",
    schema = operation.schema,
    table = operation.table,
    name = naming.index(state.run, operation, state.limit),
    concurrently = operation.concurrently,
  }
end)
of.drop_index = drop("table and columns")

local function constraint(prefix, type_name)
  return create(function(operation, state)
    if operation.using_index then
      return nil, "using_index gave the index away: it would go with the constraint"
    end
    local name = operation.name
    if prefix then
      name = naming.constraint(state.run, prefix, {
        name = name,
        schema = operation.schema,
        table = operation.table,
        columns = operation.columns,
        referred_table = operation.referent,
      }, state.limit)
    end
    if not name and state.run.dialect == "postgresql" then
      return nil, "the constraint has no name of its own: give it one"
    end
    return {
      kind = "drop_constraint",
      schema = operation.schema,
      table = operation.table,
      name = name,
      type = type_name,
      columns = not name and operation.columns or nil,
      check = not name and operation.expression or nil,
    }
  end)
end

of.create_primary_key = constraint("pk", "primary")
of.create_unique_constraint = constraint("uq", "unique")
of.create_check_constraint = constraint("ck", "check")
of.create_foreign_key = constraint("fk", "foreignkey")
of.create_not_null_constraint = create(function(operation)
  return {
    kind = "alter_column",
    schema = operation.schema,
    table = operation.table,
    column = operation.columns[1],
    nullable = true,
  }
end)
of.create_exclude_constraint = constraint(nil, "exclude")
of.drop_constraint = drop("type, and columns, check, references or elements")

function of.rename_constraint(operation)
  local back = copy(operation)
  back.name, back.new_name = operation.new_name, operation.name
  return back
end

of.validate_constraint = function(operation, state)
  if state.created[("constraint %s"):format(tostring(operation.name))] then
    return nil
  end
  return nil, "what is valid does not become not valid again"
end

-- Schemas, extensions, sequences, types, views, functions -------------------------------------

of.create_schema = named("drop_schema")
of.drop_schema = drop("options = { ... }, empty for none")
of.create_extension = create(function(operation)
  return { kind = "drop_extension", name = operation.name }
end)
of.drop_extension = drop("options = { ... }, empty for none")
of.create_sequence = named("drop_sequence")
of.drop_sequence = drop("options = { ... }, empty for none")

-- What an alter changes, from what it says the object was like: existing = { ... }.
local function back_to_existing(operation, kept)
  local back, existing = copy(operation), operation.existing or {}
  back.existing = {}
  for name, value in next, operation do
    if not kept[name] then
      if existing[name] == nil then
        return nil, ("it changes %s: give it existing = { %s = ... }"):format(name, name)
      end
      back[name], back.existing[name] = existing[name], value
    end
  end
  if operation.new_name then
    back.name, back.new_name = operation.new_name, operation.name
  end
  return back
end

local of_any =
  { kind = true, schema = true, name = true, new_name = true, existing = true, source = true }

function of.alter_sequence(operation)
  if operation.if_exists then
    return nil, UNKNOWN:format("if_exists")
  end
  return back_to_existing(operation, of_any)
end

of.create_enum = named("drop_type")
of.drop_type = drop("values = { ... }")

function of.add_enum_value(operation, state)
  if state.created["type " .. reverses.key(operation.schema, operation.name)] then
    return nil
  end
  return nil, "PostgreSQL cannot take a value out of an enum"
end

function of.rename_enum_value(operation)
  local back = copy(operation)
  back.value, back.new_value = operation.new_value, operation.value
  return back
end

of.create_domain = named("drop_domain")
of.drop_domain = drop("type")
of.create_view = named("drop_view")
of.drop_view = drop("sql")
of.create_materialized_view = named("drop_materialized_view")
of.drop_materialized_view = drop("sql")
of.refresh_materialized_view = nothing

local function stated(name, make)
  return create(function(operation)
    local signature = require("neap.op.signatures")[name](operation.sql)
    if not signature then
      return nil, "the name is not clear from the statement"
    elseif signature.replace then
      return nil, UNKNOWN:format("OR REPLACE")
    elseif signature.if_not_exists then
      return nil, UNKNOWN:format("IF NOT EXISTS")
    end
    return make(signature)
  end)
end

of.create_function = stated("routine", function(signature)
  signature.kind = "drop_function"
  return signature
end)
of.drop_function = drop("definition")
of.create_aggregate = stated("routine", function(signature)
  signature.kind, signature.routine = "drop_aggregate", nil
  return signature
end)
of.drop_aggregate = drop("definition")
of.create_trigger = stated("trigger", function(signature)
  signature.kind = "drop_trigger"
  return signature
end)
of.drop_trigger = drop("definition")

-- Permissions -------------------------------------------------------------------------------

function of.set_owner(operation)
  if not operation.existing_owner then
    return nil, "it does not say whose it was: give it existing_owner"
  end
  local back = copy(operation)
  back.role, back.existing_owner = operation.existing_owner, operation.role
  return back
end

function of.grant(operation)
  local back = copy(operation)
  back.kind = "revoke"
  back.with_grant_option, back.with_admin_option, back.inherit, back.set = nil, nil, nil, nil
  return back
end

function of.revoke(operation)
  if operation.cascade then
    return nil, UNKNOWN:format("cascade")
  end
  local back = copy(operation)
  back.kind = "grant"
  back.grant_option_for, back.admin_option_for = nil, nil
  back.inherit_option_for, back.set_option_for = nil, nil
  back.with_grant_option = operation.grant_option_for
  back.with_admin_option = operation.admin_option_for
  back.inherit, back.set = operation.inherit_option_for, operation.set_option_for
  return back
end

of.create_role = named("drop_role")
function of.drop_role(operation)
  if operation.owned then
    return nil, "what the role owned is not known now"
  end
  return drop("options = { ... }, empty for none")(operation)
end

function of.alter_role(operation)
  if operation.password ~= nil then
    return nil, "the password that was before is not known"
  end
  return back_to_existing(operation, of_any)
end

function of.alter_default_privileges(operation)
  if operation.cascade then
    return nil, UNKNOWN:format("cascade")
  end
  local back = copy(operation)
  back.grant, back.revoke = operation.revoke, operation.grant
  back.to, back.from = operation.from, operation.to
  back.with_grant_option = operation.grant_option_for
  back.grant_option_for = nil
  return back
end

of.create_policy = create(function(operation)
  return {
    kind = "drop_policy",
    schema = operation.schema,
    table = operation.table,
    name = operation.name,
  }
end)
of.drop_policy = drop("options = { ... }, as for create_policy")

function of.alter_policy(operation)
  local back, existing = copy(operation), operation.existing or {}
  back.existing = {}
  for _, name in ipairs({ "to", "using", "with_check" }) do
    if operation[name] ~= nil then
      if existing[name] == nil then
        return nil, ("it changes %s: give it existing = { %s = ... }"):format(name, name)
      end
      back[name], back.existing[name] = existing[name], operation[name]
    end
  end
  if operation.new_name then
    back.name, back.new_name = operation.new_name, operation.name
  end
  return back
end

local function security(kind)
  return function(operation)
    local back = copy(operation)
    back.kind = kind
    return back
  end
end

of.enable_row_security = security("disable_row_security")
of.disable_row_security = security("enable_row_security")
of.force_row_security = security("no_force_row_security")
of.no_force_row_security = security("force_row_security")

of.set_role = nothing -- the role of every operation is known, see reverse.lua

-- Partitions and rows -----------------------------------------------------------------------

of.create_partition = create(function(operation)
  return {
    kind = "drop_table",
    schema = operation.partition_schema,
    table = operation.partition,
  }
end)

function of.attach_partition(operation)
  local back = copy(operation)
  back.kind = "detach_partition"
  return back
end

function of.detach_partition(operation)
  if not operation.bound then
    return nil, "it does not say what was there: give it bound"
  end
  local back = copy(operation)
  back.kind, back.concurrently, back.finalize = "attach_partition", nil, nil
  return back
end

of.execute = never("what SQL text does is not known to op")
of.bulk_insert = never("which rows were there before is not known")
of.backfill = never("what the columns held before is not known")
of.load_sql_dir = never("what SQL text does is not known to op")
of.revert_sql = never("what was there before is not kept")

function of.load_sql(operation)
  if not operation.keep then
    return nil, "what SQL text does is not known to op; with keep = true it is kept"
  end
  return { kind = "revert_sql", file = operation.file }
end

-- What the same function has made -------------------------------------------------------------

function reverses.key(schema, name)
  return (schema or "") .. "\0" .. tostring(name)
end

---Remembers what an operation makes.
function reverses.note(operation, state)
  local kind = operation.kind
  if kind == "batch_alter_table" then
    for _, part in ipairs(operation.operations) do
      reverses.note(part, state)
    end
  elseif kind == "create_table" and not operation.if_not_exists then
    state.created["table " .. reverses.key(operation.schema, operation.table)] = true
  elseif kind == "create_partition" and not operation.if_not_exists then
    state.created["table " .. reverses.key(operation.partition_schema, operation.partition)] = true
  elseif kind == "create_enum" then
    state.created["type " .. reverses.key(operation.schema, operation.name)] = true
  elseif kind == "rename_table" then
    local old = "table " .. reverses.key(operation.schema, operation.table)
    local new = "table " .. reverses.key(operation.schema, operation.new_name)
    state.created[new] = state.created[old]
  elseif kind:find("^create_.*_constraint$") or kind == "create_foreign_key" then
    state.created["constraint " .. tostring(operation.name)] = true
  end
end

-- Of a table, and gone with it.
local of_a_table = {
  add_column = true,
  drop_column = true,
  alter_column = true,
  create_table_comment = true,
  drop_table_comment = true,
  create_index = true,
  drop_index = true,
  create_primary_key = true,
  create_unique_constraint = true,
  create_check_constraint = true,
  create_foreign_key = true,
  create_not_null_constraint = true,
  create_exclude_constraint = true,
  drop_constraint = true,
  validate_constraint = true,
  bulk_insert = true,
  backfill = true,
  set_owner = true,
  drop_policy = true,
  alter_policy = true,
}

---True when dropping the table that the same function made undoes this operation.
function reverses.goes_with_its_table(operation, state)
  if not of_a_table[operation.kind] then
    return false
  end
  local schema, name = operation.schema, operation.table
  if operation.kind == "set_owner" then
    if operation.object_kind ~= "table" then
      return false
    end
    schema, name = operation.object.schema, operation.object.name
  end
  return name ~= nil and state.created["table " .. reverses.key(schema, name)] == true
end

return reverses
