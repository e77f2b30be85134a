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

  for _, database in ipairs(support.databases) do
    it("of the example project on " .. database.dialect, function()
      local url = database.new()
      support.must({ "neap", "-q", "-u", url, "upgrade", "head" })
      local dir = support.project({})
      config(dir, url)
      support.write(dir .. "/schema.lua", must(dir, "model", "--from-database"))
      must(dir, "check")
    end)
  end
end)
