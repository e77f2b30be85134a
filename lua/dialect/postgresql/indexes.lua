--- Indexes.

local constraints = require("neap.dialect.postgresql.constraints")
local naming = require("neap.dialect.naming")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

local indexes = {}

local function columns(list)
  local parts = {}
  for i = 1, #list do
    parts[i] = constraints.index_column(list[i])
  end
  return table.concat(parts, ", ")
end
indexes.columns = columns

local function need_version(run, index)
  if index.nulls_not_distinct then
    constraints.need_nulls_not_distinct(run)
  end
  if index.include and index.using == "spgist" then
    versions.need(run, 14, 'option "include" of an index with using = "spgist"')
  end
end

local function options_text(operation)
  local sql = ""
  if operation.include then
    sql = sql .. " INCLUDE (" .. text.names(operation.include) .. ")"
  end
  if operation.nulls_not_distinct then
    sql = sql .. " NULLS NOT DISTINCT"
  end
  if operation.with then
    sql = sql .. " WITH (" .. text.parameters(operation.with) .. ")"
  end
  if operation.tablespace then
    sql = sql .. " TABLESPACE " .. text.name(operation.tablespace)
  end
  if operation.where then
    sql = sql .. " WHERE " .. shared.line_text(operation.where)
  end
  return sql
end

---@param index table  an element or operation: name, columns, options
---@param where { schema: string?, table: string, if_not_exists: boolean? }
---@return Statement[]
function indexes.write(run, index, where)
  need_version(run, index)
  local name = naming.index(run, {
    name = index.name,
    schema = where.schema,
    table = where.table,
    columns = index.columns,
  }, text.LIMIT)
  local statement = {
    sql = (index.unique and "CREATE UNIQUE INDEX " or "CREATE INDEX ")
      .. (index.concurrently and "CONCURRENTLY " or "")
      .. ((index.if_not_exists or where.if_not_exists) and "IF NOT EXISTS " or "")
      .. text.name(name)
      .. " ON "
      .. text.object(where.schema, where.table)
      .. (index.using and " USING " .. index.using or "")
      .. " ("
      .. columns(index.columns)
      .. ")"
      .. options_text(index),
  }
  if index.concurrently then
    statement.transactional = false
  end
  if index.comment ~= nil then
    return { statement, text.comment("INDEX " .. text.object(where.schema, name), index.comment) }
  end
  return { statement }
end

function indexes.create_index(operation, run)
  return indexes.write(run, operation, operation)
end

function indexes.drop_index(operation)
  local what = "DROP INDEX"
  if operation.concurrently then
    what = what .. " CONCURRENTLY"
  end
  local statements = text.drop(what, operation, text.object(operation.schema, operation.name))
  if operation.concurrently then
    statements[1].transactional = false
  end
  return statements
end

return indexes
