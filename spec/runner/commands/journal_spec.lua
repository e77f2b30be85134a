-- neap journal: what is done outside neap, on PostgreSQL.
local support = require("spec.support")

local first = [[
--- Make account.
revision = "a1"
function upgrade()
  op.create_table("account", { op.column("id", "integer", { primary_key = true }), op.column("email", "text") })
end
function downgrade() op.drop_table("account") end
]]

describe("neap journal", function()
  local url, dir

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function ok(...)
    local result = neap(...)
    assert.equal(0, result.status, result.stderr)
    return result.stdout
  end

  local function psql(text)
    return support.psql(url, text)
  end

  local function project(installed)
    url = support.postgres()
    dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(dir .. "/migrations/a.lua", first)
    ok("upgrade", "head")
    if installed ~= false then
      ok("journal", "install")
    end
  end

  -- "TAG objects" of the open entries, in order.
  local function entries()
    return psql(
      "SELECT tag || ' ' || replace(objects, E'\\n', ', ') FROM neap_ddl WHERE settled IS NULL ORDER BY id"
    )
  end

  it("records DDL of others with who, when, whence and what", function()
    project()
    psql(
      "ALTER TABLE account ADD x integer; DROP TABLE IF EXISTS nothing; CREATE VIEW v AS SELECT 1 AS x"
    )
    assert.equal("ALTER TABLE table public.account\nCREATE VIEW view public.v", entries())
    assert.equal(
      "postgres|psql|ALTER TABLE account ADD x integer;|t|t",
      psql(
        "SELECT database_user, application_name, statement, recorded LIKE '20%Z', search_path LIKE '%public' "
          .. "FROM neap_ddl WHERE id = 1"
      )
    )
    local status = neap("status")
    assert.equal(6, status.status)
    assert.matches(
      "changed outside neap: ALTER TABLE public.account by postgres, 20%d%d%-%d%d%-%d%d %d%d:%d%d, psql: ALTER TABLE account ADD x",
      status.stdout
    )
    status = neap("status", "--format", "json")
    assert.equal(6, status.status)
    assert.is_truthy(status.stdout:find('"tag": "ALTER TABLE"', 1, true), status.stdout)
    assert.matches("created .* outside neap .*psql", ok("blame", "account.x"))
    assert.matches(
      "^1  20.*ALTER TABLE public.account  by postgres  psql\n    ALTER TABLE",
      ok("journal", "show")
    )
    assert.is_truthy(
      ok("journal", "show", "--format", "json"):find('"table public.account"', 1, true)
    )
  end)

  it("leaves out what neap does, online, in steps and by script", function()
    project()
    support.write(
      dir .. "/migrations/b.lua",
      [[
revision = "b1"
down_revision = "a1"
function upgrade()
  op.create_table("b", { op.column("id", "serial") })
  op.create_index("ix_b", "b", { "id" }, { concurrently = true })
  op.commit()
  op.execute("RESET ALL; CREATE TABLE after_reset (a integer)")
  op.execute("DO $$ BEGIN CREATE TABLE inside (a integer); END $$")
end
function downgrade() op.drop_table("b") end
]]
    )
    support.write(
      dir .. "/migrations/c.lua",
      'revision = "c1"\ndown_revision = "b1"\nfunction upgrade() op.create_table("c", { op.column("id", "integer") }) end\n'
        .. 'function downgrade() op.drop_table("c") end\n'
    )
    ok("upgrade", "b1")
    psql(ok("upgrade", "b1:c1", "--sql"))
    psql(ok("downgrade", "c1:b1", "--sql"))
    assert.equal("", entries())
    assert.equal(3, neap("status").status)
  end)

  it("leaves out temporary tables and what belongs to an extension", function()
    project()
    psql(
      "CREATE TEMP TABLE t (a serial PRIMARY KEY); CREATE INDEX ON t (a); ALTER TABLE t ADD b text; DROP TABLE t;"
        .. "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x; REFRESH MATERIALIZED VIEW m; REINDEX TABLE account"
    )
    assert.equal("CREATE MATERIALIZED VIEW materialized view public.m", entries())
    psql(
      "DROP MATERIALIZED VIEW m; UPDATE neap_ddl SET settled = ''; CREATE EXTENSION pg_trgm; DROP EXTENSION pg_trgm"
    )
    assert.equal("CREATE EXTENSION extension pg_trgm\nDROP EXTENSION extension pg_trgm", entries())
  end)

  it("keeps no password", function()
    project()
    psql(
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;"
        .. "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'hush1')"
    )
    psql(
      "DO $$ BEGIN CREATE TABLE t (a integer); PERFORM 'password=hush2'; PERFORM 'PASSWORD ''hush3'''; END $$"
    )
    assert.equal("", psql("SELECT id FROM neap_ddl WHERE statement LIKE '%hush1%'"))
    assert.equal("", psql("SELECT id FROM neap_ddl WHERE statement LIKE '%hush2%'"))
    assert.is_nil(ok("journal", "show", "--format", "json"):find("hush1", 1, true))
    local result = neap("journal", "adopt", "-m", "all of it")
    assert.equal(1, result.status)
    assert.matches("password", result.stderr)
    assert.matches("neap journal dismiss %d", result.stderr)
  end)

  it("never makes anyone's DDL fail", function()
    project()
    local role = "neap_spec_" .. math.random(1000000000)
    psql(
      ("CREATE ROLE %s; GRANT CREATE ON SCHEMA public TO %s; SET ROLE %s; CREATE TABLE theirs (a integer);"):format(
        role,
        role,
        role
      )
    )
    assert.matches("CREATE TABLE table public.theirs", entries())
    assert.equal(role, psql("SELECT role FROM neap_ddl WHERE tag = 'CREATE TABLE'"))
    -- Not theirs to call, to read or to change.
    for _, text in ipairs({
      "SELECT neap_ddl_note()",
      "SELECT * FROM neap_ddl",
      "DELETE FROM neap_ddl",
    }) do
      assert.has_error(function()
        psql(("SET ROLE %s; %s"):format(role, text))
      end)
    end
    -- What would capture names in the caller's search_path.
    psql(
      "CREATE SCHEMA evil; CREATE FUNCTION evil.length(text) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RAISE ''caught''; END';"
        .. "CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''caught''; END';"
        .. "SET search_path = evil, pg_catalog, public; CREATE TABLE public.after (a integer)"
    )
    assert.matches("CREATE TABLE table public.after", entries())
    -- The settings are what they were, after a success as after a failure.
    local settings = "SHOW search_path; SHOW lock_timeout"
    assert.equal(
      "evil\n7s\npublic, evil\n0",
      psql(
        "BEGIN; SET search_path = evil; SET LOCAL lock_timeout = '7s'; CREATE TABLE public.kept (a integer);"
          .. settings
          .. "; SET search_path = public, evil; COMMIT; "
          .. settings
      )
    )
    psql("ALTER TABLE neap_ddl RENAME TO elsewhere")
    assert.equal(
      "evil\n7s",
      psql(
        "SET search_path = evil; SET lock_timeout = '7s'; CREATE TABLE public.lost (a integer);"
          .. settings
      )
    )
    psql("ALTER TABLE elsewhere RENAME TO neap_ddl")
    -- Another table in its place is not written to.
    psql(
      ("DROP TABLE neap_ddl; CREATE TABLE neap_ddl (a integer); ALTER TABLE neap_ddl OWNER TO %s; CREATE TABLE t1 (a integer)"):format(
        role
      )
    )
    assert.equal("0", psql("SELECT count(*) FROM neap_ddl"))
    psql("DROP TABLE neap_ddl; CREATE TABLE t2 (a integer); DROP TABLE t2")
    assert.equal(0, neap("status").status)
    ok("journal", "install")
    psql("CREATE TABLE t3 (a integer)")
    assert.equal("CREATE TABLE table public.t3", entries())
    psql(("DROP OWNED BY %s CASCADE; DROP ROLE %s"):format(role, role))
  end)

  it(
    "names what was sent, whatever an extension's script dropped, and what a block made",
    function()
      project()
      psql("CREATE EXTENSION hstore")
      assert.matches(
        "changed outside neap: CREATE EXTENSION hstore by",
        neap("status").stdout,
        1,
        true
      )
      psql("DO $$ BEGIN CREATE TABLE in_block (a integer); END $$")
      local shown = ok("journal", "show")
      assert.matches("CREATE EXTENSION hstore", shown, 1, true)
      assert.is_nil(shown:find("DROP OPERATOR", 1, true))
      assert.matches("^table public.in_block\n  created .*outside neap", ok("blame", "in_block"))
      for i = 1, 12 do
        psql("CREATE TABLE many_" .. i .. " (a integer)")
      end
      local status = neap("status")
      assert.equal(6, status.status)
      assert.matches("outside     and 4 more: `neap journal show`\n", status.stdout, 1, true)
    end
  )

  it("makes nobody wait for a lock on it", function()
    project()
    local holder = support.start({
      "psql",
      "-X",
      "-q",
      "-d",
      url,
      "-c",
      "BEGIN; LOCK TABLE neap_ddl IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(8)",
    })
    support.wait_for("the lock", function()
      return psql("SELECT count(*) FROM pg_locks WHERE relation = 'neap_ddl'::regclass AND granted")
        ~= "0"
    end)
    local started = os.time()
    psql("CREATE TABLE quick (a integer)")
    assert.is_true(os.time() - started < 5)
    holder.signal("KILL")
    assert.equal("quick", psql("SELECT relname FROM pg_class WHERE relname = 'quick'"))
  end)

  it("goes with a transaction that is rolled back or killed", function()
    project()
    psql("BEGIN; CREATE TABLE undone (a integer); ROLLBACK")
    local process = support.start({
      "psql",
      "-X",
      "-q",
      "-d",
      url,
      "-c",
      "BEGIN; CREATE TABLE killed (a integer); SELECT pg_sleep(30)",
    })
    support.wait_for("the sleep", function()
      return psql(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'BEGIN; CREATE TABLE killed%' AND wait_event = 'PgSleep'"
      ) == "1"
    end)
    psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; CREATE TABLE killed%' AND pid <> pg_backend_pid()"
    )
    process.signal("KILL")
    assert.equal("", entries())
    assert.equal(0, neap("status").status)
  end)

  it("adopts it as a revision that others run", function()
    project()
    psql("CREATE SCHEMA other")
    support.must({
      "psql",
      "-X",
      "-q",
      "-d",
      url,
      "-c",
      "ALTER TABLE account ADD COLUMN x integer; INSERT INTO account VALUES (1); CREATE INDEX ix ON account (x)",
    })
    psql("SET search_path = other; CREATE TABLE there (a integer)")
    psql("CREATE INDEX CONCURRENTLY ixc ON account (email)")
    psql("ALTER TABLE account RENAME COLUMN email TO mail")
    psql("CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS $f$ SELECT 1 $f$")
    local path = ok("journal", "adopt", "-m", "By hand"):match("%S+")
    local text = support.read(dir .. "/" .. path)
    assert.matches("left out: INSERT INTO account", text)
    assert.equal("", entries())
    assert.equal(0, neap("status").status)
    assert.matches("upgrade  %x+ +ok .* By hand", ok("log"))
    assert.matches("created .* By hand", ok("blame", "account.x"))
    assert.matches("formerly  email", ok("blame", "account.mail"))
    ok("upgrade", "head")
    local id = ok("current"):match("^%S+")
    -- Another database: up and down.
    local other = support.postgres()
    assert.equal(0, neap("-u", other, "upgrade", "head").status)
    assert.equal(
      "id,mail,x",
      support.psql(
        other,
        "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'account'::regclass AND attnum > 0"
      )
    )
    assert.equal(
      "other",
      support.psql(other, "SELECT schemaname FROM pg_tables WHERE tablename = 'there'")
    )
    local result = neap("-u", other, "downgrade", "a1")
    assert.equal(0, result.status, result.stderr)
    assert.equal(
      "0",
      support.psql(other, "SELECT count(*) FROM pg_class WHERE relname IN ('ix', 'ixc', 'there')")
    )
    assert.equal(0, neap("-u", other, "upgrade", "head").status)
    -- It is kept like any other, and an edit is seen.
    assert.matches("By hand", ok("show", id, "--from-database"))
    support.write(dir .. "/" .. path, text .. "\n-- edited\n")
    assert.equal(6, neap("status").status)
  end)

  it("writes a downgrade that refuses what nobody can undo", function()
    project()
    psql("ALTER TABLE account ALTER COLUMN email SET NOT NULL")
    local path = ok("journal", "adopt", "-m", "Strict", "--rev-id", "b2"):match("%S+")
    assert.matches(
      "nobody has written yet what undoes: ALTER TABLE account ALTER COLUMN",
      support.read(dir .. "/" .. path)
    )
    local result = neap("downgrade", "a1")
    assert.equal(1, result.status)
    assert.matches("nobody has written yet", result.stderr)
    assert.matches("b2", ok("current"))
  end)

  it("adopts some, dismisses others, once", function()
    project()
    psql("CREATE TABLE one (a integer)")
    psql("CREATE TABLE two (a integer)")
    ok("journal", "dismiss", "1")
    assert.equal("CREATE TABLE table public.two", entries())
    assert.matches("dismissed", ok("journal", "show", "--all"))
    for _, words in ipairs({
      { "dismiss", "1" },
      { "dismiss", "99" },
      { "dismiss", "x" },
      { "dismiss" },
    }) do
      assert.equal(2, neap("journal", table.unpack(words)).status, table.concat(words, " "))
    end
    ok("journal", "adopt", "2", "-m", "Two")
    local result = neap("journal", "adopt", "-m", "Nothing")
    assert.equal(1, result.status)
    assert.matches("holds nothing", result.stderr)
    assert.equal(
      "dismissed\n" .. ok("current"):match("^%S+"),
      psql("SELECT settled FROM neap_ddl ORDER BY id")
    )
  end)

  it("is adopted by one of two sessions", function()
    project()
    psql("CREATE TABLE one (a integer)")
    local one = support.start({ "neap", "journal", "adopt", "-m", "One" }, { cwd = dir })
    local two = support.start({ "neap", "journal", "adopt", "-m", "Two" }, { cwd = dir })
    support.wait_for("both", function()
      return one.ended() and two.ended()
    end, 30)
    assert.equal("1", psql("SELECT count(*) FROM neap_version"))
    assert.equal(
      "1",
      psql("SELECT count(*) FROM neap_history WHERE direction = 'upgrade' AND revision <> 'a1'")
    )
    local files = io.popen("ls " .. dir .. "/migrations | wc -l"):read("a")
    assert.equal(2, tonumber(files))
    assert.equal(0, neap("status").status)
  end)

  it("is as it was when neap is killed while it adopts", function()
    project()
    psql("CREATE TABLE one (a integer)")
    local holder = support.start({
      "psql",
      "-X",
      "-q",
      "-d",
      url,
      "-c",
      "BEGIN; LOCK TABLE neap_version IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)",
    })
    support.wait_for("the lock", function()
      return psql(
        "SELECT count(*) FROM pg_locks WHERE relation = 'neap_version'::regclass AND granted"
      ) ~= "0"
    end)
    local process = support.start({ "neap", "journal", "adopt", "-m", "One" }, { cwd = dir })
    os.execute("sleep 1")
    process.signal("KILL")
    holder.signal("KILL")
    psql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    assert.equal("CREATE TABLE table public.one", entries())
    assert.equal("a1", psql("SELECT version_num FROM neap_version"))
    assert.equal(6, neap("status").status)
  end)

  it("refuses to adopt while something is pending, and leaves no file", function()
    project()
    support.write(
      dir .. "/migrations/b.lua",
      'revision = "b1"\ndown_revision = "a1"\nfunction upgrade() op.execute("SELECT 1") end\n'
    )
    psql("CREATE TABLE one (a integer)")
    local result = neap("journal", "adopt", "-m", "One")
    assert.equal(1, result.status)
    assert.matches("1 revision is pending", result.stderr)
    assert.equal(2, neap("journal", "adopt").status)
    assert.equal(2, neap("journal", "adopt", "-m", " ").status)
    assert.equal(2, tonumber(io.popen("ls " .. dir .. "/migrations | wc -l"):read("a")))
  end)

  it("needs a superuser, or its script one", function()
    project(false)
    local role = "neap_spec_" .. math.random(1000000000)
    psql(
      ("CREATE ROLE %s LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO %s;"):format(role, role)
    )
    psql(
      ("GRANT ALL ON SCHEMA public TO %s; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %s;"):format(
        role,
        role
      )
    )
    psql(
      ("ALTER TABLE neap_version OWNER TO %s; ALTER TABLE neap_history OWNER TO %s;"):format(
        role,
        role
      )
    )
    psql(
      ("ALTER TABLE neap_source OWNER TO %s; ALTER TABLE neap_journal OWNER TO %s;"):format(
        role,
        role
      )
    )
    local theirs = url:gsub("user=postgres", "user=" .. role)
    local result = neap("-u", theirs, "journal", "install")
    assert.equal(1, result.status)
    assert.matches("only a superuser may create event triggers, and " .. role, result.stderr)
    assert.matches("--sql", result.stderr, 1, true)
    result = neap("-u", theirs, "journal", "show")
    assert.equal(1, result.status)
    assert.matches("there is no journal", result.stderr)
    local script = neap("-u", theirs, "journal", "install", "--sql").stdout
    psql(script)
    psql(script)
    -- The version table's owner reads and settles.
    psql("CREATE TABLE one (a integer)")
    assert.equal(6, neap("-u", theirs, "status").status)
    assert.equal(0, neap("-u", theirs, "journal", "adopt", "-m", "One").status)
    assert.equal(0, neap("-u", theirs, "status").status)
    psql(neap("-u", theirs, "journal", "uninstall", "--sql").stdout)
    assert.equal("", psql("SELECT evtname FROM pg_event_trigger"))
    psql(
      ("REASSIGN OWNED BY %s TO postgres; DROP OWNED BY %s; DROP ROLE %s"):format(role, role, role)
    )
  end)

  it("is settled by who connects, whatever neap.lua's role may do", function()
    project()
    local role = "neap_spec_" .. math.random(1000000000)
    psql(("CREATE ROLE %s; GRANT ALL ON SCHEMA public TO %s"):format(role, role))
    psql("UPDATE neap_ddl SET settled = 'before'")
    support.write(dir .. "/neap.lua", ("return { url = %q, role = %q }\n"):format(url, role))
    psql("CREATE TABLE one (a integer)")
    psql("CREATE TABLE two (a integer)")
    assert.equal(6, neap("status").status)
    assert.matches("CREATE TABLE public.one", ok("journal", "show"))
    assert.matches("outside neap", ok("blame", "one"))
    ok("journal", "adopt", "-m", "One", "2")
    assert.equal("1 entry dismissed.\n", ok("journal", "dismiss", "--all"))
    assert.equal(0, neap("status").status)
    ok("journal", "uninstall")
    ok("journal", "install")
    psql(("DROP OWNED BY %s CASCADE; DROP ROLE %s"):format(role, role))
  end)

  it("goes without a trace", function()
    project()
    psql("CREATE TABLE one (a integer)")
    ok("journal", "uninstall")
    assert.equal("", psql("SELECT evtname FROM pg_event_trigger"))
    assert.equal("", psql("SELECT relname FROM pg_class WHERE relname LIKE 'neap_ddl%'"))
    assert.equal("", psql("SELECT proname FROM pg_proc WHERE proname LIKE 'neap_ddl%'"))
    assert.equal(0, neap("status").status)
    assert.matches("journal uninstall", ok("log"))
  end)

  it("is no part of the schema that check and dump see", function()
    project()
    support.write(
      dir .. "/schema.lua",
      'op.create_table("account", { op.column("id", "integer", { primary_key = true }), op.column("email", "text") })\n'
    )
    support.write(dir .. "/neap.lua", ("return { url = %q, model = 'schema.lua' }\n"):format(url))
    local result = neap("check")
    assert.equal(0, result.status, result.stdout .. result.stderr)
    assert.is_nil(ok("dump"):find("neap_ddl", 1, true))
  end)

  it("is not for SQLite, nor for what nobody asked for", function()
    project(false)
    for _, words in ipairs({ { "install" }, { "show" }, { "adopt", "-m", "x" }, { "dismiss", "1" } }) do
      local result = neap("-u", "sqlite:x.db", "journal", table.unpack(words))
      assert.equal(2, result.status)
      assert.matches("the journal is PostgreSQL's", result.stderr, 1, true)
    end
    for _, words in ipairs({
      {},
      { "instal" },
      { "show", "1" },
      { "show", "--sql" },
      { "install", "-m", "x" },
    }) do
      assert.equal(2, neap("journal", table.unpack(words)).status, table.concat(words, " "))
    end
    assert.matches("neap journal install", neap("journal", "instal").stderr)
  end)
end)
