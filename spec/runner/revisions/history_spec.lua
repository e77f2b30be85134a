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

describe("history", function()
  local graph = graphs.new(lines, { "gone" })

  for case, expected in pairs({
    [" > :"] = "x2 x1 m b2 c1 b1 t2 t1",
    [" > t2:m"] = "m b2 c1 b1 t2",
    [" > b1:m"] = "m b2 b1",
    [" > b1:"] = "m b2 b1",
    [" > :b2"] = "b2 b1 t2 t1",
    [" > base:b2"] = "b2 b1 t2 t1",
    [" > :x2"] = "x2 x1",
    [" > t1:heads"] = "m b2 c1 b1 t2 t1",
    [" > billing@base:billing@head"] = "m b2 b1",
    [" > billing@base:"] = "m b2 b1",
    [" > :billing@base"] = "t2 t1",
    [" > gone:"] = "x2 x1",
    [" > ext:ext@head"] = "x2 x1",
    [" > m-1:m"] = 'usage: "m-1" meets a merge at m: b2 (m/5.lua), c1 (m/4.lua)'
      .. " | Name one of them, or say LABEL@-1.",
    [" > b2-1:b2"] = "b2 b1",
    [" > m"] = "m",
    [" > heads"] = "x2 m",
    [" > base:base"] = "",
    ["b2 > current:"] = "m b2",
    ["b2 > :current"] = "b2 b1 t2 t1",
    ["b2 > -1:current"] = "b2 b1",
    ["b2 > -2:"] = "m b2 c1 b1 t2",
    ["b1 > t1:+1"] = "b2 b1 t2 t1",
    ["b2 c1 > current:m"] = "m b2 c1",
    ["c1 x2 > current:m"] = "x2 m c1",
    [" > current:t2"] = "t2 t1",
    ["gone > current:"] = "x2 x1",
    [" > m:t2"] = 'usage: the range "m:t2" is reversed: its end comes before its start',
    [" > t1:base"] = 'usage: the range "t1:base" is reversed: its end comes before its start',
    [" > x1:m"] = 'usage: the range "x1:m" is empty: its end does not descend from its start',
    [" > b1:x2"] = 'usage: the range "b1:x2" is empty: its end does not descend from its start',
  }) do
    it(("%s: %s"):format(case, expected), function()
      local rows, range = case:match("^(.-) > (.*)$")
      assert.equal(expected, graphs.list(graph:history(range, graphs.words(rows))))
    end)
  end

  it("is all of it without a range", function()
    assert.equal("x2 x1 m b2 c1 b1 t2 t1", graphs.list(graph:history()))
    assert.same({}, graphs.new({}):history())
  end)

  it("needs the database for what is relative to it", function()
    assert.equal(
      'usage: "current" is relative to the database, which is not known here'
        .. " | Name a revision instead: an id, a label, head, base.",
      graphs.list(graph:history("current:"))
    )
  end)
end)
