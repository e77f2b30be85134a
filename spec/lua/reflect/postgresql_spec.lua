local database_run = require("spec.support.database_run")
local random_schema = require("spec.lua.reflect.random_schema")
local reflect = require("neap.reflect")
local round_trip = require("spec.lua.reflect.round_trip")
local support = require("spec.support")

local ROLES = [[
DO $$ BEGIN CREATE ROLE reflect_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE reflect_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;]]

local version = tonumber(support.psql(support.server(), "SHOW server_version_num"))

local function everything()
  local texts = { ROLES }
  for _, file in ipairs({ "everything", "everything_14", "everything_15", "everything_18" }) do
    local since = tonumber(file:match("%d+") or 13)
    if version >= since * 10000 then
      texts[#texts + 1] = support.read(("spec/lua/reflect/%s.sql"):format(file))
    end
  end
  return table.concat(texts, "\n")
end

-- A database with that, and a run on it.
local function open(sql)
  local url = support.postgres()
  support.psql(url, sql)
  return database_run.open(url), url
end

local function reflected(sql, opts)
  local run = open(ROLES .. sql)
  local snapshot = reflect.snapshot(run, opts)
  run.close()
  return snapshot
end

describe("reflection of PostgreSQL", function()
  it(
    "knows the serial of an unlogged table, whose sequence is unlogged since PostgreSQL 15",
    function()
      local objects = reflected("CREATE UNLOGGED TABLE item (id serial);").objects
      local column = { kind = "column", name = "id", type = "integer", autoincrement = true }
      assert.same({ column }, objects["table public.item"].columns)
      assert.is_nil(objects["sequence public.item_id_seq"])
    end
  )

  it("tells what a table is made of in op's shapes", function()
    local objects = reflected([[
      CREATE TABLE product (id integer PRIMARY KEY);
      CREATE TABLE item (
        id serial CONSTRAINT pk PRIMARY KEY,
        "Name" varchar(20) COLLATE "C" DEFAULT 'x' NOT NULL,
        price numeric(8,2) CHECK (price > 0),
        product integer CONSTRAINT fk REFERENCES product ON DELETE CASCADE DEFERRABLE,
        twice numeric GENERATED ALWAYS AS (price * 2) STORED,
        UNIQUE ("Name") INCLUDE (price)
      ) WITH (fillfactor = 70);
      CREATE INDEX ix ON item ((price + 1), price DESC) WHERE price > 1;]]).objects
    local item = objects["table public.item"]
    item.owner = nil
    local function sql(text)
      return { sql = text }
    end
    assert.same({
      kind = "table",
      key = "table public.item",
      schema = "public",
      name = "item",
      with = { fillfactor = 70 },
      columns = {
        { kind = "column", name = "id", type = "integer", autoincrement = true },
        {
          kind = "column",
          name = "Name",
          type = "character varying(20)",
          nullable = false,
          collation = "C",
          server_default = sql("'x'::character varying"),
        },
        { kind = "column", name = "price", type = "numeric(8,2)" },
        { kind = "column", name = "product", type = "integer" },
        {
          kind = "column",
          name = "twice",
          type = "numeric",
          generated = { "price * (2)::numeric", stored = true },
        },
      },
      constraints = {
        { kind = "primary_key", name = "pk", columns = { "id" } },
        {
          kind = "unique",
          name = "item_Name_price_key",
          columns = { "Name" },
          include = { "price" },
        },
        { kind = "check", name = "item_price_check", expression = "price > (0)::numeric" },
        {
          kind = "foreign_key",
          name = "fk",
          columns = { "product" },
          referent_schema = "public",
          referent = "product",
          referred = { "id" },
          ondelete = "cascade",
          deferrable = true,
        },
      },
      indexes = {
        {
          kind = "index",
          name = "ix",
          columns = { sql("price + (1)::numeric"), { "price", desc = true } },
          where = sql("price > (1)::numeric"),
        },
      },
    }, item)
  end)

  it("leaves out what belongs to extensions, and keeps neap's own tables apart", function()
    local run = open([[
      CREATE EXTENSION citext;
      CREATE TABLE neap_version (version_num text PRIMARY KEY);
      CREATE TABLE neap_history (id bigint GENERATED ALWAYS AS IDENTITY);
      CREATE TABLE a (b citext);]])
    local snapshot = reflect.snapshot(run)
    run.close()
    local keys = {}
    for key in pairs(snapshot.objects) do
      keys[#keys + 1] = key
    end
    table.sort(keys)
    assert.same({ "extension citext", "schema public", "table public.a" }, keys)
    assert.is_not_nil(snapshot.own["table public.neap_version"])
    assert.same("public.citext", snapshot.objects["table public.a"].columns[1].type)
  end)

  it("prints names of the home schema bare, and all others in full", function()
    local ddl = [[
      CREATE SCHEMA app;
      CREATE TYPE app.mood AS ENUM ('a');
      CREATE TYPE public.mood AS ENUM ('b');
      CREATE TABLE public.t (a app.mood, b public.mood DEFAULT 'b');]]
    local columns = reflected(ddl, { home = "app" }).objects["table public.t"].columns
    assert.same({ "mood", "public.mood" }, { columns[1].type, columns[2].type })
    columns = reflected(ddl).objects["table public.t"].columns
    assert.same({ "app.mood", "public.mood" }, { columns[1].type, columns[2].type })
    assert.same("'b'::public.mood", columns[2].server_default.sql)
  end)

  it("looks at the schemas that are asked for", function()
    local snapshot = reflected(
      "CREATE SCHEMA app; CREATE TABLE app.a (b int); CREATE TABLE public.c (d int);",
      { schemas = { "app" } }
    )
    assert.same({ "app" }, snapshot.schemas)
    assert.is_not_nil(snapshot.objects["table app.a"])
    assert.is_nil(snapshot.objects["table public.c"])
  end)

  it("tells grants by what differs from the default", function()
    local objects = reflected([[
      CREATE TABLE a (b int, c int);
      GRANT SELECT, INSERT ON a TO reflect_reader WITH GRANT OPTION;
      GRANT UPDATE (b, c) ON a TO reflect_reader;
      CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
      REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;]]).objects
    assert.same({
      { role = "reflect_reader", privileges = { "insert", "select" }, grant_option = true },
      { role = "reflect_reader", privileges = { "update" }, columns = { "b", "c" } },
    }, objects["table public.a"].grants)
    assert.is_nil(objects["function public.f()"].grants)
    assert.same(
      { { role = "public", privileges = { "execute" } } },
      objects["function public.f()"].revokes
    )
  end)

  it("asks as many questions for a hundred tables as for one", function()
    local function questions(count)
      local ddl = {}
      for i = 1, count do
        ddl[i] = ("CREATE TABLE t%d (id serial PRIMARY KEY, p int REFERENCES t%d, q text UNIQUE);"):format(
          i,
          i
        )
      end
      local run = open(table.concat(ddl))
      local before = run.session.count
      reflect.snapshot(run)
      local asked = run.session.count - before
      run.close()
      return asked
    end
    assert.equal(questions(1), questions(100))
    assert.is_true(questions(1) < 30)
  end)

  it("leaves the session's settings as they were", function()
    local run = open("CREATE SCHEMA app")
    run.session:run("SET LOCAL search_path = app, public")
    run.session:run("SET LOCAL DateStyle = 'German'")
    reflect.snapshot(run, { home = "public" })
    assert.same({ "app, public", "German, DMY" }, {
      run.session:rows("SHOW search_path")[1][1],
      run.session:rows("SHOW DateStyle")[1][1],
    })
    run.close()
  end)

  it("names what no snapshot describes", function()
    local snapshot = reflected(
      [[
      CREATE TYPE public.odd;
      CREATE FUNCTION public.odd_in(cstring) RETURNS public.odd LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
      CREATE FUNCTION public.odd_out(public.odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
      CREATE TYPE public.odd (INPUT = public.odd_in, OUTPUT = public.odd_out, LIKE = integer);]]
    )
    assert.same({ "type public.odd" }, snapshot.others)
  end)

  for _, foreign_keys in ipairs({ "last", "within" }) do
    it("gives back a schema with every feature, foreign keys " .. foreign_keys, function()
      local run = open(everything())
      local copy = database_run.open(support.postgres())
      copy.session:run("SET LOCAL check_function_bodies = off")
      local before = reflect.snapshot(run)
      local operations = require("neap.schema.operations")
      copy.execute(operations.all(before, {
        null = run.null,
        foreign_keys = foreign_keys == "last" and "last" or nil,
      }))
      local after = reflect.snapshot(copy)
      run.close()
      copy.close()
      assert.same({}, round_trip.differences(before, after))
      assert.same({}, after.others)
      local count = 0
      for _ in pairs(after.objects) do
        count = count + 1
      end
      assert.is_true(count > 70, count .. " objects")
    end)
  end

  local seed = tonumber(os.getenv("NEAP_SEED")) or os.time()
  local count = tonumber(os.getenv("NEAP_SCHEMAS")) or 60
  it(("gives back %d random schemas (NEAP_SEED=%d)"):format(count, seed), function()
    local run = open(ROLES)
    for i = 1, count do
      math.randomseed(seed + i)
      local statements = random_schema()
      local ok, found = pcall(function()
        run.session:run("SET LOCAL check_function_bodies = off")
        for _, statement in ipairs(statements) do
          run.session:run(statement)
        end
        return round_trip.check(run, function()
          run.rollback()
          run.session:run("SET LOCAL check_function_bodies = off")
        end)
      end)
      if not ok or #found > 0 then
        run.close()
      end
      assert(ok, ("NEAP_SEED=%d NEAP_SCHEMAS=1: %s"):format(seed + i - 1, tostring(found)))
      assert.same({}, found, ("NEAP_SEED=%d NEAP_SCHEMAS=1"):format(seed + i - 1))
      run.rollback()
    end
    run.close()
  end)
end)
