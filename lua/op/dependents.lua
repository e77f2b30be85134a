--- Changes of a table that other objects stand in the way of; PostgreSQL only.

local check = require("neap.op.check")
local errors = require("neap.errors")

local dependents = {}

local function as_operation(pipe, table_name, fn, opts)
  local schema, bare = check.object(table_name, 1, "the table's name", opts)
  if type(fn) ~= "function" then
    check.wrong(2, "a function", fn)
  end
  local operation = { kind = "with_dependents", schema = schema, table = bare }
  check.options(operation, opts, { schema = check.shape.name }, 3)
  if pipe.autocommits > 0 or not pipe.run.session:in_transaction() then
    errors.usage(
      "what stands in the way is dropped and made anew in one transaction, and this part runs without one"
    )
  end
  operation.depth = pipe.dependents + 1
  return {
    save = pipe.dialect.dependents(operation, "save"),
    restore = pipe.dialect.dependents(operation, "restore"),
  }
end

---Change a table that views and others stand in the way of; PostgreSQL only.
---
---    op.with_dependents("account", function()
---      op.alter_column("account", "age", { type = "bigint" })
---    end)
---
---First drops what depends on the table, or on a table that inherits from it, directly or through others, then calls
---fn, then makes it anew as it was: views with their options and column defaults, materialized views with their data
---and indexes, rules, triggers of those views and triggers and policies that look at the table's columns; with owners,
---grants and comments. Materialized views that had data are filled anew. In fn they are not there.
---
---All of it in one transaction: `op.commit`, concurrently and `op.backfill` are refused in fn. What does not fit the
---changed table any more (a view that reads a column that is gone) is an error with its statement, and the revision
---rolls back. Other dependents (functions, constraints) are left alone: the server names them when they stand in the way.
---Takes ACCESS EXCLUSIVE on everything that it drops. Works on the server alone, so offline too. Options: schema.
---Source: PostgreSQL manual, pg_depend, pg_rewrite
---@param table_name string  or a view's
---@param fn fun()
---@param opts table?
function dependents.with_dependents(pipe, _, table_name, fn, opts)
  local source = pipe.run.source()
  local ok, blocks = pcall(as_operation, pipe, table_name, fn, opts)
  if not ok then
    pipe:fail("op.with_dependents", blocks, source)
  elseif pipe.recording then
    local item = { control = "with_dependents", source = source }
    item.fields = { table = table_name, opts = opts }
    return pipe:record_group(item, fn)
  end
  pipe:send_all({ blocks.save }, source)
  pipe.dependents = pipe.dependents + 1
  local done, err = pcall(fn)
  pipe.dependents = pipe.dependents - 1
  if not done then
    error(err, 0)
  end
  pipe:send_all({ blocks.restore }, source)
end

return dependents
