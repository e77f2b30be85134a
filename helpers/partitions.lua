--- Range partitions by date, named after their first day: report_20240101.
---
---     local partitions = require("partitions")
---     partitions.create_weeks("report", "2024-01-01", 8)
---     partitions.create_months("report", "2024-03-01", 12, { schema = "bixie" })
---
--- Dates are text, "2024-01-01"; nothing depends on the time zone. PostgreSQL only, as op.create_partition.
local op = require("neap.op")

local partitions = {}

-- Days since 1970-01-01 of a date, and back. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
local function days_of(year, month, day)
  year = month <= 2 and year - 1 or year
  local era = year // 400
  local of_era = year - era * 400
  local of_year = (153 * (month + (month > 2 and -3 or 9)) + 2) // 5 + day - 1
  return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468
end

local function date_of(days)
  days = days + 719468
  local era = days // 146097
  local of_era = days - era * 146097
  local year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
  local of_year = of_era - (365 * year + year // 4 - year // 100)
  local shifted = (5 * of_year + 2) // 153
  local day = of_year - (153 * shifted + 2) // 5 + 1
  local month = shifted + (shifted < 10 and 3 or -9)
  return year + era * 400 + (month <= 2 and 1 or 0), month, day
end

local function parse(text)
  local year, month, day = tostring(text):match("^(%d%d%d%d)%-(%d%d)%-(%d%d)$")
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local days = year and days_of(year, month, day)
  if
    not days or table.concat({ date_of(days) }, "-") ~= table.concat({ year, month, day }, "-")
  then
    error(('partitions: expected a date like "2024-01-31", got %s'):format(tostring(text)), 0)
  end
  return days, year, month, day
end

local function show(days)
  return ("%04d-%02d-%02d"):format(date_of(days))
end

---The date so many days after another.
---
---    partitions.add_days("2024-02-28", 2) == "2024-03-01"
---@param date string
---@param count integer
---@return string
function partitions.add_days(date, count)
  return show(parse(date) + count)
end

---The first day of the month so many months after a date's.
---@param date string
---@param count integer
---@return string
function partitions.add_months(date, count)
  local _, year, month = parse(date)
  local months = year * 12 + month - 1 + count
  return ("%04d-%02d-01"):format(months // 12, months % 12 + 1)
end

---What a partition is called: the parent's name and the first day.
---@param parent string
---@param first string
---@return string
function partitions.name(parent, first)
  return parent .. "_" .. first:gsub("-", "")
end

local function create(parent, first, count, opts, add)
  for i = 0, count - 1 do
    local from, to = add(first, i), add(first, i + 1)
    op.create_partition(parent, partitions.name(parent, from), { from = from, to = to }, opts)
  end
end

---Partitions of a day each.
---@param parent string
---@param first string   the first day
---@param count integer  how many
---@param opts table?    as for op.create_partition
function partitions.create_days(parent, first, count, opts)
  create(parent, first, count, opts, partitions.add_days)
end

---Partitions of seven days each.
---@param parent string
---@param first string
---@param count integer
---@param opts table?
function partitions.create_weeks(parent, first, count, opts)
  create(parent, first, count, opts, function(date, weeks)
    return partitions.add_days(date, weeks * 7)
  end)
end

---Partitions of a month each; the first begins at the first day of that month.
---@param parent string
---@param first string
---@param count integer
---@param opts table?
function partitions.create_months(parent, first, count, opts)
  create(parent, first, count, opts, partitions.add_months)
end

return partitions
