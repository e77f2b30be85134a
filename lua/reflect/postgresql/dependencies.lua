--- What depends on what, and what is said of it.

local others = require("neap.reflect.postgresql.others")

local dependencies = {}

-- Classes of objects have the same numbers in all databases. Source: PostgreSQL, src/include/catalog
local CLASS = {
  relation = "1259",
  type = "1247",
  routine = "1255",
  constraint = "2606",
  default = "2604",
  rewrite = "2618",
  trigger = "2620",
  policy = "3256",
  namespace = "2615",
  extension = "3079",
  statistics = "3381",
  event_trigger = "3466",
}

-- Of the objects that users made; what a table's own columns, keys and constraints need of each other is left out.
local DEPENDS = [[
SELECT DISTINCT d.classid, d.objid, d.refclassid, d.refobjid, ad.adrelid, rw.ev_class, t.typrelid, t.typelem
FROM pg_catalog.pg_depend d
LEFT JOIN pg_catalog.pg_attrdef ad ON d.classid = '2604'::pg_catalog.oid AND ad.oid = d.objid
LEFT JOIN pg_catalog.pg_rewrite rw ON d.classid = '2618'::pg_catalog.oid AND rw.oid = d.objid
    AND rw.rulename = '_RETURN'
LEFT JOIN pg_catalog.pg_type t ON d.refclassid = '1247'::pg_catalog.oid AND t.oid = d.refobjid
    AND (t.typcategory = 'A' OR t.typtype = 'c')
WHERE d.deptype = 'n' AND d.refobjid >= '16384'::pg_catalog.oid
    AND d.refclassid NOT IN ('2615'::pg_catalog.oid, '3079'::pg_catalog.oid, '2604'::pg_catalog.oid)
    AND NOT (d.classid = '2606'::pg_catalog.oid AND d.refclassid = '1259'::pg_catalog.oid)
    AND NOT (d.classid = '2606'::pg_catalog.oid AND d.refclassid = '2606'::pg_catalog.oid)]]

-- By class: the object that such an id belongs to.
local function finders(context)
  local function of(map)
    return function(id)
      return map[id]
    end
  end
  local find = {
    [CLASS.type] = of(context.types),
    [CLASS.routine] = of(context.functions),
    [CLASS.constraint] = of(context.constraint_owners),
    [CLASS.trigger] = of(context.triggers),
    [CLASS.rewrite] = of(context.rules),
    [CLASS.policy] = of(context.policies),
    [CLASS.statistics] = of(context.statistics),
    [CLASS.event_trigger] = of(context.event_triggers),
  }
  find[CLASS.relation] = function(id)
    return context.relations[id] or context.index_owners[id]
  end
  -- What is listed by its class.
  return setmetatable(find, {
    __index = function(_, class)
      return function(id)
        return others.find(context, class, id)
      end
    end,
  })
end

-- An index or a check of a table; nil for all else.
local function part_of(context, class, id)
  if class == CLASS.relation then
    return context.index_constraints[id] or context.indexes[id]
  end
  return class == CLASS.constraint and context.constraints[id] or nil
end

-- True when there is a way from one object to another.
local function reaches(context, from, to, seen)
  if from == to then
    return true
  end
  seen[from] = true
  for needed in next, context.needs[from] or {} do
    if not seen[needed] and reaches(context, needed, to, seen) then
      return true
    end
  end
  return false
end

-- What indexes and checks need, their tables need; unless it needs the table (a function of its rows): then the part
-- comes after both.
function dependencies.finish(context)
  for _, each in ipairs(context.parts) do
    if reaches(context, each.needed, each.object, {}) then
      each.part.late = true
    else
      context:depend(each.object, each.needed)
    end
  end
end

function dependencies.ask(context)
  local find, parts = finders(context), context.parts
  context:ask_rows(DEPENDS, function(row)
    local object = row[5] and context.relations[row[5]]
      or row[6] and context.relations[row[6]]
      or find[row[1]](row[2])
    local needed = row[7] and row[7] ~= "0" and context.relations[row[7]]
      or row[8] and row[8] ~= "0" and context:type_of(row[8])
      or find[row[3]](row[4])
    local part = part_of(context, row[1], row[2])
    if object and needed and part and object.kind == "table" then
      parts[#parts + 1] = { object = object, part = part, needed = needed }
    elseif object and needed then
      context:depend(object, needed)
    end
  end)
end

local COMMENTS = [[
SELECT d.classoid, d.objoid, d.objsubid, d.description, a.attname
FROM pg_catalog.pg_description d
LEFT JOIN pg_catalog.pg_attribute a ON d.classoid = '1259'::pg_catalog.oid AND d.objsubid <> '0'::pg_catalog.int4
    AND a.attrelid = d.objoid AND a.attnum = d.objsubid::pg_catalog.int2
WHERE d.objoid >= '16384'::pg_catalog.oid OR d.classoid = '2615'::pg_catalog.oid]]

local function column_comment(context, row)
  local object = context.relations[row[2]]
  if not object then
    return
  end
  local columns = context.columns[row[2]]
  local column = columns and columns[row[3]]
  if column then
    column.comment = row[4]
  elseif row[5] then
    object.column_comments = object.column_comments or {}
    object.column_comments[row[5]] = row[4]
  end
end

function dependencies.ask_comments(context)
  local find = finders(context)
  find[CLASS.constraint] = function(id)
    return context.constraints[id]
  end
  find[CLASS.relation] = function(id)
    return context.relations[id] or context.indexes[id]
  end
  find[CLASS.namespace] = function(id)
    return context.schemas[id]
  end
  find[CLASS.extension] = function(id)
    return context.extensions[id]
  end
  context:ask_rows(COMMENTS, function(row)
    if row[3] ~= 0 and row[1] == CLASS.relation then
      column_comment(context, row)
    else
      local object = find[row[1]](row[2])
      if object then
        object.comment = row[4]
      end
    end
  end)
end

return dependencies
