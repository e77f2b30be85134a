-- Several runners at once on one SQLite file: one works, the others wait and find nothing left.
local support = require("spec.support")

describe("runners on one SQLite file", function()
  local dir

  local function project(bodies)
    local files = {}
    for i, body in ipairs(bodies) do
      files["migrations/" .. i .. ".lua"] = ("revision = 'r%d'\ndown_revision = %s\nfunction upgrade()\n%s\nend\nfunction downgrade() end\n"):format(
        i,
        i > 1 and ("'r%d'"):format(i - 1) or "nil",
        body
      )
    end
    dir = support.project(files)
  end

  local function query(sql)
    return support.sqlite(dir .. "/test.db", sql)
  end

  local function run_at_once(count, ...)
    local runners = {}
    for i = 1, count do
      runners[i] = support.start({ "neap", "upgrade", "head", ... }, { cwd = dir })
    end
    for _, runner in ipairs(runners) do
      local result = runner.wait(60)
      assert.equal(0, result.status, result.stderr)
    end
  end

  it("make neap's tables once, and apply each revision once", function()
    project({ "op.execute('CREATE TABLE a (a int)')", "op.execute('CREATE TABLE b (a int)')" })
    run_at_once(6)
    assert.equal("r2", query("SELECT version_num FROM neap_version"))
    assert.equal("2", query("SELECT count(*) FROM neap_history"))
  end)

  it("in one transaction find nothing left, too", function()
    project({ "op.execute('CREATE TABLE a (a int)')", "op.execute('CREATE TABLE b (a int)')" })
    run_at_once(4, "--transaction", "all")
    assert.equal("2", query("SELECT count(*) FROM neap_history"))
  end)

  it("keep out of each other's steps", function()
    project({
      [[
  op.execute("CREATE TABLE counted (a int)")
  op.commit()
  for i = 1, 10 do
    op.execute("INSERT INTO counted VALUES (" .. i .. ")")
    op.commit()
  end]],
    })
    run_at_once(4)
    assert.equal("10", query("SELECT count(*) FROM counted"))
    assert.equal("0", query("SELECT count(*) FROM neap_journal"))
  end)

  it("wait no longer than --wait, and say for whom", function()
    project({
      "op.execute('CREATE TABLE a (a int)') op.commit() local x = os.clock() + 3 while os.clock() < x do end",
    })
    local first = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    support.wait_for("the first step", function()
      return pcall(query, "SELECT * FROM a")
    end)
    local result = support.run({ "neap", "upgrade", "head", "--wait", "1s" }, { cwd = dir })
    assert.equal(4, result.status, result.stderr)
    assert.matches("another run holds the lock: host .*, pid " .. first.pid, result.stderr)
    first.signal("KILL")
    result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
  end)
end)
