--- The helper `permissions`: what it sends, how it checks, how it is undone.
local support = require("spec.support")

local function revision(upgrade, downgrade)
  return ('revision = "a1"\n\nlocal permissions = require("permissions")\n\nfunction upgrade()\n%s\nend\n\nfunction downgrade()\n%s\nend\n'):format(
    upgrade,
    downgrade or ""
  )
end

local function project(url, upgrade, downgrade)
  return support.project({
    ["neap.lua"] = ("return { url = %q }\n"):format(url),
    ["migrations/1_a.lua"] = revision(upgrade, downgrade),
  })
end

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

-- The statements of an offline upgrade, those of the revision alone.
local function script(upgrade, direction)
  local dir = project("postgresql:///none", upgrade, "op.reverse(upgrade)")
  local words = direction == "down" and { "downgrade", "head:base" } or { "upgrade", "base:head" }
  local result = neap(dir, words[1], words[2], "--sql")
  assert.equal(0, result.status, result.stderr)
  local text = result.stdout:match("SET lock_timeout = '5000ms';\n(.-)RESET ALL;")
  return text
end

local EVERYTHING = [[
permissions.join("app_ro", { "alice", "bob" }, { with_admin_option = true })
permissions.own({ "account", "bixie.report" }, "app_owner", nil, { existing_owner = "postgres" })
permissions.own("f(integer)", "app_owner", "function", { existing_owner = "postgres" })
permissions.grant("usage", "schema", "bixie", { "reader", "writer" })
permissions.revoke("create", "schema", "public", "public")
permissions.read("account", "reader", { columns = { "id" } })
permissions.write({ "account", "report" }, "writer")
permissions.none("secret", "writer")
permissions.use("bixie", "reader")
permissions.call("f(integer)", "writer")
permissions.default({ schema = "bixie", grant = "select", on = "tables", to = "reader" })
permissions.policy("own_rows", "account", { to = "customer", using = "owner = current_user" })
permissions.rows("report", true, { force = true, schema = "bixie" })
permissions.leave("app_ro", "carol")
]]

describe("permissions", function()
  it("sends what its names say", function()
    assert.equal(
      [[
GRANT app_ro TO alice, bob WITH ADMIN OPTION;
ALTER TABLE account OWNER TO app_owner;
ALTER TABLE bixie.report OWNER TO app_owner;
ALTER FUNCTION f(integer) OWNER TO app_owner;
GRANT USAGE ON SCHEMA bixie TO reader, writer;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT SELECT (id) ON TABLE account TO reader;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE account, report TO writer;
REVOKE ALL ON TABLE secret FROM writer;
GRANT USAGE ON SCHEMA bixie TO reader;
REVOKE ALL ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO writer;
ALTER DEFAULT PRIVILEGES IN SCHEMA bixie GRANT SELECT ON TABLES TO reader;
CREATE POLICY own_rows ON account TO customer USING (owner = current_user);
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE bixie.report ENABLE ROW LEVEL SECURITY;
ALTER TABLE bixie.report FORCE ROW LEVEL SECURITY;
REVOKE app_ro FROM carol;
]],
      script(EVERYTHING)
    )
  end)

  it("is undone by op.reverse", function()
    assert.equal(
      [[
GRANT app_ro TO carol;
ALTER TABLE bixie.report NO FORCE ROW LEVEL SECURITY;
ALTER TABLE bixie.report DISABLE ROW LEVEL SECURITY;
ALTER TABLE account DISABLE ROW LEVEL SECURITY;
DROP POLICY own_rows ON account;
ALTER DEFAULT PRIVILEGES IN SCHEMA bixie REVOKE SELECT ON TABLES FROM reader;
REVOKE EXECUTE ON FUNCTION f(integer) FROM writer;
GRANT ALL ON FUNCTION f(integer) TO PUBLIC;
REVOKE USAGE ON SCHEMA bixie FROM reader;
GRANT ALL ON TABLE secret TO writer;
REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLE account, report FROM writer;
REVOKE SELECT (id) ON TABLE account FROM reader;
GRANT CREATE ON SCHEMA public TO PUBLIC;
REVOKE USAGE ON SCHEMA bixie FROM reader, writer;
ALTER FUNCTION f(integer) OWNER TO postgres;
ALTER TABLE bixie.report OWNER TO postgres;
ALTER TABLE account OWNER TO postgres;
REVOKE app_ro FROM alice, bob;
]],
      script(EVERYTHING, "down")
    )
  end)

  it("creates roles that are missing, once, and makes them members", function()
    local url, name = support.postgres(), "spec_helper_" .. os.time() % 100000
    local dir = project(
      url,
      ([[
  permissions.role("NAME_rw")
  permissions.role("NAME_rw")
  permissions.role("NAME_app", { login = true, connection_limit = 3, member_of = "NAME_rw" })
  permissions.role("NAME_app", { connection_limit = 9, member_of = "NAME_rw", members = { "NAME_x" } })
  permissions.attributes("NAME_app", { comment = "the application", settings = { work_mem = "8MB" } })]]):gsub(
        "NAME",
        name
      ),
      ('permissions.drop_role("NAME_app")\npermissions.drop_role("NAME_rw")\npermissions.drop_role("NAME_x")\npermissions.drop_role("NAME_x")'):gsub(
        "NAME",
        name
      )
    )
    support.psql(url, ("CREATE ROLE %s_x"):format(name))
    local up = neap(dir, "upgrade", "head")
    assert.equal(0, up.status, up.stderr)
    assert.equal(
      ("%s_app|t|3|{work_mem=8MB}|the application|{%s_rw}|{%s_x}"):format(name, name, name),
      support.psql(
        url,
        (
          "SELECT r.rolname, r.rolcanlogin, r.rolconnlimit, r.rolconfig, shobj_description(r.oid, 'pg_authid'),"
          .. "(SELECT array_agg(m.roleid::regrole) FROM pg_auth_members m WHERE m.member = r.oid),"
          .. "(SELECT array_agg(m.member::regrole) FROM pg_auth_members m WHERE m.roleid = r.oid)"
          .. " FROM pg_roles r WHERE r.rolname = '%s_app'"
        ):format(name)
      )
    )
    assert.equal(0, neap(dir, "downgrade", "base").status)
    assert.equal(
      "0",
      support.psql(url, ("SELECT count(*) FROM pg_roles WHERE rolname LIKE '%s%%'"):format(name))
    )
  end)

  for call, message in pairs({
    ["permissions.role()"] = "permissions.role: bad argument #1: expected the role's name, got nil",
    ['permissions.role("r", "my password")'] = "permissions.role: bad argument #2: expected a table of options, got a string",
    ['permissions.role("r", { member_of = 5 })'] = "permissions.role: member_of and members take a role's name or a list of them",
    ['permissions.attributes("r", 1)'] = "permissions.attributes: bad argument #2: expected a table of options, got 1",
    ['permissions.join("r", {})'] = "permissions.join: bad argument #2: expected a role's name or a list of them, got a table",
    ['permissions.own("t")'] = "permissions.own: bad argument #2: expected a role's name, got nil",
    ['permissions.own("t", "r", 5)'] = "permissions.own: bad argument #3: expected what it is (table, sequence, function ...), got 5",
    ['permissions.grant(nil, "table", "t", "r")'] = 'permissions.grant: bad argument #1: expected "select, insert" or a list of privileges, got nil',
    ['permissions.grant("x", "role", "t", "r")'] = 'permissions.grant: bad argument #1: expected nil, because a role is granted as it is, got the string "x"',
    ['permissions.revoke("select", "table", "t")'] = "permissions.revoke: bad argument #4: expected a role's name or a list of them, got nil",
    ['permissions.call("f()", "r", "table")'] = 'permissions.call: bad argument #3: expected function, procedure or routine, got the string "table"',
    ['permissions.read("t", { "a", 5 })'] = "permissions.read: bad argument #2: expected a role's name or a list of them, got a table",
    ['permissions.write("t", "r", 5)'] = "permissions.write: bad argument #3: expected a table of options, got 5",
    ["permissions.default()"] = "permissions.default: bad argument #1: expected a table { grant = , on = , to = }",
    ['permissions.policy("p", nil)'] = "permissions.policy: bad argument #2: expected the table's name, got nil",
    ['permissions.rows("p", "on")'] = 'permissions.rows: bad argument #2: expected true or false, got the string "on"',
  }) do
    it("refuses " .. call .. " at its line, on SQLite, too", function()
      local result = neap(project("sqlite:a.db", "  " .. call), "upgrade", "head")
      assert.equal(1, result.status)
      assert.matches("failed: " .. message .. "\n", result.stderr, 1, true)
      assert.matches("at migrations/1_a.lua:6\n", result.stderr, 1, true)
    end)
  end

  it("does nothing on SQLite", function()
    local dir = project("sqlite:a.db", EVERYTHING .. 'permissions.role("x", { member_of = "y" })')
    assert.equal(0, neap(dir, "upgrade", "head").status)
    assert.equal(0, neap(dir, "downgrade", "base").status)
  end)

  it("passes what only PostgreSQL knows on to op, which names the line", function()
    local dir = project(support.postgres(), 'permissions.grant("selct", "table", "t", "r")')
    local result = neap(dir, "upgrade", "head")
    assert.matches(
      'op.grant: bad argument #1: unknown privilege "selct" (did you mean "select"?)',
      result.stderr,
      1,
      true
    )
    assert.matches("at migrations/1_a.lua:6\n", result.stderr, 1, true)
  end)
end)
