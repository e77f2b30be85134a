-- What only SQLite has: PRAGMAs, texts of several statements, triggers and conflicts that roll back.
local support = require("spec.support")

describe("on SQLite", function()
  local dir

  local function project(files)
    local all = {}
    for name, text in pairs(files) do
      all["migrations/" .. name .. ".lua"] = text
    end
    dir = support.project(all)
  end

  local function revision(id, down, body, header)
    return ("revision = %q\ndown_revision = %s\n%s\nfunction upgrade()\n%s\nend\nfunction downgrade() end\n"):format(
      id,
      down and ("%q"):format(down) or "nil",
      header or "",
      body
    )
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function query(sql)
    return support.sqlite(dir .. "/test.db", sql)
  end

  it("a query or a statement with parameters cannot carry a COMMIT along", function()
    for _, call in ipairs({
      'op.query("SELECT 1; COMMIT; BEGIN")',
      'op.query("SELECT 1; -- end\\nCOMMIT")',
      'op.execute("INSERT INTO t VALUES (1); COMMIT; BEGIN", {})',
    }) do
      project({
        a = revision(
          "a1",
          nil,
          '  op.execute("CREATE TABLE t (a int)")\n  pcall(function() ' .. call .. " end)"
        ),
      })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status, result.stderr)
      assert.matches("several statements where one is expected", result.stderr)
      assert.equal("0", query("SELECT count(*) FROM sqlite_master WHERE name = 't'"))
    end
  end)

  it("a semicolon in a string, at the end and in a trigger is none of these", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.execute("CREATE TABLE t (a text)")
  op.execute("INSERT INTO t VALUES (?); ", { "x;y" })
  op.execute("CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = '1'; DELETE FROM t WHERE a = '2'; END")
  assert(op.scalar("SELECT count(*) FROM t WHERE a = 'x;y';") == 1)]]
      ),
    })
    assert.equal(0, neap("upgrade", "head").status)
  end)

  it("what a revision's PRAGMAs set is over with it, also when it failed", function()
    local look = [[
  for _, name in ipairs({ "foreign_keys", "ignore_check_constraints", "synchronous", "recursive_triggers" }) do
    print(name, op.scalar("PRAGMA " .. name))
  end]]
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.execute("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")
  op.execute("/* and */ PRAGMA ignore_check_constraints = ON")
  op.query("PRAGMA recursive_triggers = ON")]],
        "transaction = false"
      ),
      b = revision("b1", "a1", look),
    })
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches("foreign_keys\t1\n", result.stderr)
    assert.matches("ignore_check_constraints\t0\n", result.stderr)
    assert.matches("synchronous\t2\n", result.stderr)
    assert.matches("recursive_triggers\t0\n", result.stderr)
  end)

  it("a conflict or a trigger that rolls back cannot be caught and recorded as applied", function()
    for _, statement in ipairs({
      "INSERT OR ROLLBACK INTO t VALUES (1)",
      "INSERT INTO t VALUES (2)",
    }) do
      for _, call in ipairs({ "pcall", "op.savepoint" }) do
        project({
          a = revision(
            "a1",
            nil,
            '  op.execute("CREATE TABLE made (a int)")\n'
              .. ("  %s(function() op.execute(%q) end)\n"):format(call, statement)
              .. '  op.execute("CREATE TABLE after (a int)")'
          ),
        })
        query(
          "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1); "
            .. "CREATE TRIGGER tr BEFORE INSERT ON t WHEN NEW.a = 2 BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
        )
        local result = neap("upgrade", "head")
        assert.equal(1, result.status, result.stderr)
        assert.equal("", query("SELECT version_num FROM neap_version"))
        assert.equal(
          "0",
          query("SELECT count(*) FROM sqlite_master WHERE name IN ('made', 'after')")
        )
        assert.equal("failed", query("SELECT outcome FROM neap_history"))
      end
    end
  end)

  it("a foreign key that is broken at COMMIT rolls the revision back", function()
    project({ a = revision("a1", nil, '  op.execute("INSERT INTO child VALUES (1)")') })
    query(
      "CREATE TABLE parent (a integer PRIMARY KEY); "
        .. "CREATE TABLE child (a integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
    )
    local result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("Rolled back. The database is at base", result.stderr)
    assert.equal("0", query("SELECT count(*) FROM child"))
  end)

  it("an error in op.autocommit that is caught leaves a transaction open for the rest", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  pcall(op.autocommit, function() error("no SQL") end)
  op.execute("CREATE TABLE t (a int)")
  op.savepoint(function() op.execute("INSERT INTO t VALUES (1)") end)]]
      ),
    })
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("1", query("SELECT count(*) FROM t"))
  end)
end)
