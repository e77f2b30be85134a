-- How runs end: what is said, what is recorded, with which status.
local support = require("spec.support")

local function revision(id, down, up, header)
  return ("revision = %q\ndown_revision = %s\n%s\nfunction upgrade()\n%s\nend\nfunction downgrade()\nend\n"):format(
    id,
    down and ("%q"):format(down) or "nil",
    header or "",
    up
  )
end

describe("the end of a run on PostgreSQL", function()
  local url, dir

  local function project(files, config)
    url = support.postgres()
    dir =
      support.project({ ["neap.lua"] = ("return { url = %q, %s }\n"):format(url, config or "") })
    for name, text in pairs(files) do
      support.write(dir .. "/migrations/" .. name .. ".lua", text)
    end
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function query(sql)
    return support.psql(url, sql)
  end

  local function lock_out(table_name)
    local holder = support.start({
      "psql",
      "-X",
      "-q",
      "-d",
      url,
      "-c",
      ("BEGIN; LOCK TABLE %s; SELECT pg_sleep(100)"):format(table_name),
    })
    support.wait_for("the lock", function()
      return query(
        ("SELECT count(*) FROM pg_locks WHERE relation = to_regclass('%s') AND pid <> pg_backend_pid()"):format(
          table_name
        )
      ) ~= "0"
    end)
    return holder
  end

  it("when the retries are used up leaves a history row", function()
    project(
      { a = revision("a1", nil, '  op.execute("ALTER TABLE t ADD COLUMN b integer")') },
      'lock_timeout = "100ms", lock_retries = 1'
    )
    query("CREATE TABLE t (a integer)")
    local holder = lock_out("t")
    local result = neap("upgrade", "head")
    holder.signal("KILL")
    assert.equal(4, result.status, result.stderr)
    assert.equal(
      "a1|failed|canceling statement due to lock timeout",
      query("SELECT revision, outcome, error FROM neap_history")
    )
  end)

  it("by a signal in the pause before another attempt is 130, not 4", function()
    project(
      { a = revision("a1", nil, '  op.execute("ALTER TABLE t ADD COLUMN b integer")') },
      'lock_timeout = "50ms", lock_retries = 20'
    )
    query("CREATE TABLE t (a integer)")
    local holder = lock_out("t")
    local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    support.wait_for("a long pause", function()
      return runner.output().stderr:find("attempt 5 of", 1, true)
    end)
    os.execute("sleep 0.3")
    runner.signal("INT")
    local result = runner.wait(5)
    holder.signal("KILL")
    assert.equal(130, result.status, result.stderr)
    assert.matches("interrupted before another attempt", result.stderr)
    assert.equal("interrupted", query("SELECT outcome FROM neap_history"))
  end)

  it("by a COMMIT that fails says where the database is, in one transaction too", function()
    project({
      a = revision("a1", nil, '  op.execute("CREATE TABLE made (a integer)")'),
      b = revision("b1", "a1", '  op.execute("INSERT INTO child VALUES (1)")'),
    })
    query(
      "CREATE TABLE parent (a integer PRIMARY KEY); "
        .. "CREATE TABLE child (a integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
    )
    local result = neap("upgrade", "head", "--transaction", "all")
    assert.equal(1, result.status, result.stderr)
    assert.matches("23503", result.stderr)
    assert.matches("Rolled back. The database is at base", result.stderr)
    assert.equal("b1|failed", query("SELECT revision, outcome FROM neap_history"))
    assert.equal("0", query("SELECT count(*) FROM neap_version"))
    assert.equal("0", query("SELECT count(*) FROM pg_class WHERE relname = 'made'"))
    result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("Rolled back. The database is at a1", result.stderr)
  end)

  it("by a file that is no UTF-8 names the file", function()
    project({ a = revision("a1", nil, "  -- caf\xE9"), b = revision("b1", nil, '  require("h")') })
    local result = neap("upgrade", "heads")
    assert.equal(2, result.status, result.stderr)
    assert.matches("migrations/a.lua is not UTF%-8", result.stderr)
    support.write(dir .. "/helpers/h.lua", "return {} -- caf\xE9")
    result = neap("upgrade", "b1")
    assert.not_equal(0, result.status)
    assert.matches("helpers/h.lua is not UTF%-8", result.stderr)
    assert.equal("0", query("SELECT count(*) FROM neap_version"))
  end)

  it("by a new enum value that is used too early advises op.commit()", function()
    project({
      a = revision("a1", nil, [[  op.execute("CREATE TYPE mood AS ENUM ('sad')")]]),
      b = revision(
        "b1",
        "a1",
        [[  op.add_enum_value("mood", "happy")
  op.execute("CREATE TABLE t AS SELECT 'happy'::mood AS m")]]
      ),
    })
    local result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("55P04", result.stderr)
    assert.matches("op.commit()", result.stderr, 1, true)
  end)
end)

for _, database in ipairs(support.databases) do
  it("stamp FROM:TO --sql writes a script that goes, once, on " .. database.dialect, function()
    local url = database.new()
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["migrations/a.lua"] = revision("a1", nil, ""),
      ["migrations/b.lua"] = revision("b1", "a1", ""),
    })
    support.must({ "neap", "stamp", "a1" }, { cwd = dir })
    local script = support.must({ "neap", "stamp", "a1:b1", "--sql" }, { cwd = dir })
    database.query(url, script)
    assert.equal("b1", database.query(url, "SELECT version_num FROM neap_version"))
    local again = pcall(database.query, url, script)
    assert.is_false(again)
    assert.equal("b1", database.query(url, "SELECT version_num FROM neap_version"))
  end)
end
