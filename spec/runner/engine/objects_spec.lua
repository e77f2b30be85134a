-- What a revision changed is kept with its row of the history.
local support = require("spec.support")

local function revision(id, down, up, back)
  return ("--- Make %s.\nrevision = %q\ndown_revision = %s\nfunction upgrade()\n%s\nend\nfunction downgrade()\n%s\nend\n"):format(
    id,
    id,
    down and ("%q"):format(down) or "nil",
    up,
    back or ""
  )
end

for _, database in ipairs(support.databases) do
  describe("on " .. database.dialect .. " the history", function()
    local url, dir

    local function project(files)
      url = database.new()
      dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
      for name, text in pairs(files) do
        support.write(
          dir .. "/" .. (name:find("/") and name or "migrations/" .. name .. ".lua"),
          text
        )
      end
    end

    local function ok(...)
      local result = support.run({ "neap", ... }, { cwd = dir })
      assert.equal(0, result.status, result.stderr)
      return result
    end

    -- The rows' lines without the search_path, joined.
    local function objects()
      local text = database.query(
        url,
        "SELECT coalesce(objects, '-') FROM neap_history WHERE outcome = 'ok' ORDER BY id"
      )
      return (text:gsub("%- path public\n", ""):gsub("\n+", "\n"):gsub("\n$", ""))
    end

    it("keeps what op was asked for, and what SQL text says", function()
      project({
        ["sql/views/v.sql"] = "-- a view\nCREATE VIEW v AS SELECT 1 AS x;\n\nCREATE VIEW w AS SELECT 2 AS x;\n",
        ["helpers/tables.lua"] = 'local op = require "neap.op"\nreturn { add = function()\n  op.create_table("other", { op.column("id", "integer") })\nend }\n',
        a = revision(
          "a1",
          nil,
          [[
  local tables = require "tables"
  op.create_table("account", {
    op.column("id", "integer", { primary_key = true }), op.column("email", "text"), op.column("age", "integer"),
  })
  op.create_index("ix_email", "account", { "email" })
  op.execute("INSERT INTO account (id) VALUES (1); CREATE TABLE raw (a integer)")
  op.load_sql("views/v.sql")
  tables.add()
  op.savepoint(function() op.create_table("gone", { op.column("id", "integer") }) error("no") end)]],
          '  op.drop_table("account")'
        ),
        b = revision(
          "b1",
          "a1",
          [[
  op.alter_column("account", "age", { type = "text" })
  op.alter_column("account", "email", { new_name = "mail" })
  op.batch_alter_table("account", {}, function(batch)
    batch.create_unique_constraint("u_mail", { "mail" })
    batch.add_column(op.column("note", "text"))
    batch.create_index(nil, { "mail" })
  end)
  op.drop_column("account", "age")
  op.rename_table("account", "person")]]
        ),
        c = revision("c1", "b1", "  op.execute('SELECT 1')"),
      })
      ok("upgrade", "head")
      assert.equal(
        table.concat({
          "6 create table account columns=id,email,age",
          "9 create index ix_email table=account",
          "10 create table raw columns=a",
          "11@sql/views/v.sql:2 create view v",
          "11@sql/views/v.sql:4 create view w",
          "12@helpers/tables.lua:3 create table other columns=id",
          "5 alter column account.age what=type",
          "6 rename column account.email to=mail",
          -- A rebuild is one thing, at the line of the batch.
          (database.dialect == "sqlite" and "7" or "8") .. " create constraint account.u_mail",
          (database.dialect == "sqlite" and "7" or "9") .. " create column account.note",
          database.dialect == "sqlite" and "7 alter table account what=index"
            or "10 create index ix_account_mail table=account",
          "12 drop column account.age",
          "13 rename table account to=person",
        }, "\n"),
        objects()
      )
    end)

    it("keeps it for downgrades, and nothing for stamps and failures", function()
      project({
        a = revision(
          "a1",
          nil,
          '  op.create_table("a", { op.column("id", "integer") })',
          '  op.drop_table("a")'
        ),
        b = revision("b1", "a1", '  op.execute("CREATE TABLE b (a integer)") error("no")'),
      })
      assert.equal(1, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
      ok("downgrade", "base")
      ok("stamp", "b1")
      assert.equal("5 create table a columns=id\n8 drop table a\n-", objects())
    end)

    it("keeps all steps of a revision that was resumed", function()
      project({
        a = revision(
          "a1",
          nil,
          [[
  op.create_table("a", { op.column("id", "integer") })
  op.commit()
  op.create_table("b", { op.column("id", "integer") })
  op.execute("INSERT INTO b SELECT id FROM a WHERE missing()")]]
        ),
      })
      assert.equal(1, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
      local define = "CREATE FUNCTION missing() RETURNS boolean LANGUAGE sql AS 'SELECT true'"
      if database.dialect == "sqlite" then
        return -- the same code; there is no function to make
      end
      database.query(url, define)
      ok("upgrade", "head")
      assert.equal("5 create table a columns=id\n7 create table b columns=id", objects())
    end)

    it("gets the column when an earlier neap made the table", function()
      project({
        a = revision("a1", nil, '  op.create_table("a", { op.column("id", "integer") })'),
        b = revision("b1", "a1", '  op.create_table("b", { op.column("id", "integer") })'),
      })
      ok("upgrade", "a1")
      database.query(url, "ALTER TABLE neap_history DROP COLUMN objects")
      -- What reads copes.
      assert.matches("a1", ok("log").stdout)
      assert.matches("a1", ok("current").stdout)
      assert.equal(3, support.run({ "neap", "status" }, { cwd = dir }).status)
      ok("upgrade", "head")
      assert.equal("-\n5 create table b columns=id", objects())
      ok("upgrade", "head")
    end)

    it("is written by scripts too", function()
      project({
        a = revision("a1", nil, '  op.create_table("a", { op.column("id", "integer") })'),
        b = revision("b1", "a1", '  op.create_table("b", { op.column("id", "integer") })'),
      })
      local function run(script)
        database.query(url, script)
      end
      run(ok("upgrade", "a1", "--sql").stdout)
      if database.dialect == "postgresql" then
        database.query(url, "ALTER TABLE neap_history DROP COLUMN objects")
      end
      run(ok("upgrade", "a1:head", "--sql").stdout)
      assert.matches("5 create table b columns=id", objects())
    end)
  end)
end

describe("on postgresql the history of another owner", function()
  it("is left without the column, with a warning", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(dir .. "/migrations/a.lua", revision("a1", nil, '  op.execute("SELECT 1")'))
    support.write(dir .. "/migrations/b.lua", revision("b1", "a1", '  op.execute("SELECT 1")'))
    local function neap(...)
      return support.run({ "neap", "-u", url, ... }, { cwd = dir })
    end
    assert.equal(0, neap("upgrade", "a1").status)
    local role = "neap_spec_" .. math.random(1000000000)
    support.psql(
      url,
      ("ALTER TABLE neap_history DROP COLUMN objects; CREATE ROLE %s LOGIN;"):format(role)
        .. ("GRANT ALL ON ALL TABLES IN SCHEMA public TO %s; GRANT ALL ON SCHEMA public TO %s;"):format(
          role,
          role
        )
        .. ("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO %s"):format(role)
    )
    local result = support.run(
      { "neap", "-u", (url:gsub("user=postgres", "user=" .. role)), "upgrade", "head" },
      { cwd = dir }
    )
    assert.equal(0, result.status, result.stderr)
    assert.matches("belongs to another role", result.stderr)
    support.psql(url, ("DROP OWNED BY %s; DROP ROLE %s"):format(role, role))
  end)
end)

describe("on postgresql the history of what a block or a function did", function()
  it("is asked from the catalog", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(
      dir .. "/migrations/a.lua",
      revision(
        "a1",
        nil,
        [==[
  op.create_table("old", { op.column("id", "integer") })
  op.execute("CREATE FUNCTION make() RETURNS integer LANGUAGE plpgsql AS 'BEGIN CREATE VIEW made AS SELECT 1 AS x; RETURN 1; END'")]==]
      )
    )
    support.write(
      dir .. "/migrations/b.lua",
      revision(
        "b1",
        "a1",
        [==[
  op.create_table("plain", { op.column("id", "integer", { primary_key = true }) })
  op.execute([[DO $$ BEGIN
    CREATE TABLE "in block" (a integer PRIMARY KEY, b integer);
    CREATE INDEX block_b ON "in block" (b);
    ALTER TABLE old ADD COLUMN new text, ADD CONSTRAINT positive CHECK (id > 0);
    BEGIN
      CREATE TYPE mood AS ENUM ('sad');
      EXECUTE 'CREATE SCHEMA deep';
      CREATE FUNCTION deep.f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    EXCEPTION WHEN duplicate_object THEN NULL;
    END;
    CREATE TEMP TABLE passing (a integer);
  END $$]])
  op.commit()
  op.execute("SELECT make()")]==]
      )
    )
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    assert.equal(
      [[
- path public
5 create table plain columns=id
6 run block -
6 create schema deep replace=
6 create table public.in%20block replace=
6 create column public.old.new replace=
6 create constraint public.old.positive replace=
6 create function deep.f args=(integer) replace=
6 create index public.block_b table=public.in%20block replace=
6 create type public.mood replace=
19 run function make
19 create view public.made replace=
]],
      support.psql(url, "SELECT objects FROM neap_history WHERE revision = 'b1'")
    )
    local blame = support.run({ "neap", "blame", "old.new" }, { cwd = dir })
    assert.matches("^column public.old.new\n  created .* b1 .*b.lua:6\n$", blame.stdout)
  end)

  it("is not asked where several revisions share a transaction", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(
      dir .. "/migrations/a.lua",
      revision("a1", nil, '  op.execute("CREATE TABLE a (x integer)")')
    )
    support.write(
      dir .. "/migrations/b.lua",
      revision("b1", "a1", [[  op.execute("DO $$ BEGIN CREATE TABLE b (x integer); END $$")]])
    )
    local result = support.run({ "neap", "upgrade", "head", "--transaction", "all" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    assert.equal(
      "- path public\n5 run block -\n",
      support.psql(url, "SELECT objects FROM neap_history WHERE revision = 'b1'")
    )
  end)
end)
