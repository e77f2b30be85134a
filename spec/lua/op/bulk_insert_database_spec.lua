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
    assert.matches('cannot insert a non%-DEFAULT value into column "id"', result.error.message)
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
