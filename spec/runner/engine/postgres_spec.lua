-- What only PostgreSQL has: lock timeouts, advisory locks, CONCURRENTLY, settings, other owners.
local support = require("spec.support")

local function revision(id, down, up, header)
  return ("--- Make %s.\nrevision = %q\ndown_revision = %s\n%s\nfunction upgrade()\n%s\nend\nfunction downgrade()\nend\n"):format(
    id,
    id,
    down and ("%q"):format(down) or "nil",
    header or "",
    up
  )
end

local advisory_locks = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
  .. "WHERE locktype = 'advisory' AND datname = current_database()"

describe("on PostgreSQL", function()
  local url, dir

  local function project(files, config)
    url = support.postgres()
    dir =
      support.project({ ["neap.lua"] = ("return { url = %q, %s }\n"):format(url, config or "") })
    for name, text in pairs(files) do
      support.write(dir .. "/migrations/" .. name .. ".lua", text)
    end
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function query(sql)
    return support.psql(url, sql)
  end

  -- A psql that runs these statements and stays until it is killed.
  local function blocker(sql)
    return support.start({ "psql", "-X", "-q", "-d", url, "-c", sql .. "; SELECT pg_sleep(100)" })
  end

  local function wait_locked(relation)
    support.wait_for("the lock on " .. relation, function()
      return query(
        ("SELECT count(*) FROM pg_locks WHERE relation = to_regclass('%s') AND pid <> pg_backend_pid()"):format(
          relation
        )
      ) ~= "0"
    end)
  end

  it("gives up after lock_timeout, names the blocker, and exits 4", function()
    project(
      { a = revision("a1", nil, '  op.execute("ALTER TABLE t ADD COLUMN b integer")') },
      'lock_timeout = "300ms", lock_retries = 1'
    )
    query("CREATE TABLE t (a integer)")
    local holder = blocker("BEGIN; LOCK TABLE t")
    wait_locked("t")
    local result = neap("upgrade", "head")
    holder.signal("KILL")
    assert.equal(4, result.status, result.stderr)
    assert.matches("55P03", result.stderr)
    assert.matches("blocked by pid %d+ %(user ", result.stderr)
    assert.matches("LOCK TABLE t", result.stderr)
    assert.matches("Rolled back", result.stderr)
    assert.equal("0", query("SELECT count(*) FROM neap_version"))
  end)

  it("names the blocker when check gives up, and not the query of the catalog", function()
    project({}, 'lock_timeout = "300ms"')
    support.write(dir .. "/schema.lua", 'op.create_table("t", { op.column("a", "integer") })\n')
    query("CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t")
    local holder = blocker("BEGIN; LOCK TABLE t")
    wait_locked("t")
    local result = neap("check")
    holder.signal("KILL")
    assert.equal(4, result.status, result.stderr)
    assert.matches("^neap: canceling statement due to lock timeout\n", result.stderr)
    assert.matches("blocked by pid %d+ %(user ", result.stderr)
    assert.matches("nothing was changed", result.stderr)
    assert.is_nil(result.stderr:find("SELECT c.oid", 1, true))
  end)

  it("writes the model for a user who may not read the version table", function()
    project({}, "")
    query("CREATE TABLE t (a integer); CREATE TABLE neap_version (version_num text)")
    local role = "neap_spec_reader_" .. math.random(1000000000)
    query("CREATE ROLE " .. role .. " LOGIN")
    local theirs = url:gsub("user=postgres", "user=" .. role)
    local result = neap("-u", theirs, "model", "--from-database")
    support.write(dir .. "/schema.lua", 'op.create_table("t", { op.column("a", "integer") })\n')
    local check = neap("-u", theirs, "--format", "json", "check")
    local status = neap("-u", theirs, "status")
    query("DROP ROLE " .. role)
    assert.equal(0, result.status, result.stderr)
    assert.matches('op.create_table%("t"', result.stdout)
    assert.equal(0, check.status, check.stderr)
    assert.matches('"pending": null', check.stdout, 1, true)
    assert.equal(1, status.status)
    assert.matches("permission denied for table neap_version", status.stderr)
  end)

  it("names the blocker after a lock_timeout of the revision's own, too", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.each_partition("p", function(partition)
    op.execute("SELECT pg_sleep(0.4)")
    op.add_column(partition, op.column("b", "integer"))
  end, { commit = true, lock_timeout = "600ms" })]]
      ),
    }, "lock_retries = 0")
    query("CREATE TABLE p (a integer); CREATE TABLE q () INHERITS (p)")
    local holder = blocker("BEGIN; LOCK TABLE q")
    wait_locked("q")
    local result = neap("upgrade", "head")
    holder.signal("KILL")
    assert.equal(4, result.status, result.stderr)
    assert.matches("blocked by pid %d+ %(user ", result.stderr)
    assert.matches("LOCK TABLE q", result.stderr)
  end)

  it("sets role and timeouts in a script as in a run", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.execute("CREATE TABLE t (a integer)")
  op.commit()
  op.execute("CREATE TABLE u (a integer)")
  op.create_index("ix", "t", { "a" }, { concurrently = true })
  op.execute("CREATE TABLE v (a integer)")]]
      ),
    }, 'lock_timeout = "5s", role = "app_owner"')
    local result = neap("upgrade", "base:head", "--sql")
    assert.equal(0, result.status, result.stderr)
    local shape = {}
    for line in result.stdout:gmatch("[^\n]+") do
      local word = line:match("^SET .*") or line:match("^BEGIN") or line:match("^COMMIT")
      word = word
        or line:match("^CREATE INDEX")
        or line:match("^CREATE TABLE %l ")
        or line:match("^RESET %u+")
      table.insert(shape, word)
    end
    assert.equal(
      table.concat({
        "BEGIN SET client_min_messages = warning; BEGIN SET lock_timeout = '5000ms'; SET LOCAL ROLE app_owner; CREATE TABLE t  COMMIT",
        "BEGIN SET LOCAL ROLE app_owner; CREATE TABLE u  COMMIT",
        "SET ROLE app_owner; SET lock_timeout = '0ms'; CREATE INDEX SET lock_timeout = '5000ms'; RESET ROLE",
        "BEGIN SET LOCAL ROLE app_owner; CREATE TABLE v  RESET ALL RESET ROLE COMMIT",
      }, " "),
      (table.concat(shape, " "):gsub("BEGIN BEGIN", "BEGIN"))
    )
  end)

  it("tries again with a fresh Lua state until the lock is free", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  count = (count or 0) + 1
  op.execute("INSERT INTO attempts VALUES (" .. count .. ")")
  op.execute("ALTER TABLE t ADD COLUMN b integer")]]
      ),
    }, 'lock_timeout = "300ms", lock_retries = 20')
    query("CREATE TABLE t (a integer); CREATE TABLE attempts (n integer)")
    local holder = blocker("BEGIN; LOCK TABLE t")
    wait_locked("t")
    local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    os.execute("sleep 1")
    query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LOCK TABLE t%' AND pid <> pg_backend_pid()"
    )
    holder.signal("KILL")
    local result = runner.wait(30)
    assert.equal(0, result.status, result.stderr)
    assert.matches("attempt 2 of 21", result.stderr)
    assert.equal("1", query("SELECT string_agg(n::text, ',') FROM attempts"))
  end)

  it("waits for the runner lock no longer than --wait, and says for whom", function()
    project({
      a = revision("a1", nil, '  op.execute("SELECT pg_sleep(5)")'),
    })
    local first = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    support.wait_for("the first runner", function()
      return query(advisory_locks) ~= "0"
    end)
    local result = neap("upgrade", "head", "--wait", "1s")
    assert.equal(4, result.status, result.stderr)
    assert.matches("neap host .* pid " .. first.pid, result.stderr)
    assert.equal(0, first.wait(20).status)
  end)

  it("builds an index concurrently, and rebuilds an invalid leftover", function()
    project({
      a = revision(
        "a1",
        nil,
        '  op.create_index("ix_t_a", "t", { "a" }, { unique = true, concurrently = true })'
      ),
    })
    query("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)")
    local result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("23505", result.stderr)
    assert.equal(
      "f",
      query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t_a'::regclass")
    )
    assert.equal("", query("SELECT version_num FROM neap_version"))
    query("DELETE FROM t WHERE ctid = '(0,1)'")
    result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal(
      "t",
      query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_t_a'::regclass")
    )
    assert.equal("a1", query("SELECT version_num FROM neap_version"))
    assert.equal("0", query("SELECT count(*) FROM neap_journal"))
  end)

  it("puts settings and role back between revisions", function()
    project({
      a = revision(
          "a1",
          nil,
          [[
  op.execute("CREATE SCHEMA elsewhere")
  op.execute("SET search_path = elsewhere; SET statement_timeout = '77s'; SET work_mem = '77MB'")
  op.execute("CREATE ROLE " .. ROLE .. "; GRANT ALL ON SCHEMA elsewhere TO " .. ROLE .. "; SET ROLE " .. ROLE)
]]
        )
        :gsub("ROLE %.%.", "'neap_test_role' ..")
        :gsub("%.%. ROLE", ".. 'neap_test_role'"),
      b = revision(
        "b1",
        "a1",
        [[
  op.execute("CREATE TABLE here AS SELECT current_setting('search_path') AS p, current_setting('work_mem') AS w, current_user AS u, session_user AS s")
]]
      ),
    })
    local result = neap("upgrade", "head")
    local found = result.status == 0
      and query("SELECT w, u = s, p LIKE '%public%' FROM public.here")
    query("DROP OWNED BY neap_test_role; DROP ROLE neap_test_role")
    assert.equal(0, result.status, result.stderr)
    assert.equal("4MB|t|t", found)
  end)

  it("sets settings in a script, and prints nothing of it", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.execute("CREATE TABLE t AS SELECT current_setting('search_path') AS p, current_setting('application_name') AS a")]]
      ),
    }, [[settings = { search_path = "elsewhere, public", application_name = "it's \\ one" }]])
    query("CREATE SCHEMA elsewhere")
    local script = neap("upgrade", "base:head", "--sql")
    assert.equal(0, script.status, script.stderr)
    local file = support.write(dir .. "/up.sql", script.stdout)
    assert.equal("", support.must({ "psql", "-X", "-q", "-d", url, "-f", file }))
    assert.equal("elsewhere, public|it's \\ one", query("SELECT p, a FROM elsewhere.t"))
  end)

  it("cannot be captured by another user's operators and functions", function()
    project({
      a = revision("a1", nil, '  op.execute("SELECT 1")'),
      b = revision("b1", "a1", '  op.execute("SELECT 1")'),
    })
    query([[
      CREATE TABLE captured (what text);
      CREATE FUNCTION public.catch(text, text) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.captured VALUES ('=' || $1); RETURN true; END $$;
      CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.catch);
      CREATE FUNCTION public.coalesce_text(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
    ]])
    local database = query("SELECT current_database()")
    query(("ALTER DATABASE %s SET search_path = public, pg_catalog"):format(database))
    for _, command in ipairs({
      { "upgrade", "head" },
      { "current" },
      { "status" },
      { "log" },
      { "downgrade", "base" },
      { "stamp", "head" },
    }) do
      local result = neap(table.unpack(command))
      assert.is_true(result.status == 0 or result.status == 3, result.stderr)
    end
    assert.equal("0", query("SELECT count(*) FROM public.captured"))
  end)

  it("tells of an unknown revision without being captured", function()
    project({ a = revision("a1", nil, '  op.execute("SELECT 1")') })
    assert.equal(0, neap("upgrade", "head").status)
    os.remove(dir .. "/migrations/a.lua")
    query([[
      CREATE TABLE captured (what text);
      CREATE FUNCTION public.catch(text, text) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.captured VALUES ('=' || $1); RETURN true; END $$;
      CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.catch);
    ]])
    local database = query("SELECT current_database()")
    query(("ALTER DATABASE %s SET search_path = public, pg_catalog"):format(database))
    assert.equal(6, neap("upgrade", "head").status)
    assert.equal(6, neap("status").status)
    assert.equal("0", query("SELECT count(*) FROM public.captured"))
  end)

  it("writes scripts that cannot be captured", function()
    project({
      a = revision("a1", nil, '  op.execute("SELECT 1")'),
      b = revision("b1", "a1", '  op.execute("SELECT 1")'),
    }, 'version_table = "alembic_version"')
    query([[
      CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
      CREATE TABLE captured (what text);
      CREATE FUNCTION public.catch(varchar, varchar) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.captured VALUES ('varchar'); RETURN $1::text OPERATOR(pg_catalog.=) $2::text; END $$;
      CREATE FUNCTION public.catch_text(text, text) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO public.captured VALUES ('text'); RETURN $1 OPERATOR(pg_catalog.=) $2; END $$;
      CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = varchar, FUNCTION = public.catch);
      CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.catch_text);
      CREATE OPERATOR public.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.catch_text);
    ]])
    local script = support.must({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
      .. support.must({ "neap", "downgrade", "head:base", "--sql" }, { cwd = dir })
    query("SET search_path = public, pg_catalog;\n" .. script:gsub("RESET ALL;", ""))
    assert.equal("0", query("SELECT count(*) FROM captured"))
  end)

  it("does not trust a version table whose index runs another one's code", function()
    project({ a = revision("a1", nil, '  op.execute("SELECT 1")') })
    query([[
      CREATE ROLE neap_test_mallory;
      GRANT CREATE ON SCHEMA public TO neap_test_mallory;
      SET ROLE neap_test_mallory;
      CREATE FUNCTION evil(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';
      CREATE TABLE neap_version (version_num text PRIMARY KEY);
      CREATE INDEX ON neap_version (evil(version_num));
    ]])
    local result = neap("upgrade", "head")
    query("DROP OWNED BY neap_test_mallory; DROP ROLE neap_test_mallory")
    assert.equal(1, result.status, result.stderr)
    assert.matches("carries an index expression of another owner", result.stderr)
  end)

  it("strings end where the lexer thinks, whatever the database's default is", function()
    project({
      a = revision("a1", nil, '  op.execute("SELECT 1")'),
      b = revision("b1", "a1", [[  op.execute("CREATE TABLE t AS SELECT 'a\\' AS x; SELECT 'b'")]]),
    })
    local database = query("SELECT current_database()")
    query(("ALTER DATABASE %s SET standard_conforming_strings = off"):format(database))
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("a\\", query("SELECT x FROM t"))
  end)

  it("writes scripts that keep a revision's own role and search_path", function()
    project({
      a = revision(
        "a1",
        nil,
        [[
  op.execute("CREATE TABLE one (a integer); SET search_path = ''")
  op.set_role("neap_test_maker")
  op.commit()
  op.execute("CREATE TABLE public.two (a integer)")
  op.autocommit(function() op.execute("CREATE TABLE public.three (a integer)") end)]]
      ),
    })
    query("CREATE ROLE neap_test_maker; GRANT CREATE ON SCHEMA public TO neap_test_maker")
    local script = support.must({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
    local done, message = pcall(query, script)
    local owned = query(
      "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE tableowner = 'neap_test_maker'"
    )
    query("DROP OWNED BY neap_test_maker; DROP ROLE neap_test_maker")
    assert.is_true(done, message)
    assert.equal("three two", owned)
    assert.equal("a1", query("SELECT version_num FROM neap_version"))
  end)

  it("refuses version tables that are not plain", function()
    project({ a = revision("a1", nil, '  op.execute("SELECT 1")') })
    query("CREATE VIEW neap_version AS SELECT 'x'::text AS version_num WHERE false")
    local result = neap("upgrade", "head")
    assert.equal(1, result.status)
    assert.matches("neap_version is not a plain table", result.stderr)
  end)

  it("refuses a read-only database before anything is created", function()
    project({ a = revision("a1", nil, '  op.execute("SELECT 1")') })
    local database = query("SELECT current_database()")
    query(("ALTER DATABASE %s SET default_transaction_read_only = on"):format(database))
    local result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("read%-only", result.stderr)
  end)

  it("takes over a table of Alembic's", function()
    project({
      a = revision("a1", nil, '  op.execute("SELECT 1")'),
      b = revision("b1", "a1", '  op.execute("CREATE TABLE t (a int)")'),
    }, 'version_table = "alembic_version"')
    query(
      "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)); INSERT INTO alembic_version VALUES ('a1')"
    )
    assert.equal(0, neap("upgrade", "head").status)
    assert.equal("b1", query("SELECT version_num FROM alembic_version"))
  end)

  it("tells a database that cannot be reached", function()
    project({ a = revision("a1", nil, '  op.execute("SELECT 1")') })
    local result = support.run(
      { "neap", "-u", "postgresql://user:s3cret@127.0.0.1:1/nowhere", "upgrade", "head" },
      { cwd = dir }
    )
    assert.equal(5, result.status)
    assert.is_nil(result.stderr:find("s3cret", 1, true))
  end)

  it("says what is known when the line is lost in mid-run", function()
    project({
      a = revision("a1", nil, '  op.execute("CREATE TABLE t_a (a int)")'),
      b = revision(
        "b1",
        "a1",
        '  op.execute("CREATE TABLE t_b (a int)"); op.execute("SELECT pg_terminate_backend(pg_backend_pid())")'
      ),
    })
    local result = neap("upgrade", "head")
    assert.equal(5, result.status, result.stderr)
    assert.equal("a1", query("SELECT version_num FROM neap_version"))
    assert.equal("0", query("SELECT count(*) FROM pg_class WHERE relname = 't_b'"))
  end)
end)

describe("notices of the server", function()
  it("are shown ten of a statement, and then counted", function()
    local url = support.postgres()
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["migrations/a.lua"] = [==[
revision = "a1"
function upgrade()
  for statement = 1, 3 do
    op.execute("DO $$ BEGIN FOR i IN 1..12 LOOP RAISE WARNING 'w" .. statement .. "'; END LOOP; END $$")
  end
end
]==],
    })
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    for statement = 1, 3 do
      assert.equal(10, select(2, result.stderr:gsub("w" .. statement, "")))
    end
    assert.equal(3, select(2, result.stderr:gsub("and 2 more notices", "")))
  end)
end)
