--- A constraint changed on every one of two hundred partitions, while others write, and the runner is killed.

local support = require("spec.support")

local PARTITIONS = 200

-- Inserts into all partitions, one statement at a time; the log has how long each took.
local WRITER = [[
\set part random(0, %d)
INSERT INTO report (id, day, size) VALUES (1, DATE '2020-01-01' + :part * 7, 1);
]]

local REVISION = [[
revision = "a"
function upgrade()
  op.each_partition("report", function(partition)
    op.drop_constraint("ck_size", partition, { if_exists = true })
    op.create_check_constraint("ck_size", partition, "size > 0 AND size < 1000", { not_valid = true })
    op.execute("INSERT INTO changed VALUES ($1)", { partition })
    op.execute("SELECT pg_sleep(0.005)")
  end, { commit = true, order = "newest last", lock_timeout = "500ms" })
end
]]

local LOCK_TIMEOUT_S = 0.5

local kinds = {
  {
    name = "declarative partitions",
    parent = "CREATE TABLE report (id bigint, day date NOT NULL, size int) PARTITION BY RANGE (day);",
    child = "CREATE TABLE report_%s PARTITION OF report FOR VALUES FROM ('%s') TO ('%s'); "
      .. "ALTER TABLE report_%s ADD CONSTRAINT ck_size CHECK (size > 0);",
    table = "report",
  },
  {
    name = "tables that inherit",
    parent = "CREATE TABLE report (id bigint, day date NOT NULL, size int);",
    child = "CREATE TABLE report_%s (CHECK (day >= '%s' AND day < '%s')) INHERITS (report); "
      .. "ALTER TABLE report_%s ADD CONSTRAINT ck_size CHECK (size > 0);",
    -- Writers name the child, as they do with a hundred of them and no trigger.
    route = [[
CREATE FUNCTION route() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO report_%s VALUES ($1.*)',
        to_char(DATE '2020-01-01' + (NEW.day - DATE '2020-01-01') / 7 * 7, 'YYYYMMDD')) USING NEW;
    RETURN NULL;
END $$;
CREATE TRIGGER route BEFORE INSERT ON report FOR EACH ROW EXECUTE FUNCTION route();]],
  },
}

describe("op.each_partition with commit", function()
  local dir, url

  local function query(sql)
    return support.psql(url, sql)
  end

  local function set_up(kind)
    dir, url = support.project({ ["migrations/a.lua"] = REVISION }), support.postgres()
    local sql = { kind.parent, "CREATE TABLE changed (name text);" }
    local first = os.time({ year = 2020, month = 1, day = 1, hour = 12 })
    for i = 0, PARTITIONS - 1 do
      local from = os.date("!%Y-%m-%d", first + i * 7 * 86400)
      local to = os.date("!%Y-%m-%d", first + (i + 1) * 7 * 86400)
      local name = from:gsub("-", "")
      sql[#sql + 1] = kind.child:format(name, from, to, name)
    end
    sql[#sql + 1] = kind.route
    query(table.concat(sql, "\n"))
  end

  local function start_writer()
    support.write(dir .. "/writer.sql", WRITER:format(PARTITIONS - 1))
    return support.start({
      "pgbench",
      "-n",
      "-c",
      "2",
      "-T",
      "120",
      "-l",
      "--log-prefix=" .. dir .. "/latency",
      "-f",
      dir .. "/writer.sql",
      url,
    })
  end

  -- The longest that a statement of the writer took, in seconds, and how many there were.
  local function longest_wait()
    local list = assert(io.popen("cat " .. dir .. "/latency*"))
    local longest, count = 0, 0
    for line in list:lines() do
      local microseconds = tonumber(line:match("^%d+ %d+ (%d+) "))
      if microseconds then
        longest, count = math.max(longest, microseconds), count + 1
      end
    end
    list:close()
    return longest / 1e6, count
  end

  local function neap(...)
    return support.run({ "neap", "-u", url, ... }, { cwd = dir })
  end

  for _, kind in ipairs(kinds) do
    it("changes each of 200 once while others write, killed half-way: " .. kind.name, function()
      set_up(kind)
      local writer = start_writer()
      -- Somebody holds one partition for longer than the lock timeout.
      local holder = support.start({
        "psql",
        "-X",
        "-q",
        "-d",
        url,
        "-c",
        "BEGIN; LOCK TABLE report_20200108 IN ROW EXCLUSIVE MODE; SELECT pg_sleep(1.5); COMMIT",
      })
      support.wait_for("the lock", function()
        return query(
          "SELECT count(*) FROM pg_locks WHERE relation = 'report_20200108'::regclass AND mode = 'RowExclusiveLock'"
        ) ~= "0"
      end)
      local runner = support.start({ "neap", "-u", url, "upgrade", "head" }, { cwd = dir })
      support.wait_for("half of them", function()
        return tonumber(query("SELECT count(*) FROM changed")) >= PARTITIONS // 2
      end, 60)
      runner.signal("KILL")
      runner.wait(5)
      local done = tonumber(query("SELECT count(*) FROM changed"))
      assert.is_true(done < PARTITIONS, "the kill came too late")
      local result = neap("upgrade", "head")
      assert.equal(0, result.status, result.stderr)
      writer.signal("INT")
      writer.wait(10)
      holder.wait(10)
      assert.equal(
        ("%d|%d"):format(PARTITIONS, PARTITIONS),
        query("SELECT count(*), count(DISTINCT name) FROM changed")
      )
      assert.equal(
        tostring(PARTITIONS),
        query([[SELECT count(*) FROM pg_constraint WHERE conname = 'ck_size'
          AND pg_get_constraintdef(oid) LIKE '%1000%']])
      )
      local longest, count = longest_wait()
      print(("%s: %d inserts meanwhile, the longest took %.3f s"):format(kind.name, count, longest))
      assert.is_true(count > 100, "the writer wrote nothing")
      assert.is_true(longest < LOCK_TIMEOUT_S + 1, ("a writer waited %.3f s"):format(longest))
      assert.equal("0", query("SELECT count(*) FROM neap_journal"))
    end)
  end

  it("goes on with its own list when partitions came and went", function()
    set_up(kinds[1])
    query("CREATE TABLE gate (id int)")
    support.write(
      dir .. "/migrations/a.lua",
      (
        REVISION:gsub(
          "    op.drop_constraint",
          "    if partition:find('20200115') then op.execute('SELECT 1 FROM gate') end\n%0"
        )
      )
    )
    query("DROP TABLE gate")
    local result = neap("upgrade", "head")
    assert.equal(1, result.status)
    assert.equal("2", query("SELECT count(*) FROM changed"))
    query(
      [[
CREATE TABLE gate (id int);
DROP TABLE report_20200101, report_20200122;
CREATE TABLE report_20190101 PARTITION OF report FOR VALUES FROM ('2019-01-01') TO ('2019-01-08')]]
    )
    result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal(tostring(PARTITIONS - 1), query("SELECT count(DISTINCT name) FROM changed"))
    assert.equal(
      "0",
      query("SELECT count(*) FROM changed WHERE name LIKE '%2019%' OR name LIKE '%20200122'")
    )
  end)

  it("takes those between from and to, in the order asked for", function()
    set_up(kinds[1])
    query("CREATE TABLE report_rest PARTITION OF report DEFAULT")
    support.write(
      dir .. "/migrations/a.lua",
      [[
revision = "a"
function upgrade()
  for _, order in ipairs({ "asc", "newest last", "newest first" }) do
    op.each_partition("report", function(name, bound) print(order, name, bound) end,
      { from = "2020-01-08", to = "2020-01-22", order = order })
  end
  op.each_partition("report", function(name) print(name) end, { from = "2030-01-01" })
end
]]
    )
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    local names = {}
    for order, name in result.stderr:gmatch("(%l[%l ]+)\tpublic.report_(%w+)") do
      names[#names + 1] = order .. " " .. name
    end
    assert.same({
      "asc 20200108",
      "asc 20200115",
      "newest last 20200108",
      "newest last 20200115",
      "newest first 20200115",
      "newest first 20200108",
    }, names)
  end)

  it("refuses what it cannot do, before anything is sent", function()
    set_up(kinds[1])
    for body, message in pairs({
      ['op.each_partition("report", function() end, { lock_timeout = "1s" })'] = "say commit = true as well",
      ['op.each_partition("report", function() end, { lock_timeout = "soon", commit = true })'] = "duration",
      ['op.each_partition("report", function() end, { order = "newest" })'] = '"newest last"',
      ['op.savepoint(function() op.each_partition("report", function() end, { commit = true }) end) error("no")'] = "no",
      ['op.each_partition("nosuch", function() end)'] = "nosuch",
    }) do
      support.write(
        dir .. "/migrations/a.lua",
        'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n"
      )
      local result = neap("upgrade", "head")
      assert.equal(1, result.status, body)
      assert.matches(message, result.stderr, 1, true)
    end
  end)
end)
