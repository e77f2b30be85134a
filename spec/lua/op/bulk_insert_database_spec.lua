--- bulk_insert on both databases: what goes in comes out, by INSERT and by COPY.

local support = require("spec.support")

local nasty = "tab\t newline\n return\r backslash\\ quote' \\N \\. {a} ü \1"

local function run(url, body, options)
  local dir = support.project()
  local host = assert(require("neap.host").open({ config = dir .. "/neap.lua" }))
  local text = 'revision = "b"\nfunction upgrade()\n' .. body .. "\nend\n"
  local given = { path = dir .. "/migrations/b.lua", text = text, url = url }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  local result = host:run(given)
  host:close()
  return result
end

local function must(...)
  local result = run(...)
  assert.is_true(result.ok, result.error and result.error.message)
  return result
end

-- Rows like { id = 1, name = nasty, ... }, as many as it takes for COPY or not.
local function body(count, extra)
  return ([[
    local nasty = %q
    local rows = {}
    for i = 1, %d do
      rows[i] = { id = i, name = nasty, empty = "", score = i + 0.5, whole = 2.0, active = i %% 2 == 0, gone = op.null,
        raw = op.bytes("\0\255\\x"), day = "2014-04-01" %s }
    end
    op.bulk_insert("account", rows)]]):format(nasty, count, extra or "")
end

local columns =
  [[id integer, name text, empty text, score double precision, whole integer, active boolean,
  gone text, raw %s, day date]]

describe("op.bulk_insert", function()
  for _, count in ipairs({ 3, 2500 }) do
    it(("writes %d rows to PostgreSQL"):format(count), function()
      local url = support.postgres()
      local types = columns:format("bytea") .. ", tags text[], doc jsonb, matrix integer[]"
      support.psql(url, "CREATE TABLE account (" .. types .. ")")
      local extra =
        [[, tags = { "a", nasty, op.null, "" }, doc = { list = { 1, nasty }, yes = true, no = op.null },
        matrix = { { 1, 2 }, { 3, 4 } }]]
      must(url, body(count, extra))
      local same = [[SELECT count(*), count(DISTINCT id) FROM account
        WHERE name = %s AND empty = '' AND score = id + 0.5 AND whole = 2 AND active = (id %% 2 = 0) AND gone IS NULL
          AND raw = '\x00ff5c78' AND day = '2014-04-01' AND tags = ARRAY['a', %s, NULL, ''] AND matrix[2][1] = 3
          AND doc = jsonb_build_object('list', jsonb_build_array(1, %s), 'yes', true, 'no', null)]]
      local literal = "E'" .. nasty:gsub("\\", "\\\\"):gsub("'", "''") .. "'"
      assert.equal(
        ("%d|%d"):format(count, count),
        support.psql(url, same:format(literal, literal, literal))
      )
    end)

    it(("writes %d rows to SQLite"):format(count), function()
      local file = support.tempdir() .. "/b.db"
      support.sqlite(file, "CREATE TABLE account (" .. columns:format("blob") .. ", tags text);")
      must("sqlite:" .. file, body(count, ", tags = { 1, 'x' }"))
      local same = [[SELECT count(*), count(DISTINCT id) FROM account
        WHERE name = %s AND empty = '' AND score = id + 0.5 AND whole = 2 AND active = (id %% 2 = 0) AND gone IS NULL
          AND raw = x'00ff5c78' AND day = '2014-04-01' AND tags = '[1,"x"]';]]
      local literal = "'" .. nasty:gsub("'", "''") .. "'"
      assert.equal(("%d|%d"):format(count, count), support.sqlite(file, same:format(literal)))
    end)
  end

  it("says when COPY may not do it, and inserts", function()
    local url = support.postgres()
    support.psql(
      url,
      [[CREATE TABLE item (id integer GENERATED ALWAYS AS IDENTITY, name text);
        CREATE VIEW item_names AS SELECT name FROM item;]]
    )
    must(
      url,
      [[local rows = {}
        for i = 1, 1500 do rows[i] = { name = "n" .. i } end
        op.bulk_insert("item_names", rows)]]
    )
    assert.equal("1500|1500", support.psql(url, "SELECT count(*), max(id) FROM item"))
    local result = run(
      url,
      [[local rows = {}
        for i = 1, 1500 do rows[i] = { id = i, name = "n" } end
        op.bulk_insert("item", rows)]]
    )
    -- PostgreSQL 13 has other words.
    assert.matches('^cannot insert .*into column "id"', result.error.message)
  end)

  it("names the row's value that COPY's encoder cannot take, and writes nothing", function()
    local url = support.postgres()
    support.psql(url, "CREATE TABLE item (id integer, name text)")
    local result = run(
      url,
      [[local rows = {}
        for i = 1, 1500 do rows[i] = { id = i, name = i == 1400 and "a\0b" or "n" } end
        op.bulk_insert("item", rows)]]
    )
    assert.is_false(result.ok)
    assert.matches("NUL byte", result.error.message)
    assert.matches("migrations/b.lua", result.error.at)
    assert.equal("0", support.psql(url, "SELECT count(*) FROM item"))
  end)

  it("gives the same through a script", function()
    local url = support.postgres()
    support.psql(url, "CREATE TABLE account (" .. columns:format("bytea") .. ")")
    local script = must(nil, body(1200), { dialect = "postgresql" }).sql
    support.psql(url, script)
    assert.equal(
      "1200",
      support.psql(url, "SELECT count(*) FROM account WHERE raw = '\\x00ff5c78'")
    )
  end)

  it("says which column the table lacks", function()
    local url = support.postgres()
    support.psql(url, "CREATE TABLE item (id integer, tags text[])")
    local result = run(url, 'op.bulk_insert("item", { { tgas = { "a" } } })')
    assert.equal(
      'op.bulk_insert: item has no column "tgas" (did you mean "tags"?)',
      result.error.message
    )
    result = run(url, 'op.bulk_insert("item", { { id = { "a" } } })')
    assert.equal(
      'op.bulk_insert: column "id" is integer, and a list or table goes into an array, json or jsonb',
      result.error.message
    )
  end)
end)

-- A row with every kind of value, and what PostgreSQL's column for it is.
local kinds = {
  { "bigint", "math.maxinteger", "math.mininteger", "0", "-1", "2.0", '"17"', "op.null" },
  {
    "text",
    "7",
    "-0.0",
    "0.1",
    "1e21",
    "true",
    "false",
    '""',
    '"\\\\N"',
    '"\\\\."',
    "nasty",
    "long",
    '"ü€😀"',
  },
  {
    "double precision",
    "1 / 3",
    "0.1 + 0.2",
    "-2.5e-9",
    "1e300",
    "12345.678",
    "0 / 0",
    "1 / 0",
    "-1 / 0",
    "3",
  },
  { "numeric", "0.1", "1e-7", "123456789012345.678", "99999.99", "2 ^ 63", '"1.50"' },
  { "boolean", "true", "false", "1", "0", '"yes"', "op.null" },
  { "bytea", "op.bytes(all_bytes)", 'op.bytes("")', '"\\\\x00ff"', "op.null" },
  { "date", '"2014-04-01"' },
  { "timestamptz", '"2014-04-01 12:00:00+02"' },
  { "text[]", "{}", '{ "a", nasty, op.null, "" }', '{ "NULL", "{", ",", " x " }', '"{x,y}"' },
  { "integer[]", "{ { 1, 2 }, { 3, 4 } }", "{ 1.0, op.null }" },
  {
    "jsonb",
    "{}",
    "{ list = { 1, nasty }, yes = true, no = op.null, deep = { { x = 1.5 } } }",
    "5",
    '"\\"s\\""',
  },
  { "char(5)", '"ab"' },
  { "uuid", '"00000000-0000-0000-0000-0000000000ff"' },
}

-- The column's name is long enough for Lua to keep each of its copies apart, or needs quotes.
local function every_kind()
  local defined, fields, number = {}, {}, 0
  for _, kind in ipairs(kinds) do
    for i = 2, #kind do
      number = number + 1
      local name = ("%s %d"):format(number % 2 == 0 and "A" or ("column"):rep(9), number)
      defined[#defined + 1] = ('"%s" %s'):format(name, kind[1])
      local typed = kind[1]:find("[]", 1, true) or kind[1] == "jsonb"
      fields[#fields + 1] = {
        text = ("[%q] = %s"):format(name, kind[i]),
        type = typed and ("[%q] = %q"):format(name, kind[1]) or nil,
      }
    end
  end
  local row, types = {}, {}
  for i, field in ipairs(fields) do
    row[i] = field.text
    types[#types + 1] = field.type
  end
  return table.concat(defined, ", "), table.concat(row, ", "), table.concat(types, ", ")
end

local names = ([[
    local nasty, long = %q, ("abc\n"):rep(500)
    local all_bytes = {}
    for byte = 0, 255 do all_bytes[#all_bytes + 1] = string.char(byte) end
    all_bytes = table.concat(all_bytes)
]]):format(nasty)

describe("every kind of value", function()
  -- As a few rows, as many, as a function's, and as a function's that are all one table.
  local function bodies(row, options)
    local few = names
      .. ("    local function row() return { %s } end\n    local opts = %s\n"):format(row, options)
    return {
      few = few .. '    op.bulk_insert("account", { row() }, opts)',
      many = few .. [[
    local rows = {}
    for i = 1, 1001 do rows[i] = row() end
    op.bulk_insert("account", rows, opts)]],
      given = few .. [[
    local i = 0
    op.bulk_insert("account", function()
      i = i + 1
      return i <= 1001 and row() or nil
    end, opts)]],
      same = few .. [[
    local i, one = 0, row()
    op.bulk_insert("account", function()
      i = i + 1
      return i <= 1001 and one or nil
    end, opts)]],
    }
  end

  it("is the same on PostgreSQL by INSERT, by COPY and through a script", function()
    local defined, row, types = every_kind()
    local url = support.postgres()
    support.psql(url, "CREATE TABLE account (" .. defined .. ")")
    local function distinct(rows)
      local shown = support.psql(
        url,
        "SELECT count(*), md5(account::text) FROM account GROUP BY 2; TRUNCATE account"
      )
      local count, hash = shown:match("^(%d+)|(%x+)$")
      assert.equal(rows, tonumber(count), shown)
      return hash
    end
    local found
    for name, text in pairs(bodies(row, "{ columns = { " .. types .. " } }")) do
      for _, offline in ipairs({ false, true }) do
        if offline then
          support.psql(url, must(nil, text, { dialect = "postgresql" }).sql)
        else
          must(url, text)
        end
        local hash = distinct(name == "few" and 1 or 1001)
        found = found or hash
        assert.equal(found, hash, name .. (offline and ", offline" or ""))
      end
    end
  end)

  it("is the same on SQLite, also through a script", function()
    local file = support.tempdir() .. "/k.db"
    local defined, row = every_kind()
    defined = defined:gsub("%b()", ""):gsub("%[%]", "")
    support.sqlite(file, "CREATE TABLE account (" .. defined .. ");")
    local all = {}
    for name in defined:gmatch('"([^"]+)"') do
      all[#all + 1] = ('quote("%s") || typeof("%s")'):format(name, name)
    end
    local same = ("SELECT count(*), count(DISTINCT %s), %s FROM account; DELETE FROM account;"):format(
      table.concat(all, " || "),
      table.concat(all, " || ")
    )
    local found
    for name, text in pairs(bodies(row, "nil")) do
      for _, offline in ipairs({ false, true }) do
        if offline then
          support.sqlite(file, must(nil, text, { dialect = "sqlite" }).sql)
        else
          must("sqlite:" .. file, text)
        end
        local count, distinct, values = support.sqlite(file, same):match("^(%d+)|(%d+)|(.*)$")
        assert.equal(name == "few" and "1" or "1001", count)
        assert.equal("1", distinct)
        found = found or values
        assert.equal(found, values, name .. (offline and ", offline" or ""))
      end
    end
  end)
end)

for _, database in ipairs(support.databases) do
  describe("op.bulk_insert on " .. database.dialect, function()
    local url, dir

    local function project(text, header)
      url = database.new()
      dir = support.project({
        ["neap.lua"] = ("return { url = %q }\n"):format(url),
        ["migrations/a.lua"] = ('revision = "a1"\n%s\nfunction upgrade()\n%s\nend\n'):format(
          header or "",
          text
        ),
      })
      database.query(
        url,
        "CREATE TABLE item (id integer PRIMARY KEY, name text DEFAULT 'none', note text)"
      )
    end

    local function neap(...)
      return support.run({ "neap", ... }, { cwd = dir })
    end

    local function count()
      return database.query(url, "SELECT count(*) FROM item")
    end

    -- Rows of three shapes, of which no thousand in a row are alike, then some that are.
    local mixed = [[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    if i > 6000 then return nil end
    if i > 3000 then return { id = i, name = "n", note = i == fail_at and {} or "same" } end
    if i %% 3 == 0 then return { id = i } end
    if i %% 3 == 1 then return { id = i, name = op.sql("upper('x')") } end
    return { id = i, name = op.null, note = "x" }
  end)]]

    it("takes rows of all shapes from a function", function()
      project((mixed:gsub("%%%%", "%%")))
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal(
        "6000|2000|3000|4000|1000",
        (
          database.query(
            url,
            [[SELECT count(*), sum(CASE WHEN name IN ('none', 'X') THEN 1 END), sum(CASE WHEN name = 'n' THEN 1 END),
            count(note), sum(CASE WHEN name IS NULL THEN 1 END) FROM item]]
          )
        )
      )
    end)

    it("takes values in an order, and rows of them that are unlike the others", function()
      project([[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    if i > 6000 then return nil end
    if i == 2500 then return op.sql("upper('x')"), i end
    if i == 2600 then return "n", i end
    if i % 3 == 0 then return op.null, i, op.bytes("y") end
    return "n", i, i % 3 == 1 and 1.5 or "z"
  end, { columns = { "name", "id", "note" } })]])
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal(
        "6000|3999|1999|1|5998|18003000",
        (
          database.query(
            url,
            [[SELECT count(*), sum(CASE WHEN name = 'n' THEN 1 END), sum(CASE WHEN note = '1.5' THEN 1 END),
            sum(CASE WHEN name = 'X' THEN 1 END), count(note), sum(id) FROM item]]
          )
        )
      )
    end)

    it("names the row of values in an order that is wrong", function()
      for _, at in ipairs({ 3, 2500 }) do
        for wrong, said in pairs({
          ['i, "n", "x", 4'] = "row %d has 4 values for 3 columns",
          ["i, print"] = 'row %d, column "name": expected a value, got a function',
        }) do
          project(([[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    if i == %d then return %s end
    if i <= 4000 then return i, "n", "x" end
  end, { columns = { "id", "name", "note" } })]]):format(at, wrong))
          local result = neap("upgrade", "head")
          assert.equal(1, result.status)
          assert.matches(said:format(at), result.stderr, 1, true)
          assert.matches("migrations/a.lua:5", result.stderr, 1, true)
          assert.equal("0", count())
        end
      end
    end)

    it("names the row that the database refuses", function()
      for _, bad in ipairs({ 3, 1500, 4800 }) do
        project(([[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    if i <= 1200 then return { id = i } end
    return i <= 5000 and { id = i == %d and 1 or i, name = "n" } or nil
  end)]]):format(math.max(bad, 1201)))
        local result = neap("upgrade", "head")
        assert.equal(1, result.status)
        assert.matches("ROW: " .. math.max(bad, 1201), result.stderr)
        assert.matches("migrations/a.lua:5", result.stderr)
        assert.equal("0", count())
      end
    end)

    it("names the row and the column of a value that nothing can hold", function()
      for _, rows in ipairs({ 5, 3000 }) do
        local list = ('local rows = {}\n  for i = 1, %d do rows[i] = { id = i, name = i == %d and print or "n" } end\n'):format(
          rows,
          rows
        )
        for _, given in ipairs({
          "rows",
          "(function() local i = 0 return function() i = i + 1 return rows[i] end end)()",
        }) do
          project(list .. '  op.bulk_insert("item", ' .. given .. ")")
          local result = neap("upgrade", "head")
          assert.equal(1, result.status)
          assert.truthy(
            result.stderr:find(
              ('op.bulk_insert: row %d, column "name": expected a value, got a function'):format(
                rows
              ),
              1,
              true
            ),
            result.stderr
          )
          assert.matches("migrations/a.lua:6", result.stderr)
          assert.equal("0", count())
        end
      end
    end)

    it("names the row that is none", function()
      project([[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    return i <= 2500 and { id = i } or "end"
  end)]])
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches('row 2501 is the string "end"; expected a table', result.stderr)
      assert.equal("0", count())
    end)

    it("is one step of a stepwise revision, done or not done", function()
      local last = '\n  op.execute("INSERT INTO item (id) SELECT id FROM gate")'
      project((mixed:gsub("%%%%", "%%")) .. last, "transaction = false")
      local result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("gate", result.stderr)
      assert.equal("6000", count())
      assert.equal("1", database.query(url, "SELECT count(*) FROM neap_journal"))
      database.query(url, "CREATE TABLE gate (id integer); INSERT INTO gate VALUES (0)")
      result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      assert.equal("6001", count())

      project(
        (mixed:gsub("%%%%", "%%"):gsub("fail_at", "5999"):gsub("{} or", "{ print } or")),
        "transaction = false"
      )
      result = neap("upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("row 5999", result.stderr)
      assert.equal("0", count())
      assert.equal("0", database.query(url, "SELECT count(*) FROM neap_journal"))
    end)

    it("stops for a signal in the middle, with nothing written", function()
      for _, slow in ipairs({ "", "for _ = 1, 1e9 do end" }) do
        project([[
  local i = 0
  op.bulk_insert("item", function()
    i = i + 1
    if i == 50000 then ]] .. slow .. [[ end
    return { id = i, name = "x" }
  end)]])
        local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
        os.execute("sleep 0.4")
        runner.signal("INT")
        local result = runner.wait(5)
        assert.equal(130, result.status, result.stderr)
        assert.equal("0", count())
      end
    end)

    it("holds a few rows in memory, however many there are", function()
      url = database.new()
      database.query(url, "CREATE TABLE item (id integer, name text, note text)")
      local result = run(
        url,
        [[local i = 0
        op.bulk_insert("item", function()
          i = i + 1
          return i <= 100000 and { id = i, name = ("x"):rep(100) .. i, note = "y" } or nil
        end)]],
        { memory = 8000000 }
      )
      assert.is_true(result.ok, result.error and result.error.message)
      assert.equal("100000", count())
    end)
  end)
end
