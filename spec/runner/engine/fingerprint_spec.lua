--- The state that a run leaves, verified: what the database is and what schema.lock says.

local support = require("spec.support")

local NEXT = [[
revision = "b"
down_revision = "a"
function upgrade()
  op.add_column("account", op.column("name", "text"))
end
function downgrade()
  op.drop_column("account", "name")
end
]]

for _, database in ipairs(support.databases) do
  describe("fingerprints on " .. database.dialect, function()
    local dir, url

    before_each(function()
      url = database.new()
      dir = support.project({
        ["neap.lua"] = ("return { url = %q, fingerprint = true }\n"):format(url),
        ["migrations/a.lua"] = [[
revision = "a"
function upgrade()
  op.create_table("account", { op.column("id", "integer", { primary_key = true }), op.column("email", "text") })
  op.create_index("ix_email", "account", "email")
end
function downgrade()
  op.drop_table("account")
end
]],
      })
    end)

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function must(...)
      local result = neap(...)
      assert.equal(0, result.status, result.stdout .. result.stderr)
      return result
    end

    it("says that the database is what the last run left, and what was changed since", function()
      must("upgrade", "head")
      assert.matches("is what the last run left", must("verify").stdout, 1, true)
      must("status")
      database.query(url, "CREATE TABLE other (id integer)")
      database.query(url, "ALTER TABLE account ADD COLUMN age integer")
      database.query(url, "DROP INDEX ix_email")
      local result = neap("verify")
      assert.equal(6, result.status)
      assert.matches("table %S*account was changed", result.stdout)
      assert.matches("table %S*other is new", result.stdout)
      result = neap("status")
      assert.equal(6, result.status)
      assert.matches("drift%s+table %S*account was changed", result.stdout)
      assert.matches(
        '"drift": %[%s*"table %S*account was changed"',
        neap("--format", "json", "status").stdout
      )
    end)

    it("forgets the drift with the next run, and keeps one list", function()
      must("upgrade", "head")
      database.query(url, "CREATE TABLE other (id integer)")
      support.write(dir .. "/migrations/b.lua", NEXT)
      must("upgrade", "head")
      must("verify")
      assert.equal(
        "1",
        database.query(url, "SELECT count(*) FROM neap_source WHERE kind = 'fingerprint'")
      )
    end)

    it("has the same fingerprint after down and up, and on another database", function()
      must("upgrade", "head")
      local first = must("--format", "json", "verify").stdout:match('"fingerprint": "(%x+)"')
      must("downgrade", "base")
      must("upgrade", "head")
      assert.equal(first, must("--format", "json", "verify").stdout:match('"fingerprint": "(%x+)"'))
      local other = database.new()
      must("-u", other, "upgrade", "head")
      assert.equal(
        first,
        must("-u", other, "--format", "json", "verify").stdout:match('"fingerprint": "(%x+)"')
      )
    end)

    it("starts from and ends in the states of schema.lock only", function()
      must("upgrade", "head")
      assert.matches("migrations/schema.lock", must("verify", "--write").stdout, 1, true)
      support.write(dir .. "/migrations/b.lua", NEXT)
      local result = neap("upgrade", "head", "--fingerprint")
      assert.equal(6, result.status)
      assert.matches('there is no line that begins with "', result.stderr, 1, true)
      local trial = database.new()
      must("-u", trial, "upgrade", "head")
      must("-u", trial, "verify", "--write")
      must("upgrade", "head", "--fingerprint")
      assert.matches("schema.lock says the same", must("verify").stdout, 1, true)

      must("downgrade", "a", "--fingerprint")
      database.query(url, "CREATE TABLE other (id integer)")
      result = neap("upgrade", "head", "--fingerprint")
      assert.equal(6, result.status)
      assert.matches("Nothing was changed", result.stderr, 1, true)
      assert.matches("a\n", must("current").stdout, 1, true)

      database.query(url, "DROP TABLE other")
      support.write(dir .. "/migrations/b.lua", (NEXT:gsub('"text"', '"integer"')))
      result = neap("upgrade", "head", "--fingerprint")
      assert.equal(6, result.status)
      assert.matches("would not end in the state that schema.lock has", result.stderr, 1, true)
      assert.matches("^a", must("current").stdout)
      must("upgrade", "head")
      assert.equal(6, neap("verify").status)
    end)

    it("tells a run that the database was changed since the last one", function()
      must("upgrade", "a")
      support.write(dir .. "/migrations/b.lua", NEXT)
      local WORDS = "the database was changed since the last run"
      assert.is_nil(must("upgrade", "head", "--dry-run").stderr:find(WORDS, 1, true))
      database.query(url, "CREATE TABLE other (id integer)")
      local result = must("upgrade", "head", "--dry-run")
      assert.matches(WORDS .. " (table ", result.stderr, 1, true)
      result = must("upgrade", "head")
      assert.matches("other is new", result.stderr, 1, true)
      assert.matches("neap verify", result.stderr, 1, true)
      must("verify")
      assert.is_nil(must("downgrade", "a").stderr:find(WORDS, 1, true))
    end)

    it("says that nothing was recorded, and records nothing, without fingerprint = true", function()
      support.write(dir .. "/neap.lua", ("return { url = %q }\n"):format(url))
      must("upgrade", "head")
      assert.matches("left no fingerprint", must("verify").stdout, 1, true)
      must("status")
      database.query(url, "CREATE TABLE other (id integer)")
      must("status")
    end)

    it("leaves out what neap.lua ignores", function()
      support.write(
        dir .. "/neap.lua",
        ("return { url = %q, fingerprint = true, include_object = function(o) return o.name ~= 'other' end }\n"):format(
          url
        )
      )
      must("upgrade", "head")
      must("verify", "--write")
      database.query(url, "CREATE TABLE other (id integer)")
      must("verify")
      must("upgrade", "head", "--fingerprint")
    end)
  end)
end
