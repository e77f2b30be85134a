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

  it("creates nothing past a table that has the name and is no partition", function()
    declarative()
    upgrade('  partitions.create_ahead("report", "week", 2, { from = "2024-01-03" })')
    upgrade('  partitions.detach("report", "report_20240108")')
    local result =
      upgrade('  partitions.create_ahead("report", "week", 3, { from = "2024-01-03" })', 1)
    assert.matches(
      "report_20240108 has the name, and is no partition of report",
      result.stderr,
      1,
      true
    )
    assert.equal("report_20240101,report_20240115", query(CHILDREN))
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

  it("creates tables that inherit with generated columns and one identity for all", function()
    query([[
CREATE TABLE report (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, day date NOT NULL,
    month int GENERATED ALWAYS AS (EXTRACT(month FROM day)) STORED)]])
    upgrade('  partitions.create_months("report", "2024-01-01", 2, { column = "day" })')
    -- The parent's trigger routes, with the number that the parent gave.
    query([[
CREATE FUNCTION route() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
    EXECUTE format('INSERT INTO report_%s (id, day) VALUES ($1.id, $1.day)', to_char(NEW.day, 'YYYYMM01')) USING NEW;
    RETURN NULL;
END $f$;
CREATE TRIGGER route BEFORE INSERT ON report FOR EACH ROW EXECUTE FUNCTION route();
INSERT INTO report (day) VALUES ('2024-01-05'), ('2024-02-05')]])
    assert.equal(
      "report_20240101|1|1 report_20240201|2|2",
      (query("SELECT tableoid::regclass, id, month FROM report ORDER BY id"):gsub("\n", " "))
    )
  end)

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

  -- Key, what is already there, bound: the server's own words for a scan that it does not need.
  for what, case in pairs({
    ["an expression"] = {
      "RANGE ((day::date))",
      "day timestamp",
      '{ from = "2024-01-01", to = "2024-02-01" }',
    },
    ["an open end"] = {
      "RANGE (day)",
      "day timestamptz",
      '{ from = op.sql "MINVALUE", to = "2024-02-01" }',
    },
    ["lists"] = { "LIST (day)", "day text", '{ values = { "a", "it\'s" } }' },
    ["a list with NULL"] = { "LIST (day)", "day int", "{ values = { 1, op.null } }" },
    ["a value"] = { "LIST (day)", "day boolean", "{ values = true }" },
  }) do
    it("attaches without reading under the lock: " .. what, function()
      query(([[
CREATE TABLE report (%s) PARTITION BY %s;
CREATE TABLE report_rest PARTITION OF report DEFAULT;
CREATE TABLE one (LIKE report)]]):format(case[2], case[1]))
      support.write(
        dir .. "/neap.lua",
        'return { settings = { client_min_messages = "debug1" } }\n'
      )
      local result = upgrade(('  partitions.attach("report", "one", %s)'):format(case[3]))
      for _, name in ipairs({ 'table "one"', 'default partition "report_rest"' }) do
        local implied = ("constraint for %s is implied by existing"):format(name)
        assert.matches(implied, result.stderr, 1, true)
      end
      assert.equal("one,report_rest", query(CHILDREN))
    end)
  end

  for what, case in pairs({
    ["rows of the default partition in the way"] = {
      "RANGE (day)",
      '{ from = "2024-01-01", to = "2024-02-01" }',
      "public.report_rest, the default partition, has rows that belong into one: move them first",
    },
    ["a bound of another kind"] = {
      "LIST (day)",
      '{ from = "2024-01-01", to = "2024-02-01" }',
      "by list, and the bound is for range",
    },
    ["a hash"] = { "HASH (day)", '{ values = "a" }', "by hash, and the bound is for list" },
    ["several columns"] = { "RANGE (day, size)", '{ from = "a", to = "b" }', "by several columns" },
    ["no bound"] = { "RANGE (day)", '{ from = "a" }', "expects a bound { from = , to = } or" },
  }) do
    it("refuses at once what cannot be attached: " .. what, function()
      query(([[
CREATE TABLE report (day date, size int) PARTITION BY %s; CREATE TABLE one (LIKE report);
INSERT INTO one VALUES ('2024-01-01')]]):format(case[1]))
      if what:find("default") then
        query(
          "CREATE TABLE report_rest PARTITION OF report DEFAULT; INSERT INTO report VALUES ('2024-01-05', 1)"
        )
      end
      local result = upgrade(('  partitions.attach("report", "one", %s)'):format(case[2]), 1)
      assert.matches(case[3], result.stderr, 1, true)
      assert.equal(
        "0",
        query("SELECT count(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")
      )
      assert.equal("0", query("SELECT count(*) FROM neap_journal"))
    end)
  end

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

  it("ends a detaching that was killed half-way, and goes on", function()
    if tonumber(query("SHOW server_version_num")) < 140000 then
      return -- detaches at once
    end
    declarative()
    query([[
CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE report_b PARTITION OF report FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
INSERT INTO report VALUES (1, '2024-01-05', 1)]])
    support.write(
      dir .. "/migrations/1.lua",
      [[
revision = "r1"
local partitions = require("partitions")
function upgrade()
  partitions.detach("report", "report_a")
  partitions.detach("report", "report_b")
  op.create_table("last", { op.column("a", "integer") })
end]]
    )
    local PENDING = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending"
    -- Somebody who reads the parent, and so holds the second half up.
    local reader = support.start({
      "psql",
      "-qX",
      "-d",
      url,
      "-c",
      "BEGIN; SELECT count(*) FROM report; SELECT pg_sleep(60)",
    })
    support.wait_for("the reader", function()
      return query(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
      ) == "1"
    end)
    local runner = support.start({ "neap", "-u", url, "upgrade", "head" }, { cwd = dir })
    support.wait_for("the first half", function()
      return query(PENDING) == "1"
    end)
    runner.signal("KILL")
    runner.wait()
    local OTHERS = [[
FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND query ~ '%s']]
    for _, of in ipairs({ "DETACH", "pg_sleep" }) do -- the reader last, or the server gets on
      query("SELECT pg_terminate_backend(pid) " .. OTHERS:format(of))
      support.wait_for("the end of " .. of, function()
        return query("SELECT count(*) " .. OTHERS:format(of)) == "0"
      end)
    end
    reader.wait()
    local result = support.run({ "neap", "-u", url, "upgrade", "head" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    assert.matches("the detaching of partition report_a", result.stderr, 1, true)
    assert.equal("0", query("SELECT count(*) FROM pg_inherits"))
    assert.equal("0", query("SELECT count(*) FROM last"))
  end)

  it("drops what is older, and keeps what reaches beyond", function()
    declarative()
    upgrade([[
  partitions.create_weeks("report", "2024-01-01", 4)
  op.create_partition("report", "report_rest", { default = true })]])
    upgrade('  partitions.drop_older("report", "2024-01-16", { lock_timeout = "2s" })')
    assert.equal("report_20240115,report_20240122,report_rest", query(CHILDREN))
  end)

  it("drops tables that inherit by their check, or by the date in their name", function()
    inheritance()
    upgrade('  partitions.create_weeks("report", "2024-01-01", 2, { column = "day" })')
    query("CREATE TABLE report_20240115 () INHERITS (report)")
    local result = upgrade('  partitions.drop_older("report", "2024-01-15")', 1)
    assert.matches('every = "day", "week" or "month"', result.stderr, 1, true)
    assert.equal("report_20240101,report_20240108,report_20240115", query(CHILDREN))
    os.remove(("%s/migrations/%04d.lua"):format(dir, count))
    last = "r" .. count - 1
    -- A name that says less than the check does not count, and neither does one that is no date.
    query([[
CREATE TABLE report_20231201 (CHECK (day >= '2023-12-01' AND day < '2024-02-01')) INHERITS (report);
CREATE TABLE report_20230230 () INHERITS (report)]])
    upgrade('  partitions.drop_older("report", "2024-01-22", { every = "week", keep = true })')
    assert.equal("report_20230230,report_20231201", query(CHILDREN))
    assert.equal(
      "6",
      query("SELECT count(*) FROM pg_class WHERE relname LIKE 'report%' AND relkind = 'r'")
    )
  end)

  -- What is in them: they end on that day, but not at its beginning.
  for what, setup in pairs({
    ["an hour of the day"] = [[
CREATE TABLE report (day timestamp, size int) PARTITION BY RANGE (day);
CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01 12:00') TO ('2024-01-08 12:00');
INSERT INTO report VALUES ('2024-01-08 06:00')]],
    ["another time zone"] = [[
SET TimeZone = 'UTC'; CREATE TABLE report (day timestamptz, size int) PARTITION BY RANGE (day);
CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-01-09');
INSERT INTO report VALUES ('2024-01-08 20:00')]],
    ["a second column"] = [[
CREATE TABLE report (day date, size int) PARTITION BY RANGE (day, size);
CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01', 0) TO ('2024-01-08', 5);
INSERT INTO report VALUES ('2024-01-08', 1)]],
  }) do
    it("keeps what reaches into the day: " .. what, function()
      query(setup)
      query(
        [[
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET TimeZone = ''America/New_York''', current_database()); END $$]]
      )
      upgrade('  partitions.drop_older("report", "2024-01-08")')
      assert.equal("1", query("SELECT count(*) FROM report"))
      upgrade('  partitions.drop_older("report", "2024-01-09")')
      assert.equal("", query(CHILDREN))
    end)
  end

  it("drops what foreign keys may point to, and refuses what one points to", function()
    query([[
CREATE TABLE report (day date PRIMARY KEY) PARTITION BY RANGE (day);
CREATE TABLE report_a PARTITION OF report FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE report_b PARTITION OF report FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE bug (day date REFERENCES report);
INSERT INTO report VALUES ('2024-01-05'), ('2024-02-05');
INSERT INTO bug VALUES ('2024-02-05')]])
    local result = upgrade('  partitions.drop_older("report", "2024-03-01")', 1)
    assert.matches("foreign key", result.stderr, 1, true)
    assert.equal("2024-02-05", query("SELECT day FROM report"))
    assert.equal("1", query("SELECT count(*) FROM bug"))
    assert.is_false(pcall(query, "INSERT INTO bug VALUES ('2024-01-05')"))
  end)

  it("detaches in a schema of any name", function()
    query(
      [[
CREATE SCHEMA "s X"; CREATE TABLE "s X".report (day date) PARTITION BY RANGE (day);
CREATE TABLE "s X".a PARTITION OF "s X".report FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')]]
    )
    upgrade('  partitions.drop_older("report", "2024-02-01", { keep = true, schema = "s X" })')
    assert.equal("", query(CHILDREN))
  end)
end)
