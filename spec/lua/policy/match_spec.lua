--- Which entries speak of an object, and what they want of it together.
require("spec.support.fake_run")
local entries = require("neap.policy.entries")
local match = require("neap.policy.match")

local function policy(list, config)
  return match.compile(entries.check(list), config)
end

local function numbers(list, object, config)
  local wanted = match.wanted(policy(list, config), object)
  return wanted and table.concat(wanted.entries, ",") or ""
end

local function of(kind, schema, name, fields)
  local object = { kind = kind, schema = schema, name = name }
  for key, value in pairs(fields or {}) do
    object[key] = value
  end
  return object
end

describe("a policy", function()
  it("matches schemas and names by globs", function()
    local list = {
      { kind = "table", owner = "o" },
      { kind = "table", schema = "app", owner = "o" },
      { kind = "table", schema = { "a?p", "x" }, name = "log_*", owner = "o" },
      { kind = "table", name = "a.b+c", owner = "o" },
      { kind = "table", name = { "nix", "log_2024%" }, owner = "o" },
    }
    assert.equal("1,2", numbers(list, of("table", "app", "account")))
    assert.equal("1,2,3", numbers(list, of("table", "app", "log_x")))
    assert.equal("1", numbers(list, of("table", "apple", "log_x")))
    assert.equal("1,4", numbers(list, of("table", "other", "a.b+c")))
    assert.equal("1", numbers(list, of("table", "other", "aXb+c")))
    assert.equal("1,5", numbers(list, of("table", "other", "log_2024%")))
    assert.equal("", numbers(list, of("view", "app", "log_x")))
  end)

  it("knows kinds within kinds", function()
    local list = {
      { kind = "table", owner = "o" },
      { kind = "partitioned table", owner = "o" },
      { kind = "partition", owner = "o" },
      { kind = "function", owner = "o" },
      { kind = "aggregate", owner = "o" },
      { kind = "routine", owner = "o" },
      { kind = "*", owner = "o" },
      { kind = "schema", owner = "o" },
    }
    assert.equal("1,7", numbers(list, of("table", "a", "t")))
    assert.equal("1,2,7", numbers(list, of("table", "a", "t", { partitioned = true })))
    assert.equal("1,3,7", numbers(list, of("table", "a", "t", { partition = true })))
    assert.equal("4,6,7", numbers(list, of("function", "a", "f", { arguments = "()" })))
    assert.equal("4,5,6,7", numbers(list, of("aggregate", "a", "f", { arguments = "()" })))
    assert.equal("6,7", numbers(list, of("procedure", "a", "f", { arguments = "()" })))
    assert.equal("8", numbers(list, of("schema", nil, "a")))
  end)

  it("tells functions apart by their arguments", function()
    local list = {
      { kind = "function", name = "f", owner = "o" },
      { kind = "function", name = "f(integer*)", owner = "o" },
    }
    assert.equal("1", numbers(list, of("function", "a", "f", { arguments = "(text)" })))
    assert.equal("1,2", numbers(list, of("function", "a", "f", { arguments = "(integer, text)" })))
    local named = { arguments = "(INOUT a integer, b text)", types = "(integer, text)" }
    assert.equal("1,2", numbers(list, of("function", "a", "f", named)))
    list[2].name = "f(INOUT a*"
    assert.equal("1,2", numbers(list, of("function", "a", "f", named)))
  end)

  it("is refined by later entries, a role at a time", function()
    local wanted = match.wanted(
      policy({
        { kind = "table", owner = "a", grants = { r = "select", w = "all" } },
        { kind = "table", name = "x", grants = { w = "insert" } },
        { kind = "table", name = "x", owner = "b", grants = { s = "delete" } },
      }),
      of("table", "app", "x")
    )
    assert.equal("b", wanted.owner)
    assert.same({
      r = { privileges = { { privilege = "select" } } },
      w = { privileges = { { privilege = "insert" } } },
      s = { privileges = { { privilege = "delete" } } },
    }, wanted.grants)
    assert.same({ 1, 2, 3 }, wanted.entries)
  end)

  it("leaves alone what an entry ignores, unless a later one speaks again", function()
    local list = {
      { kind = "table", owner = "a" },
      { kind = "table", name = "legacy_*", ignore = true },
      { kind = "table", name = "legacy_b", owner = "c" },
    }
    assert.is_nil(match.wanted(policy(list), of("table", "app", "legacy_a")).owner)
    assert.equal("c", match.wanted(policy(list), of("table", "app", "legacy_b")).owner)
  end)

  it("leaves neap's own tables alone unless they are named", function()
    local config = { version_table = "alembic_version", history_table = "neap_history" }
    local list = { { kind = { "table", "sequence" }, owner = "a" } }
    for _, name in ipairs({ "neap_version", "neap_history", "neap_source", "alembic_version" }) do
      assert.equal("", numbers(list, of("table", "public", name), config))
    end
    assert.equal("", numbers(list, of("sequence", "public", "neap_history_id_seq"), config))
    assert.equal("", numbers(list, of("sequence", "public", "alembic_version_id_seq"), config))
    assert.equal("1", numbers(list, of("table", "public", "neaptide"), config))
    table.insert(list, { kind = "table", name = "neap_*", owner = "a" })
    table.insert(list, { kind = "table", name = "alembic_version", owner = "a" })
    assert.equal("2", numbers(list, of("table", "public", "neap_version"), config))
    assert.equal("3", numbers(list, of("table", "public", "alembic_version"), config))
  end)

  it("names its roles", function()
    local list = entries.check({
      { kind = "table", owner = "b", grants = { public = "select", c = "select" } },
      { kind = "view", owner = "a", grants = { c = "select" } },
    })
    assert.same({ "a", "b", "c" }, match.roles(list))
  end)
end)
