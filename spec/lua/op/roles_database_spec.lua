--- Roles on a real server: attributes, settings, and passwords that appear nowhere.
local support = require("spec.support")
local sql = require("neap.sql")

local PASSWORD = "correct horse 'battery' $neap$ staple"

local function decode(text)
  local digits, out, value, bits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", {}, 0, 0
  for char in text:gmatch("[^=]") do
    value, bits = value << 6 | (digits:find(char, 1, true) - 1), bits + 6
    if bits >= 8 then
      bits = bits - 8
      out[#out + 1] = string.char(value >> bits & 255)
    end
  end
  return table.concat(out)
end

local function project(url, upgrade, downgrade)
  return support.project({
    ["neap.lua"] = ("return { url = %q }\n"):format(url),
    ["migrations/1_a.lua"] = ('revision = "a1"\n\nfunction upgrade()\n%s\nend\n\nfunction downgrade()\n%s\nend\n'):format(
      upgrade,
      downgrade or ""
    ),
  })
end

-- Roles are the server's: each spec has names of its own.
local count = 0
local function role_name()
  count = count + 1
  return ("neap_spec_role_%d_%d"):format(os.time() % 100000, count)
end

describe("a password", function()
  it("becomes the verifier that the server would make", function()
    -- PostgreSQL's and RFC 7677's example.
    assert.equal(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        .. "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
      sql.verifier("pencil", decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    )
    assert.are_not.equal(sql.verifier("pencil"), sql.verifier("pencil"))
    assert.is_nil(sql.verifier("naïve"))
  end)

  it("is set, and seen nowhere", function()
    local url, name = support.postgres(), role_name()
    local dir = project(
      url,
      ([[
        op.create_role(%q, { login = true, if_not_exists = true, password = neap.x.password, settings = { work_mem = "8MB" } })
        op.alter_role(%q, { connection_limit = 3, password = neap.x.password })
        op.alter_role(%q, { comment = "of the specs" })
      ]]):format(name, name, name),
      ("op.drop_role(%q)"):format(name)
    )
    local words = { "neap", "-v", "-x", "password=" .. PASSWORD, "upgrade", "head" }
    local up = support.run(words, { cwd = dir })
    assert.equal(0, up.status, up.stderr)
    local stored = support.psql(
      url,
      (
        "SELECT a.rolpassword, a.rolcanlogin, a.rolconnlimit, r.rolconfig "
        .. "FROM pg_authid a JOIN pg_roles r USING (rolname) WHERE rolname = '%s'"
      ):format(name)
    )
    local salt = stored:match("^SCRAM%-SHA%-256%$4096:([^$]+)%$")
    assert.is_string(salt, stored)
    assert.equal(sql.verifier(PASSWORD, decode(salt)) .. "|t|3|{work_mem=8MB}", stored)
    local dump = support.must({ "pg_dump", url, "--data-only", "-t", "neap_*" }, {})
    for _, text in ipairs({ up.stdout, up.stderr, dump }) do
      assert.is_nil(text:find("battery", 1, true))
      assert.is_nil(text:find("SCRAM", 1, true))
    end
    assert.equal(0, support.run({ "neap", "downgrade", "base" }, { cwd = dir }).status)
  end)

  it("is in no message of a statement that fails", function()
    local url, name = support.postgres(), role_name()
    local dir = project(
      url,
      ("op.create_role(%q)\nop.create_role(%q, { password = %q })"):format(name, name, PASSWORD)
    )
    local up = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(1, up.status)
    assert.matches("already exists", up.stderr)
    assert.matches("1_a.lua:5", up.stderr)
    local log = support.run({ "neap", "log", "--format", "json" }, { cwd = dir })
    for _, text in ipairs({ up.stderr, up.stdout, log.stdout }) do
      assert.is_nil(text:find("battery", 1, true), text)
      assert.is_nil(text:find("SCRAM", 1, true), text)
    end
  end)

  it("is in no message about a wrong argument", function()
    for _, call in ipairs({
      'op.create_role("r", %q)',
      'op.create_role("r", { password = { %q } })',
      'op.alter_role("r", { password = { %q } })',
      'op.alter_role("r", %q)',
    }) do
      local dir = project("sqlite:a.db", call:format(PASSWORD))
      local up = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
      assert.equal(1, up.status)
      assert.matches("1_a.lua:4", up.stderr)
      assert.is_nil(up.stderr:find("battery", 1, true), up.stderr)
    end
  end)

  it("is left out of a script, which says so", function()
    local dir = project(
      "postgresql:///none",
      ('op.create_role("app", { login = true, password = %q })'):format(PASSWORD)
    )
    local script = support.run({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
    assert.equal(0, script.status, script.stderr)
    assert.matches("\\password app in psql sets it", script.stdout, 1, true)
    assert.matches("CREATE ROLE app LOGIN;", script.stdout, 1, true)
    assert.is_nil(script.stdout:find("PASSWORD '", 1, true))
    assert.is_nil(script.stdout:find("SCRAM", 1, true))
  end)
end)
