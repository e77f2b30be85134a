--- Operations in words, for people who ask what differs.

local subjects = require("neap.compare.subjects")

local words = {}

local function name(state, schema, bare)
  if schema and schema ~= state.default_schema then
    return schema .. "." .. bare
  end
  return bare
end

local function table_name(operation, state)
  return name(state, operation.schema, operation.table)
end

local function object_name(operation, state)
  return name(state, operation.schema, operation.name)
end

local function columns(list)
  local parts = {}
  for i, column in ipairs(list or {}) do
    local first = type(column) == "table" and not column.sql and column[1] or column
    parts[i] = type(first) == "table" and first.sql or first
  end
  return table.concat(parts, ", ")
end

-- As much of a statement as fits a line.
local STATEMENT = 160

-- A value in a few letters.
local function short(value, limit)
  if type(value) == "table" and value.sql then
    value = value.sql
  elseif type(value) == "table" then
    value = value[1] or "..."
    value = type(value) == "table" and value.sql or value
  elseif type(value) == "userdata" then
    return "none"
  end
  local text = tostring(value):gsub("%s+", " ")
  limit = limit or 60
  if #text <= limit then
    return text
  end
  return text:sub(1, utf8.len(text) and utf8.offset(text, 0, limit - 2) - 1 or limit - 3) .. "..."
end

local function alterations(operation)
  local parts = {}
  local function add(...)
    parts[#parts + 1] = string.format(...)
  end
  if operation.new_name then
    add("name %s", operation.new_name)
  end
  if operation.type then
    add(
      "type %s%s",
      operation.type,
      operation.collation and " collate " .. operation.collation or ""
    )
  end
  if operation.nullable ~= nil then
    add(operation.nullable and "may be null" or "not null")
  end
  if operation.server_default ~= nil then
    add("default %s", short(operation.server_default))
  end
  if operation.identity ~= nil then
    add(operation.identity and "identity" or "no identity")
  end
  if operation.generated ~= nil then
    add("generated %s", short(operation.generated))
  end
  if operation.comment ~= nil then
    add("comment %s", short(operation.comment))
  end
  return table.concat(parts, ", ")
end

local function made(what)
  return function(operation, state)
    return "create " .. what .. " " .. object_name(operation, state)
  end
end

local function dropped(what)
  return function(operation, state)
    return "drop " .. what .. " " .. object_name(operation, state)
  end
end

local function constraint(what, detail)
  return function(operation, state)
    return ("add %s%s on %s%s"):format(
      what,
      operation.name and " " .. operation.name or "",
      table_name(operation, state),
      detail and " (" .. detail(operation, state) .. ")" or ""
    )
  end
end

-- CREATE FUNCTION, PROCEDURE, AGGREGATE
local function statement(operation, state)
  local subject = subjects.of(operation)
  if not subject.name then
    return "create " .. short(operation.sql)
  end
  return ("create %s %s"):format(subject.object, name(state, subject.schema, subject.name))
end

-- Of one that takes an index that is there.
local function key_columns(operation)
  return operation.columns and columns(operation.columns)
    or operation.using_index and "index " .. operation.using_index
    or ""
end

local sentences = {
  create_table = function(operation, state)
    return "create table " .. table_name(operation, state)
  end,
  drop_table = function(operation, state)
    return "drop table " .. table_name(operation, state)
  end,
  rename_table = function(operation, state)
    return ("rename table %s to %s"):format(table_name(operation, state), operation.new_name)
  end,
  add_column = function(operation, state)
    local column = operation.column
    return ("add column %s.%s (%s%s)"):format(
      table_name(operation, state),
      column.name,
      column.type,
      column.nullable == false and ", not null" or ""
    )
  end,
  drop_column = function(operation, state)
    return ("drop column %s.%s"):format(table_name(operation, state), operation.column)
  end,
  alter_column = function(operation, state)
    return ("change column %s.%s: %s"):format(
      table_name(operation, state),
      operation.column,
      alterations(operation)
    )
  end,
  create_table_comment = function(operation, state)
    return ("set the comment of table %s: %s"):format(
      table_name(operation, state),
      short(operation.comment)
    )
  end,
  drop_table_comment = function(operation, state)
    return "drop the comment of table " .. table_name(operation, state)
  end,
  create_index = function(operation, state)
    return ("create %sindex %s on %s (%s)"):format(
      operation.unique and "unique " or "",
      operation.name or "",
      table_name(operation, state),
      columns(operation.columns)
    )
  end,
  drop_index = dropped("index"),
  create_primary_key = constraint("primary key", key_columns),
  create_unique_constraint = constraint("unique constraint", key_columns),
  create_check_constraint = constraint("check", function(operation)
    return short(operation.expression)
  end),
  create_foreign_key = constraint("foreign key", function(operation, state)
    return columns(operation.columns)
      .. " -> "
      .. name(state, operation.referent_schema, operation.referent)
  end),
  create_not_null_constraint = constraint("not null", function(operation)
    return columns(operation.columns)
  end),
  create_exclude_constraint = constraint("exclusion constraint"),
  drop_constraint = function(operation, state)
    return ("drop constraint %s of %s"):format(
      operation.name
        or operation.check and "check (" .. short(operation.check) .. ")"
        or "on " .. columns(operation.columns),
      table_name(operation, state)
    )
  end,
  validate_constraint = function(operation, state)
    return ("validate constraint %s of %s"):format(operation.name, table_name(operation, state))
  end,
  rename_constraint = function(operation, state)
    return ("rename constraint %s of %s to %s"):format(
      operation.name,
      table_name(operation, state),
      operation.new_name
    )
  end,
  create_schema = made("schema"),
  drop_schema = dropped("schema"),
  create_extension = function(operation)
    return "create extension " .. operation.name
  end,
  drop_extension = dropped("extension"),
  create_sequence = made("sequence"),
  alter_sequence = function(operation, state)
    local sequence = object_name(operation, state)
    return operation.new_name and ("rename sequence %s to %s"):format(sequence, operation.new_name)
      or "change sequence " .. sequence
  end,
  drop_sequence = dropped("sequence"),
  create_enum = function(operation, state)
    return ("create enum %s (%s)"):format(
      object_name(operation, state),
      table.concat(operation.values, ", ")
    )
  end,
  add_enum_value = function(operation, state)
    return ('add value "%s" to enum %s'):format(operation.value, object_name(operation, state))
  end,
  rename_enum_value = function(operation, state)
    return ('rename value "%s" of enum %s to "%s"'):format(
      operation.value,
      object_name(operation, state),
      operation.new_value
    )
  end,
  drop_type = dropped("type"),
  create_domain = made("domain"),
  drop_domain = dropped("domain"),
  create_view = function(operation, state)
    return (operation.replace and "change view " or "create view ") .. object_name(operation, state)
  end,
  drop_view = dropped("view"),
  create_materialized_view = made("materialized view"),
  drop_materialized_view = dropped("materialized view"),
  create_function = statement,
  create_aggregate = statement,
  create_trigger = function(operation, state)
    local subject = subjects.of(operation)
    if not subject.name then
      return "create " .. short(operation.sql)
    end
    local on = name(state, subject.schema, subject.table)
    return ("create trigger %s on %s"):format(subject.name, on)
  end,
  drop_function = function(operation, state)
    return ("drop %s %s%s"):format(
      operation.routine or "function",
      object_name(operation, state),
      operation.arguments or ""
    )
  end,
  drop_aggregate = function(operation, state)
    return "drop aggregate " .. object_name(operation, state) .. (operation.arguments or "")
  end,
  drop_trigger = function(operation, state)
    return ("drop trigger %s on %s"):format(operation.name, table_name(operation, state))
  end,
  create_policy = function(operation, state)
    return ("create policy %s on %s"):format(operation.name, table_name(operation, state))
  end,
  alter_policy = function(operation, state)
    return ("change policy %s on %s"):format(operation.name, table_name(operation, state))
  end,
  drop_policy = function(operation, state)
    return ("drop policy %s on %s"):format(operation.name, table_name(operation, state))
  end,
  set_owner = function(operation, state)
    local object = operation.object
    return ("make %s the owner of %s %s"):format(
      operation.role,
      operation.object_kind,
      name(state, object.schema, object.name)
    )
  end,
  set_comment = function(operation, state)
    local of, object = operation.of, operation.object
    local on = of and name(state, of.schema, of.name)
    local what = of and operation.object_kind == "column" and on .. "." .. object.name
      or of and object.name .. " on " .. on
      or name(state, object.schema, object.name) .. (object.arguments or "")
    if type(operation.comment) ~= "string" then
      return ("drop the comment of %s %s"):format(operation.object_kind, what)
    end
    return ("set the comment of %s %s: %s"):format(
      operation.object_kind,
      what,
      short(operation.comment)
    )
  end,
  create_partition = function(operation, state)
    return ("create partition %s of %s"):format(operation.partition, table_name(operation, state))
  end,
  attach_partition = function(operation, state)
    local partition = name(state, operation.partition_schema, operation.partition)
    return ("attach partition %s to %s"):format(partition, table_name(operation, state))
  end,
  detach_partition = function(operation, state)
    local partition = name(state, operation.partition_schema, operation.partition)
    return ("detach partition %s from %s"):format(partition, table_name(operation, state))
  end,
  execute = function(operation)
    return operation.words or short(operation.sql, STATEMENT)
  end,
}

local function granting(verb, preposition)
  return function(operation, state)
    local object = operation.objects[1]
    return ("%s %s%s on %s %s %s %s"):format(
      verb,
      table.concat(operation.privileges, ", "),
      operation.columns and " (" .. table.concat(operation.columns, ", ") .. ")" or "",
      operation.object_kind,
      name(state, object.schema, object.name),
      preposition,
      table.concat(operation.roles, ", ")
    )
  end
end
sentences.grant = granting("grant", "to")
sentences.revoke = granting("revoke", "from")

local function security(text)
  return function(operation, state)
    return text .. " on " .. table_name(operation, state)
  end
end
function sentences.batch_alter_table(operation, state)
  return "rebuild table "
    .. table_name(operation, state)
    .. ": what stands in the model has no words of op"
end
sentences.enable_row_security = security("enable row security")
sentences.disable_row_security = security("disable row security")
sentences.force_row_security = security("force row security")
sentences.no_force_row_security = security("do not force row security")

---The operations, those within others among them, without what only holds them together.
---@param operations Operation[]
---@return Operation[]
function words.flat(operations)
  local list = {}
  for _, operation in ipairs(operations) do
    if operation.definition and operation.kind == "batch_alter_table" then
      list[#list + 1] = operation
    elseif operation.operations then
      table.move(words.flat(operation.operations), 1, #operation.operations, #list + 1, list)
    elseif operation.kind ~= "commit" then
      list[#list + 1] = operation
    end
  end
  return list
end

---The differences as programs read them: `kind` is the operation's, `object` what it is about.
---@param operations Operation[]  flat
---@param state { default_schema: string? }
---@return table[]
function words.differences(operations, state)
  local list = {}
  for i, operation in ipairs(operations) do
    local difference = subjects.of(operation, state.default_schema)
    difference.kind = operation.kind
    difference.description = words.sentence(operation, state)
    difference.loses = operation.note
    list[i] = difference
  end
  return list
end

---@param operation Operation
---@param state { default_schema: string? }
---@return string
function words.sentence(operation, state)
  local sentence = sentences[operation.kind]
  return sentence and sentence(operation, state) or operation.kind:gsub("_", " ")
end

return words
