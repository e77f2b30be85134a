local db = require("neap.db")
local support = require("spec.support")

--- The text that the script driver makes of these statements, and what it answered last.
local function script(dialect, ...)
  local connection = assert(db.script(dialect))
  local answer, err
  for _, statement in ipairs({ ... }) do
    if type(statement) == "string" then
      statement = { statement }
    end
    answer, err = connection:send(
      statement[1],
      statement[2],
      { rows = false, at = "a.lua:7", via = "b.lua:2", purpose = "here" }
    )
    if not answer then
      break
    end
  end
  local text = connection:written()
  connection:close()
  return text, err
end

describe("the script driver", function()
  it("writes each statement with its semicolon", function()
    for _, dialect in ipairs({ "postgresql", "sqlite" }) do
      assert.equal("SELECT 1;\nSELECT ';';\n", script(dialect, "SELECT 1", "SELECT ';'"))
    end
  end)

  it("keeps the semicolon out of a comment", function()
    assert.equal(
      "SELECT 1 -- one\n;\nSELECT 2;\n",
      script("postgresql", "SELECT 1 -- one", "SELECT 2")
    )
    assert.equal("SELECT 1 -- one\n\n;\n", script("sqlite", "SELECT 1 -- one\n"))
    assert.equal("SELECT 1 /* -- */;\n", script("sqlite", "SELECT 1 /* -- */"))
    assert.equal("SELECT '-- ';\n", script("sqlite", "SELECT '-- '"))
    assert.equal("-- nothing\n\n", script("postgresql", "-- nothing"))
  end)

  it("refuses what would swallow the rest of the script", function()
    for _, sql in ipairs({ "SELECT 'a", 'SELECT "a', "SELECT 1 /* a" }) do
      for _, dialect in ipairs({ "postgresql", "sqlite" }) do
        local text, err = script(dialect, sql)
        assert.equal("", text)
        assert.equal("failed", err.kind)
        assert.equal("a quote or comment in this SQL is never closed", err.message)
        assert.same({ "a.lua:7", "b.lua:2", sql }, { err.at, err.via, err.sql })
      end
    end
  end)

  it("has no rows to give", function()
    for _, dialect in ipairs({ "postgresql", "sqlite" }) do
      local connection = db.script(dialect)
      local answer, err = connection:send("SELECT 1", {}, { at = "a.lua:7", purpose = "here" })
      assert.is_nil(answer)
      assert.equal("usage", err.kind)
      assert.equal("a query needs a live database, and this is offline mode (--sql)", err.message)
      assert.matches("neap.offline", err.advice, 1, true)
      assert.equal("a.lua:7", err.at)
      assert.equal("here", connection:failed_purpose())
      assert.equal("", connection:written())
    end
  end)

  it("follows transactions", function()
    for _, dialect in ipairs({ "postgresql", "sqlite" }) do
      local connection = db.script(dialect)
      local function after(sql)
        assert(connection:send(sql, {}, { rows = false }))
        assert(connection:flush())
        return connection:transaction()
      end
      assert.equal("idle", connection:transaction())
      assert.equal("idle", after("SELECT 'BEGIN'"))
      assert.equal("open", after("-- a\nBEGIN"))
      assert.equal("open", after("SAVEPOINT a"))
      assert.equal("open", after("ROLLBACK TO a"))
      assert.equal("idle", after("COMMIT"))
      assert.equal("idle", after("BEGIN; ROLLBACK"))
    end
  end)

  it("answers as if all went well", function()
    local connection = db.script("sqlite")
    local answer = connection:send("INSERT INTO a VALUES (1)", {}, { rows = false })
    assert(connection:flush())
    assert.same({ true, 0, "" }, { answer.done, answer.affected, answer.tag })
    assert.equal("script", connection:driver())
  end)
end)

describe("parameters in a script", function()
  local values = {
    5,
    -5,
    math.mininteger,
    math.maxinteger,
    0.1,
    -2.0,
    1e300,
    5e-324,
    0 / 0,
    1 / 0,
    -1 / 0,
    true,
    false,
    "it's",
    "a\\b",
    "a\nb;",
    "$1 ?1",
    db.null,
    { bytes = "" },
    { bytes = "\0'\xFF" },
  }

  it("become literals of PostgreSQL, without a type of their own", function()
    local marks = {}
    for index = 1, #values do
      table.insert(marks, "$" .. index)
    end
    assert.equal("SELECT " .. table.concat({
      "'5'",
      "'-5'",
      "'-9223372036854775808'",
      "'9223372036854775807'",
      "'0.1'",
      "'-2'",
      "'1e+300'",
      "'4.94065645841247e-324'",
      "'NaN'",
      "'Infinity'",
      "'-Infinity'",
      "'t'",
      "'f'",
      "'it''s'",
      [[E'a\\b']],
      "'a\nb;'",
      "'$1 ?1'",
      "NULL",
      [[E'\\x']],
      [[E'\\x0027ff']],
    }, ",") .. ";\n", script("postgresql", { "SELECT " .. table.concat(marks, ","), values }))
  end)

  it("become literals of SQLite", function()
    local marks = {}
    for _ = 1, #values do
      table.insert(marks, "?")
    end
    assert.equal("SELECT " .. table.concat({
      "5",
      "(-5)",
      "(-9223372036854775808)",
      "9223372036854775807",
      "0.1",
      "(-2.0)",
      "1e+300",
      "4.94065645841247e-324",
      "NULL",
      "9e999",
      "(-9e999)",
      "1",
      "0",
      "'it''s'",
      [['a\b']],
      "'a\nb;'",
      "'$1 ?1'",
      "NULL",
      "x''",
      "x'0027ff'",
    }, ",") .. ";\n", script("sqlite", { "SELECT " .. table.concat(marks, ","), values }))
  end)

  it("go where the placeholders are, and nowhere else", function()
    assert.equal(
      "SELECT '7'::int, a$1, '$1', \"$1\", $$ $1 $$ /* $1 */, b[ '7' ], 1 - '7', f('8','7') -- $1\n;\n",
      script("postgresql", {
        "SELECT $1::int, a$1, '$1', \"$1\", $$ $1 $$ /* $1 */, b[$1], 1 -$1, f($2,$1) -- $1",
        { 7, 8 },
      })
    )
    assert.equal(
      "SELECT 7, 8, 7, 9, '?', [?], `?` /* ? */ LIMIT 7 or 8 and a -- ?\n;\n",
      script(
        "sqlite",
        { "SELECT ?, ?, ?1, ?, '?', [?], `?` /* ? */ LIMIT?1or $2 and a -- ?", { 7, 8, 9 } }
      )
    )
    assert.equal("SELECT $1, '?', ?;\n", script("sqlite", { "SELECT $1, '?', ?", {} }))
  end)

  it("must have a value", function()
    for sql, message in pairs({
      ["SELECT $2"] = "$2 has no value: the statement got 1 parameter",
      ["SELECT $0"] = "$0 has no place in a list of parameters",
      ["SELECT $99999999999999999999"] = "$99999999999999999999 has no value: the statement got 1 parameter",
    }) do
      local text, err = script("postgresql", { sql, { 1 } })
      assert.same({ "", "failed", message, "a.lua:7" }, { text, err.kind, err.message, err.at })
    end
    for sql, message in pairs({
      ["SELECT ?, ?"] = "? has no value: the statement got 1 parameter",
      ["SELECT ?2"] = "?2 has no value: the statement got 1 parameter",
      ["SELECT :a"] = ":a has no place in a list of parameters",
      ["SELECT @a"] = "@a has no place in a list of parameters",
    }) do
      local text, err = script("sqlite", { sql, { 1 } })
      assert.same({ "", "failed", message, "a.lua:7" }, { text, err.kind, err.message, err.at })
    end
  end)

  it("arrive in both databases as they were given", function()
    local columns =
      "(i bigint, r double precision, b boolean, t text, x bytea, n numeric, d date, j text)"
    local row = {
      -7,
      0.1,
      true,
      "it's \\ \n; \u{1F600}",
      { bytes = "\0\xFF\\'" },
      "12.50",
      "2014-04-01",
      math.mininteger,
    }
    local url = support.postgres()
    support.psql(
      url,
      script(
        "postgresql",
        "CREATE TABLE a " .. columns,
        { "INSERT INTO a VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", row }
      )
    )
    assert.equal(
      "-7|0.1|t|\\x69742773205c200a3b20f09f9880|\\x00ff5c27|12.50|2014-04-01|-9223372036854775808",
      support.psql(url, "SELECT i, r, b, convert_to(t, 'UTF8'), x, n, d, j FROM a")
    )
    local file = support.tempdir() .. "/a.db"
    support.sqlite(
      file,
      script(
        "sqlite",
        "CREATE TABLE a " .. columns,
        { "INSERT INTO a VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row }
      )
    )
    assert.equal(
      "-7|0.1|1|69742773205C200A3B20F09F9880|00FF5C27|12.5|2014-04-01|-9223372036854775808|integer",
      support.sqlite(file, "SELECT i, r, b, hex(t), hex(x), n, d, j, typeof(i) FROM a;")
    )
  end)

  it("hold NUL bytes on SQLite, and are refused on PostgreSQL", function()
    local text = script("sqlite", { "SELECT hex(?), typeof(?1)", { "a\0b" } })
    assert.equal("610062|text", support.sqlite(":memory:", text))
    local _, err = script("postgresql", { "SELECT $1", { "a\0b" } })
    assert.equal("a text with a NUL byte is no PostgreSQL text", err.message)
  end)
end)

describe("COPY in a script", function()
  local function copy(statement, pieces)
    local connection = db.script("postgresql")
    assert(connection:copy_begin(statement))
    for _, piece in ipairs(pieces) do
      assert(connection:copy_data(piece))
    end
    assert(connection:copy_end())
    return connection:written()
  end

  it("is followed by its data and the end of data", function()
    assert.equal("COPY a FROM stdin;\n1\n2\n\\.\n", copy("COPY a FROM stdin", { "1\n", "2", "\n" }))
    assert.equal("COPY a FROM stdin -- b\n;\n\\.\n", copy("COPY a FROM stdin -- b", {}))
    assert.equal("COPY a FROM stdin;\n1\n\\.\n", copy("COPY a FROM stdin", { "1" }))
  end)

  it("ends where the server sees the end", function()
    assert.equal(
      "COPY a FROM stdin;\n1\n\\.\n",
      copy("COPY a FROM stdin", { "1\n\\", ".\n2\n", "3" })
    )
    assert.equal("COPY a FROM stdin;\n1\n\\.\n", copy("COPY a FROM stdin", { "1\n\\." }))
    assert.equal("COPY a FROM stdin;\n\\.\r\n", copy("COPY a FROM stdin", { "\\.\r\n" }))
    assert.equal(
      "COPY a FROM stdin;\n\\.x\n\\..\n\\.\n",
      copy("COPY a FROM stdin", { "\\.x\n\\.." })
    )
  end)

  it("is read by psql", function()
    local url = support.postgres()
    support.psql(
      url,
      "CREATE TABLE a (t text);" .. copy("COPY a FROM stdin", { "it's;\n$$\n", "\\\\.\n" })
    )
    assert.equal("it's;\n$$\n\\.", support.psql(url, "SELECT t FROM a"))
  end)

  it("is an error on SQLite", function()
    local ok, err = db.script("sqlite"):copy_begin("COPY a FROM stdin")
    assert.is_nil(ok)
    assert.equal("COPY is not SQL for SQLite", err.message)
  end)
end)

describe("a script of neap upgrade --sql", function()
  local revision = [[
revision = "aa"
function upgrade()
  op.execute("SELECT 1")
end
]]

  local function project(message)
    return support.project({ ["migrations/a.lua"] = "--- " .. message .. "\n" .. revision })
  end

  it("keeps a message inside its comment", function()
    for _, line_break in ipairs({ "\r", "\v", "\f", "\u{85}", "\u{2028}", "\u{2029}" }) do
      local dir = project("one" .. line_break .. "DROP TABLE a;")
      for _, dialect in ipairs({ "postgresql", "sqlite" }) do
        local result = support.run({ "neap", "upgrade", "aa", "--sql" }, {
          cwd = dir,
          env = { NEAP_URL = dialect == "sqlite" and "sqlite:a.db" or "postgresql:///a" },
        })
        if result.status == 0 then -- a carriage return may end the line in the revision file, too
          assert.matches("\n-- DROP TABLE a;\n", result.stdout, 1, true)
          assert.is_nil(result.stdout:find("one" .. line_break .. "DROP TABLE a;\n", 1, true))
        else
          assert.equal("\r", line_break, result.stderr)
        end
      end
    end
  end)

  it("that cannot be written is a failure", function()
    local result = support.run({
      "sh",
      "-c",
      'exec "$0" upgrade aa --sql >/dev/full',
      support.bin,
    }, { cwd = project("one") })
    assert.equal(1, result.status, result.stderr)
    assert.matches("No space left on device", result.stderr, 1, true)
  end)
end)
