--- One revision for a range: the same schema, for new databases, for those in the middle, and those past it.

local support = require("spec.support")

local FILES = {
  ["migrations/01_a.lua"] = [[
revision = "aa01"
function upgrade()
  op.create_table("account", { op.column("id", "integer", { primary_key = true }), op.column("mail", "text") })
end
function downgrade() op.drop_table("account") end
]],
  ["migrations/02_b.lua"] = [[
revision = "bb02"
down_revision = "aa01"
function upgrade()
  op.add_column("account", op.column("age", "integer"))
  op.create_table("other", { op.column("id", "integer", { primary_key = true }) })
  -- op.execute("...")
end
function downgrade()
  op.drop_table("other")
  op.drop_column("account", "age")
end
]],
  ["migrations/03_c.lua"] = [[
revision = "cc03"
down_revision = "bb02"
function upgrade()
  op.drop_table("other")
  op.create_index("ix_mail", "account", "mail", { unique = true })
  op.execute("INSERT INTO account (id, mail) VALUES (1, 'a@b')")
end
function downgrade()
  op.drop_index("ix_mail", { table = "account" })
  op.create_table("other", { op.column("id", "integer", { primary_key = true }) })
end
]],
  ["migrations/04_d.lua"] = [[
revision = "dd04"
down_revision = "cc03"
function upgrade() op.add_column("account", op.column("name", "text")) end
function downgrade() op.drop_column("account", "name") end
]],
}

for _, database in ipairs(support.databases) do
  describe("squash on " .. database.dialect, function()
    local dir, url

    before_each(function()
      url = database.new()
      dir = support.project(FILES)
      support.write(dir .. "/neap.lua", ("return { url = %q }\n"):format(url))
    end)

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function must(...)
      local result = neap(...)
      assert.equal(0, result.status, result.stdout .. result.stderr)
      return result.stdout
    end

    local function dump(of)
      return must("-u", of, "dump", "--no-owner", "--no-grants")
    end

    it("makes the same in one revision, and leaves databases past it alone", function()
      must("upgrade", "head")
      local before = dump(url)
      local path = must("squash", "aa01:cc03", "-m", "the first year"):gsub("\n$", "")
      local text = support.read(dir .. "/" .. path)
      assert.matches('revision = "cc03"', text, 1, true)
      assert.matches("see whether it wrote some: cc03\n", text, 1, true)
      assert.matches('replaces = { "aa01", "bb02" }', text, 1, true)
      assert.matches("see whether it wrote some: cc03", text, 1, true)
      assert.is_nil(text:find("other", 1, true))
      assert.is_nil(support.read(dir .. "/migrations/01_a.lua"))
      assert.is_string(support.read(dir .. "/migrations/squashed/01_a.lua"))
      must("status")
      assert.matches("Nothing to do", must("upgrade", "head"), 1, true)
      local new = database.new()
      assert.matches("2 revisions applied", must("-u", new, "upgrade", "head"), 1, true)
      assert.equal(before, dump(new))
      must("-u", new, "downgrade", "base")
      must("downgrade", "base")
      assert.equal(dump(new), dump(url))
    end)

    it("lets a database in the middle go on by the old files", function()
      must("upgrade", "bb02")
      must("squash", "aa01:cc03")
      assert.matches("bb02", must("current"), 1, true)
      local status = neap("status")
      assert.equal(3, status.status, status.stderr)
      assert.matches("2 pending", status.stdout, 1, true)
      must("upgrade", "head")
      assert.matches("dd04", must("current"), 1, true)
      must("status")
      assert.equal("1", database.query(url, "SELECT count(*) FROM account"))
      assert.matches("cc03", must("history"), 1, true)
    end)

    it("lets a database in the middle go down by the old files", function()
      must("upgrade", "bb02")
      must("squash", "aa01:cc03")
      must("downgrade", "aa01")
      assert.matches("aa01", must("current"), 1, true)
    end)

    it("squashes behind a revision too", function()
      must("squash", "bb02:dd04")
      must("upgrade", "head")
      assert.matches("dd04", must("current"), 1, true)
      must("status")
    end)

    for _, range in ipairs({ "base:bb02", ":bb02" }) do
      it("begins at the first revision with " .. range, function()
        local path = must("squash", range):gsub("\n$", "")
        assert.matches('replaces = { "aa01" }', support.read(dir .. "/" .. path), 1, true)
        must("upgrade", "head")
      end)
    end

    it("takes a squash along when it is a revision as any other, as the error says", function()
      local path = must("squash", "aa01:bb02"):gsub("\n$", "")
      local result = neap("squash", ":cc03")
      assert.equal(2, result.status)
      assert.matches("bb02 replaces others already", result.stderr, 1, true)
      assert.matches("take `replaces` out of it", result.stderr, 1, true)
      local text, count = support.read(dir .. "/" .. path):gsub("replaces = [^\n]*\n", "")
      assert.equal(1, count)
      support.write(dir .. "/" .. path, text)
      assert(os.remove(dir .. "/migrations/squashed/01_a.lua"))
      assert(os.remove(dir .. "/migrations/squashed/02_b.lua"))
      path = must("squash", ":cc03"):gsub("\n$", "")
      assert.matches('replaces = { "bb02" }', support.read(dir .. "/" .. path), 1, true)
      must("upgrade", "head")
      must("downgrade", "base")
    end)

    if database.dialect == "postgresql" then
      it("takes a function whose body names what is made after it", function()
        support.write(
          dir .. "/migrations/05_e.lua",
          [[
revision = "ee05"
down_revision = "dd04"
function upgrade()
  op.create_view("mails", "SELECT mail FROM account")
  op.create_function("CREATE FUNCTION mails() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM mails'")
end
]]
        )
        must("squash", "dd04:ee05")
        must("upgrade", "head")
      end)
    end

    it("says what the old files are for when they are gone", function()
      must("upgrade", "bb02")
      must("squash", "aa01:cc03")
      os.execute("rm -r " .. dir .. "/migrations/squashed")
      local result = neap("upgrade", "head")
      assert.equal(6, result.status)
      assert.matches("bb02", result.stderr, 1, true)
    end)

    it("refuses what is no line, and changes nothing", function()
      for words, message in pairs({
        ["aa01"] = "FIRST:LAST",
        ["aa01:aa01"] = "no range",
        ["cc03:aa01"] = "does not come before",
        ["aa01:zz"] = "zz",
      }) do
        local result = neap("squash", words)
        assert.equal(2, result.status, words)
        assert.matches(message, result.stderr, 1, true)
      end
      support.write(
        dir .. "/migrations/05_e.lua",
        'revision = "ee05"\ndown_revision = "bb02"\nfunction upgrade() end\n'
      )
      local result = neap("squash", "aa01:cc03")
      assert.equal(2, result.status)
      assert.matches("02_b.lua", result.stderr, 1, true)
      assert.is_string(support.read(dir .. "/migrations/01_a.lua"))
    end)

    it("compares revisions: diff rev:A rev:B", function()
      local result = neap("diff", "rev:aa01", "rev:bb02")
      assert.equal(3, result.status, result.stderr)
      assert.matches("add_column", result.stdout, 1, true)
      assert.equal(0, neap("diff", "rev:head", "rev:dd04").status)
      assert.equal(3, neap("diff", "rev:base", "rev:aa01").status)
      assert.equal(2, neap("diff", "rev:zz", "model").status)
      if database.dialect == "postgresql" then
        local left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'neap_scratch%'"
        assert.equal("0", database.query(url, left))
      end
    end)
  end)
end
