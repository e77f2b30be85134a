--- Range partitions by date, named after their first day: report_20240101.
---
---     local partitions = require("partitions")
---     partitions.create_weeks("report", "2024-01-01", 8)
---     partitions.create_ahead("report", "month", 3)
---     partitions.attach("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---     partitions.drop_older("report", "2023-01-01")
---
--- Declarative partitions, or tables that inherit from a parent and have a check for their range: say
--- `column = "day"`, the column that the range is about, and they are of the second kind.
---
--- Dates are text, "2024-01-01". Where the key is a timestamptz that is midnight in the session's TimeZone: say which one
--- under `settings` of neap.lua, or two runs of different zones leave a gap. PostgreSQL only, as op.create_partition.
local op = require("neap.op")

local partitions = {}

-- Arguments -----------------------------------------------------------------------------------

local function fail(message, ...)
  error(("partitions: " .. message):format(...), 0)
end

local function need_name(value, what)
  if type(value) ~= "string" or value == "" then
    fail("expected %s, got %s", what, type(value) == "string" and '""' or tostring(value))
  end
end

local function need_count(value, what)
  if math.type(value) ~= "integer" or value < 0 then
    fail("expected %s, a whole number, got %s", what, tostring(value))
  end
end

-- Names of options, or true for what goes to op, which knows its own.
local function need_options(opts, known)
  if opts ~= nil and type(opts) ~= "table" then
    fail("expected a table of options, got %s", tostring(opts))
  end
  for name in pairs(type(known) == "table" and opts or {}) do
    if not known[name] then
      local names = {}
      for one in pairs(known) do
        names[#names + 1] = one
      end
      table.sort(names)
      fail("unknown option %s: there are %s", tostring(name), table.concat(names, ", "))
    end
  end
  return opts or {}
end

-- Dates ---------------------------------------------------------------------------------------

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
    fail('expected a date like "2024-01-31", got %s', tostring(text))
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

-- SQL text ------------------------------------------------------------------------------------

local function quote(name)
  return '"' .. name:gsub('"', '""') .. '"'
end

-- A value of a bound: a literal, or op.sql; a list of one is that one.
local function literal(value)
  if type(value) == "table" and value[1] ~= nil and #value == 1 then
    value = value[1]
  end
  if type(value) == "table" and type(value.sql) == "string" then
    return value.sql
  elseif type(value) == "number" then
    return tostring(value)
  end
  return "'" .. tostring(value):gsub("'", "''") .. "'"
end

-- The condition that a range's rows meet: key is SQL text.
local function condition(key, bound)
  local parts = {}
  local from, to = literal(bound.from), literal(bound.to)
  if from:upper() ~= "MINVALUE" then
    parts[#parts + 1] = ("%s >= %s"):format(key, from)
  end
  if to:upper() ~= "MAXVALUE" then
    parts[#parts + 1] = ("%s < %s"):format(key, to)
  end
  return #parts > 0 and table.concat(parts, " AND ") or "true"
end

-- "schema.name" of a bare name, by the parent's schema or the options'.
local function beside(parent, name, opts)
  local schema = opts.schema or parent:match("^([^.]*)%.")
  return not name:find(".", 1, true) and schema and schema .. "." .. name or name
end

local function bare(name)
  return (name:gsub("^[^.]*%.", ""))
end

local function quote_object(name)
  local schema, object = name:match("^([^.]*)%.(.*)$")
  return schema and quote(schema) .. "." .. quote(object) or quote(name)
end

-- Making them ---------------------------------------------------------------------------------

-- Options of ours; the others are op.create_partition's.
local ours = { column = true, check_name = true }

local function others(opts)
  local rest = {}
  for name, value in pairs(opts) do
    rest[name] = not ours[name] and value or nil
  end
  return rest
end

-- A table that inherits: what LIKE takes of its parent, and a check for its range.
local function create_child(parent, name, bound, opts)
  local rest = others(opts)
  rest.schema = nil
  rest.inherits, rest.like = beside(parent, bare(parent), opts), beside(parent, bare(parent), opts)
  op.create_table(beside(parent, bare(name), opts), {
    op.check(
      condition(quote(opts.column), bound),
      { name = opts.check_name or bare(name) .. "_range" }
    ),
  }, rest)
end

local function create_one(parent, from, to, opts)
  local name, bound = partitions.name(parent, from), { from = from, to = to }
  if opts.column then
    create_child(parent, name, bound, opts)
  else
    op.create_partition(parent, name, bound, others(opts))
  end
end

local function create(parent, first, count, opts, add)
  need_name(parent, "the parent's name")
  need_count(count, "how many")
  parse(first)
  opts = need_options(opts, true)
  for i = 0, count - 1 do
    create_one(parent, add(first, i), add(first, i + 1), opts)
  end
end

local function add_weeks(date, weeks)
  return partitions.add_days(date, weeks * 7)
end

---Partitions of a day each.
---@param parent string
---@param first string   the first day
---@param count integer  how many
---@param opts table?    as for op.create_partition; column = "day": tables that inherit, with a check on that column, the
---parent's indexes, checks and defaults, and neither its foreign keys, triggers and grants nor its identity
function partitions.create_days(parent, first, count, opts)
  create(parent, first, count, opts, partitions.add_days)
end

---Partitions of seven days each.
---@param parent string
---@param first string
---@param count integer
---@param opts table?
function partitions.create_weeks(parent, first, count, opts)
  create(parent, first, count, opts, add_weeks)
end

---Partitions of a month each; the first begins at the first day of that month.
---@param parent string
---@param first string
---@param count integer
---@param opts table?
function partitions.create_months(parent, first, count, opts)
  create(parent, partitions.add_months(first, 0), count, opts, partitions.add_months)
end

-- The first day of the period that a date is in. 1970-01-01 was a Thursday; weeks begin on Monday, as PostgreSQL's
-- date_trunc says.
local periods = {
  day = {
    add = partitions.add_days,
    first = function(date)
      return date
    end,
  },
  week = {
    add = add_weeks,
    first = function(date)
      return show(parse(date) - (parse(date) + 3) % 7)
    end,
  },
  month = {
    add = partitions.add_months,
    first = function(date)
      return partitions.add_months(date, 0)
    end,
  },
}

local function period(every)
  return periods[every] or fail('expected "day", "week" or "month", got %s', tostring(every))
end

local STRANGERS = [[
SELECT pg_catalog.string_agg(c.relname, ', ' ORDER BY c.relname)
FROM pg_catalog.pg_class p JOIN pg_catalog.pg_class c ON c.relnamespace = p.relnamespace
WHERE p.oid = pg_catalog.to_regclass($1) AND c.relname = ANY ($2::pg_catalog.text[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = p.oid AND i.inhrelid = c.oid)]]

-- IF NOT EXISTS takes whatever has the name, one that was detached, too: rows would then find no partition.
local function refuse_strangers(parent, first, count, opts, add)
  local names = {}
  for i = 0, count - 1 do
    names[i + 1] = '"' .. bare(partitions.name(parent, add(first, i))):gsub('["\\]', "\\%0") .. '"'
  end
  local found = op.scalar(STRANGERS, {
    quote_object(beside(parent, parent, opts)),
    "{" .. table.concat(names, ",") .. "}",
  })
  if found then
    fail(
      "%s has the name, and is no partition of %s: attach it, rename it or drop it",
      found,
      parent
    )
  end
end

---Those that are missing, from today's on and so many ahead.
---
---    partitions.create_ahead("report", "week", 8)
---    partitions.create_ahead("report", "month", 3, { column = "day", from = "2024-01-01" })
---
---Today is neap.now's day (UTC), or `from`. A partition that is there by its name stays as it is; a table of that name
---that is no partition is an error.
---@param parent string
---@param every string    "day", "week" (from Monday) or "month"
---@param ahead integer   how many after today's
---@param opts table?     from; the others as for create_days
function partitions.create_ahead(parent, every, ahead, opts)
  need_name(parent, "the parent's name")
  need_count(ahead, "how many ahead")
  local rest = {}
  for name, value in pairs(need_options(opts, true)) do
    rest[name] = name ~= "from" and value or nil
  end
  rest.if_not_exists = true
  local unit = period(every)
  local first = unit.first(opts and opts.from or neap.now:sub(1, 10))
  if not neap.offline then
    refuse_strangers(parent, first, ahead + 1, rest, unit.add)
  end
  create(parent, first, ahead + 1, rest, unit.add)
end

-- Attaching and detaching ---------------------------------------------------------------------

local KEY = [[
SELECT p.partstrat AS strategy, p.partnatts AS columns, a.attname AS column,
    CASE WHEN p.partattrs[0] = 0 THEN pg_catalog.pg_get_expr(p.partexprs, p.partrelid) END AS expression,
    d.relname AS default_name, n.nspname AS default_schema
FROM pg_catalog.pg_partitioned_table p
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] AND a.attnum > 0
LEFT JOIN pg_catalog.pg_class d ON d.oid = p.partdefid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.relnamespace
WHERE p.partrelid = pg_catalog.to_regclass($1)]]

-- What the catalog knows: the key as SQL text, and the default partition.
local function facts(parent, bound, opts)
  if neap.offline then
    local column = opts.column or fail("a script cannot ask for the key of %s: say column", parent)
    return { key = quote(column), default = opts.default }
  end
  local row = op.row(KEY, { quote_object(beside(parent, parent, opts)) })
    or fail("%s is no partitioned table", parent)
  local wanted = bound.values ~= nil and "list" or "range"
  if row.columns ~= 1 then
    fail("%s is partitioned by several columns: attach it with op.attach_partition", parent)
  elseif row.strategy ~= wanted:sub(1, 1) then
    local strategies = { l = "list", r = "range", h = "hash" }
    fail(
      "%s is partitioned by %s, and the bound is for %s",
      parent,
      strategies[row.strategy],
      wanted
    )
  end
  local default = row.default_name and row.default_schema .. "." .. row.default_name
  local key = row.expression and "(" .. row.expression .. ")" or quote(opts.column or row.column)
  return { key = key, default = opts.default or default }
end

-- The condition of a list, and with IS NULL when NULL is among its values.
local function condition_of_list(key, values)
  local parts, null = {}, false
  for i, value in ipairs(type(values) == "table" and not values.sql and values or { values }) do
    if value == op.null then
      null = true
    else
      parts[i] = ("%s = %s"):format(key, literal(value))
    end
  end
  if null then
    table.insert(parts, 1, key .. " IS NULL")
  end
  return table.concat(parts, " OR "), null
end

-- Rows in the way are told before anything is done. A run that goes on looks again: then the check is there already, or
-- the partition.
local function look_before(child, default, inside, constraint)
  local begun = neap.offline
    or not default
    or op.scalar(
      [[SELECT c.relispartition OR EXISTS (SELECT FROM pg_catalog.pg_constraint h
WHERE h.conrelid = c.oid AND h.conname = $2) FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)]],
      { quote_object(child), constraint }
    )
  local in_the_way = ("SELECT EXISTS (SELECT FROM %s WHERE %s)"):format(
    quote_object(default or child),
    inside
  )
  if not begun and op.scalar(in_the_way) then
    fail("%s, the default partition, has rows that belong into %s: move them first", default, child)
  end
end

-- Proved while others read and write: NOT VALID takes its lock for an instant, VALIDATE lets them go on.
local function prove(name, constraint, expression)
  op.create_check_constraint(constraint, name, expression, { not_valid = true })
  op.commit()
  op.validate_constraint(constraint, name)
  op.commit()
end

local NAME_BYTES = 63

local function is_bound(bound)
  return type(bound) == "table" and (bound.from ~= nil and bound.to ~= nil or bound.values ~= nil)
end

---Make a table a partition, reading its rows without keeping anybody out.
---
---    partitions.attach("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---    partitions.attach("account", "account_eu", { values = { "de", "fr" } })
---
---Adds a check that says the bound (NOT VALID, then VALIDATE), so that ATTACH PARTITION need not read the table under its
---ACCESS EXCLUSIVE lock; the same, the other way round, for a default partition, which would be read too: rows of this
---bound cannot be inserted from then on until it is attached, and there may be none. Then drops the checks. Makes the
---revision stepwise. The parent is partitioned by range or list on one column or expression. Make the parent's indexes
---on the table before, or ATTACH builds them. Offline say column, and default (the default partition) when there is one.
---Source: PostgreSQL manual, "Table Partitioning", "Partition Maintenance"
---@param parent string
---@param name string
---@param bound table     { from = , to = } or { values = { ... } }
---@param opts table?     column, default, schema
function partitions.attach(parent, name, bound, opts)
  need_name(parent, "the parent's name")
  need_name(name, "the table's name")
  opts = need_options(opts, { column = true, default = true, schema = true })
  if not is_bound(bound) then
    fail("attach expects a bound { from = , to = } or { values = { ... } }")
  end
  local child, known = beside(parent, name, opts), facts(parent, bound, opts)
  local constraint = bare(child) .. "_bound"
  if #constraint > NAME_BYTES then
    constraint = "neap_bound"
  end
  local inside, null
  if bound.values then
    inside, null = condition_of_list(known.key, bound.values)
  else
    inside = condition(known.key, bound)
  end
  look_before(child, known.default, inside, constraint)
  prove(child, constraint, null and inside or ("%s IS NOT NULL AND (%s)"):format(known.key, inside))
  if known.default then
    prove(
      known.default,
      constraint,
      null and ("NOT (%s)"):format(inside)
        or ("NOT (%s IS NOT NULL AND (%s))"):format(known.key, inside)
    )
  end
  op.attach_partition(parent, name, bound, { schema = opts.schema })
  op.drop_constraint(constraint, child)
  if known.default then
    op.drop_constraint(constraint, known.default)
  end
  op.commit()
end

---Make a partition a table of its own, while others read and write the parent.
---
---    partitions.detach("report", "report_20240101")
---
---On PostgreSQL 13, and while there is a default partition, it cannot be done concurrently: then ACCESS EXCLUSIVE on
---the parent is taken for an instant. `inherits = true`: a table that inherits.
---@param parent string
---@param name string
---@param opts table?  inherits, schema, concurrently = false
function partitions.detach(parent, name, opts)
  need_name(parent, "the parent's name")
  need_name(name, "the partition's name")
  opts = need_options(opts, { inherits = true, schema = true, concurrently = true })
  if opts.inherits then
    op.execute(
      ("ALTER TABLE %s NO INHERIT %s"):format(
        quote_object(beside(parent, name, opts)),
        quote_object(beside(parent, bare(parent), opts))
      )
    )
    return
  end
  local concurrently = opts.concurrently ~= false
  if concurrently and not neap.offline then
    concurrently = op.scalar(
      [[SELECT pg_catalog.current_setting('server_version_num')::int >= 140000 AND p.partdefid = 0
FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = $1::pg_catalog.regclass]],
      { quote_object(beside(parent, bare(parent), opts)) }
    ) == true
  end
  op.detach_partition(parent, name, { schema = opts.schema, concurrently = concurrently })
end

-- A partition that foreign keys may point to cannot be dropped as it is. Detaching it looks whether one does, and is
-- refused then.
local function is_referenced(parent)
  return not neap.offline
    and op.scalar(
        [[SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.confrelid
WHERE c.contype = 'f' AND t.relkind = 'p' AND c.confrelid = pg_catalog.to_regclass($1))]],
        { quote_object(parent) }
      )
      == true
end

---Drop the partitions whose rows are all older than a date.
---
---    partitions.drop_older("report", "2023-01-01", { lock_timeout = "2s" })
---    partitions.drop_older("event", "2023-01-01", { every = "week" })  -- tables that inherit
---
---Those that end at that date or before it: by their bound; tables that inherit by their check, or by the date in their
---name and `every`. Each in a transaction of its own, oldest first: the revision is stepwise. Dropping takes ACCESS
---EXCLUSIVE on the parent for an instant. One with rows that a foreign key points to is refused, and nothing is cascaded.
---Options: every ("day", "week", "month"), keep = true (detach, and leave the table), schema, lock_timeout.
---@param parent string
---@param date string
---@param opts table?
function partitions.drop_older(parent, date, opts)
  need_name(parent, "the parent's name")
  parse(date)
  opts = need_options(opts, { every = true, keep = true, schema = true, lock_timeout = true })
  if opts.keep ~= nil and type(opts.keep) ~= "boolean" then
    fail("option keep takes true or false, got %s", tostring(opts.keep))
  end
  local whole = beside(parent, parent, opts)
  local detach = opts.keep or is_referenced(whole)
  op.each_partition(parent, function(name, bound)
    if detach then
      partitions.detach(whole, name, { inherits = bound == nil, concurrently = false })
    end
    if not opts.keep then
      op.drop_table(name)
    end
  end, {
    schema = opts.schema,
    before = date,
    every = opts.every,
    commit = true,
    order = "newest last",
    lock_timeout = opts.lock_timeout,
  })
end

return partitions
