local revisions = require("neap.revisions")

--- { "b < a !x #label" } is revision b after a, depending on x, with a label.
local function parse(lines)
  local list = {}
  for i, line in ipairs(lines) do
    local revision = { down = {}, depends = {}, labels = {}, path = ("m/%d.lua"):format(i) }
    for word in line:gmatch("%S+") do
      local mark, name = word:match("^([<!#])(.+)$")
      if not mark then
        revision.id = word
      else
        table.insert(
          mark == "<" and revision.down or mark == "!" and revision.depends or revision.labels,
          name
        )
      end
    end
    list[i] = revision
  end
  return list
end

local function graph(lines, pruned)
  return assert(revisions.link(parse(lines), pruned))
end

--- "message @ place"
local function failure(lines, pruned)
  local result, err = revisions.link(parse(lines), pruned)
  assert.is_nil(result)
  assert.equal("usage", err.kind)
  return err.message .. " @ " .. (err.at or "")
end

describe("a graph", function()
  it("puts ancestors and dependencies first, and ties in file order", function()
    assert.same({ "a", "b", "c" }, graph({ "a", "b <a", "c <b" }):order())
    assert.same({ "a", "b", "c" }, graph({ "c <b", "b <a", "a" }):order())
    assert.same({ "a", "x", "b", "y" }, graph({ "a", "x", "b <a", "y <x" }):order())
    assert.same({ "y", "x", "z" }, graph({ "x !y", "y", "z" }):order())
    assert.same({ "b", "z", "a" }, graph({ "a !z", "b", "z" }):order())
  end)

  it("knows heads, effective heads and branch points", function()
    local g = graph({ "a", "b <a", "c <a", "x !b" })
    assert.same({ "b", "c", "x" }, g:heads())
    assert.same({ "c", "x" }, g:heads(true))
    assert.is_true(g:is("head", "b"))
    assert.is_false(g:is("effective_head", "b"))
    assert.is_true(g:is("branch_point", "a"))
    assert.is_false(g:is("branch_point", "b"))
  end)

  it("refuses two files with one id", function()
    assert.equal(
      'two files have the revision id "a": m/1.lua and m/2.lua @ m/2.lua:1',
      failure({ "a", "a" })
    )
  end)

  it("refuses a down revision that does not exist", function()
    assert.equal(
      'revision b follows "aa", which does not exist; the nearest is a @ m/2.lua:2',
      failure({ "a", "b <aa" })
    )
    local _, err = revisions.link(parse({ "a", "b <aa" }))
    assert.equal("If it was deleted on purpose, add it to pruned in neap.lua.", err.advice)
  end)

  it("takes whole ids only as down revisions", function()
    assert.equal(
      'revision b follows "abc", which does not exist; the nearest is abcdef @ m/2.lua:2',
      failure({ "abcdef", "b <abc" })
    )
  end)

  it("takes ids, partial ids and labels as dependencies", function()
    for _, name in ipairs({ "abcdef", "abc", "ext" }) do
      assert.same({ "abcdef", "b" }, graph({ "b !" .. name, "abcdef #ext" }):order())
    end
    assert.equal(
      'revision b depends on "zzz", which does not exist; the nearest is b @ m/1.lua:4',
      failure({ "b !zzz" })
    )
    assert.equal(
      'revision b depends on "ab", which is the beginning of 2 ids: ab1 (m/2.lua), ab2 (m/3.lua) @ m/1.lua:4',
      failure({ "b !ab", "ab1", "ab2" })
    )
    assert.same({ "a1", "b" }, graph({ "b !a !a1", "a1" }):order())
  end)

  it("refuses cycles and names their files", function()
    assert.equal("revision a follows or depends on itself @ m/1.lua:2", failure({ "a <a" }))
    assert.equal("revision a follows or depends on itself @ m/1.lua:4", failure({ "a !a" }))
    local message = failure({ "x", "a <c", "b <a", "c <b", "d <c" })
    assert.truthy(message:find("revisions follow each other in a circle", 1, true))
    for _, name in ipairs({ "a (m/2.lua)", "b (m/3.lua)", "c (m/4.lua)" }) do
      assert.truthy(message:find(name, 1, true), name)
    end
    assert.falsy(message:find("m/5.lua", 1, true))
    assert.truthy(failure({ "a !b", "b !a" }):find("in a circle", 1, true))
    assert.truthy(failure({ "a", "b <a !c", "c <b" }):find("in a circle", 1, true))
  end)

  it("refuses a label that is used twice, or is an id", function()
    assert.equal(
      'the branch label "l" is used twice: m/1.lua:3 has it too @ m/2.lua:3',
      failure({ "a #l", "b #l" })
    )
    assert.equal(
      'the branch label "a" is also the id of a revision, in m/1.lua:1 @ m/2.lua:3',
      failure({ "a", "b #a" })
    )
  end)

  it("takes a revision that follows a pruned one for a base", function()
    local g = graph({ "b <a", "c <b" }, { "a" })
    assert.is_true(g:is("pruned", "a"))
    assert.same({ "b", "c" }, g:order())
    assert.same({ "c" }, g:heads())
  end)

  it("does not believe that an existing revision is pruned", function()
    local g = graph({ "a", "b <a" }, { "a" })
    assert.is_false(g:is("pruned", "a"))
    assert.same({ "a" }, g:applied({ "a" }))
  end)

  it("knows what a database has that the checkout has not", function()
    local g = graph({ "b <a" }, { "a" })
    assert.same({ "zz" }, g:unknown({ "a", "b", "zz" }))
    assert.same({}, g:unknown({}))
  end)
end)

describe("a label", function()
  it("answers for every revision after it, and before it down to the fork", function()
    local g = graph({
      "t1",
      "t2 <t1",
      "b1 <t2",
      "b2 <b1 #billing",
      "b3 <b2",
      "c1 <t2 #core",
      "m <b3 <c1",
      "n <m",
    })
    local expected = {
      t1 = {},
      t2 = {},
      b1 = { "billing" },
      b2 = { "billing" },
      b3 = { "billing" },
      c1 = { "core" },
      m = { "billing", "core" },
      n = { "billing", "core" },
    }
    for id, labels in pairs(expected) do
      assert.same(labels, g:labels_of(id), id)
    end
  end)

  it("goes down to the base where there is no fork, and stops above a merge", function()
    local g = graph({ "a", "b <a", "c <b #l" })
    assert.same({ "l" }, g:labels_of("a"))
    g = graph({ "a1", "a2", "m <a1 <a2", "n <m #l" })
    assert.same({}, g:labels_of("m"))
    assert.same({ "l" }, g:labels_of("n"))
  end)

  it("does not follow depends_on", function()
    local g = graph({ "a #l", "b !a" })
    assert.same({}, g:labels_of("b"))
    assert.same({ "l" }, g:labels_of("a"))
  end)

  it("is found by a walk that is the same as the plain definition, on random graphs", function()
    local seed = os.time() % 100000
    math.randomseed(seed)
    for _ = 1, 200 do
      local lines = {}
      for i = 1, math.random(1, 14) do
        local line = "r" .. i
        for j = 1, i - 1 do
          if math.random() < (j == i - 1 and 0.7 or 0.08) then
            line = line .. " <r" .. j
          end
        end
        if math.random() < 0.25 then
          line = line .. " #l" .. i
        end
        lines[i] = line
      end
      local list = parse(lines)
      local by_id, children = {}, {}
      for _, revision in ipairs(list) do
        by_id[revision.id] = revision
        children[revision.id] = {}
        for _, down in ipairs(revision.down) do
          table.insert(children[down], revision.id)
        end
      end
      local labels = {}
      for _, revision in ipairs(list) do
        labels[revision.id] = {}
      end
      local function add_up(id, label)
        labels[id][label] = true
        for _, child in ipairs(children[id]) do
          add_up(child, label)
        end
      end
      for _, revision in ipairs(list) do
        for _, label in ipairs(revision.labels) do
          add_up(revision.id, label)
          local at = revision
          while #at.down == 1 and #children[at.down[1]] == 1 and #by_id[at.down[1]].down <= 1 do
            at = by_id[at.down[1]]
            labels[at.id][label] = true
          end
        end
      end
      local g = graph(lines)
      for id, set in pairs(labels) do
        local expected = {}
        for label in pairs(set) do
          expected[#expected + 1] = label
        end
        table.sort(expected)
        assert.same(
          expected,
          g:labels_of(id),
          ("seed %d: %s in %s"):format(seed, id, table.concat(lines, ", "))
        )
      end
    end
  end)
end)

describe("a large graph", function()
  local function ladder(rungs)
    local list = { { id = "l0" }, { id = "r0" } }
    for i = 1, rungs do
      list[#list + 1] = { id = "l" .. i, down = { "l" .. i - 1, "r" .. i - 1 } }
      list[#list + 1] = { id = "r" .. i, down = { "l" .. i - 1, "r" .. i - 1 } }
    end
    return list
  end

  it("is resolved without trouble: a ladder of 2,000 merges", function()
    local g = assert(revisions.link(ladder(1000)))
    local plan = g:upgrade({}, "heads")
    assert.equal(2002, #plan)
    assert.same({ "l1000", "r1000" }, plan.finish)
    assert.equal(2002, #g:downgrade(plan.finish, "base"))
    assert.equal(2002, #g:history())
  end)

  it("is resolved without trouble: a line of 10,000", function()
    local list = {}
    for i = 10000, 1, -1 do -- against the file order
      list[#list + 1] = {
        id = "r" .. i,
        down = i > 1 and { "r" .. i - 1 } or nil,
        labels = i == 10000 and "l" or nil,
      }
    end
    local g = assert(revisions.link(list))
    local plan = g:upgrade({}, "head")
    assert.equal(10000, #plan)
    assert.same({
      id = "r10000",
      direction = "upgrade",
      before = { "r9999" },
      removed = { "r9999" },
      added = { "r10000" },
    }, plan[10000])
    assert.same({}, g:downgrade({ "r10000" }, "head-10000").finish)
    assert.same({ "l" }, g:labels_of("r1"))
  end)
end)
