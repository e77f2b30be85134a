--- A rebuild loses nothing: random tables, a random change, everything else equal.
---
--- NEAP_SEED=n repeats a run; NEAP_SOAK=1 takes 500 tables instead of 60.

local random_tables = require("spec.lua.dialect.sqlite.random_tables")
local support = require("spec.support")

local COUNT = os.getenv("NEAP_SOAK") and 500 or 60

local db = require("neap.db")

local function ask(connection, sql)
  local answer, err = connection:send(sql)
  assert(answer, sql .. ": " .. tostring(err and err.message))
  local lines = {}
  for i, row in ipairs(answer.rows) do
    local values = {}
    for k = 1, #answer.names do
      values[k] = row[k] == db.null and "NULL" or tostring(row[k])
    end
    lines[i] = table.concat(values, "|")
  end
  return table.concat(lines, "\n")
end

local function quote(name)
  return '"' .. name .. '"'
end

-- Columns that the change leaves alone.
local function untouched_columns(table_, touched)
  local list = {}
  for _, column in ipairs(table_.columns) do
    if not touched[column] and not (column.from and touched[column.from]) then
      list[#list + 1] = column
    end
  end
  return list
end

-- What must be the same before and after.
local function snapshot(connection, table_, touched)
  local columns, names = untouched_columns(table_, touched), {}
  for i, column in ipairs(columns) do
    names[i] = "quote(" .. quote(column.name) .. ")"
  end
  if not table_.without_rowid then
    table.insert(names, 1, "rowid")
  end
  local order = table_.without_rowid and "id" or "rowid"
  local shot = {
    rows = #names > 0 and ask(
      connection,
      ("SELECT %s FROM %s ORDER BY %s"):format(table.concat(names, ", "), table_.sql, order)
    ),
    count = ask(connection, "SELECT count(*) FROM " .. table_.sql),
    info = {},
    others = ask(
      connection,
      "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT IN ('"
        .. table_.name
        .. "', 'ix_"
        .. table_.name
        .. "_n') AND name NOT LIKE 'sqlite_%' ORDER BY type, name"
    ),
    options = ask(
      connection,
      ("SELECT wr, strict FROM pragma_table_list WHERE name = '%s'"):format(table_.name)
    ),
    log = ask(connection, "SELECT * FROM log"),
    parent = ask(connection, "SELECT * FROM parent"),
  }
  for _, column in ipairs(columns) do
    shot.info[column.name] = ask(
      connection,
      ("SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('%s') WHERE name = '%s'"):format(
        table_.name,
        column.name
      )
    )
  end
  if table_.key == "autoincrement" then
    shot.counter = ask(connection, "SELECT name, seq FROM sqlite_sequence")
  end
  if table_.columns[1].key then
    shot.child = ask(connection, "SELECT * FROM child")
    shot.child_keys = ask(connection, "SELECT * FROM pragma_foreign_key_list('child')")
  end
  if shot.others:find("sqlite_stat1") then
    shot.statistics = ask(connection, "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2")
  end
  return shot
end

local function dump(connection, table_)
  return ask(connection, "SELECT * FROM sqlite_master ORDER BY name")
    .. "\n"
    .. ask(connection, "SELECT count(*) FROM " .. table_.sql)
end

-- The texts of the parts that were not touched stand in the new table, in their order.
local function check_texts(connection, table_, change)
  local sql = ask(
    connection,
    ("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '%s'"):format(table_.name)
  )
  local from = 1
  for _, list in ipairs({ table_.columns, table_.constraints }) do
    for _, item in ipairs(list) do
      if not change.touched[item] and not item.qualified then
        local _, to = sql:find(item.text, from, true)
        assert.is_truthy(to, item.text .. "\nis not, or not in its place, in\n" .. sql)
        from = to + 1
      end
    end
  end
  return sql
end

describe("a rebuild", function()
  local seed = tonumber(os.getenv("NEAP_SEED")) or os.time() % 1000000
  local host, directory
  local done, failed = 0, {}

  setup(function()
    directory = support.project({ ["neap.lua"] = "return {}\n" })
    host = assert(require("neap.host").open({ config = directory .. "/neap.lua" }))
  end)
  teardown(function()
    host:close()
  end)

  local function revision(table_, change)
    return ([[
revision = "r"
function upgrade()
  op.batch_alter_table(%q, { recreate = "always" }, function(batch)
%s
  end)
end]]):format(table_.name, change.text)
  end

  for number = 1, COUNT do
    it(("keeps everything else (NEAP_SEED=%d, table %d)"):format(seed, number), function()
      math.randomseed(seed, number)
      local table_ = random_tables.new()
      local lines = random_tables.setup(table_)
      local change = random_tables.change(table_)
      local path = directory .. "/random.db"
      os.remove(path)
      local url = "sqlite:" .. path
      local connection <close> = assert(db.open(url))
      for _, sql in ipairs(lines) do
        local answer, err = connection:send(sql)
        assert(
          answer or err.message:find("UNIQUE constraint failed", 1, true),
          sql .. ": " .. tostring(err and err.message)
        )
      end
      assert.equal("", ask(connection, "PRAGMA foreign_key_check"), table.concat(lines, ";\n"))
      local whole = dump(connection, table_)
      local before = snapshot(connection, table_, change.touched)
      local text = revision(table_, change)
      local result = host:run({ text = text, dialect = "sqlite", url = url })
      if not result.ok then
        -- The data, or what stands on a column, did not allow it: then nothing has changed.
        local message = result.error.message
        failed[#failed + 1] = message
        assert.is_truthy(
          message:find("constraint failed")
            or message:find("cannot be dropped alone")
            or message:find("would break")
            or message:find("cannot store")
            or message:find("has no constraint")
            or message:find("has no column")
            or message:find("has no check")
            or message:find("no such column")
            or message:find("already")
            or message:find("is the only column"),
          message .. "\n" .. table.concat(lines, ";\n") .. "\n" .. text
        )
        assert.equal(whole, dump(connection, table_))
        return
      end
      done = done + 1
      local told = table.concat(lines, ";\n") .. "\n" .. text
      check_texts(connection, table_, change)
      assert.same(before, snapshot(connection, table_, change.touched), told)
      assert.equal("ok", ask(connection, "PRAGMA integrity_check"), told)
      assert.equal(
        "",
        ask(connection, "SELECT name FROM sqlite_master WHERE name LIKE 'neap!_%' ESCAPE '!'")
      )
    end)
  end

  it("has rebuilt most of them", function()
    print(("%d tables rebuilt, %d changes refused, seed %d"):format(done, #failed, seed))
    assert.is_true(done >= COUNT * 0.5, table.concat(failed, "\n"))
  end)
end)
