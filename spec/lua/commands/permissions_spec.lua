--- `neap permissions`: what the policy wants, what there is, and the statements between; as a DBA meets it.
local policy = require("spec.support.policy")
local support = require("spec.support")

local function project(config)
  return support.project({ ["neap.lua"] = config, ["migrations/1_a.lua"] = 'revision = "a1"\n' })
end

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

-- A database with objects as somebody left them, and a project with the policy of the specs.
local function start(sql)
  local url = policy.database()
  support.psql(url, "CREATE SCHEMA app;" .. (sql or ""))
  return project(policy.config(url)), url
end

local function entry(url, text)
  return project(("return { url = %q, permissions = { %s } }"):format(url, text))
end

-- What an owner has of a table, as access lists write it: PostgreSQL 17 added MAINTAIN.
local function everything(url)
  local version = tonumber(support.psql(url, "SHOW server_version_num"))
  return version >= 170000 and "arwdDxtm" or "arwdDxt"
end

describe("neap permissions", function()
  it("shows differences and statements, and --fix sends them", function()
    local dir, url = start([[
      CREATE TABLE app.account (id serial, name text);
      CREATE FUNCTION app.f(a int DEFAULT 1, VARIADIC b text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE VIEW app.v AS SELECT 1 AS x; GRANT SELECT ON app.v TO spec_other WITH GRANT OPTION;
    ]])
    local found = neap(dir, "permissions")
    assert.equal(3, found.status, found.stderr)
    assert.matches(
      [[
view app.v
  owner         postgres, should be spec_owner
  spec_other    select with grant option, should be -
  spec_ro       -, should be select
  spec_rw       -, should be delete, insert, select, update
]],
      found.stdout,
      1,
      true
    )
    assert.matches("\nREVOKE ALL ON TABLE app.v FROM spec_other CASCADE;\n", found.stdout, 1, true)
    assert.matches(
      "\nREVOKE ALL ON FUNCTION app.f(a integer, VARIADIC b text[]) FROM PUBLIC;\n",
      found.stdout,
      1,
      true
    )
    assert.matches(
      "5 of 5 objects differ from the policy; `neap permissions --fix`",
      found.stdout,
      1,
      true
    )

    local sql = neap(dir, "permissions", "--sql")
    assert.equal(3, sql.status)
    assert.matches("^ALTER SCHEMA app OWNER TO spec_owner;\n", sql.stdout)
    assert.is_truthy(found.stdout:find(sql.stdout, 1, true))

    local fixed = neap(dir, "permissions", "--fix")
    assert.equal(0, fixed.status, fixed.stderr)
    assert.matches("5 of 5 objects brought to what the policy says.", fixed.stdout, 1, true)
    assert.equal("", policy.wrong(url))
    assert.equal("5 objects are as the policy says.\n", neap(dir, "permissions").stdout)
    assert.matches(
      "permissions +%S+ +ok .* 5 objects brought to the policy",
      neap(dir, "log").stdout
    )
  end)

  it("prints statements that bring an untouched database to the policy", function()
    local dir, url =
      start("CREATE TABLE app.t (a int, b int); GRANT UPDATE (b) ON app.t TO spec_other;")
    support.psql(url, neap(dir, "permissions", "--sql").stdout)
    assert.equal("", policy.wrong(url))
    assert.equal(0, neap(dir, "permissions").status)
  end)

  it("gives JSON", function()
    local dir = start("CREATE TABLE app.t (a int)")
    local result = neap(dir, "permissions", "--format", "json")
    assert.equal(3, result.status)
    for _, text in ipairs({
      '"governed": 2',
      '"status": 3',
      '"name": "t"',
      '"has": "postgres"',
      '"wants": "spec_owner"',
      '"ALTER TABLE app.t OWNER TO spec_owner"',
      '"fixed": false',
    }) do
      assert.matches(text, result.stdout, 1, true)
    end
    neap(dir, "permissions", "--fix")
    result = neap(dir, "permissions", "--format", "json")
    assert.matches('"differing": []', result.stdout, 1, true)
    assert.matches('"statements": []', result.stdout, 1, true)
  end)

  it("lists what agrees with --all", function()
    local dir = start()
    neap(dir, "permissions", "--fix")
    assert.equal(
      "schema app\n  as it should be\n1 object is as the policy says.\n",
      neap(dir, "permissions", "--all").stdout
    )
  end)

  it("says where the schema of a name belongs", function()
    local url = policy.database()
    local dir = entry(url, '{ kind = "table", name = "app.t", owner = "spec_owner" }')
    assert.matches(
      'matches nothing: a name holds no schema, write schema = "app", name = "t"\n',
      neap(dir, "permissions").stderr,
      1,
      true
    )
  end)

  it("warns of an entry that matches nothing; --strict makes it an error", function()
    local url = policy.database()
    local dir = entry(url, '{ schema = "ap", kind = { "table", "view" }, owner = "spec_owner" }')
    local result = neap(dir, "permissions")
    assert.equal(0, result.status)
    assert.matches(
      "warning: permissions in neap.lua: entry 1 (table, view ap.*) matches nothing",
      result.stderr,
      1,
      true
    )
    result = neap(dir, "permissions", "--strict", "--fix")
    assert.equal(2, result.status)
    assert.matches("entry 1 (table, view ap.*) matches nothing", result.stderr, 1, true)
    assert.equal("0", support.psql(url, "SELECT count(*) FROM neap_history WHERE outcome = 'ok'"))
  end)

  it("says what is missing when there is no policy, or two orders at once", function()
    local url = policy.database()
    local result = neap(project(("return { url = %q }"):format(url)), "permissions")
    assert.equal(2, result.status)
    assert.matches("neap.lua has no permissions", result.stderr, 1, true)
    result = neap(project(policy.config(url)), "permissions", "--fix", "--sql")
    assert.equal(2, result.status)
  end)

  it("writes nothing without --fix", function()
    local dir, url = start()
    neap(dir, "permissions")
    assert.equal("", support.psql(url, "SELECT to_regclass('neap_version')"))
  end)

  it("names roles that are not there, and changes nothing", function()
    local url = policy.database()
    support.psql(url, "CREATE TABLE t (a int)")
    local dir = entry(
      url,
      '{ kind = "table", name = "t", owner = "spec_owner" }, { kind = "table", name = "t", grants = { nobody_here = "select" } }'
    )
    local result = neap(dir, "permissions")
    assert.equal(3, result.status)
    assert.matches(
      'warning: permissions in neap.lua: there is no role "nobody_here" (entry 2)',
      result.stderr,
      1,
      true
    )
    assert.equal(2, neap(dir, "permissions", "--strict").status)
    result = neap(dir, "permissions", "--fix")
    assert.equal(1, result.status)
    assert.matches(
      'neap: permissions in neap.lua: there is no role "nobody_here" (entry 2)',
      result.stderr,
      1,
      true
    )
    assert.equal(
      "postgres",
      support.psql(url, "SELECT relowner::regrole FROM pg_class WHERE relname = 't'")
    )
  end)

  it("goes by the policy of the chosen environment", function()
    local url = policy.database()
    support.psql(url, "CREATE TABLE t (a int)")
    local dir = project(
      ([[return { url = %q, permissions = { { kind = "table", owner = "postgres" } },
      environments = { other = { permissions = { { kind = "table", name = "t", owner = "spec_owner" } } } } }]]):format(
        url
      )
    )
    assert.equal(0, neap(dir, "permissions").status)
    assert.equal(3, neap(dir, "-e", "other", "permissions").status)
  end)

  it("names the file and the entry of a wrong policy", function()
    local result = neap(
      entry(
        "sqlite:a.db",
        '{ kind = "table", owner = "a" },\n{ kind = "function", grants = { b = "select" } }'
      ),
      "permissions"
    )
    assert.equal(2, result.status)
    assert.matches(
      'neap.lua: permissions: entry 2: grants.b: "select" cannot be granted on a function: it has execute',
      result.stderr,
      1,
      true
    )
    assert.matches("at neap.lua:1\n", result.stderr, 1, true)
  end)
end)

describe("the policy, for a DBA", function()
  it("leaves extensions' members, temporary and system objects alone", function()
    local url = policy.database()
    support.psql(url, "CREATE EXTENSION hstore; CREATE EXTENSION pg_stat_statements SCHEMA public")
    local dir = entry(url, '{ kind = "*", owner = "spec_owner", grants = {} }')
    local result = neap(dir, "permissions", "--all")
    assert.equal("0 objects are as the policy says.\n", result.stdout)
    support.write(
      dir .. "/migrations/1_a.lua",
      'revision = "a1"\nfunction upgrade()\n  op.execute("CREATE TEMP TABLE tt (a int); CREATE EXTENSION citext; CREATE TABLE real_one (a int)")\nend\n'
    )
    result = neap(dir, "upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("1 object is as the policy says.\n", neap(dir, "permissions").stdout)
    assert.equal(
      "postgres",
      support.psql(
        url,
        "SELECT DISTINCT proowner::regrole FROM pg_proc WHERE proname LIKE 'citext%'"
      )
    )
  end)

  it("governs partitions as tables, or by a word of their own", function()
    local url = policy.database()
    support.psql(
      url,
      "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
    )
    local dir = entry(
      url,
      [[{ kind = "table", owner = "spec_owner", grants = { spec_ro = "select" } },
        { kind = "partition", grants = { spec_ro = false } },
        { kind = "partitioned table", owner = "spec_other" }]]
    )
    assert.equal(0, neap(dir, "permissions", "--fix", "--strict").status)
    assert.equal(
      ("p|spec_other|{spec_other=%s/spec_other,spec_ro=r/spec_other}\np1|spec_owner|"):format(
        everything(url)
      ),
      support.psql(
        url,
        "SELECT relname, relowner::regrole, relacl FROM pg_class WHERE relname IN ('p', 'p1') ORDER BY 1"
      )
    )
  end)

  it("takes back what somebody with a grant option gave away", function()
    local url = policy.database()
    support.psql(
      url,
      [[CREATE TABLE t (a int); GRANT SELECT ON t TO spec_rw WITH GRANT OPTION;
        SET ROLE spec_rw; GRANT SELECT ON t TO spec_other; GRANT SELECT ON t TO spec_ro;]]
    )
    local dir = entry(
      url,
      '{ kind = "table", name = "t", grants = { spec_rw = "select with grant option", spec_ro = "select" } }'
    )
    assert.equal(3, neap(dir, "permissions").status)
    local fixed = neap(dir, "permissions", "--fix")
    assert.equal(0, fixed.status, fixed.stderr)
    assert.equal(
      ("{postgres=%s/postgres,spec_rw=r*/postgres,spec_ro=r/postgres}"):format(everything(url)),
      support.psql(url, "SELECT relacl FROM pg_class WHERE relname = 't'")
    )
    -- A grant that stays by the owner's own word is no difference; one that hangs on an option that goes is given anew.
    support.psql(
      url,
      "SET ROLE spec_rw; REVOKE SELECT ON t FROM spec_ro; GRANT SELECT ON t TO spec_ro"
    )
    assert.equal(0, neap(dir, "permissions").status)
    dir = entry(
      url,
      '{ kind = "table", name = "t", grants = { spec_rw = "select", spec_ro = "select" } }'
    )
    assert.equal(0, neap(dir, "permissions", "--fix").status)
    assert.equal(
      ("{postgres=%s/postgres,spec_rw=r/postgres,spec_ro=r/postgres}"):format(everything(url)),
      support.psql(url, "SELECT relacl FROM pg_class WHERE relname = 't'")
    )
  end)

  it("gives the old owner of a column's sequence what it had as its owner", function()
    local url = policy.database()
    support.psql(url, "CREATE TABLE t (id serial); ALTER TABLE t OWNER TO spec_rw")
    local dir = entry(
      url,
      [[{ kind = { "table", "sequence" }, owner = "spec_owner" },
        { kind = "table", grants = { spec_rw = "select, insert" } },
        { kind = "sequence", grants = { spec_rw = "usage" } }]]
    )
    local fixed = neap(dir, "permissions", "--fix")
    assert.equal(0, fixed.status, fixed.stderr)
    assert.equal(
      "{spec_owner=rwU/spec_owner,spec_rw=U/spec_owner}",
      support.psql(url, "SELECT relacl FROM pg_class WHERE relname = 't_id_seq'")
    )
    assert.equal(0, neap(dir, "permissions", "--strict").status)
  end)

  it("governs the database itself", function()
    local url = policy.database()
    local dir = entry(url, '{ kind = "database", grants = { spec_rw = "connect, temp" } }')
    assert.equal(0, neap(dir, "permissions", "--fix").status)
    assert.equal(
      "{postgres=CTc/postgres,spec_rw=Tc/postgres}",
      support.psql(url, "SELECT datacl FROM pg_database WHERE datname = current_database()")
    )
  end)

  it("tells a role without the rights what it lacks, and changes nothing", function()
    local url = policy.database()
    support.psql(
      url,
      "CREATE TABLE t (a int); GRANT ALL ON SCHEMA public TO spec_other; ALTER ROLE spec_other LOGIN"
    )
    local mine = url:gsub("user=postgres", "user=spec_other")
    local dir = entry(
      mine,
      '{ kind = "table", name = "t", owner = "spec_other", grants = { spec_ro = "select" } }'
    )
    local result = neap(dir, "permissions")
    assert.equal(3, result.status)
    result = neap(dir, "permissions", "--fix")
    assert.equal(1, result.status)
    assert.matches("must be owner of table t", result.stderr, 1, true)
    assert.matches("permissions in neap.lua", result.stderr, 1, true)
    assert.equal(
      "postgres|",
      support.psql(url, "SELECT relowner::regrole, relacl FROM pg_class WHERE relname = 't'")
    )
    support.psql(url, "ALTER ROLE spec_other NOLOGIN")
  end)

  it("takes names as they are", function()
    local url = policy.database()
    support.psql(
      url,
      [[DO $$ BEGIN CREATE ROLE "spec ""odd"" role"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."a.b%c" ("Col, x" int);
        CREATE FUNCTION "My Schema"."F(x)"("A b" "My Schema"."a.b%c") RETURNS int LANGUAGE sql AS 'SELECT 1']]
    )
    local dir = entry(
      url,
      [[{ schema = "My *", kind = "table", name = "a.b%c", owner = 'spec "odd" role', grants = { spec_ro = "select", spec_rw = { "all" } } },
        { schema = "My *", kind = "function", grants = { ['spec "odd" role'] = "execute" } }]]
    )
    local fixed = neap(dir, "permissions", "--fix")
    assert.equal(0, fixed.status, fixed.stderr)
    assert.equal("2 objects are as the policy says.\n", neap(dir, "permissions").stdout)
  end)
end)
