--- op.backfill on databases: every row once, in batches that are steps, and going on where a run stopped.

local support = require("spec.support")

for _, database in ipairs(support.databases) do
  describe("op.backfill on " .. database.dialect, function()
    local url, dir

    local function project(setup, body, config)
      url = database.new()
      dir = support.project({
        ["neap.lua"] = ("return { url = %q, %s }\n"):format(url, config or ""),
        ["migrations/a.lua"] = ('revision = "a1"\nfunction upgrade()\n%s\nend\n'):format(body),
      })
      database.query(url, setup)
    end

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function query(sql)
      return database.query(url, sql)
    end

    local function upgrade()
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      return result
    end

    -- Ten rows, and a gate that lets the first five through.
    local function ten(columns, rows)
      local values = {}
      for i = 1, 10 do
        values[i] = rows(i)
      end
      return ("CREATE TABLE item (%s, n integer NOT NULL, CHECK (n < 100)); INSERT INTO item VALUES %s;"):format(
        columns,
        table.concat(values, ", ")
      )
    end

    local function numbered(i)
      return ("(%d, %d)"):format(i, i == 6 and 99 or 0)
    end

    it("changes every row once", function()
      project(
        ten("id integer PRIMARY KEY", function(i)
          return ("(%d, %d)"):format(i * 7 % 11, 0)
        end),
        [[op.backfill({ table = "item", set = "n = n + 1", batch = 3 })]]
      )
      upgrade()
      assert.equal("10|10", query("SELECT count(*), sum(n) FROM item"))
    end)

    it("goes on exactly after the last batch that is done", function()
      project(
        ten("id integer PRIMARY KEY", numbered),
        [[op.execute("CREATE TABLE before (x integer)")
        op.backfill({ table = "item", set = { n = op.sql("n + 1") }, batch = 2 })
        op.execute("CREATE TABLE after (x integer)")]]
      )
      local result = neap("upgrade", "head")
      assert.equal(1, result.status, result.stderr)
      assert.equal("4|103", query("SELECT count(CASE n WHEN 1 THEN 1 END), sum(n) FROM item"))
      query("UPDATE item SET n = 0 WHERE id = 6; INSERT INTO item VALUES (-1, 0), (11, 0);")
      upgrade()
      -- -1 came after the batches had gone by.
      assert.equal(
        "11|11|0",
        query([[SELECT count(CASE n WHEN 1 THEN 1 END), sum(n),
        sum(CASE id WHEN -1 THEN n END) FROM item]])
      )
      assert.equal(
        "0|0",
        query("SELECT (SELECT count(*) FROM before), (SELECT count(*) FROM after)")
      )
      assert.equal("0", query("SELECT count(*) FROM neap_journal"))
    end)

    it("does not begin again when a later statement failed", function()
      project(
        ten("id integer PRIMARY KEY", function(i)
          return ("(%d, 0)"):format(i)
        end),
        [[op.backfill({ table = "item", set = "n = n + 1", batch = 4 })
        op.commit()
        op.execute("INSERT INTO gate VALUES (1)")]]
      )
      assert.equal(1, neap("upgrade", "head").status)
      query("CREATE TABLE gate (x integer); INSERT INTO item VALUES (20, 0);")
      upgrade()
      assert.equal(
        "10|11|1",
        query("SELECT sum(n), count(*), (SELECT count(*) FROM gate) FROM item")
      )
    end)

    it("takes composite keys of text and numbers, and a where that its set makes false", function()
      project(
        ten([[a varchar(10) NOT NULL, b numeric(6,2) NOT NULL]], function(i)
          return ("('%s', %d.5, %d)"):format(
            i % 3 == 0 and "it''s" or i % 3 == 1 and "\\A" or "é",
            i,
            i % 2
          )
        end) .. "CREATE UNIQUE INDEX ix ON item (a, b);",
        [[op.backfill({ table = "item", key = { "a", "b" }, set = "n = 1 - n", where = "n = 1", batch = 2 })]]
      )
      upgrade()
      assert.equal("0", query("SELECT sum(n) FROM item"))
    end)

    it("runs in a revision without a transaction too", function()
      project(
        ten("id integer PRIMARY KEY", numbered),
        [[op.backfill({ table = "item", set = "n = n + 1", batch = 2 })]]
      )
      local path = dir .. "/migrations/a.lua"
      support.write(path, (support.read(path):gsub("\n", "\ntransaction = false\n", 1)))
      assert.equal(1, neap("upgrade", "head").status)
      query("UPDATE item SET n = 0 WHERE id = 6")
      upgrade()
      assert.equal("10|10", query("SELECT count(*), sum(n) FROM item"))
    end)

    it("refuses a key with NULL, a missing key, a key that changes and a savepoint", function()
      project(
        "CREATE TABLE item (a integer, n integer); INSERT INTO item VALUES (NULL, 0), (1, 0);",
        [[op.backfill({ table = "item", set = "n = 1", key = "a" })]]
      )
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("has NULL in its key %(a%)", result.stderr)
      local path = dir .. "/migrations/a.lua"
      for body, words in pairs({
        ['op.backfill({ table = "item", set = "n = 1", key = "b" })'] = 'has no column "b"',
        ['op.backfill({ table = "item", set = { a = 1 }, key = "a" })'] = 'changes "a"',
        ['assert(op.savepoint(function() op.backfill({ table = "item", set = "n = 1", key = "a" }) end))'] = "keeps a transaction open",
      }) do
        support.write(path, ('revision = "a1"\nfunction upgrade()\n%s\nend\n'):format(body))
        query("DELETE FROM neap_journal")
        result = neap("upgrade", "head")
        assert.equal(1, result.status, result.stderr)
        assert.is_truthy(result.stderr:find(words, 1, true), result.stderr)
      end
      assert.equal("0", query("SELECT sum(n) FROM item"))
    end)

    it("is refused in a run that is one transaction, before anything runs", function()
      project(
        "CREATE TABLE item (id integer PRIMARY KEY, n integer);",
        [[op.execute("CREATE TABLE early (x integer)")
        op.backfill({ table = "item", set = "n = 1" })]]
      )
      local result = neap("upgrade", "head", "--transaction", "all")
      assert.equal(1, result.status, result.stderr)
      assert.is_nil(result.stderr:find("early", 1, true))
    end)
  end)
end

describe("op.backfill on SQLite", function()
  it("goes by the row's number without a primary key, and by typed keys", function()
    local path = support.tempdir() .. "/test.db"
    local dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format("sqlite:" .. path),
      ["migrations/a.lua"] = [[
revision = "a1"
function upgrade()
  op.backfill({ table = "plain", set = "n = n + 1", batch = 2 })
  op.backfill({ table = "main.typed", set = "n = n + 1", batch = 1 })
end
]],
    })
    support.sqlite(
      path,
      [[CREATE TABLE plain (rowid text, n integer); INSERT INTO plain (n) VALUES (0), (0), (0), (0), (0);
      CREATE TABLE typed (k BLOB PRIMARY KEY NOT NULL, n integer) WITHOUT ROWID;
      INSERT INTO typed VALUES (1, 0), (1.5, 0), ('1', 0), (x'00ff', 0), (1e300, 0), ('a''b', 0);]]
    )
    support.must({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(
      "5|6",
      support.sqlite(path, "SELECT (SELECT sum(n) FROM plain), (SELECT sum(n) FROM typed)")
    )
  end)
end)
