--- What stays as it is and yet has to step aside: it stands on something that comes anew, or that changes under it.
---
--- PostgreSQL: types that are made anew, with the types on them; functions that are dropped and created; generated
--- columns that are. What stands on them is dropped before and made again after.

local columns = require("neap.compare.columns")
local kinds = require("neap.compare.kinds")
local same = require("neap.compare.same")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")
local shared = require("neap.dialect.shared")
local types = require("neap.compare.types")

local aside = {}

-- Kinds that are dropped and made anew when what they stand on is.
local follows = {
  view = true,
  materialized_view = true,
  trigger = true,
  rule = true,
  policy = true,
  statistics = true,
  ["function"] = true,
  foreign_table = true,
  cast = true,
  operator = true,
  operator_class = true,
  conversion = true,
}

local is_type = kinds.is_type

-- By key: the objects of the snapshot that stand on it.
local function dependents_of(snapshot)
  local map = {}
  for _, object in next, snapshot.objects do
    for _, key in ipairs(object.depends or {}) do
      map[key] = map[key] or {}
      table.insert(map[key], object)
    end
    if object.table then
      local owner = schema.relation(snapshot, object.schema, object.table)
      if owner then
        map[owner.key] = map[owner.key] or {}
        table.insert(map[owner.key], object)
      end
    end
  end
  return map
end

-- Texts ---------------------------------------------------------------------------------------------

-- True when a text somewhere in value passes.
local function any_text(value, passes)
  if type(value) == "string" then
    return passes(value)
  elseif type(value) == "table" then
    for _, each in next, value do
      if any_text(each, passes) then
        return true
      end
    end
  end
  return false
end

local function escaped(text)
  return (text:gsub("%p", "%%%0"))
end

-- fun(text): whether it holds this name as a word.
local function word(name)
  local pattern = "%f[%w_\128-\255]" .. escaped(name) .. "%f[^%w_\128-\255]"
  return function(text)
    return text:find(pattern) ~= nil
  end
end

-- fun(text): whether it casts to the type or calls the function, as the catalog prints that.
local function use_of(object, home)
  local name = object.schema == home and shapes.quote(object.name)
    or shapes.object(object.schema, object.name)
  if is_type[object.kind] then
    local pattern = "::" .. escaped(name) .. "%f[^%w_\128-\255]"
    return function(text)
      return text:find(pattern) ~= nil
    end
  end
  if object.kind == "sequence" then
    local literal = "'" .. name:gsub("'", "''") .. "'::regclass"
    return function(text)
      return text:find(literal, 1, true) ~= nil
    end
  end
  return function(text)
    local from = text:find(name .. "(", 1, true)
    return from ~= nil and not text:sub(from - 1, from - 1):find("[%w_.]")
  end
end

-- Types ---------------------------------------------------------------------------------------------

-- Marks what comes anew because of `key`: types in plan.retyped, code in found.replaced.
local function spread(plan, found, map, key)
  for _, object in ipairs(map[key] or {}) do
    local at = object.key
    local known = not plan.to.objects[at] or found.replaced[at] or plan.retyped[at]
    if not known and follows[object.kind] then
      found.replaced[at], found.changed[at] = true, nil
      spread(plan, found, map, at)
    elseif not known and is_type[object.kind] and is_type[plan.from.objects[key].kind] then
      plan.retyped[at], found.changed[at] = true, true
      spread(plan, found, map, at)
    end
  end
end

local function find_types(plan, found, map)
  for _, key in ipairs(shared.sorted_keys(found.changed)) do
    local a, b = plan.from.objects[key], plan.to.objects[key]
    if is_type[a.kind] and not plan.retyped[key] and types.replaced(plan, a, b) then
      plan.retyped[key] = true
      spread(plan, found, map, key)
    end
  end
end

-- Tables --------------------------------------------------------------------------------------------

-- Tests for what a table stands on and comes anew.
local function uses(plan, found, object)
  local tests = {}
  for _, key in ipairs(object.depends or {}) do
    if plan.retyped[key] or found.replaced[key] or plan.in_the_way[key] then
      tests[#tests + 1] = use_of(plan.from.objects[key], plan.home)
    end
  end
  return function(text)
    for _, test in ipairs(tests) do
      if test(text) then
        return true
      end
    end
    return false
  end,
    #tests > 0
end

-- Whether the column's type is one that comes anew.
local function has_new_type(plan, column)
  local name = column.type:gsub("%[%]$", "")
  for key in next, plan.retyped do
    if types.printed(plan, plan.from.objects[key]) == name then
      return true
    end
  end
  return false
end

-- The names of columns that are dropped before others change, also to come again, and tests for the names of those whose
-- type changes.
local function find_columns(plan, a, b, is_use)
  local new, anew, retyped = shapes.by_name(b.columns), {}, {}
  for _, column in ipairs(a.columns) do
    local other = new[column.name]
    local changes = other and (column.type ~= other.type or column.collation ~= other.collation)
    if changes or other and has_new_type(plan, column) then
      retyped[#retyped + 1] = word(column.name)
    end
  end
  for _, column in ipairs(a.columns) do
    local other = new[column.name]
    local generated = column.generated and not column.inherited
    if generated and (not other or other.generated) then
      local again = other and columns.replaced(column, other, plan)
        or any_text(column.generated, is_use)
      for _, test in ipairs(retyped) do
        again = again or any_text(column.generated, test)
      end
      anew[column.name] = again or nil
    elseif other and columns.replaced(column, other, plan) and not column.inherited then
      anew[column.name] = true
    end
  end
  return anew, retyped
end

-- What code of a table says of its columns.
local function mentions_columns(object, tests)
  return any_text({
    object.sql,
    object.definition,
    object.using,
    object.with_check,
  }, tests)
end

-- Whether a table stays, with parts of it stepping aside.
local function find_parts(plan, found, map, key)
  local a, b = plan.from.objects[key], plan.to.objects[key]
  local is_use, any = uses(plan, found, a)
  if not any and not found.changed[key] then
    return
  end
  local anew, retyped = find_columns(plan, a, b, is_use)
  local names = {}
  for _, name in ipairs(shared.sorted_keys(anew)) do
    names[#names + 1] = word(name)
  end
  local function is_concerned(text)
    for _, test in ipairs(names) do
      if test(text) then
        return true
      end
    end
    return is_use(text)
  end
  local marked = #names > 0
  for _, list in ipairs({ a.constraints, a.indexes or {} }) do
    for _, part in ipairs(list) do
      local about = same.without(
        part,
        { kind = true, name = true, comment = true, referent = true, referred = true }
      )
      if not part.inherited and any_text(about, is_concerned) then
        plan.again[part], marked = true, true
      end
    end
  end
  for _, column in ipairs(a.columns) do
    if anew[column.name] or column.server_default and any_text(column.server_default, is_use) then
      plan.again[column], marked = true, true
    end
  end
  if marked then
    found.changed[key] = true
  end
  for _, object in ipairs(#names + #retyped > 0 and map[key] or {}) do
    local at = object.key
    local known = not plan.to.objects[at] or found.replaced[at] or not follows[object.kind]
    local concerned = #names > 0 and mentions_columns(object, is_concerned)
    for _, test in ipairs(kinds.has_parsed_body(object) and retyped or {}) do
      concerned = concerned or test(object.definition)
    end
    if not known and concerned then
      found.replaced[at], found.changed[at] = true, nil
      spread(plan, found, map, at)
    end
  end
end

local function find_tables(plan, found, map)
  for _, object in
    ipairs(schema.sorted(plan.from, function(each)
      return each.kind == "table"
    end))
  do
    local key = object.key
    if plan.to.objects[key] and not found.replaced[key] then
      find_parts(plan, found, map, key)
    end
  end
end

-- Foreign keys --------------------------------------------------------------------------------------

local function same_columns(a, b)
  if #a ~= #b then
    return false
  end
  local set = {}
  for _, name in ipairs(a) do
    set[name] = true
  end
  for _, name in ipairs(b) do
    if not set[name] then
      return false
    end
  end
  return true
end

-- The columns of keys that go, or come anew: foreign keys that need one have to step aside.
local function keys_that_go(plan, a, b)
  local gone = {}
  local function add(list, others, is_key)
    for _, item in ipairs(list) do
      local stays = false
      for _, other in ipairs(others) do
        stays = stays or same.but(item, other, { name = true, comment = true })
      end
      if is_key(item) and (plan.again[item] or not stays) then
        gone[#gone + 1] = item.columns
      end
    end
  end
  add(a.constraints, b.constraints, function(constraint)
    return constraint.kind == "primary_key" or constraint.kind == "unique"
  end)
  add(a.indexes or {}, b.indexes or {}, function(index)
    return index.unique
  end)
  return gone
end

-- Types that a foreign key compares with each other, by bare name.
local classes = { smallint = "integer", bigint = "integer", ["character varying"] = "text" }

local function class_of(column)
  local bare = column.type:gsub("%b()", "")
  return classes[bare] or bare
end

-- Whether a key's columns get a type that the other end of a foreign key, which has the old one, is not compared with.
local function changes_class(plan, key, names)
  local a, b = plan.from.objects[key], plan.to.objects[key]
  if not a or not b or a.kind ~= "table" then
    return false
  end
  local old, new = shapes.by_name(a.columns), shapes.by_name(b.columns)
  for _, name in ipairs(names) do
    local before, after = old[name], new[name]
    if before and after and (class_of(before) ~= class_of(after) or has_new_type(plan, before)) then
      return true
    end
  end
  return false
end

local function crosses_classes(plan, found, key, constraint)
  local referent = schema.key("table", constraint.referent_schema, constraint.referent)
  local any = next(plan.retyped) ~= nil
  return (any or found.changed[key]) and changes_class(plan, key, constraint.columns)
    or (any or found.changed[referent]) and changes_class(plan, referent, constraint.referred or {})
    or false
end

local function find_foreign_keys(plan, found)
  local gone = {}
  for key in next, found.changed do
    local a = plan.from.objects[key]
    if a.kind == "table" then
      local b = plan.to.objects[key]
      -- A logged table and one that is not cannot refer to each other.
      local crosses = (not a.unlogged) ~= not b.unlogged
      gone[key] = crosses or keys_that_go(plan, a, b)
    end
  end
  for _, set in ipairs({ found.replaced, plan.in_the_way }) do
    for key in next, set do
      gone[key] = plan.from.objects[key].kind == "table" or nil
    end
  end
  for key, object in next, plan.from.objects do
    for _, constraint in ipairs(object.kind == "table" and object.constraints or {}) do
      local lists = constraint.kind == "foreign_key"
        and gone[schema.key("table", constraint.referent_schema, constraint.referent)]
      for _, names in ipairs(type(lists) == "table" and lists or {}) do
        plan.again[constraint] = plan.again[constraint]
          or same_columns(names, constraint.referred or {})
      end
      local crosses = plan.dialect == "postgresql"
        and constraint.kind == "foreign_key"
        and not constraint.inherited
        and crosses_classes(plan, found, key, constraint)
      if lists == true or crosses then
        plan.again[constraint] = true
      end
      if plan.again[constraint] and not plan.to.objects[key] then
        -- The table goes after the key.
        if plan.dialect == "postgresql" then
          plan:add("first", shapes.drop_constraint(object, constraint))
        end
      elseif plan.again[constraint] and not found.replaced[key] then
        found.changed[key] = true
      end
    end
  end
end

-- Tables that something which stays stands on: what changes a column's type has to take it out of the way.
local function find_dependents(plan, found)
  for key, object in next, plan.from.objects do
    local kind = object.kind
    local stands = kind == "view"
      or kind == "materialized_view"
      or kind == "rule"
      or kind == "policy"
      or kind == "trigger"
        and (object.definition:find(" UPDATE OF ", 1, true) or object.definition:find(
          " WHEN (",
          1,
          true
        ))
    if stands and not found.removed[key] and not found.replaced[key] then
      for _, needed in ipairs(object.depends or {}) do
        plan.dependents[needed] = true
      end
    end
  end
end

---@param plan Plan
---@param found Sorted
function aside.find(plan, found)
  local map = dependents_of(plan.from)
  if plan.dialect == "postgresql" then
    find_types(plan, found, map)
  end
  for _, set in ipairs({ found.removed, found.replaced }) do
    for _, key in ipairs(shared.sorted_keys(set)) do
      spread(plan, found, map, key)
    end
  end
  if plan.dialect == "postgresql" then
    find_tables(plan, found, map)
  end
  find_foreign_keys(plan, found)
  find_dependents(plan, found)
end

return aside
