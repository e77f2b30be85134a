--- bulk_insert: one prepared statement for each run of rows that have the same columns.

local errors = require("neap.errors")
local marks = require("neap.marks")
local readers = require("neap.dialect.rows")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")
local values = require("neap.dialect.values")

local data = {}

local FEW = 1000 -- rows of a list whose values are all looked at before anything is sent

-- The parameter for a value; lists and tables are JSON.
local function parameter(value)
  local kind = type(value)
  if kind == "string" and value:find("\0", 1, true) then
    errors.usage("a NUL byte in a string; use op.bytes(s) for binary data")
  elseif kind == "table" and not marks.is_bytes(value) then
    return values.json(value)
  elseif kind == "function" or kind == "thread" then
    errors.usage("expected a value, got %s", marks.describe(value))
  end
  return value
end

-- The INSERT for this row's columns: its text, which holds the row's expressions, the columns that are
-- parameters, and whether other rows may use it.
local function insert_for(head, row)
  local columns, places, names = shared.sorted_keys(row), {}, {}
  for i, name in ipairs(columns) do
    local value = row[name]
    if marks.is_marked_sql(value) then
      places[i] = "(" .. shared.line_text(value) .. ")"
    else
      names[#names + 1] = name
      places[i] = "?"
    end
  end
  if #columns == 0 then
    return head .. " DEFAULT VALUES", names, true
  end
  return head .. " (" .. text.names(columns) .. ") VALUES (" .. table.concat(places, ", ") .. ")",
    names,
    #names == #columns
end

local function check_few(operation, list)
  for number = 1, type(list) == "table" and #list <= FEW and #list or 0 do
    for name, value in next, list[number] do
      if not marks.is_marked_sql(value) then
        local ok, err = pcall(parameter, value)
        if not ok then
          readers.fail(err, operation.source, number, name)
        end
      end
    end
  end
end

function data.bulk_insert(operation)
  local list = readers.named(operation.rows, operation.columns)
  if type(list) == "table" and #list == 0 then
    return {}
  end
  check_few(operation, list)
  local head = "INSERT INTO " .. text.object(operation.schema, operation.table)
  local function fill(session, source)
    local reader = readers.reader(list, source, operation.columns)
    local encode = readers.encoder(reader, parameter)
    local first, last = readers.look(reader, 1)
    while first <= last do
      local row = reader.ahead[first]
      local sql, names, common = insert_for(head, row)
      if common then
        session:insert_rows(sql, names, encode, reader, source)
      else
        local params = { n = #names }
        for i, name in ipairs(names) do
          params[i] = encode(row[name], name, reader.number + 1)
        end
        session:run(sql, params, source)
        readers.take(reader, 1)
      end
      first, last = readers.look(reader, 1)
    end
  end
  return { { sql = head, send = "group", fill = fill } }
end

function data.revert_sql(operation, run)
  return require("neap.dialect.sqlite.revert")(operation, run)
end

return data
