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

local function cases(direction, list)
  local graph = graphs.new(lines, { "gone" })
  for range, expected in pairs(list) do
    it(("%s: %s"):format(range, expected), function()
      local plan, err = graph:range(direction, range)
      local start = plan and table.concat(plan.start, " ") .. ": " or ""
      assert.equal(expected, start .. graphs.plan(plan, err))
    end)
  end
end

local offline = "is relative to the database, which is not known here"
  .. " | Name a revision instead: an id, a label, head, base."

describe("an offline upgrade", function()
  cases("upgrade", {
    -- a single target is from base
    ["b1"] = ": t1 t2 b1 -> b1",
    ["heads"] = ": t1 t2 b1 c1 b2 m x1 x2 -> m x2",
    ["core@+3"] = ": t1 t2 c1 -> c1",
    -- ranges
    ["t2:m"] = "t2: b1 c1 b2 m -> m",
    ["t1:+1"] = "t1: t2 -> t2",
    ["b1:+2"] = "b1: c1 b2 m -> m",
    ["t2:core@+1"] = "t2: c1 -> c1",
    ["t2:billing@+2"] = "t2: b1 b2 -> b2",
    ["b1:"] = "b1: c1 b2 m x1 x2 -> m x2",
    [":t2"] = ": t1 t2 -> t2",
    [":"] = ": t1 t2 b1 c1 b2 m x1 x2 -> m x2",
    ["base:t1"] = ": t1 -> t1",
    ["head-1:m"] = 'usage: "head-1": there are 2 heads: m (m/6.lua), x2 (m/8.lua)'
      .. " | Say heads, LABEL@head, or one of them.",
    ["core@head-1:m"] = "c1: b1 b2 m -> m",
    ["billing@base:billing@head"] = "t2: b1 c1 b2 m -> m",
    ["ext@base:ext"] = ": x1 -> x1",
    ["gone:t1"] = "gone: t1 -> gone t1",
    -- ends that are not related
    ["c1:b2"] = "c1: b1 b2 -> b2 c1",
    ["x1:t1"] = "x1: t1 -> t1 x1",
    -- nothing to do
    ["m:m"] = "m: -> m",
    ["base:base"] = ": ->",
    ["gone:base"] = "gone: -> gone",
    -- reversed
    ["m:t2"] = 'usage: the range "m:t2" is reversed: t2 comes before m | Say t2:m, or use downgrade.',
    ["t1:base"] = 'usage: the range "t1:base" is reversed: base comes before t1'
      .. " | Say base:t1, or use downgrade.",
    ["heads:m"] = 'usage: the range "heads:m" is reversed: m comes before heads'
      .. " | Say m:heads, or use downgrade.",
    ["x2:b1"] = 'usage: the range "x2:b1" is reversed: b1 comes before x2 | Say b1:x2, or use downgrade.',
    ["t2:-1"] = 'usage: "-1" goes the wrong way: upgrade goes up',
    -- no database
    ["current:m"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
    ["+1:m"] = 'usage: "+1" ' .. offline,
    ["-1:m"] = 'usage: "-1" ' .. offline,
    ["core@-1:m"] = 'usage: "core@-1" ' .. offline,
    ["t1:current"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
    ["a:b:c"] = 'usage: "a:b:c" is not a revision identifier: a range has one colon | Identifiers are: an id '
      .. "or its beginning, head, heads, base, a LABEL, ID+2, ID-1, LABEL@head, LABEL@base, LABEL@ID.",
    ["zz:m"] = 'usage: there is no revision or label "zz"; the nearest is t1',
  })
end)

describe("an offline downgrade", function()
  cases("downgrade", {
    ["m:t2"] = "m: m b2 c1 b1 -> t2",
    ["m:b1"] = "m: m b2 -> b1 c1",
    ["b2:-1"] = "b2: b2 -> b1",
    ["m:billing@-2"] = "m: m b2 -> b1 c1",
    ["m:billing@base"] = "m: m b2 b1 -> c1",
    ["m:"] = "m: m b2 c1 b1 t2 t1 ->",
    ["heads:base"] = "m x2: x2 x1 m b2 c1 b1 t2 t1 ->",
    [":base"] = "m x2: x2 x1 m b2 c1 b1 t2 t1 ->",
    [":x1"] = "m x2: x2 -> m x1",
    ["t2:t2"] = "t2: -> t2",
    -- ends that only a dependency relates
    ["x2:b1"] = "x2: x2 b2 -> b1 x1",
    ["x2:b2"] = "x2: -> x2",
    ["t2:m"] = 'usage: the range "t2:m" is reversed: m comes after t2 | Say m:t2, or use upgrade.',
    ["base:t1"] = 'usage: the range "base:t1" is reversed: t1 comes after base | Say t1:base, or use upgrade.',
    ["c1:b1"] = 'usage: the range "c1:b1" leads nowhere: b1 is not applied at c1',
    ["m:+1"] = 'usage: "+1" goes the wrong way: downgrade goes down',
    ["current:base"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
    ["-1:base"] = 'usage: "-1" ' .. offline,
    ["base"] = "usage: downgrade --sql needs a range: from where to base"
      .. " | For example: neap downgrade head:base --sql",
  })
end)
