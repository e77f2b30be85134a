--- Random schemas are what their own model says, and so is what they are restored to from a dump of the database's own
--- tool and from `neap dump`. NEAP_SEED begins elsewhere, NEAP_SCHEMAS says how many.

local catalog = require("spec.support.catalog")
local random_postgresql = require("spec.lua.compare.random_postgresql")
local random_sqlite = require("spec.lua.compare.random_sqlite")
local seeds = require("spec.support.seeds")
local support = require("spec.support")

local first, count = seeds.range("NEAP_SCHEMAS", 20)

local function must(dir, ...)
  local ran = support.run({ "neap", ... }, { cwd = dir, timeout = 300 })
  if ran.status ~= 0 then
    error(table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr, 0)
  end
  return ran.stdout
end

-- Against the model, and against the first database's dump.
local function check(dir, url, dump)
  must(dir, "-u", url, "check")
  local found = catalog.difference(dump, must(dir, "-u", url, "dump"))
  if found ~= "" then
    error("neap dump differs:\n" .. found, 0)
  end
end

-- neap.lua with that model.
local function config(dir, model)
  support.write(dir .. "/neap.lua", ("return { model = %q }\n"):format(model))
end

describe("random schemas on PostgreSQL", function()
  local version = tonumber(support.psql(support.server(), "SHOW server_version_num"))

  -- A database of their own with a schema for each seed.
  local function make(from, to)
    local url, parts = support.postgres(), { random_postgresql.roles }
    for seed = from, to do
      local made = random_postgresql.make(seed, "a", { version = version })
      parts[#parts + 1] = table.concat(made.statements, ";\n") .. ";"
    end
    support.psql(url, "SET client_min_messages = warning;\n" .. table.concat(parts, "\n"))
    return url
  end

  local function restored(text)
    local url = support.postgres()
    support.psql(url, text)
    return url
  end

  local function stays(from, to)
    local url, dir = make(from, to), support.project({ ["neap.lua"] = "return {}" })
    local dump = must(dir, "-u", url, "dump")
    support.write(dir .. "/schema.lua", must(dir, "-u", url, "model", "--from-database"))
    support.write(dir .. "/schema.sql", must(dir, "-u", url, "model", "--from-database", "--sql"))
    for _, model in ipairs({ "schema.lua", "schema.sql" }) do
      config(dir, model)
      check(dir, url, dump)
    end
    check(dir, restored(support.must({ "pg_dump", url })), dump)
    check(dir, restored(dump), dump)
  end

  for title, spec in seeds.specs(first, count, 25, stays) do
    it("are what their models and dumps say " .. title, spec)
  end
end)

describe("random schemas on SQLite", function()
  local function restored(text)
    local url = "sqlite:" .. support.tempdir() .. "/copy.db"
    support.sqlite(url:sub(8), text)
    return url
  end

  local function stays(from, to)
    local parts = { "PRAGMA foreign_keys = OFF" }
    for seed = from, to do
      parts[#parts + 1] = table.concat(random_sqlite.make(seed, "a", {}).statements, ";\n")
    end
    local url = restored(table.concat(parts, ";\n") .. ";")
    local dir = support.project({ ["neap.lua"] = "return {}" })
    local dump = must(dir, "-u", url, "dump")
    support.write(dir .. "/schema.lua", must(dir, "-u", url, "model", "--from-database"))
    support.write(dir .. "/schema.sql", must(dir, "-u", url, "model", "--from-database", "--sql"))
    for _, model in ipairs({ "schema.lua", "schema.sql" }) do
      config(dir, model)
      check(dir, url, dump)
    end
    check(dir, restored(support.sqlite(url:sub(8), ".dump")), dump)
    check(dir, restored(dump), dump)
  end

  for title, spec in seeds.specs(first, count, 25, stays) do
    it("are what their models and dumps say " .. title, spec)
  end
end)
