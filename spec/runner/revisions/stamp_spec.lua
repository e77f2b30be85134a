local graphs = require("spec.runner.revisions.graphs")

local lines = {
  "t1",
  "t2 <t1",
  "b1 <t2",
  "c1 <t2 #core",
  "b2 <b1 #billing",
  "m <b2 <c1",
  "x1 <gone #ext",
  "x2 <x1 !billing",
}

local function after(change)
  local rows = {}
  for _, row in ipairs(change.before) do
    rows[row] = true
  end
  for _, row in ipairs(change.removed) do
    assert.is_true(rows[row])
    rows[row] = nil
  end
  for _, row in ipairs(change.added) do
    assert.is_nil(rows[row])
    rows[row] = true
  end
  local list = {}
  for row in pairs(rows) do
    list[#list + 1] = row
  end
  table.sort(list)
  return table.concat(list, " ")
end

describe("stamp", function()
  local graph = graphs.new(lines, { "gone", "older" })

  local function stamp(rows, targets, purge)
    local change, err = graph:stamp(rows and graphs.words(rows), targets, purge)
    return change and after(change) or graphs.failure(err)
  end

  for case, expected in pairs({
    [" > b2"] = "b2",
    ["t1 > b2"] = "b2",
    ["m > t2"] = "t2",
    -- other lineages are left alone
    ["b1 > c1"] = "b1 c1",
    ["m > b1"] = "b1 c1",
    ["x1 > b2"] = "b2 x1",
    ["x1 b2 > b1"] = "b1 x1",
    ["x2 > m"] = "m x2",
    -- what depends on what is unstamped goes too
    ["x2 > b1"] = "b1 x1",
    -- in any order, from any state
    ["m x2 > b1 c1"] = "b1 c1 x1",
    ["m x2 > c1 b1"] = "b1 c1 x1",
    ["b2 x1 > b1 b2"] = "b2 x1",
    ["b2 x1 > b2 b1"] = "b2 x1",
    [" > t1 b2"] = "b2",
    [" > b2 t1"] = "b2",
    ["b1 b2 t1 > b1"] = "b1",
    -- no row for a target that another one implies
    [" > x2 billing"] = "x2",
    [" > heads"] = "m x2",
    [" > heads b1"] = "m x2",
    -- base
    ["m x2 > base"] = "",
    ["m x2 > base t1"] = "t1",
    ["m x2 > t1 base"] = "t1",
    ["b2 > billing@base"] = "t2",
    ["m > billing@base"] = "c1",
    ["m x2 > billing@base"] = "c1 x1",
    ["c1 > billing@base"] = "c1",
    [" > billing@base"] = "",
    ["b2 > b1-1"] = "t2",
    ["t2 > t1-1"] = "",
    ["m > core@head-1"] = "b2 c1",
    ["b1 > billing@+1"] = "b2",
    ["b2 > billing@-1"] = "b1",
    -- pruned
    [" > gone"] = "gone",
    ["x2 > gone"] = "b2 gone",
    ["gone > x1"] = "x1",
    ["gone > t1"] = "gone t1",
    ["older > t1"] = "t1",
    [" > older"] = "older",
    [" > gone x1"] = "x1",
    ["gone > base"] = "",
    ["gone t2 > gone"] = "gone t2",
    -- refused
    ["zz > m"] = "mismatch: the database is at zz, which is not among the revisions here",
    ["b1 > +1"] = 'usage: "+1" cannot be a target here | Say from where: ID+1, head+1 or LABEL@+1.',
    ["b1 > -1"] = 'usage: "-1" cannot be a target here | Say from where: ID-1, head-1 or LABEL@-1.',
    ["b1 > current"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
    ["b1 > b22"] = 'usage: there is no revision or label "b22"; the nearest is b2',
    ["b1 > head"] = 'usage: "head": there are 2 heads: m (m/6.lua), x2 (m/8.lua)'
      .. " | Say heads, LABEL@head, or one of them.",
  }) do
    it(("%s: %s"):format(case, expected), function()
      local rows, targets = case:match("^(.-) > (.*)$")
      assert.equal(expected, stamp(rows, graphs.words(targets)))
    end)
  end

  it("purges first when told so, also unknown rows", function()
    assert.equal("b1", stamp("zz x1 c1", { "b1" }, true))
    assert.equal("", stamp("zz", { "base" }, true))
    assert.equal("b1 c1", stamp("b1 zz", { "b1", "c1" }, true))
    local change = graph:stamp({ "zz", "b1" }, { "b1" }, true)
    assert.same({ before = { "b1", "zz" }, removed = { "zz" }, added = {} }, change)
  end)

  it("starts offline from the range's first end, or from nothing", function()
    assert.equal("b1", stamp(nil, { "b1" }))
    assert.equal("b1 c1", stamp(nil, { "b1", "c1" }))
    assert.same(
      { before = { "b1" }, removed = { "b1" }, added = { "m" } },
      graph:stamp(nil, { "b1:m" })
    )
    assert.same(
      { before = { "m" }, removed = { "m" }, added = { "t1" } },
      graph:stamp(nil, { "m:t1" })
    )
    assert.same(
      { before = { "m", "x2" }, removed = { "m", "x2" }, added = {} },
      graph:stamp(nil, { "heads:base" })
    )
    assert.same({ before = {}, removed = {}, added = { "t1" } }, graph:stamp(nil, { ":t1" }))
    assert.equal(
      'usage: "b1:m" is not a revision identifier: a range has one colon, and is for history and --sql'
        .. " | Identifiers are: an id or its beginning, head, heads, base, a LABEL, ID+2, ID-1, "
        .. "LABEL@head, LABEL@base, LABEL@ID.",
      stamp("", { "b1:m" })
    )
  end)

  it("takes ids that only look like ranges no more than once", function()
    assert.truthy(stamp(nil, { "a:b:c" }):find("a range has one colon", 1, true))
  end)
end)
