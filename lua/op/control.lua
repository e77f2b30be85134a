--- Transactions, and operations that helpers bring along. These get the pipe and the revision's op.

local marks = require("neap.marks")
local directives = require("neap.directives")
local errors = require("neap.errors")

local control = {}

local function need_function(pipe, label, fn)
  if type(fn) ~= "function" then
    errors.raise(
      "usage",
      ("%s: bad argument #1: expected a function, got %s"):format(label, marks.describe(fn)),
      pipe.run.source()
    )
  end
end

-- What a savepoint hands back: always a table with message, sqlstate and source.
local function as_table(err, source)
  if not errors.is(err) then
    err = errors.new("failed", tostring(err), source)
  end
  err.source = err.at
  return err
end

---Run fn in a savepoint. An error in it undoes what fn did, and nothing else.
---
---    local ok, err = op.savepoint(function()
---      op.execute("CREATE EXTENSION pg_trgm")
---    end)
---    if not ok then print(err.sqlstate, err) end
---
---Gives true and what fn gives, or false and the error: a table with message, sqlstate and source (file and
---line); `tostring(err)` is the message. Savepoints nest. Inside an aborted PostgreSQL transaction nothing else
---can go on; a plain `pcall` cannot. Statements that end the transaction (`op.commit`, concurrently) are refused
---inside fn. Source: PostgreSQL manual, SAVEPOINT; sqlite.org/lang_savepoint.html
---@param fn fun(): ...
---@return boolean ok, any err
function control.savepoint(pipe, _, fn)
  need_function(pipe, "op.savepoint", fn)
  local session, source = pipe.run.session, pipe.run.source()
  session:savepoint(source)
  local said, role = #pipe.operations, pipe.role
  pipe.savepoints = pipe.savepoints + 1
  local results = table.pack(pcall(fn))
  pipe.savepoints = pipe.savepoints - 1
  local err = results[2]
  if results[1] then
    local released, failure = session:release()
    if released then
      return table.unpack(results, 1, results.n)
    end
    err = failure
  end
  session:rollback_to()
  -- What is undone was not said, for what is added at the end.
  for i = #pipe.operations, said + 1, -1 do
    pipe.operations[i] = nil
  end
  pipe.role = role
  return false, as_table(err, source)
end

local function refuse_inside(pipe, label)
  local keeper, place = pipe:kept_open()
  if keeper then
    errors.raise(
      "usage",
      ("%s: ends the transaction, and %s keeps one open: move it out of %s"):format(
        label,
        keeper,
        place
      ),
      pipe.run.source()
    )
  end
end

---End this transaction and begin the next: everything up to here stays, whatever happens later.
---
---    op.add_enum_value("mood", "happy")
---    op.commit()
---    op.execute("UPDATE person SET mood = 'happy'")
---
---Makes the revision stepwise: each part is journalled, and a run that failed goes on after the last completed
---one. Refused in a `transaction = "all"` run. Offline: COMMIT and BEGIN.
function control.commit(pipe)
  refuse_inside(pipe, "op.commit")
  if pipe.autocommits > 0 then
    errors.raise(
      "usage",
      "op.commit: op.autocommit is outside any transaction: there is nothing to commit",
      pipe.run.source()
    )
  end
  pipe:commit(pipe.run.source())
end

---Commit, run fn outside a transaction, begin again.
---
---    op.autocommit(function()
---      op.execute("VACUUM ANALYZE report")
---    end)
---
---Makes the revision stepwise: each statement in fn is a step of its own. Gives what fn gives.
---@param fn fun(): ...
function control.autocommit(pipe, _, fn)
  need_function(pipe, "op.autocommit", fn)
  refuse_inside(pipe, "op.autocommit")
  if pipe.autocommits > 0 then
    return fn()
  end
  local session, source = pipe.run.session, pipe.run.source()
  if pipe.recording then
    return pipe:record_group({ control = "autocommit", source = source }, fn)
  end
  pipe:settle()
  session:autocommit(true, source)
  pipe.autocommits = 1
  local results = table.pack(pcall(fn))
  pipe.autocommits = 0
  if not results[1] then
    pcall(session.autocommit, session, false, source) -- whoever catches the error goes on in a transaction
    error(results[2], 0)
  end
  session:autocommit(false, source)
  return table.unpack(results, 2, results.n)
end

---Send an operation given as a plain table, as the directives build them.
---
---    op.run({ kind = "drop_table", table = "account", if_exists = true })
---
---For operations that were stored, made by a tool or changed before use.
---@param operation Operation
function control.run(pipe, _, operation)
  if type(operation) ~= "table" or type(operation.kind) ~= "string" then
    errors.raise(
      "usage",
      ("op.run: bad argument #1: expected an operation { kind = ... }, got %s"):format(
        marks.describe(operation)
      ),
      pipe.run.source()
    )
  end
  if not directives.operations[operation.kind] and operation.kind ~= "batch_alter_table" then
    errors.raise(
      "usage",
      ('op.run: unknown kind "%s"%s'):format(
        operation.kind,
        errors.hint(operation.kind, directives.operations)
      ),
      pipe.run.source()
    )
  end
  pipe:send(operation)
end

---Add a directive of your own, made of others, from a helper.
---
---    op.register("create_lookup", function(name)
---      op.create_table(name, { op.column("id", "integer", { primary_key = true }), op.column("name", "text") })
---    end)
---    op.create_lookup("severity")
---
---Errors in it name the revision's line and the helper's. A name that op has already is an error.
---@param name string
---@param fn function
function control.register(pipe, api, name, fn)
  if type(name) ~= "string" or not name:find("^[%a_][%w_]*$") then
    errors.raise(
      "usage",
      ("op.register: bad argument #1: expected a Lua name, got %s"):format(marks.describe(name)),
      pipe.run.source()
    )
  end
  if type(fn) ~= "function" then
    errors.raise(
      "usage",
      ("op.register: bad argument #2: expected a function, got %s"):format(marks.describe(fn)),
      pipe.run.source()
    )
  end
  if directives.all[name] or rawget(api, name) ~= nil then
    errors.raise("usage", ('op.register: op has a "%s" already'):format(name), pipe.run.source())
  end
  rawset(api, name, fn)
end

return control
