--- create, drop, wait: whole databases.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function neap(url, ...)
  return support.run({ "neap", "-u", url, ... }, { cwd = projects.line() })
end

local function ok(url, ...)
  local result = neap(url, ...)
  assert.equal(0, result.status, result.stderr)
  return result.stdout
end

local number = 0

-- A URL of the test server whose database is not there yet, and its name.
local function missing(user)
  number = number + 1
  local name = ("neap_made_%d_%d"):format(os.time() % 100000, number)
  local url = support.server():gsub("/postgres%?", "/" .. name .. "?")
  if user then
    url = url:gsub("user=%w+", "user=" .. user)
  end
  return url, name
end

local function databases()
  return "\n"
    .. support.psql(support.server(), "SELECT datname FROM pg_database ORDER BY 1")
    .. "\n"
end

local function has(name)
  return databases():find("\n" .. name .. "\n", 1, true) ~= nil
end

describe("create and drop on postgresql", function()
  it("make a database and remove it, once each", function()
    local url, name = missing()
    assert.equal(name .. " created\n", ok(url, "create"))
    assert.is_true(has(name))
    assert.equal(name .. " is there already\n", ok(url, "create"))
    ok(url, "upgrade", "head")
    assert.equal(name .. " dropped\n", ok(url, "drop", "--yes"))
    assert.is_false(has(name))
    assert.equal(name .. " is not there\n", ok(url, "drop", "--yes"))
  end)

  it("give it an owner, an encoding and a template", function()
    support.psql(
      support.server(),
      "DROP ROLE IF EXISTS neap_spec_owner; CREATE ROLE neap_spec_owner"
    )
    local url, name = missing()
    ok(url, "create", "--owner", "neap_spec_owner", "--encoding", "SQL_ASCII")
    assert.equal(
      "neap_spec_owner|SQL_ASCII",
      support.psql(
        support.server(),
        ("SELECT datdba::regrole, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = '%s'"):format(
          name
        )
      )
    )
    local copy, copy_name = missing()
    support.psql(url, "CREATE TABLE t (x integer)")
    ok(copy, "create", "--template", name)
    assert.equal("0", support.psql(copy, "SELECT count(*) FROM t"))
    ok(copy, "drop", "--yes")
    ok(url, "drop", "--yes")
    assert.is_false(has(name) or has(copy_name))
    support.psql(support.server(), "DROP ROLE neap_spec_owner")
  end)

  it("take names that need quotes", function()
    local url = support.server():gsub("/postgres%?", "/a%%22b%%20\"c'?")
    ok(url, "create")
    assert.is_true(has('a"b "c\''))
    ok(url, "drop", "--yes")
    assert.is_false(has('a"b "c\''))
  end)

  it("say it in JSON", function()
    local url, name = missing()
    assert.same(
      { database = name, created = true },
      projects.decode(ok(url, "--format", "json", "create"))
    )
    assert.same(
      { database = name, dropped = true },
      projects.decode(ok(url, "--format", "json", "drop", "-y"))
    )
  end)

  it("name the role that may not, and the owner that is none", function()
    support.psql(
      support.server(),
      "DROP ROLE IF EXISTS neap_spec_weak; CREATE ROLE neap_spec_weak LOGIN"
    )
    local url, name = missing("neap_spec_weak")
    local result = neap(url, "create")
    assert.equal(1, result.status)
    assert.match("permission denied to create database", result.stderr, 1, true)
    assert.match("CREATEDB", result.stderr, 1, true)
    local mine = missing()
    result = neap(mine, "create", "--owner", "neap_spec_nobody")
    assert.equal(1, result.status)
    assert.match('role "neap_spec_nobody" does not exist', result.stderr, 1, true)
    assert.is_false(has(name))
    local other = support.postgres():gsub("user=%w+", "user=neap_spec_weak")
    result = neap(other, "drop", "--yes")
    assert.equal(1, result.status)
    assert.match("must be owner of database", result.stderr, 1, true)
    support.psql(support.server(), "DROP ROLE neap_spec_weak")
  end)

  it("do not drop a database in use, but with --force", function()
    local url, name = missing()
    ok(url, "create")
    local user = support.start({
      "psql",
      "-X",
      "-d",
      (url:gsub("%?", "?application_name=reader&")),
      "-c",
      "SELECT pg_sleep(60)",
    })
    support.wait_for("the reader", function()
      return support.psql(
        support.server(),
        ("SELECT 1 FROM pg_stat_activity WHERE datname = '%s'"):format(name)
      ) == "1"
    end)
    local result = neap(url, "drop", "--yes")
    assert.equal(1, result.status)
    assert.match("is being accessed by other users", result.stderr, 1, true)
    assert.match("in use by backend %d+, user postgres, reader", result.stderr)
    assert.match("--force ends", result.stderr, 1, true)
    assert.is_true(has(name))
    ok(url, "drop", "--yes", "--force")
    assert.is_false(has(name))
    user.wait()
  end)

  it("say what is missing when neap's tables cannot be made", function()
    local url = support.postgres()
    local role = "neap_weak_" .. os.time() % 100000
    support.psql(
      url,
      ("CREATE ROLE %s LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC"):format(role)
    )
    local result = neap(url:gsub("user=%w+", "user=" .. role), "ensure-version")
    support.psql(url, "DROP ROLE " .. role)
    assert.equal(1, result.status)
    assert.match("permission denied for schema public", result.stderr, 1, true)
    assert.match("GRANT CREATE ON SCHEMA public to who connects", result.stderr, 1, true)
  end)

  it("are what is advised where the database is missing", function()
    local url = support.server():gsub("/postgres%?", "/neap_is_not_there?")
    for _, command in ipairs({ "status", "current", "dump" }) do
      local result = neap(url, command)
      assert.equal(5, result.status)
      assert.match(
        'database "neap_is_not_there" does not exist\n  `neap create` makes it; `neap setup`',
        result.stderr,
        1,
        true
      )
    end
  end)

  it("say what is wrong when the server cannot be reached", function()
    for _, command in ipairs({ "create", "drop" }) do
      local result = neap("postgresql:///app?host=/nowhere", command, "-q")
      assert.equal(5, result.status, result.stderr)
      assert.match("cannot connect to postgresql:///app?host=/nowhere", result.stderr, 1, true)
      assert.equal("", result.stdout)
    end
  end)
end)

describe("create and drop on sqlite", function()
  it("make a file, and remove it with what is beside it", function()
    local dir = support.tempdir()
    local url = "sqlite:" .. dir .. "/app.db"
    assert.equal("app.db created\n", ok(url, "create"))
    assert.equal("", support.read(dir .. "/app.db"))
    assert.equal("app.db is there already\n", ok(url, "create"))
    support.sqlite(dir .. "/app.db", "PRAGMA journal_mode = wal; CREATE TABLE t (x);")
    for _, suffix in ipairs({ "-wal", "-shm", "-journal" }) do
      support.write(dir .. "/app.db" .. suffix, "")
    end
    assert.equal("app.db dropped\n", ok(url, "drop", "--yes"))
    assert.equal("", support.must({ "ls", dir }))
    assert.equal("app.db is not there\n", ok(url, "drop", "--yes"))
  end)

  it("leave alone what is no database", function()
    local dir = support.tempdir()
    support.write(dir .. "/notes.txt", "I am no database, whoever says so.\n")
    support.must({ "mkdir", dir .. "/directory" })
    for name, message in pairs({
      ["notes.txt"] = "it is no SQLite database",
      directory = "it is no regular file",
    }) do
      for _, command in ipairs({ "create", "drop" }) do
        local result =
          neap("sqlite:" .. dir .. "/" .. name, command, command == "drop" and "--yes" or "-q")
        assert.equal(5, result.status, result.stderr)
        assert.match(message, result.stderr, 1, true)
      end
    end
    assert.equal("directory\nnotes.txt\n", support.must({ "ls", dir }))
    local result = neap("sqlite:" .. dir .. "/nowhere/app.db", "create")
    assert.equal(1, result.status)
    assert.match("cannot create .*/nowhere/app.db: No such file", result.stderr)
    result = neap("sqlite::memory:", "create")
    assert.equal(2, result.status)
    result = neap("sqlite:" .. dir .. "/app.db", "create", "--owner", "me")
    assert.equal(2, result.status)
    assert.match("for PostgreSQL", result.stderr, 1, true)
  end)

  it("do not drop a file that someone writes to, but with --force", function()
    local dir = support.tempdir()
    local url = "sqlite:" .. dir .. "/app.db"
    support.sqlite(dir .. "/app.db", "CREATE TABLE t (x);")
    local writer = support.start({
      "sh",
      "-c",
      ("{ echo 'BEGIN IMMEDIATE; INSERT INTO t VALUES (1);'; sleep 30; } | sqlite3 %s/app.db"):format(
        dir
      ),
    })
    support.wait_for("the writer", function()
      return support.read(dir .. "/app.db-journal")
    end)
    local result = neap(url, "drop", "--yes")
    assert.equal(1, result.status)
    assert.match("app.db is in use", result.stderr, 1, true)
    assert.match("Nothing was removed.", result.stderr, 1, true)
    ok(url, "drop", "--yes", "--force")
    assert.is_nil(support.read(dir .. "/app.db"))
    writer.signal("KILL")
  end)
end)

describe("drop", function()
  local dir

  -- Answers on a terminal.
  local function typed(answer, ...)
    local words = { support.bin, ... }
    for i, word in ipairs(words) do
      words[i] = support.quote(word)
    end
    return support.run(
      { "script", "-qec", table.concat(words, " "), "/dev/null" },
      { cwd = dir, stdin = answer .. "\n" }
    )
  end

  before_each(function()
    dir = support.project({
      ["neap.lua"] = [[return { url = "sqlite:app.db", environments = {
        production = { url = "sqlite:app.db", protected = true } } }]],
    })
    support.must({ "neap", "create" }, { cwd = dir })
  end)

  it("asks for the name on a terminal", function()
    local result = typed("app", "drop")
    assert.equal(1, result.status, result.stdout)
    assert.match("This removes the database app.db", result.stdout, 1, true)
    assert.match("that is not app.db; nothing was removed", result.stdout, 1, true)
    assert.is_not_nil(support.read(dir .. "/app.db"))
    result = typed("app.db", "drop")
    assert.equal(0, result.status, result.stdout)
    assert.is_nil(support.read(dir .. "/app.db"))
  end)

  it("wants --yes where there is no terminal", function()
    local result = support.run({ "neap", "drop" }, { cwd = dir, stdin = "app.db\n" })
    assert.equal(2, result.status)
    assert.match("there is no terminal to ask on", result.stderr, 1, true)
    assert.match("--yes", result.stderr, 1, true)
    assert.is_not_nil(support.read(dir .. "/app.db"))
  end)

  it("refuses what is protected", function()
    local result = support.run(
      { "neap", "-e", "production", "drop", "--yes", "--force" },
      { cwd = dir }
    )
    assert.equal(1, result.status)
    assert.match("the environment production is protected: drop refuses it", result.stderr, 1, true)
    assert.is_not_nil(support.read(dir .. "/app.db"))
    support.write(dir .. "/neap.lua", 'return { url = "sqlite:app.db", protected = true }')
    result = support.run({ "neap", "drop", "--yes" }, { cwd = dir })
    assert.equal(1, result.status)
    assert.match("this database is protected", result.stderr, 1, true)
    assert.is_not_nil(support.read(dir .. "/app.db"))
  end)
end)

describe("wait", function()
  it("is over at once when the server answers, with or without the database", function()
    local url = support.server()
    assert.match("^postgresql://.* answers\n$", ok(url, "wait"))
    assert.match("answers; the database is not there yet\n$", ok(missing(), "wait"))
    assert.match("answers; the database is not there yet\n$", ok("sqlite:missing.db", "wait"))
  end)

  it("gives up with status 5", function()
    local result = neap("postgresql:///app?host=/nowhere", "wait", "--timeout", "600ms")
    assert.equal(5, result.status)
    assert.match("cannot connect to postgresql:///app?host=/nowhere", result.stderr, 1, true)
    assert.match("Gave up after 0%.[678]", result.stderr)
  end)

  it("waits for a server that begins to answer", function()
    support.psql(support.server(), "DROP ROLE IF EXISTS neap_spec_late")
    local url = support.server():gsub("user=%w+", "user=neap_spec_late")
    local waiting = support.start({ "neap", "-u", url, "wait" }, { cwd = projects.line() })
    os.execute("sleep 0.5")
    assert.is_nil(waiting.ended())
    support.psql(support.server(), "CREATE ROLE neap_spec_late LOGIN")
    assert.equal(0, waiting.wait().status)
    support.psql(support.server(), "DROP ROLE neap_spec_late")
  end)

  it("can be interrupted", function()
    local waiting = support.start(
      { "neap", "-u", "postgresql:///app?host=/nowhere", "wait" },
      { cwd = projects.line() }
    )
    os.execute("sleep 0.3")
    waiting.signal("INT")
    assert.equal(130, waiting.wait().status)
  end)
end)
