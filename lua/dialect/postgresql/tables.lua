--- Tables and columns.

local marks = require("neap.marks")
local constraints = require("neap.dialect.postgresql.constraints")
local errors = require("neap.errors")
local indexes = require("neap.dialect.postgresql.indexes")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

local tables = {}

local serials = {
  smallint = "smallserial",
  int2 = "smallserial",
  integer = "serial",
  int = "serial",
  int4 = "serial",
  bigint = "bigserial",
  int8 = "bigserial",
  smallserial = "smallserial",
  serial = "serial",
  bigserial = "bigserial",
}

-- A type where PostgreSQL takes no column without one.
local function some_type(name, type_name)
  if type_name == "" then
    errors.usage('column "%s" has no type: only SQLite has such columns', name)
  end
  return type_name
end

local function column_type(column)
  some_type(column.name, column.type)
  if not column.autoincrement then
    return column.type
  end
  local serial = serials[column.type:lower()]
  if not serial then
    errors.usage(
      'column "%s": autoincrement takes smallint, integer or bigint, not %s',
      column.name,
      column.type
    )
  end
  return serial
end

local identity_words = { "start", "increment", "minvalue", "maxvalue", "cache" }
local identity_sql = {
  start = "START WITH ",
  increment = "INCREMENT BY ",
  minvalue = "MINVALUE ",
  maxvalue = "MAXVALUE ",
  cache = "CACHE ",
}

-- "ALWAYS" or "BY DEFAULT", and the sequence's options as a list of SQL words.
local function identity(value)
  if value == "by default" then
    return "BY DEFAULT", {}
  elseif type(value) ~= "table" then
    return "ALWAYS", {}
  end
  local options = {}
  if value.sequence then
    options[1] = "SEQUENCE NAME " .. text.qualified(value.sequence)
  end
  for _, name in ipairs(identity_words) do
    if value[name] then
      options[#options + 1] = identity_sql[name] .. value[name]
    elseif value[name] == false then
      options[#options + 1] = "NO " .. name:upper()
    end
  end
  if value.cycle ~= nil then
    options[#options + 1] = value.cycle and "CYCLE" or "NO CYCLE"
  end
  return value.always == false and "BY DEFAULT" or "ALWAYS", options
end

local function generated(value, run)
  local expression, options = shared.named_text(value)
  if options.stored == false then
    versions.need(
      run,
      18,
      "a generated column with stored = false",
      "leave it out, older ones store it"
    )
  end
  return "GENERATED ALWAYS AS ("
    .. expression
    .. ")"
    .. (options.stored == false and " VIRTUAL" or " STORED")
end

---One column of CREATE TABLE or ADD COLUMN.
---@param primary boolean  write PRIMARY KEY here
function tables.column(run, column, schema, table_name, primary)
  local parts = { text.name(column.name), column_type(column) }
  local function add(sql)
    parts[#parts + 1] = sql
  end
  if column.collation then
    add("COLLATE " .. text.qualified(column.collation))
  end
  if column.nullable == false and not primary then
    add("NOT NULL")
  end
  if column.generated then
    add(generated(column.generated, run))
  elseif column.identity then
    local kind, options = identity(column.identity)
    add(
      "GENERATED "
        .. kind
        .. " AS IDENTITY"
        .. (#options > 0 and " (" .. table.concat(options, " ") .. ")" or "")
    )
  elseif column.server_default ~= nil then
    add("DEFAULT " .. text.literal(column.server_default))
  end
  if primary then
    add(
      constraints.label(run, "pk", shared.column_facts(column, schema, table_name)) .. "PRIMARY KEY"
    )
  end
  if column.unique and not column.index then
    local name = type(column.unique) == "string" and column.unique or nil
    add(
      constraints.label(run, "uq", shared.column_facts(column, schema, table_name, name))
        .. "UNIQUE"
    )
  end
  if column.check then
    add(shared.column_check(run, column, schema, table_name, constraints.label))
  end
  local reference = column.references
  if reference then
    local known = shared.column_facts(column, schema, table_name, reference.name)
    known.referred_table = reference.table
    add(
      constraints.label(run, "fk", known)
        .. constraints.references(
          reference.schema,
          reference.table,
          reference.columns,
          reference,
          run
        )
    )
  end
  return table.concat(parts, " ")
end

-- The index and the comment of a column, appended to statements.
local function after_column(run, statements, column, where)
  if column.index then
    local index = {
      name = type(column.index) == "string" and column.index or nil,
      columns = { column.name },
      unique = column.unique and true or nil,
    }
    if not index.name and type(column.unique) == "string" then
      index.name = column.unique
    end
    table.move(indexes.write(run, index, where), 1, 1, #statements + 1, statements)
  end
  if column.comment ~= nil then
    statements[#statements + 1] = text.comment(
      "COLUMN " .. text.object(where.schema, where.table) .. "." .. text.name(column.name),
      column.comment
    )
  end
end

-- Columns marked primary_key; more than one make a key of their own.
local function primary_columns(elements)
  local names = {}
  for _, element in ipairs(elements) do
    if element.kind == "column" and element.primary_key then
      names[#names + 1] = element.name
    end
  end
  return names
end

local function create_words(operation)
  local words = "CREATE "
  if operation.temporary then
    words = words .. "TEMPORARY "
  elseif operation.unlogged then
    words = words .. "UNLOGGED "
  end
  return words .. "TABLE " .. (operation.if_not_exists and "IF NOT EXISTS " or "")
end

local on_commit = {
  ["drop"] = "DROP",
  ["delete rows"] = "DELETE ROWS",
  ["preserve rows"] = "PRESERVE ROWS",
}

---What may follow the parentheses of CREATE TABLE. Also used for partitions.
function tables.options(operation, run)
  local sql = ""
  if operation.inherits then
    local parents = {}
    for i, parent in ipairs(shared.list(operation.inherits)) do
      parents[i] = text.qualified(parent)
    end
    sql = sql .. " INHERITS (" .. table.concat(parents, ", ") .. ")"
  end
  local partition = operation.partition_by
  if partition then
    if operation.using then
      versions.need(
        run,
        17,
        'option "using" of a table with partitions',
        "say it of each partition"
      )
    end
    sql = sql
      .. " PARTITION BY "
      .. partition.method:upper()
      .. " ("
      .. indexes.columns(partition.columns)
      .. ")"
  end
  if operation.using then
    sql = sql .. " USING " .. text.name(operation.using)
  end
  if operation.with then
    sql = sql .. " WITH (" .. text.parameters(operation.with) .. ")"
  end
  if operation.on_commit then
    sql = sql .. " ON COMMIT " .. on_commit[operation.on_commit]
  end
  if operation.tablespace then
    sql = sql .. " TABLESPACE " .. text.name(operation.tablespace)
  end
  return sql
end

local function refuse_sqlite_options(operation)
  for _, name in ipairs({ "strict", "without_rowid" }) do
    if operation[name] then
      errors.usage(
        'option "%s" is SQLite\'s, PostgreSQL has nothing like it: write %s = neap.dialect == "sqlite"',
        name,
        name
      )
    end
  end
end

-- A table that is like the one it inherits from has its generated columns from there, and cannot say them anew; and a
-- column's identity would count from 1 in each.
local function excluding(operation)
  for _, parent in ipairs(shared.list(operation.inherits or {})) do
    if parent == operation.like then
      return " EXCLUDING GENERATED EXCLUDING IDENTITY"
    end
  end
  return ""
end

function tables.create_table(operation, run)
  refuse_sqlite_options(operation)
  local schema, table_name = operation.schema, operation.table
  local elements = operation.elements
  local name = text.object(schema, table_name)
  local keys = primary_columns(elements)
  local lines, later = {}, {}
  for i = 1, #elements do
    local element = elements[i]
    if element.kind == "column" then
      lines[#lines + 1] =
        tables.column(run, element, schema, table_name, element.primary_key and #keys == 1)
    elseif element.kind ~= "index" then
      if element.kind == "exclude" and operation.partition_by then
        versions.need(
          run,
          17,
          "an exclusion constraint of a table with partitions",
          "say it of each partition"
        )
      end
      lines[#lines + 1] = constraints.write(run, element.kind, element, schema, table_name)
    end
    later[i] = element
  end
  if #keys > 1 then
    lines[#lines + 1] =
      constraints.write(run, "primary_key", { columns = keys }, schema, table_name)
  end
  if operation.like then
    table.insert(
      lines,
      1,
      "LIKE " .. text.qualified(operation.like) .. " INCLUDING ALL" .. excluding(operation)
    )
  end
  local body = #lines > 0 and "(\n    " .. table.concat(lines, ",\n    ") .. "\n)" or "()"
  local statements =
    { { sql = create_words(operation) .. name .. " " .. body .. tables.options(operation, run) } }
  for _, element in ipairs(later) do
    if element.kind == "index" then
      for _, statement in ipairs(indexes.write(run, element, operation)) do
        statements[#statements + 1] = statement
      end
    elseif element.kind == "column" then
      after_column(run, statements, element, operation)
    else
      constraints.comment(run, element.kind, element, schema, table_name, statements)
    end
  end
  if operation.comment ~= nil then
    statements[#statements + 1] = text.comment("TABLE " .. name, operation.comment)
  end
  return statements
end

function tables.drop_table(operation)
  return text.drop("DROP TABLE", operation, text.object(operation.schema, operation.table))
end

local function alter(operation)
  return "ALTER TABLE "
    .. (operation.kind == "rename_table" and operation.if_exists and "IF EXISTS " or "")
    .. text.object(operation.schema, operation.table)
end

function tables.rename_table(operation)
  return { { sql = alter(operation) .. " RENAME TO " .. text.name(operation.new_name) } }
end

function tables.add_column(operation, run)
  local column = operation.column
  local statements = {
    {
      sql = alter(operation)
        .. " ADD COLUMN "
        .. (operation.if_not_exists and "IF NOT EXISTS " or "")
        .. tables.column(run, column, operation.schema, operation.table, column.primary_key),
    },
  }
  after_column(run, statements, column, operation)
  return statements
end

function tables.drop_column(operation)
  return text.drop(alter(operation) .. " DROP COLUMN", operation, text.name(operation.column))
end

local function identity_actions(operation, column, actions)
  local value = operation.identity
  if value == nil then
    return
  elseif value == false then
    -- First of all: an identity cannot become nullable.
    table.insert(actions, 1, column .. "DROP IDENTITY IF EXISTS")
    return
  end
  local kind, options = identity(value)
  if not operation.existing_identity then
    local list = #options > 0 and " (" .. table.concat(options, " ") .. ")" or ""
    actions[#actions + 1] = column .. "ADD GENERATED " .. kind .. " AS IDENTITY" .. list
    return
  end
  local sql = column .. "SET GENERATED " .. kind
  for _, option in ipairs(options) do
    sql = sql .. " SET " .. option
  end
  actions[#actions + 1] = sql
end

local function type_action(operation, column)
  local sql = column .. "TYPE " .. some_type(operation.column, operation.type)
  if operation.collation then
    sql = sql .. " COLLATE " .. text.qualified(operation.collation)
  end
  if operation.using then
    sql = sql .. " USING " .. shared.line_text(operation.using)
  end
  return sql
end

local function generated_action(operation, run, column)
  local value = operation.generated
  if marks.is_null(value) then
    return column .. "DROP EXPRESSION IF EXISTS"
  end
  versions.need(
    run,
    17,
    "another expression for a generated column",
    "drop the column and add it anew"
  )
  return column .. "SET EXPRESSION AS (" .. (shared.named_text(value)) .. ")"
end

-- One ALTER TABLE reads (and rewrites) the table once, however many actions it has.
local function alter_actions(operation, run)
  if operation.autoincrement ~= nil then
    errors.usage(
      'option "autoincrement" is SQLite\'s: on PostgreSQL write identity, or op.create_sequence and a default'
    )
  end
  local column = "ALTER COLUMN " .. text.name(operation.column) .. " "
  local actions = {}
  local default = operation.server_default
  if operation.type then
    -- The old default might not be castable to the new type, and it goes anyway.
    if default ~= nil then
      actions[1] = column .. "DROP DEFAULT"
    end
    actions[#actions + 1] = type_action(operation, column)
  end
  if operation.nullable ~= nil then
    actions[#actions + 1] = column .. (operation.nullable and "DROP" or "SET") .. " NOT NULL"
  end
  if default ~= nil and not marks.is_null(default) then
    actions[#actions + 1] = column .. "SET DEFAULT " .. text.literal(default)
  elseif default ~= nil and not operation.type then
    actions[#actions + 1] = column .. "DROP DEFAULT"
  end
  if operation.generated ~= nil then
    actions[#actions + 1] = generated_action(operation, run, column)
  end
  identity_actions(operation, column, actions)
  return actions
end

function tables.alter_column(operation, run)
  local statements = {}
  local table_sql, actions = alter(operation), alter_actions(operation, run)
  if #actions > 0 then
    statements[1] = { sql = table_sql .. " " .. table.concat(actions, ", ") }
  end
  local column = text.name(operation.column)
  if operation.comment ~= nil then
    local what = "COLUMN " .. text.object(operation.schema, operation.table) .. "." .. column
    statements[#statements + 1] = text.comment(what, operation.comment)
  end
  if operation.new_name then
    statements[#statements + 1] = {
      sql = table_sql .. " RENAME COLUMN " .. column .. " TO " .. text.name(operation.new_name),
    }
  end
  return statements
end

function tables.create_table_comment(operation)
  return {
    text.comment("TABLE " .. text.object(operation.schema, operation.table), operation.comment),
  }
end

function tables.drop_table_comment(operation)
  return {
    { sql = "COMMENT ON TABLE " .. text.object(operation.schema, operation.table) .. " IS NULL" },
  }
end

return tables
