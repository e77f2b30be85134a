--- Files that are gone through statement by statement, because sending them as they are has failed.

local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

describe("files of code that need care", function()
  it("stand in the history, and permissions are applied to what they make", function()
    local url = support.postgres()
    support.psql(
      url,
      "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    )
    local dir = projects.make({
      { "r1", nil, { upgrade = 'op.load_sql_dir("code", { order = "dependency" })' } },
    }, {
      ["neap.lua"] = ('return { url = "%s", permissions = { { schema = "public", kind = "routine", '):format(
        url
      ) .. 'grants = { pg_monitor = "execute" } } } }',
      ["sql/code/a.sql"] = "CREATE FUNCTION early() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM none';",
      ["sql/code/f.sql"] = "CREATE OR REPLACE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';",
      ["sql/code/g.sql"] = "CREATE OR REPLACE PROCEDURE g() LANGUAGE sql AS 'SELECT 1';",
    })
    local result = projects.neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal(
      "early f g",
      support.psql(
        url,
        "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
          .. "AND proacl::text LIKE '%pg_monitor=X%' AND proacl::text NOT LIKE '%{=X%'"
      )
    )
    local objects = support.psql(url, "SELECT objects FROM neap_history")
    for _, line in ipairs({
      "@sql/code/a.sql:1 create function early",
      "@sql/code/f.sql:1 create function f",
      "@sql/code/g.sql:1 create procedure g",
    }) do
      assert.match(line, objects, 1, true)
    end
  end)

  it("may name in a body what a script makes later", function()
    local sql =
      "CREATE OR REPLACE FUNCTION %s() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM later';"
    local dir = projects.make({
      {
        "r1",
        nil,
        {
          upgrade = [==[
            op.load_sql_dir("code", { order = "dependency" })
            op.load_sql("g.sql", { keep = true })
            op.execute([[DO $$ BEGIN ASSERT current_setting('check_function_bodies') = 'on'; END $$]])
            op.create_table("later", { op.column("id", "integer") })
          ]==],
        },
      },
    }, {
      ["neap.lua"] = 'return { dialect = "postgresql" }',
      ["sql/code/f.sql"] = sql:format("f"),
      ["sql/g.sql"] = sql:format("g"),
    })
    local script = projects.neap(dir, "upgrade", "head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local url = support.postgres()
    support.psql(url, script.stdout)
    assert.equal("0|0", support.psql(url, "SELECT f(), g()"))
  end)

  it("are loaded with a file that drops what they mention", function()
    local url = support.postgres()
    local load =
      { upgrade = 'op.load_sql_dir("code", { order = "dependency", skip_unchanged = true })' }
    local dir = projects.make({ { "r1", nil, load }, { "r2", "r1", load } }, {
      ["neap.lua"] = ('return { url = "%s" }'):format(url),
      ["sql/code/v.sql"] = 'DROP VIEW IF EXISTS "Odd-v"; CREATE VIEW "Odd-v" AS SELECT 1 AS x;',
      ["sql/code/t.sql"] = 'DROP TRIGGER IF EXISTS t ON "Odd-v"; CREATE TRIGGER t INSTEAD OF INSERT ON "Odd-v" '
        .. "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();",
      ["sql/code/z.sql"] = "CREATE FUNCTION once() RETURNS integer LANGUAGE sql AS 'SELECT 1';",
    })
    projects.must(dir, "upgrade", "r1")
    support.write(
      dir .. "/sql/code/v.sql",
      'DROP VIEW IF EXISTS "Odd-v"; CREATE VIEW "Odd-v" AS SELECT 2 AS y;'
    )
    projects.must(dir, "upgrade", "r2")
    assert.equal(
      "2|1",
      support.psql(
        url,
        [[SELECT y, (SELECT count(*) FROM pg_trigger WHERE tgname = 't') FROM "Odd-v"]]
      )
    )
  end)
end)
