local graphs = require("spec.runner.revisions.graphs")
local revisions = require("neap.revisions")

-- Two branches of one trunk that merge again, and a tree of its own that depends on one of them.
local lines = {
  "trunk1",
  "trunk2 <trunk1",
  "bill1 <trunk2",
  "core1 <trunk2 #core",
  "bill2 <bill1 #billing",
  "merge <bill2 <core1",
  "ext1 #ext",
  "ext2 <ext1 !billing",
}

describe("an identifier", function()
  local graph = graphs.new(lines, { "gone" })

  local function resolve(target, rows)
    return graphs.list(graph:resolve(target, rows and graphs.words(rows)))
  end

  local forms = "Identifiers are: an id or its beginning, head, heads, base, a LABEL, ID+2, ID-1, "
    .. "LABEL@head, LABEL@base, LABEL@ID."

  for target, expected in pairs({
    -- ids and their beginnings
    trunk1 = "trunk1",
    m = "merge",
    me = "merge",
    ext2 = "ext2",
    trunk = 'usage: "trunk" is the beginning of 2 ids: trunk1 (m/1.lua), trunk2 (m/2.lua)',
    t = 'usage: "t" is the beginning of 2 ids: trunk1 (m/1.lua), trunk2 (m/2.lua)',
    trunk3 = 'usage: there is no revision or label "trunk3"; the nearest is trunk1',
    trnuk2 = 'usage: there is no revision or label "trnuk2"; the nearest is trunk2',
    bilin = 'usage: there is no revision or label "bilin"; the nearest is billing',
    haed = 'usage: there is no revision or label "haed"; the nearest is head',
    -- labels: the revision that carries it
    billing = "bill2",
    core = "core1",
    ext = "ext1",
    cor = "core1",
    -- symbols
    heads = "merge ext2",
    base = "",
    head = 'usage: "head": there are 2 heads: merge (m/6.lua), ext2 (m/8.lua)'
      .. " | Say heads, LABEL@head, or one of them.",
    -- within a lineage
    ["billing@head"] = "merge",
    ["billing@heads"] = "merge",
    ["billing@base"] = "",
    ["billing@bill1"] = "bill1",
    ["billing@b"] = 'usage: "b" is the beginning of 2 ids: bill1 (m/3.lua), bill2 (m/5.lua)',
    ["core@c"] = "core1",
    ["core@m"] = "merge",
    ["core@core"] = "core1",
    ["bill1@head"] = "merge",
    ["ext1@head"] = "ext2",
    ["ext1@ext"] = "ext1",
    ["trunk1@head"] = "merge",
    ["billing@trunk2"] = 'usage: "billing@trunk2": trunk2 is not in the lineage of billing'
      .. " | A lineage goes up from its revision, and down to the fork; billing@base is the place under it.",
    ["billing@ext"] = 'usage: "billing@ext": ext is not in the lineage of billing'
      .. " | A lineage goes up from its revision, and down to the fork; billing@base is the place under it.",
    ["billing@t"] = 'usage: "billing@t": t is not in the lineage of billing'
      .. " | A lineage goes up from its revision, and down to the fork; billing@base is the place under it.",
    ["biling@head"] = 'usage: there is no revision or label "biling"; the nearest is billing',
    ["head@base"] = 'usage: "head@base": before the @ stands a label or a revision, not head',
    ["gone@head"] = 'usage: "gone@head": gone is pruned and has no lineage',
    -- relative to a revision
    ["trunk1+1"] = "trunk2",
    ["bill1+2"] = "merge",
    ["bill2-1"] = "bill1",
    ["bill2-2"] = "trunk2",
    ["trunk1-1"] = "",
    ["ext+1"] = "ext2",
    ["ext2-2"] = "",
    ["bill1+0"] = "bill1",
    ["base+0"] = "",
    ["billing@bill1+1"] = "bill2",
    ["billing@bill2-1"] = "bill1",
    ["billing@bill2-2"] = "",
    ["billing@head-1"] = "bill2",
    ["core@head-1"] = "core1",
    ["billing@base+1"] = "bill1",
    ["ext@base+1"] = "ext1",
    ["merge+1"] = 'usage: "merge+1" goes beyond the end: there are 0 revisions after merge',
    ["bill1+3"] = 'usage: "bill1+3" goes beyond the end: there are 2 revisions after bill1',
    ["bill1+99999999999999999999"] = 'usage: "bill1+99999999999999999999" goes beyond the end: '
      .. "there are 2 revisions after bill1",
    ["trunk2-3"] = 'usage: "trunk2-3" goes beyond the end: there are 2 revisions down from trunk2',
    ["trunk1-2"] = 'usage: "trunk1-2" goes beyond the end: there is 1 revision down from trunk1',
    ["base-1"] = 'usage: "base-1" goes beyond the end: there are 0 revisions down from base',
    ["billing@bill2-3"] = 'usage: "billing@bill2-3" goes beyond the end: there are 2 revisions down from bill2',
    ["trunk1+2"] = 'usage: "trunk1+2" meets a fork at trunk2: bill1 (m/3.lua), core1 (m/4.lua)'
      .. " | Name one of them, or say LABEL@+1.",
    ["merge-1"] = 'usage: "merge-1" meets a merge at merge: bill2 (m/5.lua), core1 (m/4.lua)'
      .. " | Name one of them, or say LABEL@-1.",
    ["base+1"] = 'usage: "base+1" meets a fork at base: trunk1 (m/1.lua), ext1 (m/7.lua)'
      .. " | Name one of them, or say LABEL@+1.",
    ["heads-1"] = 'usage: "heads-1" starts at 2 revisions at once',
    -- pruned
    gone = 'usage: "gone": gone is pruned, there is no file of it',
    -- malformed
    [""] = 'usage: "" is not a revision identifier: it is empty | ' .. forms,
    ["@"] = 'usage: "@" is not a revision identifier: it is empty | ' .. forms,
    ["billing@"] = 'usage: "billing@" is not a revision identifier: nothing follows the @ | '
      .. forms,
    ["@head"] = 'usage: "@head" is not a revision identifier: it is empty | ' .. forms,
    ["a@b@c"] = "usage: \"a@b@c\" is not a revision identifier: it holds '@' | " .. forms,
    ["a b"] = 'usage: "a b" is not a revision identifier: it holds a blank | ' .. forms,
    ["a+"] = 'usage: "a+" is not a revision identifier: + and - are followed by a number of steps '
      .. "and nothing else | "
      .. forms,
    ["a-1x"] = 'usage: "a-1x" is not a revision identifier: + and - are followed by a number of steps '
      .. "and nothing else | "
      .. forms,
    ["a+1-1"] = 'usage: "a+1-1" is not a revision identifier: + and - are followed by a number of steps '
      .. "and nothing else | "
      .. forms,
    ["a:b"] = 'usage: "a:b" is not a revision identifier: a range has one colon, and is for history '
      .. "and --sql | "
      .. forms,
    ["a\27"] = 'usage: "a\\x1B" is not a revision identifier: it holds a control character | '
      .. forms,
  }) do
    it(("%q means %s"):format(target, expected), function()
      assert.equal(expected, resolve(target))
    end)
  end

  it("prefers an exact id or label to a beginning", function()
    local g = graphs.new({ "a", "ab <a", "abc <ab #ad", "ade" })
    assert.same({ "a" }, g:resolve("a"))
    assert.same({ "ab" }, g:resolve("ab"))
    assert.same({ "abc" }, g:resolve("ad"))
  end)

  it("head is the single one", function()
    assert.same({ "b" }, graphs.new({ "a", "b <a" }):resolve("head"))
    assert.same({}, graphs.new({}):resolve("head"))
    assert.same({}, graphs.new({}):resolve("heads"))
  end)

  it("head of a lineage with several heads lists them", function()
    assert.equal(
      'usage: "l@head": there are 2 heads: b (m/2.lua), c (m/3.lua) | Say l@heads, or one of them.',
      graphs.list(graphs.new({ "a #l", "b <a", "c <a" }):resolve("l@head"))
    )
  end)

  it("heads are the revisions that are no one's down revision, whatever depends on them", function()
    assert.same({ "a", "b" }, graphs.new({ "a", "b !a" }):resolve("heads"))
  end)

  it("says when there are no revisions at all", function()
    assert.equal(
      'usage: there is no revision or label "a": there are no revisions at all',
      graphs.list(graphs.new({}):resolve("a"))
    )
  end)

  describe("that is relative to the database", function()
    for case, expected in pairs({
      ["current | bill2"] = "bill2",
      ["current | bill2 core1"] = "core1 bill2",
      ["current | merge ext2"] = "merge ext2",
      ["current | "] = "",
      ["current-1 | bill2"] = "bill1",
      ["current+1 | bill2"] = "merge",
      ["billing@current | bill1 core1"] = "bill1",
      ["+1 | bill1"] = "bill2",
      ["+2 | bill1"] = "merge",
      ["-1 | bill1"] = "trunk2",
      ["-3 | bill1"] = "",
      ["+0 | bill1"] = "bill1",
      ["ext@+1 | ext1 merge"] = "ext2",
      ["billing@-1 | core1 bill2"] = "bill1",
      ["billing@-1 | merge"] = "bill2",
      ["billing@+1 | core1"] = "bill1",
      ["billing@+2 | core1"] = "bill2",
      ["billing@+1 | "] = "trunk1",
      ["billing@+4 | "] = "bill2",
      ["billing@+1 | trunk1"] = "trunk2",
      ["billing@-1 | ext2"] = "bill1",
      ["-4 | bill1"] = 'usage: "-4" goes beyond the end: there are 3 revisions down from bill1',
      ["-1 | "] = 'usage: "-1" goes beyond the end: there are 0 revisions down from base',
      ["+9 | bill1"] = 'usage: "+9" goes beyond the end: there are 2 revisions after bill1',
      ["billing@-1 | core1"] = 'usage: "billing@-1" goes beyond the end: there are 0 revisions down from base',
      ["+1 | trunk2"] = 'usage: "+1" meets a fork at trunk2: bill1 (m/3.lua), core1 (m/4.lua)'
        .. " | Name one of them, or say LABEL@+1.",
      ["-1 | merge"] = 'usage: "-1" meets a merge at merge: bill2 (m/5.lua), core1 (m/4.lua)'
        .. " | Name one of them, or say LABEL@-1.",
      ["-1 | bill2 core1"] = 'usage: "-1" is relative to the current revision, and there are several: '
        .. "bill2, core1 | Say which: LABEL@-1, or from a revision, as in ID-1.",
    }) do
      it(case .. " means " .. expected, function()
        local target, rows = case:match("^(.-) | (.*)$")
        assert.equal(expected, resolve(target, rows))
      end)
    end

    it("is an error where there is none", function()
      for _, target in ipairs({ "current", "+1", "-1", "billing@+1", "current-1" }) do
        assert.equal(
          ('usage: "%s" is relative to the database, which is not known here'):format(target)
            .. " | Name a revision instead: an id, a label, head, base.",
          resolve(target)
        )
      end
    end)

    it("can be told from the others", function()
      for target, needs in pairs({
        current = true,
        ["+1"] = true,
        ["-1"] = true,
        ["l@-1"] = true,
        ["l@current"] = true,
        ["current:head"] = true,
        ["a:-1"] = true,
        ["-2:"] = true,
        a = false,
        head = false,
        ["a-1"] = false,
        ["l@a+1"] = false,
        ["a:b"] = false,
        [":"] = false,
        ["a:b:c"] = false,
      }) do
        assert.equal(needs, revisions.needs_rows(target), target)
      end
    end)
  end)

  it("can be asked whether it is relative", function()
    for target, relative in pairs({
      ["+1"] = true,
      ["a-1"] = true,
      ["l@-1"] = true,
      a = false,
      ["l@head"] = false,
    }) do
      assert.equal(relative, revisions.is_relative(target), target)
    end
  end)
end)
