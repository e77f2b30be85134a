local graphs = require("spec.runner.revisions.graphs")

local lines = {
  "t1",
  "t2 <t1",
  "b1 <t2",
  "c1 <t2 #core",
  "b2 <b1 #billing",
  "m <b2 <c1",
  "x1 #ext",
  "x2 <x1 !billing",
}

local function cases(graph, plan, list)
  for case, expected in pairs(list) do
    it(("%s: %s"):format(case, expected), function()
      local rows, target = case:match("^(.-) > (.*)$")
      assert.equal(expected, graphs.plan(graph[plan](graph, graphs.words(rows), target)))
    end)
  end
end

describe("upgrade", function()
  describe(
    "applies targets, their ancestors and what they depend on, minus what is applied",
    function()
      cases(graphs.new(lines), "upgrade", {
        [" > t1"] = "t1 -> t1",
        [" > b2"] = "t1 t2 b1 b2 -> b2",
        [" > billing"] = "t1 t2 b1 b2 -> b2",
        [" > m"] = "t1 t2 b1 c1 b2 m -> m",
        [" > heads"] = "t1 t2 b1 c1 b2 m x1 x2 -> m x2",
        [" > x2"] = "t1 t2 b1 b2 x1 x2 -> x2",
        [" > ext@head"] = "t1 t2 b1 b2 x1 x2 -> x2",
        ["b1 > x2"] = "b2 x1 x2 -> x2",
        ["c1 > x2"] = "b1 b2 x1 x2 -> c1 x2",
        ["c1 x2 > m"] = "m -> m x2",
        ["t2 > core"] = "c1 -> c1",
        ["t2 > +0"] = "-> t2",
        ["b1 > +2"] = "c1 b2 m -> m",
        ["b1 > billing@+1"] = "b2 -> b2",
        ["c1 > billing@+1"] = "b1 -> b1 c1",
        ["t2 > b1+1"] = "b1 b2 -> b2",
        ["t2 > billing@b2-1"] = "b1 -> b1",
      })
    end
  )

  describe("does nothing when the target is applied", function()
    cases(graphs.new(lines), "upgrade", {
      ["m > b1"] = "-> m",
      ["x2 > billing"] = "-> x2",
      ["m x2 > heads"] = "-> m x2",
      [" > base"] = "->",
      ["b1 > base"] = "-> b1",
      ["b1 > billing@base"] = "-> b1",
      ["b1 > t1-1"] = "-> b1",
    })
  end)

  describe("refuses", function()
    cases(graphs.new(lines), "upgrade", {
      [" > head"] = 'usage: "head": there are 2 heads: m (m/6.lua), x2 (m/8.lua)'
        .. " | Say heads, LABEL@head, or one of them.",
      ["b1 > -1"] = 'usage: "-1" goes the wrong way: upgrade goes up',
      ["b1 > billing@-1"] = 'usage: "billing@-1" goes the wrong way: upgrade goes up',
      ["b1 > current"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
      ["b1 c1 > +1"] = 'usage: "+1" is relative to the current revision, and there are several: b1, c1'
        .. " | Say which: LABEL@+1, or from a revision, as in ID+1.",
      ["m > +2"] = 'usage: "+2" goes beyond the end: there are 0 revisions after m',
      ["zz > m"] = "mismatch: the database is at zz, which is not among the revisions here",
    })
  end)

  it("takes ties in file order", function()
    local g = graphs.new({ "c", "b <a", "a", "d <c" })
    assert.equal("c a b d -> b d", graphs.plan(g:upgrade({}, "heads")))
    -- what is applied does not hold up what follows it
    g = graphs.new({ "b <z", "c", "z" })
    assert.equal("b c -> b c", graphs.plan(g:upgrade({ "z" }, "heads")))
  end)
end)

describe("downgrade", function()
  describe(
    "undoes the descendants and whatever depends on an undone revision, never the rest",
    function()
      cases(graphs.new(lines), "downgrade", {
        ["m x2 > base"] = "x2 x1 m b2 c1 b1 t2 t1 ->",
        ["m x2 > t2"] = "x2 m b2 c1 b1 -> t2 x1",
        ["m x2 > b1"] = "x2 m b2 -> b1 c1 x1",
        ["m x2 > x1"] = "x2 -> m x1",
        ["m x2 > c1"] = "m -> c1 x2",
        ["m > core"] = "m -> b2 c1",
        ["b2 c1 > t2"] = "b2 c1 b1 -> t2",
        ["b2 c1 > b1"] = "b2 -> b1 c1",
        ["m > heads"] = "failed: cannot downgrade to x2: it is not applied | neap current tells where the database is.",
        ["m x2 > heads"] = "-> m x2",
        ["m > billing@head"] = "-> m",
        ["x2 > b2"] = "-> x2",
        ["x2 > billing"] = "-> x2",
      })
    end
  )

  describe("to LABEL@base undoes the branch down to where it forks", function()
    cases(graphs.new(lines), "downgrade", {
      ["m x2 > billing@base"] = "x2 m b2 b1 -> c1 x1",
      ["b2 > billing@base"] = "b2 b1 -> t2",
      ["b2 > core@base"] = "-> b2",
      ["m x2 > core@base"] = "m c1 -> x2",
      ["m x2 > ext@base"] = "x2 x1 -> m",
      ["m x2 > b1@base"] = "x2 m b2 b1 -> c1 x1",
    })
  end)

  describe("with a relative form undoes the walk's branch alone", function()
    cases(graphs.new(lines), "downgrade", {
      ["b2 > -1"] = "b2 -> b1",
      ["b2 > -2"] = "b2 b1 -> t2",
      ["b2 > -4"] = "b2 b1 t2 t1 ->",
      ["b2 c1 > b1-1"] = "b2 b1 -> c1",
      ["b2 c1 > billing@-1"] = "b2 -> b1 c1",
      ["b2 c1 > billing@-2"] = "b2 b1 -> c1",
      ["m > billing@-1"] = "m -> b2 c1",
      ["m x2 > billing@-1"] = "m -> c1 x2",
      ["m x2 > ext@-1"] = "x2 -> m x1",
      ["m x2 > x1-1"] = "x2 x1 -> m",
      ["m x2 > t1-1"] = "x2 m b2 c1 b1 t2 t1 -> x1",
      ["t2 > t1+1"] = "-> t2",
    })
    it("also when another branch is hidden under the current revision", function()
      local g = graphs.new({ "t", "a <t", "b <t !a" })
      assert.equal("b -> a", graphs.plan(g:downgrade({ "b" }, "-1")))
      assert.equal("b a -> t", graphs.plan(g:downgrade({ "b" }, "t")))
    end)
  end)

  describe("refuses", function()
    cases(graphs.new(lines), "downgrade", {
      ["t2 > b1"] = "failed: cannot downgrade to b1: it is not applied | neap current tells where the database is.",
      ["m x2 > -1"] = 'usage: "-1" is relative to the current revision, and there are several: m, x2'
        .. " | Say which: LABEL@-1, or from a revision, as in ID-1.",
      ["m > -1"] = 'usage: "-1" meets a merge at m: b2 (m/5.lua), c1 (m/4.lua)'
        .. " | Name one of them, or say LABEL@-1.",
      ["m > +1"] = 'usage: "+1" goes the wrong way: downgrade goes down',
      ["m > core@+1"] = 'usage: "core@+1" goes the wrong way: downgrade goes down',
      ["m > current"] = 'usage: "current" cannot be a target here | current is for ranges, merge, show and edit.',
      ["t2 > -3"] = 'usage: "-3" goes beyond the end: there are 2 revisions down from t2',
      [" > -1"] = 'usage: "-1" goes beyond the end: there are 0 revisions down from base',
      ["m > billing@t2"] = 'usage: "billing@t2": t2 is not in the lineage of billing | A lineage goes up from '
        .. "its revision, and down to the fork; billing@base is the place under it.",
      ["t2 > a:b"] = 'usage: "a:b" is not a revision identifier: a range has one colon, and is for history '
        .. "and --sql | Identifiers are: an id or its beginning, head, heads, base, a LABEL, ID+2, ID-1, "
        .. "LABEL@head, LABEL@base, LABEL@ID.",
      ["zz > base"] = "mismatch: the database is at zz, which is not among the revisions here",
    })
  end)

  it("refuses to cross an irreversible revision before anything is undone", function()
    local g = graphs.new({ "a", "b <a ~", "c <b" })
    assert.equal(
      "failed: revision b (revision b) cannot be undone: it has no downgrade() | Nothing was undone.",
      graphs.plan(g:downgrade({ "c" }, "base"))
    )
    local _, err = g:downgrade({ "c" }, "base")
    assert.equal("m/2.lua", err.at)
    assert.equal("c -> b", graphs.plan(g:downgrade({ "c" }, "b")))
  end)
end)

describe("version rows", function()
  it("change as Alembic's do, one row per current head", function()
    local g = graphs.new(lines)
    local function step(id, before, removed, added)
      return {
        id = id,
        direction = "upgrade",
        before = graphs.words(before),
        removed = graphs.words(removed),
        added = graphs.words(added),
      }
    end
    assert.same({
      direction = "upgrade",
      start = {},
      finish = { "m", "x2" },
      step("t1", "", "", "t1"),
      step("t2", "t1", "t1", "t2"),
      step("b1", "t2", "t2", "b1"),
      step("c1", "b1", "", "c1"),
      step("b2", "b1 c1", "b1", "b2"),
      step("m", "b2 c1", "b2 c1", "m"),
      step("x1", "m", "", "x1"),
      step("x2", "m x1", "x1", "x2"),
    }, g:upgrade({}, "heads"))
  end)

  it("go when a dependent is applied, and come back when it goes", function()
    local g = graphs.new({ "a", "b !a" })
    local up = g:upgrade({ "a" }, "b")
    assert.same({ "a" }, up[1].removed)
    assert.same({ "b" }, up[1].added)
    local down = g:downgrade({ "b" }, "b-1")
    assert.same({ "b" }, down[1].removed)
    assert.same({ "a" }, down[1].added)
  end)

  it("are one per current head also when a merge parent or dependency is redundant", function()
    local g = graphs.new({ "a", "b <a", "c <a <b", "d <c !a !b" })
    assert.equal("a b c d -> d", graphs.plan(g:upgrade({}, "head")))
    local down = g:downgrade({ "d" }, "b")
    assert.same({ "c" }, down[1].added)
    assert.same({ "b" }, down[2].added)
    assert.equal("d c -> b", graphs.plan(down))
    g = graphs.new({ "a", "b <a !a" })
    assert.equal("b -> a", graphs.plan(g:downgrade({ "b" }, "a")))
  end)

  it("that another row implies go with the next step", function()
    local g = graphs.new({ "a", "b <a", "c <b", "x" })
    local plan = g:upgrade({ "b", "a" }, "c")
    assert.same({ "a", "b" }, plan[1].before)
    assert.same({ "a", "b" }, plan[1].removed)
    assert.same({ "c" }, plan[1].added)
    plan = g:upgrade({ "b", "a" }, "x")
    assert.same({ "a" }, plan[1].removed)
    assert.same({ "b", "x" }, plan.finish)
    plan = g:downgrade({ "b", "a" }, "a")
    assert.same({ "b" }, plan[1].removed)
    assert.same({}, plan[1].added)
    assert.same({ "a" }, plan.finish)
    assert.equal("b -> a", graphs.plan(g:downgrade({ "b", "a" }, "-1")))
  end)
end)

describe("pruned revisions", function()
  local g = graphs.new({ "a <gone #l", "b <a", "x", "y <x" }, { "gone", "older" })

  it("count as the base that follows them, and are replaced by the next upgrade", function()
    local plan = g:upgrade({ "gone" }, "b")
    assert.same({ "gone" }, plan[1].removed)
    assert.same({ "a" }, plan[1].added)
    assert.equal("a b -> b", graphs.plan(plan))
    assert.equal("x -> gone x", graphs.plan(g:upgrade({ "gone" }, "x")))
    assert.equal("a -> a", graphs.plan(g:upgrade({ "older" }, "a")))
    assert.equal("a b -> b x", graphs.plan(g:upgrade({ "gone", "x" }, "b")))
    assert.equal("b -> b", graphs.plan(g:upgrade({ "a", "gone" }, "b")))
  end)

  it("are where relative forms can start", function()
    assert.equal("a -> a", graphs.plan(g:upgrade({ "gone" }, "+1")))
    assert.equal("a -> a", graphs.plan(g:upgrade({ "gone" }, "l@+1")))
    assert.equal("a -> a", graphs.plan(g:upgrade({}, "gone+1")))
    assert.equal(
      'usage: "-1" goes beyond the end: there are 0 revisions down from gone',
      graphs.plan(g:downgrade({ "gone" }, "-1"))
    )
    assert.equal(
      'usage: "+1" is relative to the current revision, and there are several: gone, x'
        .. " | Say which: LABEL@+1, or from a revision, as in ID+1.",
      graphs.plan(g:upgrade({ "gone", "x" }, "+1"))
    )
  end)

  it("leave no rows after downgrade base", function()
    assert.equal("b a ->", graphs.plan(g:downgrade({ "b" }, "base")))
    assert.equal("x ->", graphs.plan(g:downgrade({ "x", "gone" }, "base")))
  end)

  it("can be gone back to", function()
    local plan = g:downgrade({ "b", "x" }, "gone")
    assert.equal("b a -> gone x", graphs.plan(plan))
    assert.same({ "gone" }, plan[2].added)
    assert.equal("b a ->", graphs.plan(g:downgrade({ "b" }, "a-1")))
  end)

  it("are nothing to upgrade to", function()
    assert.equal("-> b", graphs.plan(g:upgrade({ "b" }, "gone")))
  end)
end)
