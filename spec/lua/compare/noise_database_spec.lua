--- What has not changed is no difference: databases against their own model, and against what they were restored from.

local support = require("spec.support")

local ROLES = [[
DO $$ BEGIN
  CREATE ROLE reflect_owner; CREATE ROLE reflect_reader;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
]]

describe("nothing to say", function()
  local function must(dir, ...)
    local ran = support.run({ "neap", ... }, { cwd = dir })
    assert.equal(0, ran.status, table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr)
    return ran.stdout
  end

  local function config(dir, url, model)
    support.write(
      dir .. "/neap.lua",
      ("return { url = %q, model = %q }\n"):format(url, model or "schema.lua")
    )
  end

  local function everything()
    local url = support.postgres()
    support.psql(url, ROLES)
    local version = tonumber(support.psql(url, "SHOW server_version_num"))
    for _, name in ipairs({ "everything", "everything_14", "everything_15", "everything_18" }) do
      local needed = tonumber(name:match("_(%d+)$")) or 13
      if version >= needed * 10000 then
        support.psql(url, support.read("spec/lua/reflect/" .. name .. ".sql"))
      end
    end
    return url
  end

  local function restored(url)
    local copy = support.postgres()
    support.psql(copy, support.must({ "pg_dump", url }))
    return copy
  end

  it("of a PostgreSQL database with everything, its models, its dump", function()
    local url = everything()
    local dir = support.project({})
    config(dir, url)
    support.write(dir .. "/schema.lua", must(dir, "model", "--from-database"))
    must(dir, "check")
    support.write(dir .. "/sql/a.sql", must(dir, "model", "--from-database", "--sql"))
    config(dir, url, "sql")
    must(dir, "check")
    local copy = restored(url)
    config(dir, copy)
    must(dir, "check")
    support.write(dir .. "/dump.sql", support.must({ "pg_dump", "-s", url }))
    config(dir, copy, "dump.sql")
    must(dir, "check")
    assert.equal("", must(dir, "diff", url, copy))
    local again = support.run({ "neap", "revision", "-m", "x", "--autogenerate" }, { cwd = dir })
    assert.equal(0, again.status)
    assert.equal("", again.stdout)
    assert.matches("No changes", again.stderr)
  end)

  it("is left of what a generated revision made, when it is undone", function()
    local shop = require("spec.lua.compare.shop")
    local url = support.postgres()
    support.psql(url, shop.roles)
    local dir = support.project({ ["schema.lua"] = shop.model })
    config(dir, url)
    must(dir, "revision", "-m", "all", "--autogenerate")
    must(dir, "upgrade", "head")
    must(dir, "check")
    must(dir, "downgrade", "base")
    local left = support.psql(
      url,
      [[SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname IN ('public', 'app') AND c.relname !~ '^neap_'
        UNION ALL SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname IN ('public', 'app')
        UNION ALL SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
          WHERE n.nspname IN ('public', 'app') AND t.typname !~ '^_?neap_';]]
    )
    assert.equal("0\n0\n0", left)
  end)

  -- What the database says of itself, as Lua and as SQL, is no difference.
  local function is_clean(url)
    local dir = support.project({})
    config(dir, url)
    support.write(dir .. "/schema.lua", must(dir, "model", "--from-database"))
    must(dir, "check")
    config(dir, url, "schema.sql")
    support.write(dir .. "/schema.sql", must(dir, "model", "--from-database", "--sql"))
    must(dir, "check")
  end

  it("of schemas with dots and quotes in their names", function()
    local url = support.postgres()
    support.psql(
      url,
      ROLES
        .. [[CREATE SCHEMA "a.b"; CREATE SCHEMA "q""q"; CREATE SCHEMA IF NOT EXISTS "é";
        CREATE TABLE "a.b".t (id integer PRIMARY KEY, "of" integer REFERENCES "a.b".t ON DELETE CASCADE);
        CREATE TABLE "q""q"."x.y" (id integer REFERENCES "a.b".t) PARTITION BY LIST (id);
        CREATE TABLE "q""q"."x.z" PARTITION OF "q""q"."x.y" FOR VALUES IN (1);
        CREATE FUNCTION "a.b".f(i integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
        GRANT SELECT ON "a.b".t TO reflect_reader; ALTER TABLE "a.b".t OWNER TO reflect_owner;
        REVOKE ALL ON FUNCTION "a.b".f(integer) FROM PUBLIC; COMMENT ON FUNCTION "a.b".f(integer) IS 'one';
        CREATE TABLE "é".t ();]]
    )
    is_clean(url)
  end)

  it("of names with dots, and of one thing in two words, on SQLite", function()
    local url = "sqlite:" .. support.tempdir() .. "/test.db"
    support.sqlite(
      url:sub(8),
      [[CREATE TABLE "a.b" (id INTEGER PRIMARY KEY, n INT DEFAULT 1, of REFERENCES "a.b" (id), yes boolean DEFAULT true);
      CREATE TABLE strict (n INT, m INTEGER, no INT DEFAULT FALSE) STRICT;
      CREATE INDEX "i.j" ON "a.b" (n);
      CREATE VIEW "v.w" AS SELECT * FROM "a.b";]]
    )
    is_clean(url)
  end)

  for _, database in ipairs(support.databases) do
    it("of the example project on " .. database.dialect, function()
      local url = database.new()
      support.must({ "neap", "-q", "-u", url, "upgrade", "head" })
      local dir = support.project({})
      config(dir, url)
      support.write(dir .. "/schema.lua", must(dir, "model", "--from-database"))
      must(dir, "check")
      -- Its roles are the server's: other specs begin without them.
      support.must({ "neap", "-q", "-u", url, "downgrade", "base" })
    end)
  end
end)
