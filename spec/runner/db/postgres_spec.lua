-- What the PostgreSQL driver does beyond the contract of drivers_spec.lua.
local db = require("neap.db")
local support = require("spec.support")

describe("the PostgreSQL driver", function()
  local url, connection

  setup(function()
    url = support.postgres()
  end)

  local function open(settings, other_url)
    local opened, err = db.open(other_url or url, settings)
    assert(opened, err and err.message)
    return opened
  end

  local function run(sql, params, options, on)
    on = on or connection
    local answer, err = on:send(sql, params, options)
    local flushed, later = on:flush()
    if answer and flushed then
      return answer
    end
    return nil, err or later
  end

  local function must(...)
    local answer, err = run(...)
    assert(answer, err and err.message)
    return answer
  end

  local function scalar(sql, on)
    return must(sql, nil, nil, on).rows[1][1]
  end

  before_each(function()
    connection = open()
    must("DROP SCHEMA IF EXISTS public CASCADE")
    must("CREATE SCHEMA public")
  end)

  after_each(function()
    connection:close()
  end)

  -- Reads what a program printed, run in a process of its own.
  local function program(text, ...)
    local path = support.write(support.tempdir() .. "/program.lua", text)
    return support.must({ "neap", "lua", path, ... })
  end

  describe("values", function()
    it("of PostgreSQL's types are Lua's, or the server's text", function()
      local row = must([[SELECT true, false, 1::int2, 2::int4, 3::int8, 1.5::float4, 0.1::float8,
        1.50::numeric, 'x'::varchar, ARRAY[1,2], '{"a": 1}'::jsonb, '\x00ff'::bytea, NULL::bool,
        DATE '2026-11-22', 'n'::name, 4::oid]]).rows[1]
      assert.same({
        true,
        false,
        1,
        2,
        3,
        1.5,
        0.1,
        "1.50",
        "x",
        "{1,2}",
        '{"a": 1}',
        "\\x00ff",
        db.null,
        "2026-11-22",
        "n",
        "4",
      }, row)
      for i = 3, 5 do
        assert.equal("integer", math.type(row[i]))
      end
    end)

    it("may be no numbers", function()
      local row = must("SELECT 'NaN'::float8, $1::float8", { 0 / 0 }).rows[1]
      assert.is_true(row[1] ~= row[1])
      assert.is_true(row[2] ~= row[2])
    end)

    it("fit any type as parameters", function()
      must("CREATE TABLE t (a date, b numeric, c integer[], d jsonb, e text, f uuid)")
      must("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", {
        "2026-11-22",
        "1.50",
        "{1,2}",
        '{"a":1}',
        "5",
        "6f1fd2d4-1f4b-4d0e-8f0e-0123456789ab",
      })
      assert.equal(1, #must("SELECT 1 FROM t WHERE a = '2026-11-22' AND b = 1.5 AND c[2] = 2").rows)
    end)

    it("cannot be text with a NUL byte", function()
      local answer, err = run("SELECT $1::text", { "a\0b" }, { at = "m/a.lua:1" })
      assert.is_nil(answer)
      assert.matches("NUL byte", err.message)
      assert.equal("m/a.lua:1", err.at)
      assert.equal(1, scalar("SELECT 1"))
    end)

    it("cannot be more than the protocol counts", function()
      local params = {}
      for i = 1, 65536 do
        params[i] = i
      end
      local answer, err = run("SELECT 1", params)
      assert.is_nil(answer)
      assert.matches("65535", err.message)
      assert.equal(1, scalar("SELECT 1"))
    end)
  end)

  describe("a tag", function()
    it("says what was done", function()
      assert.equal("CREATE TABLE", must("CREATE TABLE t (a int)").tag)
      assert.equal("INSERT 0 2", must("INSERT INTO t VALUES (1), (2)").tag)
      assert.equal("SELECT 2", must("SELECT a FROM t").tag)
      assert.equal("BEGIN", must("BEGIN").tag)
      assert.equal("COMMIT", must("COMMIT").tag)
    end)

    it("of a COMMIT that came too late is ROLLBACK", function()
      must("BEGIN")
      assert.is_nil(run("SELECT 1/0"))
      assert.equal("ROLLBACK", must("COMMIT").tag)
      assert.equal("idle", connection:transaction())
    end)
  end)

  describe("an error", function()
    it("has the server's detail, hint and context", function()
      local _, err = run([[DO $$ BEGIN
        RAISE EXCEPTION 'no good' USING DETAIL = 'a detail', HINT = 'a hint', ERRCODE = 'XX123';
      END $$]])
      assert.equal("no good", err.message)
      assert.equal("XX123", err.sqlstate)
      assert.matches("^DETAIL: a detail\nHINT: a hint\nCONTEXT: PL/pgSQL function", err.detail)
    end)

    it("of a timeout is no interrupt", function()
      must("SET statement_timeout = 50")
      local _, err = run("SELECT pg_sleep(5)")
      assert.equal("failed", err.kind)
      assert.equal("57014", err.sqlstate)
      assert.is_false(err.retryable)
    end)

    it("of serialisation may be tried again", function()
      must("CREATE TABLE t (a int)")
      must("INSERT INTO t VALUES (1)")
      local other <close> = open()
      must("BEGIN ISOLATION LEVEL REPEATABLE READ", nil, nil, other)
      must("SELECT * FROM t", nil, nil, other)
      must("UPDATE t SET a = 2")
      local _, err = run("UPDATE t SET a = 3", nil, nil, other)
      assert.equal("locked", err.kind)
      assert.equal("40001", err.sqlstate)
      assert.is_true(err.retryable)
    end)

    it("in a queue of transactions skips those behind it", function()
      must("CREATE TABLE t (a int PRIMARY KEY)")
      for i, sql in ipairs({
        "BEGIN",
        "INSERT INTO t VALUES (1)",
        "COMMIT",
        "BEGIN",
        "INSERT INTO t VALUES (1)",
        "COMMIT",
        "BEGIN",
        "INSERT INTO t VALUES (3)",
        "COMMIT",
      }) do
        connection:send(sql, nil, { at = "m/a.lua:" .. i })
      end
      local flushed, err = connection:flush()
      assert.is_nil(flushed)
      assert.equal("m/a.lua:5", err.at)
      assert.equal("aborted", connection:transaction())
      must("ROLLBACK")
      assert.equal(1, scalar("SELECT count(*) FROM t"))
    end)
  end)

  it("hands notices over with their severity", function()
    must("SET client_min_messages = debug1")
    must(
      [[DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two %', 'ü'; RAISE INFO 'three'; END $$]]
    )
    local text = table.concat(connection:notices(), "\n")
    assert.matches("NOTICE: one\nWARNING: two ü\nINFO: three", text, 1, true)
  end)

  describe("a connection", function()
    it("has settings of its own, from the start", function()
      local settings = open({ application_name = "neap-spec" }, url .. "&client_encoding=LATIN1")
      assert.equal("UTF8", scalar("SHOW client_encoding", settings))
      assert.equal("neap-spec", scalar("SHOW application_name", settings))
      assert.equal("on", scalar("SHOW standard_conforming_strings", settings))
      must("RESET ALL", nil, nil, settings)
      assert.equal("UTF8", scalar("SHOW client_encoding", settings))
      settings:close()
    end)

    it("calls itself what the URL says", function()
      local named <close> = open({ application_name = "neap" }, url .. "&application_name=mine")
      assert.equal("mine", scalar("SHOW application_name", named))
    end)

    it("puts standard_conforming_strings on where a role has them off", function()
      must("CREATE ROLE neap_spec_old LOGIN SUPERUSER")
      must("ALTER ROLE neap_spec_old SET standard_conforming_strings = off")
      local old = open(nil, (url:gsub("user=[^&]+", "user=neap_spec_old")))
      assert.equal("a\\", scalar("SELECT 'a\\'", old))
      old:close()
      must("DROP ROLE neap_spec_old")
    end)

    it("tells who and where it is", function()
      assert.equal("postgres", connection:info("user"))
      assert.matches("^/", connection:info("host"))
      assert.equal(scalar("SELECT current_database()"), connection:info("database"))
      assert.equal(scalar("SELECT pg_backend_pid()"), tonumber(connection:info("backend_pid")))
      assert.equal(scalar("SHOW server_version_num"), connection:info("version_num"))
      assert.matches(
        "^postgresql://postgres@/neap_[^?]*%?host=/[^&]*&port=%d+$",
        connection:display()
      )
    end)

    it("is begun by connect, which does not wait", function()
      local begun = assert(db.connect(url))
      assert.equal("lost", begun:transaction())
      assert.is_true(begun:ready())
      assert.is_true(begun:ready())
      assert.equal("idle", begun:transaction())
      begun:close()
    end)

    it("to a database that does not exist fails with its reason", function()
      local opened, err = db.open((url:gsub("/neap_[^?]*", "/no_such_database")))
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches('database "no_such_database" does not exist', err.message)
    end)

    it("to nobody fails, naming the place", function()
      local opened, err = db.open("postgresql://u@/app?host=/nowhere/at/all")
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches(
        "^cannot connect to postgresql://u@/app%?host=/nowhere/at/all: .*No such file or directory$",
        err.message
      )
      assert.matches("^Is the server running", err.advice)
    end)

    it("takes a statement that must be alone as its first", function()
      must("CREATE TABLE t (a int)")
      local fresh <close> = open()
      assert.is_true(must("CREATE INDEX CONCURRENTLY t_a ON t (a)", nil, nil, fresh).done)
    end)
  end)

  describe("a line that is cut", function()
    local function terminate(pid)
      support.psql(url, ("SELECT pg_terminate_backend(%d)"):format(pid))
    end

    it("between statements is noticed by the next one", function()
      must("BEGIN")
      terminate(connection:info("backend_pid"))
      local answer, err = run("SELECT 1", nil, { at = "m/a.lua:3", purpose = "p" })
      assert.is_nil(answer)
      assert.equal("unreachable", err.kind)
      assert.matches("^the connection was lost", err.message)
      assert.equal("lost", connection:transaction())
      answer, err = run("SELECT 1")
      assert.is_nil(answer)
      assert.equal("unreachable", err.kind)
      assert.equal("the connection was lost", err.message)
    end)

    it("in a statement names it", function()
      local pid = connection:info("backend_pid")
      connection:send("BEGIN", nil, { at = "m/a.lua:1" })
      connection:send(
        ("SELECT pg_terminate_backend(%s), pg_sleep(10)"):format(pid),
        nil,
        { at = "m/a.lua:2", purpose = "the statement" }
      )
      connection:send("COMMIT", nil, { at = "m/a.lua:3" })
      local flushed, err = connection:flush()
      assert.is_nil(flushed)
      assert.equal("unreachable", err.kind)
      assert.matches("^the connection was lost: ", err.message)
      assert.equal("57P01", err.sqlstate)
      assert.equal("m/a.lua:2", err.at)
      assert.equal("the statement", connection:failed_purpose())
      assert.equal("lost", connection:transaction())
    end)

    it("in a COPY is noticed", function()
      must("CREATE TABLE t (a text)")
      assert(connection:copy_begin("COPY t FROM STDIN"))
      terminate(connection:info("backend_pid"))
      local piece = ("x"):rep(100000) .. "\n"
      local done, err = true, nil
      for _ = 1, 100 do
        done, err = connection:copy_data(piece)
        if not done then
          break
        end
      end
      if done then
        done, err = connection:copy_end()
      end
      assert.is_nil(done)
      assert.equal("unreachable", err.kind)
      assert.equal("lost", connection:transaction())
    end)
  end)

  describe("behind a server that does not answer", function()
    local proxy, sockets, host, port

    before_each(function()
      host = url:match("host=([^&]+)"):gsub("%%2F", "/")
      port = url:match("port=(%d+)")
      sockets = support.tempdir()
      proxy = support.start({
        support.root .. "/" .. (os.getenv("NEAP_BUILD") or "build") .. "/spec/proxy",
        sockets .. "/.s.PGSQL.6000",
        ("%s/.s.PGSQL.%s"):format(host, port),
        "stall",
        "client_encoding",
      })
      support.wait_for("the proxy", function()
        return os.execute("test -S " .. sockets .. "/.s.PGSQL.6000")
      end)
    end)

    after_each(function()
      proxy.signal("KILL")
    end)

    it("connecting ends with the timeout", function()
      local opened, err = db.open(
        ("postgresql://postgres@/postgres?host=%s&port=6000&connect_timeout=2"):format(sockets)
      )
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches("no answer within 2 s", err.message)
    end)

    it("connecting goes on to the next host", function()
      local other <close> = open(
        nil,
        ("postgresql://postgres@/postgres?host=%s,%s&port=6000,%s&connect_timeout=2"):format(
          sockets,
          host,
          port
        )
      )
      assert.equal(host, other:info("host"))
      assert.is_true(other:waits() > 0)
      assert.equal(1, scalar("SELECT 1", other))
    end)

    it("connecting is over at a signal", function()
      local path = support.write(
        support.tempdir() .. "/connect.lua",
        [[
          local db = require("neap.db")
          local c = assert(db.connect(arg[1]))
          c:interruptible()
          print("ready")
          io.stdout:flush()
          local ready, err = c:ready()
          print(ready, err.kind)
          c:close()
        ]]
      )
      local process = support.start({
        "neap",
        "lua",
        path,
        ("postgresql://postgres@/postgres?host=%s&port=6000"):format(sockets),
      })
      support.wait_for("the connection", function()
        return process.output().stdout:match("ready")
      end)
      os.execute("sleep 0.2")
      process.signal("TERM")
      assert.equal("ready\nnil\tinterrupted\n", process.wait(10).stdout)
    end)
  end)

  describe("COPY", function()
    before_each(function()
      must("CREATE TABLE t (a int, b text)")
    end)

    it("takes data in pieces of any size", function()
      local affected, tag =
        connection:copy("COPY t FROM STDIN", { "1\tone\n2", "\ttwo\n", "", "3\t\\N\n" })
      assert.equal(3, affected)
      assert.equal("COPY 3", tag)
      assert.same({ { 1, "one" }, { 2, "two" }, { 3, db.null } }, must("SELECT * FROM t").rows)
    end)

    it("comes after what was queued, in its transaction", function()
      connection:send("BEGIN")
      connection:send("CREATE TABLE u (a int)")
      assert.equal(1, (connection:copy("COPY u FROM STDIN", { "1\n" })))
      assert.equal("open", connection:transaction())
      must("ROLLBACK")
      assert.equal(db.null, scalar("SELECT to_regclass('u')"))
    end)

    it("reports a failure of what was queued", function()
      connection:send("SELEKT", nil, { at = "m/a.lua:1" })
      local begun, err = connection:copy_begin("COPY t FROM STDIN")
      assert.is_nil(begun)
      assert.equal("m/a.lua:1", err.at)
      assert.equal(1, scalar("SELECT 1"))
    end)

    it("names the line of bad data", function()
      assert(connection:copy_begin("COPY t FROM STDIN", { at = "m/a.lua:5", purpose = "p" }))
      assert(connection:copy_data("1\tone\nzwei\ttwo\n"))
      local ended, err = connection:copy_end()
      assert.is_nil(ended)
      assert.equal("failed", err.kind)
      assert.equal("22P02", err.sqlstate)
      assert.equal("m/a.lua:5", err.at)
      assert.equal("COPY t FROM STDIN", err.sql)
      assert.matches('CONTEXT: COPY t, line 2, column a: "zwei"', err.detail)
      assert.equal("p", connection:failed_purpose())
      assert.equal(0, scalar("SELECT count(*) FROM t"))
    end)

    it("that fails at once leaves the connection usable", function()
      for _, sql in ipairs({ "COPY nowhere FROM STDIN", "SELECT 1", "COPY t TO STDOUT", "SELEKT" }) do
        local begun, err = connection:copy_begin(sql)
        assert.is_nil(begun, sql)
        assert.equal("failed", err.kind)
        assert.equal(1, scalar("SELECT 1"))
      end
    end)

    it("that is not ended is undone by what follows", function()
      assert(connection:copy_begin("COPY t FROM STDIN"))
      assert(connection:copy_data("1\tone\n"))
      assert.equal(0, scalar("SELECT count(*) FROM t"))
      must("BEGIN")
      assert(connection:copy_begin("COPY t FROM STDIN"))
      local answer, err = run("SELECT 1")
      assert.is_nil(answer)
      assert.equal("25P02", err.sqlstate)
      must("ROLLBACK")
      assert(connection:copy_begin("COPY t FROM STDIN"))
      connection:close()
      connection = open()
      assert.equal(0, scalar("SELECT count(*) FROM t"))
    end)

    it("without a beginning is an error", function()
      assert.is_nil((connection:copy_data("x")))
      assert.is_nil((connection:copy_end()))
      assert.equal(1, scalar("SELECT 1"))
    end)

    it("does not pass as a plain statement", function()
      for _, sql in ipairs({
        "COPY t FROM STDIN",
        "  /* data */ copy t from stdin",
        "-- data\nCOPY t TO STDOUT",
        "COPY (SELECT 1) TO STDOUT",
      }) do
        local answer, err = run(sql, nil, { at = "m/a.lua:1" })
        assert.is_nil(answer, sql)
        assert.equal("failed", err.kind)
        assert.matches("COPY", err.message)
        assert.matches("op.load_sql", err.advice)
        assert.equal("m/a.lua:1", err.at)
        assert.equal(1, scalar("SELECT 1"))
      end
      assert.is_nil(run("COPY t FROM '/nowhere/stdin'"))
    end)
  end)

  describe("prepared statements", function()
    it("are prepared once", function()
      for i = 1, 5 do
        must("SELECT $1::int", { i }, { name = "same" })
      end
      assert.equal(1, scalar("SELECT count(*) FROM pg_prepared_statements WHERE name = 'same'"))
    end)

    it("come back after DISCARD ALL", function()
      must("SELECT 1", nil, { name = "a" })
      must("DISCARD ALL")
      assert.is_true(must("SELECT 1", nil, { name = "a" }).done)
      must("DEALLOCATE ALL")
      assert.is_true(must("SELECT 1", nil, { name = "a" }).done)
    end)

    it("are prepared later when an error came before them", function()
      connection:send("SELEKT")
      connection:send("SELECT 1", nil, { name = "late" })
      assert.is_nil((connection:flush()))
      assert.is_true(must("SELECT 1", nil, { name = "late" }).done)
    end)

    it("are not made behind a pooler", function()
      local pooled <close> = open({ no_prepare = true })
      must("SELECT 1", nil, { name = "a" }, pooled)
      assert.equal(0, scalar("SELECT count(*) FROM pg_prepared_statements", pooled))
    end)
  end)

  it("does not send what was only queued when it closes", function()
    must("CREATE TABLE t (a int)")
    connection:send("INSERT INTO t VALUES (1)")
    connection:send("COMMIT")
    connection:close()
    connection = open()
    assert.equal(0, scalar("SELECT count(*) FROM t"))
  end)

  it("does not wait for itself when both directions are full", function()
    local text = ("x"):rep(1000000)
    for i = 1, 60 do
      assert(connection:send("SELECT $1::text || $2", { text, i }, { rows = i == 60 }))
    end
    local last = assert(connection:send("SELECT 'end'"))
    assert(connection:flush())
    assert.same({ { "end" } }, last.rows)
  end)

  it("keeps its memory while thousands of statements go by", function()
    local output = program(
      [[
        local db = require("neap.db")
        local function peak()
          return tonumber(io.open("/proc/self/status"):read("a"):match("VmHWM:%s*(%d+)"))
        end
        local c = assert(db.open(arg[1]))
        assert(c:send("CREATE TABLE t (a int, b text)"))
        assert(c:flush())
        local before = peak()
        local text = ("x"):rep(50000)
        for i = 1, 2000 do
          assert(c:send(("INSERT INTO t VALUES (%d, '%s') RETURNING b"):format(i, text), nil,
            { rows = false }))
          if i % 20 == 0 then collectgarbage() end
        end
        assert(c:flush())
        print(peak() - before)
      ]],
      url
    )
    local grown = tonumber(output)
    local slowed = (os.getenv("NEAP_BUILD") or ""):match("sanit") or os.getenv("NEAP_VALGRIND")
    assert.is_true(grown < (slowed and 400000 or 24000), grown .. " kB more")
    assert.equal(2000, scalar("SELECT count(*) FROM t"))
  end)

  it("loads libpq for a PostgreSQL URL, and not for SQLite", function()
    local text = [[
      local db = require("neap.db")
      local c = assert(db.open(arg[1]))
      db.display(arg[1])
      c:close()
      local maps = io.open("/proc/self/maps"):read("a")
      print(maps:find("libpq", 1, true) ~= nil, maps:find("libcrypto", 1, true) ~= nil)
    ]]
    assert.equal("false\tfalse\n", program(text, "sqlite::memory:"))
    assert.matches("^true", program(text, url))
  end)
end)
