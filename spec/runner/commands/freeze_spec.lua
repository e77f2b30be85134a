--- freeze: an old revision keeps the SQL files that it was written for.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function project(files)
  return projects.make({
    {
      "aa01",
      nil,
      {
        upgrade = 'op.load_sql("tables/t.sql") op.load_sql_dir("views")',
        downgrade = 'op.load_sql("undo/t.sql")',
      },
    },
    {
      "bb02",
      "aa01",
      {
        upgrade = 'op.execute("INSERT INTO t VALUES (7)")',
        downgrade = 'op.execute("DELETE FROM t")',
      },
    },
  }, files or {
    ["sql/tables/t.sql"] = "CREATE TABLE t (x integer);\n",
    ["sql/views/v.sql"] = "CREATE VIEW v AS SELECT x FROM t;\n",
    ["sql/undo/t.sql"] = "DROP VIEW v; DROP TABLE t;\n",
  })
end

local function copy(dir, path)
  return support.read(dir .. "/sql/.at/aa01/" .. path)
end

for _, database in ipairs(support.databases) do
  it(
    "lets a first revision run on a new "
      .. database.dialect
      .. " database after the files moved on",
    function()
      local dir = project()
      projects.must(dir, "-u", database.new(), "freeze", "--all")
      support.write(dir .. "/sql/tables/t.sql", "CREATE TABLE t2 (y integer);\n")
      support.must({ "rm", "-r", dir .. "/sql/views", dir .. "/sql/undo" })
      local url = database.new()
      projects.must(dir, "-u", url, "upgrade", "head")
      assert.equal("7", database.query(url, "SELECT x FROM v;"))
      projects.must(dir, "-u", url, "downgrade", "base")
      local script = projects.must(dir, "-u", url, "upgrade", "base:head", "--sql")
      assert.match("CREATE VIEW v", script, 1, true)
    end
  )
end

describe("freeze", function()
  it("copies what upgrade and downgrade load, and says so", function()
    local dir = project()
    assert.equal(
      "sql/.at/aa01/tables/t.sql would be written\nsql/.at/aa01/views/v.sql would be written\n"
        .. "sql/.at/aa01/undo/t.sql would be written\n",
      projects.must(dir, "freeze", "aa01", "--dry-run")
    )
    assert.is_nil(copy(dir, "views/v.sql"))
    assert.equal(
      "sql/.at/aa01/tables/t.sql written\nsql/.at/aa01/views/v.sql written\n"
        .. "sql/.at/aa01/undo/t.sql written\n",
      projects.must(dir, "freeze", "aa01")
    )
    assert.equal("CREATE VIEW v AS SELECT x FROM t;\n", copy(dir, "views/v.sql"))
    assert.equal(
      "sql/.at/aa01/tables/t.sql is there already\nsql/.at/aa01/views/v.sql is there already\n"
        .. "sql/.at/aa01/undo/t.sql is there already\n",
      projects.must(dir, "freeze", "--all")
    )
    assert.equal("That revision loads no SQL files.\n", projects.must(dir, "freeze", "bb02"))
  end)

  it("keeps a copy that differs, but with --replace", function()
    local dir = project()
    projects.must(dir, "freeze", "aa01")
    support.write(dir .. "/sql/views/v.sql", "CREATE VIEW v AS SELECT x + 1 AS x FROM t;\n")
    projects.must(dir, "freeze", "aa01")
    assert.equal("CREATE VIEW v AS SELECT x FROM t;\n", copy(dir, "views/v.sql"))
    assert.match(
      "views/v.sql replaced\n",
      projects.must(dir, "freeze", "aa01", "--replace"),
      1,
      true
    )
    assert.equal("CREATE VIEW v AS SELECT x + 1 AS x FROM t;\n", copy(dir, "views/v.sql"))
  end)

  it("says it in JSON", function()
    local list = projects.json(project(), "freeze", "aa01")
    assert.equal(3, #list)
    assert.same(
      { revision = "aa01", path = "sql/.at/aa01/tables/t.sql", state = "written" },
      list[1]
    )
  end)

  it("takes what the database recorded for a revision that asks it on its way", function()
    local dir = projects.make({
      {
        "aa01",
        nil,
        {
          upgrade = 'if op.scalar("SELECT 1") == 1 then op.load_sql("a.sql") end',
          downgrade = 'op.execute("DROP TABLE a")',
        },
      },
    }, { ["sql/a.sql"] = "CREATE TABLE a (x integer);\n" })
    local result = projects.neap(dir, "freeze", "aa01")
    assert.equal(1, result.status)
    assert.match(
      "aa01 cannot be frozen: op.scalar: a script cannot ask the database",
      result.stderr,
      1,
      true
    )
    assert.match("at migrations/01_aa01.lua:%d+", result.stderr)
    assert.match("Give the URL of a database that it was applied to", result.stderr, 1, true)
    projects.must(dir, "upgrade", "head")
    support.write(dir .. "/sql/a.sql", "CREATE TABLE other (x integer);\n")
    assert.equal("sql/.at/aa01/a.sql written\n", projects.must(dir, "freeze", "aa01"))
    assert.equal("CREATE TABLE a (x integer);\n", copy(dir, "a.sql"))
    -- From another directory the sql root is called otherwise.
    support.must({ "rm", "-r", dir .. "/sql/.at" })
    support.must({ "neap", "freeze", "aa01" }, { cwd = dir .. "/migrations" })
    assert.equal("CREATE TABLE a (x integer);\n", copy(dir, "a.sql"))
  end)

  it("names what is wrong, and writes nothing", function()
    local dir = project()
    for message, words in pairs({
      ["freeze what?"] = {},
      ["not both"] = { "aa01", "--all" },
      ['"nope"'] = { "nope" },
      ["there is nothing to freeze"] = { "base" },
    }) do
      local result = projects.neap(dir, "freeze", table.unpack(words))
      assert.equal(2, result.status, result.stderr)
      assert.match(message, result.stderr, 1, true)
    end
    support.must({ "rm", dir .. "/sql/views/v.sql" })
    support.must({ "ln", "-s", "/etc/passwd", dir .. "/sql/views/v.sql" })
    local result = projects.neap(dir, "freeze", "aa01")
    assert.equal(1, result.status)
    assert.match("leaves the directory of SQL files", result.stderr, 1, true)
    assert.equal("tables\nundo\nviews\n", support.must({ "ls", dir .. "/sql" }))
    assert.is_nil(copy(dir, "tables/t.sql"))
  end)

  it("does not follow a link that leads the copies elsewhere", function()
    local dir, outside = project(), support.tempdir()
    support.must({ "ln", "-s", outside, dir .. "/sql/.at" })
    local result = projects.neap(dir, "freeze", "aa01")
    assert.equal(2, result.status)
    assert.match("leads out of the directory of SQL files", result.stderr, 1, true)
    assert.equal("", support.must({ "ls", outside }))
  end)
end)
