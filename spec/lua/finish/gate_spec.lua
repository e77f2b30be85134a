--- The compile gate: what a revision has broken is named, and the revision fails.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

local SCHEMA = [==[
  op.execute([[
CREATE TABLE account (id integer PRIMARY KEY, email text, age integer);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2';
CREATE FUNCTION emails() RETURNS SETOF text LANGUAGE sql AS 'SELECT email FROM account';
CREATE FUNCTION find_account(p_id integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  found_email text;
BEGIN
  SELECT email INTO found_email FROM account WHERE id = p_id;
  RETURN found_email;
END $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.email := lower(NEW.email);
  RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION old_trouble() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT missing FROM account WHERE email IS NOT NULL);
END $$;
CREATE FUNCTION ages() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT sum(age + twice(age)) FROM account);
END $$;
CREATE FUNCTION cheer(m text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  today mood;
BEGIN
  today := m;
  RETURN today = 'ok';
END $$;
]])
]==]

describe("compile gate", function()
  local function up(url, body, config, schema)
    local dir = projects.make({
      { "r1", nil, { upgrade = schema or SCHEMA } },
      { "r2", "r1", { upgrade = body } },
    }, { ["neap.lua"] = ('return { url = "%s", %s }'):format(url, config or "") })
    local result = neap(dir, "upgrade", "r1")
    assert.equal(0, result.status, result.stderr)
    return neap(dir, "upgrade", "r2"), dir
  end

  local function breaks(body, lines)
    local result = up(support.postgres(), body)
    assert.equal(1, result.status, result.stderr)
    assert.matches("r2 %(.-%) failed: the revision breaks", result.stderr)
    for _, line in ipairs(lines) do
      assert.matches(line, result.stderr, 1, true)
    end
    assert.matches("The database is at r1", result.stderr, 1, true)
    return result
  end

  it("names functions that use a dropped column, with their lines", function()
    local result = breaks('op.drop_column("account", "email")', {
      'function emails(): column "email" does not exist',
      'function find_account(integer), line 5: column "email" does not exist',
      'function touch(), line 3: record "new" has no field "email"',
    })
    assert.matches("at migrations/.-lua:%d+", result.stderr)
    assert.not_matches("old_trouble", result.stderr, 1, true)
  end)

  it("names them when SQL text has renamed it", function()
    breaks('op.execute("ALTER TABLE account RENAME email TO mail")', {
      "function emails()",
      "function find_account(integer), line 5",
    })
  end)

  it("names what uses a dropped table, type or function", function()
    breaks('op.drop_table("account")', { 'relation "account" does not exist' })
    breaks('op.drop_type("mood")', { 'function cheer(text): type "mood" does not exist' })
    breaks(
      'op.drop_function("twice(integer)")',
      { "function ages(), line 3: function twice(integer)" }
    )
  end)

  it("names what does not fit another type", function()
    breaks('op.alter_column("account", "age", { type = "text", using = "age::text" })', {
      "function ages(), line 3",
    })
  end)

  it("passes when the same revision changes them too", function()
    local result = up(
      support.postgres(),
      [==[
  op.drop_column("account", "email")
  op.execute([[
    DROP TRIGGER touch ON account;
    DROP FUNCTION touch();
    DROP FUNCTION emails();
    DROP FUNCTION old_trouble();
    CREATE OR REPLACE FUNCTION find_account(p_id integer) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN RETURN (SELECT age::text FROM account WHERE id = p_id); END $$;
  ]])]==]
    )
    assert.equal(0, result.status, result.stderr)
  end)

  it("warns, or does not look, when neap.lua says so", function()
    local result =
      up(support.postgres(), 'op.drop_column("account", "email")', 'compile_gate = "warn"')
    assert.equal(0, result.status, result.stderr)
    assert.matches("WARNING: the revision breaks 3 things", result.stderr, 1, true)
    result = up(support.postgres(), 'op.drop_column("account", "email")', "compile_gate = false")
    assert.equal(0, result.status, result.stderr)
    assert.not_matches("breaks", result.stderr, 1, true)
    result = up(support.postgres(), "", 'compile_gate = "warn"')
    assert.equal(0, result.status, result.stderr)
  end)

  it("asks plpgsql_check when it is there", function()
    local url = support.postgres()
    support.psql(
      url,
      [[CREATE FUNCTION plpgsql_check_function_tb(funcoid regprocedure, relid regclass DEFAULT 0,
          fatal_errors boolean DEFAULT true)
        RETURNS TABLE (functionid regproc, lineno int, statement text, sqlstate text, message text, level text)
        LANGUAGE sql AS $$
          SELECT funcoid::regproc, 7, 'SQL statement', '42703', 'column "email" does not exist', 'error' $$]]
    )
    local result = up(url, 'op.drop_column("account", "email")')
    assert.equal(1, result.status, result.stderr)
    assert.matches('function find_account(integer), line 7: column "email"', result.stderr, 1, true)
  end)

  it("finds views and triggers on SQLite", function()
    local schema = [==[
  op.execute([[
CREATE TABLE account (id INTEGER PRIMARY KEY, email TEXT);
CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT);
CREATE VIEW names AS SELECT what FROM log;
CREATE TRIGGER note AFTER INSERT ON account BEGIN INSERT INTO log (what) VALUES (new.email); END;
]])]==]
    local url = "sqlite:" .. support.tempdir() .. "/a.db"
    local result = up(url, 'op.drop_table("log")', nil, schema)
    assert.equal(1, result.status, result.stderr)
    assert.matches("view names: no such table: main.log", result.stderr, 1, true)
    assert.matches("trigger note: no such table: main.log", result.stderr, 1, true)
    result = up(
      "sqlite:" .. support.tempdir() .. "/b.db",
      [[op.execute("DROP TRIGGER note")
      op.drop_view("names") op.drop_table("log")]],
      nil,
      schema
    )
    assert.equal(0, result.status, result.stderr)
  end)
end)
