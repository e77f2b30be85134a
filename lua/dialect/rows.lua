--- The rows of bulk_insert, in their order: from a list, or from a function that gives one at each call.

local errors = require("neap.errors")
local marks = require("neap.marks")

local rows = {}

---@class Reader                session:copy_rows and insert_rows read and write these fields
---@field ahead table[]         rows that are there: the list, or what was read of the function
---@field at integer            how many of them have been taken
---@field size integer          how many there are
---@field next (fun(): any)?    gives the rows behind them
---@field odd any               a row of the function's that is the next, and was not looked at here
---@field number integer        how many rows were taken of all
---@field source Source
---@field sql_mark table        metatables of marked values
---@field bytes_mark table

local LABEL = "op.bulk_insert: "

---@param source Source
---@return Reader
function rows.reader(given, source)
  local reader = {
    ahead = given,
    at = 0,
    size = 0,
    number = 0,
    source = source,
    sql_mark = marks.metatables.sql,
    bytes_mark = marks.metatables.bytes,
  }
  if type(given) == "function" then
    reader.ahead, reader.next = {}, given
  else
    reader.size = #given
  end
  return reader
end

---Raises unless row is a table with names as keys.
function rows.check(row, number)
  if type(row) ~= "table" then
    errors.usage(
      "bad argument #2: row %d is %s; expected a table { column = value }",
      number,
      marks.describe(row)
    )
  end
  for name in next, row do
    if type(name) ~= "string" or name == "" then
      errors.usage(
        "bad argument #2: row %d has %s as a column's name",
        number,
        marks.describe(name)
      )
    end
  end
end

---Raises what calling a function of the dialect's raised, with the directive, the place, and the row when it is about
---a value.
---@param number integer?
---@param column string?
function rows.fail(err, source, number, column)
  if errors.is(err) and err.kind == "usage" and not err.at then
    local place = number and ('row %d, column "%s": '):format(number, column) or ""
    err.message = LABEL .. place .. err.message
    err.at, err.via = source.at, source.via
  end
  error(err, 0)
end

-- The function may put other values into the same tables for its next row.
local function copy(value, depth)
  if type(value) ~= "table" or getmetatable(value) ~= nil or depth > 100 then
    return value
  end
  local copied = {}
  for key, element in next, value do
    copied[key] = copy(element, depth + 1)
  end
  return copied
end

local function keep(reader, row)
  local ok, err = pcall(rows.check, row, reader.number + reader.size + 1)
  if not ok then
    rows.fail(err, reader.source)
  end
  reader.size = reader.size + 1
  reader.ahead[reader.size] = copy(row, 1)
end

-- Calls the function until `count` rows are ahead, or there are no more.
local function read_ahead(reader, count)
  if reader.at > 0 then
    reader.ahead = table.move(reader.ahead, reader.at + 1, reader.size, 1, {})
    reader.at, reader.size = 0, #reader.ahead
  end
  if reader.odd ~= nil then
    keep(reader, reader.odd)
    reader.odd = nil
  end
  while reader.next and reader.size < count do
    local row = reader.next()
    if row == nil then
      reader.next = nil
    else
      keep(reader, row)
    end
  end
end

---The next rows, at most `count`: they are reader.ahead[first] to reader.ahead[last]; none when first > last.
---@return integer first, integer last
function rows.look(reader, count)
  if reader.odd ~= nil or (reader.next and reader.size - reader.at < count) then
    read_ahead(reader, count)
  end
  return reader.at + 1, math.min(reader.at + count, reader.size)
end

---The next `count` rows have been sent.
function rows.take(reader, count)
  reader.at = reader.at + count
  reader.number = reader.number + count
end

---A function for session:copy_rows and insert_rows: the text of a value that they do not write themselves.
---@param write fun(value: any, column: string): string
function rows.encoder(reader, write)
  return function(value, column, number)
    local ok, text = pcall(write, value, column)
    if not ok then
      rows.fail(text, reader.source, number, column)
    end
    return text
  end
end

return rows
