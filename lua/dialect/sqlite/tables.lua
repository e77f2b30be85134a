--- Tables and columns.

local columns = require("neap.dialect.sqlite.columns")
local constraints = require("neap.dialect.sqlite.constraints")
local errors = require("neap.errors")
local indexes = require("neap.dialect.sqlite.indexes")
local text = require("neap.dialect.sqlite.text")

local tables = {}

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
  like = "repeat the columns",
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
        columns.write(run, element, operation, element.primary_key and #keys == 1, in_key[name])
      if element.index then
        statements[#statements + 1] = columns.index(run, element, operation)
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

-- Where ALTER TABLE cannot, the table is rebuilt.
local function change(operation, run)
  return require("neap.dialect.sqlite.change").compile(operation, run)
end

tables.add_column = change
tables.drop_column = change
tables.alter_column = change

-- SQLite keeps no comments.
function tables.create_table_comment()
  return {}
end

function tables.drop_table_comment()
  return {}
end

return tables
