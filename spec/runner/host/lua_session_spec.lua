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

describe("COPY data that Lua cannot make to the end", function()
  -- Only neap's own code calls session:copy; an unsafe revision can reach it.
  local body = [[
    local session
    for i = 1, 20 do
      local name, value = debug.getupvalue(op.execute, i)
      session = name == "pipe" and value.run.session or session
    end
    op.execute("CREATE TABLE t (a integer)")
    local function copy()
      local sent = 0
      session:copy("COPY t FROM STDIN", function()
        sent = sent + 1
        if sent > 2 then
          error("no more")
        end
        return "1\\n"
      end, { at = "migrations/a.lua:7" })
    end
  ]]
  local unsafe = support.project({ ["neap.lua"] = "return { unsafe = true }" })

  local function run_unsafe(rest)
    local opened = assert(host.open({ config = unsafe .. "/neap.lua" }))
    local text = 'revision = "a"\nfunction upgrade()\n' .. body .. rest .. "\nend\n"
    return opened:run({ url = support.postgres(), text = text })
  end

  it("fails the revision, with the error that stopped it, also after a pcall", function()
    for _, rest in ipairs({ "copy()", "pcall(copy)" }) do
      local result = run_unsafe(rest)
      assert.is_false(result.ok)
      assert.truthy(result.error.message:find("no more", 1, true), result.error.message)
    end
  end)

  it("is undone alone by a savepoint", function()
    local result = run_unsafe([[
      print(op.savepoint(copy))
      print(op.scalar("SELECT count(*) FROM t"))
    ]])
    assert.is_true(result.ok, result.error and result.error.message)
    assert.truthy(result.prints[1]:find("^false"))
    assert.equal("0", result.prints[2])
  end)
end)
