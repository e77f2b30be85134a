--- A run on a real database without a revision around it, for specs of what reads the catalog.
---
---     local run = require("spec.support.database_run").open(url)
---     local snapshot = require("neap.reflect").snapshot(run)
---     run.session:text("CREATE TABLE a (b int)")
---     run.close()
---
--- In one transaction; `run.commit()` and `run.rollback()` end it and begin the next.
local db = require("neap.db")

local database_run = {}

local session = {}
session.__index = session

local function fail(err, sql)
  error(("%s\n%s"):format(err.message, sql), 0)
end

local function send(self, sql, params, rows)
  local answer, err = self.connection:send(sql, params or {}, { rows = rows })
  if not answer then
    fail(err, sql)
  end
  local ok, failure = self.connection:flush()
  if not ok then
    fail(failure, sql)
  end
  self.count = self.count + 1
  return answer
end

local function without_null(row, width)
  for i = 1, width do
    if row[i] == db.null then
      row[i] = nil
    end
  end
  return row
end

function session:rows(sql, params)
  local answer = send(self, sql, params, true)
  for _, row in ipairs(answer.rows) do
    without_null(row, #answer.names)
  end
  return answer.rows
end

function session:query(sql, params)
  local answer, rows = send(self, sql, params, true), {}
  for i, row in ipairs(answer.rows) do
    rows[i] = {}
    for k, name in ipairs(answer.names) do
      rows[i][name] = row[k] ~= db.null and row[k] or nil
    end
  end
  return rows
end

--- Sends all before it reads the first answer; counts as one.
function session:ask(queries, _, meanwhile)
  local answers = {}
  for i, query in ipairs(queries) do
    answers[i] = assert(self.connection:send(query[1], {}, { rows = true }))
  end
  if meanwhile then
    meanwhile()
  end
  local ok, failure = self.connection:flush()
  if not ok then
    fail(failure, failure.sql or queries[1][1])
  end
  self.count = self.count + 1
  for i, query in ipairs(queries) do
    local width = #answers[i].names
    for _, row in ipairs(answers[i].rows) do
      query[2](table.unpack(without_null(row, width), 1, width))
    end
  end
end

function session:run(sql, params)
  send(self, sql, params, false)
end

--- One statement.
function session:text(sql)
  send(self, sql, nil, false)
end

--- Compiles operations and runs what they give.
local function execute(run, operations)
  local dialect = require("neap.dialect." .. run.dialect)
  for _, operation in ipairs(operations) do
    for _, statement in ipairs(dialect.compile(operation, run)) do
      run.session:run(statement.sql, statement.params)
    end
  end
end

function database_run.open(url)
  local connection = assert(db.open(url))
  local dialect = db.dialect_of(url)
  local run = {
    dialect = dialect,
    offline = false,
    null = db.null,
    config = {},
    naming = {},
    session = setmetatable({ connection = connection, dialect = dialect, count = 0 }, session),
  }
  function run.source()
    return { at = "spec" }
  end
  function run.server_version()
    return math.tointeger(connection:info("version_num"))
  end
  function run.execute(operations)
    execute(run, operations)
  end
  function run.rollback()
    run.session:run("ROLLBACK")
    run.session:run("BEGIN")
  end
  function run.commit()
    run.session:run("COMMIT")
    run.session:run("BEGIN")
  end
  function run.close()
    connection:close()
  end
  run.session:run("BEGIN")
  return run
end

return database_run
