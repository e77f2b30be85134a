--- bulk_insert: one prepared statement for each run of rows that have the same columns.

local marks = require("neap.marks")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")
local values = require("neap.dialect.values")

local data = {}

-- The parameter for a value; lists and tables are JSON.
local function parameter(value)
  if type(value) ~= "table" or marks.is_bytes(value) then
    return value
  end
  return values.json(value)
end

-- The INSERT for this row's columns: its text, which holds the row's expressions, the columns that are
-- parameters, and whether other rows may use it.
local function insert_for(operation, row)
  local columns, places, names = shared.sorted_keys(row), {}, {}
  for i, name in ipairs(columns) do
    local value = row[name]
    if marks.is_marked_sql(value) then
      places[i] = "(" .. value.sql .. ")"
    else
      names[#names + 1] = name
      places[i] = "?"
    end
  end
  local head = "INSERT INTO " .. text.object(operation.schema, operation.table)
  if #columns == 0 then
    return head .. " DEFAULT VALUES", names, true
  end
  return head .. " (" .. text.names(columns) .. ") VALUES (" .. table.concat(places, ", ") .. ")",
    names,
    #names == #columns
end

-- True when the row goes with the statement whose parameters are `names`: the same columns, no expression.
local function fits(row, names)
  local count = 0
  for _, value in next, row do
    if marks.is_marked_sql(value) then
      return false
    end
    count = count + 1
  end
  if count ~= #names then
    return false
  end
  for i = 1, count do
    if row[names[i]] == nil then
      return false
    end
  end
  return true
end

function data.bulk_insert(operation)
  local statements, current, names, common = {}, nil, nil, false
  for _, row in ipairs(operation.rows) do
    if not common or not fits(row, names) then
      local sql
      sql, names, common = insert_for(operation, row)
      current = { sql = sql, send = "many", rows = {} }
      statements[#statements + 1] = current
    end
    local params = { n = #names }
    for i = 1, #names do
      params[i] = parameter(row[names[i]])
    end
    current.rows[#current.rows + 1] = params
  end
  return statements
end

function data.revert_sql()
  text.lacks("stored procedures", "drop the views or triggers by name, and create the old ones")
end

return data
