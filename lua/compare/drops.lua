--- What goes: in the reverse of the order in which it was made.

local created = require("neap.schema.tables")
local grants = require("neap.compare.grants")
local kinds = require("neap.compare.kinds")
local order = require("neap.schema.order")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")
local types = require("neap.compare.types")

local drops = {}

local drop_kinds = {
  schema = "drop_schema",
  extension = "drop_extension",
  enum = "drop_type",
  composite = "drop_type",
  range = "drop_type",
  domain = "drop_domain",
  view = "drop_view",
  materialized_view = "drop_materialized_view",
}

local by_kind = {}

function by_kind.table(object, home)
  return {
    kind = "drop_table",
    schema = object.schema,
    table = object.name,
    note = ("loses the rows of %s%s"):format(
      shapes.shown(object.schema, object.name, home),
      object.partition_by and ", and its partitions" or ""
    ),
  }
end

by_kind["function"] = function(object)
  local operation = {
    kind = object.routine == "aggregate" and "drop_aggregate" or "drop_function",
    schema = object.schema,
    name = object.name,
    arguments = object.arguments,
  }
  operation.routine = object.routine == "procedure" and "procedure" or nil
  return operation
end

function by_kind.sequence(object, home)
  return {
    kind = "drop_sequence",
    schema = object.schema,
    name = object.name,
    note = ("loses how far %s has counted"):format(shapes.shown(object.schema, object.name, home)),
  }
end

function by_kind.trigger(object)
  return { kind = "drop_trigger", schema = object.schema, table = object.table, name = object.name }
end

function by_kind.policy(object)
  return { kind = "drop_policy", schema = object.schema, table = object.table, name = object.name }
end

function by_kind.rule(object)
  return shapes.execute(
    ("DROP RULE %s ON %s"):format(
      shapes.quote(object.name),
      shapes.object(object.schema, object.table)
    )
  )
end

function by_kind.statistics(object)
  return shapes.execute("DROP STATISTICS " .. shapes.object(object.schema, object.name))
end

function by_kind.event_trigger(object)
  return shapes.execute("DROP EVENT TRIGGER " .. shapes.quote(object.name))
end

for kind, words in next, schema.defined do
  by_kind[kind] = function(object)
    local name = object.subject or shapes.object(object.schema, object.name)
    local made = shapes.execute(("DROP %s %s"):format(words, name))
    made.words = ("drop %s %s"):format(kind:gsub("_", " "), object.name)
    return made
  end
end

local function drop(object, home)
  if by_kind[object.kind] then
    return by_kind[object.kind](object, home)
  end
  local operation = { kind = drop_kinds[object.kind], name = object.name }
  if object.kind ~= "extension" then
    operation.schema = object.schema
  end
  return operation
end

-- SQLite: a trigger on another table takes the name, which is the whole database's.
local function name_is_taken(plan, found, object)
  if plan.dialect ~= "sqlite" or object.kind ~= "trigger" then
    return false
  end
  for key in next, found.added do
    local other = plan.to.objects[key]
    if other.kind == "trigger" and other.name:lower() == object.name:lower() then
      return true
    end
  end
  return false
end

-- What goes with its table or view, or with its column.
local function goes_along(plan, found, object)
  if object.table then
    local owner = schema.relation(plan.from, object.schema, object.table)
    return owner ~= nil
      and (found.removed[owner.key] or found.replaced[owner.key])
      and not name_is_taken(plan, found, object)
  elseif object.kind == "sequence" then
    if object.implied then
      return true
    end
    local table_key, column = (object.owned_by or ""):match("^(.+)%.(.-)$")
    if not table_key then
      return false
    end
    local key = "table " .. table_key
    if found.removed[key] or found.replaced[key] then
      return true
    end
    local after = plan.to.objects[key]
    for _, each in ipairs(after and after.columns or {}) do
      if each.name == column then
        return false
      end
    end
    return after ~= nil
  end
  return false
end

local early = {
  foreign_table = true,
  cast = true,
  operator = true,
  operator_class = true,
  conversion = true,
  publication = true,
  view = true,
  materialized_view = true,
  trigger = true,
  rule = true,
  policy = true,
  statistics = true,
}

-- The snapshot in which a table stands on what its triggers and the like stand on: they go with it, so their functions
-- go after it.
local function as_they_go(plan, found)
  local objects, owners = {}, {}
  for key, object in next, plan.from.objects do
    objects[key] = object
    local owner = object.table
      and goes_along(plan, found, object)
      and schema.relation(plan.from, object.schema, object.table)
    if owner and object.depends then
      owners[owner.key] = owners[owner.key] or {}
      table.move(object.depends, 1, #object.depends, #owners[owner.key] + 1, owners[owner.key])
      objects[key] = nil
    end
  end
  for key, depends in next, owners do
    local owner = plan.from.objects[key]
    local all = table.move(owner.depends or {}, 1, #(owner.depends or {}), 1, {})
    for _, needed in ipairs(depends) do
      if needed ~= key then
        all[#all + 1] = needed
      end
    end
    objects[key] = setmetatable({ depends = all }, { __index = owner })
  end
  return { dialect = plan.dialect, objects = objects }
end

-- A function on the rows of a view, or that reads columns, goes before them; one that comes anew after the constraints and indexes that use it.
local function phase_of(plan, found, object, goes_early)
  if early[object.kind] then
    return "detach"
  end
  for _, key in ipairs(object.kind == "function" and object.depends or {}) do
    local needed = plan.from.objects[key]
    local goes = needed and early[needed.kind] and (found.replaced[key] or found.removed[key])
    local reads = needed and needed.kind == "table" and kinds.has_parsed_body(object)
    if goes or reads then
      return "detach"
    end
  end
  return (found.replaced[object.key] or goes_early) and "replaced" or "drops"
end

---@param plan Plan
---@param found Sorted
function drops.all(plan, found)
  local snapshot = as_they_go(plan, found)
  local goes_early = kinds.early(snapshot.objects, plan.in_the_way, found.removed)
  local list, cut = order.objects(snapshot, {
    foreign_keys = true,
    wanted = function(object)
      return found.removed[object.key] or found.replaced[object.key] or false
    end,
  })
  for i = #list, 1, -1 do
    local object = list[i]
    if object.kind == "default_privileges" then
      grants.compare(
        plan,
        object,
        { kind = "default_privileges", role = object.role, schema = object.schema, on = object.on }
      )
    elseif kinds.is_type[object.kind] and goes_early[object.key] then
      if not types.leave(plan, object) then
        plan:add("replaced", drop(object))
      end
    elseif not goes_along(plan, found, object) or object.kind == "table" then
      for _, constraint in ipairs(cut[object.key] and object.constraints or {}) do
        local needed = constraint.kind == "foreign_key"
          and schema.key("table", constraint.referent_schema, constraint.referent)
        local is_cut = needed and cut[object.key][needed] and not plan.again[constraint]
        if is_cut and plan.dialect == "postgresql" then
          plan:add("first", shapes.drop_constraint(object, constraint))
        end
      end
      local phase = phase_of(plan, found, object, goes_early[object.key])
      -- Foreign keys to its parent hold a partition back.
      if object.kind == "table" and object.partition_of then
        plan:add(phase, created.detach(object))
      end
      local step = drop(object, plan.home)
      if object.kind == "collation" and found.replaced[object.key] then
        step.note = ("columns and indexes that are sorted by %s make it fail"):format(object.name)
      end
      plan:add(phase, step)
    end
  end
end

return drops
