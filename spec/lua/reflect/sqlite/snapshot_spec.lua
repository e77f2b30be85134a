local column_types = require("neap.dialect.sqlite.column_types")
local database_run = require("spec.support.database_run")
local random_tables = require("spec.lua.dialect.sqlite.random_tables")
local reflect = require("neap.reflect")
local round_trip = require("spec.lua.reflect.round_trip")

local function keeps(type_name, strict)
  return column_types.map(type_name, strict) == type_name
end

local function open(statements)
  local run = database_run.open("sqlite::memory:")
  for _, statement in ipairs(statements) do
    run.session:run(statement)
  end
  return run
end

local function reflected(statements)
  local run = open(statements)
  local objects = reflect.snapshot(run).objects
  run.close()
  return objects
end

local function pick(list)
  return list[math.random(#list)]
end

local function chance(percent)
  return math.random(100) <= percent
end

local function sql(text)
  return { sql = text }
end

-- A table in op's shapes; `others`: tables that are there.
local function random_table(number, others)
  local name = pick({ "t", "Order", "my table", "tä" }) .. number
  local elements, plain = {}, {}
  local key = pick({ "none", "rowid", "autoincrement", "text", "both" })
  if key == "rowid" or key == "autoincrement" then
    elements[1] = { kind = "column", name = "id", type = "integer", primary_key = true }
    elements[1].autoincrement = key == "autoincrement" or nil
  end
  for i = 1, math.random(2, 5) do
    local column = { kind = "column", name = pick({ "a", "b c", "select" }) .. i }
    column.type = pick({ "integer", "text", "varchar(20)", "numeric(10,2)", "real", "blob" })
    column.nullable = (chance(30) or i <= 2) and false or nil
    column.server_default = chance(30)
        and pick({ 5, "it's", sql("1 + 1"), sql("CURRENT_TIMESTAMP"), -2 })
      or nil
    column.collation = column.type == "text" and chance(20) and "NOCASE" or nil
    if i > 2 and chance(15) then
      column.server_default = nil
      column.generated = { ('"%s" || 1'):format(plain[1].name), stored = chance(50) }
    end
    elements[#elements + 1], plain[i] = column, column
  end
  if key == "text" then
    table.insert(
      elements,
      { kind = "primary_key", columns = { plain[1].name }, name = chance(50) and "pk" or nil }
    )
  elseif key == "both" then
    table.insert(elements, { kind = "primary_key", columns = { plain[1].name, plain[2].name } })
  end
  if chance(40) then
    table.insert(
      elements,
      { kind = "unique", columns = { plain[2].name }, name = chance(50) and "uq" or nil }
    )
  end
  if chance(40) then
    local expression = ('"%s" IS NOT 7'):format(plain[1].name)
    table.insert(
      elements,
      { kind = "check", expression = expression, name = chance(50) and "ck" or nil }
    )
  end
  if #others > 0 and chance(50) then
    table.insert(elements, {
      kind = "foreign_key",
      columns = { plain[2].name },
      referent = pick(others),
      referred = { "id" },
      ondelete = pick({ "cascade", "set null" }),
      deferrable = chance(30) or nil,
    })
  end
  if chance(50) then
    table.insert(elements, {
      kind = "index",
      name = "ix" .. number,
      columns = { { plain[1].name, desc = true }, sql("1 + 1") },
      unique = chance(30) or nil,
      where = chance(30) and sql("1 = 1") or nil,
    })
  end
  others[#others + 1] = name
  return {
    kind = "create_table",
    table = name,
    elements = elements,
    without_rowid = (key == "text" or key == "both") and chance(40) or nil,
  }
end

describe("reflection of SQLite", function()
  it("tells what a table is made of in op's shapes", function()
    local objects = reflected({
      [[CREATE TABLE [order] (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        "Name" varchar(20) COLLATE NOCASE DEFAULT 'it''s' NOT NULL,
        price numeric CONSTRAINT positive CHECK (price > 0) DEFAULT (1 + 2),
        other int REFERENCES [Order] (id) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
        twice int GENERATED ALWAYS AS (price * 2) STORED,
        CONSTRAINT uq UNIQUE ("Name", price)
      )]],
      [[CREATE UNIQUE INDEX ix ON "order" ("Name" COLLATE BINARY DESC, (price + 1)) WHERE price > 1]],
    })
    local object = objects["table order"]
    object.definition, object.indexes[1].definition = nil, nil
    assert.same({
      kind = "table",
      key = "table order",
      name = "order",
      columns = {
        { kind = "column", name = "id", type = "INTEGER", autoincrement = true },
        {
          kind = "column",
          name = "Name",
          type = "varchar(20)",
          nullable = false,
          collation = "NOCASE",
          server_default = sql("'it''s'"),
        },
        { kind = "column", name = "price", type = "numeric", server_default = sql("1 + 2") },
        { kind = "column", name = "other", type = "int" },
        {
          kind = "column",
          name = "twice",
          type = "int",
          generated = { "price * 2", stored = true },
        },
      },
      constraints = {
        { kind = "primary_key", columns = { "id" } },
        { kind = "unique", name = "uq", columns = { "Name", "price" } },
        { kind = "check", name = "positive", expression = "price > 0" },
        {
          kind = "foreign_key",
          columns = { "other" },
          referent = "order",
          referred = { "id" },
          ondelete = "set null",
          onupdate = "cascade",
          deferrable = true,
          initially = "deferred",
        },
      },
      indexes = {
        {
          kind = "index",
          name = "ix",
          unique = true,
          columns = { { "Name", collation = "BINARY", desc = true }, sql("price + 1") },
          where = sql("price > 1"),
        },
      },
    }, object)
  end)

  it("says what op has no words for", function()
    local objects = reflected({
      "CREATE TABLE a (b PRIMARY KEY)",
      "CREATE TABLE c (d text UNIQUE ON CONFLICT IGNORE)",
      "CREATE TABLE e (f text, g text, PRIMARY KEY (f DESC, g))",
      "CREATE VIRTUAL TABLE h USING fts5(i)",
      "CREATE TABLE regular (j integer PRIMARY KEY, k text NOT NULL)",
    })
    for _, name in ipairs({ "a", "c", "e", "h" }) do
      assert.is_true(objects["table " .. name].irregular, name)
    end
    assert.is_nil(objects["table regular"].irregular)
    assert.is_nil(objects["table h_data"])
  end)

  it("tells what views and triggers depend on", function()
    local objects = reflected({
      "CREATE TABLE a (b int)",
      "CREATE VIEW v (x) AS SELECT b FROM A",
      "CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN INSERT INTO a VALUES (new.x); END",
    })
    assert.same({ "table a" }, objects["view v"].depends)
    assert.same({ "x" }, objects["view v"].column_names)
    assert.same("SELECT b FROM A", objects["view v"].sql)
    assert.same({ "table a", "view v" }, objects["trigger v.t"].depends)
  end)

  local seed = tonumber(os.getenv("NEAP_SEED")) or os.time()
  local count = tonumber(os.getenv("NEAP_SCHEMAS")) or 300

  local function each_seed(check)
    for i = 1, count do
      math.randomseed(seed + i)
      local run = database_run.open("sqlite::memory:")
      local ok, found, before = pcall(check, run)
      run.close()
      local again = ("NEAP_SEED=%d NEAP_SCHEMAS=1"):format(seed + i - 1)
      assert(ok, again .. ": " .. tostring(found))
      assert.same({}, found, again)
      assert.is_not_nil(next(before.objects))
    end
  end

  it(("gives back %d random schemas that op made (NEAP_SEED=%d)"):format(count, seed), function()
    each_seed(function(run)
      local others = {}
      for i = 1, math.random(1, 4) do
        run.execute({ random_table(i, others) })
      end
      local found, before = round_trip.check(run, run.rollback, { keeps = keeps })
      for key, object in pairs(before.objects) do
        assert.is_nil(object.irregular, key)
      end
      return found, before
    end)
  end)

  it(("gives back %d random tables of any kind (NEAP_SEED=%d)"):format(count, seed), function()
    each_seed(function(run)
      local table_ = random_tables.new()
      run.session:run(table_.create)
      for _, index in ipairs(table_.indexes) do
        run.session:run(index)
      end
      return round_trip.check(run, run.rollback, { keeps = keeps })
    end)
  end)
end)
