--- The operations between what a policy wants and what an object has, as SQL.
require("spec.support.fake_run")
local apply = require("neap.policy.apply")
local compare = require("neap.policy.compare")
local entries = require("neap.policy.entries")
local match = require("neap.policy.match")
local postgresql = require("neap.dialect.postgresql")
local read = require("neap.policy.read")

local null = require("spec.support.fake_run").null

-- grants: { "role privilege" | "role privilege column" | "role privilege - grantor" | "role privilege * " with option }
local function object(kind, name, grants)
  local made = { kind = kind, schema = "app", name = name, owner = "own", grants = {} }
  for i, text in ipairs(grants or {}) do
    local role, privilege, option, column, grantor =
      text:match("^(%S+) (%a+)(%*?) ?(%w*) ?b?y? ?(%w*)$")
    if column == "by" then
      grantor = text:match("by (%w+)$")
    end
    made.grants[i] = {
      role = role,
      privilege = privilege,
      column = column ~= "" and column ~= "by" and column or nil,
      with_grant_option = option == "*" or nil,
      grantor = grantor ~= "" and grantor or "own",
    }
  end
  return made
end

local function sql(entry, thing, version)
  entry.kind = entry.kind or thing.kind
  local wanted = match.wanted(match.compile(entries.check({ entry })), thing)
  local difference = compare.difference(wanted, thing, version)
  local list = {}
  for _, operation in ipairs(difference and apply.operations({ difference }, null) or {}) do
    for _, statement in ipairs(postgresql.compile(operation, {})) do
      list[#list + 1] = statement.sql
    end
  end
  return list, difference
end

describe("the difference to a policy", function()
  it("is nothing when all is well", function()
    assert.same(
      {},
      sql(
        { owner = "own", grants = { r = "select", own = "all", gone = false } },
        object("table", "t", { "r select" })
      )
    )
  end)

  it("is an owner, then what to take back, then what to give", function()
    local list, difference = sql(
      { owner = "new", grants = { r = "select, insert", s = "update" } },
      object("table", "t", { "r select", "r delete", "x select", "public select" })
    )
    assert.same({
      "ALTER TABLE app.t OWNER TO new",
      "REVOKE ALL ON TABLE app.t FROM PUBLIC",
      "REVOKE DELETE ON TABLE app.t FROM r",
      "GRANT INSERT ON TABLE app.t TO r",
      "GRANT UPDATE ON TABLE app.t TO s",
      "REVOKE ALL ON TABLE app.t FROM x",
    }, list)
    assert.same({ has = "own", wants = "new" }, difference.owner)
    assert.same(
      { role = "r", has = "delete, select", wants = "insert, select", taken = "delete" },
      difference.grants[2]
    )
  end)

  it("leaves the owner alone where the policy does not say, and grants likewise", function()
    assert.same({}, sql({ owner = "own" }, object("table", "t", { "x select" })))
    assert.same(
      { "REVOKE ALL ON TABLE app.t FROM x" },
      sql({ grants = {} }, object("table", "t", { "x select" }))
    )
  end)

  it("knows that a new owner has what it was granted", function()
    assert.same(
      { "ALTER TABLE app.t OWNER TO r" },
      sql({ owner = "r", grants = { own = false } }, object("table", "t", { "r select" }))
    )
  end)

  it("gives all that a kind has, by version", function()
    local list = sql({ grants = { r = "all" } }, object("table", "t", { "r select" }), 170000)
    assert.same({
      "GRANT DELETE, INSERT, MAINTAIN, REFERENCES, TRIGGER, TRUNCATE, UPDATE ON TABLE app.t TO r",
    }, list)
    list = sql({ grants = { r = "all" } }, object("sequence", "s"), 150000)
    assert.same({ "GRANT SELECT, UPDATE, USAGE ON SEQUENCE app.s TO r" }, list)
  end)

  it("gives columns anew when the table's privilege is taken back", function()
    assert.same(
      {
        "REVOKE SELECT ON TABLE app.t FROM r",
        "GRANT SELECT (a) ON TABLE app.t TO r",
        "GRANT SELECT (b) ON TABLE app.t TO r",
      },
      sql({ grants = { r = "select (a, b)" } }, object("table", "t", { "r select", "r select a" }))
    )
    assert.same(
      { "REVOKE SELECT (a) ON TABLE app.t FROM r", "GRANT SELECT ON TABLE app.t TO r" },
      sql({ grants = { r = "select" } }, object("table", "t", { "r select a" }))
    )
  end)

  it("gives and takes grant options", function()
    assert.same(
      { "GRANT SELECT ON TABLE app.t TO r WITH GRANT OPTION" },
      sql({ grants = { r = "select with grant option" } }, object("table", "t", { "r select" }))
    )
    assert.same(
      { "REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM r CASCADE" },
      sql({ grants = { r = "select" } }, object("table", "t", { "r select*" }))
    )
    assert.same(
      { "REVOKE ALL ON TABLE app.t FROM r CASCADE" },
      sql({ grants = {} }, object("table", "t", { "r select*" }))
    )
  end)

  it("takes back what others gave along with their grant option, and gives anew", function()
    local lead = { grants = { lead = "select with grant option", x = "select" } }
    assert.same({}, sql(lead, object("table", "t", { "lead select*", "x select by lead" })))
    assert.same({
      "REVOKE GRANT OPTION FOR SELECT ON TABLE app.t FROM lead CASCADE",
      "GRANT SELECT ON TABLE app.t TO lead WITH GRANT OPTION",
      "GRANT SELECT ON TABLE app.t TO x",
    }, sql(
      lead,
      object("table", "t", { "lead select*", "x select by lead", "y select by lead" })
    ))
  end)

  it("takes a column's privilege back as the one who gave it", function()
    assert.same({
      "GRANT SELECT ON TABLE app.t TO lead WITH GRANT OPTION",
      "SET ROLE lead",
      "REVOKE SELECT (a) ON TABLE app.t FROM x CASCADE",
      "RESET ROLE",
      "REVOKE ALL ON TABLE app.t FROM lead CASCADE",
    }, sql({ grants = {} }, object("table", "t", { "x select a by lead" })))
  end)

  it("does not touch the owner of a column's sequence", function()
    local sequence = object("sequence", "s")
    sequence.linked = true
    assert.same({}, sql({ owner = "new" }, sequence))
  end)

  it("names routines by their arguments, and types as types", function()
    local routine = object("procedure", "p", { "public execute" })
    routine.arguments = "(a integer)"
    assert.same({
      "ALTER PROCEDURE app.p(a integer) OWNER TO new",
      "REVOKE ALL ON PROCEDURE app.p(a integer) FROM PUBLIC",
    }, sql({ owner = "new", grants = {} }, routine))
    routine.kind = "aggregate"
    assert.same(
      { "GRANT EXECUTE ON ROUTINE app.p(a integer) TO r" },
      sql({ grants = { r = "execute", public = "execute" } }, routine)
    )
    assert.same(
      { "ALTER DOMAIN app.d OWNER TO new", "GRANT USAGE ON DOMAIN app.d TO r" },
      sql({ owner = "new", grants = { r = "usage" } }, object("domain", "d"))
    )
  end)
end)

describe("the catalog's rows", function()
  it("become objects, sorted by kind and name", function()
    local objects = read.objects({
      { kind = "view", schema = "a", name = "v", owner = "o" },
      {
        kind = "table",
        schema = "a",
        name = "t",
        owner = "o",
        privileges = "select,insert",
        grantor = "o",
      },
      {
        kind = "table",
        schema = "a",
        name = "t",
        owner = "o",
        privileges = "update",
        grantee = "r",
        column_name = "c",
        grantor = "x",
        is_grantable = true,
      },
      { kind = "schema", name = "a", owner = "o" },
    })
    local labels = {}
    for i, item in ipairs(objects) do
      labels[i] = read.label(item)
    end
    assert.same({ "schema a", "table a.t", "view a.v" }, labels)
    assert.same({
      { role = "public", privilege = "select", grantor = "o" },
      { role = "public", privilege = "insert", grantor = "o" },
      { role = "r", privilege = "update", column = "c", grantor = "x", with_grant_option = true },
    }, objects[2].grants)
  end)
end)
