--- helpers/partitions.lua on a real server: declarative partitions and tables that inherit.

local support = require("spec.support")

describe("partitions on PostgreSQL", function()
  local dir, url, last
  local count = 0

  before_each(function()
    dir, url, last = support.project(), support.postgres(), nil
  end)

  local function query(sql)
    return support.psql(url, sql)
  end

  -- One revision more; its upgrade has this body.
  local function upgrade(body, expected_status)
    count = count + 1
    support.write(
      ("%s/migrations/%04d.lua"):format(dir, count),
      ([[
revision = "r%d"
down_revision = %s
local partitions = require("partitions")
function upgrade()
%s
end
]]):format(count, last and ("%q"):format(last) or "nil", body)
    )
    local result = support.run({ "neap", "-v", "-u", url, "upgrade", "head" }, { cwd = dir })
    assert.equal(expected_status or 0, result.status, result.stderr)
    last = "r" .. count
    return result
  end

  local CHILDREN = [[
SELECT string_agg(inhrelid::regclass::text, ',' ORDER BY inhrelid::regclass::text) FROM pg_inherits]]

  local function declarative()
    query("CREATE TABLE report (id bigint, day date NOT NULL, size int) PARTITION BY RANGE (day)")
  end

  local function inheritance()
    query([[
CREATE TABLE report (id bigint PRIMARY KEY, day date NOT NULL, size int DEFAULT 5 CHECK (size >= 0));
CREATE INDEX report_day ON report (day)]])
  end

  it("creates what is missing ahead of a day, and again what is missing", function()
    declarative()
    upgrade('  partitions.create_ahead("report", "week", 2, { from = "2024-01-03" })')
    assert.equal("report_20240101,report_20240108,report_20240115", query(CHILDREN))
    upgrade('  partitions.create_ahead("report", "week", 2, { from = "2024-01-08" })')
    assert.equal("report_20240101,report_20240108,report_20240115,report_20240122", query(CHILDREN))
  end)

  it("creates from today's month on when no day is said", function()
    declarative()
    upgrade('  partitions.create_ahead("report", "month", 0)')
    assert.equal(os.date("!report_%Y%m01"), query(CHILDREN))
  end)

  it(
    "creates tables that inherit, with the parent's indexes and checks and one for the range",
    function()
      inheritance()
      upgrade('  partitions.create_months("report", "2024-01-15", 2, { column = "day" })')
      assert.equal("report_20240101,report_20240201", query(CHILDREN))
      query("INSERT INTO report_20240101 VALUES (1, '2024-01-31')")
      assert.equal("1|5", query("SELECT id, size FROM report"))
      assert.is_false(pcall(query, "INSERT INTO report_20240101 VALUES (1, '2024-01-30')")) -- the key
      assert.is_false(pcall(query, "INSERT INTO report_20240101 VALUES (2, '2024-02-01')")) -- the range
      assert.is_false(pcall(query, "INSERT INTO report_20240101 VALUES (2, '2024-01-01', -1)"))
      assert.equal(
        "2",
        query("SELECT count(*) FROM pg_indexes WHERE tablename = 'report_20240101'")
      )
    end
  )

  it("attaches without reading under the lock, also past a default partition", function()
    declarative()
    query([[
CREATE TABLE report_rest PARTITION OF report DEFAULT;
INSERT INTO report VALUES (1, '2025-01-01', 1);
CREATE TABLE report_20240101 (LIKE report);
INSERT INTO report_20240101 VALUES (2, '2024-01-02', 1)]])
    support.write(dir .. "/neap.lua", 'return { settings = { client_min_messages = "debug1" } }\n')
    local result = upgrade(
      '  partitions.attach("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })'
    )
    -- The server's own words for a scan that it does not need.
    for _, name in ipairs({ 'table "report_20240101"', 'default partition "report_rest"' }) do
      local implied = ("constraint for %s is implied by existing"):format(name)
      assert.matches(implied, result.stderr, 1, true)
    end
    assert.equal("report_20240101,report_rest", query(CHILDREN))
    assert.equal("2", query("SELECT count(*) FROM report"))
    assert.equal(
      "0",
      query("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")
    )
  end)

  it("fails on a row outside the bound and leaves the table apart", function()
    declarative()
    query([[
CREATE TABLE report_20240101 (LIKE report);
INSERT INTO report_20240101 VALUES (2, '2024-03-02', 1)]])
    local result = upgrade(
      '  partitions.attach("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })',
      1
    )
    assert.matches("report_20240101_bound", result.stderr, 1, true)
    assert.equal("", query(CHILDREN))
  end)

  it("detaches concurrently, and at once where there is a default partition", function()
    declarative()
    query(
      "CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')"
    )
    upgrade('  partitions.detach("report", "report_a")')
    assert.equal("", query(CHILDREN))
    query([[
CREATE TABLE report_b PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE report_rest PARTITION OF report DEFAULT]])
    upgrade('  partitions.detach("report", "report_b")')
    assert.equal("report_rest", query(CHILDREN))
  end)

  it("drops what is older, and keeps what reaches beyond", function()
    declarative()
    upgrade([[
  partitions.create_weeks("report", "2024-01-01", 4)
  op.create_partition("report", "report_rest", { default = true })]])
    upgrade('  partitions.drop_older("report", "2024-01-16", { lock_timeout = "2s" })')
    assert.equal("report_20240115,report_20240122,report_rest", query(CHILDREN))
  end)

  it("drops tables that inherit by the date in their name", function()
    inheritance()
    upgrade('  partitions.create_weeks("report", "2024-01-01", 3, { column = "day" })')
    local result = upgrade('  partitions.drop_older("report", "2024-01-15")', 1)
    assert.matches('every = "day", "week" or "month"', result.stderr, 1, true)
    assert.equal("report_20240101,report_20240108,report_20240115", query(CHILDREN))
    os.remove(("%s/migrations/%04d.lua"):format(dir, count))
    last = "r" .. count - 1
    upgrade('  partitions.drop_older("report", "2024-01-15", { every = "week", keep = true })')
    assert.equal("report_20240115", query(CHILDREN))
    assert.equal(
      "4",
      query("SELECT count(*) FROM pg_class WHERE relname LIKE 'report%' AND relkind = 'r'")
    )
  end)
end)
