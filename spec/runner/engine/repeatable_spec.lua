--- Repeatable objects: directories of SQL files that every upgrade brings up to date.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function view(name, expression)
  return ("DROP VIEW IF EXISTS %s;\nCREATE VIEW %s AS SELECT %s AS x;\n"):format(
    name,
    name,
    expression
  )
end

for _, database in ipairs(support.databases) do
  describe("repeatable objects on " .. database.dialect, function()
    local dir, url

    local function neap(...)
      return projects.neap(dir, "-u", url, ...)
    end

    local function ok(...)
      local result = neap(...)
      assert.equal(0, result.status, result.stderr)
      return result
    end

    local function value(name)
      return database.query(url, ("SELECT x FROM %s;"):format(name))
    end

    before_each(function()
      dir = projects.line({
        ["neap.lua"] = 'return {\n  url = "sqlite:test.db",\n  repeatable = "sql/objects",\n}\n',
        ["sql/objects/a.sql"] = view("a", "1"),
        ["sql/objects/more/b.sql"] = view("b", "2"),
      })
      url = database.new()
    end)

    it("are run after the revisions, and again when they change", function()
      local result = ok("upgrade", "head")
      assert.equal("3 revisions applied. The database is at cc03.\n", result.stdout)
      assert.match(
        "\nrepeatable objects objects/a.sql, objects/more/b.sql ...",
        result.stderr,
        1,
        true
      )
      assert.equal("1 2", value("a") .. " " .. value("b"))
      result = ok("upgrade", "head")
      assert.equal("Nothing to do for head: the database is at cc03.\n", result.stdout)
      assert.equal("", result.stderr)
      support.write(dir .. "/sql/objects/more/b.sql", view("b", "3"))
      database.query(url, "DROP VIEW a; CREATE VIEW a AS SELECT 7 AS x;")
      result = ok("upgrade", "head")
      assert.equal("1 repeatable file run. The database is at cc03.\n", result.stdout)
      assert.equal("7 3", value("a") .. " " .. value("b"))
    end)

    it("stand in the history", function()
      ok("upgrade", "head")
      local entry = projects.decode(ok("--format", "json", "log", "-n", "1").stdout)[1]
      assert.equal("repeatable", entry.direction)
      assert.equal("objects", entry.revision)
      assert.equal("objects/a.sql, objects/more/b.sql", entry.message)
      assert.equal("ok", entry.outcome)
      assert.equal("2", database.query(url, "SELECT count(*) FROM neap_source WHERE kind = 'sql';"))
    end)

    it("are pending in status and --dry-run", function()
      ok("upgrade", "head")
      assert.equal(0, neap("status").status)
      support.write(dir .. "/sql/objects/c.sql", view("c", "3"))
      local result = neap("status")
      assert.equal(3, result.status)
      assert.match("\nrepeatable  objects/c.sql\n", result.stdout, 1, true)
      assert.same(
        { "objects/c.sql" },
        projects.decode(neap("--format", "json", "status").stdout).repeatable
      )
      assert.equal(
        "repeatable objects/c.sql\n"
          .. "1 repeatable file would be run; nothing was written. The database is at cc03.\n",
        ok("upgrade", "head", "--dry-run").stdout
      )
      assert.equal(3, neap("status").status)
      ok("upgrade", "head")
      assert.equal(0, neap("status").status)
      -- Under another name of the directory they are the same files.
      result = support.run({ "neap", "-u", url, "status" }, { cwd = dir .. "/migrations" })
      assert.equal(0, result.status, result.stdout .. result.stderr)
    end)

    it("wait for revisions that are still to come", function()
      local result = ok("upgrade", "bb02")
      assert.equal("2 revisions applied. The database is at bb02.\n", result.stdout)
      assert.is_nil(result.stderr:find("repeatable", 1, true))
      assert.match("\nrepeatable  objects/a.sql\n", neap("status").stdout, 1, true)
      ok("upgrade", "head")
      assert.equal("1", value("a"))
    end)

    it("stay after a downgrade, and are all run after the next upgrade", function()
      ok("upgrade", "head")
      ok("downgrade", "-1")
      assert.equal("1 2", value("a") .. " " .. value("b"))
      database.query(url, "DROP VIEW a;")
      ok("upgrade", "head")
      assert.equal("1 2", value("a") .. " " .. value("b"))
    end)

    it("are all run after a revision that drops something", function()
      ok("upgrade", "head")
      local function add(id, down, body)
        support.write(
          dir .. "/migrations/" .. id .. ".lua",
          projects.revision(id, down, { upgrade = body })
        )
      end
      add(
        "dd04",
        "cc03",
        'op.execute("DROP VIEW a") op.create_table("t", { op.column("x", "integer") })'
      )
      local result = ok("upgrade", "head")
      assert.match("repeatable objects objects/a.sql, objects/more/b.sql", result.stderr, 1, true)
      assert.equal("1", value("a"))
      add("ee05", "dd04", 'op.add_column("t", op.column("y", "integer"))')
      assert.not_match("repeatable", ok("upgrade", "head").stderr, 1, true)
    end)

    it("are run with a file that drops what they mention", function()
      local postgres = database.dialect == "postgresql"
      support.write(
        dir .. "/sql/objects/c.sql",
        postgres
            and [[DROP FUNCTION IF EXISTS put() CASCADE;
              CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
              DROP TRIGGER IF EXISTS put ON "a"; CREATE TRIGGER put INSTEAD OF INSERT ON "a" FOR EACH ROW EXECUTE FUNCTION put();]]
          or 'DROP TRIGGER IF EXISTS put; CREATE TRIGGER put INSTEAD OF INSERT ON "a" BEGIN SELECT 1; END;'
      )
      ok("upgrade", "head")
      support.write(dir .. "/sql/objects/a.sql", view('"a"', "5"))
      local result = ok("upgrade", "head")
      assert.match("repeatable objects objects/a.sql, objects/c.sql", result.stderr, 1, true)
      assert.equal("5", value("a"))
      assert.equal(
        "1",
        database.query(
          url,
          postgres and "SELECT count(*) FROM pg_trigger WHERE tgname = 'put'"
            or "SELECT count(*) FROM sqlite_master WHERE name = 'put'"
        )
      )
    end)

    it("are in scripts", function()
      local script = ok("upgrade", "base:head", "--sql").stdout
      database.query(url, script)
      assert.equal("1 2", value("a") .. " " .. value("b"))
      assert.equal(0, neap("status").status)
      assert.equal(
        "Nothing to do for head: the database is at cc03.\n",
        ok("upgrade", "head").stdout
      )
      assert.is_nil(ok("upgrade", "base:bb02", "--sql").stdout:find("VIEW a", 1, true))
    end)

    it("fail as a whole, with the file and the line", function()
      support.write(dir .. "/sql/objects/b.sql", "SELECT 1;\n\nSELECT nothing FROM nowhere;\n")
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.match("nowhere", result.stderr, 1, true)
      assert.matches("at neap%.lua:3\n  via sql/objects/b%.sql:3:%d+\n", result.stderr)
      assert.match("Rolled back. The database is at cc03.", result.stderr, 1, true)
      assert.equal(
        "failed",
        projects.decode(ok("--format", "json", "log", "-n", "1").stdout)[1].outcome
      )
      assert.equal(3, neap("status").status)
      support.write(dir .. "/sql/objects/b.sql", view("c", "1"))
      ok("upgrade", "head")
      assert.equal("1", value("a"))
    end)

    it("are one transaction, also in a run that is one", function()
      ok("upgrade", "head", "--transaction", "all")
      assert.equal("1", value("a"))
    end)
  end)
end

describe("repeatable objects on postgresql", function()
  local dir, url

  before_each(function()
    dir = projects.line({
      ["neap.lua"] = 'return { url = "sqlite:test.db", repeatable = "sql/objects" }\n',
      ["sql/objects/a.sql"] = "CREATE OR REPLACE VIEW a AS SELECT z() AS x;\n",
      ["sql/objects/z.sql"] = "CREATE OR REPLACE FUNCTION z() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n",
    })
    url = support.postgres()
  end)

  it("come in the order of what they need", function()
    projects.must(dir, "-u", url, "upgrade", "head")
    assert.equal("1", support.psql(url, "SELECT x FROM a"))
    local offline = support.postgres()
    support.psql(offline, projects.must(dir, "-u", url, "upgrade", "base:head", "--sql"))
    assert.equal("1", support.psql(offline, "SELECT x FROM a"))
  end)

  it("drop the overload that a file makes no more", function()
    url = support.postgres()
    local function twice(kind)
      return ("CREATE OR REPLACE FUNCTION twice(a %s) RETURNS %s LANGUAGE sql AS 'SELECT a * 2';"):format(
        kind,
        kind
      )
    end
    dir = projects.line({
      ["neap.lua"] = ('return { url = "%s", repeatable = "sql/objects" }'):format(url),
      ["sql/objects/f.sql"] = twice("integer"),
    })
    assert.equal(0, projects.neap(dir, "upgrade", "head").status)
    support.write(dir .. "/sql/objects/f.sql", twice("bigint"))
    local result = projects.neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.match(
      "does not make it any more: FUNCTION public.twice(integer) (objects/f.sql)",
      result.stderr,
      1,
      true
    )
    assert.equal(
      "twice(bigint)",
      support.psql(url, "SELECT oid::regprocedure FROM pg_proc WHERE proname = 'twice'")
    )
  end)

  it("may change a result that others use", function()
    projects.must(dir, "-u", url, "upgrade", "head")
    support.psql(url, "GRANT SELECT ON a TO PUBLIC")
    support.write(
      dir .. "/sql/objects/z.sql",
      "CREATE OR REPLACE FUNCTION z() RETURNS text LANGUAGE sql AS 'SELECT ''two''::text';\n"
    )
    projects.must(dir, "-u", url, "upgrade", "head")
    assert.equal(
      "two|t",
      support.psql(url, "SELECT x, has_table_privilege('public', 'a', 'SELECT') FROM a")
    )
  end)

  it("name both of two files that need each other", function()
    support.write(dir .. "/sql/objects/b.sql", "CREATE VIEW b AS SELECT * FROM c;\n")
    support.write(dir .. "/sql/objects/c.sql", "CREATE VIEW c AS SELECT * FROM b;\n")
    local result = projects.neap(dir, "-u", url, "upgrade", "head")
    assert.equal(1, result.status)
    assert.match("objects/b.sql", result.stderr, 1, true)
    assert.match("objects/c.sql", result.stderr, 1, true)
    assert.match("need each other", result.stderr, 1, true)
  end)
end)

describe("repeatable in neap.lua", function()
  local function status(config, files)
    local all = { ["neap.lua"] = config }
    for path, text in pairs(files or {}) do
      all[path] = text
    end
    return projects.neap(projects.line(all), "upgrade", "head")
  end

  it("names a directory below sql", function()
    local result = status('return { url = "sqlite:a.db",\n repeatable = "objects" }')
    assert.equal(2, result.status)
    assert.match(
      "neap.lua: repeatable: objects is not below the directory of SQL files, sql\n  at neap.lua:2",
      result.stderr,
      1,
      true
    )
  end)

  it("may be a list", function()
    local result = status(
      'return { url = "sqlite:a.db", sql = "sql/", repeatable = { "sql/one/", "sql/two" } }',
      { ["sql/one/a.sql"] = view("a", "1"), ["sql/two/b.sql"] = view("b", "1") }
    )
    assert.equal(0, result.status, result.stderr)
    assert.match("repeatable one, two one/a.sql, two/b.sql", result.stderr, 1, true)
  end)

  it("says what is wrong with the directory", function()
    local result = status('return { url = "sqlite:a.db", repeatable = "sql/objects" }')
    assert.equal(2, result.status)
    assert.match("cannot open sql (sql in neap.lua): No such file", result.stderr, 1, true)
    result = status(
      'return { url = "sqlite:a.db", repeatable = "sql/objects" }',
      { ["sql/other.sql"] = "" }
    )
    assert.equal(2, result.status)
    assert.match("cannot read sql/objects: No such file", result.stderr, 1, true)
    assert.is_nil(result.stderr:find("upgrade aa01", 1, true))
    result =
      status('return { url = "sqlite:a.db", history_table = false, repeatable = "sql/objects" }')
    assert.equal(2, result.status)
    assert.match("repeatable needs a history table", result.stderr, 1, true)
    result = status(
      'return { url = "sqlite:a.db", repeatable = "sql/objects" }',
      { ["sql/objects/a.sql"] = "\255" }
    )
    assert.equal(2, result.status)
    assert.match("sql/objects/a.sql is not UTF-8: line 1, byte 1", result.stderr, 1, true)
  end)

  it("does not let a directory loop hang it", function()
    local dir = projects.line({
      ["neap.lua"] = 'return { url = "sqlite:a.db", repeatable = "sql/objects" }',
      ["sql/objects/a.sql"] = view("a", "1"),
    })
    support.must({ "ln", "-s", "..", dir .. "/sql/objects/loop" })
    local result = projects.neap(dir, "upgrade", "head")
    assert.equal(2, result.status)
    assert.match(
      "objects/loop/objects is a link back to a directory that it is in",
      result.stderr,
      1,
      true
    )
  end)

  it("is left alone where the database is ahead of the checkout", function()
    local dir = projects.line({
      ["neap.lua"] = 'return { url = "sqlite:a.db", repeatable = "sql/objects" }',
      ["sql/objects/a.sql"] = view("a", "2"),
    })
    projects.must(dir, "upgrade", "head")
    support.must({ "rm", dir .. "/migrations/03_cc03.lua" })
    support.write(dir .. "/sql/objects/a.sql", view("a", "1"))
    projects.must(dir, "upgrade", "head", "--allow-ahead")
    assert.equal("2", support.sqlite(dir .. "/a.db", "SELECT x FROM a;"))
  end)
end)
