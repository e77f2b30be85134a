--- op.reverse: what it turns round, what it refuses, and in which order it sends.

local fake = require("spec.support.fake_run")

local run, op

local function start(dialect, options)
  run = fake.new(dialect or "postgresql", options)
  op = fake.op(run)
end

local function refusal(fn)
  local ok, err = pcall(op.reverse, fn)
  assert.is_false(ok, "it was not refused")
  assert.equal("", run.text())
  return err
end

describe("op.reverse", function()
  before_each(function()
    start()
  end)

  it("sends the reverse operations from the last to the first", function()
    op.reverse(function()
      op.create_schema("bixie")
      op.create_table("bixie.report", { op.column("id", "bigint", { primary_key = true }) })
      op.add_column("account", op.column("email", "text"))
      op.rename_table("bixie.report", "crash")
      op.create_index(nil, "account", { "email" }, { concurrently = true })
      op.create_check_constraint("ck", "account", "id > 0")
      op.grant("select", "table", "account", "reader")
      op.alter_column("account", "email", { new_name = "mail" })
    end)
    assert.equal(
      [[
ALTER TABLE account RENAME COLUMN mail TO email;
REVOKE SELECT ON TABLE account FROM reader;
ALTER TABLE account DROP CONSTRAINT ck;
-- commit
DROP INDEX CONCURRENTLY ix_account_email;
-- begin
ALTER TABLE bixie.crash RENAME TO report;
ALTER TABLE account DROP COLUMN email;
DROP TABLE bixie.report;
DROP SCHEMA bixie;
]],
      run.text()
    )
  end)

  it("undoes itself", function()
    local function upgrade()
      op.create_table("t", { op.column("id", "bigint") }, { comment = "it's" })
      op.create_view("v", "SELECT id FROM t")
      op.create_enum("mood", { "sad" })
      op.create_function(
        "CREATE FUNCTION f(a integer DEFAULT 1, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1'"
      )
    end
    upgrade()
    local expected = run.text()
    start()
    op.reverse(function()
      op.reverse(upgrade)
    end)
    assert.equal(expected, run.text())
    start()
    op.reverse(upgrade)
    assert.equal(
      "DROP FUNCTION f(a integer, b text);\nDROP TYPE mood;\nDROP VIEW v;\nDROP TABLE t;\n",
      run.text()
    )
  end)

  it("makes anew what a drop describes", function()
    op.reverse(function()
      op.drop_table(
        "s.t",
        { elements = { op.column("id", "bigint") }, options = { comment = "c" } }
      )
      op.drop_column("t", "a", { column = op.column("a", "text", { nullable = false }) })
      op.drop_index("s.ix", { table = "t", columns = { "a" }, options = { unique = true } })
      op.drop_constraint("uq", "t", { type = "unique", columns = { "a" } })
      op.drop_constraint("ck", "t", { check = "a > 0" })
      op.drop_constraint("fk", "s.t", {
        columns = "a",
        references = { "u", "id", ondelete = "cascade" },
        options = { deferrable = true },
      })
      op.drop_view("v", { sql = "SELECT 1", options = { replace = true } })
      op.drop_type("mood", { values = { "sad" } })
      op.drop_domain("email", { type = "text", options = { nullable = false } })
      op.drop_sequence("s", { options = { start = 5 } })
      op.drop_schema("x", { options = {} })
      op.drop_extension("citext", { options = { schema = "public" } })
      op.drop_function("f(integer)", {
        definition = "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
      })
      op.drop_trigger("tr", "t", {
        definition = "CREATE TRIGGER tr BEFORE INSERT ON t EXECUTE FUNCTION g()",
      })
      op.alter_column("t", "a", {
        type = "integer",
        using = "a::integer",
        existing_type = "text",
        nullable = false,
        existing_nullable = true,
        server_default = 1,
        existing_server_default = op.null,
      })
      op.set_owner("table", "t", "ann", { existing_owner = "bob" })
      op.detach_partition("p", "p_1", { bound = { from = 1, to = 2 } })
      op.drop_role("ann", { options = { login = true } })
      op.alter_sequence("q", { increment = 5, existing = { increment = 1 } })
    end)
    assert.equal(
      [[
ALTER SEQUENCE q INCREMENT BY 1;
CREATE ROLE ann LOGIN;
ALTER TABLE p ATTACH PARTITION p_1 FOR VALUES FROM (1) TO (2);
ALTER TABLE t OWNER TO bob;
ALTER TABLE t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN a TYPE text, ALTER COLUMN a DROP NOT NULL;
CREATE TRIGGER tr BEFORE INSERT ON t EXECUTE FUNCTION g();
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE EXTENSION citext SCHEMA public;
CREATE SCHEMA x;
CREATE SEQUENCE s START WITH 5;
CREATE DOMAIN email AS text NOT NULL;
CREATE TYPE mood AS ENUM ('sad');
CREATE OR REPLACE VIEW v AS
SELECT 1;
ALTER TABLE s.t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES u (id) ON DELETE CASCADE DEFERRABLE;
ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0);
ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a);
CREATE UNIQUE INDEX ix ON s.t (a);
ALTER TABLE t ADD COLUMN a text NOT NULL;
CREATE TABLE s.t (
    id bigint
);
COMMENT ON TABLE s.t IS 'c';
]],
      run.text()
    )
  end)

  it("refuses by name and line, all of it, before anything is sent", function()
    local err = refusal(function()
      op.create_table("made", { op.column("id", "bigint") })
      op.execute("UPDATE t SET a = 1")
      op.bulk_insert("t", { { a = 1 } })
      op.drop_table("t")
      op.create_unique_constraint(nil, "t", { "a" })
      op.create_table("u", {}, { if_not_exists = true })
      op.drop_view("v", { cascade = true })
      op.add_enum_value("mood", "meh")
      op.alter_column("t", "a", { type = "integer" })
    end)
    assert.equal("usage", err.kind)
    assert.equal("migrations/x.lua:1", err.at)
    for _, words in ipairs({
      "op.execute (migrations/x.lua:1): what SQL text does",
      "op.bulk_insert (migrations/x.lua:1): which rows",
      "op.drop_table (migrations/x.lua:1): it does not say what was there: give it elements",
      "op.create_unique_constraint (migrations/x.lua:1): the constraint has no name",
      "op.create_table (migrations/x.lua:1): it says if_not_exists",
      "op.drop_view (migrations/x.lua:1): it says cascade",
      "op.add_enum_value",
      "op.alter_column (migrations/x.lua:1): it changes type: give it existing_type",
    }) do
      assert.is_truthy(err.message:find(words, 1, true), err.message)
    end
  end)

  it("refuses questions and savepoints", function()
    for _, name in ipairs({ "query", "row", "scalar", "savepoint" }) do
      local err = refusal(function()
        op.drop_schema("x", { options = {} })
        op[name](name == "savepoint" and function() end or "SELECT 1")
      end)
      assert.is_truthy(err.message:find("op." .. name, 1, true), err.message)
    end
    -- and forgets that it was recording
    op.drop_table("t")
    assert.equal("DROP TABLE t;\n", run.text())
  end)

  it("lets go with a table what was done to it", function()
    op.reverse(function()
      op.create_table("t", { op.column("id", "bigint") })
      op.bulk_insert("t", { { id = 1 } })
      op.alter_column("t", "id", { type = "integer" })
      op.drop_column("t", "id")
      op.create_unique_constraint(nil, "t", { "id" })
    end)
    assert.equal("DROP TABLE t;\n", run.text())
  end)

  it("keeps to the roles, the commits and the batches of the function", function()
    op.reverse(function()
      op.create_table("a", {})
      op.set_role("ann")
      op.create_table("b", {})
      op.commit()
      op.autocommit(function()
        op.create_table("c", {})
        op.create_table("d", {})
      end)
      op.batch_alter_table("t", {}, function(batch)
        batch.add_column(op.column("x", "integer"))
        batch.alter_column("x", { new_name = "y" })
      end)
    end)
    assert.equal(
      [[
SET ROLE ann;
ALTER TABLE t RENAME COLUMN y TO x;
ALTER TABLE t DROP COLUMN x;
-- commit
DROP TABLE d;
DROP TABLE c;
-- begin
-- commit, begin
DROP TABLE b;
RESET ROLE;
DROP TABLE a;
]],
      run.text()
    )
  end)

  it("tells a wrong argument", function()
    local ok, err = pcall(op.reverse, nil)
    assert.is_false(ok)
    assert.equal(
      "op.reverse: bad argument #1: expected a function, as in op.reverse(upgrade), got nil",
      tostring(err)
    )
    ok, err = pcall(op.drop_index, "ix", { columns = { "a" } })
    assert.is_false(ok)
    assert.equal('op.drop_index: option "columns" goes with "table"', tostring(err))
    ok, err = pcall(op.drop_table, "t", { options = {} })
    assert.is_false(ok)
    assert.equal('op.drop_table: option "options" goes with "elements"', tostring(err))
  end)

  it("knows of every operation", function()
    local directives, reverses = require("neap.directives"), require("neap.op.reverses")
    local missing = {}
    for name in pairs(directives.operations) do
      if not reverses.of[name] then
        missing[#missing + 1] = name
      end
    end
    assert.same({}, missing)
  end)

  it("works with the words of SQLite", function()
    start("sqlite")
    op.reverse(function()
      op.create_table("t", { op.column("id", "integer", { primary_key = true }) })
      op.create_trigger("CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET id = new.id; END")
      op.create_index(nil, "t", { "id" })
    end)
    assert.equal("DROP INDEX ix_t_id;\nDROP TRIGGER tr;\nDROP TABLE t;\n", run.text())
  end)
end)
