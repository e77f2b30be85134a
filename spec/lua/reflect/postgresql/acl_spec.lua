local acls = require("neap.reflect.postgresql.acl")

describe("an access list", function()
  it("is what it gives beyond the default, and what it takes away", function()
    local acl = acls.new(150000)
    assert.same({ nil, nil, n = 2 }, table.pack(acl:read("table", "me", nil)))
    assert.same({ nil, nil, n = 2 }, table.pack(acl:read("table", "me", "me=arwdDxt/me")))
    local grants, revokes = acl:read("table", "me", 'me=arwDxt/me\n=r/me\n"odd ""role="=ra*/me')
    assert.same({
      { role = 'odd "role=', privileges = { "select" } },
      { role = 'odd "role=', privileges = { "insert" }, grant_option = true },
      { role = "public", privileges = { "select" } },
    }, grants)
    assert.same({ { role = "me", privileges = { "delete" } } }, revokes)
  end)

  it("of a function or type lets everybody in by default", function()
    local acl = acls.new(150000)
    local grants, revokes = acl:read("function", "me", "me=X/me")
    assert.is_nil(grants)
    assert.same({ { role = "public", privileges = { "execute" } } }, revokes)
    assert.same({ nil, nil, n = 2 }, table.pack(acl:read("type", "me", "=U/me\nme=U/me")))
  end)

  it("of the schema public goes by the version", function()
    local list = "me=UC/me\n=UC/me"
    assert.same({ nil, nil, n = 2 }, table.pack(acls.new(140000):read("public_schema", "me", list)))
    local grants = acls.new(150000):read("public_schema", "me", list)
    assert.same({ { role = "public", privileges = { "create" } } }, grants)
  end)

  it("knows what PostgreSQL 17 added", function()
    local full = "me=arwdDxtm/me"
    assert.same({ nil, nil, n = 2 }, table.pack(acls.new(170000):read("table", "me", full)))
    local _, revokes = acls.new(170000):read("table", "me", "me=arwdDxt/me")
    assert.same({ { role = "me", privileges = { "maintain" } } }, revokes)
  end)
end)
