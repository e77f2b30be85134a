-- One contract for every driver: what db.h promises. What only one of them does is in postgres_spec.lua,
-- sqlite_spec.lua and script_spec.lua.
local db = require("neap.db")
local support = require("spec.support")

-- One database for all: creating one takes longer than a spec.
local postgres_url
local function shared_postgres()
  postgres_url = postgres_url or support.postgres()
  local connection <close> = assert(db.open(postgres_url))
  connection:send("DROP SCHEMA IF EXISTS public CASCADE")
  connection:send("CREATE SCHEMA public")
  assert(connection:flush())
  return postgres_url
end

local drivers = {
  {
    name = "sqlite",
    new = function()
      return "sqlite:" .. support.tempdir() .. "/test.db"
    end,
    cast = function(placeholder)
      return placeholder
    end,
    bytes = "blob",
    -- after an error in a transaction
    after_error = "open",
    -- two statements that one row makes impossible
    busy = { "BEGIN IMMEDIATE", "BEGIN IMMEDIATE" },
    sqlstate = {},
  },
  {
    name = "postgresql",
    new = shared_postgres,
    cast = function(placeholder, type)
      return placeholder .. "::" .. type
    end,
    bytes = "bytea",
    after_error = "aborted",
    busy = {
      "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
      "SET lock_timeout = '100ms'; BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE",
    },
    sqlstate = { syntax = "42601", unique = "23505", locked = "55P03" },
  },
}

for _, driver in ipairs(drivers) do
  describe("the driver for " .. driver.name, function()
    local url, connection

    local function open(settings)
      local opened, err = db.open(url, settings)
      assert(opened, err and err.message)
      return opened
    end

    -- Sends one statement and waits for its answer.
    local function run(sql, params, options, on)
      on = on or connection
      local answer, err = on:send(sql, params, options)
      local flushed, later = on:flush()
      if answer and flushed then
        return answer
      end
      return nil, err or later
    end

    -- The same for several, apart by semicolons; they must succeed.
    local function must(sql, params, options, on)
      local answer, err
      for statement in (sql .. ";"):gmatch("%s*([^;]+);") do
        answer, err = run(statement, params, options, on)
        assert(answer, err and err.message)
      end
      return answer
    end

    -- Sends all, flushes once. Returns the answers, or nil and the error.
    local function queue(statements)
      local answers = {}
      local failure
      for _, statement in ipairs(statements) do
        local answer, err = connection:send(table.unpack(statement, 1, 3))
        failure = failure or err
        table.insert(answers, answer or false)
        if not answer then
          break
        end
      end
      local flushed, err = connection:flush()
      failure = failure or err
      if failure or not flushed then
        return nil, failure, answers
      end
      return answers
    end

    local cast = driver.cast

    before_each(function()
      url = driver.new()
      connection = open()
    end)

    after_each(function()
      connection:close()
    end)

    it("is chosen by the URL", function()
      assert.equal(driver.name, db.driver_for(url))
      assert.equal(driver.name, db.dialect_of(url))
      assert.equal(driver.name, connection:driver())
    end)

    it("tells its version and its database", function()
      assert.matches("^%d+%.%d+", connection:info("version"))
      assert.matches("^%d+$", connection:info("version_num"))
      assert.truthy(connection:info("database"))
      assert.is_nil(connection:info("the weather"))
    end)

    describe("rows", function()
      it("come with their names, in order", function()
        local answer = must("SELECT 1 AS a, 'x' AS \"B c\" UNION ALL SELECT 2, 'y' ORDER BY 1")
        assert.same({ "a", "B c" }, answer.names)
        assert.same({ { 1, "x" }, { 2, "y" } }, answer.rows)
        assert.is_true(answer.done)
      end)

      it("keep integers, reals, text and NULL apart", function()
        local answer = must(
          ("SELECT %s, %s, %s, %s, NULL"):format(
            cast("9223372036854775807", "bigint"),
            cast("-7", "bigint"),
            cast("2.5", "float8"),
            "'ünï'"
          )
        )
        assert.same({ { math.maxinteger, -7, 2.5, "ünï", db.null } }, answer.rows)
        assert.equal("integer", math.type(answer.rows[1][1]))
        assert.equal("float", math.type(answer.rows[1][3]))
      end)

      it("may be none", function()
        local answer = must("SELECT 1 AS a WHERE 1 = 0")
        assert.same({}, answer.rows)
        assert.is_true(answer.done)
      end)

      it("are thrown away when nobody wants them", function()
        local answer = must("SELECT 1 AS a", nil, { rows = false })
        assert.same({}, answer.rows)
        assert.is_true(answer.done)
      end)

      it("stop when the receiver says so, and the connection goes on", function()
        local many =
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
        local answer = must(many, nil, { limit = 3 })
        assert.same({ { 1 }, { 2 }, { 3 } }, answer.rows)
        assert.is_true(answer.done)
        assert.equal(5000, #must(many).rows)
      end)

      it("beyond the limit are an error, not a crash", function()
        connection:close()
        connection = open({ result_limit = 1024 * 1024 })
        local big = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) "
          .. "SELECT i, 'some text that takes room' FROM n"
        local answer, err = run(big, nil, { at = "a.lua:3" })
        assert.is_nil(answer)
        assert.equal("failed", err.kind)
        assert.equal("the result is larger than 1 MB", err.message)
        assert.equal("a.lua:3", err.at)
        assert.matches("Read it in parts", err.advice)
        assert.same({ { 1 } }, must("SELECT 1").rows)
        assert.is_true(must(big, nil, { rows = false }).done)
      end)
    end)

    describe("parameters", function()
      local function echo(value, type)
        return must("SELECT " .. cast("$1", type), { value, n = 1 }).rows[1][1]
      end

      it("come back as they went", function()
        for _, value in ipairs({ 0, -1, math.maxinteger, math.mininteger }) do
          assert.equal(value, echo(value, "bigint"))
        end
        for _, value in ipairs({ 0.1, -2.5e300, 5e-324, 1 / 3, 123456789012345680.0 }) do
          assert.equal(value, echo(value, "float8"))
        end
        for _, value in ipairs({ "", 'it\'s \\ "quoted"', "ünï\n\t😀", ("x"):rep(300000) }) do
          assert.equal(value, echo(value, "text"))
        end
        assert.equal(db.null, echo(db.null, "text"))
        assert.equal(db.null, echo(nil, "bigint"))
      end)

      it("keep infinity", function()
        assert.equal(math.huge, echo(math.huge, "float8"))
        assert.equal(-math.huge, echo(-math.huge, "float8"))
      end)

      it("take bytes of any kind", function()
        must(("CREATE TABLE b (a %s)"):format(driver.bytes))
        local every = {}
        for byte = 0, 255 do
          every[byte + 1] = string.char(byte)
        end
        local bytes = table.concat(every)
        must("INSERT INTO b VALUES ($1)", { { bytes = bytes } })
        must("INSERT INTO b VALUES ($1)", { { bytes = "" } })
        local hex = bytes:gsub(".", function(c)
          return ("%02x"):format(c:byte())
        end)
        local sql = driver.name == "sqlite" and "SELECT lower(hex(a)) FROM b ORDER BY length(a)"
          or "SELECT encode(a, 'hex') FROM b ORDER BY length(a)"
        assert.same({ { "" }, { hex } }, must(sql).rows)
      end)

      it("take booleans", function()
        must("CREATE TABLE b (a boolean)")
        must("INSERT INTO b VALUES ($1), ($2)", { true, false })
        assert.equal(1, #must("SELECT a FROM b WHERE a").rows)
        assert.equal(1, #must("SELECT a FROM b WHERE NOT a").rows)
      end)

      it("go by their number, and may be used twice", function()
        local sql = ("SELECT %s, %s, %s"):format(
          cast("$2", "text"),
          cast("$1", "text"),
          cast("$2", "text")
        )
        assert.same({ { "two", "one", "two" } }, must(sql, { "one", "two" }).rows)
      end)

      it("must be as many as the statement has", function()
        must("CREATE TABLE t (a integer, b integer)")
        for _, params in ipairs({ {}, { 1 }, { 1, 2, 3 } }) do
          local answer, err =
            run("INSERT INTO t VALUES ($1, $2)", params, { at = "x.lua:1", purpose = "p" })
          assert.is_nil(answer)
          assert.equal("failed", err.kind)
          assert.matches("parameter", err.message)
          assert.equal("x.lua:1", err.at)
          assert.equal("p", connection:failed_purpose())
        end
        assert.same({ { 0 } }, must("SELECT count(*) FROM t").rows)
      end)
    end)

    describe("a statement", function()
      it("counts the rows that it wrote, and no others", function()
        must("CREATE TABLE t (a integer)")
        assert.equal(0, must("CREATE TABLE u (a integer)").affected)
        assert.equal(3, must("INSERT INTO t VALUES (1), (2), (3)").affected)
        assert.equal(0, must("SELECT a FROM t").affected)
        assert.equal(2, must("UPDATE t SET a = a + 10 WHERE a > 1").affected)
        assert.equal(0, must("UPDATE t SET a = 0 WHERE a = 99").affected)
        assert.equal(0, must("DROP TABLE u").affected)
        assert.equal(1, must("DELETE FROM t WHERE a = 1").affected)
        assert.equal(2, must("DELETE FROM t RETURNING a").affected)
      end)

      it("gives what RETURNING gives", function()
        must("CREATE TABLE t (a integer)")
        local answer = must("INSERT INTO t VALUES (1), (2) RETURNING a * 10 AS b")
        assert.same({ { 10 }, { 20 } }, answer.rows)
        assert.equal(2, answer.affected)
        -- The rest is written even when the rows are no longer wanted.
        must("INSERT INTO t VALUES (3), (4), (5) RETURNING a", nil, { limit = 1 })
        assert.same({ { 5 } }, must("SELECT count(*) FROM t").rows)
      end)

      it("may be empty", function()
        assert.is_true(must(" ").done)
        assert.is_true(run("-- nothing but a comment").done)
        assert.is_true(run("/* and another */").done)
      end)

      it("may be long", function()
        local sql = ("SELECT '%s' AS a"):format(("ü"):rep(400000))
        assert.equal(800000, #must(sql).rows[1][1])
      end)

      it("that cannot run in a transaction works alone", function()
        assert.is_true(must("VACUUM").done)
        must("BEGIN")
        local answer, err = run("VACUUM")
        assert.is_nil(answer)
        assert.matches("VACUUM", err.message)
        must("ROLLBACK")
      end)

      it("with a name is the same statement each time", function()
        must("CREATE TABLE t (a integer, b text)")
        for i = 1, 50 do
          assert(
            connection:send("INSERT INTO t VALUES ($1, $2)", { i, "v" .. i }, { name = "put" })
          )
        end
        assert(connection:flush())
        for i = 1, 3 do
          local answer = must("SELECT b FROM t WHERE a = $1", { i }, { name = "get" })
          assert.same({ { "v" .. i } }, answer.rows)
        end
      end)

      it("with a name survives its own failure, and a rollback", function()
        must("CREATE TABLE t (a integer PRIMARY KEY)")
        local function put(a)
          return run("INSERT INTO t VALUES ($1)", { a }, { name = "put" })
        end
        must("BEGIN")
        assert(put(1))
        must("ROLLBACK")
        assert(put(1))
        assert.is_nil(put(1))
        assert(put(2))
        assert.same({ { 2 } }, must("SELECT count(*) FROM t").rows)
      end)

      it("with a name may be wrong", function()
        local answer, err = run("SELEKT", nil, { name = "bad", at = "x.lua:5" })
        assert.is_nil(answer)
        assert.equal("x.lua:5", err.at)
        answer, err = run("SELEKT", nil, { name = "bad", at = "x.lua:6" })
        assert.is_nil(answer)
        assert.equal("x.lua:6", err.at)
      end)

      it("with a name follows a change of its table", function()
        must("CREATE TABLE t (a integer)")
        local function put()
          return must("INSERT INTO t (a) VALUES ($1)", { 1 }, { name = "put" })
        end
        put()
        must("ALTER TABLE t ADD COLUMN b integer DEFAULT 7")
        put()
        assert.same({ { 2 } }, must("SELECT count(*) FROM t WHERE b = 7").rows)
      end)
    end)

    describe("several statements before a flush", function()
      it("are answered in order", function()
        local answers = assert(queue({
          { "CREATE TABLE t (a integer)" },
          { "INSERT INTO t VALUES ($1)", { 4 } },
          { "SELECT a FROM t" },
          { "UPDATE t SET a = 5" },
          { "SELECT a FROM t" },
        }))
        assert.same({ { 4 } }, answers[3].rows)
        assert.same({ { 5 } }, answers[5].rows)
        for _, answer in ipairs(answers) do
          assert.is_true(answer.done)
        end
      end)

      it("may be none", function()
        assert.is_true(connection:flush())
        assert.is_true(connection:flush())
      end)

      it("may be transactions", function()
        local answers = assert(queue({
          { "BEGIN" },
          { "CREATE TABLE t (a integer)" },
          { "COMMIT" },
          { "BEGIN" },
          { "INSERT INTO t VALUES (1)" },
          { "ROLLBACK" },
          { "SELECT count(*) FROM t" },
        }))
        assert.same({ { 0 } }, answers[7].rows)
        assert.equal("idle", connection:transaction())
      end)

      it("stop at the first error, which names its own statement", function()
        must("CREATE TABLE t (a integer PRIMARY KEY)")
        local answers, err, sent = queue({
          { "BEGIN" },
          { "INSERT INTO t VALUES (1)", nil, { at = "m/a.lua:1" } },
          {
            "INSERT INTO t VALUES ($1)",
            { 1 },
            { at = "m/a.lua:2", via = "h/b.lua:7\nh/c.lua:8", purpose = "the second" },
          },
          { "INSERT INTO t VALUES (3)", nil, { at = "m/a.lua:3", purpose = "the third" } },
          { "COMMIT", nil, { purpose = "the commit" } },
        })
        assert.is_nil(answers)
        assert.equal("failed", err.kind)
        assert.matches("[Uu][Nn][Ii][Qq][Uu][Ee]", err.message)
        assert.equal("m/a.lua:2", err.at)
        assert.equal("h/b.lua:7\nh/c.lua:8", err.via)
        assert.equal("INSERT INTO t VALUES ($1)", err.sql)
        assert.equal(driver.sqlstate.unique, err.sqlstate)
        assert.is_false(err.retryable)
        assert.equal("the second", connection:failed_purpose())
        assert.is_true(sent[2].done)
        assert.is_false(sent[4] and sent[4].done or false)
        assert.equal(driver.after_error, connection:transaction())
        must("ROLLBACK")
        assert.same({ { 0 } }, must("SELECT count(*) FROM t").rows)
      end)

      it("leave nothing behind after an error", function()
        assert.is_nil(queue({ { "SELEKT 1" }, { "SELECT 2" } }))
        assert.is_true(connection:flush())
        assert.same({ { 3 } }, must("SELECT 3").rows)
        assert.equal("idle", connection:transaction())
      end)

      it("may be many, with answers as large as they are", function()
        must("CREATE TABLE t (a integer, b text)")
        local text = ("x"):rep(50000)
        for i = 1, 300 do
          assert(connection:send("INSERT INTO t VALUES ($1, $2)", { i, text }))
          assert(connection:send("SELECT b FROM t WHERE a = $1", { i }, { limit = 1 }))
        end
        assert(connection:flush())
        assert.same({ { 300, 15000000 } }, must("SELECT count(*), sum(length(b)) FROM t").rows)
      end)
    end)

    describe("an error", function()
      it("points at a character, not a byte", function()
        local _, err = run("SELECT 'üüü😀' , nowhere FROM (SELECT 1 AS a) AS s")
        assert.equal("failed", err.kind)
        assert.equal(17, err.position)
        assert.matches("nowhere", err.message)
      end)

      it("of syntax has its text", function()
        local _, err = run("SELEKT 1", nil, { at = "m/a.lua:9" })
        assert.matches("syntax error", err.message)
        assert.equal("SELEKT 1", err.sql)
        assert.equal("m/a.lua:9", err.at)
        assert.is_nil(err.via)
        assert.equal(driver.sqlstate.syntax, err.sqlstate)
        assert.equal(1, err.position)
      end)

      it("without a source has none", function()
        local _, err = run("SELEKT 1")
        assert.is_nil(err.at)
        assert.is_nil(connection:failed_purpose())
      end)
    end)

    describe("a transaction", function()
      it("is idle, open, and idle again", function()
        assert.equal("idle", connection:transaction())
        must("BEGIN")
        assert.equal("open", connection:transaction())
        must("COMMIT")
        assert.equal("idle", connection:transaction())
      end)

      it("goes on in a savepoint", function()
        must("CREATE TABLE t (a integer PRIMARY KEY)")
        must("BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s")
        assert.is_nil(run("INSERT INTO t VALUES (1)"))
        must("ROLLBACK TO SAVEPOINT s; INSERT INTO t VALUES (2); COMMIT")
        assert.same({ { 2 } }, must("SELECT count(*) FROM t").rows)
      end)

      it("is rolled back by close", function()
        must("CREATE TABLE t (a integer)")
        must("BEGIN; INSERT INTO t VALUES (1)")
        connection:close()
        connection = open()
        assert.same({ { 0 } }, must("SELECT count(*) FROM t").rows)
      end)

      it("that waits too long for another one is locked, and may be tried again", function()
        must("CREATE TABLE t (a integer)")
        local other <close> = open({ busy_timeout_ms = 100 })
        must(driver.busy[1])
        local first, last = driver.busy[2]:match("^(.*; )(.-)$")
        if first then
          must(first, nil, nil, other)
        end
        local answer, err = run(last or driver.busy[2], nil, { at = "m/a.lua:4" }, other)
        assert.is_nil(answer)
        assert.equal("locked", err.kind)
        assert.is_true(err.retryable)
        assert.equal(driver.sqlstate.locked, err.sqlstate)
        assert.equal("m/a.lua:4", err.at)
        must("ROLLBACK")
      end)
    end)

    it("calls the waiting hook while it waits", function()
      must("CREATE TABLE t (a integer)")
      local other <close> = open({ busy_timeout_ms = 400 })
      must(driver.busy[1])
      local first, last = driver.busy[2]:match("^(.*; )(.-)$")
      if first then
        must(first:gsub("100ms", "400ms"), nil, nil, other)
      end
      assert.is_nil(run(last or driver.busy[2], nil, nil, other))
      assert.is_true(other:waits() >= 2, "called " .. other:waits() .. " times")
    end)

    it("closes more than once, and is closed then", function()
      connection:close()
      connection:close()
      assert.error(function()
        connection:flush()
      end)
    end)

    it("may be closed before it is ready, or with statements queued", function()
      local other = db.connect(url)
      other:close()
      must("CREATE TABLE t (a integer)")
      must("BEGIN")
      connection:send("INSERT INTO t VALUES (1)")
      connection:close()
      connection = open()
      assert.same({ { 0 } }, must("SELECT count(*) FROM t").rows)
    end)

    it("is interrupted by a signal, in its statement", function()
      local program = support.write(
        support.tempdir() .. "/interrupted.lua",
        [[
        local db = require("neap.db")
        local c = assert(db.open(arg[1]))
        c:interruptible()
        print("ready")
        io.stdout:flush()
        local answer, err = c:send(arg[2], nil, { at = "m/a.lua:2" })
        local flushed, later = c:flush()
        err = err or later
        print(err and err.kind, err and err.at, c:transaction())
        c:send("ROLLBACK")
        print(c:flush(), c:transaction())
        c:close()
        ]]
      )
      local endless = driver.name == "sqlite"
          and "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        or "SELECT pg_sleep(60)"
      local process = support.start({ "neap", "lua", program, url, endless })
      support.wait_for("the statement", function()
        return process.output().stdout:match("ready")
      end)
      os.execute("sleep 0.3")
      process.signal("INT")
      local result = process.wait(10)
      assert.equal("ready\ninterrupted\tm/a.lua:2\tidle\n", result.stdout:gsub("true\tidle\n", ""))
    end)

    it("is interrupted by a signal between its statements", function()
      local program = support.write(
        support.tempdir() .. "/interrupted.lua",
        [[
        local db = require("neap.db")
        local c = assert(db.open(arg[1]))
        c:interruptible()
        assert(c:send("CREATE TABLE t (a integer)"))
        assert(c:flush())
        assert(c:send("BEGIN"))
        assert(c:flush())
        print("ready")
        io.stdout:flush()
        local answer, err
        repeat
          answer, err = c:send("INSERT INTO t VALUES (1)", nil, { rows = false, at = "m/a.lua:2" })
        until not answer
        c:flush()
        print(err.kind, err.at)
        assert(c:send("ROLLBACK"))
        print(c:flush(), c:transaction())
        c:close()
        ]]
      )
      local process = support.start({ "neap", "lua", program, url })
      support.wait_for("the loop", function()
        return process.output().stdout:match("ready")
      end)
      process.signal("INT")
      local result = process.wait(10)
      assert.equal("ready\ninterrupted\tm/a.lua:2\ntrue\tidle\n", result.stdout, result.stderr)
      assert.same({ { 0 } }, must("SELECT count(*) FROM t").rows)
    end)
  end)
end

describe("the script driver", function()
  for _, dialect in ipairs({ "postgresql", "sqlite" }) do
    it("takes statements for " .. dialect .. " without a database", function()
      local connection <close> = db.script(dialect)
      assert(connection:send("CREATE TABLE t (a integer)", nil, { rows = false }))
      assert(connection:send("INSERT INTO t VALUES ($1)", { "it's" }, { rows = false }))
      assert.is_true(connection:flush())
      assert.equal("script", connection:driver())
      local text = connection:written()
      assert.matches("CREATE TABLE t (a integer);", text, 1, true)
      assert.matches("'it''s'", text, 1, true)
    end)
  end
end)
