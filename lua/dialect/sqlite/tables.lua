--- Tables and columns.

local marks = require("neap.marks")
local column_types = require("neap.dialect.sqlite.column_types")
local constraints = require("neap.dialect.sqlite.constraints")
local errors = require("neap.errors")
local indexes = require("neap.dialect.sqlite.indexes")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local tables = {}

local function facts(column, schema, table_name, name)
  return { name = name, schema = schema, table = table_name, columns = { column.name } }
end

local function generated(value)
  local expression, options = shared.named_text(value)
  return "GENERATED ALWAYS AS ("
    .. expression
    .. ")"
    .. (options.stored and " STORED" or " VIRTUAL")
end

-- A column whose key is the row's number: the type must be exactly INTEGER.
local function rowid_key(column, primary)
  local identity = column.identity
  if not column.autoincrement and not identity then
    return nil
  end
  local what = column.autoincrement and "autoincrement" or "identity"
  if not primary then
    errors.usage(
      'column "%s": %s works on SQLite only where the column alone is the primary key',
      column.name,
      what
    )
  elseif not column_types.is_integer(column.type) then
    errors.usage('column "%s": %s takes an integer type, not %s', column.name, what, column.type)
  end
  if type(identity) == "table" then
    for _, name in ipairs({ "start", "increment", "minvalue", "maxvalue", "cycle" }) do
      if identity[name] and not (identity[name] == 1 and name ~= "maxvalue") then
        errors.usage('column "%s": identity on SQLite takes no "%s"', column.name, name)
      end
    end
  end
  return column.autoincrement and "PRIMARY KEY AUTOINCREMENT" or "PRIMARY KEY"
end

local function check_clause(run, column, schema, table_name)
  local expression, options = shared.named_text(column.check)
  local template = run.naming and run.naming.ck
  local name = options.name
    or template and template:find("{constraint_name}", 1, true) and column.name
  return constraints.label(run, "ck", facts(column, schema, table_name, name or nil))
    .. "CHECK ("
    .. expression
    .. ")"
end

---One column of CREATE TABLE or ADD COLUMN.
---@param where { schema: string?, table: string, strict: boolean? }
---@param primary boolean?      write PRIMARY KEY here
---@param in_key boolean?       part of the primary key, here or below
function tables.column(run, column, where, primary, in_key)
  local schema, table_name = where.schema, where.table
  local rowid = rowid_key(column, primary)
  local parts = {
    text.name(column.name),
    rowid and "integer" or column_types.map(column.type, where.strict),
  }
  local function add(sql)
    parts[#parts + 1] = sql
  end
  local is_rowid = primary and parts[2]:lower() == "integer" and not where.without_rowid
  -- SQLite would take NULL in a primary key; the number of a row never is.
  if column.nullable == false or (in_key and not is_rowid) then
    add("NOT NULL")
  end
  if primary then
    add(constraints.label(run, "pk", facts(column, schema, table_name)) .. (rowid or "PRIMARY KEY"))
  end
  if column.unique and not column.index then
    local name = type(column.unique) == "string" and column.unique or nil
    add(constraints.label(run, "uq", facts(column, schema, table_name, name)) .. "UNIQUE")
  end
  if column.check then
    add(check_clause(run, column, schema, table_name))
  end
  if column.generated then
    add(generated(column.generated))
  elseif column.server_default ~= nil then
    add("DEFAULT " .. text.default(column.server_default))
  end
  if column.collation then
    add("COLLATE " .. text.name(column.collation))
  end
  local reference = column.references
  if reference then
    local known = facts(column, schema, table_name, reference.name)
    known.referred_table = reference.table
    add(
      constraints.label(run, "fk", known)
        .. constraints.references(
          schema,
          reference.schema,
          reference.table,
          reference.columns,
          reference
        )
    )
  end
  return table.concat(parts, " ")
end

local function column_index(run, column, where)
  local name = type(column.index) == "string" and column.index
    or type(column.unique) == "string" and column.unique
    or nil
  return indexes.write(
    run,
    { name = name, columns = { column.name }, unique = column.unique and true or nil },
    where
  )
end

-- The names of columns in the primary key, wherever it is said.
local function primary_columns(elements)
  local marked, in_key = {}, {}
  for _, element in ipairs(elements) do
    if element.kind == "column" and element.primary_key then
      marked[#marked + 1] = element.name
      in_key[element.name] = true
    elseif element.kind == "primary_key" then
      for _, name in ipairs(element.columns) do
        in_key[name] = true
      end
    end
  end
  return marked, in_key
end

local refusals = {
  unlogged = "",
  partition_by = "make a plain table there, with a check, under `if neap.dialect ...`",
  inherits = "repeat the columns",
  with = "",
  tablespace = "",
  using = "",
  on_commit = "a temporary table lives until the connection ends",
}

local function create_words(operation)
  local words = operation.temporary and "CREATE TEMPORARY TABLE " or "CREATE TABLE "
  return words .. (operation.if_not_exists and "IF NOT EXISTS " or "")
end

local function table_options(operation)
  local words = {}
  if operation.strict then
    words[1] = "STRICT"
  end
  if operation.without_rowid then
    words[#words + 1] = "WITHOUT ROWID"
  end
  return #words > 0 and " " .. table.concat(words, ", ") or ""
end

function tables.create_table(operation, run)
  text.refuse(operation, refusals)
  local schema, table_name = operation.schema, operation.table
  local elements = operation.elements
  local keys, in_key = primary_columns(elements)
  local lines, statements = {}, { {} }
  for i = 1, #elements do
    local element = elements[i]
    if element.kind == "column" then
      local name = element.name
      lines[#lines + 1] =
        tables.column(run, element, operation, element.primary_key and #keys == 1, in_key[name])
      if element.index then
        statements[#statements + 1] = column_index(run, element, operation)
      end
    elseif element.kind == "index" then
      statements[#statements + 1] = indexes.write(run, element, operation)
    else
      lines[#lines + 1] = constraints.write(run, element.kind, element, schema, table_name)
    end
  end
  if #keys > 1 then
    lines[#lines + 1] =
      constraints.write(run, "primary_key", { columns = keys }, schema, table_name)
  end
  if #lines == 0 then
    errors.usage("bad argument #2: a table of SQLite needs a column")
  end
  statements[1].sql = create_words(operation)
    .. text.object(schema, table_name)
    .. " (\n    "
    .. table.concat(lines, ",\n    ")
    .. "\n)"
    .. table_options(operation)
  return statements
end

function tables.drop_table(operation)
  return text.drop("DROP TABLE", operation, text.object(operation.schema, operation.table))
end

local function alter(operation)
  return "ALTER TABLE " .. text.object(operation.schema, operation.table)
end

function tables.rename_table(operation)
  text.refuse(operation, { if_exists = "leave it out there" })
  return { { sql = alter(operation) .. " RENAME TO " .. text.name(operation.new_name) } }
end

-- ALTER TABLE has no IF [NOT] EXISTS for columns: look first.
local function column_exists(operation, column, exists)
  return {
    sql = "SELECT 1 FROM pragma_table_xinfo(?1, ?2) WHERE lower(name) = lower(?3)",
    params = { operation.table, operation.schema or "main", column, n = 3 },
    exists = exists,
  }
end

local function look_first(operation, run, option, column, exists)
  if not operation[option] then
    return nil
  end
  if run.offline then
    errors.usage(
      'option "%s" of a column needs a live database on SQLite, whose ALTER TABLE has no such words: '
        .. "leave it out of a script",
      option
    )
  end
  return column_exists(operation, column, exists)
end

local function refuse_add_column(column, where)
  local new_table = "make a new table with it, copy the rows, drop the old one and rename"
  if column.primary_key then
    text.rebuild("add a primary key column", new_table)
  elseif column.unique and not column.index then
    text.rebuild(
      "add a unique column",
      "write index = true beside unique = true: a unique index does the same"
    )
  elseif column.generated and select(2, shared.named_text(column.generated)).stored then
    text.rebuild(
      "add a stored generated column",
      "stored = false makes it virtual, which can be added"
    )
  elseif column.server_default ~= nil and not column.generated then
    local sql, constant = text.default(column.server_default)
    if not constant then
      text.rebuild(
        ("add a column whose default is an expression, %s"):format(sql),
        "add it with a constant or no default, and fill it with op.execute"
      )
    elseif column.references and not marks.is_null(column.server_default) then
      text.rebuild(
        "add a column that refers to another table and has a default",
        ("add it without, then UPDATE %s"):format(where.table)
      )
    end
  end
end

function tables.add_column(operation, run)
  local column = operation.column
  local only_if = look_first(operation, run, "if_not_exists", column.name, false)
  refuse_add_column(column, operation)
  local statements = {
    {
      sql = alter(operation) .. " ADD COLUMN " .. tables.column(run, column, operation),
      only_if = only_if,
    },
  }
  if column.index then
    statements[2] = column_index(run, column, operation)
  end
  return statements
end

function tables.drop_column(operation, run)
  local only_if = look_first(operation, run, "if_exists", operation.column, true)
  local plain = { cascade = operation.cascade }
  local statements =
    text.drop(alter(operation) .. " DROP COLUMN", plain, text.name(operation.column))
  statements[1].only_if = only_if
  return statements
end

local rebuilt = {
  { "type", "change a column's type" },
  { "nullable", "change whether a column may be NULL" },
  { "server_default", "change a column's default" },
  { "identity", "change a column's identity" },
}

-- What neither `new_name` nor a comment is.
local function refuse_alter_column(operation)
  for _, row in ipairs(rebuilt) do
    if operation[row[1]] ~= nil then
      text.rebuild(
        row[2],
        "make a new table, copy the rows, drop the old one and rename; "
          .. "or add a new column, copy the values and drop the old column"
      )
    end
  end
end

function tables.alter_column(operation)
  refuse_alter_column(operation)
  if not operation.new_name then
    return {}
  end
  return {
    {
      sql = alter(operation)
        .. " RENAME COLUMN "
        .. text.name(operation.column)
        .. " TO "
        .. text.name(operation.new_name),
    },
  }
end

-- SQLite keeps no comments.
function tables.create_table_comment()
  return {}
end

function tables.drop_table_comment()
  return {}
end

return tables
