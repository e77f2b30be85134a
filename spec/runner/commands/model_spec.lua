--- check, revision --autogenerate, model and diff as people use them.

local support = require("spec.support")

local ONE = [[
op.create_table("account", {
  op.column("id", "integer", { primary_key = true }),
  op.column("mail", "text", { nullable = false }),
})
]]

local function project(url, files)
  local all = { ["neap.lua"] = ("return { url = %q }\n"):format(url), ["schema.lua"] = ONE }
  for path, text in pairs(files or {}) do
    all[path] = text
  end
  return support.project(all)
end

for _, database in ipairs(support.databases) do
  describe("the model on " .. database.dialect, function()
    local function neap(dir, ...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function must(dir, ...)
      local ran = neap(dir, ...)
      assert.equal(0, ran.status, table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr)
      return ran.stdout
    end

    local function revisions(dir)
      return support.must({ "sh", "-c", "ls " .. dir .. "/migrations | wc -l" }):match("%d+")
    end

    -- A database that is what ONE says.
    local function made(files)
      local dir = project(database.new(), files)
      must(dir, "revision", "-m", "one", "--autogenerate", "--rev-id", "a1")
      must(dir, "upgrade", "head")
      return dir
    end

    it("is checked: in words, as SQL, as JSON", function()
      local dir = project(database.new())
      local ran = neap(dir, "check")
      assert.equal(3, ran.status)
      assert.matches("1 difference between the database and the model", ran.stdout)
      assert.matches("\n  create table account\n", ran.stdout)
      ran = neap(dir, "check", "--sql")
      assert.equal(3, ran.status)
      assert.matches("^CREATE TABLE", ran.stdout)
      ran = neap(dir, "--format", "json", "check")
      assert.equal(3, ran.status)
      assert.matches('"clean": false', ran.stdout)
      assert.matches('"kind": "create_table"', ran.stdout)
      assert.matches('"object": "table"', ran.stdout)
      assert.matches('"name": "account"', ran.stdout)
    end)

    it("is clean or not in the same words in JSON of check and diff", function()
      local dir = project(database.new())
      local ran = neap(dir, "--format", "json", "diff", "database", "model")
      assert.equal(3, ran.status)
      assert.matches('"clean": false', ran.stdout)
      assert.matches('"same": false', ran.stdout)
      assert.matches('"object": "table"', ran.stdout)
      ran = neap(dir, "--format", "json", "diff", "model", "model")
      assert.equal(0, ran.status, ran.stderr)
      assert.matches('"clean": true', ran.stdout)
      assert.matches('"same": true', ran.stdout)
    end)

    it("is written by check and autogenerate nowhere", function()
      local dir = project(database.new())
      neap(dir, "check")
      assert.equal(3, neap(dir, "check").status)
      assert.equal("0", revisions(dir))
    end)

    it("says that there are no changes, and writes no file", function()
      local dir = made()
      local ran = neap(dir, "revision", "-m", "two", "--autogenerate")
      assert.equal(0, ran.status)
      assert.equal("", ran.stdout)
      assert.matches("No changes", ran.stderr)
      assert.equal("1", revisions(dir))
    end)

    it("is not compared with a database that is behind", function()
      local dir = project(database.new())
      must(dir, "revision", "-m", "one", "--autogenerate", "--rev-id", "a1")
      local ran = neap(dir, "revision", "-m", "two", "--autogenerate")
      assert.equal(1, ran.status)
      assert.matches("not up to date", ran.stderr)
      assert.equal("1", revisions(dir))
    end)

    it("says which revisions are not applied when something differs", function()
      local dir = project(database.new())
      must(dir, "revision", "-m", "one", "--autogenerate", "--rev-id", "a1")
      local ran = neap(dir, "check")
      assert.equal(3, ran.status)
      assert.matches(
        "\nhint: 1 revision is not applied %(a1%), and what it would change is among these: "
          .. "run `neap upgrade head` first\n$",
        ran.stdout
      )
      ran = neap(dir, "check", "--sql")
      assert.equal(3, ran.status)
      assert.is_nil(ran.stdout:find("hint", 1, true))
      assert.matches("hint: 1 revision is not applied", ran.stderr)
      ran = neap(dir, "--format", "json", "check")
      assert.matches('"pending": %[%s*"a1"%s*%]', ran.stdout)
      must(dir, "upgrade", "head")
      assert.is_nil(must(dir, "check"):find("hint", 1, true))
      assert.matches('"pending": %[%]', must(dir, "--format", "json", "check"))
    end)

    local function with_parts()
      local url = database.new()
      local dir = project(url)
      must(dir, "revision", "-m", "one", "--autogenerate", "--rev-id", "a1")
      support.write(
        dir .. "/migrations/2_b2.lua",
        [[
revision = "b2"
down_revision = "a1"
function upgrade()
  op.add_column("account", op.column("hand", "integer"))
  op.create_index("ix_hand", "account", { "hand" })
  op.create_index("ix_mail", "account", { "mail" })
  op.create_check_constraint("ck_mail", "account", "mail <> ''")
end
]]
      )
      must(dir, "upgrade", "head")
      return dir, url
    end

    local function says(dir, url, rest)
      support.write(dir .. "/neap.lua", ("return { url = %q, %s }\n"):format(url, rest))
      return neap(dir, "check").stdout
    end

    it("leaves out indexes, constraints and columns that include_object does not want", function()
      local dir, url = with_parts()
      local all = says(dir, url, "")
      assert.matches("drop index ix_mail", all)
      assert.matches("drop constraint ck_mail", all)
      assert.matches("drop column account.hand", all)
      local some = says(
        dir,
        url,
        [[include_object = function(object)
        return not (object.kind == "index" and object.name == "ix_mail" and object.table == "account")
          and not (object.kind == "check" and object.name == "ck_mail")
      end]]
      )
      assert.is_nil(some:find("ix_mail", 1, true))
      assert.is_nil(some:find("ck_mail", 1, true))
      assert.matches("drop column account.hand", some)
      local none = says(
        dir,
        url,
        [[include_object = function(object)
        return not (object.kind == "column" and object.name == "hand")
          and object.name ~= "ix_mail" and object.name ~= "ck_mail"
      end]]
      )
      assert.equal("The database is what the model says.\n", none)
    end)

    it("ignores indexes and constraints by patterns, and columns by name", function()
      local dir, url = with_parts()
      local rest = says(dir, url, 'ignore = { "ix_.*", "ck_mail" }')
      assert.matches("^1 difference", rest)
      assert.matches("drop column account.hand", rest)
      assert.equal(
        "The database is what the model says.\n",
        says(dir, url, 'ignore = { "ix_.*", "ck_mail", "account.hand" }')
      )
    end)

    it("refuses an include_object that leaves nothing of a table", function()
      local dir, url = with_parts()
      says(dir, url, "include_object = function(object) return object.name == 'account' end")
      local ran = neap(dir, "check")
      assert.equal(2, ran.status)
      assert.matches(
        "include_object leaves out every column of account, and not the table",
        ran.stderr
      )
    end)

    it("takes renames when they are said, and tells those that look like some", function()
      local dir = made()
      support.write(dir .. "/schema.lua", (ONE:gsub('"mail"', '"email"')))
      local ran = neap(dir, "check")
      assert.matches("hint: column account.email looks like account.mail renamed", ran.stdout)
      ran =
        neap(dir, "revision", "-m", "r", "--autogenerate", "--rename", "account.mail=account.email")
      assert.equal(0, ran.status, ran.stderr)
      local text = support.read(dir .. "/" .. ran.stdout:match("%S+"))
      assert.matches('op.alter_column%("account", "mail", { new_name = "email" }%)', text)
      assert.is_nil(text:find("drop_column", 1, true))
      must(dir, "upgrade", "head")
      must(dir, "check")
      must(dir, "downgrade", "-1")
      support.write(dir .. "/schema.lua", ONE)
      must(dir, "check")
    end)

    it("names what --rename does not find", function()
      local dir = made()
      local ran = neap(dir, "check", "--rename", "nothing=else")
      assert.equal(2, ran.status)
      assert.matches('no table, view, column or value of an enum "nothing"', ran.stderr)
    end)

    it("may be in several files", function()
      local dir = made({
        ["schema.lua"] = 'require "parts.account"\n',
        ["parts/account.lua"] = ONE,
      })
      must(dir, "check")
    end)

    it("may be SQL", function()
      local dir = made()
      support.write(
        dir .. "/neap.lua",
        support.read(dir .. "/neap.lua"):gsub(" }", ', model = "sql" }')
      )
      support.write(dir .. "/sql/a.sql", must(dir, "model", "--from-database", "--sql"))
      must(dir, "check")
    end)

    it("is compared with other things by diff", function()
      local dir = made()
      local url = database.new()
      assert.equal("", must(dir, "diff", "model", "model"))
      assert.equal("", must(dir, "diff", "database", "model"))
      local missing = neap(dir, "diff", "nofile.sql", "model")
      assert.equal(2, missing.status)
      assert.equal("neap: there is no file nofile.sql\n", missing.stderr)
      assert.equal(3, neap(dir, "diff", "database", url).status)
      local ran = neap(dir, "diff", url, "model")
      assert.equal(3, ran.status, ran.stderr)
      assert.matches('^op.create_table%("account"', ran.stdout)
      ran = neap(dir, "diff", "model", url, "--sql")
      assert.equal(3, ran.status, ran.stderr)
      assert.matches("DROP TABLE", ran.stdout)
    end)

    local wrong = {
      { "a syntax error", 'op.create_table("a", {', "schema.lua:1", 2 },
      { "a misspelt directive", 'op.create_tabel("a", {})', "schema.lua:1", 2 },
      { "a table twice", ONE .. ONE, "schema.lua:5", 1 },
      { "a question", 'op.query("SELECT 1")', "schema.lua:1", 2 },
      { "rows", 'op.bulk_insert("account", { { id = 1 } })', "schema.lua:1", 2 },
      {
        "a foreign key to nowhere",
        '\nop.create_table("b", { op.column("a", "integer", { references = "nowhere.id" }) })',
        "schema.lua:2",
      },
    }
    for _, case in ipairs(wrong) do
      it("is refused for " .. case[1] .. ", with its line", function()
        local dir = project(database.new(), { ["schema.lua"] = case[2] })
        for _, words in ipairs({ { "check" }, { "revision", "-m", "x", "--autogenerate" } }) do
          local ran = neap(dir, table.unpack(words))
          assert.is_true(
            ran.status == (case[4] or ran.status) and ran.status ~= 0 and ran.status ~= 3,
            ran.stderr
          )
          assert.matches(case[3], ran.stderr, 1, true)
          assert.equal("0", revisions(dir))
        end
      end)
    end
  end)
end

describe("the model on PostgreSQL alone", function()
  it("is built though neap.lua's role owns neither the schemas nor the database", function()
    local url = support.postgres()
    local role = "neap_spec_role_" .. math.random(1000000000)
    support.psql(
      url,
      ("CREATE ROLE %s; CREATE SCHEMA app; CREATE TABLE app.t (a integer)"):format(role)
    )
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q, role = %q }\n"):format(url, role),
      ["schema.lua"] = 'op.create_schema("app")\nop.create_table("app.t", { op.column("a", "bigint") })\n'
        .. 'op.create_table("u", { op.column("a", "integer") })\n',
    })
    local result = support.run({ "neap", "check" }, { cwd = dir })
    local written = support.run({ "neap", "revision", "--autogenerate", "-m", "x" }, { cwd = dir })
    local left =
      support.psql(url, "SELECT nspname FROM pg_namespace WHERE nspname ~ '^(neap_old|app)'")
    local owner = url:gsub("user=postgres", "user=" .. role)
    support.psql(url, ("ALTER ROLE %s LOGIN"):format(role))
    local theirs = support.run({ "neap", "-u", owner, "check" }, { cwd = dir })
    support.psql(url, ("DROP OWNED BY %s; DROP ROLE %s"):format(role, role))
    assert.equal(3, result.status, result.stderr)
    assert.matches("2 differences", result.stdout)
    assert.equal(0, written.status, written.stderr)
    assert.equal("app", left)
    assert.equal(1, theirs.status)
    assert.matches("neap.lua's role " .. role .. " builds it", theirs.stderr, 1, true)
  end)

  it("is refused for a type that the server does not know", function()
    local dir = project(support.postgres(), {
      ["schema.lua"] = '\nop.create_table("a", { op.column("id", "strange") })',
    })
    local ran = support.run({ "neap", "check" }, { cwd = dir })
    assert.equal(1, ran.status)
    assert.matches("schema.lua:2", ran.stderr, 1, true)
    assert.matches('type "strange" does not exist', ran.stderr, 1, true)
  end)

  it("becomes safe recipes where the environment is protected", function()
    local dir = project(support.postgres())
    local function must(...)
      local ran = support.run({ "neap", ... }, { cwd = dir })
      assert.equal(0, ran.status, ran.stdout .. ran.stderr)
      return ran.stdout
    end
    must("revision", "-m", "one", "--autogenerate")
    must("upgrade", "head")
    support.write(
      dir .. "/neap.lua",
      support.read(dir .. "/neap.lua"):gsub(" }", ", protected = true }")
    )
    support.write(
      dir .. "/schema.lua",
      ONE:gsub(
        "}%)\n$",
        '  op.column("n", "integer", { index = true }),\n  op.check("id > 0"),\n})\n'
      )
    )
    local path = must("revision", "-m", "two", "--autogenerate"):match("%S+")
    local text = support.read(dir .. "/" .. path)
    assert.matches("concurrently = true", text, 1, true)
    assert.matches("not_valid = true", text, 1, true)
    assert.matches("op.validate_constraint", text, 1, true)
    must("upgrade", "head")
    must("check")
    must("downgrade", "-1")
  end)

  it("becomes recipes that a table with partitions knows, too", function()
    local url = support.postgres()
    local function model(columns, more)
      return ([[
op.create_table("product", { op.column("id", "integer", { primary_key = true }) })
op.create_table("event", {
  op.column("day", "date"),
  op.column("size", "integer"%s),
  op.column("product", "integer"),
  %s
}, { partition_by = { "range", "day" } })
]]):format(columns, more)
    end
    local dir = project(url, { ["schema.lua"] = model("", "") })
    local function must(...)
      local ran = support.run({ "neap", ... }, { cwd = dir })
      assert.equal(0, ran.status, ran.stdout .. ran.stderr)
      return ran.stdout
    end
    must("revision", "-m", "one", "--autogenerate")
    must("upgrade", "head")
    support.psql(
      url,
      [[CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
        INSERT INTO event VALUES ('2020-02-01', 1, NULL);]]
    )
    support.write(dir .. "/neap.lua", ("return { url = %q, protected = true }\n"):format(url))
    support.write(
      dir .. "/schema.lua",
      model(
        ", { nullable = false }",
        [[op.index("ix_size", "size"), op.unique({ "day", "size" }, { name = "uq" }),
          op.foreign_key("product", "product", "id", { name = "fk" }), op.check("size > 0", { name = "ck" })]]
      )
    )
    must("revision", "-m", "two", "--autogenerate")
    must("upgrade", "head")
    must("check")
    must("downgrade", "-1")
    must("upgrade", "head")
    must("check")
  end)
end)

describe("a model whose statements the database keeps, on SQLite", function()
  local function made(text)
    local dir = project("sqlite:app.db", { ["schema.lua"] = text })
    support.write(
      dir .. "/migrations/a.lua",
      'revision = "a1"\nfunction upgrade()\n' .. text .. "end\nfunction downgrade() end\n"
    )
    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end
    assert.equal(0, neap("upgrade", "head").status)
    return neap, dir
  end

  it("differs by what either has more", function()
    local more = 'op.create_index("ix_mail", "account", "mail")\n'
    local neap, dir = made(ONE .. more)
    assert.equal(0, neap("check").status)
    support.write(dir .. "/schema.lua", ONE)
    assert.matches("drop index ix_mail", neap("check").stdout)
    support.write(dir .. "/schema.lua", ONE .. more .. more:gsub("mail", "id"))
    assert.matches("create index ix_id", neap("check").stdout)
  end)

  it("may read otherwise and say the same", function()
    local neap, dir =
      made('op.execute("CREATE TABLE account (id integer primary key, mail text not null)")\n')
    support.write(dir .. "/schema.lua", ONE)
    local ran = neap("check")
    assert.equal(0, ran.status, ran.stdout)
  end)

  it("has no foreign key to nowhere, though the database has it", function()
    local neap = made([[
op.create_table("b", { op.column("a", "integer", { references = "nowhere.id" }) })
]])
    local ran = neap("check")
    assert.equal(2, ran.status)
    assert.matches("refers to nowhere, and the model has no such table", ran.stderr)
  end)

  describe("a foreign key of SQLite", function()
    local PARENT = "create table b (id integer primary key, c text, d text collate nocase, e text, "
      .. "unique (c, e));\n"

    local function check(parent, reference)
      local dir = support.project({
        ["neap.lua"] = ('return { url = "sqlite:%s/app.db", model = { "model/" } }\n'):format(
          support.tempdir()
        ),
        ["model/one.sql"] = parent
          .. "create table a (x text, y text, foreign key "
          .. reference
          .. ");\n",
      })
      support.must({ "neap", "stamp", "base" }, { cwd = dir })
      return support.run({ "neap", "check" }, { cwd = dir })
    end

    for reference, message in pairs({
      ["(x) references b (nope)"] = "refers to b.nope, and the model has no such column",
      ["(x) references b (c)"] = "refers to b (c), which is not unique",
      ["(x, y) references b (c, d)"] = "refers to b (c, d), which is not unique",
      ["(x) references n"] = "refers to n, which has no primary key",
      ["(x, y) references b"] = "refers to b (id), whose primary key has another number of columns",
    }) do
      it("is refused when it is " .. reference, function()
        local ran = check(PARENT .. "create table n (i integer);\n", reference)
        assert.equal(2, ran.status, ran.stdout)
        assert.matches(message, ran.stderr, 1, true)
      end)
    end

    it("needs an index without a condition, an expression or another collation", function()
      for _, index in ipairs({ "b (c) where c > ''", "b (lower(c))", "b (c collate nocase)" }) do
        local ran =
          check(PARENT .. "create unique index ix on " .. index .. ";\n", "(x) references b (c)")
        assert.equal(2, ran.status, index)
      end
    end)

    for reference, index in pairs({
      ["(x) references b"] = "",
      ["(x) references B (ID)"] = "",
      ["(y, x) references b (e, C)"] = "",
      ["(x) references b (c)"] = "create unique index ix on b (c);\n",
      ["(x) references b (d)"] = "create unique index ix on b (d collate nocase);\n",
    }) do
      it("is fine when it is " .. reference, function()
        local ran = check(PARENT .. index, reference)
        assert.equal(3, ran.status, ran.stderr)
      end)
    end
  end)
end)
