--- The policy table, applied by itself to what revisions make: whatever the way it was made.
local policy = require("spec.support.policy")
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

-- Revisions r1, r2 ... with these bodies of upgrade(), and of downgrade().
local function project(url, bodies, files, more)
  local list = {}
  for i, body in ipairs(bodies) do
    local fields = type(body) == "table" and body or { upgrade = body, downgrade = "" }
    fields.header = fields.header or ""
    list[i] = { "r" .. i, i > 1 and "r" .. i - 1 or nil, fields }
  end
  files = files or {}
  files["neap.lua"] = policy.config(url, more)
  return projects.make(list, files)
end

local function up(url, bodies, files, more)
  local dir = project(url, bodies, files, more)
  local result = neap(dir, "upgrade", "head")
  assert.equal(0, result.status, result.stderr)
  return dir, result
end

local EVERYTHING = [[
  op.create_schema("app")
  op.create_table("app.account", {
    op.column("id", "bigserial", { primary_key = true }),
    op.column("at", "date"),
  })
  op.create_table("app.log", { op.column("day", "date") }, { partition_by = { "range", "day" } })
  op.create_partition("app.log", "log_2024", { from = "2024-01-01", to = "2025-01-01" })
  op.create_sequence("app.numbers")
  op.create_enum("app.mood", { "sad", "ok" })
  op.create_domain("app.email", "text")
  op.create_view("app.accounts", "SELECT id FROM app.account")
  op.create_materialized_view("app.ages", "SELECT 1 AS age")
  op.create_function("CREATE FUNCTION app.twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a * 2'")
  op.create_aggregate("CREATE AGGREGATE app.total (integer) (sfunc = int4pl, stype = integer)")
]]

describe("the policy", function()
  it("is applied to everything that op makes, and to nothing else", function()
    local url = policy.database()
    support.psql(url, "CREATE SCHEMA other; CREATE TABLE other.t (a int)")
    local dir = up(url, { EVERYTHING })
    assert.equal("", policy.wrong(url))
    assert.equal(12, policy.count(url))
    assert.equal(
      "postgres|",
      support.psql(
        url,
        "SELECT relowner::regrole, relacl FROM pg_class WHERE oid = 'other.t'::regclass"
      )
    )
    assert.equal(
      "",
      support.psql(
        url,
        "SELECT relname FROM pg_class WHERE relname LIKE 'neap%' AND relacl IS NOT NULL"
      )
    )
    assert.equal(0, neap(dir, "permissions", "--strict").status)
  end)

  it("is applied to what SQL text makes: in savepoints, DO blocks, files, over commits", function()
    local url = policy.database()
    up(url, {
      [[
  op.execute("CREATE SCHEMA app; CREATE TABLE app.a (id serial); CREATE TABLE app.b AS SELECT 1 AS x")
  op.savepoint(function() op.execute("CREATE VIEW app.v AS SELECT 1 AS x") end)
  op.savepoint(function()
    op.savepoint(function() op.execute("CREATE TABLE app.inner_one (a int)") end)
  end)
  op.savepoint(function()
    op.execute("CREATE TABLE app.gone (a int)")
    error("undone")
  end)
  op.execute("DO $$ BEGIN CREATE TABLE app.hidden (a int); EXCEPTION WHEN OTHERS THEN RAISE; END $$")
  op.execute("SELECT 1 AS x INTO app.selected")
  op.load_sql("procs.sql")]],
      [[
  op.execute("CREATE TABLE app.before_commit (a int)")
  op.commit()
  op.execute("CREATE TABLE app.between (a int)")
  op.create_index("ix", "app.between", "a", { concurrently = true })
  op.execute("CREATE FUNCTION app.after(text) RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.autocommit(function() op.execute("CREATE TABLE app.outside (a int); CREATE PROCEDURE app.p() LANGUAGE sql AS ''") end)]],
      {
        header = "transaction = false",
        upgrade = [[op.create_table("app.loose", { op.column("a", "integer") })
  op.execute("CREATE TABLE app.loose_text (a int)")]],
      },
    }, {
      ["sql/procs.sql"] = "CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
        .. "CREATE TYPE app.pair AS (a int, b int);\n",
    })
    assert.equal("", policy.wrong(url))
    assert.equal(17, policy.count(url))
  end)

  it("is applied to what is renamed, moved or replaced into it", function()
    local url = policy.database()
    support.psql(
      url,
      "CREATE SCHEMA app; CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE SCHEMA x; CREATE TABLE x.in_x (a int);"
    )
    up(url, {
      [[op.execute("ALTER TABLE t SET SCHEMA app")
  op.execute("ALTER SCHEMA x RENAME TO app_x; ALTER SCHEMA app OWNER TO spec_other")]],
    })
    assert.equal("", policy.wrong(url))
    assert.equal(
      "postgres",
      support.psql(url, "SELECT relowner::regrole FROM pg_class WHERE oid = 'u'::regclass")
    )
  end)

  it("takes back what default privileges give, and what a revision grants beside it", function()
    local url = policy.database()
    support.psql(
      url,
      "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO spec_other; CREATE SCHEMA app"
    )
    local _, result = up(url, {
      [[op.create_table("app.a", { op.column("a", "integer") })
  op.grant("select", "table", "app.a", "public")
  op.grant("usage", "schema", "app", "spec_other")
  op.execute("DO $$ BEGIN FOR i IN 1..7 LOOP EXECUTE format('CREATE TABLE app.t%s (a int)', i); END LOOP; END $$")]],
    })
    assert.equal("", policy.wrong(url))
    assert.matches(
      "permissions: schema app: usage is taken back from spec_other, no entry in neap.lua knows it\n",
      result.stderr,
      1,
      true
    )
    assert.matches("permissions: 4 more are taken back\n", result.stderr, 1, true)
  end)

  it(
    "brings along what stands in a schema that gets another name, and not what stands in one that is granted",
    function()
      local url = policy.database()
      support.psql(
        url,
        "CREATE SCHEMA app; CREATE TABLE app.old (a int); CREATE SCHEMA y; CREATE TABLE y.t (id serial); "
          .. "CREATE FUNCTION y.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE y.e AS ENUM ('a');"
          .. "CREATE VIEW y.v AS SELECT * FROM y.t"
      )
      up(url, {
        [[op.execute("DO $$ BEGIN EXECUTE 'ALTER SCHEMA y RENAME TO app_y'; END $$")
  op.grant("usage", "schema", "app", "spec_other")
  op.commit()
  op.execute("ALTER SCHEMA app_y RENAME TO app_z")]],
      })
      assert.equal("r app.old owner postgres acl ", policy.wrong(url))
      assert.equal(8, policy.count(url)) -- app, app_z, and six in them
    end
  )

  it("takes back what is granted on a column and on the database", function()
    local url = policy.database()
    local dir = project(url, {
      EVERYTHING,
      [[op.grant("select, update", "table", "app.account", "spec_other", { columns = { "at" } })]],
      [[op.revoke("select", "table", "app.account", "spec_ro")
  op.execute("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO spec_other', current_database()); END $$")]],
    })
    support.write(
      dir .. "/neap.lua",
      (
        policy.config(url):gsub(
          "permissions = {",
          'permissions = {\n{ kind = "database", grants = { spec_rw = "connect" } },'
        )
      )
    )
    local result = neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches(
      "table app.account: select (at), update (at) is taken back from spec_other",
      result.stderr,
      1,
      true
    )
    assert.equal("", policy.wrong(url))
    assert.equal(
      "",
      support.psql(
        url,
        "SELECT attname FROM pg_attribute WHERE attrelid = 'app.account'::regclass AND attacl IS NOT NULL"
      )
    )
    assert.equal(
      "f|t|f",
      support.psql(
        url,
        "SELECT has_database_privilege('spec_other', current_database(), 'CREATE'), "
          .. "has_database_privilege('spec_rw', current_database(), 'CONNECT'), "
          .. "has_database_privilege('spec_ro', current_database(), 'CONNECT')"
      )
    )
  end)

  it("is kept by what is dropped and made again", function()
    local url = policy.database()
    up(url, {
      EVERYTHING,
      [[op.drop_view("app.accounts")
  op.create_view("app.accounts", "SELECT id, 1 AS one FROM app.account")
  op.with_dependents("app.account", function() op.alter_column("app.account", "at", { type = "timestamp" }) end)
  op.batch_alter_table("app.account", {}, function(batch)
    batch.drop_column("at")
    batch.add_column(op.column("at", "date"))
  end)
  op.drop_function("app.twice(integer)")
  op.create_function("CREATE FUNCTION app.twice(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a * 2'")
  op.execute("CREATE TABLE app.copy AS SELECT * FROM app.account; DROP TABLE app.log; ALTER TABLE app.copy RENAME TO log")]],
    })
    assert.equal("", policy.wrong(url))
  end)

  it("holds for a member that does not inherit the owner's rights", function()
    local url = policy.database()
    support.psql(
      url,
      [[CREATE ROLE spec_runner LOGIN NOINHERIT; GRANT spec_owner TO spec_runner; CREATE SCHEMA app;
GRANT ALL ON SCHEMA app, public TO spec_runner, spec_owner; ALTER SCHEMA app OWNER TO spec_owner;
GRANT USAGE ON SCHEMA app TO spec_rw, spec_ro; REVOKE ALL ON SCHEMA app FROM PUBLIC]]
    )
    local runner = url:gsub("user=%w+", "user=spec_runner")
    local ok, err = pcall(function()
      local dir, result = up(runner, {
        [[op.execute("CREATE TABLE app.a (id serial, b int); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")]],
      })
      assert.equal(nil, result.stderr:match("no privileges"))
      assert.equal(
        "t|f",
        support.psql(
          url,
          [[
SELECT has_table_privilege('spec_ro', 'app.a', 'SELECT'), has_function_privilege('spec_ro', 'app.f()', 'EXECUTE')]]
        )
      )
      support.psql(
        url,
        "GRANT EXECUTE ON FUNCTION app.f() TO PUBLIC; REVOKE ALL ON app.a FROM spec_ro"
      )
      local shown = neap(dir, "permissions", "--sql")
      assert.matches("SET ROLE spec_owner;\nGRANT SELECT ON TABLE app.a", shown.stdout, 1, true)
      assert.equal(0, neap(dir, "permissions", "--fix").status)
      assert.equal(0, neap(dir, "permissions").status)
    end)
    support.psql(url, "DROP OWNED BY spec_runner CASCADE; DROP ROLE spec_runner")
    assert(ok, err)
  end)

  it("is for everything that aggregates, and finds routines by their types", function()
    local url = policy.database()
    up(url, {
      [[op.execute([=[CREATE SCHEMA app;
CREATE AGGREGATE app.number (*) (sfunc = int8inc, stype = bigint, initcond = '0');
CREATE AGGREGATE app.disc (float8 ORDER BY anyelement)
    (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
CREATE AGGREGATE app.place (VARIADIC "any" ORDER BY VARIADIC "any") (sfunc = ordered_set_transition_multi,
    stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
CREATE FUNCTION app.find(INOUT a integer, b text DEFAULT 'x') LANGUAGE sql AS 'SELECT 1']=])]],
    })
    assert.equal("", policy.wrong(url))
    assert.equal(5, policy.count(url))
  end)

  it("leaves alone what a revision does not touch", function()
    local url = policy.database()
    local dir = up(url, { EVERYTHING })
    support.psql(url, "GRANT ALL ON app.account TO spec_other")
    support.write(
      dir .. "/migrations/09_z.lua",
      projects.revision(
        "z9",
        "r1",
        { upgrade = 'op.create_table("app.z", { op.column("a", "integer") })' }
      )
    )
    assert.equal(0, neap(dir, "upgrade", "head").status)
    assert.matches("^r app.account owner spec_owner acl [^\n]*spec_other[^\n]*$", policy.wrong(url))
  end)

  it("holds on the way down, too", function()
    local url = policy.database()
    local dir = up(url, {
      EVERYTHING,
      {
        upgrade = 'op.drop_table("app.account", { cascade = true })',
        downgrade = 'op.create_table("app.account", { op.column("id", "bigserial") })',
      },
    })
    assert.equal(0, neap(dir, "downgrade", "-1").status)
    assert.equal("", policy.wrong(url))
  end)

  it("acts as the role that connected, whatever role the revision took on", function()
    local url = policy.database()
    support.psql(url, "CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO spec_other")
    up(url, {
      [[op.set_role("spec_other")
  op.create_table("app.a", { op.column("a", "integer") })
  op.commit()
  op.create_table("app.b", { op.column("a", "integer") })]],
      'op.execute("SET ROLE spec_other; CREATE TABLE app.c (a int)")\n  op.commit()\n'
        .. '  op.execute("CREATE TABLE app.d (a int)")\n'
        .. "  op.execute(\"DO $$ BEGIN ASSERT current_user = 'spec_other'; END $$\")",
    })
    support.psql(url, "ALTER SCHEMA app OWNER TO spec_owner")
    assert.matches("^schema app owner spec_owner acl [^\n]*$", policy.wrong(url))
  end)

  it("needs no superuser: a member of the owner that may create in the schema is enough", function()
    local url = policy.database()
    support.psql(
      url,
      "DO $$ BEGIN CREATE ROLE spec_migrator LOGIN IN ROLE spec_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        .. "CREATE SCHEMA app AUTHORIZATION spec_owner; GRANT USAGE ON SCHEMA app TO spec_ro, spec_rw;"
        .. "GRANT CREATE ON SCHEMA public TO spec_migrator;"
        .. "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO spec_migrator', current_database()); END $$"
    )
    local everything = EVERYTHING:gsub('op.create_schema%("app"%)', "")
    local dir = up(url:gsub("user=postgres", "user=spec_migrator"), {
      everything,
      'op.add_column("app.account", op.column("more", "text"))\n  op.execute("CREATE VIEW app.w AS SELECT 1 AS x")',
    })
    assert.equal("", policy.wrong(url))
    assert.equal(0, neap(dir, "permissions").status)
  end)

  it("says what a new owner needs in the schema", function()
    local url = policy.database()
    support.psql(
      url,
      "DO $$ BEGIN CREATE ROLE spec_migrator LOGIN IN ROLE spec_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
        .. "CREATE SCHEMA app AUTHORIZATION spec_migrator; ALTER SCHEMA public OWNER TO spec_migrator"
    )
    local dir = projects.make({
      {
        "r1",
        nil,
        { header = "", upgrade = 'op.execute("CREATE TABLE app.zoo (a int)")', downgrade = "" },
      },
    }, {
      ["neap.lua"] = ([[return { url = %q, permissions = { { kind = "table", schema = "app", owner = "spec_owner" } } }]]):format(
        (url:gsub("user=postgres", "user=spec_migrator"))
      ),
    })
    local result = neap(dir, "upgrade", "head")
    assert.equal(1, result.status)
    assert.matches("permission denied for schema app", result.stderr, 1, true)
    assert.matches("GRANT CREATE ON SCHEMA app TO spec_owner;", result.stderr, 1, true)
    local fixed = neap(dir, "permissions", "--fix")
    assert.equal(0, fixed.status, fixed.stderr)
    support.psql(url, "CREATE TABLE app.zoo (a int); ALTER TABLE app.zoo OWNER TO spec_migrator")
    fixed = neap(dir, "permissions", "--fix")
    assert.equal(1, fixed.status)
    assert.matches("GRANT CREATE ON SCHEMA app TO spec_owner;", fixed.stderr, 1, true)
  end)

  it("names the entry that takes something back", function()
    local url = policy.database()
    support.psql(url, "CREATE TABLE t (a int); GRANT SELECT ON t TO spec_ro")
    local dir = projects.make({
      {
        "r1",
        nil,
        {
          header = "",
          upgrade = "op.execute(\"COMMENT ON TABLE t IS 'x'; ALTER TABLE t ADD b int\")",
          downgrade = "",
        },
      },
    }, {
      ["neap.lua"] = ([[return { url = %q, permissions = { { kind = "table", grants = { spec_rw = "select" } },
        { kind = "table", name = "t", grants = { spec_ro = false } } } }]]):format(url),
    })
    local result = neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches(
      "table public.t: select is taken back from spec_ro, entry 2 in neap.lua says so",
      result.stderr,
      1,
      true
    )
  end)

  it("takes repeatable objects, files and directories, in a run that is one transaction", function()
    local url = policy.database()
    local dir = up(url, {
      'op.create_schema("app")\n  op.load_sql_dir("procs")',
      'require("procedures").load("procs/a.sql")',
    }, {
      ["sql/procs/a.sql"] = "CREATE OR REPLACE FUNCTION app.a(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
      ["sql/procs/b.sql"] = "CREATE PROCEDURE app.b() LANGUAGE sql AS '';",
      ["sql/objects/v.sql"] = "CREATE OR REPLACE VIEW app.v AS SELECT 1 AS x;",
    }, 'repeatable = "sql/objects", transaction = "all",')
    assert.equal("", policy.wrong(url))
    assert.equal(4, policy.count(url))
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.matches("REVOKE ALL ON PROCEDURE app.b() FROM PUBLIC;", script.stdout, 1, true)
    assert.matches("ALTER VIEW app.v OWNER TO spec_owner;", script.stdout, 1, true)
  end)

  it("names a role that is not there, the entry, and changes nothing", function()
    local url = policy.database()
    local dir = projects.make({
      {
        "r1",
        nil,
        { upgrade = 'op.create_table("account", { op.column("a", "integer") })' },
      },
    }, {
      ["neap.lua"] = ([[return { url = %q, permissions = {
        { kind = "view", owner = "spec_owner" },
        { kind = "table", owner = "no_such_owner", grants = { no_such_reader = "select", spec_ro = "select" } } } }]]):format(
        url
      ),
    })
    local result = neap(dir, "upgrade", "head")
    assert.equal(1, result.status)
    assert.matches(
      'permissions in neap.lua: there is no role "no_such_owner" (entry 2), "no_such_reader" (entry 2)',
      result.stderr,
      1,
      true
    )
    assert.matches("Create it first", result.stderr, 1, true)
    assert.matches("Rolled back", result.stderr, 1, true)
    assert.equal("", support.psql(url, "SELECT to_regclass('account')"))
  end)

  it("says in a script what it will do", function()
    local dir = project("postgresql:///none", {
      EVERYTHING
        .. [[op.execute("CREATE OR REPLACE FUNCTION app.g(a int DEFAULT 1, b text = '') RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.rename_table("app.account", "accounts_2")
  op.create_table("app.gone", { op.column("a", "integer") })
  op.drop_table("app.gone")]],
    })
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local url = policy.database()
    local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
    support.must({ "psql", "-X", "-q", "-d", url, "-f", file })
    assert.equal("", policy.wrong(url))
    assert.equal(13, policy.count(url))
  end)

  it("says nothing in a script of what is gone, and follows what gets another name", function()
    local dir = project("postgresql:///none", {
      [[op.create_schema("app")
  op.execute([=[CREATE TABLE app.a (id serial); DROP TABLE app.a; CREATE TABLE b (a int); ALTER TABLE b SET SCHEMA app;
ALTER TABLE app.b RENAME TO c; CREATE FUNCTION app.f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION app.f(int, text);
ALTER FUNCTION app.f(int) RENAME TO g; CREATE SCHEMA x; CREATE VIEW x.v AS SELECT 1 AS x; ALTER SCHEMA x RENAME TO app_x;
CREATE SCHEMA y; CREATE TYPE y.e AS ENUM ('a'); DROP SCHEMA y CASCADE]=])
  op.create_table("app.t", { op.column("id", "bigserial") })
  op.drop_table("app.t")
  op.create_function("CREATE FUNCTION app.h() RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.drop_function("app.h()")]],
    })
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local url = policy.database()
    local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
    support.must({ "psql", "-X", "-q", "-d", url, "-f", file })
    assert.equal("", policy.wrong(url))
    assert.equal(5, policy.count(url)) -- app, app_x, c, g, v
  end)

  it("keeps in a script to the overload that is made, when another one is dropped", function()
    local functions =
      [[CREATE SCHEMA app; CREATE FUNCTION app.f(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION app.g(integer) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION app.h(x text) RETURNS int LANGUAGE sql AS 'SELECT 1']]
    local dir = project("postgresql:///none", {
      ("op.execute([=[%s]=])"):format(functions),
      [[op.create_function("CREATE FUNCTION app.f(a bigint DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.drop_function("app.f(integer)")
  op.execute([=[CREATE FUNCTION app.g(a numeric(10, 2)) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION IF EXISTS app.g(int);
CREATE FUNCTION app.h(a varchar(3), b timestamptz, c float8[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
DROP FUNCTION app.h(b character varying, timestamp with time zone, double precision[])]=])]],
    })
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local url = policy.database()
    local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
    support.must({ "psql", "-X", "-q", "-d", url, "-f", file })
    assert.equal("", policy.wrong(url))
    assert.equal(4, policy.count(url)) -- app, f(bigint), g(numeric), h(text)
  end)

  local function play(url, script)
    assert.equal(0, script.status, script.stderr)
    local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
    support.must({ "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", file })
  end

  it("takes back in a script what the policy of another name gave", function()
    local url = policy.database()
    local dir = projects.make({
      {
        "r1",
        nil,
        {
          header = "",
          upgrade = [[op.execute("CREATE TABLE t1 (id serial); CREATE TABLE t2 (a int); CREATE TABLE t3 (a int); CREATE SCHEMA oo")
  op.execute("CREATE FUNCTION f1(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'")]],
          downgrade = "",
        },
      },
      {
        "r2",
        "r1",
        {
          header = "",
          upgrade = [[op.rename_table("t1", "secret1")
  op.execute("ALTER TABLE t2 RENAME TO secret2; ALTER TABLE t3 SET SCHEMA oo; ALTER FUNCTION f1(int) RENAME TO secret_f")
  op.create_table("t4", { op.column("a", "integer") })
  op.commit()
  op.rename_table("t4", "secret4")]],
          downgrade = "",
        },
      },
    }, {
      ["neap.lua"] = ([[return { url = %q, permissions = {
  { schema = "public", kind = "table", name = "t*", owner = "spec_owner", grants = { spec_ro = "select", spec_rw = "update with grant option" } },
  { kind = "table", name = "secret*", owner = "spec_owner", grants = { spec_other = "select" } },
  { schema = "oo", kind = "table", owner = "spec_owner", grants = { spec_rw = "select" } },
  { schema = "public", kind = "function", name = "f*", owner = "spec_owner", grants = { spec_ro = "execute" } },
  { schema = "public", kind = "function", name = "secret*", owner = "spec_owner", grants = { spec_rw = "execute" } },
} }]]):format(url),
    })
    play(url, neap(dir, "upgrade", "base:r1", "--sql"))
    assert.equal(0, neap(dir, "permissions").status)
    play(url, neap(dir, "upgrade", "r1:r2", "--sql"))
    local found = neap(dir, "permissions")
    assert.equal("", found.status == 0 and "" or found.stdout)
    assert.equal(
      "{spec_owner=arwdDxt/spec_owner,spec_other=r/spec_owner}",
      support.psql(url, "SELECT relacl FROM pg_class WHERE relname = 'secret4'")
    )
  end)

  it("knows in a script the sequences of columns in SQL text", function()
    local url = policy.database()
    local dir = project(url, {
      [[op.execute("CREATE SCHEMA app")
  op.execute([=[CREATE TABLE app.a (id serial, b numeric(10, 2) CHECK (b > 0), "C d" bigserial,
  e bigint GENERATED ALWAYS AS IDENTITY, g int GENERATED ALWAYS AS (1) STORED,
  h int GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME app.own START 5), PRIMARY KEY (id))]=])
  op.execute("ALTER TABLE app.a ADD COLUMN i smallserial, ADD IF NOT EXISTS j serial8, ADD k int NOT NULL")
  op.execute("ALTER TABLE ONLY app.a ALTER COLUMN k ADD GENERATED ALWAYS AS IDENTITY")
  op.execute("CREATE TABLE app.a_table_whose_name_is_long_enough_for_a_sequence (a_column_with_a_long_name serial)")]],
    })
    play(url, neap(dir, "upgrade", "base:head", "--sql"))
    assert.equal("", policy.wrong(url))
    assert.equal(11, policy.count(url))
  end)

  it("brings back in a script what statements give to others", function()
    local url = policy.database()
    local dir = project(url, {
      [[op.execute("CREATE SCHEMA app CREATE TABLE emb (id serial) CREATE VIEW v AS SELECT 1 AS x GRANT SELECT ON v TO PUBLIC")
  op.execute("SELECT 1 AS x INTO app.selected; WITH a AS (SELECT 1 AS x) SELECT x INTO UNLOGGED TABLE app.q FROM a; SELECT 1 AS x INTO TEMP z")
  op.execute("CREATE TABLE app.a (a int); ALTER TABLE app.a OWNER TO spec_other; GRANT ALL ON app.a TO spec_ro WITH GRANT OPTION")]],
      [[op.execute("ALTER TABLE app.a OWNER TO spec_rw; GRANT UPDATE (x), SELECT ON TABLE app.selected TO PUBLIC; GRANT DELETE ON app.v TO spec_ro")
  op.execute("CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION app.f() TO spec_other")]],
      [[op.execute("GRANT EXECUTE ON FUNCTION app.f TO PUBLIC; GRANT CREATE ON SCHEMA app TO spec_ro")
  op.grant("insert", "table", "app.q", "public")
  op.set_owner("view", "app.v", "spec_ro")]],
    })
    play(url, neap(dir, "upgrade", "base:head", "--sql"))
    assert.equal("", policy.wrong(url))
    assert.equal(
      "0",
      support.psql(
        url,
        "SELECT count(*) FROM pg_attribute WHERE attrelid = 'app.selected'::regclass AND attacl IS NOT NULL"
      )
    )
    assert.equal(8, policy.count(url))
  end)

  it("is written into a script before each commit, and once", function()
    local dir = project("postgresql:///none", {
      [[op.create_schema("app")
  op.create_table("app.a", { op.column("a", "integer") })
  op.create_index("ix", "app.a", "a", { concurrently = true })
  op.execute("CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.commit()
  op.rename_table("app.a", "b")]],
    })
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local wanted = {
      "CREATE TABLE app.a",
      "ALTER TABLE app.a OWNER TO spec_owner",
      "COMMIT",
      "CREATE INDEX CONCURRENTLY ix",
      "CREATE FUNCTION app.f",
      "REVOKE ALL ON FUNCTION app.f() FROM PUBLIC",
      "COMMIT",
      "RENAME TO b",
      "ALTER TABLE app.b OWNER TO spec_owner",
      "COMMIT",
    }
    local at = 1
    for _, text in ipairs(wanted) do
      at = assert(script.stdout:find(text, at, true), text)
    end
    assert.equal(1, select(2, script.stdout:gsub("ALTER FUNCTION app.f%(%) OWNER", "")))
  end)

  it("forgets what a savepoint undid", function()
    local dir = project("postgresql:///none", {
      [[op.create_schema("app")
  op.grant("all", "schema", "app", "spec_other")
  op.savepoint(function()
    op.set_role("spec_other")
    op.create_table("app.gone", { op.column("a", "integer") })
    error("undone")
  end)
  op.create_table("app.a", { op.column("a", "integer") })]],
    })
    local script = neap(dir, "upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local url = policy.database()
    local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
    support.must({ "psql", "-X", "-q", "-d", url, "-f", file })
    assert.equal(
      "spec_owner",
      support.psql(url, "SELECT relowner::regrole FROM pg_class WHERE oid = 'app.a'::regclass")
    )
    assert.equal("", support.psql(url, "SELECT to_regclass('app.gone')"))
  end)

  it("is applied when a stepwise revision goes on after it failed", function()
    local url = policy.database()
    local dir = project(url, {
      [[op.execute("CREATE SCHEMA app; CREATE TABLE app.a (a int)")
  op.commit()
  op.execute("CREATE TABLE app.b (a int)")
  op.create_table("app.c", { op.column("a", "integer") })
  op.commit()
  op.execute("INSERT INTO no_such_table VALUES (1)")
  op.execute("CREATE TABLE app.d (a int)")]],
    })
    assert.equal(1, neap(dir, "upgrade", "head").status)
    assert.equal("", policy.wrong(url))
    assert.equal(4, policy.count(url))
    support.psql(url, "CREATE TABLE no_such_table (a int)")
    local result = neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("", policy.wrong(url))
    assert.equal(5, policy.count(url))
    assert.equal("1", support.psql(url, "SELECT count(*) FROM no_such_table"))
  end)

  it("costs SQLite nothing", function()
    local dir = projects.make({ { "r1" } }, {
      ["neap.lua"] = 'return { url = "sqlite:a.db", permissions = { { kind = "table", owner = "x" } } }',
    })
    assert.equal(0, neap(dir, "upgrade", "head").status)
    local result = neap(dir, "permissions")
    assert.equal(0, result.status)
    assert.matches("SQLite has no roles", result.stdout)
  end)
end)
