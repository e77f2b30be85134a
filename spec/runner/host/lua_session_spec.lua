local host = require("neap.host")
local support = require("spec.support")

local dir = support.project()

local function run(url, body)
  local opened = assert(host.open({ config = dir .. "/neap.lua" }))
  return opened:run({
    url = url,
    text = 'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n",
  })
end

local function assert_prints(expected, result)
  assert.is_true(result.ok, result.error and result.error.message)
  assert.same(expected, result.prints)
end

for _, database in ipairs(support.databases) do
  local postgres = database.dialect == "postgresql"

  describe("a revision on " .. database.dialect, function()
    it("gets rows with Lua's own numbers and booleans, and NULL as nothing", function()
      assert_prints(
        {
          "integer\t9223372036854775807",
          "float\t1.5",
          "text\tnil\t" .. (postgres and "true" or "1"),
          "0\tnil\tnil",
        },
        run(
          database.new(),
          [[
        local row = op.row("SELECT 9223372036854775807 AS i, CAST(1.5 AS double precision) AS f, 'text' AS t, "
          .. "NULL AS n, true AS b")
        print(math.type(row.i), row.i)
        print(math.type(row.f), row.f)
        print(row.t, row.n, row.b)
        print(#op.query("SELECT 1 WHERE 1 = 0"), op.row("SELECT 1 WHERE 1 = 0"), op.scalar("SELECT NULL"))
      ]]
        )
      )
    end)

    it("sends parameters of every kind", function()
      local mark = postgres and { "$1", "$2", "$3", "$4", "$5" } or { "?", "?", "?", "?", "?" }
      assert_prints(
        {
          "7\t2.5\ta'b\tnil\t" .. (postgres and "\\x00ff" or "00FF"),
        },
        run(
          database.new(),
          ([[
        op.execute("CREATE TABLE t (i bigint, f double precision, s text, n text, b %s)")
        op.execute("INSERT INTO t VALUES (%s)", { 7, 2.5, "a'b", op.null, op.bytes("\0\255") })
        local row = op.row("SELECT i, f, s, n, %s AS b FROM t")
        print(row.i, row.f, row.s, row.n, row.b)
      ]]):format(
            postgres and "bytea" or "blob",
            table.concat(mark, ", "),
            postgres and "b" or "hex(b)"
          )
        )
      )
    end)

    it("is told which parameter cannot be sent", function()
      for value, message in pairs({
        ["print"] = "parameter 1: expected a value, got a function",
        ['"a\\0b"'] = "a NUL byte in a string; use op.bytes(s) for binary data",
      }) do
        local result = run(
          database.new(),
          ('op.execute("SELECT %s", { %s })'):format(postgres and "$1" or "?", value)
        )
        assert.is_false(result.ok)
        assert.truthy(result.error.message:find(message, 1, true), result.error.message)
        assert.equal("migrations/a.lua:3", result.error.at)
      end
    end)

    it("is told that a statement holds a NUL byte", function()
      local result = run(database.new(), 'op.execute("SELECT 1\\0; SELECT 2")')
      assert.is_false(result.ok)
      assert.truthy(result.error.message:find("NUL byte", 1, true))
    end)

    it("cannot keep more rows than its memory holds", function()
      local result = run(database.new(), postgres and [[
        op.query("SELECT repeat('x', 1000) AS x, i FROM generate_series(1, 1000000) AS i")
      ]] or [[
        op.query("WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 1000000) "
          .. "SELECT printf('%01000d', i) AS x FROM g")
      ]])
      assert.is_false(result.ok)
      assert.equal("migrations/a.lua", result.error.at:match("^[^:]*"))
    end)

    it("continues after a savepoint that failed, and nowhere else", function()
      assert_prints(
        { "false\ttrue", "1" },
        run(
          database.new(),
          [[
        op.execute("CREATE TABLE t (a integer)")
        op.execute("INSERT INTO t VALUES (1)")
        local ok, err = op.savepoint(function()
          op.execute("INSERT INTO t VALUES (2)")
          op.execute("INSERT INTO nowhere VALUES (1)")
        end)
        print(ok, tostring(err):find("nowhere") ~= nil)
        print(op.scalar("SELECT count(*) FROM t"))
      ]]
        )
      )
      local result = run(
        database.new(),
        [[
        pcall(op.execute, "INSERT INTO nowhere VALUES (1)")
        pcall(op.query, "SELECT 1")
        op.execute("CREATE TABLE t (a integer)")
      ]]
      )
      assert.is_false(result.ok)
      assert.truthy(result.error.message:find("nowhere", 1, true))
      assert.equal("migrations/a.lua:3", result.error.at)
    end)

    it("inserts many rows with one statement", function()
      assert_prints(
        { "3\t6" },
        run(
          database.new(),
          [[
        op.execute("CREATE TABLE t (a integer, b text)")
        op.bulk_insert("t", { { a = 1, b = "x" }, { a = 2, b = op.null }, { a = 3, b = "y'z" } })
        local row = op.row("SELECT count(*) AS n, sum(a) AS s FROM t")
        print(row.n, row.s)
      ]]
        )
      )
    end)
  end)
end

for _, database in ipairs(support.databases) do
  describe("rows that a function cannot give to the end, on " .. database.dialect, function()
    -- `good` rows before it fails: none, some that were read ahead, and some that were sent.
    local function body(good, failing)
      return ([[
    op.execute("CREATE TABLE t (a integer, b text)")
    local function insert()
      local n = 0
      op.bulk_insert("t", function()
        n = n + 1
        if n > %d then
          %s
        end
        return { a = n, b = "row" }
      end)
    end
  ]]):format(good, failing)
    end

    for _, good in ipairs({ 0, 5, 1000, 30000 }) do
      it(("fail the revision after %d, also after a pcall"):format(good), function()
        local result = run(database.new(), body(good, 'error("no more")') .. "insert()")
        assert.is_false(result.ok)
        assert.equal("no more", result.error.message)
        assert.equal("migrations/a.lua:9", result.error.at)
        result = run(database.new(), body(good, 'error("no more")') .. "pcall(insert)")
        assert.is_false(result.ok)
        assert.truthy(result.error.message:find("no more", 1, true), result.error.message)
        assert.equal("migrations/a.lua", result.error.at:match("^[^:]*"))
      end)

      it(("are undone alone by a savepoint after %d"):format(good), function()
        local result = run(database.new(), body(good, "error({ no = 'more' })") .. [[
          print(op.savepoint(insert))
          print(op.scalar("SELECT count(*) FROM t"))
          op.bulk_insert("t", { { a = 1 } })
          print(op.scalar("SELECT count(*) FROM t"))
        ]])
        assert.is_true(result.ok, result.error and result.error.message)
        assert.truthy(result.prints[1]:find("^false"))
        assert.equal("0", result.prints[2])
        assert.equal("1", result.prints[3])
      end)
    end

    it("cannot call op meanwhile", function()
      for _, good in ipairs({ 0, 5, 5000 }) do
        for call, name in pairs({
          ['op.query("SELECT 1")'] = "op.query",
          ['op.execute("SELECT 1")'] = "op.execute",
          ["op.commit()"] = "op.commit",
          ["op.savepoint(print)"] = "op.savepoint",
          ['op.bulk_insert("t", {})'] = "op.bulk_insert",
        }) do
          local result = run(database.new(), body(good, call) .. "insert()")
          assert.is_false(result.ok)
          assert.equal(
            name .. " is called by the function that gives op.bulk_insert its rows: call it before",
            result.error.message
          )
          assert.equal("migrations/a.lua:9", result.error.at)
        end
      end
    end)

    it("say when the memory is not enough", function()
      local opened = assert(host.open({ config = dir .. "/neap.lua" }))
      local result = opened:run({
        url = database.new(),
        memory = 3000000,
        text = 'revision = "a"\nfunction upgrade()\n'
          .. body(3000, 'n = ("x"):rep(1e7)')
          .. "insert()\nend\n",
      })
      assert.is_false(result.ok)
      assert.matches("^Lua needs more than", result.error.message)
      assert.is_nil(result.error.detail)
    end)
  end)
end
