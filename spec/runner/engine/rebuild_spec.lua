--- Rebuilds of SQLite's tables within a run: foreign keys, steps, scripts, and what goes wrong.

local support = require("spec.support")

local SETUP = [[
revision = "a1"
function upgrade()
  op.execute([=[
    CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, note TEXT);
    CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE);
    CREATE VIEW names AS SELECT name FROM parent;
    CREATE TRIGGER noted AFTER UPDATE ON child BEGIN UPDATE parent SET note = 'seen' WHERE id = new.parent; END;
    INSERT INTO parent (id, name) VALUES (1, 'a'), (2, 'b'), (9, 'c');
    INSERT INTO child VALUES (10, 1), (11, 2), (12, 2);
    DELETE FROM parent WHERE id = 9]=])
end
]]

local function project(body, header)
  return support.project({
    ["neap.lua"] = 'return { url = "sqlite:test.db" }\n',
    ["migrations/1_a.lua"] = SETUP,
    ["migrations/2_b.lua"] = 'revision = "b2"\ndown_revision = "a1"\n'
      .. (header or "")
      .. "function upgrade()\n"
      .. body
      .. "\nend\n",
  })
end

local function ask(dir, sql)
  return support.sqlite(dir .. "/test.db", sql)
end

local function upgrade(dir, ...)
  return support.run({ "neap", "upgrade", "head", ... }, { cwd = dir })
end

local REBUILD = 'op.alter_column("parent", "name", { nullable = false })'

local function rebuilt(dir)
  return ask(dir, "SELECT \"notnull\" FROM pragma_table_info('parent') WHERE name = 'name'") == "1"
end

describe("a rebuild on SQLite", function()
  it("deletes no rows that refer to the table, and keeps the counter", function()
    local dir = project(REBUILD)
    local result = upgrade(dir)
    assert.equal(0, result.status, result.stderr)
    assert.is_true(rebuilt(dir))
    assert.equal("3", ask(dir, "SELECT count(*) FROM child"))
    assert.equal("9", ask(dir, "SELECT seq FROM sqlite_sequence WHERE name = 'parent'"))
    assert.equal("", ask(dir, "PRAGMA foreign_key_check"))
    assert.equal(
      "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) ON DELETE CASCADE)",
      ask(dir, "SELECT sql FROM sqlite_master WHERE name = 'child'")
    )
  end)

  it("enforces foreign keys before it and after it, also when it fails", function()
    local dir = project([[
      op.execute("DELETE FROM parent WHERE id = 1")
      assert(op.scalar("SELECT count(*) FROM child") == 2, "the cascade before")
      ]] .. REBUILD .. [[

      assert(op.scalar("PRAGMA foreign_keys") == 1, "off after the rebuild")
      assert(op.scalar("PRAGMA legacy_alter_table") == 0, "legacy after the rebuild")
      local ok = op.savepoint(function()
        op.alter_column("parent", "note", { nullable = false })
      end)
      assert(not ok, "there are NULLs")
      assert(op.scalar("PRAGMA foreign_keys") == 1, "off after a failure")
      op.execute("DELETE FROM parent WHERE id = 2")
      assert(op.scalar("SELECT count(*) FROM child") == 0, "the cascade after")]])
    local result = upgrade(dir)
    assert.equal(0, result.status, result.stderr)
    assert.equal("0", ask(dir, "SELECT count(*) FROM child"))
  end)

  it("names the table, not the one it is built as, when the rows do not fit", function()
    local dir = project('op.alter_column("parent", "note", { nullable = false })')
    local result = upgrade(dir)
    assert.equal(1, result.status)
    assert.matches("NOT NULL constraint failed: parent.note", result.stderr, 1, true)
    assert.matches("migrations/2_b.lua:4", result.stderr, 1, true)
    assert.matches("The database is at a1", result.stderr, 1, true)
    assert.equal(
      "1",
      ask(dir, "SELECT count(*) FROM pragma_table_info('parent') WHERE name = 'note'")
    )
  end)

  it("names the view that it would break", function()
    local dir = project([[op.batch_alter_table("parent", { recreate = "always" }, function(batch)
      batch.drop_constraint(nil, { columns = { "name" }, type = "unique" })
      batch.drop_column("name")
    end)]])
    local result = upgrade(dir)
    assert.equal(1, result.status)
    assert.matches(
      'this would break the view "names": no such column: name',
      result.stderr,
      1,
      true
    )
    assert.matches("The database is at a1", result.stderr, 1, true)
    assert.equal("a\nb", ask(dir, "SELECT name FROM names"))
  end)

  it("names the trigger that it would break", function()
    local dir = project([[op.batch_alter_table("parent", { recreate = "always" }, function(batch)
      batch.drop_column("note")
    end)]])
    local result = upgrade(dir)
    assert.equal(1, result.status)
    assert.matches('this would break the trigger "noted" on "child"', result.stderr, 1, true)
  end)

  it("fails for a foreign key without its row, at the line of the rebuild", function()
    local dir = project([[
      op.execute("CREATE TABLE loose (id INTEGER PRIMARY KEY, parent INTEGER)")
      op.execute("INSERT INTO loose VALUES (1, 1), (2, 77)")
      op.create_foreign_key("fk", "loose", "parent", "parent", "id")]])
    local result = upgrade(dir)
    assert.equal(1, result.status)
    assert.matches("row 2 of loose refers to parent", result.stderr, 1, true)
    assert.matches("migrations/2_b.lua:6", result.stderr, 1, true)
    assert.equal("0", ask(dir, "SELECT count(*) FROM sqlite_master WHERE name = 'loose'"))
  end)

  it("takes one that is put right before the commit", function()
    local dir = project([[
      op.execute("CREATE TABLE loose (id INTEGER PRIMARY KEY, parent INTEGER)")
      op.execute("INSERT INTO loose VALUES (1, 1), (2, 77)")
      op.create_foreign_key("fk", "loose", "parent", "parent", "id")
      op.execute("DELETE FROM loose WHERE id = 2")]])
    local result = upgrade(dir)
    assert.equal(0, result.status, result.stderr)
  end)

  it("passes over violations that were there before", function()
    local dir = project(REBUILD)
    assert.equal(0, support.run({ "neap", "upgrade", "a1" }, { cwd = dir }).status)
    ask(dir, "PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (50, 1000);")
    local result = upgrade(dir)
    assert.equal(0, result.status, result.stderr)
    assert.equal("child|50|parent|0", ask(dir, "PRAGMA foreign_key_check"))
    assert.equal("", ask(dir, "SELECT name FROM sqlite_master WHERE name LIKE 'neap_viol%'"))
  end)

  it("works in one transaction with others", function()
    local dir = project(REBUILD)
    local result = upgrade(dir, "--transaction", "all")
    assert.equal(0, result.status, result.stderr)
    assert.is_true(rebuilt(dir))
    assert.equal("3", ask(dir, "SELECT count(*) FROM child"))
  end)

  it("works without a transaction, as a step of its own", function()
    local dir =
      project(REBUILD .. '\nop.execute("CREATE TABLE next (id)")', "transaction = false\n")
    local result = upgrade(dir)
    assert.equal(0, result.status, result.stderr)
    assert.is_true(rebuilt(dir))
    assert.equal("3", ask(dir, "SELECT count(*) FROM child"))
  end)

  it("is passed over when an earlier run has completed it", function()
    for _, header in ipairs({ "", "transaction = false\n" }) do
      local dir = project([[
        op.batch_alter_table("parent", function(batch)
          batch.create_check_constraint("ck", "id > 0")
          batch.add_column(op.column("made", "timestamp", { server_default = op.sql "now()" }))
        end)
        op.drop_column("child", "gone", { if_exists = true })
        ]] .. (header == "" and "op.commit()" or "") .. [[

        op.execute("INSERT INTO ready VALUES (1)")
        op.alter_column("parent", "name", { nullable = false })]], header)
      local result = upgrade(dir)
      assert.equal(1, result.status)
      assert.matches("no such table: ready", result.stderr, 1, true)
      ask(dir, "CREATE TABLE ready (id);")
      result = upgrade(dir)
      assert.equal(0, result.status, result.stderr)
      assert.is_true(rebuilt(dir))
      assert.equal("1", ask(dir, "SELECT count(*) FROM ready"))
      assert.equal("3", ask(dir, "SELECT count(*) FROM child"))
    end
  end)

  it(
    "needs copy_from in a script, and then turns foreign keys off around the transaction",
    function()
      local dir = project(REBUILD)
      local result = support.run({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
      assert.equal(1, result.status)
      assert.matches("copy_from", result.stderr, 1, true)
      assert.matches("migrations/2_b.lua:4", result.stderr, 1, true)

      dir = project([[op.batch_alter_table("parent", { copy_from = {
      op.column("id", "integer", { primary_key = true, autoincrement = true }),
      op.column("name", "text", { unique = true }),
      op.column("note", "text"),
    } }, function(batch)
      batch.alter_column("name", { nullable = false })
    end)]])
      local script = support.must({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
      assert.matches(
        "PRAGMA foreign_keys = OFF;.-BEGIN IMMEDIATE;.-DROP TABLE parent;.-COMMIT;.-PRAGMA foreign_keys = ON;",
        script
      )
      support.sqlite(dir .. "/test.db", script)
      assert.is_true(rebuilt(dir))
      assert.equal("3", ask(dir, "SELECT count(*) FROM child"))
      assert.equal("9", ask(dir, "SELECT seq FROM sqlite_sequence WHERE name = 'parent'"))
    end
  )

  it("stops a script that leaves a foreign key without its row", function()
    local dir = project([[
      op.execute("CREATE TABLE loose (id INTEGER PRIMARY KEY, parent INTEGER)")
      op.execute("INSERT INTO loose VALUES (2, 77)")
      op.batch_alter_table("loose", { copy_from = {
        op.column("id", "integer", { primary_key = true }), op.column("parent", "integer") } }, function(batch)
        batch.create_foreign_key("fk", "parent", "parent", "id")
      end)]])
    local script = support.must({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
    support.write(dir .. "/script.sql", script)
    local result = support.run(
      { "sqlite3", "-batch", "-init", "/dev/null", "test.db" },
      { cwd = dir, stdin = script }
    )
    assert.not_equal(0, result.status)
    assert.matches("a rebuild leaves foreign keys without their rows", result.stderr, 1, true)
    assert.equal("a1", ask(dir, "SELECT version_num FROM neap_version"))
  end)
end)
