--- A function for each partition of a table, in a transaction for each when asked.

local check = require("neap.op.check")
local errors = require("neap.errors")

local shape = check.shape
local each = {}

local LABEL = "op.each_partition"

local end_shape = {
  expected = 'a number or a text such as "2024-01-01"',
  test = function(value)
    return type(value) == "number" or shape.name.test(value)
  end,
}

local options = {
  schema = shape.name,
  order = check.one_of({ "asc", "desc", "newest last", "newest first" }),
  leaves = shape.boolean,
  commit = shape.boolean,
  from = end_shape,
  to = end_shape,
  before = end_shape,
  every = check.one_of({ "day", "week", "month" }),
  lock_timeout = {
    expected = 'a duration such as "2s" or "500ms"',
    test = function(value)
      return type(value) == "string" and value:find("^%d+%s*m?s$") ~= nil
    end,
  },
}

---@class Partition
---@field name string    "schema.name"
---@field bound string?  as the catalog prints it; nil for a table that inherits

local function compile(pipe, parent, fn, opts)
  local operation = { kind = "each_partition" }
  operation.schema, operation.table = check.object(parent, 1, "the parent's name", opts)
  if type(fn) ~= "function" then
    check.wrong(2, "a function", fn)
  end
  check.options(operation, opts, options, 3)
  if operation.lock_timeout and not operation.commit then
    errors.usage('option "lock_timeout" is for one transaction each: say commit = true as well')
  end
  return pipe.dialect.list_partitions(operation), operation
end

-- Which partitions ---------------------------------------------------------------------------

local function by_place(newest_first)
  return function(a, b)
    if a.place ~= b.place and not (a.low and b.low) then
      return a.low ~= nil -- those whose beginning is not known come last
    elseif a.place == b.place then
      return a.at < b.at
    elseif newest_first then
      return a.place > b.place
    end
    return a.place < b.place
  end
end

-- What fn gets is split at the first dot.
local function refuse_dots(rows, source)
  for _, row in ipairs(rows) do
    if row.schema and row.schema:find(".", 1, true) then
      errors.raise(
        "usage",
        ('%s: the schema "%s" of a partition has a dot in its name, so no "schema.name" can be told'):format(
          LABEL,
          row.schema
        ),
        source,
        { advice = "Rename the schema, or name the partitions with schema = in the revision." }
      )
    end
  end
  return rows
end

-- Without an order or ends of ours they are those of the query, by name.
local function asks_for_ranges(operation)
  return operation.order == "newest last"
    or operation.order == "newest first"
    or operation.from ~= nil
    or operation.to ~= nil
    or operation.before ~= nil
end

---@return Partition[]
local function select_partitions(pipe, operation, rows, source)
  local session = pipe.run.session
  if not asks_for_ranges(operation) or #rows == 0 then
    return rows
  end
  local ranges = pipe.dialect.partition_ranges()
  local found = ranges.read(rows, operation)
  local done, err = pcall(ranges.need, rows, found, operation)
  if not done then
    pipe:fail(LABEL, err, source)
  end
  local ends = ranges.check(rows, operation)
  if ends then
    session:query(ends.sql, nil, source)
  end
  local list = {}
  for at, row in ipairs(session:query(ranges.compare(rows, found, operation).sql, nil, source)) do
    local range = found[row.i]
    list[at] = {
      name = rows[row.i].name,
      bound = rows[row.i].bound,
      at = at,
      place = row.place,
      low = range.low or range.low_open,
    }
  end
  if operation.order == "newest last" or operation.order == "newest first" then
    table.sort(list, by_place(operation.order == "newest first"))
  end
  return list
end

-- In transactions of their own ---------------------------------------------------------------

-- The list as one text in the journal: "15:public.report_1", and the bound after it.
local function encode(list)
  local parts = {}
  for i, partition in ipairs(list) do
    local bound = partition.bound or ""
    parts[i] = ("%d:%s%d:%s"):format(#partition.name, partition.name, #bound, bound)
  end
  return #parts > 0 and table.concat(parts) or "none"
end

local function decode(kept)
  local list, at = {}, 1
  local function take()
    local length, start = kept:match("^(%d+):()", at)
    at = start + math.tointeger(tonumber(length))
    return kept:sub(start, at - 1)
  end
  while kept ~= "none" and at <= #kept do
    local name, bound = take(), take()
    list[#list + 1] = { name = name, bound = bound ~= "" and bound or nil }
  end
  return list
end

-- The list counts as a statement of the revision: a run that goes on takes the one of the run that began, whatever
-- partitions there are by now.
local function fixed_list(pipe, operation, rows, source)
  local session = pipe.run.session
  local kept = session:passed() and session:kept()
  local list = kept and decode(kept) or select_partitions(pipe, operation, rows, source)
  if not kept then
    session:keep(encode(list))
  end
  local group <close> = session:group("each_partition " .. operation.table, source)
  if group then
    group:finish(source)
  end
  return list
end

local function run_steps(pipe, operation, fn, rows, source)
  local session = pipe.run.session
  local list = fixed_list(pipe, operation, rows, source)
  local there = {}
  for _, row in ipairs(rows) do
    there[row.name] = true
  end
  pipe:commit(source) -- what the revision did before holds no locks meanwhile
  for _, partition in ipairs(list) do
    -- One that is gone, and whose turn has not been, has nothing left to be done.
    if there[partition.name] or session:passed() then
      if operation.lock_timeout then
        pipe:send_all(pipe.dialect.set_lock_timeout(operation.lock_timeout), source)
      end
      fn(partition.name, partition.bound)
      pipe:commit(source)
    end
  end
end

-- Nothing to do may be a slip.
local function tell_of_none(pipe, operation, source)
  local session, statement = pipe.run.session, pipe.dialect.partitioned_there(operation)
  local name = (operation.schema and operation.schema .. "." or "") .. operation.table
  local row = session:query(statement.sql, statement.params, source)[1]
  if row and not row.there then
    errors.raise("failed", ("%s: there is no table %s"):format(LABEL, name), source)
  end
  require("neap.dialect.postgresql.gate").warn(
    pipe.run,
    ("%s: %s has no partitions, and none inherit from it"):format(LABEL, name)
  )
end

---Call fn with the qualified name of every partition of a table.
---
---    op.each_partition("report", function(partition)
---      op.drop_constraint("ck_report", partition, { if_exists = true })
---      op.create_check_constraint("ck_report", partition, "size > 0", { not_valid = true })
---    end, { commit = true, order = "newest last", from = "2024-01-01", lock_timeout = "2s" })
---
---fn gets the name as `"schema.name"`, ready for op, and the bound as SQL text (nil for a table that inherits).
---Partitions are those of declarative partitioning, or the tables that inherit from the parent.
---Options: schema; order: "asc" (by name, the default), "desc", "newest last", "newest first" (by where their range
---begins; those that do not say come last); from, to: only those that begin at from or later, and before to; before:
---only those that end there or earlier, so that all of their rows are before it; leaves (true: partitions of partitions
---instead of the direct ones, whose range counts); commit (true: each call is a transaction of its own); lock_timeout
---(with commit: how long a statement in it waits for a lock). Ends are values of the key, which the server compares:
---"2024-01-01" is midnight in the session's TimeZone where the key is a timestamptz. Where a table that inherits begins
---and ends says its check (day >= ... AND day < ...), otherwise the date at the end of its name, and every ("day",
---"week", "month").
---
---With commit = true the revision is stepwise: what came before is committed, then each partition, and a run that was
---stopped goes on with the next one. A lock that is not got rolls one partition back and is tried again after a pause
---(`lock_retries` times for each). The list is made once, when the revision begins: partitions made meanwhile are not
---in it. Refused in a `transaction = "all"` run and in op.savepoint. PostgreSQL with a live database only.
---Source: PostgreSQL manual, pg_inherits; "Partition Maintenance"
---@param parent string
---@param fn fun(name: string, bound: string?)
---@param opts table?
function each.each_partition(pipe, _, parent, fn, opts)
  local run = pipe.run
  local source = run.source()
  local ok, statement, operation = pcall(compile, pipe, parent, fn, opts)
  if not ok then
    pipe:fail(LABEL, statement, source)
  end
  if run.offline then
    errors.raise("usage", LABEL .. ": a script cannot ask the database for partitions", source, {
      advice = "Name the partitions in the revision, or write a DO block that loops over pg_inherits",
    })
  end
  local keeper, place = pipe:kept_open()
  if keeper and operation.commit then
    errors.raise(
      "usage",
      ("%s: commits, and %s keeps a transaction open: move it out of %s"):format(
        LABEL,
        keeper,
        place
      ),
      source
    )
  end
  local rows = refuse_dots(run.session:query(statement.sql, statement.params, source), source)
  if #rows == 0 and not run.session:passed() then
    tell_of_none(pipe, operation, source)
  end
  if operation.commit and not pipe.recording then
    return run_steps(pipe, operation, fn, rows, source)
  end
  for _, partition in ipairs(select_partitions(pipe, operation, rows, source)) do
    fn(partition.name, partition.bound)
    if operation.commit then
      pipe:commit(source)
    end
  end
end

return each
