--- Which partitions op.each_partition takes, and in what order: as the server compares the values of the key.

local support = require("spec.support")

-- What a revision prints for each_partition(..., options), of a table made by setup; its status and errors.
local function names(setup, options, settings)
  local url = support.postgres()
  support.psql(url, setup)
  local dir = support.project({
    ["neap.lua"] = ("return { url = %q, settings = { %s } }"):format(url, settings or ""),
    ["migrations/a.lua"] = ([[
revision = "a"
function upgrade()
  op.each_partition("r", function(name) print("= " .. name:match("[^.]*$")) end, { %s })
end]]):format(options),
  })
  local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
  local list = {}
  for name in result.stderr:gmatch("= (%S+)\n") do
    list[#list + 1] = name
  end
  return table.concat(list, " "), result
end

local function ranges(key, ...)
  local sql = { ("CREATE TABLE r (k %s) PARTITION BY RANGE (k);"):format(key) }
  local list = { ... }
  for i = 1, #list - 1 do
    sql[#sql + 1] = ("CREATE TABLE p%d PARTITION OF r FOR VALUES FROM (%s) TO (%s);"):format(
      i,
      list[i],
      list[i + 1]
    )
  end
  return table.concat(sql, "\n")
end

local DAYS =
  ranges("date", "MINVALUE", "'2024-01-30'", "'2024-02-03'", "'10000-01-01'", "'infinity'")

local cases = {
  {
    "dates in any DateStyle",
    DAYS,
    'from = "2024-01-30", order = "newest last"',
    "p2 p3 p4",
    'DateStyle = "German, DMY"',
  },
  {
    "dates before Christ",
    ranges("date", "'0044-01-01 BC'", "'0010-01-01 BC'", "'2024-01-01'"),
    'order = "newest last"',
    "p1 p2",
  },
  { "dates that end before another", DAYS, 'before = "2024-02-03"', "p1 p2" },
  { "those that begin before another", DAYS, 'to = "2024-01-31", order = "newest first"', "p2 p1" },
  {
    "integers",
    ranges("bigint", "-100", "-5", "9", "100", "1000"),
    'from = -5, before = 100, order = "newest last"',
    "p2 p3",
  },
  { "numbers as numbers", ranges("numeric", "2.5", "10", "100"), "from = 10", "p2" },
  {
    "texts in their collation",
    ranges('text COLLATE "C"', "'B'", "'a'", "'b''x'", "'c\\d'"),
    'order = "newest last"',
    "p1 p2 p3",
  },
  {
    "an hour that a day has twice",
    "SET TimeZone = 'UTC'; " .. ranges(
      "timestamptz",
      "'2024-10-27 00:00'",
      "'2024-10-27 00:30'",
      "'2024-10-27 01:00'",
      "'2024-10-27 01:30'"
    ),
    'order = "newest last"',
    "p1 p2 p3",
    'TimeZone = "Europe/Berlin"',
  },
  {
    "an expression",
    "CREATE TABLE r (k timestamp) PARTITION BY RANGE ((k::date)); "
      .. "CREATE TABLE b PARTITION OF r FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');"
      .. "CREATE TABLE a PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    'order = "newest last"',
    "b a",
  },
  {
    "partitions of partitions by the range above them",
    DAYS
      .. "CREATE TABLE p5 PARTITION OF r DEFAULT; CREATE TABLE x PARTITION OF r FOR VALUES FROM ('infinity') TO (MAXVALUE) "
      .. "PARTITION BY LIST (k); CREATE TABLE y PARTITION OF x DEFAULT",
    'leaves = true, from = "2024-02-03", order = "newest first"',
    "y p4 p3",
  },
  {
    "tables that inherit by their check and their name",
    "CREATE TABLE r (k date); CREATE TABLE c_20240101 () INHERITS (r); CREATE TABLE b_202402 () INHERITS (r);"
      .. "CREATE TABLE a (CHECK (k >= '2024-01-15' AND k < '2024-02-01')) INHERITS (r); CREATE TABLE d_20240199 () INHERITS (r)",
    'order = "newest first"',
    "b_202402 a c_20240101 d_20240199",
  },
}

describe("op.each_partition takes", function()
  for _, case in ipairs(cases) do
    it(case[1], function()
      local found, result = names(case[2], case[3], case[5])
      assert.equal(0, result.status, result.stderr)
      assert.equal(case[4], found)
    end)
  end

  local lists =
    "CREATE TABLE r (k int) PARTITION BY LIST (k); CREATE TABLE a PARTITION OF r FOR VALUES IN (1)"
  for _, case in ipairs({
    {
      "an end of another type",
      ranges("bigint", "1", "2"),
      'from = "2024-01-01"',
      'invalid input syntax for type bigint: "2024-01-01"',
    },
    { "a beginning of lists", lists, "from = 1", 'no partition of "r" tells where it begins' },
    { "an end of lists", lists, "before = 1", 'no partition of "r" tells where it ends' },
    {
      "a schema with a dot",
      'CREATE SCHEMA "s.x"; CREATE TABLE r (k int) PARTITION BY LIST (k); CREATE TABLE "s.x".a PARTITION OF r DEFAULT',
      "",
      'the schema "s.x" of a partition has a dot in its name',
    },
    {
      "a length that is no period",
      lists,
      'every = "year"',
      'option "every" takes "day", "week", "month"',
    },
  }) do
    it("nothing for " .. case[1], function()
      local found, result = names(case[2], case[3])
      assert.equal(1, result.status)
      assert.equal("", found)
      assert.matches(case[4], result.stderr, 1, true)
    end)
  end

  it("says so when there is none, or no table", function()
    for _, options in ipairs({ "", "commit = true", 'order = "newest last"' }) do
      local _, result = names("CREATE TABLE r (k integer)", options)
      assert.equal(0, result.status, result.stderr)
      assert.matches(
        "op.each_partition: r has no partitions, and none inherit from it",
        result.stderr,
        1,
        true
      )
      _, result = names("SELECT 1", options)
      assert.equal(1, result.status)
      assert.matches("op.each_partition: there is no table r\n", result.stderr, 1, true)
      assert.is_nil(result.stderr:find("pg_inherits", 1, true), result.stderr)
    end
  end)
end)
