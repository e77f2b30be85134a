--- What SQLite knows of one table: its definition, and everything that names it.

local tokens = require("neap.reflect.sqlite.tokens")
local tables = require("neap.reflect.sqlite.table")

local reflect = { read_table = tables.read, tokens = tokens }

---@class SqliteObject
---@field type "table"|"index"|"view"|"trigger"
---@field name string
---@field tbl_name string
---@field sql string
---@field temporary boolean

---@class ReflectedTable
---@field row SqliteObject?           the table's own (or the view's); nil: there is none
---@field definition TableDefinition? nil: no ordinary table
---@field indexes SqliteObject[]      with a text of their own
---@field triggers SqliteObject[]     on the table
---@field dependents SqliteObject[]   views and triggers that name it, or name a view that does; its own triggers too
---@field objects table<string, SqliteObject>  all, by name in lower case

---The query whose rows `reflect.table` takes.
---@param schema string  quoted
function reflect.query(schema)
  local columns = "SELECT type, name, tbl_name, sql, %d AS temporary FROM %s.sqlite_master "
    .. "WHERE sql IS NOT NULL"
  local sql = "SELECT type, name, tbl_name, sql, temporary FROM ("
    .. columns:format(0, schema):gsub("SELECT ", "SELECT rowid AS place, ", 1)
  if schema ~= "temp" then
    sql = sql .. " UNION ALL " .. columns:format(1, "temp"):gsub("SELECT ", "SELECT rowid, ", 1)
  end
  return sql .. ") ORDER BY temporary, place"
end

local function same(a, b)
  return a:lower() == b:lower()
end

-- Views first found by the table's name lead to views that name those.
local function find_dependents(rows, name)
  local wanted, found, names, again = { [name:lower()] = true }, {}, {}, true
  for i, row in ipairs(rows) do
    if row.type == "view" or row.type == "trigger" then
      names[i] = tokens.names(row.sql)
    end
  end
  while again do
    again = false
    for i in next, names do
      for each in next, wanted do
        if names[i][each] and not found[i] then
          found[i], again = true, again or rows[i].type == "view"
        end
      end
    end
    for i in next, found do
      if rows[i].type == "view" then
        wanted[rows[i].name:lower()] = true
      end
    end
  end
  local list = {}
  for i, row in ipairs(rows) do
    list[#list + 1] = found[i] and row or nil
  end
  return list
end

---@param rows SqliteObject[]  of reflect.query
---@param name string
---@return ReflectedTable
function reflect.table(rows, name)
  local known = { indexes = {}, triggers = {}, objects = {} }
  for _, row in ipairs(rows) do
    row.temporary = row.temporary == 1
    known.objects[row.name:lower()] = row
    if (row.type == "table" or row.type == "view") and same(row.name, name) then
      known.row = known.row or row
    elseif row.type == "index" and same(row.tbl_name, name) and not row.temporary then
      table.insert(known.indexes, row)
    elseif row.type == "trigger" and same(row.tbl_name, name) then
      table.insert(known.triggers, row)
    end
  end
  if known.row and known.row.type == "table" then
    known.definition = tables.read(known.row.sql)
  end
  known.dependents = find_dependents(rows, name)
  return known
end

return reflect
