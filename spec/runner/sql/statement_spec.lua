local sql = require("neap.sql")
local support = require("spec.support")

describe("transaction_word", function()
  local words = {
    begin = {
      "BEGIN",
      "begin work",
      "BEGIN ISOLATION LEVEL SERIALIZABLE",
      "START TRANSACTION",
      "start /* a */ transaction READ ONLY",
    },
    commit = {
      "COMMIT",
      "END",
      "commit and chain",
      "END WORK",
      "COMMIT PREPARED 'a'",
      "-- a\n/* b */ COMMIT",
      ";; COMMIT",
      "\xEF\xBB\xBFCOMMIT",
    },
    rollback = {
      "ROLLBACK",
      "ABORT",
      "rollback work",
      "ROLLBACK TRANSACTION AND CHAIN",
      "ROLLBACK PREPARED 'a'",
    },
    prepare = { "PREPARE TRANSACTION 'a'" },
    savepoint = {
      "SAVEPOINT a",
      "RELEASE a",
      "RELEASE SAVEPOINT a",
      "ROLLBACK TO a",
      "rollback work to savepoint a",
      "ROLLBACK TRANSACTION TO a",
    },
    none = {
      "SELECT 1",
      "PREPARE a AS SELECT 1",
      "START",
      "'COMMIT'",
      '"COMMIT"',
      "COMMITS",
      "DO $$ COMMIT $$",
      "CALL commit()",
      "",
      "-- COMMIT",
      "SET TRANSACTION READ ONLY",
      "LOCK TABLE a",
      "commit$a",
      "CREATE RULE r AS ON INSERT TO t DO (COMMIT)",
    },
  }
  it("knows PostgreSQL's", function()
    for word, list in pairs(words) do
      for _, statement in ipairs(list) do
        assert.equal(
          word ~= "none" and word or nil,
          sql.transaction_word(statement, "postgresql"),
          statement
        )
      end
    end
  end)

  it("knows SQLite's", function()
    for statement, word in pairs({
      BEGIN = "begin",
      ["BEGIN IMMEDIATE"] = "begin",
      ["begin exclusive transaction"] = "begin",
      COMMIT = "commit",
      ["END TRANSACTION"] = "commit",
      ROLLBACK = "rollback",
      ["ROLLBACK TRANSACTION"] = "rollback",
      ["ROLLBACK TO a"] = "savepoint",
      ["ROLLBACK TRANSACTION TO SAVEPOINT a"] = "savepoint",
      ["SAVEPOINT a"] = "savepoint",
      ["RELEASE a"] = "savepoint",
      ["START TRANSACTION"] = false,
      ABORT = false,
      ["INSERT OR ROLLBACK INTO a VALUES (1)"] = false,
    }) do
      assert.equal(word or nil, sql.transaction_word(statement, "sqlite"), statement)
    end
  end)
end)

describe("needs_autocommit", function()
  -- True: PostgreSQL answers 25001 in a transaction block.
  local postgresql = {
    ["CREATE INDEX CONCURRENTLY ON pg_class (oid)"] = true,
    ["create unique index concurrently a on pg_class (oid)"] = true,
    ["-- a\nCREATE /* b */ INDEX CONCURRENTLY IF NOT EXISTS a ON pg_class (oid)"] = true,
    ["DROP INDEX CONCURRENTLY IF EXISTS nope"] = true,
    ["REINDEX TABLE CONCURRENTLY nope"] = true,
    ["REINDEX INDEX CONCURRENTLY nope"] = true,
    ["REINDEX (CONCURRENTLY) TABLE nope"] = true,
    ["REINDEX (VERBOSE, CONCURRENTLY on) INDEX nope"] = true,
    ["REINDEX SCHEMA nope"] = true,
    ["REINDEX (VERBOSE false) SCHEMA nope"] = true,
    ["REINDEX DATABASE nope"] = true,
    ["REINDEX SYSTEM nope"] = true,
    ["VACUUM"] = true,
    ["VACUUM FULL nope"] = true,
    ["VACUUM (ANALYZE) nope"] = true,
    ["CREATE DATABASE nope"] = true,
    ["DROP DATABASE IF EXISTS nope"] = true,
    ["ALTER DATABASE nope SET TABLESPACE pg_default"] = true,
    ["CREATE TABLESPACE nope LOCATION '/nope'"] = true,
    ["DROP TABLESPACE nope"] = true,
    ["ALTER SYSTEM SET work_mem = '4MB'"] = true,
    ["ALTER TABLE nope DETACH PARTITION a.b CONCURRENTLY"] = true,
    ["ALTER TABLE IF EXISTS nope DETACH PARTITION b CONCURRENTLY"] = true,
    ["CREATE SUBSCRIPTION s CONNECTION 'host=/nope' PUBLICATION p"] = true,
    ["CREATE SUBSCRIPTION s CONNECTION 'host=/nope' PUBLICATION p WITH (enabled = false)"] = true,
    ["ALTER SUBSCRIPTION there REFRESH PUBLICATION"] = true,
    ["ALTER SUBSCRIPTION there SET PUBLICATION a"] = true,
    ["ALTER SUBSCRIPTION there ADD PUBLICATION a WITH (copy_data = false)"] = true,
    ["CLUSTER"] = true,
    ["CLUSTER VERBOSE"] = true,
    ["DISCARD ALL"] = true,
    ["CREATE INDEX a ON nope (b)"] = false,
    ['CREATE INDEX "concurrently" ON nope (b)'] = false,
    ["CREATE TABLE a AS SELECT 'CREATE INDEX CONCURRENTLY'"] = false,
    ["SELECT 1 /* CREATE INDEX CONCURRENTLY */"] = false,
    ["DROP INDEX IF EXISTS nope"] = false,
    ["REINDEX TABLE there_t"] = false,
    ["REINDEX (CONCURRENTLY false) TABLE there_t"] = false,
    ["REINDEX (CONCURRENTLY off, VERBOSE) INDEX there_i"] = false,
    ["ANALYZE"] = false,
    ["ALTER DATABASE template0 SET work_mem = '4MB'"] = false,
    ["ALTER TABLE there_t ADD b int"] = false,
    ["ALTER TABLE nope DETACH PARTITION b"] = false,
    ["ALTER TABLE nope DETACH PARTITION b FINALIZE"] = false,
    ["CREATE SUBSCRIPTION s CONNECTION 'host=/nope' PUBLICATION p WITH (connect = false)"] = false,
    ["CREATE SUBSCRIPTION s CONNECTION 'host=/nope' PUBLICATION p WITH (enabled = off, create_slot = 'false')"] = false,
    ["ALTER SUBSCRIPTION there SET PUBLICATION a WITH (refresh = false)"] = false,
    ["ALTER SUBSCRIPTION there SET (synchronous_commit = off)"] = false,
    ["CLUSTER there_t USING there_i"] = false,
    ["CLUSTER VERBOSE there_t USING there_i"] = false,
    ["DISCARD PLANS"] = false,
    ["CREATE DOMAIN database AS int"] = false,
    ["ALTER TYPE nope ADD VALUE 'a'"] = false,
  }

  it("is what the PostgreSQL server says", function()
    local url = support.postgres()
    support.psql(
      url,
      [[
CREATE TABLE there_t (a int); CREATE INDEX there_i ON there_t (a);
SET client_min_messages = error;
CREATE SUBSCRIPTION there CONNECTION 'host=/nope' PUBLICATION p WITH (connect = false, slot_name = NONE);]]
    )
    -- REFRESH looks at it only when it is enabled.
    support.psql(
      url,
      "UPDATE pg_subscription SET subenabled = true, subslotname = 'nope' WHERE subname = 'there'"
    )
    local count = 0
    for statement, needs in pairs(postgresql) do
      assert.equal(needs, sql.needs_autocommit(statement, "postgresql"), statement)
      local answer = support.run({ "psql", "-X", "-q", "-d", url, "-f", "-" }, {
        stdin = "\\set VERBOSITY sqlstate\nBEGIN;\n" .. statement .. "\n;\nROLLBACK;\n",
      })
      assert.equal(
        needs,
        answer.stderr:find("25001", 1, true) ~= nil,
        statement .. ": " .. answer.stderr
      )
      count = count + 1
    end
    assert.is_true(count > 50)
    support.psql(
      url,
      "UPDATE pg_subscription SET subenabled = false, subslotname = NULL; DROP SUBSCRIPTION there"
    )
  end)

  it("knows what SQLite refuses, or passes over, in a transaction", function()
    for statement, needs in pairs({
      VACUUM = true,
      ["VACUUM INTO 'a'"] = true,
      ["ATTACH 'a' AS b"] = true,
      ["DETACH b"] = true,
      ["PRAGMA foreign_keys = on"] = true,
      ["PRAGMA main.foreign_keys(1)"] = true,
      ["pragma journal_mode=wal"] = true,
      ["PRAGMA synchronous = off"] = true,
      ["PRAGMA temp_store = 2"] = true,
      ["PRAGMA foreign_keys"] = false,
      ["PRAGMA journal_mode"] = false,
      ["PRAGMA user_version = 2"] = false,
      ["PRAGMA foreign_key_check(a)"] = false,
      ["SELECT 'VACUUM'"] = false,
      ["CREATE TABLE vacuum_t (a)"] = false,
      ["REINDEX"] = false,
    }) do
      assert.equal(needs, sql.needs_autocommit(statement, "sqlite"), statement)
    end
  end)
end)

describe("is_copy_out", function()
  it("knows COPY TO STDOUT by its words", function()
    for statement, out in pairs({
      ["COPY t TO STDOUT"] = true,
      ["copy (select ')' from a) to stdout"] = true,
      ["COPY a.b (c, d) TO stdout CSV"] = true,
      ["COPY t TO stdin"] = true,
      ["COPY BINARY t TO stdout"] = true,
      ['COPY "to" TO stdout'] = true,
      ["COPY t TO 'stdout'"] = false,
      ["COPY t TO PROGRAM 'a'"] = false,
      ["COPY t FROM stdin"] = false,
      ["COPY t FROM stdin WHERE a = 'TO stdout'"] = false,
      ["SELECT 1"] = false,
      ["COPY"] = false,
      ["COPY ("] = false,
    }) do
      assert.equal(out, sql.is_copy_out(statement), statement)
    end
  end)
end)

describe("concurrent_index", function()
  it("gives the names as they are written", function()
    for statement, expected in pairs({
      ["CREATE INDEX CONCURRENTLY a ON b (c)"] = { what = "create", name = "a", table = "b" },
      ['create unique index concurrently if not exists "a b" on only s."t""u" using gin (c)'] = {
        what = "create",
        name = '"a b"',
        table = 's."t""u"',
      },
      ["CREATE INDEX CONCURRENTLY ON b (c)"] = { what = "create", name = "", table = "b" },
      ["/* a */ DROP INDEX CONCURRENTLY IF EXISTS s.a, b"] = { what = "drop", name = "s.a" },
      ['ALTER TABLE IF EXISTS ONLY s."t u" * DETACH PARTITION s.p CONCURRENTLY'] = {
        what = "detach",
        name = "s.p",
        table = 's."t u"',
      },
      ["REINDEX INDEX CONCURRENTLY a"] = { what = "reindex", name = "a" },
      ["REINDEX (VERBOSE, CONCURRENTLY) INDEX s.a"] = { what = "reindex", name = "s.a" },
      ['CREATE INDEX CONCURRENTLY U&"\\0061" ON b (c)'] = {
        what = "create",
        name = 'U&"\\0061"',
        table = "b",
      },
    }) do
      assert.same(expected, sql.concurrent_index(statement), statement)
    end
    for _, statement in ipairs({
      "CREATE INDEX a ON b (c)",
      "DROP INDEX a",
      "REINDEX INDEX a",
      "REINDEX (CONCURRENTLY false) INDEX a",
      "REINDEX TABLE CONCURRENTLY a",
      "ALTER TABLE a DETACH PARTITION b",
      "ALTER TABLE a DETACH PARTITION b FINALIZE",
      "ALTER TABLE a",
      "SELECT 1",
      "",
    }) do
      assert.is_nil(sql.concurrent_index(statement), statement)
    end
  end)
end)

describe("parameters", function()
  local function names(text, dialect)
    local list = {}
    for _, parameter in ipairs(sql.parameters(text, dialect or "postgresql")) do
      assert.equal(":" .. parameter.name, text:sub(parameter.start, parameter.stop))
      table.insert(list, parameter.name)
    end
    return list
  end

  it("finds :name", function()
    assert.same({ "a", "b_1", "a", "É" }, names("SELECT :a, :b_1+:a,:É"))
    assert.same({ "a", "b" }, names("SELECT f(:a)=:b", "sqlite"))
    assert.same({ "a" }, names(":a"))
  end)

  it("leaves casts, strings, names, comments and dollar quotes alone", function()
    assert.same({ "a" }, names("SELECT :a::int, b::text, 'c'::jsonb, d :: int"))
    assert.same(
      {},
      names(
        [[SELECT '{"a": :b, "c":d}', '12:30:00', E'\':a', ":a", $$ :a $$, $x$ :a $x$, /* :a */ 1 -- :a]]
      )
    )
    assert.same({}, names("SELECT ':a', \":a\", [:a], `:a` /* :a */ -- :a", "sqlite"))
    assert.same({ "b" }, names("SELECT '12:30:00' WHERE :b"))
  end)

  it("leaves := and array slices alone", function()
    assert.same(
      {},
      names("SELECT f(a := 1), b[1:2], b[1:n], b[low:high], b[:2], (b)[f(1):g(2)], :1, : a, a:b")
    )
    assert.same({ "n" }, names("SELECT b[:n]"))
    assert.same({ "a" }, names("f(x => :a)"))
  end)
end)

describe("placeholders", function()
  local function numbers(text, dialect)
    local list = {}
    for _, placeholder in ipairs(sql.placeholders(text, dialect)) do
      table.insert(list, { placeholder.number, text:sub(placeholder.start, placeholder.stop) })
    end
    return list
  end

  it("finds $1 on PostgreSQL", function()
    assert.same(
      { { 1, "$1" }, { 12, "$12" }, { 1, "$1" }, { 0, "$0" } },
      numbers("$1, $12::int, f($1), $0", "postgresql")
    )
    assert.same(
      {},
      numbers("a$1, '$1', \"$1\", $$ $1 $$, $a$ $1 $a$ /* $1 */, b ? 'c', ?1 -- $1", "postgresql")
    )
  end)

  it("finds and numbers ? and ?1 on SQLite", function()
    assert.same(
      { { 1, "?" }, { 2, "?" }, { 1, "?1" }, { 3, "?" }, { 7, "?7" }, { 8, "?" } },
      numbers("?, ?, ?1, ?, ?7, ?", "sqlite")
    )
    assert.same(
      { { 0, ":a" }, { 0, "@b" }, { 0, "$c" }, { 1, "$1" } },
      numbers(":a, @b, $c, $1", "sqlite")
    )
    assert.same({}, numbers("a$1, '?', \"?\", [?], `?` /* ? */ -- ?", "sqlite"))
  end)
end)
