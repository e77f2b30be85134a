--- Properties of plans on random graphs: the version rows against a plain model of what Alembic
--- keeps (alembic/runtime/migration.py, HeadMaintainer), with redundant parents left out.
local graphs = require("spec.runner.revisions.graphs")

local seed = tonumber(os.getenv("NEAP_TEST_SEED")) or os.time() % 1000000

local function random_lines()
  local lines = {}
  local count = math.random(1, 16)
  for i = 1, count do
    local line = ("r%02d"):format(i)
    local taken = {}
    for _ = 1, i > 1 and math.random(0, 3) or 0 do
      local j = math.random() < 0.6 and math.max(1, i - math.random(3)) or math.random(i - 1)
      if j < i and not taken[j] then
        taken[j] = true
        line = ("%s %sr%02d"):format(line, math.random() < 0.75 and "<" or "!", j)
      end
    end
    if math.random() < 0.2 then
      line = line .. " #l" .. i
    end
    lines[i] = line
  end
  for i = #lines, 2, -1 do -- the file order is any order
    if math.random() < 0.5 then
      local j = math.random(i)
      lines[i], lines[j] = lines[j], lines[i]
    end
  end
  return lines
end

--- The graph in plain tables: by_id[id] = { down =, all = down and depends, place = }.
local function model_of(lines)
  local labels, by_id, order = {}, {}, {}
  local list = graphs.parse(lines)
  for place, revision in ipairs(list) do
    by_id[revision.id] = { id = revision.id, down = revision.down, all = {}, place = place }
    order[place] = revision.id
    for _, label in ipairs(revision.labels) do
      labels[#labels + 1] = label
    end
  end
  for _, revision in ipairs(list) do
    local all = by_id[revision.id].all
    for _, id in ipairs(revision.down) do
      all[id] = true
    end
    for _, id in ipairs(revision.depends) do
      all[id] = true
    end
  end
  return { by_id = by_id, order = order, labels = labels }
end

--- The ids and all under them, as a set.
local function closure(model, ids)
  local set = {}
  local function add(id)
    if not set[id] then
      set[id] = true
      for parent in pairs(model.by_id[id].all) do
        add(parent)
      end
    end
  end
  for id in pairs(ids) do
    add(id)
  end
  return set
end

local function to_set(list)
  local set = {}
  for _, id in ipairs(list) do
    set[id] = true
  end
  return set
end

local function to_list(set)
  local list = {}
  for id in pairs(set) do
    list[#list + 1] = id
  end
  table.sort(list)
  return list
end

local function without(set, taken)
  local rest = {}
  for id in pairs(set) do
    if not taken[id] then
      rest[id] = true
    end
  end
  return rest
end

--- The parents of a revision that no other parent stands on.
local function normalized(model, id)
  local parents = model.by_id[id].all
  local under = {}
  for parent in pairs(parents) do
    for ancestor in pairs(closure(model, model.by_id[parent].all)) do
      under[ancestor] = true
    end
  end
  return without(parents, under)
end

local function heads_after(model, heads, step)
  local rest
  if step.direction == "upgrade" then
    rest = without(heads, normalized(model, step.id))
    rest[step.id] = true
  else
    assert.is_true(heads[step.id])
    rest = without(heads, { [step.id] = true })
    for id in pairs(without(normalized(model, step.id), closure(model, rest))) do
      rest[id] = true
    end
  end
  return rest
end

--- Walks the plan beside the model; returns the rows at its end.
local function follow(model, plan, rows, say)
  local heads = to_set(rows)
  local applied = closure(model, heads)
  assert.same(rows, plan.start, say)
  for _, step in ipairs(plan) do
    assert.same(to_list(heads), step.before, say)
    local up = step.direction == "upgrade"
    assert.equal(not up, applied[step.id] or false, say)
    if up then
      for parent in pairs(model.by_id[step.id].all) do
        assert.is_true(applied[parent], say)
      end
      applied[step.id] = true
    else
      for id in pairs(applied) do
        assert.is_nil(model.by_id[id].all[step.id], say)
      end
      applied[step.id] = nil
    end
    local after = heads_after(model, heads, step)
    assert.same(to_list(without(heads, after)), step.removed, say)
    assert.same(to_list(without(after, heads)), step.added, say)
    heads = after
  end
  assert.same(to_list(heads), plan.finish, say)
  return to_list(heads), applied
end

--- What upgrade should do: the first in file order of what can be next, again and again.
local function expected_upgrade(model, rows, targets)
  local applied = closure(model, to_set(rows))
  local todo = without(closure(model, targets), applied)
  local steps = {}
  while next(todo) do
    local best
    for id in pairs(todo) do
      local ready = true
      for parent in pairs(model.by_id[id].all) do
        ready = ready and not todo[parent]
      end
      if ready and (not best or model.by_id[id].place < model.by_id[best].place) then
        best = id
      end
    end
    todo[best] = nil
    steps[#steps + 1] = best
  end
  return steps
end

--- What downgrade to an id undoes, as a set.
local function expected_downgrade(model, applied, target)
  local undone = {}
  local changed = true
  local function follows(id)
    if target == "base" then
      return true
    end
    for _, down in ipairs(model.by_id[id].down) do
      if down == target then
        return true
      end
    end
    for parent in pairs(model.by_id[id].all) do
      if undone[parent] then
        return true
      end
    end
    return false
  end
  while changed do
    changed = false
    for id in pairs(applied) do
      if not undone[id] and follows(id) then
        undone[id] = true
        changed = true
      end
    end
  end
  return undone
end

local function steps_of(plan)
  local list = {}
  for i, step in ipairs(plan) do
    list[i] = step.id
  end
  return list
end

local function pick(list)
  return list[math.random(#list)]
end

describe(("on random graphs (seed %d)"):format(seed), function()
  local function each(rounds, check)
    for round = 1, rounds do
      math.randomseed(seed, round)
      local lines = random_lines()
      check(
        graphs.new(lines),
        model_of(lines),
        ("NEAP_TEST_SEED=%d round %d: %s"):format(seed, round, table.concat(lines, ", "))
      )
    end
  end

  it("rows are Alembic's after any ups and downs, and all sequences are closed", function()
    each(300, function(graph, model, say)
      local rows = {}
      for _ = 1, 8 do
        if math.random() < 0.6 then
          local target = pick(model.order)
          local plan = assert(graph:upgrade(rows, target))
          assert.same(expected_upgrade(model, rows, { [target] = true }), steps_of(plan), say)
          rows = follow(model, plan, rows, say)
        else
          local applied = closure(model, to_set(rows))
          local choices = to_list(applied)
          choices[#choices + 1] = "base"
          local target = pick(choices)
          local plan = assert(graph:downgrade(rows, target))
          assert.same(
            to_list(expected_downgrade(model, applied, target)),
            to_list(to_set(steps_of(plan))),
            say
          )
          rows = follow(model, plan, rows, say)
        end
      end
    end)
  end)

  it("an upgrade after any downgrade returns to the same rows", function()
    each(300, function(graph, model, say)
      local top = assert(graph:upgrade({}, "heads")).finish
      local target = pick({
        "base",
        pick(model.order),
        model.labels[1] and model.labels[1] .. "@base" or "base",
      })
      local rows = follow(model, assert(graph:downgrade(top, target)), top, say)
      assert.same(top, follow(model, assert(graph:upgrade(rows, "heads")), rows, say), say)
      -- and a downgrade is an upgrade read backwards
      local up = assert(graph:upgrade({}, "heads"))
      local down = assert(graph:downgrade(top, "base"))
      for i, step in ipairs(up) do
        local other = down[#down + 1 - i]
        assert.same(
          { step.id, step.removed, step.added },
          { other.id, other.added, other.removed },
          say
        )
      end
    end)
  end)

  it("a downgrade to LABEL@base leaves what the lineage stands on", function()
    each(300, function(graph, model, say)
      local top = assert(graph:upgrade({}, "heads")).finish
      for _, label in ipairs(model.labels) do
        local _, applied = follow(model, assert(graph:downgrade(top, label .. "@base")), top, say)
        for _, id in ipairs(model.order) do
          local answers = to_set(graph:labels_of(id))[label]
          if answers then
            assert.is_nil(applied[id], say)
          end
        end
        -- whatever is undone answers to the label, or stands on what does
        for _, id in ipairs(model.order) do
          if not applied[id] then
            local why = to_set(graph:labels_of(id))[label] or false
            for parent in pairs(model.by_id[id].all) do
              why = why or not applied[parent]
            end
            assert.is_true(why, say)
          end
        end
      end
    end)
  end)

  it("stamp does not mind the order of its targets, and stamping again changes nothing", function()
    each(300, function(graph, model, say)
      local rows = {}
      for _ = 1, math.random(0, 3) do
        rows = assert(graph:upgrade(rows, pick(model.order))).finish
      end
      local targets = {}
      for i = 1, math.random(1, 3) do
        targets[i] = pick(model.order)
      end
      local function stamp(from, to)
        local change = assert(graph:stamp(from, to))
        local after = without(to_set(from), to_set(change.removed))
        for _, row in ipairs(change.added) do
          after[row] = true
        end
        return to_list(after)
      end
      local after = stamp(rows, targets)
      local reversed = {}
      for i, target in ipairs(targets) do
        reversed[#targets + 1 - i] = target
      end
      assert.same(after, stamp(rows, reversed), say)
      assert.same(after, stamp(after, targets), say)
      local applied = closure(model, to_set(after))
      for _, target in ipairs(targets) do
        assert.is_true(applied[target], say)
      end
      -- the rows are canonical: none implies another
      for _, row in ipairs(after) do
        for _, other in ipairs(after) do
          if row ~= other then
            assert.is_nil(closure(model, { [row] = true })[other], say)
          end
        end
      end
    end)
  end)
end)
