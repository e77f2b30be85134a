--- What keeps its name and becomes something else: an enum a domain, a table a view. PostgreSQL has one room for the
--- names of types, and one for those of tables, views, sequences.

local copy = require("neap.marks").copy

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

---The keys of tables, views and the like whose name something of another kind gets: they go before that comes.
---@return table<string, boolean>
function kinds.in_the_way(from, to)
  local new, keys = only_in(to, from, is_relation), {}
  for name, object in next, only_in(from, to, is_relation) do
    keys[object.key] = new[name] and true
  end
  return keys
end

---Whether a removed object has to go early when others do: tables go together, and functions before what they stand on.
---@param found Sorted
function kinds.goes_early(snapshot, found, object)
  if is_relation[object.kind] then
    return true
  end
  for _, key in ipairs(object.kind == "function" and object.depends or {}) do
    local needed = snapshot.objects[key]
    if needed and is_relation[needed.kind] and found.removed[key] then
      return true
    end
  end
  return false
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
