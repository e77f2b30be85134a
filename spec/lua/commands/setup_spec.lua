--- neap setup by a user who may create roles and databases and is no superuser, as managed servers have it.

local support = require("spec.support")

local CONFIG = [[
return {
  url = %q,
  role = "spec_setup_owner",
  setup = {
    database = { owner = "spec_setup_owner" },
    roles = { "spec_setup_owner", "spec_setup_auditor" },
    schemas = { "app", { name = "audit", owner = "spec_setup_auditor" } },
  },
}
]]

describe("neap setup without a superuser", function()
  local database = ("neap_setup_roles_%d"):format(os.time() % 100000)

  local function clean()
    local server = support.server()
    support.psql(server, ("DROP DATABASE IF EXISTS %s WITH (FORCE)"):format(database))
    support.psql(
      server,
      [[DROP ROLE IF EXISTS spec_setup_owner, spec_setup_auditor;
        DROP ROLE IF EXISTS spec_setup_admin;]]
    )
  end
  setup(clean)
  teardown(clean)

  it("makes its user a member of the roles that own something", function()
    support.psql(support.server(), "CREATE ROLE spec_setup_admin LOGIN CREATEROLE CREATEDB")
    local url = support
      .server()
      :gsub("/postgres%?", "/" .. database .. "?")
      :gsub("user=postgres", "user=spec_setup_admin")
    local dir = support.project({
      ["neap.lua"] = CONFIG:format(url),
      ["migrations/a.lua"] = [[
        revision = "a1"
        function upgrade()
          op.create_table("app.account", { op.column("id", "integer", { primary_key = true }) })
        end
        function downgrade() op.drop_table("app.account") end]],
    })
    local function setup_again()
      local ran = support.run({ "neap", "setup" }, { cwd = dir })
      assert.equal(0, ran.status, ran.stdout .. ran.stderr)
      return ran.stdout .. ran.stderr
    end
    local said = setup_again()
    assert.matches("membership in spec_setup_owner", said, 1, true)
    assert.matches("membership in spec_setup_auditor", said, 1, true)
    assert.equal(
      "spec_setup_owner|spec_setup_owner|spec_setup_auditor|spec_setup_owner",
      support.psql(
        url,
        [[SELECT (SELECT datdba::regrole FROM pg_database WHERE datname = current_database()),
            (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'app'),
            (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'audit'),
            (SELECT relowner::regrole FROM pg_class WHERE oid = 'app.account'::regclass)]]
      )
    )
    assert.not_matches("membership", setup_again())
  end)
end)
