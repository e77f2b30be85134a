--- What --rename takes, and what looks like a rename.

local support = require("spec.support")

local function column(name, type_name)
  return ('  op.column("%s", "%s"),\n'):format(name, type_name or "text")
end

local function model(name, columns)
  return ('op.create_table("%s", {\n  op.column("id", "integer", { primary_key = true }),\n%s})\n'):format(
    name,
    columns
  )
end

for _, database in ipairs(support.databases) do
  describe("renames, " .. database.dialect, function()
    local function neap(dir, ...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function must(dir, ...)
      local ran = neap(dir, ...)
      assert.equal(0, ran.status, table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr)
      return ran.stdout
    end

    local function made(before, after, rows)
      local url = database.new()
      local dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(url),
        ["schema.lua"] = before,
      })
      must(dir, "revision", "-m", "one", "--autogenerate")
      must(dir, "upgrade", "head")
      if rows then
        local fill = must(dir, "revision", "-m", "rows"):match("%S+")
        support.write(
          dir .. "/" .. fill,
          support.read(dir .. "/" .. fill):gsub("function upgrade%(%)\n[^\n]*", function()
            return ("function upgrade()\n  op.execute(%q)"):format(rows)
          end)
        )
        must(dir, "upgrade", "head")
      end
      support.write(dir .. "/schema.lua", after)
      return dir, url
    end

    local function read(url, sql)
      if database.dialect == "sqlite" then
        return support.sqlite(url:gsub("^sqlite:", ""), sql)
      end
      return support.psql(url, sql)
    end

    it("go by the names that the database has, whatever comes first", function()
      local dir = made(
        model("account", column("mail") .. column("nick")),
        model("users", column("email") .. column("nickname"))
      )
      local path = must(
        dir,
        "revision",
        "-m",
        "r",
        "--autogenerate",
        "--rename",
        "account=users",
        "--rename",
        "account.mail=email",
        "--rename",
        "users.nick=users.nickname"
      ):match("%S+")
      local text = support.read(dir .. "/" .. path)
      assert.is_nil(text:find("loses", 1, true), text)
      must(dir, "upgrade", "head")
      must(dir, "check")
      must(dir, "downgrade", "-1")
      support.write(dir .. "/schema.lua", model("account", column("mail") .. column("nick")))
      must(dir, "check")
    end)

    it("can be swapped, and can follow one another", function()
      local before = model("t", column("a") .. column("b") .. column("c") .. column("d"))
      local dir, url = made(
        before,
        model("t", column("b") .. column("a") .. column("d") .. column("e")),
        "INSERT INTO t (id, a, b, c, d) VALUES (1, 'was a', 'was b', 'was c', 'was d')"
      )
      must(
        dir,
        "revision",
        "-m",
        "r",
        "--autogenerate",
        "--rename",
        "t.a=b",
        "--rename",
        "t.b=a",
        "--rename",
        "t.c=d",
        "--rename",
        "t.d=e"
      )
      must(dir, "upgrade", "head")
      must(dir, "check")
      assert.matches("was b.was a.was c.was d", read(url, "SELECT a, b, d, e FROM t"))
      must(dir, "downgrade", "-1")
      assert.matches("was a.was b.was c.was d", read(url, "SELECT a, b, c, d FROM t"))
    end)

    it("swap two tables with all that is named after them", function()
      local function two(first, second)
        local function one(name, type_name)
          return ('op.create_table("%s", {\n  op.column("id", "integer", { primary_key = true }),\n'):format(
            name
          ) .. ('  op.column("a", "%s", { unique = true }),\n  op.column("z", "integer"),\n})\n'):format(
            type_name
          ) .. ('op.create_index("ix_%s_z", "%s", "z")\n'):format(name, name)
        end
        return one(first, "integer")
          .. one(second, "text")
          .. ('op.create_table("v", { op.column("w", "integer", { references = "%s.id" }) })\n'):format(
            first
          )
      end
      local dir, url =
        made(two("t", "u"), two("u", "t"), "INSERT INTO t (id, a, z) VALUES (1, 7, 8)")
      local path =
        must(dir, "revision", "-m", "r", "--autogenerate", "--rename", "t=u", "--rename", "u=t")
      if database.dialect == "postgresql" then
        local text = support.read(dir .. "/" .. path:match("%S+"))
        assert.is_nil(text:find("op.drop", 1, true), text)
      end
      must(dir, "upgrade", "head")
      must(dir, "check")
      assert.matches("7.8", read(url, "SELECT a, z FROM u"))
      must(dir, "downgrade", "-1")
      assert.matches("7.8", read(url, "SELECT a, z FROM t"))
      support.write(dir .. "/schema.lua", two("t", "u"))
      must(dir, "check")
    end)

    describe("that cannot be", function()
      local dir

      setup(function()
        dir = made(
          model("account", column("mail") .. column("nick")) .. model("book", column("title")),
          model("account", column("email") .. column("nick")) .. model("novel", column("title"))
        )
      end)

      for _, case in ipairs({
        { "the model has no column account.emial", "account.mail=account.emial" },
        { "the model has no column account.emial", "account.mail=emial" },
        { "the model has no table novell", "book=novell" },
        { "mail cannot leave account", "account.mail=novel.title", "book=novel" },
        { "mail cannot leave account", "account.mail=book.email" },
        { "a rename leaves book in its schema", "book=novel.x" },
        { "a rename leaves book in its schema", "book=app.book" },
        { "the database has account already", "book=account" },
        { "the database has nick already", "account.mail=nick" },
        { "book is renamed twice", "book=novel", "book=paper" },
        { "mail is renamed twice", "account.mail=email", "account.mail=account.email" },
        { "novel is the new name of book already", "book=novel", "account=novel" },
        {
          'the database has no table, view, column or value of an enum "account.male"',
          "account.male=email",
        },
        { '--rename expects OLD=NEW, not "book"', "book" },
      }) do
        it("are refused: " .. table.concat(case, ", ", 2), function()
          local words = { "check" }
          for i = 2, #case do
            words[#words + 1], words[#words + 2] = "--rename", case[i]
          end
          local ran = neap(dir, table.unpack(words))
          assert.equal(2, ran.status, ran.stdout .. ran.stderr)
          assert.matches(case[1], ran.stderr, 1, true)
        end)
      end
    end)

    for what, case in pairs({
      ["a table with most of its columns"] = {
        model("old", column("a") .. column("b") .. column("c")),
        model("new", column("a") .. column("b") .. column("d")),
        "table new looks like old renamed",
      },
      ["a table with the same types"] = {
        model("old", column("a") .. column("b", "varchar(9)")),
        model("new", column("c") .. column("d")),
        "table new looks like old renamed",
      },
      ["a column that gets another type"] = {
        model("t", column("a", "integer") .. column("z")),
        model("t", column("b", "bigint") .. column("z")),
        "column t.b looks like t.a renamed",
      },
      ["a column at another place"] = {
        model("t", column("a") .. column("y") .. column("z")),
        model("t", column("y") .. column("z") .. column("b")),
        "column t.b looks like t.a renamed",
      },
    }) do
      it("are seen in " .. what, function()
        local ran = neap(made(case[1], case[2]), "check")
        assert.equal(3, ran.status)
        assert.matches(case[3], ran.stdout, 1, true)
      end)
    end

    it("are not seen where nothing is alike", function()
      local dir = made(
        model("old", column("a") .. column("b") .. column("c", "date")),
        model("new", column("x", "date") .. column("y"))
      )
      local ran = neap(dir, "check")
      assert.equal(3, ran.status)
      assert.is_nil(ran.stdout:find("hint", 1, true), ran.stdout)
    end)
  end)
end

describe("a rename beside a virtual table of SQLite", function()
  it("leaves the tables that it made for itself alone", function()
    local function text(name)
      return 'op.execute("CREATE VIRTUAL TABLE ft USING fts5(b)")\n' .. model("t", column(name))
    end
    local dir = support.project({
      ["neap.lua"] = ('return { url = "sqlite:%s/app.db" }\n'):format(support.tempdir()),
      ["schema.lua"] = text("a"),
    })
    support.must({ "neap", "revision", "-m", "one", "--autogenerate" }, { cwd = dir })
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    support.write(dir .. "/schema.lua", text("bb"))
    local ran = support.run({ "neap", "check", "--rename", "t.a=t.bb" }, { cwd = dir })
    assert.equal(3, ran.status, ran.stderr)
    assert.matches("change column t.a", ran.stdout, 1, true)
    support.must(
      { "neap", "revision", "-m", "two", "--autogenerate", "--rename", "t.a=t.bb" },
      { cwd = dir }
    )
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    support.must({ "neap", "check" }, { cwd = dir })
    support.must({ "neap", "downgrade", "-1" }, { cwd = dir })
  end)
end)

describe("what --rename does not know", function()
  it("is named by its kind", function()
    local url = support.postgres()
    support.psql(url, "CREATE TYPE mood AS ENUM ('good'); CREATE SEQUENCE ticket")
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["schema.lua"] = 'op.create_enum("mood2", { "good" })\n',
    })
    for name, kind in pairs({ mood = "enum", ticket = "sequence" }) do
      local ran = support.run(
        { "neap", "check", "--rename", name .. "=" .. name .. "2" },
        { cwd = dir }
      )
      assert.equal(2, ran.status)
      assert.matches(name .. " is of the kind " .. kind, ran.stderr, 1, true)
      assert.matches("op.execute", ran.stderr, 1, true)
    end
  end)
end)

describe("a renamed view", function()
  it("goes back, whatever its name is made of", function()
    local url = support.postgres()
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["schema.lua"] = 'op.create_view("a new view", "SELECT 1 AS one")\n',
    })
    support.psql(url, 'CREATE VIEW "an old view" AS SELECT 1 AS one')
    local path = support
      .must({
        "neap",
        "revision",
        "-m",
        "two",
        "--autogenerate",
        "--rename",
        "an old view=a new view",
      }, { cwd = dir })
      :match("%S+")
    local text = support.read(dir .. "/" .. path)
    assert.matches('ALTER VIEW public."an old view" RENAME TO "a new view"', text, 1, true)
    assert.matches('ALTER VIEW public."a new view" RENAME TO "an old view"', text, 1, true)
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    support.must({ "neap", "check" }, { cwd = dir })
    support.must({ "neap", "downgrade", "base" }, { cwd = dir })
    assert.matches(
      "an old view",
      support.psql(url, "SELECT viewname FROM pg_views WHERE schemaname = 'public'")
    )
  end)
end)

describe("a value of an enum", function()
  it("is renamed when it is said, and named when it looks like it", function()
    local url = support.postgres()
    local function text(value)
      return ('op.create_enum("colour", { "red", "%s", "blue" })\n'):format(value)
        .. 'op.create_table("t", { op.column("c", "colour", { server_default = "red" }) })\n'
    end
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["schema.lua"] = text("green"),
    })
    support.must({ "neap", "revision", "-m", "one", "--autogenerate" }, { cwd = dir })
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    support.psql(url, "INSERT INTO t VALUES ('green')")
    support.write(dir .. "/schema.lua", text("emerald"))
    local ran = support.run({ "neap", "check" }, { cwd = dir })
    assert.matches("value colour.emerald looks like colour.green renamed", ran.stdout, 1, true)
    ran = support.run({ "neap", "check", "--rename", "colour.green=emeralt" }, { cwd = dir })
    assert.equal(2, ran.status)
    assert.matches("the model has no value colour.emeralt", ran.stderr, 1, true)
    local path = support
      .must({
        "neap",
        "revision",
        "-m",
        "two",
        "--autogenerate",
        "--rename",
        "colour.green=emerald",
      }, { cwd = dir })
      :match("%S+")
    assert.matches(
      'op.rename_enum_value("colour", "green", "emerald")',
      support.read(dir .. "/" .. path),
      1,
      true
    )
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    support.must({ "neap", "check" }, { cwd = dir })
    assert.matches("emerald", support.psql(url, "SELECT c FROM t"))
    support.must({ "neap", "downgrade", "-1" }, { cwd = dir })
    assert.matches("green", support.psql(url, "SELECT c FROM t"))
  end)
end)
