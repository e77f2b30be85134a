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

-- r1 loads the file as it was, then `between` is run, then r2 loads it as it is now and is undone.
local function project(was, is, between)
  local url = support.postgres()
  local code = {
    header = 'local procedures = require("procedures")',
    upgrade = LOAD,
    downgrade = "procedures.revert()",
  }
  local dir = projects.make({ { "r1", nil, code }, { "r2", "r1", code } }, {
    ["neap.lua"] = ('return { url = "%s" }'):format(url),
    ["sql/code/a (1).sql"] = was,
  })
  support.psql(url, "CREATE TABLE account (id integer PRIMARY KEY, email text)")
  ok(dir, "upgrade", "r1")
  support.psql(url, between or "")
  local before = catalog.schema(url)
  support.write(dir .. "/sql/code/a (1).sql", is)
  return dir, url, before
end

local function comes_back(was, is, between, meanwhile)
  local dir, url, before = project(was, is, between)
  ok(dir, "upgrade", "r2")
  assert.not_equal("", catalog.difference(before, catalog.schema(url)))
  support.psql(url, meanwhile or "")
  ok(dir, "downgrade", "r1")
  assert.equal("", catalog.difference(before, catalog.schema(url)))
  return url
end

describe("op.revert_sql on PostgreSQL", function()
  it("keeps a function whose arguments have other names now", function()
    comes_back(
      "CREATE OR REPLACE FUNCTION f(a integer, OUT b integer) LANGUAGE sql AS 'SELECT a'",
      "CREATE OR REPLACE FUNCTION f(c integer, OUT b integer) LANGUAGE sql AS 'SELECT c'"
    )
  end)

  it("puts a function back whose name a procedure has now", function()
    comes_back(
      "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
      "CREATE OR REPLACE PROCEDURE f(a integer) LANGUAGE sql AS 'SELECT a'",
      [[COMMENT ON FUNCTION f(integer) IS 'one'; REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
        CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
        CREATE FUNCTION f(boolean) RETURNS text LANGUAGE sql AS 'SELECT $1::text']]
    )
  end)

  it("puts back what depends on another overload, as it was", function()
    comes_back(
      "CREATE OR REPLACE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a'",
      "CREATE OR REPLACE FUNCTION f(a bigint) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      "CREATE VIEW v AS SELECT f(1); COMMENT ON VIEW v IS 'of f'; CREATE VIEW w AS SELECT f FROM v"
    )
  end)

  it("puts enums, domains, composite types and ranges back", function()
    comes_back(
      [[CREATE TYPE mood AS ENUM ('sad', 'it''s');
        CREATE TYPE point3 AS (x integer, "Y y" text COLLATE "C");
        CREATE DOMAIN code AS varchar(10) DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (VALUE <> 'y');
        CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)]],
      [[DROP TYPE mood, point3, span CASCADE; DROP DOMAIN code;
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TYPE point3 AS (x integer);
        CREATE DOMAIN code AS text;
        CREATE TYPE span AS RANGE (subtype = int8)]],
      [[COMMENT ON TYPE mood IS 'moods'; REVOKE ALL ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO pg_monitor;
        ALTER TYPE mood OWNER TO pg_read_all_stats; COMMENT ON COLUMN point3.x IS 'across']],
      -- Made after the load: it goes with the type and comes again.
      "CREATE FUNCTION cheer(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text'; DROP FUNCTION cheer(mood)"
    )
  end)

  it("makes what depends on a type anew with it", function()
    local url = comes_back(
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE FUNCTION cheer(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text'",
      "DROP TYPE mood CASCADE; CREATE TYPE mood AS ENUM ('sad'); CREATE FUNCTION cheer(m mood) RETURNS text LANGUAGE sql AS 'SELECT 1'",
      "COMMENT ON FUNCTION cheer(mood) IS 'up'"
    )
    assert.equal("ok", support.psql(url, "SELECT cheer('ok')"))
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

  it("puts an aggregate back, also one of another result that a view uses", function()
    comes_back(
      "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4pl, stype = integer)",
      "CREATE OR REPLACE AGGREGATE total(integer) (sfunc = int4_avg_accum, stype = int8[], initcond = '{0,0}')",
      [[COMMENT ON AGGREGATE total(integer) IS 'sum'; ALTER AGGREGATE total(integer) OWNER TO pg_read_all_stats;
        CREATE VIEW v AS SELECT total(id) FROM account]]
    )
  end)

  it("puts a materialized view back with its indexes, data and what reads it", function()
    local url = comes_back(
      "CREATE MATERIALIZED VIEW m AS SELECT id FROM account; CREATE UNIQUE INDEX m_id ON m (id)",
      [[DROP MATERIALIZED VIEW m CASCADE; CREATE MATERIALIZED VIEW m AS SELECT id, email FROM account;
        CREATE INDEX m_id ON m (email); CREATE VIEW reads AS SELECT 1 AS one FROM m]],
      [[INSERT INTO account VALUES (7, 'x'); REFRESH MATERIALIZED VIEW m; CREATE VIEW reads AS SELECT id FROM m;
        COMMENT ON MATERIALIZED VIEW m IS 'kept'; COMMENT ON INDEX m_id IS 'unique'; COMMENT ON COLUMN m.id IS 'the id';
        GRANT SELECT ON m TO pg_monitor; ALTER MATERIALIZED VIEW m SET (fillfactor = 70);
        ALTER MATERIALIZED VIEW m CLUSTER ON m_id; ALTER MATERIALIZED VIEW m OWNER TO pg_read_all_stats]]
    )
    assert.equal("7", support.psql(url, "SELECT id FROM m"))
  end)

  it("puts back a view whose name a materialized view has, and drops a new one", function()
    comes_back(
      "CREATE VIEW v AS SELECT id FROM account",
      [[DROP VIEW v; CREATE MATERIALIZED VIEW v AS SELECT email FROM account; CREATE INDEX v_email ON v (email);
        CREATE MATERIALIZED VIEW IF NOT EXISTS n AS SELECT 1 AS one]],
      "COMMENT ON COLUMN v.id IS 'the id'"
    )
  end)

  it("puts back what a file only drops, changes or grants", function()
    comes_back(
      [[CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
        CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION h() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE TYPE mood AS ENUM ('sad')]],
      [[DROP FUNCTION f(integer), g(); ALTER FUNCTION h() SECURITY DEFINER; REVOKE ALL ON FUNCTION h() FROM PUBLIC;
        ALTER TYPE mood ADD VALUE 'ok']]
    )
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
end)
