--- Real schemas, loaded by op.load_sql in a revision, against psql and the sqlite3 shell.
--- Run by `make test-real DATA=dir`; dir holds pagila/pagila-schema.sql and chinook/*.sql.
local catalog = require("spec.support.catalog")
local support = require("spec.support")

local data = assert(os.getenv("NEAP_TEST_DATA"), "run by make test-real DATA=dir")

local function file(path)
  return assert(support.read(data .. "/" .. path), "there is no " .. path .. " in " .. data)
end

-- What a dump of nothing in particular takes to undo: everything in the schema public but neap's tables.
local drop_everything = [==[
DO $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY(
        SELECT format('DROP %s IF EXISTS %s CASCADE',
            CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                ELSE 'TABLE' END, oid::regclass)
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND relname !~ '^neap_'
        UNION ALL
        SELECT format('DROP %s IF EXISTS %s CASCADE',
            CASE prokind WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END, oid::regprocedure)
        FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT format('DROP TYPE IF EXISTS %s CASCADE', oid::regtype)
        FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('d', 'e')
    ) LOOP
        EXECUTE statement;
    END LOOP;
END
$$;
ALTER SCHEMA public OWNER TO pg_database_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
]==]

-- The sections of a dump that need pgvector, which not every server has.
local function without_vector(dump)
  local kept = {}
  for section in (dump .. "\n--\n-- Name: "):gmatch("(.-)\n%-%-\n%-%- Name: ") do
    if
      not section:match("^vector;")
      and not section:match("^EXTENSION vector")
      and not section:match("^film_embedding")
    then
      table.insert(kept, section)
    end
  end
  return table.concat(kept, "\n--\n-- Name: ")
end

local cases = {
  {
    name = "Pagila",
    dialect = "postgresql",
    text = function()
      local dump = file("pagila/pagila-schema.sql")
      local function answer(sql)
        return support.psql(support.server(), sql)
      end
      if answer("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'") == "0" then
        dump = without_vector(dump)
      end
      -- The dump is of PostgreSQL 18; older servers get the nearest that they know.
      if tonumber(answer("SHOW server_version_num")) < 180000 then
        dump = dump:gsub("uuidv7%(%)", "gen_random_uuid()"):gsub(" VIRTUAL\n", " STORED\n")
      end
      return dump
    end,
    tables = 60,
    rows = 0,
    downgrade = "op.load_sql('drop.sql')",
  },
  {
    name = "Chinook",
    dialect = "postgresql",
    text = function()
      return file("chinook/Chinook_PostgreSql.sql")
    end,
    tables = 11,
    rows = 15607,
    downgrade = "op.load_sql('drop.sql')",
  },
  {
    name = "Chinook",
    dialect = "sqlite",
    text = function()
      return file("chinook/Chinook_Sqlite.sql")
    end,
    tables = 11,
    rows = 15607,
    downgrade = [[for _, name in ipairs({ "InvoiceLine", "Invoice", "Customer", "Employee", "PlaylistTrack",
      "Playlist", "Track", "Album", "Artist", "Genre", "MediaType" }) do
        op.drop_table(name)
      end]],
  },
}

-- A project whose one revision loads the file; the directory is the project's.
local function project(case, text)
  return support.project({
    ["sql/all.sql"] = text,
    ["sql/drop.sql"] = drop_everything,
    ["migrations/20260101_a1_load.lua"] = ([[
--- Load everything.
revision = "a1"
function upgrade()
  op.load_sql("all.sql")
end
function downgrade()
  %s
end
]]):format(case.downgrade),
  })
end

local database_by_dialect = {}
for _, database in ipairs(support.databases) do
  database_by_dialect[database.dialect] = database
end

for _, case in ipairs(cases) do
  describe(("%s on %s"):format(case.name, case.dialect), function()
    local database = database_by_dialect[case.dialect]
    local text = case.text()
    local dir = project(case, text)
    local expected_schema, expected

    local function neap(url, ...)
      return support.must({ "neap", "-u", url, ... }, { cwd = dir })
    end

    setup(function()
      local url = database.new()
      database.query(url, text)
      expected_schema, expected = catalog.schema(url), catalog.everything(url)
      local rows, tables = catalog.row_count(url)
      assert.is_true(tables >= case.tables, tables .. " tables")
      assert.equal(case.rows, rows)
    end)

    it("is the same through neap, and gone after the downgrade", function()
      local url = database.new()
      local empty = case.dialect == "postgresql" and catalog.schema(url) or ""
      neap(url, "upgrade", "head")
      assert.equal("", catalog.difference(expected_schema, catalog.schema(url)))
      assert.equal(case.rows, (catalog.row_count(url)))
      assert.is_true(expected == catalog.everything(url), "the rows differ")
      neap(url, "downgrade", "base")
      assert.equal("", catalog.difference(empty, catalog.schema(url)))
      neap(url, "upgrade", "head")
      assert.equal("", catalog.difference(expected_schema, catalog.schema(url)))
    end)

    it("is the same through a script, and gone after the script back", function()
      local url = database.new()
      local empty = case.dialect == "postgresql" and catalog.schema(url) or ""
      database.query(url, neap(url, "upgrade", "base:head", "--sql"))
      assert.equal("", catalog.difference(expected_schema, catalog.schema(url)))
      assert.equal(case.rows, (catalog.row_count(url)))
      assert.is_true(expected == catalog.everything(url), "the rows differ")
      assert.match("a1", neap(url, "current"))
      database.query(url, neap(url, "downgrade", "head:base", "--sql"))
      assert.equal("", catalog.difference(empty, catalog.schema(url)))
    end)

    it("is the same from its dump, and has the same dump again", function()
      local url, copy, again = database.new(), database.new(), database.new()
      database.query(url, text)
      local dumped = neap(url, "dump")
      database.query(copy, dumped)
      assert.equal("", catalog.difference(dumped, neap(copy, "dump")))
      if case.dialect == "postgresql" then
        assert.equal("", catalog.difference(expected_schema, catalog.schema(copy)))
      else
        -- The first dump lays the texts out.
        database.query(again, neap(copy, "dump"))
        assert.equal("", catalog.difference(catalog.schema(copy), catalog.schema(again)))
      end
    end)
  end)
end
