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
---@field key any        where its range begins: a number or a text; nil when that cannot be told

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

-- The first value of FROM (...), or the date in the name: report_20240101, report_2024_01.
local function key_of(name, bound)
  local value = bound and bound:match("^FOR VALUES FROM %((.*)%) TO ")
  if value then
    local quoted = value:match("^'(.-)'")
    return quoted and (tonumber(quoted) or quoted) or tonumber(value:match("^[^,]+")) or ""
  end
  local year, month, day = name:match("_(%d%d%d%d)[_%-]?(%d%d)[_%-]?(%d?%d?)$")
  if year and not bound then
    return ("%s-%s-%s"):format(year, month, day ~= "" and day or "01")
  end
  return nil
end

local function before(a, b)
  if type(a) == type(b) then
    return a < b
  end
  return tostring(a) < tostring(b)
end

local function sorted(list, order)
  if order ~= "newest last" and order ~= "newest first" then
    return list -- by name, from the query
  end
  local place = {}
  for i, partition in ipairs(list) do
    place[partition] = i
  end
  table.sort(list, function(a, b)
    local x, y = a.key, b.key
    if x == nil or y == nil or x == y then
      if (x == nil) ~= (y == nil) then
        return y == nil -- those without a beginning come last
      end
      return place[a] < place[b]
    end
    if order == "newest first" then
      x, y = y, x
    end
    return before(x, y)
  end)
  return list
end

local function refuse_unknown(operation, found)
  if #found > 0 and not (#found == 1 and found[1].bound == "DEFAULT") then
    errors.usage(
      'options "from" and "to": no partition of "%s" tells where it begins, by a range or a date in its name',
      operation.table
    )
  end
end

---@return Partition[]
local function select_partitions(rows, operation)
  local list, with_key = {}, 0
  local from, to = operation.from, operation.to
  for _, row in ipairs(rows) do
    local key = key_of(row.name, row.bound)
    with_key = with_key + (key ~= nil and 1 or 0)
    local wanted = from == nil and to == nil
      or key ~= nil and (from == nil or not before(key, from)) and (to == nil or before(key, to))
    if wanted then
      list[#list + 1] = { name = row.name, bound = row.bound, key = key }
    end
  end
  if with_key == 0 and (from ~= nil or to ~= nil) then
    refuse_unknown(operation, rows)
  end
  return sorted(list, operation.order)
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
  local list = kept and decode(kept) or select_partitions(rows, operation)
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
---begins, or by the date at the end of their name; those that have neither come last); from, to: only those that begin
---at from or later, and before to; leaves (true: partitions of partitions instead of the direct ones); commit (true:
---each call is a transaction of its own); lock_timeout (with commit: how long a statement in it waits for a lock).
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
  local rows = run.session:query(statement.sql, statement.params, source)
  if operation.commit and not pipe.recording then
    return run_steps(pipe, operation, fn, rows, source)
  end
  local done, list = pcall(select_partitions, rows, operation)
  if not done then
    pipe:fail(LABEL, list, source)
  end
  for _, partition in ipairs(list) do
    fn(partition.name, partition.bound)
    if operation.commit then
      pipe:commit(source)
    end
  end
end

return each
