-- What a run promises (contract, section 7), on both databases.
local support = require("spec.support")

local function revision(id, down, up, downgrade, header)
  return ("--- Make %s.\n\nrevision = %q\ndown_revision = %s\n%s\nfunction upgrade()\n%s\nend\n%s"):format(
    id,
    id,
    down and ("%q"):format(down) or "nil",
    header or "",
    up,
    downgrade and ("\nfunction downgrade()\n" .. downgrade .. "\nend\n") or ""
  )
end

local function table_of(name)
  return ('  op.create_table("%s", { op.column("id", "integer") })'):format(name),
    ('  op.drop_table("%s")'):format(name)
end

local function simple(id, down)
  local up, back = table_of("t_" .. id)
  return revision(id, down, up, back)
end

for _, database in ipairs(support.databases) do
  describe("on " .. database.dialect, function()
    local url, dir

    local function project(files)
      url = database.new()
      dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
      for name, text in pairs(files) do
        support.write(dir .. "/migrations/" .. name .. ".lua", text)
      end
    end

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function ok(...)
      local result = neap(...)
      assert.equal(0, result.status, result.stderr)
      return result
    end

    local function rows()
      return database.query(url, "SELECT version_num FROM neap_version ORDER BY 1")
    end

    local function tables()
      local sql = database.dialect == "sqlite"
          and "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\' ORDER BY 1"
        or "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 't\\_%' ORDER BY 1"
      return (database.query(url, sql):gsub("\n", " "))
    end

    local function history(columns)
      return database.query(url, "SELECT " .. columns .. " FROM neap_history ORDER BY id")
    end

    it("goes up, down and up again, with version and history rows", function()
      project({ a = simple("a1"), b = simple("b1", "a1"), c = simple("c1", "b1") })
      ok("upgrade", "head")
      assert.equal("c1", rows())
      assert.equal("t_a1 t_b1 t_c1", tables())
      ok("downgrade", "a1")
      assert.equal("a1", rows())
      assert.equal("t_a1", tables())
      ok("downgrade", "base")
      assert.equal("", rows())
      assert.equal("", tables())
      ok("upgrade", "b1")
      assert.equal(
        "a1|upgrade|ok\nb1|upgrade|ok\nc1|upgrade|ok\nc1|downgrade|ok\nb1|downgrade|ok\n"
          .. "a1|downgrade|ok\na1|upgrade|ok\nb1|upgrade|ok",
        history("revision, direction, outcome")
      )
    end)

    it("records who, when, where and how long", function()
      project({ a = simple("a1") })
      ok("upgrade", "head")
      local row = history(
        "message, length(checksum), started LIKE '20%Z', duration_ms >= 0, os_user, host, neap_version"
      )
      local host = support.must({ "hostname" }):gsub("\n", "")
      local user = support.must({ "id", "-un" }):gsub("\n", "")
      assert.matches(
        "^Make a1%.|64|[1t]|[1t]|" .. user .. "|" .. host:gsub("%W", "%%%0") .. "|.+$",
        row
      )
    end)

    it("does nothing twice, and says so", function()
      project({ a = simple("a1") })
      ok("upgrade", "head")
      local again = ok("upgrade", "head")
      assert.matches("a1", again.stdout .. again.stderr)
      assert.equal("a1|upgrade", history("revision, direction"))
    end)

    it("undoes the whole of a revision that fails, and keeps the ones before", function()
      project({
        a = simple("a1"),
        b = revision("b1", "a1", table_of("t_b1") .. '\n  op.execute("SELECT * FROM nowhere")'),
      })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("b1 %(Make b1%.%) failed: .*nowhere", result.stderr)
      assert.matches("at migrations/b.lua:8", result.stderr)
      assert.matches("SQL: SELECT %* FROM nowhere", result.stderr)
      assert.matches("Rolled back%. The database is at a1%.", result.stderr)
      assert.equal("a1", rows())
      assert.equal("t_a1", tables())
      assert.equal("a1|ok\nb1|failed", history("revision, outcome"))
    end)

    it("names the line of the mistake in an SQL file", function()
      project({ a = revision("a1", nil, '  op.load_sql("f.sql")') })
      support.write(
        dir .. "/sql/f.sql",
        "CREATE TABLE t_a (a integer);\n\nINSERT INTO t_a\n  SELECT 1 AS one,\n    nonsense(2) AS two;\n"
      )
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("via sql/f.sql:5", result.stderr)
    end)

    it("does not take a swallowed error for success", function()
      project({
        a = revision(
          "a1",
          nil,
          table_of("t_a")
            .. '\n  pcall(op.execute, "SELECT * FROM nowhere")\n'
            .. "  op.create_table('t_b', { op.column('id', 'integer') })"
        ),
      })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status, result.stderr)
      assert.matches("nowhere", result.stderr)
      assert.equal("", tables())
    end)

    it("goes on after an error in a savepoint", function()
      project({
        a = revision(
          "a1",
          nil,
          [[
  op.create_table("t_a", { op.column("id", "integer") })
  local done, err = op.savepoint(function()
    op.create_table("t_b", { op.column("id", "integer") })
    op.execute("SELECT * FROM nowhere")
  end)
  assert(done == false)
  assert(tostring(err):find("nowhere"))
  assert(err.source or err.at)
  op.create_table("t_c", { op.column("id", "integer") })]]
        ),
      })
      ok("upgrade", "head")
      assert.equal("t_a t_c", tables())
    end)

    for _, word in ipairs({
      "BEGIN",
      "START TRANSACTION",
      "COMMIT",
      "END",
      "ROLLBACK",
      "ABORT",
      "/* a */ commit",
      "PREPARE TRANSACTION 'x'",
    }) do
      it("refuses " .. word .. " in a revision", function()
        project({ a = revision("a1", nil, table_of("t_a") .. ("\n  op.execute(%q)"):format(word)) })
        local result = neap("upgrade", "head")
        local sqlite_knows = database.dialect == "postgresql"
          or not word:find("^START") and not word:find("^ABORT") and not word:find("^PREPARE")
        assert.equal(1, result.status, result.stderr)
        if sqlite_knows then
          assert.matches("not allowed in a revision", result.stderr)
        end
        assert.equal("", tables())
        assert.equal("", rows())
      end)
    end

    it("runs all revisions in one transaction when asked, or none of them", function()
      project({
        a = simple("a1"),
        b = simple("b1", "a1"),
        c = revision("c1", "b1", '  op.execute("SELECT * FROM nowhere")'),
      })
      local result = neap("upgrade", "head", "--transaction", "all")
      assert.equal(1, result.status)
      assert.matches("The database is at base", result.stderr)
      assert.equal("", tables())
      support.write(dir .. "/migrations/c.lua", simple("c1", "b1"))
      ok("upgrade", "head", "--transaction", "all")
      assert.equal("t_a1 t_b1 t_c1", tables())
      assert.equal("c1", rows())
      assert.equal(
        "c1 failed\na1 ok\nb1 ok\nc1 ok",
        database.query(url, "SELECT revision || ' ' || outcome FROM neap_history ORDER BY id")
      )
    end)

    it("refuses a stepwise revision in one transaction, before anything runs", function()
      project({ a = simple("a1"), b = revision("b1", "a1", "  op.commit()") })
      local result = neap("upgrade", "head", "--transaction", "all")
      assert.equal(1, result.status)
      assert.matches("b1 commits in steps", result.stderr)
      assert.equal("", tables())
    end)

    it("goes on after the last completed step", function()
      local text = revision(
        "a1",
        nil,
        [[
  op.create_table("t_one", { op.column("id", "integer") })
  op.commit()
  op.create_table("t_two", { op.column("id", "integer") })
  op.commit()
  op.execute("INSERT INTO missing VALUES (1)")
  op.create_table("t_three", { op.column("id", "integer") })]]
      )
      project({ a = text })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("2 completed steps are kept", result.stderr)
      assert.equal("t_one t_two", tables())
      assert.equal("", rows())
      local status = neap("status")
      assert.matches("a1", status.stdout)
      assert.matches(
        "would go on after its statement 2",
        neap("upgrade", "head", "--dry-run").stderr
      )
      local down = neap("downgrade", "base")
      assert.equal(1, down.status)
      assert.matches("the upgrade of a1 stopped half%-way", down.stderr)
      database.query(url, "CREATE TABLE missing (id integer);")
      ok("upgrade", "head")
      assert.equal("t_one t_three t_two", tables())
      assert.equal("a1", rows())
      assert.equal("1", database.query(url, "SELECT count(*) FROM missing"))
      assert.equal("0", database.query(url, "SELECT count(*) FROM neap_journal"))
    end)

    it("tells where a savepoint stands that has no transaction", function()
      local body = "  op.savepoint(function() end)"
      project({ a = revision("a1", nil, body, nil, "transaction = false") })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("op.savepoint needs a transaction", result.stderr, 1, true)
      assert.matches("\n  at migrations/a.lua:%d+\n", result.stderr)
    end)

    it("stops when the file of a half-done revision was changed", function()
      project({
        a = revision("a1", nil, table_of("t_one") .. '\n  op.commit()\n  op.execute("nonsense")'),
      })
      assert.equal(1, neap("upgrade", "head").status)
      support.write(
        dir .. "/migrations/a.lua",
        revision("a1", nil, table_of("t_one") .. "\n  op.commit()")
      )
      local result = neap("upgrade", "head")
      assert.equal(6, result.status)
      assert.matches("was changed after its upgrade stopped half%-way", result.stderr)
    end)

    it("runs transaction = false one statement at a time, and goes on", function()
      project({
        a = revision(
          "a1",
          nil,
          [[
  op.execute("CREATE TABLE t_one (id integer); INSERT INTO t_one VALUES (1); INSERT INTO missing VALUES (1)")
]],
          nil,
          "transaction = false"
        ),
      })
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.equal("1", database.query(url, "SELECT count(*) FROM t_one"))
      database.query(url, "CREATE TABLE missing (id integer);")
      ok("upgrade", "head")
      assert.equal("1", database.query(url, "SELECT count(*) FROM t_one"))
      assert.equal("a1", rows())
    end)

    it("does not touch a database at an unknown revision", function()
      project({ a = simple("a1"), b = simple("b1", "a1") })
      ok("upgrade", "head")
      os.remove(dir .. "/migrations/b.lua")
      for _, command in ipairs({ { "upgrade", "head" }, { "downgrade", "base" }, { "stamp", "a1" } }) do
        local result = neap(table.unpack(command))
        assert.equal(6, result.status, result.stderr)
        assert.matches("b1 %(Make b1%., applied 20", result.stderr)
      end
      assert.equal("b1", rows())
      ok("upgrade", "head", "--allow-ahead")
      ok("downgrade", "a1", "--from-database")
      assert.equal("a1", rows())
      assert.equal("t_a1", tables())
    end)

    it("warns of an edited revision, and refuses to undo it", function()
      project({ a = simple("a1"), b = simple("b1", "a1") })
      ok("upgrade", "a1")
      support.write(dir .. "/migrations/a.lua", simple("a1") .. "\n-- edited\n")
      local result = ok("upgrade", "head")
      assert.matches("edited after it was applied: a1", result.stderr)
      result = neap("downgrade", "base")
      assert.equal(6, result.status)
      assert.equal("b1", rows())
      assert.equal(6, neap("status").status)
      -- Line endings and a byte order mark are no edit.
      local crlf = "\xEF\xBB\xBF" .. simple("a1"):gsub("\n", "\r\n")
      support.write(dir .. "/migrations/a.lua", crlf)
      ok("downgrade", "base")
    end)

    it("undoes an edited revision with the file as it is now, when told so", function()
      local up, back = table_of("t_a")
      project({ a = revision("a1", nil, up, "op.drop_table('no_such')") })
      ok("upgrade", "head")
      assert.equal(1, neap("downgrade", "-1").status)
      support.write(dir .. "/migrations/a.lua", revision("a1", nil, up, back))
      local result = neap("downgrade", "-1")
      assert.equal(6, result.status)
      assert.matches("--allow-edited", result.stderr, 1, true)
      result = ok("downgrade", "-1", "--allow-edited")
      assert.matches("edited after it was applied: a1", result.stderr)
      assert.equal("", rows())
      assert.equal("", tables())
    end)

    it("lets one of many runners work, and the others find nothing to do", function()
      local files = {}
      for i = 1, 5 do
        local up, back = table_of("t_" .. i)
        files["m" .. i] = revision(
          "m" .. i,
          i > 1 and "m" .. (i - 1) or nil,
          up .. "\n  op.execute('INSERT INTO effects VALUES (" .. i .. ")')",
          back
        )
      end
      project(files)
      database.query(url, "CREATE TABLE effects (n integer);")
      local runners = {}
      for i = 1, 8 do
        runners[i] = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
      end
      for _, runner in ipairs(runners) do
        local result = runner.wait(60)
        assert.equal(0, result.status, result.stderr)
      end
      assert.equal("m5", rows())
      assert.equal("5", database.query(url, "SELECT count(*) FROM effects"))
    end)

    it("rolls back and tells where it is when interrupted in SQL", function()
      local slow = database.dialect == "sqlite"
          and "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
        or "SELECT pg_sleep(100)"
      project({
        a = simple("a1"),
        b = revision("b1", "a1", table_of("t_b") .. ("\n  op.execute(%q)"):format(slow)),
      })
      ok("upgrade", "a1")
      for signal, status in pairs({ INT = 130, TERM = 143 }) do
        local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
        os.execute("sleep 0.5")
        runner.signal(signal)
        local result = runner.wait(10)
        assert.equal(status, result.status, result.stderr)
        assert.matches("The database is at a1%.", result.stderr)
      end
      assert.equal("a1", rows())
      assert.equal("t_a1", tables())
    end)

    for name, loop in pairs({
      plain = "while true do end",
      pcall = "while true do pcall(function() while true do end end) end",
      xpcall = "while true do xpcall(function() while true do end end, function() while true do end end) end",
      sort = "while true do pcall(table.sort, {3,2,1}, function() while true do end end) end",
      pattern = "string.find(('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(41))",
    }) do
      it("ends a Lua loop when interrupted: " .. name, function()
        project({ a = revision("a1", nil, table_of("t_a") .. "\n" .. loop) })
        local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
        os.execute("sleep 0.4")
        runner.signal("INT")
        local result = runner.wait(10)
        assert.equal(130, result.status, result.stderr)
        assert.equal("", tables())
      end)
    end

    it("is in a true state after kill -9 at any time", function()
      local files = {}
      for i = 1, 30 do
        local up, back = table_of("t_" .. i)
        files[("m%02d"):format(i)] = revision("m" .. i, i > 1 and "m" .. (i - 1) or nil, up, back)
      end
      project(files)
      for round = 1, 8 do
        local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
        os.execute(("sleep 0.%02d"):format(round))
        runner.signal("KILL")
        runner.wait(10)
      end
      local count = 0
      local version = ""
      local exists = database.dialect == "sqlite"
          and "SELECT count(*) FROM sqlite_master WHERE name = 'neap_version'"
        or "SELECT count(*) FROM pg_class WHERE relname = 'neap_version'"
      if database.query(url, exists) == "1" then
        version = rows()
      end
      for _ in tables():gmatch("%S+") do
        count = count + 1
      end
      assert.equal(version == "" and 0 or tonumber(version:match("%d+")), count)
      ok("upgrade", "head")
      assert.equal("m30", rows())
    end)

    it("stamps without running anything", function()
      project({ a = simple("a1"), b = simple("b1", "a1") })
      ok("stamp", "head")
      assert.equal("b1", rows())
      assert.equal("", tables())
      ok("stamp", "a1")
      assert.equal("a1", rows())
      ok("stamp", "base")
      assert.equal("", rows())
    end)

    it("creates nothing for a command that reads", function()
      project({ a = simple("a1") })
      for _, command in ipairs({ "current", "status", "history", "heads", "log" }) do
        neap(command)
      end
      neap("history", "-i")
      neap("upgrade", "head", "--dry-run")
      if database.dialect == "sqlite" then
        assert.is_nil(support.read(url:gsub("^sqlite:", "")))
      else
        assert.equal(
          "0",
          database.query(url, "SELECT count(*) FROM pg_class WHERE relname LIKE 'neap%'")
        )
      end
    end)

    it("writes a script that does what the run does, and guards itself", function()
      project({ a = simple("a1"), b = simple("b1", "a1"), c = simple("c1", "b1") })
      local script = ok("upgrade", "base:head", "--sql").stdout
      database.query(url, script)
      assert.equal("c1", rows())
      assert.equal("t_a1 t_b1 t_c1", tables())
      assert.equal("a1|ok\nb1|ok\nc1|ok", history("revision, outcome"))
      -- Once more: refused at once, nothing changed.
      local function run_again()
        if database.dialect == "sqlite" then
          return support.run(
            { "sqlite3", "-batch", (url:gsub("^sqlite:", "")) },
            { stdin = script }
          )
        end
        return support.run({ "psql", "-X", "-q", "-d", url }, { stdin = script })
      end
      local again = run_again()
      assert.not_equal(0, again.status)
      assert.matches("starts from base", again.stdout .. again.stderr)
      assert.not_matches("NOTICE", again.stderr)
      assert.equal("c1", rows())
      database.query(url, ok("downgrade", "c1:a1", "--sql").stdout)
      assert.equal("a1", rows())
      assert.equal("t_a1", tables())
      database.query(url, ok("downgrade", "a1:base", "--sql").stdout)
      assert.equal("", rows())
      database.query(url, ok("stamp", "b1", "--sql").stdout)
      assert.equal("b1", rows())
      -- Nor does it leave a table behind where it does not belong.
      database.query(url, "DROP TABLE neap_history")
      assert.matches("starts from base", run_again().stderr)
      assert.equal("", ok("log").stdout)
      assert.is_false(pcall(database.query, url, "SELECT 1 FROM neap_history"))
    end)
  end)
end
