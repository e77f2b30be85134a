--- An order that runs: every object after those that it depends on.

local schema = require("neap.schema")

local order = {}

---Sorts items so that each stands after what it needs; otherwise as they came. A circle is cut where it closes: the
---edge back to an item that has begun is not kept.
---@generic T
---@param items T[]                 in the order that people want to read
---@param needs fun(item: T): T[]   in that order, too
---@return T[]
function order.sort(items, needs)
  local list, state = {}, {} -- item -> "begun" | "done"
  -- A stack of its own: chains of views may be longer than Lua's.
  local stack, lists, places, depth = {}, {}, {}, 0
  local function push(item)
    depth = depth + 1
    state[item] = "begun"
    stack[depth], lists[depth], places[depth] = item, needs(item), 0
  end
  for i = 1, #items do
    if not state[items[i]] then
      push(items[i])
    end
    while depth > 0 do
      local item, place = stack[depth], places[depth] + 1
      places[depth] = place
      local needed = lists[depth][place]
      if needed == nil then
        state[item] = "done"
        list[#list + 1] = item
        stack[depth], lists[depth], depth = nil, nil, depth - 1
      elseif not state[needed] then
        push(needed)
      end
    end
  end
  return list
end

---The keys of the tables that a table's foreign keys refer to, without its own.
---@param object TableObject
---@return string[]
function order.referred(object)
  local keys = {}
  for _, constraint in ipairs(object.constraints or {}) do
    if constraint.kind == "foreign_key" then
      local key = schema.key("table", constraint.referent_schema, constraint.referent)
      if key ~= object.key then
        keys[#keys + 1] = key
      end
    end
  end
  return keys
end

-- Numbers the circles: items that need each other, directly or not, have the same number.
-- Source: R. Tarjan, "Depth-first search and linear graph algorithms", 1972
local function circles(items, needs)
  local index, low, circle, stack, count, found = {}, {}, {}, {}, 0, 0
  local function visit(item)
    count = count + 1
    index[item], low[item] = count, count
    stack[#stack + 1] = item
    for _, needed in ipairs(needs(item)) do
      if not index[needed] then
        visit(needed)
        low[item] = math.min(low[item], low[needed])
      elseif not circle[needed] then
        low[item] = math.min(low[item], index[needed])
      end
    end
    if low[item] == index[item] then
      found = found + 1
      repeat
        local top = table.remove(stack)
        circle[top] = found
      until top == item
    end
  end
  for _, item in ipairs(items) do
    if not index[item] then
      visit(item)
    end
  end
  return circle
end

-- What the foreign keys of a table ask for, and what everything else does.
local function edges(objects, wanted)
  local function list_of(keys, list)
    for _, key in ipairs(keys) do
      local needed = objects[key]
      if needed and (not wanted or wanted(needed)) then
        list[#list + 1] = needed
      end
    end
    return list
  end
  local function hard(object)
    local list = object.schema and list_of({ "schema " .. object.schema }, {}) or {}
    return list_of(object.depends or {}, list)
  end
  local function soft(object)
    return object.kind == "table" and list_of(order.referred(object), {}) or {}
  end
  return hard, soft
end

---All objects of a snapshot (or those of `wanted`), each after what it depends on.
---
---With `foreign_keys` a table also comes after those that it refers to, unless they refer back to it, directly or not:
---`cut` gives such tables, by the key of the table and the key of the one that it refers to.
---@param snapshot Snapshot
---@param opts { foreign_keys: boolean?, wanted: (fun(object: Object): boolean)? }?
---@return Object[] objects
---@return table<string, table<string, boolean>> cut
function order.objects(snapshot, opts)
  opts = opts or {}
  local items = schema.sorted(snapshot, opts.wanted)
  local hard, soft = edges(snapshot.objects, opts.wanted)
  if not opts.foreign_keys then
    return order.sort(items, hard), {}
  end
  local function both(object)
    local list = hard(object)
    return table.move(soft(object), 1, #soft(object), #list + 1, list)
  end
  local circle, cut = circles(items, both), {}
  local function needs(object)
    local list = hard(object)
    for _, needed in ipairs(soft(object)) do
      if circle[needed] ~= circle[object] then
        list[#list + 1] = needed
      else
        cut[object.key] = cut[object.key] or {}
        cut[object.key][needed.key] = true
      end
    end
    return list
  end
  return order.sort(items, needs), cut
end

return order
