-- neap blame and neap log --object, on both databases.
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

local files = {
  a1 = revision(
    "a1",
    nil,
    [[
  op.create_table("account", { op.column("id", "integer", { primary_key = true }), op.column("email", "text") })
  op.create_index("ix_email", "account", { "email" })
  op.execute("CREATE VIEW v AS SELECT 1 AS x")]],
    '  op.execute("DROP VIEW v") op.drop_table("account")'
  ),
  b1 = revision(
    "b1",
    "a1",
    '  op.add_column("account", op.column("age", "integer"))\n  op.alter_column("account", "email", { new_name = "mail" })',
    '  op.alter_column("account", "mail", { new_name = "email" })\n  op.drop_column("account", "age")'
  ),
  c1 = revision(
    "c1",
    "b1",
    '  op.rename_table("account", "person")\n  op.alter_column("person", "mail", { type = "varchar(100)" })',
    '  op.alter_column("person", "mail", { type = "text" })\n  op.rename_table("person", "account")'
  ),
  d1 = revision(
    "d1",
    "c1",
    '  op.drop_column("person", "age")\n  op.execute("CREATE TABLE made AS SELECT 1 AS x")',
    '  op.execute("DROP TABLE made") op.add_column("person", op.column("age", "integer"))'
  ),
}

for _, database in ipairs(support.databases) do
  describe("on " .. database.dialect .. " neap", function()
    local url, dir

    local function project()
      url = database.new()
      dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
      for name, text in pairs(files) do
        support.write(dir .. "/migrations/" .. name .. ".lua", text)
      end
    end

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function ok(...)
      local result = neap(...)
      assert.equal(0, result.status, result.stderr)
      return result.stdout
    end

    -- Each line of the answer without its times, users and file names.
    local function blame(...)
      return (
        ok("blame", ...)
          :gsub("%d%d%d%d%-%d%d%-%d%d %d%d:%d%d:%d%d  (%S+)  %S+  ", "%1 ")
          :gsub("public%.", "")
          :gsub("migrations/", "")
          :gsub(" +", " ")
      )
    end

    it("tells who made a table and changed it, by any of its names", function()
      project()
      ok("upgrade", "head")
      local expected = [[
table person
 created a1 Make a1.
 create table account at a1.lua:5
 changed d1 Make d1.
 drop column person.age at d1.lua:5
 formerly account
]]
      assert.equal(expected, blame("person"))
      assert.equal(expected, blame("account"))
      assert.equal(expected, blame("table", "person"))
      local all = blame("person", "--all")
      for _, id in ipairs({ "a1", "b1", "c1", "d1" }) do
        assert.matches(id .. " Make " .. id, all)
      end
    end)

    it("follows a column through its renames and its table's", function()
      project()
      ok("upgrade", "head")
      assert.equal(
        [[
column person.mail
 created a1 Make a1.
 create table account at a1.lua:5
 changed c1 Make c1.
 alter column person.mail (type) at c1.lua:6
 formerly email
]],
        blame("person.mail")
      )
      assert.matches("^column person.mail\n", blame("person.email"))
    end)

    it("does not count what was undone", function()
      project()
      ok("upgrade", "head")
      ok("downgrade", "a1")
      assert.equal(
        "table account\n created a1 Make a1.\n create table account at a1.lua:5\n",
        blame("account")
      )
      local undone = neap("blame", "account.age")
      assert.equal(2, undone.status)
      assert.matches(
        'there is no "account.age" any more: b1 made it at 20.*, and was undone at 20.* by ',
        undone.stderr
      )
      ok("upgrade", "b1")
      assert.matches("created b1", blame("account.age"))
      assert.matches("changed b1", blame("account.mail"))
    end)

    it("knows what was dropped, what came with its table, and indexes and views", function()
      project()
      ok("upgrade", "head")
      assert.matches("dropped d1 Make d1", blame("person.age"))
      assert.matches("it came with its table\n created d1", blame("made.x"))
      assert.matches("^index ix_email on person\n created a1", blame("ix_email"))
      assert.matches("^view v\n created a1", blame("view", "v"))
    end)

    it("says so when no revision made it, or something else dropped it", function()
      project()
      ok("upgrade", "head")
      database.query(url, "CREATE TABLE alien (a integer); DROP VIEW v")
      assert.matches("^table alien\n it is there, and no revision made it", blame("alien"))
      assert.matches("^column alien.a\n it is there, and no revision made it", blame("alien.a"))
      assert.matches("it is not there any more", blame("v"))
    end)

    it("says so when the database was stamped", function()
      project()
      database.query(url, "CREATE TABLE account (id integer)")
      ok("stamp", "a1")
      assert.matches("stamped at 20.*not in the history", blame("account"))
    end)

    it("names the nearest for what nobody knows", function()
      project()
      ok("upgrade", "head")
      for name, hint in pairs({
        persn = 'did you mean "person"',
        ["person.mial"] = 'did you mean "mail"',
        erso = "there is person",
        ["nowhere.t"] = 'no table or schema is called "nowhere"',
        ["nothing_like_it"] = 'no "nothing_like_it"',
        ["a.b.c.d"] = "is no name",
        [""] = "is no name",
        ['"open'] = "is no name",
      }) do
        local result = neap("blame", name)
        assert.equal(2, result.status)
        assert.matches(hint, result.stderr, 1, true)
      end
      local result = neap("blame", "tabel", "person")
      assert.equal(2, result.status)
      assert.matches('did you mean "table"', result.stderr, 1, true)
      result = neap("blame", "view", "person")
      assert.matches('there is no view "person".*%(there is table person%)', result.stderr)
      assert.equal(2, neap("blame").status)
    end)

    it("needs nothing of the checkout, and writes nothing", function()
      project()
      ok("upgrade", "head")
      for name in pairs(files) do
        os.remove(dir .. "/migrations/" .. name .. ".lua")
      end
      assert.matches("formerly account", blame("person"))
      url = database.new()
      support.write(dir .. "/neap.lua", ("return { url = %q }\n"):format(url))
      assert.equal(2, neap("blame", "person").status)
      if database.dialect == "sqlite" then
        assert.is_nil(io.open((url:gsub("^sqlite:", ""))))
      end
    end)

    it("needs a history", function()
      project()
      ok("upgrade", "a1")
      support.write(
        dir .. "/neap.lua",
        ("return { url = %q, history_table = false }\n"):format(url)
      )
      local result = neap("blame", "account")
      assert.equal(2, result.status)
      assert.matches("history_table is false", result.stderr, 1, true)
      -- One that an earlier neap made.
      support.write(dir .. "/neap.lua", ("return { url = %q }\n"):format(url))
      database.query(url, "ALTER TABLE neap_history DROP COLUMN objects")
      assert.matches(
        "1 of 1 applied revisions come from scripts or an earlier neap",
        blame("account")
      )
    end)

    it("gives documents", function()
      project()
      ok("upgrade", "head")
      local text = ok("blame", "person.mail", "--format", "json")
      for _, part in ipairs({
        '"kind": "column"',
        '"table": "person"',
        '"exists": true',
        '"at": "migrations/a1.lua:5"',
        '"revision": "c1"',
        '"former_names": [\n        "email"',
      }) do
        assert.is_truthy(text:find(part, 1, true), part .. " in " .. text)
      end
      text = ok("log", "a1", "--format", "json")
      assert.is_truthy(text:find('"columns": [\n          "id",\n          "email"', 1, true), text)
    end)

    it("lists the objects of an entry", function()
      project()
      ok("upgrade", "head")
      assert.matches(
        "Make c1.\n    rename table account to person\n    alter column person.mail: type\n",
        ok("-v", "log", "c1"),
        1,
        true
      )
    end)

    it("finds entries of the log", function()
      project()
      ok("upgrade", "head")
      ok("downgrade", "c1")
      local function found(...)
        local list = {}
        for line in ok("log", ...):gmatch("[^\n]+") do
          local direction, id = line:match("^%S+ %S+%s+(%l+)%s+(%S+)")
          list[#list + 1] = direction:sub(1, 2) .. " " .. id
        end
        return table.concat(list, ", ")
      end
      assert.equal("up c1, up b1, up a1", found("--object", "account"))
      assert.equal("do d1, up d1, up c1", found("--object", "person"))
      assert.equal("up b1, up a1", found("--object", "account.email"))
      assert.equal("up a1", found("--object", "view v"))
      assert.equal("", found("--object", "table v"))
      assert.equal("", found("--object", "nothing"))
      for _, words in ipairs({ { "zzzz" }, { "--object", "zzzz" } }) do
        local none = neap("log", table.unpack(words))
        assert.equal(0, none.status)
        assert.equal("", none.stdout)
        assert.equal("no entry of the history is about zzzz\n", none.stderr)
      end
      assert.equal("do d1", found("--object", "person.age", "-n", "1"))
      assert.equal("up d1", found("--object", "person.age", "--direction", "upgrade"))
      assert.equal("do d1", found("--direction", "downgrade", "--outcome", "ok"))
      assert.equal("", found("--outcome", "failed"))
      assert.equal("", found("--until", "2020-01-01"))
      if database.dialect == "postgresql" then
        assert.equal("up a1", found("--object", "public.v"))
        assert.equal("", found("--object", "other.v"))
        assert.equal("", found("--user", "nobody_at_all"))
      end
      for _, wrong in ipairs({ "", "a..b", "a.b.c.d", '"open' }) do
        local result = neap("log", "--object", wrong)
        assert.equal(2, result.status)
        assert.matches("--object expects a name", result.stderr, 1, true)
      end
    end)
  end)
end

describe("on postgresql neap blame", function()
  it("tells schemas, functions, types and triggers apart", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(
      dir .. "/migrations/a.lua",
      revision(
        "a1",
        nil,
        [[
  op.create_schema("bixie")
  op.create_table("bixie.account", { op.column("id", "integer") })
  op.create_table("account", { op.column("id", "integer") })
  op.create_enum("mood", { "sad" })
  op.execute("CREATE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1'")
  op.execute("CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
  op.execute("CREATE TRIGGER touch BEFORE UPDATE ON bixie.account FOR EACH ROW EXECUTE FUNCTION t()")]]
      )
    )
    support.write(
      dir .. "/migrations/b.lua",
      revision(
        "b1",
        "a1",
        [[
  op.execute("SET search_path TO bixie, public")
  op.execute("ALTER TABLE account ADD COLUMN x integer")
  op.execute("CREATE OR REPLACE FUNCTION f(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 2'")
  op.execute("ALTER TYPE mood ADD VALUE 'glad'")]]
      )
    )
    local function blame(...)
      local result = support.run({ "neap", "blame", ... }, { cwd = dir })
      assert.equal(0, result.status, result.stderr)
      return (result.stdout:gsub(" +", " "))
    end
    assert.equal(0, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
    assert.matches(
      "^table bixie.account.*changed .* b1 .*bixie%.?account",
      (blame("bixie.account"):gsub("column ", "column bixie."))
    )
    assert.is_nil(blame("public.account"):find("changed", 1, true))
    assert.matches("^table bixie.account.*\n\ntable public.account", blame("account"))
    assert.matches("created .* b1 ", blame("bixie.account.x"))
    assert.matches("^function public.f%(integer%)\n created .* a1 ", blame("function", "public.f"))
    assert.matches("^type public.mood\n created .* a1 .*changed .* b1 ", blame("mood"))
    assert.matches("^trigger bixie.account.touch\n created", blame("touch"))
    assert.equal(2, support.run({ "neap", "blame", "pi" }, { cwd = dir }).status)
    assert.matches("no revision made it", blame("pg_catalog.pi"))
    assert.matches("^schema bixie\n created", blame("schema", "bixie"))
  end)

  it("tells the overloads of a function apart, by their types", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(
      dir .. "/migrations/a.lua",
      revision(
        "a1",
        nil,
        [[
  op.execute("CREATE FUNCTION f(a int, b varchar DEFAULT 'x') RETURNS int LANGUAGE sql AS 'SELECT 1'")
  op.execute("CREATE FUNCTION f(a bigint, text) RETURNS int LANGUAGE sql AS 'SELECT 2'")
  op.execute("COMMENT ON FUNCTION f(integer, character varying) IS 'first'")]]
      )
    )
    local function blame(...)
      return support.run({ "neap", "blame", ... }, { cwd = dir })
    end
    assert.equal(0, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
    local first = blame("f(int4, varchar)").stdout
    assert.matches(
      "^function public.f%(integer, character varying%)\n  created .*a.lua:5\n  changed",
      first
    )
    assert.is_nil(first:find("a.lua:6", 1, true))
    local second = blame("function", "f(bigint,text)").stdout
    assert.matches("^function public.f%(bigint, text%)\n  created .*a.lua:6\n$", second)
    assert.equal(second .. "\n" .. first, blame("f").stdout)
    local result = blame("f(date)")
    assert.equal(2, result.status)
    assert.matches(
      "there is function f(bigint, text), function f(integer, character varying)",
      result.stderr,
      1,
      true
    )
  end)

  it("knows what came with a table without a name, and what was dropped in a schema", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    support.write(
      dir .. "/migrations/a.lua",
      revision(
        "a1",
        nil,
        [[
  op.create_schema("bixie")
  op.create_table("bixie.a", { op.column("id", "integer", { primary_key = true }), op.column("b", "integer") })
  op.create_table("bixie.gone", { op.column("id", "integer") })
  op.drop_table("bixie.gone")
  op.execute("CREATE INDEX ON bixie.a (b)")
  op.execute("ALTER TABLE bixie.a ADD CHECK (b > 0)")]]
      )
    )
    local function blame(...)
      local result = support.run({ "neap", "blame", ... }, { cwd = dir })
      return (result.stdout:gsub(" +", " "):gsub("%d+%-.-(a1)", "%1"))
    end
    assert.equal(0, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
    assert.matches("^table bixie.gone\n created a1 .*\n dropped a1 ", blame("bixie.gone"))
    assert.matches("^index bixie.a_b_idx on a\n created a1 .*a.lua:9\n$", blame("a_b_idx"))
    local text = blame("a_pkey")
    assert.matches(
      "^constraint bixie.a.a_pkey\n it came with its table, or with a change of it that gave it no name\n created a1 ",
      text
    )
    assert.matches("changed a1 .*a.lua:10\n$", text)
    assert.matches("^index bixie.a_pkey on a\n it came with", blame("index", "a_pkey"))
  end)

  it("knows that an index is in its table's schema", function()
    local url = support.postgres()
    local dir = support.project({ ["neap.lua"] = ("return { url = %q }\n"):format(url) })
    local back = { "", "", "", "" }
    for i, up in ipairs({
      [[
  op.create_schema("app")
  op.create_schema("other")
  op.create_table("app.t", { op.column("id", "integer"), op.column("x", "integer") })
  op.create_index("ix_own", "app.t", { "id" })
  op.execute("CREATE INDEX ix_text ON app.t (id)")
  op.execute("CREATE INDEX ON app.t (x)")
  op.execute("SET search_path TO app")
  op.execute("CREATE INDEX ix_path ON t (x)")]],
      '  op.execute("ALTER INDEX app.ix_text RENAME TO ix_renamed")',
      '  op.execute("DROP INDEX app.ix_path")',
      '  op.execute("ALTER TABLE app.t SET SCHEMA other")',
    }) do
      support.write(
        dir .. "/migrations/" .. i .. ".lua",
        revision("a" .. i, i > 1 and "a" .. i - 1 or nil, up, back[i])
      )
    end
    local function neap(...)
      local result = support.run({ "neap", ... }, { cwd = dir })
      assert.equal(0, result.status, result.stderr)
      return (result.stdout:gsub(" +", " "):gsub("%d+%-.-(a%d)", "%1"))
    end
    neap("upgrade", "a3")
    support.psql(url, "CREATE INDEX ix_alien ON app.t (id)")
    for _, name in ipairs({ "app.ix_own", "ix_own" }) do
      assert.matches("^index app.ix_own on t\n created a1 .-a.-%.lua:8\n$", neap("blame", name))
    end
    assert.matches("^index app.t_x_idx on t\n created a1 ", neap("blame", "t_x_idx"))
    assert.matches("no revision made it", neap("blame", "app.ix_alien"))
    assert.matches(
      "^index app.ix_renamed on t\n created a1 .*changed a2 ",
      neap("blame", "app.ix_renamed")
    )
    assert.matches("^index app.ix_renamed on t\n", neap("blame", "app.ix_text"))
    assert.matches("^index app.ix_path on t\n created a1 .* dropped a3 ", neap("blame", "ix_path"))
    assert.matches("^a1 ok ", neap("log", "--object", "app.ix_own"))
    assert.equal("", neap("log", "--object", "public.ix_own"))
    neap("upgrade", "head")
    assert.matches("^index other.ix_own on t\n created a1 ", neap("blame", "other.ix_own"))
    assert.matches("^index other.ix_own on t\n created a1 ", neap("blame", "app.ix_own"))
  end)
end)
