--- Changes of many rows, in batches that are steps of the revision.

local check = require("neap.op.check")
local errors = require("neap.errors")
local marks = require("neap.marks")
local shared = require("neap.dialect.shared")

local shape = check.shape
local backfill = {}

local DEFAULT_BATCH = 1000

local options = {
  schema = shape.name,
  set = {
    expected = 'SQL text, or a table { column = op.sql "..." }',
    test = function(value)
      return shape.expression.test(value) or type(value) == "table"
    end,
  },
  where = shape.expression,
  batch = {
    expected = "a number of rows, 1 or more",
    test = function(value)
      return math.type(value) == "integer" and value >= 1
    end,
  },
  key = shape.names,
}

local function check_set(set, key)
  if set == nil then
    errors.usage('option "set" is missing')
  elseif type(set) ~= "table" or marks.is_sql(set) then
    return
  elseif next(set) == nil then
    errors.usage('option "set" names no column')
  end
  for name, value in next, set do
    if not shape.name.test(name) or not shape.value.test(value) then
      errors.usage(
        'option "set" takes SQL text, or a table { column = value or op.sql }; got %s = %s',
        tostring(name),
        marks.describe(value)
      )
    end
  end
  for _, name in ipairs(key or {}) do
    if set[name] ~= nil then
      errors.usage('option "set" changes "%s", and the rows are taken in the order of it', name)
    end
  end
end

-- { table =, set = ... } as an operation.
local function as_operation(opts)
  if type(opts) ~= "table" then
    check.wrong(1, "a table { table = , set = , where = , batch = , key = }", opts)
  end
  local rest = {}
  for name, value in next, opts do
    rest[name] = name ~= "table" and value or nil
  end
  local operation = { kind = "backfill" }
  operation.schema, operation.table = check.object(opts.table, 1, "table = the table's name", opts)
  check.options(operation, rest, options, 1)
  operation.key = type(operation.key) == "string" and { operation.key } or operation.key
  check_set(operation.set)
  operation.batch = operation.batch or DEFAULT_BATCH
  return operation
end

-- A key as one text, "2:12" for "12"; "end" stands for the last batch, which has no upper end.
local function encode(key)
  if not key then
    return "end"
  end
  local parts = {}
  for i, text in ipairs(key) do
    parts[i] = ("%d:%s"):format(#text, text)
  end
  return table.concat(parts)
end

local function decode(kept)
  if kept == "end" then
    return nil
  end
  local key, at = {}, 1
  while at <= #kept do
    local length, start = kept:match("^(%d+):()", at)
    at = start + math.tointeger(tonumber(length))
    key[#key + 1] = kept:sub(start, at - 1)
  end
  return key
end

local function missing_key(operation, rows)
  if not operation.key then
    errors.usage(
      'the table "%s" is not there or has no primary key: say key = { columns } for the order',
      operation.table
    )
  end
  local there = {}
  for _, row in ipairs(rows) do
    there[row.name] = true
  end
  for _, name in ipairs(operation.key) do
    if not there[name] then
      errors.usage('the table "%s" has no column "%s" (option "key")', operation.table, name)
    end
  end
end

-- The names of the key's columns, which the database knows.
local function find_key(pipe, operation, source)
  local statement = pipe.dialect.find_key(operation, pipe.run.null)
  local rows = pipe.run.session:query(statement.sql, statement.params, source)
  if #rows == 0 or operation.key and #rows < #operation.key then
    missing_key(operation, rows)
  end
  local key, nullable = {}, false
  for i, row in ipairs(rows) do
    key[i] = row.name
    nullable = nullable or row.nullable == true or row.nullable == 1
  end
  check_set(operation.set, key)
  return key, nullable
end

local function refuse_nulls(session, steps, key, source)
  if #session:query(steps.nulls.sql, nil, source) > 0 then
    errors.usage(
      "a row has NULL in its key (%s), and would never have its turn: give it a value, or say another key",
      table.concat(key, ", ")
    )
  end
end

-- The key of the batch's last row, as texts; nil when fewer rows than a batch are left.
local function find_upper(session, statement, count, source)
  local row = session:query(statement.sql, statement.params, source)[1]
  if not row then
    return nil
  end
  local upper = {}
  for i = 1, count do
    upper[i] = row["k" .. i]
  end
  return upper
end

-- Each batch is a step: its UPDATE is committed together with the key that it came to. A run that goes on finds the
-- keys of the steps that are done, passes over them, and asks only where the next one ends.
local function run_steps(pipe, steps, count, source)
  local session = pipe.run.session
  local last, upper
  repeat
    local kept = session:kept()
    if kept then
      upper = decode(kept)
    else
      local bound = steps.bound(last)
      upper = find_upper(session, bound, count, source)
      session:keep(encode(upper))
    end
    local update = steps.update(last, upper)
    session:run(update.sql, update.params, source)
    if not kept then
      session:commit(source)
    end
    last = upper
  until not upper
end

local function run_online(pipe, operation, source)
  local session = pipe.run.session
  local keeper, place = pipe:kept_open()
  if keeper then
    errors.usage("commits, and %s keeps a transaction open: move it out of %s", keeper, place)
  end
  local key, nullable = find_key(pipe, operation, source)
  local steps = pipe.dialect.backfill(operation, key)
  session:commit(source) -- what the revision did before holds no locks meanwhile
  if nullable and not session:kept() then
    refuse_nulls(session, steps, key, source)
  end
  run_steps(pipe, steps, #key, source)
end

---Change the rows of a large table in batches, each in a transaction of its own.
---
---    op.backfill({ table = "account", set = { name = op.sql "lower(name)" }, where = "name <> lower(name)" })
---    op.backfill({ table = "bixie.report", set = "day = created::date", batch = 5000, key = { "product", "id" } })
---
---set is SQL text (what follows SET), or a table of columns with values or op.sql. Options: where, batch (rows at a time
---that `where` holds for; default 1000), key (a column or columns that are never NULL; default: the primary key, on
---SQLite else the rowid), schema.
---
---Rows are taken in the order of the key, each once, whatever `where` says afterwards; set must not change the key.
---Makes the revision stepwise: what came before is committed, then each batch together with the key that it came to,
---so that a run that failed goes on exactly there. Locks the rows of one batch at a time. Refused in a
---`transaction = "all"` run and in op.savepoint. Offline it is one UPDATE.
---@param opts table  { table = , set = , where = , batch = , key = }
function backfill.backfill(pipe, _, opts)
  local source = pipe.run.source()
  local ok, operation = pcall(as_operation, opts)
  if not ok then
    pipe:fail("op.backfill", operation, source)
  end
  operation.source = source
  if pipe.recording then
    return pipe:record(operation)
  elseif pipe.run.offline then
    pipe:send_all({ shared.update(operation, pipe.dialect) }, source)
    return
  end
  local done, err = pcall(run_online, pipe, operation, source)
  if not done then
    pipe:fail("op.backfill", err, source)
  end
end

return backfill
