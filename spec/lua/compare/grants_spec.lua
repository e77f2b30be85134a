--- Grants of what is on both sides: what is left to say when the owner or the columns change.

describe("neap.compare.grants", function()
  local grants, plans

  setup(function()
    grants = require("neap.compare.grants")
    plans = require("neap.compare.plan")
  end)

  local function object(fields)
    local made = { kind = "table", schema = "public", name = "t", columns = {} }
    for _, name in ipairs({ "a", "b" }) do
      made.columns[#made.columns + 1] = { name = name }
    end
    for key, value in pairs(fields) do
      made[key] = value
    end
    return made
  end

  local function entry(role, privilege, columns)
    return { role = role, privileges = { privilege }, columns = columns }
  end

  -- "grant select to x", "revoke update (a) from y" ...
  local function said(a, b, owners)
    local plan = plans.new({ dialect = "postgresql", owners = owners })
    if owners then
      grants.compare_owner(plan, a, b)
    end
    grants.compare(plan, a, b)
    local list = {}
    for i, operation in ipairs(plan:operations()) do
      list[i] = operation.kind == "set_owner" and "owner " .. operation.role
        or ("%s %s%s %s"):format(
          operation.kind,
          table.concat(operation.privileges, ", "),
          operation.columns and " (" .. table.concat(operation.columns, ", ") .. ")" or "",
          table.concat(operation.roles, ", ")
        )
    end
    return list
  end

  it("are taken back and given", function()
    assert.same(
      { "revoke select x", "grant insert y" },
      said(
        object({ grants = { entry("x", "select") } }),
        object({ grants = { entry("y", "insert") } })
      )
    )
  end)

  it("go with a column", function()
    local a = object({ grants = { entry("x", "update", { "a", "c" }) } })
    a.columns[3] = { name = "c" }
    assert.same({}, said(a, object({ grants = { entry("x", "update", { "a" }) } })))
    assert.same({ "revoke update (a) x" }, said(a, object({})))
  end)

  it("go over to a new owner, who needs none himself", function()
    local a = object({ owner = "old", grants = { entry("new", "select"), entry("x", "select") } })
    local b = object({ owner = "new", grants = { entry("x", "select") } })
    assert.same({ "owner new" }, said(a, b, true))
    a.grants = { entry("old", "update", { "a" }) }
    assert.same({ "owner new", "revoke update (a) new", "grant select x" }, said(a, b, true))
  end)
end)
