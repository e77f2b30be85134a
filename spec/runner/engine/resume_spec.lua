-- Stepwise revisions that stop half-way: what the next run does again, and what not.
local support = require("spec.support")

local function revision(body, header)
  return ('revision = "a1"\n%s\nfunction upgrade()\n%s\nend\nfunction downgrade() end\n'):format(
    header or "",
    body
  )
end

for _, database in ipairs(support.databases) do
  describe("going on with a stepwise revision on " .. database.dialect, function()
    local url, dir

    local function project(body, header)
      url = database.new()
      dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(url),
        ["migrations/a.lua"] = revision(body, header),
      })
      database.query(url, "CREATE TABLE said (x text)")
    end

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    -- The statement that fails until there is a table gate.
    local through_the_gate = [[op.execute("INSERT INTO said SELECT x FROM gate")]]

    local function stops()
      local result = neap("upgrade", "head")
      assert.equal(1, result.status, result.stderr)
      assert.matches("gate", result.stderr)
      database.query(url, "CREATE TABLE gate (x text); INSERT INTO gate VALUES ('through')")
    end

    local function said()
      return (database.query(url, "SELECT x FROM said ORDER BY x"):gsub("\n", " "))
    end

    it("takes the same way past a savepoint that was undone", function()
      project([[
  local ok = op.savepoint(function() op.execute("INSERT INTO nowhere VALUES (1)") end)
  if not ok then op.execute("INSERT INTO said VALUES ('otherwise')") end
  op.commit()
  ]] .. through_the_gate)
      stops()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal("otherwise through", said())
    end)

    it("takes the same way when a helper's commit made it stepwise unforeseen", function()
      project([[
  local ok = op.savepoint(function() op.execute("INSERT INTO nowhere VALUES (1)") end)
  if not ok then op.execute("INSERT INTO said VALUES ('otherwise')") end
  require("split").here()
  ]] .. through_the_gate)
      support.write(
        dir .. "/helpers/split.lua",
        'local op = require("neap.op")\nreturn { here = function() op.commit() end }\n'
      )
      stops()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.is_nil(result.stderr:find("another text", 1, true))
      assert.equal("otherwise through", said())
    end)

    it("stops when a query leads it to other statements", function()
      project([[
  if op.scalar("SELECT count(*) FROM said") == 0 then
    op.execute("INSERT INTO said VALUES ('first')")
  end
  op.commit()
  ]] .. through_the_gate)
      stops()
      local result = neap("upgrade", "head")
      assert.equal(6, result.status, result.stderr)
      assert.matches("does not send the statements that it sent", result.stderr)
      assert.matches("a.lua:%d+", result.stderr)
      assert.equal("first", said())
      assert.equal("", database.query(url, "SELECT version_num FROM neap_version"))
    end)

    it("stops when it comes to an op.commit() too early, and when it ends too early", function()
      for _, last in ipairs({ "op.commit()", "" }) do
        project([[
  op.execute("INSERT INTO said VALUES ('first')")
  op.commit()
  if op.scalar("SELECT count(*) FROM said") < 3 then
    op.execute("INSERT INTO said VALUES ('second')")
    op.execute("INSERT INTO said VALUES ('third')")
    op.commit()
    op.execute("INSERT INTO said SELECT x FROM gate")
  else
    op.execute("INSERT INTO said VALUES ('second')")
    ]] .. last .. [[

  end]])
        stops()
        local result = neap("upgrade", "head")
        assert.equal(6, result.status, result.stderr)
        assert.equal("first second third", said())
      end
    end)

    it("says what is kept when the file was changed", function()
      project([[
  op.execute("INSERT INTO said VALUES ('first')")
  op.commit()
  op.execute("INSERT INTO said VALUES ('second')")
  op.commit()
  ]] .. through_the_gate)
      stops()
      support.write(dir .. "/migrations/a.lua", revision("  op.execute('SELECT 1')"))
      local result = neap("upgrade", "head")
      assert.equal(6, result.status, result.stderr)
      assert.matches("was changed after its upgrade stopped half%-way", result.stderr)
      assert.matches("2 completed steps are kept. The database is at", result.stderr, 1, true)
    end)

    it("shows a statement that holds another date, and goes on", function()
      project([[
  op.execute("INSERT INTO said VALUES ('on " .. op.scalar("SELECT count(*) FROM said") .. "')")
  op.commit()
  ]] .. through_the_gate)
      stops()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.matches("with another text", result.stderr)
      assert.equal("on 0 through", said())
    end)

    it("refuses a query that writes where it would be asked again", function()
      for _, body in ipairs({
        'op.scalar("INSERT INTO said VALUES (1) RETURNING x")\n  op.commit()',
        'op.query("-- a\\n WITH a AS (SELECT 1) INSERT INTO said SELECT 1")\n  op.autocommit(function() end)',
      }) do
        project("  " .. body .. "\n  op.execute(\"INSERT INTO said VALUES ('end')\")")
        local result = neap("upgrade", "head")
        assert.equal(1, result.status, result.stderr)
        assert.matches(
          "at migrations/a.lua:4 wrote, and its step ends here",
          result.stderr,
          1,
          true
        )
        assert.matches("\n  at migrations/a.lua:5\n", result.stderr, 1, true)
        assert.equal("", said())
      end
      project('  op.query("UPDATE said SET x = 1")', "transaction = false")
      assert.matches(
        "op.query: it writes, and outside a transaction",
        neap("upgrade", "head").stderr,
        1,
        true
      )
      -- The last step is a transaction with the end of the revision.
      project([[
  op.commit()
  op.row("INSERT INTO said VALUES ('last') RETURNING x")]])
      assert.equal(0, neap("upgrade", "head").status)
      assert.equal("last", said())
    end)

    it("does each statement of a revision without a transaction once", function()
      project([[
  op.execute("INSERT INTO said VALUES ('one')")
  op.bulk_insert("said", { { x = "three" }, { x = "two" } })
  op.autocommit(function() op.execute("INSERT INTO said VALUES ('four')") end)
  op.commit()
  ]] .. through_the_gate, "transaction = false")
      stops()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal("four one three through two", said())
    end)
  end)
end

describe("going on with a stepwise revision on PostgreSQL", function()
  local url, dir

  local function project(body, config, header)
    url = support.postgres()
    dir = support.project({
      ["neap.lua"] = ("return { url = %q, %s }\n"):format(url, config or ""),
      ["migrations/a.lua"] = revision(body, header),
    })
    support.psql(url, "CREATE TABLE t (a integer)")
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local function query(sql)
    return support.psql(url, sql)
  end

  local function stops_at_the_gate()
    local result = neap("upgrade", "head")
    assert.equal(1, result.status, result.stderr)
    assert.matches("gate", result.stderr)
    query("CREATE TABLE gate AS SELECT 1 AS a")
  end

  it("sets again what the session had, and its role", function()
    project([[
  op.execute("SET work_mem = '77MB'; SELECT set_config('search_path', 'elsewhere, public', false)")
  op.execute("SET LOCAL statement_timeout = '66s'")
  op.set_role("neap_test_owner")
  op.commit()
  op.execute("SELECT 1 FROM public.gate")
  op.execute("CREATE TABLE public.seen AS SELECT current_setting('work_mem') AS w, current_user AS u, "
    .. "current_setting('search_path') AS p, current_setting('statement_timeout') AS s")
  op.autocommit(function()
    op.execute("CREATE INDEX CONCURRENTLY ON public.seen (w)")
    op.execute("CREATE TABLE public.later (a int)")
  end)]])
    query(
      "CREATE ROLE neap_test_owner; GRANT CREATE ON SCHEMA public TO neap_test_owner; GRANT SELECT ON t TO neap_test_owner"
    )
    local stopped = neap("upgrade", "head")
    query("CREATE TABLE gate AS SELECT 1 AS a; GRANT SELECT ON gate TO neap_test_owner")
    local result = neap("upgrade", "head")
    local seen = result.status == 0 and query("SELECT w, u, p, s FROM seen")
    local owner = result.status == 0
      and query("SELECT tableowner FROM pg_tables WHERE tablename = 'later'")
    query("DROP OWNED BY neap_test_owner; DROP ROLE neap_test_owner")
    assert.equal(1, stopped.status, stopped.stderr)
    assert.equal(0, result.status, result.stderr)
    assert.equal("77MB|neap_test_owner|elsewhere, public|0", seen)
    assert.equal("neap_test_owner", owner)
  end)

  it("works in the configured role in every step, and keeps neap's tables its own", function()
    project(
      [[
  op.execute("CREATE TABLE one (a int)")
  op.commit()
  op.execute("CREATE TABLE two (a int)")
  op.autocommit(function()
    op.execute("CREATE INDEX CONCURRENTLY ON one (a)")
    op.execute("CREATE TABLE three (a int)")
  end)
  op.bulk_insert("two", { { a = 1 } })
  op.execute("CREATE TABLE four (a int)")]],
      'role = "neap_test_worker"'
    )
    query("CREATE ROLE neap_test_worker; GRANT CREATE ON SCHEMA public TO neap_test_worker")
    local result = neap("upgrade", "head")
    local owned = query(
      "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE tableowner = 'neap_test_worker'"
    )
    query("DROP OWNED BY neap_test_worker; DROP ROLE neap_test_worker")
    assert.equal(0, result.status, result.stderr)
    assert.equal("four one three two", owned)
  end)

  it("takes an index that was dropped as dropped", function()
    project([[
  op.drop_index("t_a", { concurrently = true })
  op.execute("SELECT 1 FROM gate")]])
    query("CREATE INDEX t_a ON t (a)")
    stops_at_the_gate()
    query("UPDATE neap_journal SET state = 'begun'") -- died before it could say done
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.matches("was dropped by an earlier run", result.stderr)
  end)

  it("lets a procedure commit where there is no transaction", function()
    project('  op.execute("CALL in_parts()")', nil, "transaction = false")
    query([[
      CREATE PROCEDURE in_parts() LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); COMMIT; END $$]])
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("2", query("SELECT count(*) FROM t"))
  end)

  it("is the same after a kill between any two steps", function()
    project([[
  op.execute("INSERT INTO t VALUES (1)")
  op.commit()
  op.execute("INSERT INTO t VALUES (2); INSERT INTO t VALUES (3)")
  op.execute("SELECT pg_sleep(0.05)")
  op.create_index("t_a_idx", "t", { "a" }, { concurrently = true })
  op.autocommit(function()
    op.execute("INSERT INTO t VALUES (4)")
    op.execute("SELECT pg_sleep(0.05)")
    op.execute("VACUUM t")
    op.execute("INSERT INTO t VALUES (5)")
  end)
  op.bulk_insert("t", { { a = 6 }, { a = 7 } })
  op.commit()
  op.execute("SELECT pg_sleep(0.05)")
  op.execute("INSERT INTO t VALUES (8)")]])
    local result
    for delay = 1, 12 do
      local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
      os.execute(("sleep %.3f"):format(0.03 + delay * 0.012))
      runner.signal("KILL")
      runner.wait(5)
    end
    result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("1,2,3,4,5,6,7,8", query("SELECT string_agg(a::text, ',' ORDER BY a) FROM t"))
    assert.equal("0", query("SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
    assert.equal("0", query("SELECT count(*) FROM neap_journal"))
  end)
end)
