-- What the SQLite driver does beyond the contract of drivers_spec.lua.
local db = require("neap.db")
local support = require("spec.support")

describe("the SQLite driver", function()
  local dir, path, connection

  local function open(url, settings)
    local opened, err = db.open(url or ("sqlite:" .. path), settings)
    assert(opened, err and err.message)
    return opened
  end

  local function run(sql, params, options, on)
    return (on or connection):send(sql, params, options)
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
    dir = support.tempdir()
    path = dir .. "/test.db"
    connection = open()
  end)

  after_each(function()
    connection:close()
  end)

  describe("a URL", function()
    it("is a path, or SQLAlchemy's", function()
      for _, url in ipairs({ "sqlite:" .. path, "sqlite:///" .. path }) do
        local other <close> = open(url)
        assert.equal(path, other:info("database"))
        assert.equal(url, other:display())
      end
      for _, url in ipairs({ "sqlite::memory:", "sqlite:///:memory:", "sqlite://" }) do
        local other <close> = open(url)
        assert.equal(":memory:", other:info("database"))
      end
    end)

    it("may be relative", function()
      local program = support.write(
        dir .. "/relative.lua",
        [[
          local db = require("neap.db")
          for i, url in ipairs({ "sqlite:a.db", "sqlite:///b.db", "sqlite:file:c.db" }) do
            local c = assert(db.open(url))
            assert(c:send("CREATE TABLE t (a int)"))
            c:close()
          end
        ]]
      )
      support.must({ "neap", "lua", program }, { cwd = dir })
      for _, name in ipairs({ "a.db", "b.db", "file:c.db" }) do
        assert.truthy(support.read(dir .. "/" .. name), name)
      end
    end)

    it("may be wrong", function()
      for _, url in ipairs({ "sqlite:", "sqlite:///", "sqlite://host/a.db", "sqlite:a.db?mode=ro" }) do
        local opened, err = db.connect(url)
        assert.is_nil(opened, url)
        assert.equal("usage", err.kind)
        assert.matches(url, err.message, 1, true)
        assert.matches("sqlite:relative.db", err.advice, 1, true)
      end
    end)

    it("of a directory that is not there names it", function()
      local opened, err = db.open("sqlite:" .. dir .. "/none/a.db")
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches("the directory " .. dir .. "/none does not exist", err.message, 1, true)
    end)

    it("of something else than a database says so", function()
      local opened, err = db.open("sqlite:" .. dir)
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches("it is a directory", err.message)
      support.write(dir .. "/text.db", ("This is no database. "):rep(200))
      opened, err = db.open("sqlite:" .. dir .. "/text.db")
      assert.is_nil(opened)
      assert.equal("unreachable", err.kind)
      assert.matches("file is not a database", err.message)
    end)
  end)

  describe("a connection", function()
    it("checks foreign keys and waits for the disk", function()
      assert.equal(1, scalar("PRAGMA foreign_keys"))
      assert.equal(2, scalar("PRAGMA synchronous"))
      must("CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE c (a REFERENCES p)")
      assert.is_nil(run("INSERT INTO c VALUES (1)"))
    end)

    it("takes no quoted name for a string", function()
      local _, err = run('SELECT "nothing"')
      assert.matches("no such column: nothing", err.message)
      assert.is_nil(run('CREATE TABLE t (a DEFAULT "x", CHECK (a <> "y"))'))
    end)

    it("is defended against SQL that breaks the file or loads code", function()
      must("PRAGMA writable_schema = ON")
      assert.is_nil(run("DELETE FROM sqlite_schema"))
      assert.is_nil(run("SELECT load_extension('x')"))
    end)

    it("reads databases that hold quoted strings", function()
      support.sqlite(
        path,
        'CREATE TABLE old (a TEXT DEFAULT "x"); CREATE INDEX old_a ON old (a) WHERE a <> "y";'
          .. 'INSERT INTO old VALUES ("z");'
      )
      assert.equal(1, scalar("SELECT count(*) FROM old WHERE a = 'z'"))
    end)
  end)

  describe("read only", function()
    local read_only = { read_only = true }

    it("a file that is not there is empty and stays away", function()
      local other <close> = open("sqlite:" .. dir .. "/none/none.db", read_only)
      assert.equal(0, scalar("SELECT count(*) FROM sqlite_schema", other))
      assert.is_nil(support.read(dir .. "/none/none.db"))
    end)

    it("a file that is there is read", function()
      must("CREATE TABLE t (a)")
      local other <close> = open(nil, read_only)
      assert.equal(1, scalar("SELECT count(*) FROM sqlite_schema", other))
    end)

    it("what a crash has left is undone first", function()
      must("PRAGMA cache_size = 1; CREATE TABLE t (a); INSERT INTO t VALUES ('before')")
      -- A transaction that has reached the file, and whose process then ends.
      local program = support.write(
        dir .. "/crash.lua",
        [[
          local db = require("neap.db")
          local c = assert(db.open(arg[1]))
          assert(c:send("PRAGMA cache_size = 1; BEGIN; UPDATE t SET a = 'after'"))
          assert(c:send("INSERT INTO t SELECT hex(randomblob(4000)) FROM pragma_function_list LIMIT 200"))
          print("ready")
          io.stdout:flush()
          while true do end
        ]]
      )
      local process = support.start({ "neap", "lua", program, "sqlite:" .. path })
      support.wait_for("the transaction", function()
        return process.output().stdout:match("ready")
      end)
      process.signal("KILL")
      process.wait(10)
      assert.truthy(support.read(path .. "-journal"), "no journal was left")
      local other <close> = open(nil, read_only)
      assert.same({ { "before" } }, must("SELECT a FROM t", nil, nil, other).rows)
    end)
  end)

  describe("statements", function()
    it("may be several in one text", function()
      local answer = must(
        "CREATE TABLE t (a); -- one\nINSERT INTO t VALUES (1), (2);\n;INSERT INTO t VALUES (3);"
      )
      assert.equal(3, answer.affected)
      local _, err =
        run("INSERT INTO t VALUES (4); SELECT nowhere FROM t; INSERT INTO t VALUES (5)")
      assert.matches("nowhere", err.message)
      assert.equal(34, err.position)
      assert.equal(4, scalar("SELECT count(*) FROM t"))
    end)

    it("keep a trigger's body together", function()
      must("CREATE TABLE t (a); CREATE TABLE u (a)")
      must(
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1); INSERT INTO u VALUES (2); END"
      )
      must("INSERT INTO t VALUES (1)")
      assert.equal(2, scalar("SELECT count(*) FROM u"))
    end)

    it("number their parameters as $1, ?1 or ?", function()
      for _, sql in ipairs({ "SELECT $2 || $1", "SELECT ?2 || ?1" }) do
        assert.equal("ba", must(sql, { "a", "b" }).rows[1][1])
      end
      assert.equal("ab", must("SELECT ? || ?", { "a", "b" }).rows[1][1])
    end)

    it("cannot have parameters with names", function()
      local _, err = run("SELECT :name", { 1 })
      assert.equal("failed", err.kind)
      assert.matches("the parameter :name has no number", err.message, 1, true)
    end)

    it("give values as they are stored", function()
      local row = must("SELECT 1, 1.0, '1', x'0031', x'', 'a' || char(0) || 'b', NULL").rows[1]
      assert.same({ 1, 1.0, "1", { bytes = "\0001" }, { bytes = "" }, "a\0b", db.null }, row)
      assert.equal("float", math.type(row[2]))
    end)

    it("keep text with NUL bytes, and empty bytes, apart from NULL", function()
      must("CREATE TABLE t (a, b)")
      must("INSERT INTO t VALUES ($1, $2)", { "a\0b", { bytes = "" } })
      assert.same(
        { { "text", 3, "blob", 0 } },
        must("SELECT typeof(a), length(CAST(a AS BLOB)), typeof(b), length(b) FROM t").rows
      )
    end)

    it("have no tag", function()
      assert.equal("", must("CREATE TABLE t (a)").tag)
    end)

    it("do not count what triggers write", function()
      must("CREATE TABLE t (a); CREATE TABLE u (a)")
      must("CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1), (2), (3); END")
      assert.equal(2, must("INSERT INTO t VALUES (1), (2)").affected)
      assert.equal(0, must("ALTER TABLE t RENAME TO v").affected)
      assert.equal(0, must("CREATE TABLE w AS SELECT * FROM v").affected)
    end)
  end)

  describe("a transaction", function()
    it("that a statement has rolled back is known to be gone", function()
      must("CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)")
      for _, sql in ipairs({
        "INSERT OR ROLLBACK INTO t VALUES (1)",
        "INSERT INTO t VALUES (2); INSERT OR ROLLBACK INTO t VALUES (1)",
      }) do
        must("BEGIN")
        local answer, err = run(sql)
        assert.is_nil(answer)
        assert.is_true(err.statement_ended_transaction)
        assert.equal("idle", connection:transaction())
      end
      must("CREATE TRIGGER x BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
      must("BEGIN")
      local _, err = run("DELETE FROM t")
      assert.equal("no", err.message)
      assert.is_true(err.statement_ended_transaction)
    end)

    it("that goes on after an error is known to be open", function()
      must("CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1)")
      must("BEGIN")
      local _, err = run("INSERT INTO t VALUES (1)")
      assert.is_false(err.statement_ended_transaction)
      assert.equal("open", connection:transaction())
      must("ROLLBACK")
      _, err = run("INSERT INTO t VALUES (1)")
      assert.is_false(err.statement_ended_transaction)
    end)
  end)

  describe("a lock", function()
    -- Another process that holds the database; it ends when the connection's spec is over.
    local function hold(sql)
      local program = support.write(
        dir .. "/hold.lua",
        [[
          local db = require("neap.db")
          local c = assert(db.open(arg[1]))
          assert(c:send(arg[2]))
          print("ready")
          io.stdout:flush()
          while true do end
        ]]
      )
      local process = support.start({ "neap", "lua", program, "sqlite:" .. path, sql })
      support.wait_for("the lock", function()
        return process.output().stdout:match("ready")
      end)
      return process
    end

    it("of nobody has no holder", function()
      must("CREATE TABLE t (a)")
      assert.is_nil(connection:info("lock_holder"))
      must("BEGIN IMMEDIATE")
      assert.is_nil(connection:info("lock_holder"))
    end)

    for _, mode in ipairs({ "DELETE", "WAL" }) do
      it("names its holder, in journal mode " .. mode, function()
        must("PRAGMA journal_mode = " .. mode)
        must("CREATE TABLE t (a)")
        local process = hold("BEGIN IMMEDIATE")
        local answer, err = run("BEGIN IMMEDIATE")
        assert.is_nil(answer)
        assert.equal("locked", err.kind)
        assert.equal("database is locked", err.message)
        local holder = ("pid %d"):format(process.pid)
        assert.matches("^host .+, pid %d+$", connection:info("lock_holder"))
        assert.matches(holder, connection:info("lock_holder"), 1, true)
        assert.matches("in use by host .*, " .. holder, err.advice)
        process.signal("KILL")
        process.wait(10)
        assert.is_true(must("BEGIN IMMEDIATE").done)
      end)
    end

    it("that ends in time is waited for", function()
      must("CREATE TABLE t (a)")
      local process = hold("BEGIN IMMEDIATE")
      local patient <close> = open(nil, { busy_timeout_ms = 20000 })
      os.execute(("{ sleep 0.5; kill -KILL %d; } &"):format(process.pid))
      assert.is_true(must("BEGIN IMMEDIATE", nil, nil, patient).done)
      assert.is_true(patient:waits() >= 2)
    end)

    it("is not waited for after a signal", function()
      must("CREATE TABLE t (a)")
      must("BEGIN IMMEDIATE")
      local program = support.write(
        dir .. "/wait.lua",
        [[
          local db = require("neap.db")
          local c = assert(db.open(arg[1], { busy_timeout_ms = 60000 }))
          c:interruptible()
          print("ready")
          io.stdout:flush()
          local answer, err = c:send("BEGIN IMMEDIATE")
          print(answer, err.kind)
          c:close()
        ]]
      )
      local process = support.start({ "neap", "lua", program, "sqlite:" .. path })
      support.wait_for("the wait", function()
        return process.output().stdout:match("ready")
      end)
      os.execute("sleep 0.3")
      process.signal("TERM")
      assert.equal("ready\nnil\tinterrupted\n", process.wait(10).stdout)
    end)
  end)

  it("has no COPY", function()
    assert.error(function()
      connection:copy_begin("COPY t FROM STDIN")
    end)
  end)

  it("says what it needs to write", function()
    must("CREATE TABLE t (a)")
    connection:close()
    os.execute("chmod 444 " .. path)
    -- root writes whatever the mode says
    local other <close> = open(nil, { read_only = true })
    assert.equal(0, scalar("SELECT count(*) FROM t", other))
    os.execute("chmod 644 " .. path)
    connection = open()
  end)
end)
