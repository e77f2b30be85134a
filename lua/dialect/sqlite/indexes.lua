--- Indexes.

local naming = require("neap.dialect.naming")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local indexes = {}

local function index_column(column)
  if type(column) == "string" then
    return text.name(column)
  elseif column.sql then
    return "(" .. shared.line_text(column) .. ")"
  end
  text.refuse(
    column,
    { opclass = "leave it out there", nulls = "SQLite has NULLs first in ascending order" }
  )
  local name = column[1]
  local sql = type(name) == "table" and "(" .. shared.line_text(name) .. ")" or text.name(name)
  if column.collation then
    sql = sql .. " COLLATE " .. text.name(column.collation)
  end
  return column.desc and sql .. " DESC" or sql
end

local refusals = {
  using = 'write using = neap.dialect == "postgresql" and "gin" or nil',
  include = "add the columns to the index, or leave them out",
  nulls_not_distinct = "an index on coalesce(column, ...) comes near it",
  with = "",
  tablespace = "",
}

---@param index table  an element or operation: name, columns, options
---@param where { schema: string?, table: string, if_not_exists: boolean? }
---@return Statement
function indexes.write(run, index, where)
  if index.using ~= "btree" then
    text.refuse(index, refusals)
  end
  local name = naming.index(run, {
    name = index.name,
    schema = where.schema,
    table = where.table,
    columns = index.columns,
  })
  local parts = {}
  for i = 1, #index.columns do
    parts[i] = index_column(index.columns[i])
  end
  return {
    sql = (index.unique and "CREATE UNIQUE INDEX " or "CREATE INDEX ")
      .. ((index.if_not_exists or where.if_not_exists) and "IF NOT EXISTS " or "")
      .. text.object(where.schema, name)
      .. " ON "
      .. text.name(where.table)
      .. " ("
      .. table.concat(parts, ", ")
      .. ")"
      .. (index.where and " WHERE " .. shared.line_text(index.where) or ""),
  }
end

function indexes.create_index(operation, run)
  return { indexes.write(run, operation, operation) }
end

function indexes.drop_index(operation)
  return text.drop("DROP INDEX", operation, text.object(operation.schema, operation.name))
end

return indexes
