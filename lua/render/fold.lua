--- Operations as a person would say them: what a column can say stands in the column, names and words that the
--- database gives by itself are left out. What is said stays the same.

local marks = require("neap.marks")
local names = require("neap.schema.names")
local naming = require("neap.dialect.naming")
local number = require("neap.dialect.values").number

local fold = {}

-- Types ---------------------------------------------------------------------------------------------

local short_types = {
  { "^character varying", "varchar" },
  { "^character%f[^%w]", "char" },
  { "^timestamp(%(?%d*%)?) with time zone", "timestamptz%1" },
  { "^timestamp(%(?%d*%)?) without time zone", "timestamp%1" },
  { "^time(%(?%d*%)?) with time zone", "timetz%1" },
  { "^time(%(?%d*%)?) without time zone", "time%1" },
  { "^bit varying", "varbit" },
}

---"varchar(20)" for "character varying(20)".
function fold.type(text)
  for _, pair in ipairs(short_types) do
    local changed, count = text:gsub(pair[1], pair[2], 1)
    if count > 0 then
      return changed
    end
  end
  return text
end

-- Defaults --------------------------------------------------------------------------------------------

local whole = { smallint = true, integer = true, bigint = true }

---A literal for op.sql "'x'::text" in a column of that type; else the value as it is.
function fold.default(value, type_name)
  if not marks.is_sql(value) then
    return value
  end
  local text = value.sql
  if text == "true" or text == "false" then
    return text == "true"
  elseif text:find("^%-?%d+$") and math.tointeger(tonumber(text)) then
    return math.tointeger(tonumber(text))
  elseif text:find("^%d+%.%d+$") and number(tonumber(text)) == text then
    return tonumber(text)
  end
  local quoted, cast = text:match("^'(.*)'::(.+)$")
  if not quoted then
    quoted = text:match("^'(.*)'$")
  end
  local bare = type_name and type_name:gsub("%(.*%)", "")
  if cast == "bpchar" and bare == "character" then
    cast = bare
  end
  if quoted and cast and cast == bare and whole[bare] and quoted:find("^%-%d+$") then
    return math.tointeger(tonumber(quoted)) or value
  elseif quoted and (cast == nil or cast == bare) and not quoted:gsub("''", ""):find("'") then
    return (quoted:gsub("''", "'"))
  end
  return value
end

-- Columns ---------------------------------------------------------------------------------------------

local function copy(map)
  local new = setmetatable({}, getmetatable(map))
  for key, value in next, map do
    new[key] = value
  end
  return new
end

---@param run Run
function fold.column(run, column)
  local folded = copy(column)
  folded.server_default = fold.default(column.server_default, column.type)
  folded.type = run.dialect == "postgresql" and fold.type(column.type) or column.type
  if column.identity == "always" then
    folded.identity = true
  end
  if column.primary_key then
    folded.nullable = nil
  end
  local generated = column.generated
  if
    type(generated) == "table" and (generated.stored or false) == (run.dialect == "postgresql")
  then
    folded.generated = generated[1]
  end
  return folded
end

-- Constraints -----------------------------------------------------------------------------------------

local prefixes = { primary_key = "pk", unique = "uq", foreign_key = "fk", check = "ck" }

-- The columns whose names an expression holds.
local function mentioned(expression, columns)
  local found = {}
  for word in expression:gsub("'[^']*'", ""):gmatch("[%w_\128-\255]+") do
    found[word] = true
  end
  local list = {}
  for _, name in ipairs(columns) do
    if found[name] then
      list[#list + 1] = name
    end
  end
  return list
end

-- True when the constraint would get its name without saying it.
local function is_implied(run, where, constraint, all_columns)
  local name = constraint.name
  if not name then
    return true
  end
  local prefix = prefixes[constraint.kind]
  if prefix and run.naming and run.naming[prefix] then
    return name
      == naming.constraint(run, prefix, {
        schema = where.schema,
        table = where.table,
        columns = constraint.columns,
        referred_table = constraint.referent,
      }, 63)
  elseif run.dialect ~= "postgresql" then
    return false
  end
  if constraint.kind == "check" then
    local columns = mentioned(constraint.expression, all_columns)
    local known = #columns == 1 and columns or nil
    return name == names.postgresql(where.table, { kind = "check", columns = known })
  elseif constraint.kind == "exclude" then
    return false
  end
  return name == names.postgresql(where.table, constraint)
end

local only = {
  primary_key = { kind = true, columns = true },
  unique = { kind = true, columns = true },
}

local function has_only(constraint, allowed)
  for key in next, constraint do
    if not allowed[key] and key ~= "source" then
      return false
    end
  end
  return true
end

local function single(constraint, columns)
  local list = constraint.columns
  return list and #list == 1 and type(list[1]) == "string" and columns[list[1]] or nil
end

local folders = {}

function folders.primary_key(constraint, columns)
  local column = single(constraint, columns)
  for _, name in ipairs(constraint.columns) do
    if columns[name] then
      columns[name].nullable = nil
    end
  end
  if column and has_only(constraint, only.primary_key) then
    column.primary_key = true
    return true
  end
  return false
end

function folders.unique(constraint, columns)
  local column = single(constraint, columns)
  if column and has_only(constraint, only.unique) then
    column.unique = true
    return true
  end
  return false
end

local reference_fields = {
  kind = true,
  columns = true,
  referent = true,
  referent_schema = true,
  referred = true,
  ondelete = true,
  onupdate = true,
  match = true,
  deferrable = true,
  initially = true,
}

function folders.foreign_key(constraint, columns)
  local column = single(constraint, columns)
  local referred = constraint.referred
  if
    not column
    or column.references
    or not referred
    or #referred ~= 1
    or not has_only(constraint, reference_fields)
  then
    return false
  end
  local reference =
    { schema = constraint.referent_schema, table = constraint.referent, columns = referred }
  for _, name in ipairs({ "ondelete", "onupdate", "match", "deferrable", "initially" }) do
    reference[name] = constraint[name]
  end
  column.references = reference
  return true
end

local plain_index = { kind = true, name = true, columns = true, unique = true }

function folders.index(index, columns, run, where)
  local column = single(index, columns)
  local facts = { schema = where.schema, table = where.table, columns = index.columns }
  if where.schema == where.default_schema then
    facts.schema = nil
  end
  if
    not column
    or column.unique
    or column.index
    or not has_only(index, plain_index)
    or index.name ~= naming.index(run, facts, 63)
  then
    return false
  end
  column.index, column.unique = true, index.unique
  return true
end

-- The elements of a new table.
local function fold_elements(run, operation, state)
  local where = {
    schema = operation.schema,
    table = operation.table,
    default_schema = state.default_schema,
  }
  local columns, all, list = {}, {}, {}
  for _, element in ipairs(operation.elements) do
    if element.kind == "column" then
      local folded = fold.column(run, element)
      columns[folded.name] = folded
      all[#all + 1] = folded.name
      list[#list + 1] = folded
    end
  end
  for _, element in ipairs(operation.elements) do
    if element.kind ~= "column" then
      local folded = copy(element)
      if marks.is_sql(folded.where) then
        folded.where = folded.where.sql
      end
      if element.kind ~= "index" and is_implied(run, where, element, all) then
        folded.name = nil
      end
      local folder = folders[element.kind]
      if not folder or not folder(folded, columns, run, where) then
        list[#list + 1] = folded
      end
    end
  end
  return list
end

-- ---------------------------------------------------------------------------------------------------------

local by_kind = {}

function by_kind.create_table(operation, run, state)
  operation.elements = fold_elements(run, operation, state)
end

function by_kind.add_column(operation, run)
  operation.column = fold.column(run, operation.column)
end

function by_kind.alter_column(operation, run)
  operation.server_default =
    fold.default(operation.server_default, operation.type or operation.existing_type)
  if run.dialect == "postgresql" then
    operation.type = operation.type and fold.type(operation.type)
  end
  if operation.identity == "always" then
    operation.identity = true
  end
end

-- A condition is SQL text anyway.
local function fold_where(operation)
  if marks.is_sql(operation.where) then
    operation.where = operation.where.sql
  end
end
by_kind.create_index = fold_where
by_kind.create_exclude_constraint = fold_where

function by_kind.alter_sequence(operation, _, state)
  local prefix = state.default_schema and state.default_schema .. "."
  local owner = operation.owned_by
  if prefix and owner and owner:sub(1, #prefix) == prefix then
    operation.owned_by = owner:sub(#prefix + 1)
  end
end
by_kind.create_sequence = by_kind.alter_sequence

function by_kind.create_domain(operation, run)
  if run.dialect == "postgresql" then
    operation.server_default = fold.default(operation.server_default, operation.type)
    operation.type = fold.type(operation.type)
  end
end

---@param run Run
---@param operations Operation[]
---@param state { default_schema: string? }
---@return Operation[]
function fold.operations(run, operations, state)
  local list = {}
  for i, operation in ipairs(operations) do
    local folded = copy(operation)
    if operation.operations then
      folded.operations = fold.operations(run, operation.operations, state)
    elseif by_kind[operation.kind] then
      by_kind[operation.kind](folded, run, state)
    end
    list[i] = folded
  end
  return list
end

return fold
