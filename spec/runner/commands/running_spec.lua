--- upgrade, downgrade, stamp, current, status, log, ensure-version: what they say, on both databases.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

-- Times differ.
local function steady(text)
  return (text:gsub("%d+ ms", "N ms"):gsub('"duration_ms":%d+', '"duration_ms":0'))
end

for _, database in ipairs(support.databases) do
  describe("on " .. database.dialect, function()
    local dir, url

    local function neap(...)
      return projects.neap(dir, "-u", url, ...)
    end

    before_each(function()
      dir, url = projects.line(), database.new()
    end)

    it("upgrade and downgrade tell each step on stderr and the end on stdout", function()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal(
        "upgrade aa01 revision aa01 ... N ms\nupgrade bb02 revision bb02 ... N ms\n"
          .. "upgrade cc03 revision cc03 ... N ms\n",
        steady(result.stderr)
      )
      assert.equal("3 revisions applied. The database is at cc03.\n", result.stdout)
      result = neap("upgrade", "head")
      assert.equal("Nothing to do for head: the database is at cc03.\n", result.stdout)
      assert.equal("", result.stderr)
      result = neap("downgrade", "-1")
      assert.equal("downgrade cc03 revision cc03 ... N ms\n", steady(result.stderr))
      assert.equal("1 revision undone. The database is at bb02.\n", result.stdout)
      result = neap("downgrade", "base")
      assert.equal("2 revisions undone. The database is at base.\n", result.stdout)
    end)

    it("say nothing with -q", function()
      for _, words in ipairs({ { "upgrade", "head" }, { "downgrade", "base" }, { "stamp", "head" } }) do
        local result = neap("-q", table.unpack(words))
        assert.equal(0, result.status)
        assert.equal("", result.stdout .. result.stderr)
      end
    end)

    it("say it in JSON lines", function()
      local result = neap("--format", "json", "upgrade", "bb02")
      assert.equal("", result.stderr)
      assert.equal(
        '{"event":"step","direction":"upgrade","revision":"aa01","message":"revision aa01",'
          .. '"path":"migrations/01_aa01.lua","number":1,"count":2,"duration_ms":0}\n'
          .. '{"event":"step","direction":"upgrade","revision":"bb02","message":"revision bb02",'
          .. '"path":"migrations/02_bb02.lua","number":2,"count":2,"duration_ms":0}\n'
          .. '{"event":"summary","direction":"upgrade","target":"bb02","dry_run":false,"steps_planned":2,'
          .. '"steps_done":2,"current":["bb02"],"status":0}\n',
        steady(result.stdout)
      )
      local lines =
        projects.decode_lines(neap("--format", "json", "upgrade", "head", "--dry-run").stdout)
      assert.equal(2, #lines)
      assert.equal("planned", lines[1].event)
      assert.equal("cc03", lines[1].revision)
      assert.equal("bb02", lines[1].down_revision)
      assert.same({ "bb02" }, lines[2].current)
      assert.is_true(lines[2].dry_run)
    end)

    it("show a plan with --dry-run, and write nothing", function()
      local result = neap("upgrade", "head", "--dry-run")
      assert.equal(0, result.status, result.stderr)
      assert.equal(
        "upgrade <base> -> aa01, revision aa01\nupgrade aa01 -> bb02, revision bb02\n"
          .. "upgrade bb02 -> cc03 (head), revision cc03\n"
          .. "3 revisions would be applied; nothing was written. The database is at base.\n",
        result.stdout
      )
      assert.equal("", neap("current").stdout)
      neap("upgrade", "bb02")
      result = neap("downgrade", "base", "--dry-run")
      assert.equal(
        "downgrade bb02 -> aa01, revision bb02\ndowngrade aa01 -> <base>, revision aa01\n"
          .. "2 revisions would be undone; nothing was written. The database is at bb02.\n",
        result.stdout
      )
      result = neap("stamp", "cc03", "--dry-run")
      assert.equal("would stamp bb02 -> cc03; nothing was written\n", result.stdout)
      assert.equal("bb02\n", (neap("current").stdout:gsub(",.*", "\n")))
    end)

    it("current shows the rows", function()
      assert.equal("", neap("current").stdout)
      neap("upgrade", "bb02")
      assert.equal("bb02, revision bb02\n", neap("current").stdout)
      local found = projects.decode(neap("current", "--format", "json").stdout)
      assert.equal("bb02", found[1].revision)
      assert.equal("migrations/02_bb02.lua", found[1].path)
      assert.is_false(found[1].is_head)
      assert.is_true(found[1].is_current)
      local result = neap("current", "--check-heads")
      assert.equal(3, result.status)
      assert.equal(
        "neap: the database is not at the head cc03\n  `neap upgrade heads` applies what is missing.\n",
        result.stderr
      )
      neap("upgrade", "head")
      assert.equal("cc03 (head), revision cc03\n", neap("current", "--check-heads").stdout)
    end)

    it("stamp sets the rows and runs nothing", function()
      assert.equal("stamped base -> bb02\n", neap("stamp", "bb02").stdout)
      assert.equal("stamped bb02 -> cc03\n", neap("stamp", "head").stdout)
      local value = projects.decode(neap("stamp", "aa01", "--format", "json").stdout)
      assert.same({ "cc03" }, value.before)
      assert.same({ "aa01" }, value.current)
      assert.equal("stamped aa01 -> base\n", neap("stamp", "base").stdout)
    end)

    it("ensure-version creates the version table", function()
      assert.equal("neap_version created\n", neap("ensure-version").stdout)
      assert.equal("neap_version is there already\n", neap("ensure-version").stdout)
      assert.equal("0", database.query(url, "SELECT count(*) FROM neap_version"))
    end)

    it("status counts, and names what is pending", function()
      neap("upgrade", "bb02")
      local result = neap("status")
      assert.equal(3, result.status)
      assert.equal(
        "database    bb02\nrevisions   2 applied, 1 pending\npending     cc03 (head), revision cc03\n",
        result.stdout
      )
      local value = projects.decode(neap("status", "--format", "json").stdout)
      assert.equal(2, value.applied)
      assert.equal("cc03", value.pending[1].revision)
      assert.same({ "bb02" }, value.current)
      assert.equal(3, value.status)
      neap("upgrade", "head")
      result = neap("status")
      assert.equal(0, result.status)
      assert.equal(
        "database    cc03\nrevisions   3 applied, 0 pending\nEverything is applied.\n",
        result.stdout
      )
    end)

    it("status tells what was edited and what changed, and 6 goes before 3", function()
      support.write(dir .. "/helpers/h.lua", "return {}\n")
      support.write(
        dir .. "/migrations/02_bb02.lua",
        projects.revision("bb02", "aa01", { upgrade = 'require("h")' })
      )
      neap("upgrade", "bb02")
      support.write(dir .. "/helpers/h.lua", "return { 1 }\n")
      local result = neap("status")
      assert.equal(3, result.status)
      assert.matches("\nchanged     helpers/h%.lua %(used by bb02%)\n", result.stdout)
      support.write(dir .. "/migrations/02_bb02.lua", projects.revision("bb02", "aa01"))
      result = neap("status")
      assert.equal(6, result.status)
      assert.matches(
        "\nedited      bb02: migrations/02_bb02%.lua differs from what was applied\n",
        result.stdout
      )
      assert.matches("\npending     cc03", result.stdout)
    end)

    it("say which revision they do not know", function()
      neap("upgrade", "bb02")
      database.query(url, "UPDATE neap_version SET version_num = 'zz99'")
      local unknown = "neap: the database is at a revision that this checkout does not know: zz99"
      local result = neap("current")
      assert.equal(6, result.status)
      assert.equal("zz99 (unknown to this checkout)\n", result.stdout)
      assert.equal(unknown, result.stderr:match("^[^\n]+"))
      result = neap("history", "-i")
      assert.equal(6, result.status)
      assert.matches("^bb02 %-> cc03", result.stdout)
      assert.equal(unknown, result.stderr:match("^[^\n]+"))
      local value = projects.decode(neap("current", "--format", "json").stdout)[1]
      assert.is_false(value.is_known)
      assert.equal("zz99", value.revision)
      result = neap("status")
      assert.equal(6, result.status)
      assert.matches("at least 0 applied, at most 3 pending, 1 unknown", result.stdout)
      for _, words in ipairs({ { "upgrade", "head" }, { "downgrade", "-1" }, { "stamp", "head" } }) do
        result = neap(table.unpack(words))
        assert.equal(6, result.status)
        assert.equal(unknown, result.stderr:match("^[^\n]+"))
      end
      assert.equal(0, neap("current", "--allow-ahead").status)
      assert.equal(0, neap("upgrade", "head", "--allow-ahead").status)
      assert.equal(
        "would stamp zz99 -> cc03; nothing was written\n",
        neap("stamp", "--purge", "head", "--dry-run").stdout
      )
      assert.equal("stamped zz99 -> cc03\n", neap("stamp", "--purge", "head").stdout)
    end)

    it("show --from-database prints the file as it was applied", function()
      local path = dir .. "/migrations/03_cc03.lua"
      local applied = projects.revision("cc03", "bb02")
      support.write(path, applied)
      assert.equal(0, neap("upgrade", "head").status)
      os.remove(path)
      assert.equal(2, neap("show", "cc03").status)
      assert.equal(applied, neap("show", "cc03", "--from-database").stdout)
      local shown =
        projects.decode(neap("show", "cc03", "--from-database", "--format", "json").stdout)
      assert.same({ revision = "cc03", source = applied }, shown)
      local result = neap("show", "dd04", "--from-database")
      assert.equal(2, result.status)
      assert.matches('the database keeps no source of "dd04"', result.stderr)
    end)

    it("log is a table, newest first, failures too", function()
      support.write(
        dir .. "/migrations/03_cc03.lua",
        projects.revision("cc03", "bb02", { upgrade = 'op.execute("DROP TABLE none")' })
      )
      assert.equal(1, neap("upgrade", "head").status)
      local text = neap("log").stdout
      local row =
        "^%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d  (%w+)  +(%w+)  +(%w+)  +%d+ ms  %S+@%S+  (.*)$"
      local found = {}
      for line in text:gmatch("[^\n]+") do
        table.insert(found, { line:match(row) })
      end
      assert.same({ "upgrade", "cc03", "failed" }, { table.unpack(found[1], 1, 3) })
      assert.same({ "upgrade", "bb02", "ok", "revision bb02" }, found[2])
      assert.same({ "upgrade", "aa01", "ok", "revision aa01" }, found[3])
      assert.equal(3, #found)
      local entries = projects.decode(neap("log", "--format", "json", "-n", "2").stdout)
      assert.equal(2, #entries)
      assert.equal("failed", entries[1].outcome)
      assert.matches("none", entries[1].error)
      assert.matches("^%x+$", entries[2].checksum)
      entries = projects.decode(neap("log", "bb", "--format", "json").stdout)
      assert.equal(1, #entries)
      assert.equal("[]\n", neap("log", "--until", "2000-01-01", "--format", "json").stdout)
      assert.equal("", neap("log", "--user", "nobody-of-this-name").stdout)
    end)

    it("log tells what a script did, and what that cannot know", function()
      local script = neap("upgrade", "base:aa01", "--sql").stdout
      database.query(url, script)
      local user = database.dialect == "sqlite" and "script" or "postgres, script"
      assert.matches(
        "  upgrade  aa01  ok  +%-  " .. user .. "  revision aa01\n$",
        neap("log").stdout
      )
      local entry = projects.decode(neap("log", "--format", "json").stdout)[1]
      assert.not_equal(0, entry.duration_ms)
      assert.is_nil(entry.host)
    end)

    it("log says so when neap.lua keeps no history", function()
      support.write(dir .. "/neap.lua", "return { history_table = false }")
      assert.equal(0, neap("upgrade", "head").status)
      local result = neap("log")
      assert.equal(2, result.status)
      assert.matches("history_table is false in neap.lua", result.stderr)
    end)

    it("stamp refuses an id that Alembic's table cannot hold", function()
      local id = ("a"):rep(33)
      database.query(
        url,
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY)"
      )
      support.write(dir .. "/neap.lua", 'return { version_table = "alembic_version" }')
      support.write(dir .. "/migrations/04_long.lua", projects.revision(id, "cc03"))
      local result = neap("stamp", "head")
      assert.equal(1, result.status)
      assert.matches(id .. " is longer than the 32 characters", result.stderr)
      assert.equal("", neap("current").stdout)
    end)

    it("read-only commands create nothing", function()
      for _, words in ipairs({
        { "current" },
        { "history", "-i" },
        { "status" },
        { "log" },
        { "heads" },
        { "upgrade", "head", "--dry-run" },
      }) do
        local result = neap(table.unpack(words))
        assert.is_true(result.status == 0 or result.status == 3, result.stderr)
      end
      if database.dialect == "sqlite" then
        assert.is_nil(support.read((url:gsub("^sqlite:", ""))))
      else
        assert.equal(
          "0",
          database.query(url, "SELECT count(*) FROM pg_class WHERE relname LIKE 'neap%'")
        )
      end
    end)

    it("print() of a revision is shown, line by line", function()
      support.write(
        dir .. "/migrations/01_aa01.lua",
        projects.revision("aa01", nil, { upgrade = 'print("one\\ntwo", 3)', downgrade = "" })
      )
      local result = neap("upgrade", "aa01")
      assert.equal(
        "upgrade aa01 revision aa01 ...\none\ntwo\t3\nupgrade aa01 revision aa01 ... N ms\n",
        steady(result.stderr)
      )
      neap("downgrade", "base")
      local lines = projects.decode_lines(neap("-q", "--format", "json", "upgrade", "aa01").stderr)
      assert.same({ event = "print", message = "one" }, lines[1])
    end)

    it("a script goes to stdout and runs in the database's own shell", function()
      local script = neap("upgrade", "base:head", "--sql")
      assert.equal(0, script.status, script.stderr)
      assert.equal("", script.stderr)
      local again = projects.neap(dir, "--dialect", database.dialect, "upgrade", "head", "--sql")
      assert.equal(0, again.status, again.stderr)
      database.query(url, script.stdout)
      assert.equal("cc03 (head), revision cc03\n", neap("current").stdout)
      database.query(url, neap("downgrade", "cc03:base", "--sql").stdout)
      assert.equal("", neap("current").stdout)
      database.query(url, neap("stamp", "bb02", "--sql").stdout)
      assert.equal("bb02, revision bb02\n", neap("current").stdout)
      local value =
        projects.decode(neap("--format", "json", "upgrade", "bb02:head", "--sql").stdout)
      assert.equal(database.dialect, value.dialect)
      assert.matches("COMMIT;", value.sql)
    end)
  end)
end

describe("notices of the server", function()
  local dir, url

  before_each(function()
    dir = projects.make({
      {
        "aa01",
        nil,
        {
          upgrade = [[op.execute("DO $$ BEGIN RAISE WARNING 'watch out'; RAISE NOTICE 'by the way'; "
    .. "FOR i IN 1..30 LOOP RAISE NOTICE 'again'; END LOOP; RAISE WARNING 'the last'; END $$")]],
        },
      },
    })
    url = support.postgres()
  end)

  it("are warnings only, and all with -v, but not too many", function()
    local result = projects.neap(dir, "-u", url, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches("\nWARNING: watch out\n", result.stderr)
    assert.not_matches("by the way", result.stderr)
    projects.must(dir, "-u", url, "stamp", "base")
    result = projects.neap(dir, "-u", url, "-v", "upgrade", "head")
    assert.matches("\nWARNING: watch out\nNOTICE: by the way\nNOTICE: again\n", result.stderr)
    local _, count = result.stderr:gsub("\nNOTICE: again", "")
    assert.equal(9, count)
    assert.matches("\nand 21 more notices\n", result.stderr)
    assert.matches("\nWARNING: the last\n", result.stderr)
  end)
end)

describe("a signal", function()
  it("becomes the status, after a clean rollback", function()
    for name, status in pairs({ INT = 130, TERM = 143 }) do
      local dir =
        projects.make({ { "aa01" }, { "bb02", "aa01", { upgrade = "while true do end" } } })
      local process = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
      support.wait_for("the loop", function()
        return process.output().stderr:find("upgrade bb02", 1, true)
      end)
      process.signal(name)
      local result = process.wait()
      assert.equal(status, result.status, result.stderr)
      assert.matches("\nneap: bb02 .*stopped", result.stderr)
      assert.matches("The database is at aa01", result.stderr)
    end
  end)
end)
