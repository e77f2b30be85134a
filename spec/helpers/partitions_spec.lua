--- The dates of helpers/partitions.lua, and what it sends.

local fake = require("spec.support.fake_run")

-- The helper as a revision sees it, with an op of its own.
local function load_helper(name, dialect)
  local run = fake.new(dialect or "postgresql")
  local env = setmetatable({
    require = function()
      return fake.op(run)
    end,
  }, { __index = _G })
  return assert(loadfile("helpers/" .. name .. ".lua", "t", env))(), run
end

describe("partitions", function()
  it("counts days over months, years and leap years", function()
    local partitions = load_helper("partitions")
    local rows = {
      { "2024-02-28", 1, "2024-02-29" },
      { "2024-02-28", 2, "2024-03-01" },
      { "2023-02-28", 1, "2023-03-01" },
      { "1999-12-31", 1, "2000-01-01" },
      { "2100-02-28", 1, "2100-03-01" },
      { "1970-01-01", -1, "1969-12-31" },
      { "2024-01-01", 366, "2025-01-01" },
    }
    for _, row in ipairs(rows) do
      assert.equal(row[3], partitions.add_days(row[1], row[2]))
    end
    assert.equal("2025-01-01", partitions.add_months("2024-11-15", 2))
  end)

  it("agrees with the C library for two hundred years", function()
    local partitions = load_helper("partitions")
    local day = "1900-01-01"
    local start = os.time({ year = 1900, month = 1, day = 1, hour = 12 })
    for i = 1, 73000, 97 do
      local expected = os.date("%Y-%m-%d", start + i * 86400)
      assert.equal(expected, partitions.add_days(day, i))
    end
  end)

  for _, wrong in ipairs({ "2024-02-30", "2024-13-01", "24-01-01", "yesterday", "2024-1-1" }) do
    it("refuses " .. wrong, function()
      local ok, err = pcall(load_helper("partitions").add_days, wrong, 1)
      assert.is_false(ok)
      assert.matches("expected a date", tostring(err))
    end)
  end

  for what, case in pairs({
    ["a misspelt keep, which would drop"] = {
      "drop_older",
      { "r", "2024-01-01", { kep = true } },
      "unknown option kep: there are every, keep, lock_timeout, schema",
    },
    ["a keep that is no boolean"] = {
      "drop_older",
      { "r", "2024-01-01", { keep = "no" } },
      "takes true or false",
    },
    ["no parent"] = {
      "create_days",
      { nil, "2024-01-01", 1 },
      "expected the parent's name, got nil",
    },
    ["half a partition"] = { "create_days", { "r", "2024-01-01", 1.5 }, "a whole number, got 1.5" },
    ["a negative count"] = { "create_ahead", { "r", "day", -1 }, "a whole number, got -1" },
    ["another period"] = {
      "create_ahead",
      { "r", "year", 1 },
      'expected "day", "week" or "month", got year',
    },
    ["options that are none"] = {
      "detach",
      { "r", "p", "concurrently" },
      "expected a table of options",
    },
    ["an option of another function"] = {
      "attach",
      { "r", "p", { values = { 1 } }, { every = "day" } },
      "unknown option every",
    },
    ["no partition"] = { "detach", { "r" }, "expected the partition's name, got nil" },
  }) do
    it("refuses " .. what, function()
      local partitions, run = load_helper("partitions")
      local ok, err = pcall(partitions[case[1]], table.unpack(case[2], 1, 4))
      assert.is_false(ok)
      assert.matches(case[3], tostring(err), 1, true)
      assert.equal("", run.text())
    end)
  end

  it("creates weeks and months, named after their first day", function()
    local partitions, run = load_helper("partitions")
    partitions.create_weeks("report", "2024-12-30", 2)
    partitions.create_months("bixie.report", "2024-12-01", 1)
    assert.equal(
      [[
CREATE TABLE report_20241230 PARTITION OF report FOR VALUES FROM ('2024-12-30') TO ('2025-01-06');
CREATE TABLE report_20250106 PARTITION OF report FOR VALUES FROM ('2025-01-06') TO ('2025-01-13');
CREATE TABLE bixie.report_20241201 PARTITION OF bixie.report FOR VALUES FROM ('2024-12-01') TO ('2025-01-01');
]],
      run.text()
    )
  end)
end)

describe("permissions", function()
  it("sends what op sends", function()
    local permissions, run = load_helper("permissions")
    permissions.own("account", "owner")
    permissions.own("f(integer)", "owner", "function")
    permissions.read({ "a", "b" }, "reader")
    permissions.write("a", "writer")
    permissions.none("a", "public")
    permissions.drop_role("reader", { owned = "drop" })
    assert.equal(
      [[
ALTER TABLE account OWNER TO owner;
ALTER FUNCTION f(integer) OWNER TO owner;
GRANT SELECT ON TABLE a, b TO reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE a TO writer;
REVOKE ALL ON TABLE a FROM PUBLIC;
DO $neap$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'reader') THEN
        DROP OWNED BY reader;
        DROP ROLE reader;
    END IF;
END
$neap$;
]],
      run.text()
    )
  end)

  it("does nothing on SQLite", function()
    local permissions, run = load_helper("permissions", "sqlite")
    permissions.role("owner")
    permissions.own("account", "owner")
    permissions.grant("select", "table", "a", "b")
    permissions.revoke("select", "table", "a", "b")
    permissions.default({ grant = "select", on = "tables", to = "b" })
    permissions.drop_role("owner")
    assert.equal("", run.text())
  end)
end)
