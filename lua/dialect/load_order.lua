--- The order of SQL files by what they create and use: a view after the function that it calls.
---
--- What a statement must find when it is executed is a need: a function that is called outside a body, or in the
--- body of an SQL function or of a DO block; a relation after FROM, JOIN, ON, SETOF and the like. Any other mention of
--- a name, and all in bodies that are looked at when they run (plpgsql), is a wish: it is heeded where it can be. What
--- such a body calls is not even that: nobody looks for it before the function runs. Names that no file creates do not
--- matter; ties: name order.
---
--- The files come one by one, each as soon as it may: the database works on the first while the uses of the next are
--- looked for.

local errors = require("neap.errors")
local sql = require("neap.sql")

local CALL, RELATION, LATE, LATE_CALL = 1, 2, 16, 16
local routines = { ["function"] = true, procedure = true, aggregate = true }
local used = {
  ["function"] = true,
  procedure = true,
  aggregate = true,
  view = true,
  ["materialized view"] = true,
  type = true,
  domain = true,
  table = true,
  sequence = true,
}

---@class LoadFile
---@field path string      relative to the sql directory
---@field sql string
---@field objects table[]  of neap.sql's `objects`

-- name -> the objects of that name, each with the place of its file.
local function index(files)
  local by_name = {}
  for place, file in ipairs(files) do
    for _, object in ipairs(file.objects) do
      if not object.drop and used[object.kind] then
        local list = by_name[object.name] or {}
        by_name[object.name] = list
        list[#list + 1] = { place = place, kind = object.kind, schema = object.schema }
      end
    end
  end
  return by_name
end

-- Does the file create what it uses under this name by itself? Then others of that name are overloads.
local function makes(candidates, place)
  for _, one in ipairs(candidates) do
    if one.place == place then
      return true
    end
  end
  return false
end

local function is_need(object, bits)
  if routines[object.kind] then
    return bits & CALL ~= 0
  end
  return bits & RELATION ~= 0
end

local function is_wish(object, bits)
  return bits ~= LATE_CALL or not routines[object.kind]
end

-- What must, and what should, come before the file at a place: { [place] = "what" }.
local function find_edges(order, place)
  local needs, wishes = {}, {}
  local by_name = order.by_name
  for key, bits in next, sql.uses(order.files[place].sql, order.dialect, order.names) do
    local schema, name = nil, key
    if not by_name[key] then
      schema, name = key:match("^(.-)%.(.*)$")
    end
    local candidates = by_name[name] or {}
    local own = makes(candidates, place)
    for _, object in ipairs(candidates) do
      if
        object.place ~= place
        and not order.done[object.place]
        and (not schema or not object.schema or schema == object.schema)
      then
        local other = object.place
        if not own and bits & (LATE - 1) ~= 0 and is_need(object, bits) then
          needs[other] = needs[other] or object.kind .. " " .. key
        elseif is_wish(object, bits) then
          wishes[other] = true
        end
      end
    end
  end
  return needs, wishes
end

-- A heap of numbers, the least first.
local function push(heap, value)
  local at = #heap + 1
  while at > 1 and heap[at // 2] > value do
    heap[at], at = heap[at // 2], at // 2
  end
  heap[at] = value
end

local function pop(heap)
  local least, count = heap[1], #heap
  local value = heap[count]
  heap[count] = nil
  count = count - 1
  local at = 1
  while 2 * at <= count do
    local child = 2 * at
    if child < count and heap[child + 1] < heap[child] then
      child = child + 1
    end
    if heap[child] >= value then
      break
    end
    heap[at], at = heap[child], child
  end
  if count > 0 then
    heap[at] = value
  end
  return least
end

-- The files that need each other, as "a needs x of b, b needs y of a".
local function refuse_circle(order)
  local files, needs, done = order.files, order.needs, order.done
  local at
  for place = 1, #files do
    at = at or not done[place] and place or nil
  end
  local seen, path = {}, {}
  while not seen[at] do
    path[#path + 1] = at
    seen[at] = #path
    for other in next, needs[at] do
      if not done[other] then
        at = other
        break
      end
    end
  end
  local parts = {}
  for i = seen[at], #path do
    local from, to = path[i], path[i + 1] or at
    parts[#parts + 1] = ('"%s" needs %s of "%s"'):format(
      files[from].path,
      needs[from][to],
      files[to].path
    )
  end
  errors.raise("usage", "the files need each other: " .. table.concat(parts, ", "), nil, {
    advice = "Put what they share into a file of its own, or all of it into one file in an order that works.",
  })
end

-- Adds place to those that wait for each of others; how many those are.
local function wait_for(waiting, others, place)
  local count = 0
  for other in next, others do
    waiting[other] = waiting[other] or {}
    table.insert(waiting[other], place)
    count = count + 1
  end
  return count
end

-- Where a file goes whose needs are there: are all its wishes fulfilled, too?
local function admit(order, place)
  if order.needed[place] == 0 then
    push(order.wished[place] == 0 and order.ready or order.able, place)
  end
end

-- Looks at the next file in name order.
local function look(order)
  local place = order.seen + 1
  local needs, wishes = find_edges(order, place)
  order.seen, order.needs[place] = place, needs
  order.needed[place] = wait_for(order.needed_by, needs, place)
  order.wished[place] = wait_for(order.wished_by, wishes, place)
  admit(order, place)
end

local function finish(order, place)
  order.done[place] = true
  for _, other in ipairs(order.needed_by[place] or {}) do
    order.needed[other] = order.needed[other] - 1
    admit(order, other)
  end
  for _, other in ipairs(order.wished_by[place] or {}) do
    order.wished[other] = order.wished[other] - 1
    if order.wished[other] == 0 then
      admit(order, other)
    end
  end
end

-- Files that were not looked at yet come after all that are ready.
local function next_place(order)
  while #order.ready == 0 and order.seen < #order.files do
    look(order)
  end
  while #order.ready > 0 or #order.able > 0 do
    local place = pop(#order.ready > 0 and order.ready or order.able)
    if not order.done[place] then
      return place
    end
  end
  return nil
end

local load_order = {}

---The files one by one.
---@param files LoadFile[]   in name order
---@param dialect string
---@return fun(): LoadFile?
function load_order.each(files, dialect)
  local by_name, count = index(files), 0
  local order = {
    files = files,
    dialect = dialect,
    by_name = by_name,
    names = sql.name_set(by_name),
    seen = 0,
    done = {},
    needs = {},
    needed = {}, -- how many a file waits for
    needed_by = {}, -- who waits for it
    wished = {},
    wished_by = {},
    ready = {}, -- needs and wishes are there
    able = {}, -- needs are
  }
  return function()
    local place = next_place(order)
    if place then
      count = count + 1
      finish(order, place)
      return files[place]
    elseif count < #files then
      refuse_circle(order)
    end
  end
end

---@return LoadFile[]
function load_order.all(files, dialect)
  local sorted = {}
  for file in load_order.each(files, dialect) do
    sorted[#sorted + 1] = file
  end
  return sorted
end

return load_order
