--- What keeps its name and becomes something else: an enum a domain, a table a view. PostgreSQL has one room for the
--- names of types, and one for those of tables, views, sequences.

local copy = require("neap.marks").copy
local order = require("neap.schema.order")
local sequence_name = require("neap.schema.names").object

local kinds = {}

local is_type = { enum = true, domain = true, composite = true, range = true }
local is_relation = {
  table = true,
  foreign_table = true,
  sequence = true,
  view = true,
  materialized_view = true,
  composite = true,
}

-- By "schema.name": the objects of these kinds that the other side has not.
local function only_in(snapshot, other, wanted)
  local map = {}
  for key, object in next, snapshot.objects do
    if wanted[object.kind] and not object.implied and not other.objects[key] then
      map[object.schema .. "." .. object.name] = object
    end
  end
  return map
end

---The snapshot with its types under the keys that they will have: so they are changed, and not dropped and created.
---@param from Snapshot
---@param to Snapshot
---@return Snapshot
function kinds.with_types(from, to)
  local new, renamed = only_in(to, from, is_type), {}
  for name, object in next, only_in(from, to, is_type) do
    renamed[object.key] = new[name] and new[name].key
  end
  if next(renamed) == nil then
    return from
  end
  local snapshot = setmetatable({ objects = {} }, { __index = from })
  for key, object in next, from.objects do
    local made = object
    for i, needed in ipairs(object.depends or {}) do
      if renamed[needed] then
        made = made == object and copy(object) or made
        made.depends = made.depends == object.depends and { table.unpack(object.depends) }
          or made.depends
        made.depends[i] = renamed[needed]
      end
    end
    if renamed[key] then
      made = made == object and copy(object) or made
      made.key = renamed[key]
    end
    snapshot.objects[made.key] = made
  end
  return snapshot
end

-- Names --------------------------------------------------------------------------------------------

-- A key and its index have one name. Source: PostgreSQL manual, CREATE TABLE
local has_index = { primary_key = true, unique = true, exclude = true }

-- fun(room, name) for each name that an object holds. Functions of one name share it; a call with fewer arguments may
-- mean either.
local function each_name(object, dialect, visit)
  local kind = object.kind
  if is_relation[kind] then
    visit("relation", object.name)
  end
  if is_type[kind] or is_relation[kind] and kind ~= "sequence" then
    visit("type", object.name)
  end
  if kind == "function" then
    visit("function", object.name)
  end
  for _, index in ipairs(object.indexes or {}) do
    if index.name then
      visit("relation", index.name)
    end
  end
  if dialect ~= "postgresql" then
    return
  end
  for _, column in ipairs(object.columns or {}) do
    if column.autoincrement then
      visit("relation", sequence_name(object.name, column.name, "seq"))
    end
  end
  for _, constraint in ipairs(object.constraints or {}) do
    if has_index[constraint.kind] and constraint.name then
      visit("relation", constraint.name)
    end
  end
end

local function place(dialect, room, schema_name, name)
  return ("%s %s.%s"):format(room, schema_name or "", dialect == "sqlite" and name:lower() or name)
end

local known_names = setmetatable({}, { __mode = "k" })

-- By place: the names that the objects of a snapshot hold.
local function names(snapshot)
  local map = known_names[snapshot]
  if not map then
    map = {}
    for _, object in next, snapshot.objects do
      each_name(object, snapshot.dialect, function(room, name)
        map[place(snapshot.dialect, room, object.schema, name)] = true
      end)
    end
    known_names[snapshot] = map
  end
  return map
end

---Whether a table, view, sequence, index or key of the snapshot has the name.
---@param snapshot Snapshot
---@return boolean
function kinds.has_name(snapshot, schema_name, name)
  if not name then
    return false
  end
  return names(snapshot)[place(snapshot.dialect, "relation", schema_name, name)] or false
end

-- Domains that stay hold the functions that they call until they are changed.
local function is_held(from, to, key)
  for at, object in next, from.objects do
    if object.kind == "domain" and to.objects[at] then
      for _, needed in ipairs(object.depends or {}) do
        if needed == key then
          return true
        end
      end
    end
  end
  return false
end

---The keys of what goes while something else gets a name of its: it goes before that comes.
---@param from Snapshot
---@param to Snapshot
---@param found Sorted
---@return table<string, boolean>
function kinds.in_the_way(from, to, found)
  local keys, functions = {}, {}
  for key in next, found.added do
    local object = to.objects[key]
    if object.kind == "function" then
      functions[place(to.dialect, "function", object.schema, object.name)] = true
    end
  end
  for key in next, found.removed do
    local object, taken = from.objects[key], false
    each_name(object, from.dialect, function(room, name)
      local map = room == "function" and functions or names(to)
      taken = taken or map[place(from.dialect, room, object.schema, name)]
    end)
    if taken and not object.implied then
      keys[key] = object.kind ~= "function" or not is_held(from, to, key) or nil
    end
  end
  return keys
end

---The keys of what goes early: what is in the way, and what goes and stands on that.
---@param objects table<string, Object>
---@param in_the_way table<string, boolean>
---@param removed table<string, boolean>
---@return table<string, boolean>
function kinds.early(objects, in_the_way, removed)
  local early = {}
  local function visit(key)
    if early[key] ~= nil then
      return early[key]
    end
    local object = objects[key] or {}
    early[key] = in_the_way[key] or false
    for _, list in ipairs({ object.depends or {}, order.referred(object) }) do
      for _, needed in ipairs(list) do
        if removed[needed] and visit(needed) and not is_type[object.kind] then
          early[key] = true
        end
      end
    end
    return early[key]
  end
  for key in next, next(in_the_way) and removed or {} do
    visit(key)
  end
  return early
end

---A body of standard SQL is kept as the server has read it: the columns that it reads hold it, and it holds their types.
function kinds.has_parsed_body(object)
  return object.kind == "function"
    and (
      object.definition:find("\nBEGIN ATOMIC\n", 1, true) ~= nil
      or object.definition:find("\nRETURN ", 1, true) ~= nil
    )
end

kinds.is_type = is_type

return kinds
