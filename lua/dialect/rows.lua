--- The rows of bulk_insert, in their order: from a list, or from a function that gives one at each call. A row is a
--- table by the columns' names; or, when the columns are named in an order, a list, and a function gives its values.

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
---@field names string[]?       of the values, when the function gives them without a table:
---@field values function?      it
---@field row (fun(...: any): table)?  makes a row of them

local LABEL = "op.bulk_insert: "
local TOO_MANY = "bad argument #2: row %d has %d values for %d columns"

---The columns in the order in which rows give their values, or nil.
---@return string[]?
function rows.names(columns)
  return columns and columns[1] and table.move(columns, 1, #columns, 1, {}) or nil
end

-- Values as a row; nil is what a row lacks.
local function name_values(names, number, given)
  local row = {}
  for i = 1, math.max(given.n or 0, #names) do
    if given[i] ~= nil and not names[i] then
      errors.usage(TOO_MANY, number, given.n or #given, #names)
    end
    row[names[i] or false] = given[i]
  end
  return row
end

---A list of rows, each by the columns' names.
function rows.named(list, columns)
  local names, named = rows.names(columns), {}
  if not names or type(list) ~= "table" then
    return list
  end
  for i = 1, #list do
    named[i] = name_values(names, i, list[i])
  end
  return named
end

local function give_values(reader, given, names)
  reader.names, reader.values = names, given
  function reader.row(...)
    local ok, row =
      pcall(name_values, names, reader.number + reader.size - reader.at + 1, table.pack(...))
    if not ok then
      rows.fail(row, reader.source)
    end
    return row
  end
  local function next_row(first, ...)
    if first ~= nil then
      return reader.row(first, ...)
    end
  end
  function reader.next()
    return next_row(given())
  end
end

---@param source Source
---@param columns table?   of the operation
---@return Reader
function rows.reader(given, source, columns)
  local reader = {
    ahead = given,
    at = 0,
    size = 0,
    number = 0,
    source = source,
    sql_mark = marks.metatables.sql,
    bytes_mark = marks.metatables.bytes,
  }
  local names = rows.names(columns)
  if type(given) == "function" then
    reader.ahead, reader.next = {}, given
    if names then
      give_values(reader, given, names)
    end
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

---The same of a row that gives its values in an order.
function rows.check_values(row, number, names)
  if type(row) ~= "table" or marks.is_bytes(row) or marks.is_marked_sql(row) then
    errors.usage(
      "bad argument #2: row %d is %s; expected a list of values, as columns names them",
      number,
      marks.describe(row)
    )
  end
  local wrong -- the first in the order of names, so that the message is the same each time
  for key in next, row do
    if math.type(key) ~= "integer" or key < 1 then
      wrong = (not wrong or tostring(key) < tostring(wrong)) and key or wrong
    elseif key > #names then
      errors.usage(TOO_MANY, number, #row, #names)
    end
  end
  if wrong ~= nil then
    errors.usage(
      "bad argument #2: row %d has a key that is %s; expected a list of values, as columns names them",
      number,
      marks.describe(wrong)
    )
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
