--- Where the ranges of partitions begin and end: told apart here, compared by the server, as values of the key's type. So
--- neither DateStyle nor the time zone, a collation or a year before Christ makes another order of them.

local errors = require("neap.errors")
local sql = require("neap.sql")
local text = require("neap.dialect.postgresql.text")

local ranges = {}

---@class PartitionRange
---@field low string?        SQL of the first value; nil when it is not known
---@field low_open boolean?  MINVALUE
---@field high string?
---@field high_open boolean? MAXVALUE
---@field inclusive boolean? rows that equal `high` belong to it: a key of several columns

-- The first value between parentheses after a word, and whether the others are all MINVALUE.
local function first_value(tokens, word)
  local at = 1
  while tokens[at] and tokens[at].text:upper() ~= word do
    at = at + 1
  end
  local depth, parts, rest = 0, {}, {}
  for i = at + 1, #tokens do
    local token = tokens[i].text
    depth = depth + (token == "(" and 1 or token == ")" and -1 or 0)
    if depth == 0 then
      break
    elseif depth == 1 and token == "," then
      rest[#rest + 1] = tokens[i + 1].text:upper()
    elseif #rest == 0 and not (depth == 1 and token == "(") then
      parts[#parts + 1] = token
    end
  end
  local lowest = true
  for _, other in ipairs(rest) do
    lowest = lowest and other == "MINVALUE"
  end
  return table.concat(parts), lowest
end

-- FOR VALUES FROM (...) TO (...), as the catalog prints it.
local function of_bound(bound)
  if not bound:find("^FOR VALUES FROM ") then
    return {}
  end
  local tokens = sql.tokens(bound, "postgresql")
  local range = {}
  local low = first_value(tokens, "FROM")
  local high, lowest = first_value(tokens, "TO")
  range.low_open, range.high_open = low == "MINVALUE" or nil, high == "MAXVALUE" or nil
  range.low, range.high = not range.low_open and low or nil, not range.high_open and high or nil
  range.inclusive = not lowest or nil
  return range
end

local DAYS = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_leap(year)
  return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
end

-- The date at the end of a name: report_20240101, report_2024_01.
local function date_in(name)
  local year, month, day = name:match("_(%d%d%d%d)[_%-]?(%d%d)[_%-]?(%d?%d?)$")
  if not year then
    return nil
  end
  day = day ~= "" and day or "01"
  local days = tonumber(month) == 2 and is_leap(tonumber(year)) and 29 or DAYS[tonumber(month)]
  if tonumber(year) == 0 or not days or tonumber(day) < 1 or tonumber(day) > days then
    return nil
  end
  return ("'%s-%s-%s'"):format(year, month, day)
end

local every = { day = "1 day", week = "7 days", month = "1 mon" }

-- Of a table that inherits: what its checks say, otherwise the date in its name and how long `every` range is.
local function of_child(row, operation)
  local range = {}
  local named = date_in(row.name)
  range.low = row.check_from or named
  range.high = row.check_to
  if not range.high and named and operation.every then
    range.high = ("%s::pg_catalog.timestamptz + '%s'::pg_catalog.interval"):format(
      named,
      every[operation.every]
    )
  end
  return range
end

---The ranges of rows of `partitions.list`.
---@return PartitionRange[]
function ranges.read(rows, operation)
  local list = {}
  for i, row in ipairs(rows) do
    if row.bound then
      list[i] = row.range and row.key_type and of_bound(row.range) or {}
    else
      list[i] = of_child(row, operation)
    end
  end
  return list
end

local function typed(value, rows)
  return ("(%s)::%s"):format(value, rows[1].key_type or "pg_catalog.timestamptz")
end

local function literal(value, rows)
  return typed(text.string(tostring(value)), rows)
end

---A query that fails, with a short statement, when an end is no value of the key's type; nil when there is none.
---@return Statement?
function ranges.check(rows, operation)
  local parts = {}
  for _, name in ipairs({ "from", "to", "before" }) do
    if operation[name] ~= nil then
      parts[#parts + 1] = literal(operation[name], rows)
    end
  end
  return #parts > 0 and { sql = "SELECT " .. table.concat(parts, ", ") } or nil
end

local function conditions(operation, rows)
  local list = { "true" }
  if operation.from ~= nil then
    list[#list + 1] = "v.low_at = 1 AND v.low >= " .. literal(operation.from, rows)
  end
  if operation.to ~= nil then
    list[#list + 1] = ("(v.low_at = 0 OR v.low_at = 1 AND v.low < %s)"):format(
      literal(operation.to, rows)
    )
  end
  if operation.before ~= nil then
    local before = literal(operation.before, rows)
    list[#list + 1] = ("v.high_at = 1 AND (v.high < %s OR v.high = %s AND NOT v.inclusive)"):format(
      before,
      before
    )
  end
  return table.concat(list, " AND ")
end

---Rows { i, place }: those that are wanted, and the place of their beginnings in order, from low to high. Those whose
---beginning is not known come last.
---@param list PartitionRange[]
---@return Statement
function ranges.compare(rows, list, operation)
  local null, values = typed("NULL", rows), {}
  for i, range in ipairs(list) do
    values[i] = ("(%d, %d, %s, %d, %s, %s)"):format(
      i,
      range.low_open and 0 or range.low and 1 or 2,
      range.low and typed(range.low, rows) or null,
      range.high and 1 or 2,
      range.high and typed(range.high, rows) or null,
      range.inclusive and "true" or "false"
    )
  end
  local collation = rows[1].key_collation
  return {
    sql = ([[
SELECT v.i, pg_catalog.dense_rank() OVER (ORDER BY v.low_at, v.low%s) AS place
FROM (VALUES %s) v (i, low_at, low, high_at, high, inclusive)
WHERE %s ORDER BY v.i]]):format(
      collation and " COLLATE " .. collation or "",
      table.concat(values, ",\n    "),
      conditions(operation, rows)
    ),
  }
end

---Raises when what is asked for cannot be told of any of them.
function ranges.need(rows, list, operation)
  local beginnings, ends = 0, 0
  for i, range in ipairs(list) do
    beginnings = beginnings + ((range.low or range.low_open) and 1 or 0)
    ends = ends + ((range.high or range.high_open) and 1 or 0)
    if operation.before ~= nil and not rows[i].bound and range.low and not range.high then
      errors.usage(
        '%s inherits and no check says where its range ends: say every = "day", "week" or "month"',
        rows[i].name
      )
    end
  end
  local only_default = #rows == 0 or #rows == 1 and rows[1].bound == "DEFAULT"
  if only_default then
    return
  elseif beginnings == 0 and (operation.from ~= nil or operation.to ~= nil) then
    errors.usage(
      'options "from" and "to": no partition of "%s" tells where it begins, by a range or a date in its name',
      operation.table
    )
  elseif ends == 0 and operation.before ~= nil then
    errors.usage(
      'option "before": no partition of "%s" tells where it ends, by a range or a date in its name',
      operation.table
    )
  end
end

return ranges
