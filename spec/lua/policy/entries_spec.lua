--- `permissions` of neap.lua: what is understood, and how a wrong entry is told.
require("spec.support.fake_run")
local entries = require("neap.policy.entries")

local function refusal(value)
  local ok, err = pcall(entries.check, value)
  assert.is_false(ok)
  assert.equal("usage", err.kind)
  return err.message
end

local function one(entry)
  return entries.check({ entry })[1]
end

describe("a policy's entry", function()
  it("has defaults for schema and name", function()
    assert.same({
      number = 1,
      kinds = { "table" },
      names = { "*" },
      owner = "app_owner",
    }, one({ kind = "table", owner = "app_owner" }))
  end)

  it("takes privileges as text, list, columns, with grant option, or none", function()
    local read = one({
      schema = { "a", "b*" },
      kind = { "table", "view" },
      name = "x",
      grants = {
        rw = "select, INSERT ,update (id, name)",
        ro = { "select", with_grant_option = true },
        lead = "all with grant option",
        PUBLIC = "",
        gone = false,
      },
    })
    assert.same({ "a", "b*" }, read.schemas)
    assert.same({
      rw = {
        privileges = {
          { privilege = "select" },
          { privilege = "insert" },
          { privilege = "update", columns = { "id", "name" } },
        },
      },
      ro = { privileges = { { privilege = "select" } }, with_grant_option = true },
      lead = { privileges = {}, all = true, with_grant_option = true },
      public = { privileges = {} },
      gone = { privileges = {} },
    }, read.grants)
  end)

  it("takes columns of any name in double quotes", function()
    local read =
      one({ kind = "table", grants = { r = [[select (id, "Full, (name)", "a""b"), insert]] } })
    assert.same({
      { privilege = "select", columns = { "id", "Full, (name)", 'a"b' } },
      { privilege = "insert" },
    }, read.grants.r.privileges)
  end)

  it("is for languages, servers and wrappers, too, that stand in no schema", function()
    for _, kind in ipairs({ "language", "foreign server", "foreign data wrapper" }) do
      assert.same(
        { { privilege = "usage" } },
        one({ kind = kind, grants = { r = "usage" } }).grants.r.privileges
      )
      assert.matches(
        "stands in no schema",
        refusal({ { kind = kind, schema = "a", owner = "o" } }),
        1,
        true
      )
    end
  end)

  for text, part in pairs({
    ["select (a,)"] = 'columns between the parentheses, (id, name, "Full name"), got (a,)',
    ["select ()"] = "columns between the parentheses",
    ['select ("a)'] = "columns between the parentheses",
    ['select (a"b)'] = "columns between the parentheses",
    ["select (a) with grant option"] = false,
  }) do
    it("reads or refuses " .. text, function()
      local entry = { kind = "table", grants = { r = text } }
      if part then
        assert.matches(part, refusal({ entry }), 1, true)
      else
        assert.is_true(one(entry).grants.r.with_grant_option)
      end
    end)
  end

  it("gives everybody no grant option, and everybody once", function()
    assert.matches(
      "a grant option can be given to roles only",
      refusal({ { kind = "table", grants = { PUBLIC = "select with grant option" } } }),
      1,
      true
    )
    assert.matches(
      "public stands there twice",
      refusal({ { kind = "table", grants = { PUBLIC = "select", public = "insert" } } }),
      1,
      true
    )
  end)

  it("survives the way through the host", function()
    local given = {
      {
        schema = 'we"ird\n',
        kind = "*",
        owner = "the owner",
        grants = { ["a-b"] = "all", public = false },
      },
      { kind = "schema", name = "x", ignore = true },
    }
    assert.same(entries.check(given), load(entries.chunk(given), "=policy", "t", {})())
  end)

  for _, case in ipairs({
    { 5, "expected a list of entries, got 5" },
    {
      { kind = "table" },
      'expected a list of entries { { kind = "table", ... }, ... }, and found the key "kind"',
    },
    {
      { [1] = { kind = "table", owner = "o" }, [3] = {} },
      "the list of entries has a hole (a nil)",
    },
    {
      { "x" },
      'entry 1: expected a table { kind = , name = , owner = , grants = }, got the string "x"',
    },
    {
      { { owner = "o" } },
      "entry 1: kind is missing: table, view, sequence, function, schema ...",
    },
    {
      { { kind = "tabel", owner = "o" } },
      'entry 1: unknown kind "tabel" (did you mean "table"?)',
    },
    { { { kind = "table", ownr = "o" } }, 'entry 1: unknown key "ownr" (did you mean "owner"?)' },
    { { { kind = "table" } }, "entry 1: says neither owner nor grants (nor ignore = true)" },
    {
      { { kind = "table", owner = "" } },
      'entry 1: owner: expected a role\'s name, got the string ""',
    },
    {
      { { kind = "table", schema = 1, owner = "o" } },
      "entry 1: schema: expected a string or a list of strings, got 1",
    },
    {
      { { kind = "schema", schema = "a", owner = "o" } },
      "entry 1: a schema stands in no schema: say which one with name",
    },
    {
      { { kind = "table", ignore = true, owner = "o" } },
      "entry 1: ignore leaves objects alone: it goes with neither owner nor grants",
    },
    { { { kind = "table", ignore = 1 } }, "entry 1: ignore: expected true or false, got 1" },
    {
      { { kind = "table", owner = "o" }, { kind = "sequence", grants = { r = "selct" } } },
      'entry 2: grants.r: "selct" cannot be granted on a sequence: it has usage, select, update (did you mean "select"?)',
    },
    {
      { { kind = { "table", "function" }, grants = { r = "select" } } },
      'entry 1: grants.r: "select" cannot be granted on a function: it has execute',
    },
    {
      { { kind = "schema", grants = { r = "usage (id)" } } },
      'entry 1: grants.r: "usage" of a schema has no columns',
    },
    {
      { { kind = "table", grants = { r = "delete (id)" } } },
      'entry 1: grants.r: "delete" of a table has no columns',
    },
    {
      { { kind = "table", grants = { r = "select ()" } } },
      'entry 1: grants.r: expected columns between the parentheses, (id, name, "Full name"), got ()',
    },
    {
      { { kind = "table", grants = { r = "select,,insert" } } },
      "entry 1: grants.r: a privilege is missing between commas",
    },
    {
      { { kind = "table", grants = { r = true } } },
      'entry 1: grants.r: expected "select, insert", a list of privileges or false, got true',
    },
    {
      { { kind = "table", grants = { r = { x = "y" } } } },
      'entry 1: grants.r: expected "select, insert" or a list of privileges',
    },
    {
      { { kind = "table", grants = { "r" } } },
      'entry 1: grants: expected a table { role = "select, insert" }, got a list',
    },
    { { { kind = "table", owner = "PUBLIC" } }, 'entry 1: owner: "PUBLIC" is no role\'s name' },
    {
      { { kind = "table", grants = { current_user = "all" } } },
      'entry 1: grants: "current_user" is no role\'s name',
    },
    {
      { { kind = "table", grants = "all" } },
      'entry 1: grants: expected a table { role = "select, insert" }, got the string "all"',
    },
  }) do
    it("is refused: " .. case[2], function()
      assert.equal(case[2], refusal(case[1]))
    end)
  end

  local seed = tonumber(os.getenv("NEAP_SEED")) or os.time() % 1000000
  it("of random values is understood or refused, and nothing else: seed " .. seed, function()
    math.randomseed(seed)
    local words = {
      "kind",
      "schema",
      "name",
      "owner",
      "grants",
      "ignore",
      "table",
      "function",
      "*",
      "select",
      "all (a)",
      "select (",
      "with grant option",
      " with grant option",
      "public",
      "",
      "\0",
      "%d%s",
      ",",
      "()",
      "a,b(c,d),",
    }
    local function value(depth)
      local kind = math.random(depth > 0 and 9 or 6)
      if kind <= 3 then
        return words[math.random(#words)]
      elseif kind == 4 then
        return ({ 0 / 0, 1.5, -1, math.mininteger })[math.random(4)]
      elseif kind == 5 then
        return ({ true, false, print })[math.random(3)]
      elseif kind == 6 then
        return nil
      end
      local made = {}
      for _ = 1, math.random(0, 4) do
        local key = math.random(3) == 1 and #made + 1 or words[math.random(#words)]
        made[key] = value(depth - 1)
      end
      return made
    end
    local counts = { understood = 0, refused = 0 }
    for _ = 1, 3000 do
      local entry =
        { kind = "table", [words[math.random(6)]] = value(2), [words[math.random(6)]] = value(3) }
      local ok, err = pcall(entries.chunk, { entry })
      if ok then
        counts.understood = counts.understood + 1
        assert.same(entries.check({ entry }), load(err, "=policy", "t", {})())
      else
        counts.refused = counts.refused + 1
        assert.equal("usage", err.kind)
        assert.matches("^entry 1: ", err.message)
      end
    end
    assert.is_true(
      counts.understood > 50 and counts.refused > 500,
      counts.understood .. ", " .. counts.refused
    )
  end)
end)
