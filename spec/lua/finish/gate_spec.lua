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

  local function breaks(body, lines, schema, sound)
    local result = up(support.postgres(), body, nil, schema)
    assert.not_matches(sound or "sound", result.stderr, 1, true)
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

  -- What only plpgsql_check finds (trg), what only we look at (on no table), and what neither may find.
  local CHECKED = [==[
  op.execute([[
CREATE TABLE account (id integer PRIMARY KEY, email text, age integer);
CREATE TABLE other (id integer, email text);
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO other SELECT id, email FROM added;
  RETURN NULL;
END $$;
CREATE TRIGGER trg AFTER INSERT ON account REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION trg();
CREATE FUNCTION on_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT email INTO NEW.email FROM account LIMIT 1;
  RETURN NEW;
END $$;
CREATE FUNCTION typed() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  a account.email%TYPE;
BEGIN
  RETURN 1;
END $$;
CREATE PROCEDURE proc() LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
  COMMIT;
  INSERT INTO account (id, email) VALUES (1, 'x');
END $$;
CREATE FUNCTION warned(a integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  unused integer;
  b text;
BEGIN
  b := a; -- other types: a warning of the checker
  EXECUTE 'SELECT email FROM account WHERE id = ' || a INTO b;
  RETURN b;
END $$;
CREATE FUNCTION elsewhere() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT o.email FROM other o JOIN account USING (id));
END $$;
CREATE FUNCTION temporary() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT id AS email FROM account;
  RETURN (SELECT count(email) FROM scratch);
END $$;
CREATE FUNCTION anything(a anyelement) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM age FROM account;
  RETURN substr(a, 1); -- not of an integer, which the checker takes for anyelement
END $$;
]])
]==]

  it("asks plpgsql_check when it is there", function()
    local url = support.postgres()
    local available = support.psql(
      url,
      "SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"
    ) == "1"
    if available then
      support.psql(url, "CREATE EXTENSION plpgsql_check")
    end
    local result = up(url, 'op.drop_column("account", "email")', nil, CHECKED)
    assert.equal(1, result.status, result.stderr)
    for _, line in ipairs({
      'function on_nothing(), line 3: column "email" does not exist',
      "function typed()", -- account.email%TYPE
      'function proc(), line 4: column "email" of relation "account" does not exist',
    }) do
      assert.matches(line, result.stderr, 1, true)
    end
    -- Without it nothing knows what the transition table has.
    local line = 'function trg(), line 3: column "email" does not exist'
    assert.equal(available, result.stderr:find(line, 1, true) ~= nil)
    for _, name in ipairs({ "warned", "elsewhere", "temporary", "anything" }) do
      assert.not_matches(name, result.stderr, 1, true)
    end
    -- What it says of a polymorphic function is about integers.
    url = support.postgres()
    if available then
      support.psql(url, "CREATE EXTENSION plpgsql_check")
    end
    result = up(url, 'op.alter_column("account", "age", { type = "bigint" })', nil, CHECKED)
    assert.equal(0, result.status, result.stderr)
  end)

  it("asks the extension, not a function that somebody has given its name", function()
    local url = support.postgres()
    support.psql(
      url,
      [[CREATE TABLE asked (n integer);
        CREATE FUNCTION plpgsql_check_function_tb(funcoid regprocedure, relid regclass DEFAULT 0,
          fatal_errors boolean DEFAULT true)
        RETURNS TABLE (lineno int, sqlstate text, message text, context text, level text)
        LANGUAGE sql AS $$ INSERT INTO asked VALUES (1) RETURNING 7, '42703', 'column "email"', '', 'error' $$]]
    )
    local result = up(url, 'op.drop_column("account", "email")', 'compile_gate = "warn"')
    assert.equal(0, result.status, result.stderr)
    assert.matches("find_account(integer), line 5", result.stderr, 1, true)
    assert.equal("0", support.psql(url, "SELECT count(*) FROM asked"))
  end)

  it("sees fields of rows, CASE, and tables made of a query", function()
    breaks(
      'op.alter_column("account", "email", { new_name = "mail" })',
      {
        'function declared(), line 6: record "r" has no field "email"',
        'function looped(), line 5: record "l" has no field "email"',
        'function chosen(), line 3: column "email" does not exist',
        'function made(), line 3: column "email" does not exist',
      },
      [==[
  op.execute([[
CREATE TABLE account (id integer PRIMARY KEY, email text);
CREATE TABLE other (id integer PRIMARY KEY, email text);
CREATE FUNCTION declared() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r public.account%ROWTYPE;
BEGIN
  SELECT * INTO r FROM account;
  RETURN r.email;
END $$;
CREATE FUNCTION looped() RETURNS void LANGUAGE plpgsql AS $$
DECLARE l record;
BEGIN
  FOR l IN SELECT * FROM account WHERE id > 1 LOOP
    RAISE NOTICE '%', l.email;
  END LOOP;
END $$;
CREATE FUNCTION chosen() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  CASE (SELECT max(email) FROM account) WHEN 'x' THEN RETURN 1; ELSE RETURN 2; END CASE;
END $$;
CREATE FUNCTION made() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMP TABLE scratch AS SELECT email FROM account;
END $$;
CREATE FUNCTION of_other() RETURNS text LANGUAGE plpgsql AS $$
DECLARE o record;
BEGIN
  SELECT * INTO o FROM account;
  FOR o IN SELECT * FROM other LOOP
    RETURN o.email;
  END LOOP;
END $$;
]])
]==],
      "of_other"
    )
  end)

  it("looks at a function with the schema that it is in", function()
    local url = support.postgres()
    local checker = support.psql(
      url,
      "SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"
    ) == "1"
    for _, extension in ipairs({ false, checker or nil }) do
      url = support.postgres()
      if extension then
        support.psql(url, "CREATE EXTENSION plpgsql_check")
      end
      local result = up(
        url,
        'op.drop_column("app.account", "email")',
        nil,
        [==[
  op.execute([[
CREATE SCHEMA app; CREATE TABLE app.account (id integer, email text);
SET search_path = app;
CREATE FUNCTION app.lower_email() RETURNS text LANGUAGE sql AS 'SELECT lower(email) FROM account';
CREATE FUNCTION app.mails() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT email FROM account); END $$;
]])
]==]
      )
      assert.equal(1, result.status, result.stderr)
      assert.matches('function app.lower_email(): column "email"', result.stderr, 1, true)
      assert.matches('function app.mails(), line 1: column "email"', result.stderr, 1, true)
    end
  end)

  it("passes when a column is made again under its name", function()
    local result = up(
      support.postgres(),
      'op.drop_column("account", "email") op.add_column("account", op.column("email", "text"))'
    )
    assert.equal(0, result.status, result.stderr)
    assert.not_matches("WARNING", result.stderr, 1, true)
  end)

  it("can only warn outside a transaction", function()
    local url = support.postgres()
    local dir = projects.make({
      { "r1", nil, { upgrade = SCHEMA } },
      {
        "r2",
        "r1",
        { header = "transaction = false", upgrade = 'op.drop_column("account", "email")' },
      },
    }, { ["neap.lua"] = ('return { url = "%s" }'):format(url) })
    local result = neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches("WARNING: the revision breaks 3 things", result.stderr, 1, true)
    assert.matches("outside a transaction nothing of it is undone", result.stderr, 1, true)
  end)

  it("leaves to repeatable files what they make anew", function()
    for _, url in ipairs({ support.postgres(), "sqlite:" .. support.tempdir() .. "/a.db" }) do
      local postgres = url:find("^postgres")
      local old = postgres
          and "CREATE OR REPLACE FUNCTION emails() RETURNS SETOF text LANGUAGE sql AS 'SELECT email FROM account';"
        or "DROP TRIGGER IF EXISTS emails; CREATE TRIGGER emails AFTER INSERT ON account BEGIN UPDATE account SET email = 1; END;"
      local kept = postgres
          and "CREATE OR REPLACE FUNCTION kept() RETURNS SETOF text LANGUAGE sql AS 'SELECT lower(email) FROM account';"
        or "DROP TRIGGER IF EXISTS kept; CREATE TRIGGER kept AFTER INSERT ON account BEGIN UPDATE account SET email = 2; END;"
      local dir = projects.make({
        {
          "r1",
          nil,
          { upgrade = 'op.execute("CREATE TABLE account (id integer PRIMARY KEY, email text)")' },
        },
      }, {
        ["neap.lua"] = ('return { url = "%s", repeatable = "sql/objects" }'):format(url),
        ["sql/objects/a.sql"] = old,
        ["sql/objects/b.sql"] = kept,
      })
      assert.equal(0, neap(dir, "upgrade", "head").status)
      support.write(
        dir .. "/migrations/02_r2.lua",
        projects.revision(
          "r2",
          "r1",
          { upgrade = 'op.alter_column("account", "email", { new_name = "mail" })' }
        )
      )
      support.write(dir .. "/sql/objects/a.sql", (old:gsub("SELECT email", "SELECT mail")))
      local result = neap(dir, "upgrade", "head")
      if postgres then -- SQLite's RENAME changes triggers by itself
        assert.equal(1, result.status, result.stderr)
        assert.matches(
          "the revision breaks what uses the thing it changes: function kept()",
          result.stderr,
          1,
          true
        )
      end
      support.write(dir .. "/sql/objects/b.sql", (kept:gsub("lower%(email", "lower(mail")))
      result = neap(dir, "upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      if postgres then
        assert.matches(
          "WARNING: broken by this revision until the repeatable files are run: function emails() (objects/a.sql), "
            .. "function kept() (objects/b.sql)",
          result.stderr,
          1,
          true
        )
      end
    end
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
