--- Files of code on PostgreSQL: their order, what is passed over, changed signatures, and the way back.

local catalog = require("spec.support.catalog")
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

-- A project with revisions r1, r2 ... of these bodies, and SQL files.
local function project(url, revisions, files)
  local list = {}
  for i, body in ipairs(revisions) do
    local fields = type(body) == "table" and body or { upgrade = body }
    list[i] = { "r" .. i, i > 1 and "r" .. i - 1 or nil, fields }
  end
  local all = { ["neap.lua"] = ('return { url = "%s" }'):format(url) }
  for name, text in pairs(files or {}) do
    all["sql/" .. name] = text
  end
  return projects.make(list, all)
end

local function ok(result)
  assert.equal(0, result.status, result.stderr)
  return result
end

local function fails(result, ...)
  assert.not_equal(0, result.status)
  for _, text in ipairs({ ... }) do
    assert.matches(text, result.stderr, 1, true)
  end
  return result
end

local LOAD =
  'op.load_sql_dir("procs", { order = "dependency", skip_unchanged = true, recursive = true })'

describe("load_sql_dir in the order of dependency", function()
  it("puts types, functions, views and triggers after what they need", function()
    local url = support.postgres()
    local dir = project(url, { LOAD }, {
      ["procs/a_view.sql"] = "CREATE VIEW a_view AS SELECT b_twice(n) AS n, m FROM z_table;",
      ["procs/b_twice.sql"] = "CREATE FUNCTION b_twice(n int) RETURNS int LANGUAGE sql AS 'SELECT c_same(n) * 2';",
      ["procs/c_same.sql"] = "CREATE FUNCTION c_same(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN n; END $$;",
      ["procs/d_trigger.sql"] = "CREATE TRIGGER d BEFORE INSERT ON z_table FOR EACH ROW EXECUTE FUNCTION e_stamp();",
      ["procs/e_stamp.sql"] = "CREATE FUNCTION e_stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;",
      ["procs/z_table.sql"] = "CREATE TABLE z_table (n int, m zz_mood);",
      ["procs/zz/mood.sql"] = "CREATE TYPE zz_mood AS ENUM ('sad');",
    })
    ok(neap(dir, "upgrade", "head"))
    assert.equal("0", support.psql(url, "SELECT count(*) FROM a_view"))
  end)

  it(
    "does not mind plpgsql functions that call each other, or names in comments and strings",
    function()
      local dir = project(support.postgres(), { LOAD }, {
        ["procs/a.sql"] = "CREATE FUNCTION a(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN b(n); END $$;",
        ["procs/b.sql"] = [[-- c() uses this one
CREATE FUNCTION b(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a(n); END $$;]],
        ["procs/c.sql"] = "CREATE VIEW c AS SELECT 'd' AS text, b(1) AS d;",
        ["procs/d.sql"] = "CREATE VIEW d AS SELECT * FROM c;",
      })
      ok(neap(dir, "upgrade", "head"))
    end
  )

  it("names two files that need each other", function()
    local url = support.postgres()
    local dir = project(url, { LOAD }, {
      ["procs/a.sql"] = "CREATE FUNCTION a(n int) RETURNS int LANGUAGE sql AS 'SELECT b(n)';",
      ["procs/b.sql"] = "CREATE FUNCTION b(n int) RETURNS int LANGUAGE sql AS 'SELECT a(n)';",
    })
    fails(
      neap(dir, "upgrade", "head"),
      '"procs/a.sql" needs function b of "procs/b.sql"',
      '"procs/b.sql" needs function a of "procs/a.sql"'
    )
    assert.equal("", support.psql(url, "SELECT proname FROM pg_proc WHERE proname IN ('a', 'b')"))
  end)

  it("loads functions before the tables that their bodies name, and says so", function()
    local url = support.postgres()
    local dir = project(
      url,
      { LOAD, 'op.create_table("account", { op.column("id", "integer") })' },
      {
        ["procs/a.sql"] = "CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM account';",
        ["procs/b.sql"] = "CREATE FUNCTION b() RETURNS int LANGUAGE plpgsql AS "
          .. "$$ DECLARE x account.id%TYPE; BEGIN RETURN x; END $$;",
      }
    )
    local result = ok(neap(dir, "upgrade", "head"))
    assert.matches("loaded without a look at their bodies", result.stderr, 1, true)
    -- PostgreSQL 17 and later look for the table first.
    local version = tonumber(support.psql(url, "SHOW server_version_num"))
    local why = version >= 170000 and 'relation "account" does not exist'
      or "account.id%TYPE is not there"
    assert.matches("b (" .. why .. ")", result.stderr, 1, true)
    assert.equal("0", support.psql(url, "SELECT a()"))
  end)

  it("names what a result needs at once", function()
    local dir = project(support.postgres(), { LOAD }, {
      ["procs/a.sql"] = "\nCREATE FUNCTION a() RETURNS SETOF account LANGUAGE sql AS 'SELECT * FROM account';",
    })
    fails(
      neap(dir, "upgrade", "head"),
      'type "account" does not exist',
      "procs/a.sql:2",
      "need it at once; the bodies of functions do not"
    )
  end)
end)

describe("load_sql_dir with skip_unchanged", function()
  local url, dir, procs
  local function version(name)
    return support.psql(
      url,
      ("SELECT ctid || ' ' || xmin FROM pg_proc WHERE proname = '%s'"):format(name)
    )
  end

  before_each(function()
    url = support.postgres()
    procs = {
      ["procs/one.sql"] = "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      ["procs/two.sql"] = "CREATE OR REPLACE FUNCTION two() RETURNS int LANGUAGE sql AS 'SELECT one() + 1';",
      ["procs/view.sql"] = "CREATE OR REPLACE VIEW three AS SELECT two() + 1 AS three;",
    }
    dir = project(url, { LOAD, LOAD, LOAD, LOAD, LOAD }, procs)
    ok(neap(dir, "upgrade", "r1"))
  end)

  it("loads what has another text, and nothing else", function()
    local one, two = version("one"), version("two")
    ok(neap(dir, "upgrade", "r2"))
    assert.same({ one, two }, { version("one"), version("two") })
    support.write(dir .. "/sql/procs/two.sql", procs["procs/two.sql"]:gsub("+ 1", "+ 2"))
    ok(neap(dir, "upgrade", "r3"))
    assert.equal(one, version("one"))
    assert.not_equal(two, version("two"))
    assert.equal("4", support.psql(url, "SELECT three FROM three"))
  end)

  it("loads what someone has replaced, and not what was only granted", function()
    support.psql(url, "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 5'")
    support.psql(url, "GRANT EXECUTE ON FUNCTION two() TO pg_monitor")
    support.psql(url, "CREATE OR REPLACE VIEW three AS SELECT 0 AS three")
    local two = version("two")
    ok(neap(dir, "upgrade", "r2"))
    assert.equal("3", support.psql(url, "SELECT three FROM three"))
    assert.equal(two, version("two"))
  end)

  it("drops the function that its file makes no more, and says so", function()
    support.psql(
      url,
      "GRANT EXECUTE ON FUNCTION one() TO pg_monitor; COMMENT ON FUNCTION one() IS 'number one'"
    )
    support.write(
      dir .. "/sql/procs/one.sql",
      "CREATE OR REPLACE FUNCTION one(n int DEFAULT 0) RETURNS int LANGUAGE sql AS 'SELECT n + 1';"
    )
    local result = ok(neap(dir, "upgrade", "r2"))
    assert.matches(
      "dropped, because its file does not make it any more: FUNCTION public.one() (procs/one.sql)",
      result.stderr,
      1,
      true
    )
    assert.equal(
      "one(integer)|number one|t",
      support.psql(
        url,
        "SELECT oid::regprocedure, obj_description(oid), has_function_privilege('pg_monitor', oid, 'EXECUTE') "
          .. "FROM pg_proc WHERE proname = 'one'"
      )
    )
  end)

  it("makes anew what cannot be replaced, with all that depends on it", function()
    -- Bodies that depend on what they name came with PostgreSQL 14.
    local server_version = tonumber(support.psql(url, "SHOW server_version_num"))
    local atomic = "CREATE FUNCTION atomic() RETURNS int LANGUAGE sql "
      .. (
        server_version >= 140000 and "BEGIN ATOMIC SELECT one(); END;"
        or "AS 'SELECT public.one()';"
      )
    support.psql(
      url,
      ([[CREATE TABLE account (id int DEFAULT one(), two int);
      GRANT SELECT ON three TO pg_monitor WITH GRANT OPTION;
      GRANT SELECT (three) ON three TO PUBLIC;
      COMMENT ON VIEW three IS 'three it is';
      REVOKE ALL ON FUNCTION one() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION one() TO pg_monitor;
      ALTER FUNCTION one() OWNER TO pg_monitor;
      COMMENT ON FUNCTION one() IS 'number one';
      CREATE POLICY mine ON account USING (id = one());
      {atomic}
      CREATE VIEW direct AS SELECT one() AS one, atomic() AS atomic;
      CREATE MATERIALIZED VIEW stored AS SELECT * FROM direct;
      CREATE UNIQUE INDEX stored_one ON stored (one);]]):gsub("{atomic}", atomic)
    )
    local before = catalog.schema(url)
    support.write(
      dir .. "/sql/procs/one.sql",
      "CREATE OR REPLACE FUNCTION one() RETURNS smallint LANGUAGE sql AS 'SELECT 1::smallint';"
    )
    ok(neap(dir, "upgrade", "r2"))
    assert.equal(
      "smallint",
      support.psql(url, "SELECT prorettype::regtype FROM pg_proc WHERE proname = 'one'")
    )
    support.write(dir .. "/sql/procs/one.sql", procs["procs/one.sql"])
    ok(neap(dir, "upgrade", "r3"))
    assert.equal("", catalog.difference(before, catalog.schema(url)))
    assert.equal("1|1", support.psql(url, "SELECT one, atomic FROM stored"))
  end)

  it("names what depends on it and cannot be made anew", function()
    support.psql(url, "CREATE TABLE account (id int CONSTRAINT few CHECK (id < one()))")
    support.write(
      dir .. "/sql/procs/one.sql",
      "CREATE OR REPLACE FUNCTION one() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';"
    )
    fails(
      neap(dir, "upgrade", "r2"),
      "function public.one() cannot be changed in place",
      "constraint few on table"
    )
    assert.equal(
      "integer",
      support.psql(url, "SELECT prorettype::regtype FROM pg_proc WHERE proname = 'one'")
    )
  end)
end)

describe("procedures.revert", function()
  it("puts a hundred procedures back byte for byte", function()
    local url, files, names = support.postgres(), {}, {}
    local setup = {
      "CREATE TABLE account (id int, touched int);",
      "CREATE FUNCTION result() RETURNS int LANGUAGE sql AS 'SELECT 1';",
      "CREATE VIEW between AS SELECT result() AS one, f7(1) AS seven, f8() AS eight;",
      "GRANT SELECT ON between TO pg_monitor; COMMENT ON VIEW between IS 'in between';",
      "COMMENT ON COLUMN between.one IS 'the first';",
    }
    for i = 1, 100 do
      local body = ("\n  -- number %d, it's \\ %% ü\n  SELECT %d;  \n\n"):format(i, i)
      local arguments = i == 7 and "n int" or ""
      table.insert(
        setup,
        2,
        ("CREATE FUNCTION f%d(%s) RETURNS int LANGUAGE sql AS $$%s$$;"):format(i, arguments, body)
      )
      setup[#setup + 1] = (
        "COMMENT ON FUNCTION f%d IS 'comment %d'; REVOKE ALL ON FUNCTION f%d FROM PUBLIC; "
        .. "GRANT EXECUTE ON FUNCTION f%d TO pg_monitor; ALTER FUNCTION f%d OWNER TO pg_read_all_stats;"
      ):format(i, i, i, i, i)
      names[i] = ("p/f%03d.sql"):format(i)
      files[names[i]] = ("CREATE OR REPLACE FUNCTION f%d() RETURNS int LANGUAGE sql AS 'SELECT %d';"):format(
        i,
        i + 1
      )
    end
    files[names[7]] = "CREATE OR REPLACE FUNCTION f7(n int, more int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT n + more';"
      .. " DROP VIEW between; DROP FUNCTION f7(int);"
    files[names[8]] = "CREATE OR REPLACE FUNCTION f8() RETURNS bigint LANGUAGE sql AS 'SELECT 8::bigint';"
      .. " COMMENT ON FUNCTION f8() IS 'another';"
    files["p/view.sql"] = "CREATE OR REPLACE VIEW between AS SELECT f7(1) AS seven, 'x' AS more;"
      .. " COMMENT ON VIEW between IS 'new'; GRANT SELECT ON between TO PUBLIC;"
    support.psql(url, table.concat(setup, "\n"))
    local dir = project(url, {
      {
        header = 'local procedures = require("procedures")',
        upgrade = 'procedures.load_dir("p")',
        downgrade = "procedures.revert()",
      },
    }, files)
    local before = catalog.schema(url)
    local texts = support.psql(
      url,
      "SELECT string_agg(prosrc, '|' ORDER BY proname) FROM pg_proc WHERE proname ~ '^f\\d'"
    )
    ok(neap(dir, "upgrade", "head"))
    assert.equal("2|x", support.psql(url, "SELECT * FROM between"))
    assert.not_equal("", catalog.difference(before, catalog.schema(url)))
    ok(neap(dir, "downgrade", "base"))
    assert.equal("", catalog.difference(before, catalog.schema(url)))
    assert.equal(
      texts,
      support.psql(
        url,
        "SELECT string_agg(prosrc, '|' ORDER BY proname) FROM pg_proc WHERE proname ~ '^f\\d'"
      )
    )
    assert.equal(
      "0|0",
      support.psql(
        url,
        "SELECT (SELECT count(*) FROM neap_definition), (SELECT count(*) FROM neap_definition_text)"
      )
    )
  end)
end)

describe("SQL files that are wrong", function()
  local function refused(files, body, ...)
    local url = support.postgres()
    local dir = project(url, { body }, files)
    fails(neap(dir, "upgrade", "head"), ...)
    assert.equal(
      "",
      support.psql(url, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    )
    return dir, url
  end
  local good = "CREATE FUNCTION good() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"

  it("are named with line and column", function()
    refused({
      ["procs/a.sql"] = good,
      ["procs/b.sql"] = "-- ü\nSELECT 1;\n\nCREATE FUNCTION bad() RETURNS int\nLANGUAGE sql AS $$ SELECT ü FORM x $$;\n",
    }, LOAD, 'syntax error at or near "x"', "procs/b.sql:5:34")
    refused({ ["procs/b.sql"] = good .. "\n  CREATE FUNKTION bad();" }, LOAD, "procs/b.sql:3:10")
    refused(
      { ["procs/b.sql"] = good .. "\n  CREATE FUNKTION bad();" },
      'op.load_sql("procs/b.sql")',
      "procs/b.sql:3:10"
    )
  end)

  it("are named when they are missing, no UTF-8 or elsewhere", function()
    refused(
      { ["procs/a.sql"] = good },
      'op.load_sql({ "procs/a.sql", "procs/none.sql" }, { keep = true })',
      "sql/procs/none.sql: No such file"
    )
    refused(
      { ["procs/a.sql"] = good, ["procs/b.sql"] = "-- \xE4\n" },
      LOAD,
      "procs/b.sql is not UTF-8: line 1, byte 4"
    )
    refused(
      { ["procs/a.sql"] = good },
      'op.load_sql_dir("../sql/procs")',
      "leaves the directory of SQL files"
    )
  end)

  it("are named when directories lead in a circle", function()
    local url = support.postgres()
    local dir = project(url, { LOAD }, { ["procs/a.sql"] = good })
    assert(os.execute(("ln -s ../procs %s/sql/procs/again"):format(dir)))
    fails(neap(dir, "upgrade", "head"), "procs/again", "circle")
    assert.equal(
      "",
      support.psql(url, "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    )
  end)
end)
