--- What files have replaced comes back as it was: every kind of code, and whatever has taken its name.

local catalog = require("spec.support.catalog")
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local LOAD = 'procedures.load_dir("code", { order = "dependency", skip_unchanged = true })'

local function neap(dir, ...)
  local result = support.run({ "neap", ... }, { cwd = dir })
  return result.status, result.stderr
end

local function ok(dir, ...)
  local status, stderr = neap(dir, ...)
  assert.equal(0, status, stderr)
  return stderr
end

-- r1 loads the files as they were, then `between` is run; r2 would load them as they are now. A text is that of one file.
local function project(was, is, between, url)
  url = url or support.postgres()
  local code = {
    header = 'local procedures = require("procedures")',
    upgrade = LOAD,
    downgrade = "procedures.revert()",
  }
  local files = { ["neap.lua"] = ('return { url = "%s" }'):format(url) }
  local function put(texts, into)
    for name, text in pairs(type(texts) == "table" and texts or { ["a (1)"] = texts }) do
      into["sql/code/" .. name .. ".sql"] = text
    end
    return into
  end
  local dir = projects.make({ { "r1", nil, code }, { "r2", "r1", code } }, put(was, files))
  support.psql(url, "CREATE TABLE account (id integer PRIMARY KEY, email text)")
  ok(dir, "upgrade", "r1")
  support.psql(url, between or "")
  local before = catalog.schema(url)
  for name, text in pairs(put(is, {})) do
    support.write(dir .. "/" .. name, text)
  end
  return dir, url, before
end

local function comes_back(was, is, between, url)
  local dir, before
  dir, url, before = project(was, is, between, url)
  ok(dir, "upgrade", "r2")
  assert.not_equal("", catalog.difference(before, catalog.schema(url)))
  ok(dir, "downgrade", "r1")
  assert.equal("", catalog.difference(before, catalog.schema(url)))
  return url
end

describe("op.revert_sql on PostgreSQL", function()
  it("puts back functions with other arguments, names, kinds and overloads", function()
    comes_back(
      {
        names = "CREATE OR REPLACE FUNCTION named(a integer, OUT b integer) LANGUAGE sql AS 'SELECT a'",
        kind = "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
        overload = "CREATE OR REPLACE FUNCTION o(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
        aggregate = "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer)",
        only = [[CREATE FUNCTION dropped(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
        CREATE FUNCTION also() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION changed() RETURNS integer LANGUAGE sql AS 'SELECT 1']],
      },
      {
        names = "CREATE OR REPLACE FUNCTION named(c integer, OUT b integer) LANGUAGE sql AS 'SELECT c'",
        kind = "CREATE OR REPLACE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT a'",
        overload = "CREATE OR REPLACE FUNCTION o(a bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        aggregate = "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4_avg_accum, stype = int8[], initcond = '{0,0}')",
        -- What a file only drops, changes or grants.
        only = "DROP FUNCTION dropped(integer), also(); ALTER FUNCTION changed() SECURITY DEFINER; "
          .. "REVOKE ALL ON FUNCTION changed() FROM PUBLIC",
      },
      [[
      COMMENT ON FUNCTION f(integer) IS 'one'; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
      CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
      CREATE FUNCTION f(boolean) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
      CREATE VIEW v AS SELECT o(1); COMMENT ON VIEW v IS 'of o'; CREATE VIEW w AS SELECT o FROM v;
      COMMENT ON AGGREGATE total(integer) IS 'sum'; ALTER AGGREGATE total(integer) OWNER TO pg_read_all_stats;
      CREATE VIEW totals AS SELECT total(id) FROM account]]
    )
  end)

  it(
    "puts back types with what depends on them, and materialized views with their indexes and data",
    function()
      local url = comes_back(
        {
          types = [[CREATE TYPE mood AS ENUM ('sad', 'it''s');
        CREATE TYPE point3 AS (x integer, "Y y" text COLLATE "C");
        CREATE DOMAIN code AS varchar(10) DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (VALUE <> 'y');
        CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
        CREATE TYPE more AS ENUM ('one')]],
          uses = "CREATE OR REPLACE FUNCTION cheer(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text'",
          views = "CREATE MATERIALIZED VIEW m AS SELECT id FROM account; CREATE UNIQUE INDEX m_id ON m (id)",
          kind = "CREATE VIEW v AS SELECT id FROM account",
        },
        {
          types = [[DROP TYPE mood, point3, span CASCADE; DROP DOMAIN code;
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TYPE point3 AS (x integer);
        CREATE DOMAIN code AS text;
        CREATE TYPE span AS RANGE (subtype = int8);
        ALTER TYPE more ADD VALUE 'two']],
          uses = "CREATE OR REPLACE FUNCTION cheer(m mood) RETURNS text LANGUAGE sql AS 'SELECT 1'",
          views = [[DROP MATERIALIZED VIEW m CASCADE; CREATE MATERIALIZED VIEW m AS SELECT id, email FROM account;
        CREATE INDEX m_id ON m (email); CREATE VIEW reads AS SELECT 1 AS one FROM m]],
          kind = [[DROP VIEW v; CREATE MATERIALIZED VIEW v AS SELECT email FROM account; CREATE INDEX v_email ON v (email);
        CREATE MATERIALIZED VIEW IF NOT EXISTS n AS SELECT 1 AS one]],
        },
        [[
      COMMENT ON TYPE mood IS 'moods'; REVOKE ALL ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO pg_monitor;
      ALTER TYPE mood OWNER TO pg_read_all_stats; COMMENT ON COLUMN point3.x IS 'across';
      COMMENT ON FUNCTION cheer(mood) IS 'up'; COMMENT ON COLUMN v.id IS 'the id';
      INSERT INTO account VALUES (7, 'x'); REFRESH MATERIALIZED VIEW m; CREATE VIEW reads AS SELECT id FROM m;
      COMMENT ON MATERIALIZED VIEW m IS 'kept'; COMMENT ON INDEX m_id IS 'unique'; COMMENT ON COLUMN m.id IS 'the id';
      GRANT SELECT ON m TO pg_monitor; ALTER MATERIALIZED VIEW m SET (fillfactor = 70);
      ALTER MATERIALIZED VIEW m CLUSTER ON m_id; ALTER MATERIALIZED VIEW m OWNER TO pg_read_all_stats]]
      )
      assert.equal("7", support.psql(url, "SELECT id FROM m"))
      assert.equal("it's", support.psql(url, "SELECT cheer('it''s')"))
    end
  )

  it("puts back a view with other columns on a function with another signature", function()
    comes_back(
      {
        z_f = "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + 1'",
        a_view = "CREATE OR REPLACE VIEW v AS SELECT id, f(id) AS fid FROM account",
      },
      {
        z_f = "CREATE OR REPLACE FUNCTION f(a bigint, b text DEFAULT 'x') RETURNS bigint LANGUAGE sql AS 'SELECT a + 2'",
        a_view = "CREATE OR REPLACE VIEW v AS SELECT f(id) AS fid, id::text AS tid FROM account",
      },
      [[
      COMMENT ON VIEW v IS 'of f'; COMMENT ON COLUMN v.fid IS 'one more'; GRANT SELECT ON v TO pg_monitor;
      COMMENT ON FUNCTION f(integer) IS 'one'; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC]]
    )
  end)

  it("puts back the comments and grants from before the first of two loads", function()
    local url = support.postgres()
    local dir = projects.make({
      { "r1", nil, { upgrade = 'op.execute("CREATE VIEW v AS SELECT 1 AS id")' } },
      {
        "r2",
        "r1",
        {
          header = 'local procedures = require("procedures")',
          upgrade = 'procedures.load("v.sql") procedures.load("v.sql") op.execute("COMMENT ON VIEW v IS \'final\'")',
          downgrade = "procedures.revert()",
        },
      },
    }, {
      ["neap.lua"] = ('return { url = "%s" }'):format(url),
      ["sql/v.sql"] = "CREATE OR REPLACE VIEW v AS SELECT 2 AS id, 3 AS more; COMMENT ON VIEW v IS 'mid'; GRANT SELECT ON v TO PUBLIC;",
    })
    ok(dir, "upgrade", "r1")
    support.psql(url, "COMMENT ON VIEW v IS 'old'")
    local before = catalog.schema(url)
    ok(dir, "upgrade", "r2")
    ok(dir, "downgrade", "r1")
    assert.equal("", catalog.difference(before, catalog.schema(url)))
  end)

  it(
    "does not take what a file only changes, or what depended on its routine, for what it made",
    function()
      local dir, url, before = project(
        {
          f = "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
          rights = "SELECT 1",
        },
        {
          f = "CREATE OR REPLACE FUNCTION f(a bigint) RETURNS integer LANGUAGE sql AS 'SELECT 2'",
          rights = "REVOKE ALL ON FUNCTION h() FROM PUBLIC",
        },
        [[
      CREATE FUNCTION g() RETURNS integer BEGIN ATOMIC SELECT f(1); END;
      CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT 3']]
      )
      local after
      for _ = 1, 2 do
        ok(dir, "upgrade", "r2")
        after = after or catalog.schema(url)
        assert.equal("", catalog.difference(after, catalog.schema(url)))
        assert.equal("2|3", support.psql(url, "SELECT g(), h()"))
        ok(dir, "downgrade", "r1")
        assert.equal("", catalog.difference(before, catalog.schema(url)))
      end
    end
  )

  it("says where nothing can have been kept: in a database that was stamped", function()
    local text = "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'"
    local dir = project(text, text)
    ok(dir, "stamp", "r2")
    local status, stderr = neap(dir, "downgrade", "r1")
    assert.not_equal(0, status)
    assert.matches("nothing is kept of what r2 replaced", stderr, 1, true)
    assert.matches(
      "the database was stamped or loaded from a dump, and r2 never ran here",
      stderr,
      1,
      true
    )
  end)

  it("refuses where a table has the new type, and names it", function()
    local dir, url = project(
      "CREATE TYPE mood AS ENUM ('sad', 'ok')",
      "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad')"
    )
    ok(dir, "upgrade", "r2")
    support.psql(url, "CREATE TABLE uses (m mood)")
    local status, stderr = neap(dir, "downgrade", "r1")
    assert.equal(1, status)
    assert.matches("type public.mood cannot be changed in place", stderr, 1, true)
    assert.matches("table public.uses", stderr, 1, true)
    assert.matches("CREATE TYPE public.mood AS ENUM ('sad', 'ok')", stderr, 1, true)
    assert.matches("Change or drop in downgrade() what depends on it", stderr, 1, true)
    assert.equal("1", support.psql(url, "SELECT count(*) FROM pg_enum"))
  end)

  it("goes by the search_path that a file sets, and by comments within its statements", function()
    local function text(number)
      return ([[
        SET search_path = app, public;
        CREATE OR REPLACE /* ü */ FUNCTION -- f
          f() RETURNS integer LANGUAGE sql SET search_path = pg_catalog AS 'SELECT %d';
        CREATE OR REPLACE VIEW v AS SELECT %d AS x;
        SET SESSION search_path TO "Odd, one";
        CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT %d';
        SELECT set_config('search_path', 'public', false);
        CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT %d';
        SET search_path = app;]]):format(number, number, number, number)
    end
    local url = support.postgres()
    support.psql(url, 'CREATE SCHEMA app; CREATE SCHEMA "Odd, one"')
    comes_back(text(1), text(2), nil, url)
    assert.equal("1", support.psql(url, "SELECT app.f()"))
    assert.equal("app.v", support.psql(url, "SELECT identity FROM neap_loaded WHERE kind = 'VIEW'"))
  end)

  it("knows a revision by its id, whatever its file is called", function()
    local dir, url, before = project(
      "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 2'"
    )
    ok(dir, "upgrade", "r2")
    os.rename(dir .. "/migrations/02_r2.lua", dir .. "/migrations/02_another.lua")
    ok(dir, "downgrade", "r1")
    assert.equal("", catalog.difference(before, catalog.schema(url)))
    os.remove(dir .. "/migrations/02_another.lua")
    os.rename(dir .. "/migrations/01_r1.lua", dir .. "/r1.lua")
    ok(dir, "downgrade", "base", "--from-database")
    assert.equal("0", support.psql(url, "SELECT count(*) FROM pg_proc WHERE proname = 'f'"))
  end)

  it("puts back what was there before the first of several loads of a revision", function()
    local dir, url, before = project(
      "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 2'; "
        .. "CREATE OR REPLACE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 2'"
    )
    support.write(
      dir .. "/migrations/02_r2.lua",
      projects.revision("r2", "r1", {
        header = 'local procedures = require("procedures")',
        upgrade = 'procedures.load("code/a (1).sql") op.commit() procedures.load("code/a (1).sql")',
        downgrade = "procedures.revert()",
      })
    )
    for _ = 1, 2 do
      ok(dir, "upgrade", "r2")
      ok(dir, "downgrade", "r1")
      assert.equal("", catalog.difference(before, catalog.schema(url)))
    end
    -- What an earlier run has kept is not what was there before the last one.
    ok(dir, "upgrade", "r2")
    ok(dir, "stamp", "r1")
    local between = catalog.schema(url)
    ok(dir, "upgrade", "r2")
    ok(dir, "downgrade", "r1")
    assert.equal("", catalog.difference(between, catalog.schema(url)))
  end)

  it("forgets nothing of files that were passed over", function()
    local once = "CREATE TYPE mood AS ENUM ('sad')"
    local dir = project({
      once = once,
      f = "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    }, { f = "CREATE OR REPLACE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 2'" })
    for _ = 1, 2 do
      ok(dir, "upgrade", "r2")
      ok(dir, "downgrade", "r1")
    end
  end)

  it("does nothing where nothing had changed", function()
    local text =
      "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'"
    local dir, url, before = project(text, text)
    ok(dir, "upgrade", "r2")
    ok(dir, "downgrade", "r1")
    assert.equal("", catalog.difference(before, catalog.schema(url)))
    ok(dir, "downgrade", "base")
    assert.equal("0", support.psql(url, "SELECT count(*) FROM neap_definition"))
  end)
end)

describe("op.load_sql_dir on PostgreSQL", function()
  it("names the file that cannot be replaced, its statement, and what is in the way", function()
    local dir = project(
      "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a'",
      "-- x\nCREATE OR REPLACE FUNCTION f(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'",
      "CREATE INDEX account_f ON account (f(id))"
    )
    local status, stderr = neap(dir, "upgrade", "r2")
    assert.equal(1, status)
    assert.matches("cannot be made anew by itself: index public.account_f", stderr, 1, true)
    assert.matches("sql/code/a (1).sql:2", stderr, 1, true)
    assert.matches("SQL: CREATE OR REPLACE FUNCTION f(a integer) RETURNS bigint", stderr, 1, true)
    assert.not_matches("DECLARE", stderr, 1, true)
  end)

  it("says what to write when a file makes what is there", function()
    local trigger =
      "CREATE TRIGGER t BEFORE %s ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    local dir = project(trigger:format("UPDATE"), trigger:format("UPDATE OF email"))
    local status, stderr = neap(dir, "upgrade", "r2")
    assert.equal(1, status)
    assert.matches('trigger "t" for relation "account" already exists', stderr, 1, true)
    assert.matches("write CREATE OR REPLACE in it, or DROP ... IF EXISTS before", stderr, 1, true)
  end)

  it("names the file when a view does not fit a function any more", function()
    local dir = project(
      "CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a'",
      "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
      "CREATE VIEW v AS SELECT f()"
    )
    local status, stderr = neap(dir, "upgrade", "r2")
    assert.equal(1, status)
    assert.matches("what depends on f(integer) does not fit it any more", stderr, 1, true)
    assert.matches("sql/code/a (1).sql:1", stderr, 1, true)
    assert.matches("DETAIL: CREATE VIEW public.v AS", stderr, 1, true)
    assert.matches("\n  Change the file that makes it too", stderr, 1, true)
    assert.not_matches("No other file makes it", stderr, 1, true)
  end)
end)
