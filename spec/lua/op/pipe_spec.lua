--- How operations reach the session: at once, in order, with their places, nothing after a wrong argument.

local fake = require("spec.support.fake_run")

-- The session's calls, as { method, text }.
local function recording(dialect, replies)
  local calls = {}
  local run = fake.new(dialect or "postgresql")
  run.session = setmetatable({}, {
    __index = function(_, method)
      return function(_, first)
        calls[#calls + 1] = { method, first }
        local reply = replies and replies[method]
        if reply then
          return reply(first)
        end
      end
    end,
  })
  return fake.op(run), calls, run
end

local function catch(fn, ...)
  local ok, err = pcall(fn, ...)
  assert.is_false(ok)
  return err
end

describe("op", function()
  it("sends each operation at once", function()
    local op, calls = recording()
    op.drop_table("a")
    assert.same({ { "run", "DROP TABLE a" } }, calls)
    op.drop_table("b")
    assert.equal(2, #calls)
  end)

  it("sends nothing of an operation that is wrong in its last part", function()
    local op, calls = recording()
    local err = catch(op.create_table, "t", {
      op.column("a", "integer", { index = true }),
      op.column(("x"):rep(64), "integer", { index = true }),
    })
    assert.equal("usage", err.kind)
    assert.same({}, calls)
  end)

  it("says so when it is called with a colon", function()
    local op, calls = recording()
    for _, name in ipairs({ "drop_table", "column", "execute", "commit" }) do
      local err = catch(op[name], op, "a")
      assert.equal(("op.%s is called with a dot, not with a colon"):format(name), err.message)
      assert.equal("migrations/x.lua:1", err.at)
    end
    assert.same({}, calls)
  end)

  it("sends nothing of a batch that is wrong in its last part", function()
    local op, calls = recording("sqlite")
    local err = catch(op.batch_alter_table, "t", {}, function(batch)
      batch.add_column(op.column("a", "integer"))
      batch.validate_constraint("ck")
    end)
    assert.matches("^batch.validate_constraint: SQLite has no VALIDATE", err.message)
    assert.equal("migrations/x.lua:1", err.at)
    assert.same({}, calls)
  end)

  it("gives every statement the place it comes from", function()
    local places, line = {}, 0
    local run = fake.new("postgresql")
    run.source = function()
      line = line + 1
      return { at = "migrations/x.lua:" .. line, via = "helpers/h.lua:5" }
    end
    run.session = {
      run = function(_, sql, _, source)
        places[#places + 1] = { sql, source.at, source.via }
      end,
    }
    local op = fake.op(run)
    op.drop_table("a")
    op.batch_alter_table("b", {}, function(batch)
      batch.drop_column("c")
    end)
    assert.same({
      { "DROP TABLE a", "migrations/x.lua:1", "helpers/h.lua:5" },
      { "ALTER TABLE b DROP COLUMN c", "migrations/x.lua:3", "helpers/h.lua:5" },
    }, places)
  end)

  it("lets the database's errors through as they are", function()
    local theirs = setmetatable({ kind = "failed" }, {})
    local op = recording("postgresql", {
      run = function()
        error(theirs, 0)
      end,
    })
    assert.equal(theirs, catch(op.drop_table, "a"))
  end)

  it("rolls a savepoint back when its release fails, and says why", function()
    local errors = require("neap.errors")
    local failure = errors.new(
      "failed",
      "duplicate key",
      { at = "m.lua:3" },
      { sqlstate = "23505" }
    )
    local op, calls = recording("postgresql", {
      release = function()
        return false, failure
      end,
    })
    local ok, err = op.savepoint(function()
      op.drop_table("a")
    end)
    assert.is_false(ok)
    assert.equal("duplicate key", tostring(err))
    assert.equal("23505", err.sqlstate)
    assert.equal("m.lua:3", err.source)
    assert.same("rollback_to", calls[#calls][1])
  end)

  it("leaves op.autocommit by an error as it is", function()
    local op, calls = recording()
    local err = catch(op.autocommit, function()
      op.execute("VACUUM")
      error("mine", 0)
    end)
    assert.equal("mine", err)
    assert.same({
      { "in_transaction" }, -- what blocks did is asked while the transaction is there
      { "autocommit", true },
      { "text", "VACUUM" },
      { "autocommit", false },
    }, calls)
  end)

  it("is a fresh one for each run", function()
    local one, two = recording(), recording()
    one.register("mine", function() end)
    assert.is_function(one.mine)
    assert.matches(
      'op has no "mine"',
      catch(function()
        return two.mine
      end).message
    )
  end)

  it("knows the dialect, and whether it is offline", function()
    local op = fake.op(fake.new("sqlite", { offline = true }))
    assert.equal("sqlite", op.dialect)
    assert.is_true(op.offline)
  end)
end)
