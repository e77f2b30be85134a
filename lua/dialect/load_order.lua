--- The order of SQL files by what they create and use: a view after the function that it calls.
---
--- What a statement must find when it is executed is a need: a function that is called outside a body, or in the
--- body of an SQL function or of a DO block; a relation after FROM, JOIN, ON, SETOF and the like. Any other mention of
--- a name, and all in bodies that are looked at when they run (plpgsql), is a wish: it is heeded where it can be. So
--- plpgsql functions may call each other in a circle. Names that no file creates do not matter; ties: name order.

local errors = require("neap.errors")
local sql = require("neap.sql")

local CALL, RELATION, LATE = 1, 2, 16
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

-- edges[a][b] = "what": file b comes before file a. Needs and wishes apart.
local function find_edges(files, by_name, dialect)
  local needs, wishes, set = {}, {}, sql.name_set(by_name)
  for place, file in ipairs(files) do
    needs[place], wishes[place] = {}, {}
    for key, bits in next, sql.uses(file.sql, dialect, set) do
      local schema, name = nil, key
      if not by_name[key] then
        schema, name = key:match("^(.-)%.(.*)$")
      end
      local candidates = by_name[name] or {}
      local own = makes(candidates, place)
      for _, object in ipairs(candidates) do
        if
          object.place ~= place
          and (not schema or not object.schema or schema == object.schema)
        then
          local kind = not own and bits & (LATE - 1) ~= 0 and is_need(object, bits) and needs
            or wishes
          kind[place][object.place] = kind[place][object.place] or object.kind .. " " .. key
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
local function refuse_circle(files, needs, done)
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

-- Who waits for a file, and for how many files each waits.
local function reverse(edges, count)
  local waiting, missing = {}, {}
  for place = 1, count do
    waiting[place], missing[place] = waiting[place] or {}, 0
    for other in next, edges[place] do
      waiting[other] = waiting[other] or {}
      waiting[other][#waiting[other] + 1] = place
      missing[place] = missing[place] + 1
    end
  end
  return waiting, missing
end

---@param files LoadFile[]   in name order
---@param dialect string
---@return LoadFile[]
return function(files, dialect)
  local needs, wishes = find_edges(files, index(files), dialect)
  local needed_by, needed = reverse(needs, #files)
  local wished_by, wished = reverse(wishes, #files)
  -- Those whose needs are there: all wishes fulfilled too, or not.
  local ready, able, done, sorted = {}, {}, {}, {}
  for place = 1, #files do
    if needed[place] == 0 then
      push(wished[place] == 0 and ready or able, place)
    end
  end
  while #sorted < #files do
    if #ready == 0 and #able == 0 then
      refuse_circle(files, needs, done)
    end
    local place = pop(#ready > 0 and ready or able)
    if not done[place] then
      done[place] = true
      sorted[#sorted + 1] = files[place]
      for _, other in ipairs(needed_by[place]) do
        needed[other] = needed[other] - 1
        if needed[other] == 0 then
          push(wished[other] == 0 and ready or able, other)
        end
      end
      for _, other in ipairs(wished_by[place]) do
        wished[other] = wished[other] - 1
        if wished[other] == 0 and needed[other] == 0 then
          push(ready, other)
        end
      end
    end
  end
  return sorted
end
