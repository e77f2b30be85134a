--- Snapshot and snapshot: the operations that make the one into the other, in an order that runs.
---
--- Both sides are what a catalog prints (neap.reflect), so that what is the same reads the same.

local aside = require("neap.compare.aside")
local code = require("neap.compare.code")
local creates = require("neap.schema.operations")
local drops = require("neap.compare.drops")
local grants = require("neap.compare.grants")
local kinds = require("neap.compare.kinds")
local order = require("neap.schema.order")
local redefine = require("neap.compare.redefine")
local plans = require("neap.compare.plan")
local renames = require("neap.compare.renames")
local same = require("neap.compare.same")
local schema = require("neap.schema")
local sequences = require("neap.compare.sequences")
local tables = require("neap.compare.tables")
local types = require("neap.compare.types")

local compare = {}

---@class CompareOptions
---@field null userdata
---@field grants boolean?   compare grants
---@field owners boolean?   compare owners
---@field user string?      who will own what is made
---@field back boolean?     undo what comparing the other way round has found

local changes = setmetatable({}, { __index = code })
changes.table = function(plan, a, b)
  if plan.dialect == "sqlite" and not a.virtual and not b.virtual then
    if redefine.needed(plan, a, b) then
      redefine.add(plan, a, b)
      return true
    end
  elseif tables.replaced(a, b) or a.virtual or b.virtual then
    return false
  end
  tables.compare(plan, a, b)
  return true
end
for _, kind in ipairs({ "enum", "domain", "composite", "range" }) do
  changes[kind] = function(plan, a, b)
    types[kind](plan, a, b)
    return true
  end
end
changes.default_privileges = function()
  return true
end

---@class Sorted
---@field added table<string, boolean>
---@field removed table<string, boolean>
---@field replaced table<string, boolean>
---@field changed Object[][]

-- A dry run: what an object that is on both sides needs, and whether it can be changed at all.
local function probe(plan, a, b)
  local trial = plans.new({
    dialect = plan.dialect,
    version = plan.version,
    null = plan.null,
    from = plan.from,
    to = plan.to,
    home = plan.home,
    back = plan.back,
    create = plan.create,
    new_values = {},
  })
  local in_place = changes[b.kind](trial, a, b)
  return in_place, #trial:operations() > 0
end

local ignored = { key = true, depends = true, owner = true, grants = true, revokes = true }

-- SQLite keeps the statements, too; what they say stands in the other fields.
local ignored_of_sqlite = { definition = true, key = true, depends = true, indexes = true }

local function alike_indexes(a, b)
  if #(a or {}) ~= #(b or {}) then
    return false
  end
  for i, index in ipairs(a or {}) do
    if not same.but(index, b[i], { definition = true }) then
      return false
    end
  end
  return true
end

local function alike(plan, a, b)
  if plan.dialect == "sqlite" and a.kind ~= "trigger" and not (a.virtual or b.virtual) then
    return same.but(a, b, ignored_of_sqlite) and alike_indexes(a.indexes, b.indexes)
  end
  return same.but(a, b, ignored)
end

local function sort_out(plan)
  local from, to = plan.from.objects, plan.to.objects
  local found = { added = {}, removed = {}, replaced = {}, changed = {} }
  for key, object in next, to do
    local before = from[key]
    if not before then
      found.added[key] = true
    elseif not alike(plan, before, object) then
      local in_place = probe(plan, before, object)
      if in_place then
        found.changed[key] = true
      else
        found.replaced[key] = true
      end
    end
  end
  for key in next, from do
    if not to[key] then
      found.removed[key] = true
    end
  end
  return found
end

local function is_nothing(found)
  return next(found.added) == nil
    and next(found.removed) == nil
    and next(found.replaced) == nil
    and next(found.changed) == nil
end

-- Creates and changes -------------------------------------------------------------------------------

-- What default privileges give to a new object, and it should not have.
local function refuse_defaults(plan, object)
  local on = grants.default_class(object)
  for _, defaults in next, on and plan.grants and plan.from.objects or {} do
    if
      defaults.kind == "default_privileges"
      and defaults.on == on
      and (defaults.schema == nil or defaults.schema == object.schema)
      and (defaults.role == nil or defaults.role == plan.user)
    then
      grants.take_away(plan, object, defaults)
    end
  end
end

local function create(plan, object, cut)
  local phase = object.kind == "schema" and "schemas" or "main"
  local made, late = plan.create(object, { cut = cut })
  plan:add_all(phase, made)
  refuse_defaults(plan, object)
  plan:add_all("foreign_keys", late or {})
end

local function make_all(plan, found)
  local objects = plan.from.objects
  local list, cut = order.objects(plan.to, {
    foreign_keys = true,
    wanted = function(object)
      local key = object.key
      return found.added[key] or found.replaced[key] or found.changed[key] or false
    end,
  })
  for _, object in ipairs(list) do
    local key = object.key
    if found.changed[key] then
      changes[object.kind](plan, objects[key], object)
      if not plan.retyped[key] then
        grants.compare_comment(plan, objects[key], object)
      end
    elseif not object.implied then
      create(plan, object, cut[key])
    end
  end
end

local function compare_rights(plan, found)
  for _, object in ipairs(schema.sorted(plan.to)) do
    local before = plan.from.objects[object.key]
    if before and not found.replaced[object.key] and not plan.retyped[object.key] then
      if plan.owners then
        grants.compare_owner(plan, before, object)
      end
      if plan.grants then
        grants.compare(plan, before, object)
      end
    end
  end
end

-- What comes anew keeps its owner and grants when the model does not speak of them.
local function keep_rights(plan, found)
  for _, set in ipairs({ found.replaced, plan.retyped }) do
    for key in next, set do
      local a, b = plan.from.objects[key], plan.to.objects[key]
      if not plan.grants then
        b.grants, b.revokes = a.grants, a.revokes
      end
      if not plan.owners then
        b.owner = a.owner
      end
    end
  end
  for _, set in ipairs({ found.added, found.replaced, plan.retyped }) do
    for key in next, set do
      local b = plan.to.objects[key]
      b.owner = b.owner ~= plan.user and b.owner or nil
    end
  end
  -- On the way back what is added is what the database had.
  for key in next, plan.back and {} or found.added do
    local b = plan.to.objects[key]
    if not plan.grants then
      b.grants, b.revokes = nil, nil
    end
    if not plan.owners then
      b.owner = nil
    end
  end
end

-- A value that was just added cannot be used in the same transaction.
local function commit_new_values(plan)
  if #plan.new_values == 0 then
    return
  end
  local function uses(value)
    if type(value) == "string" then
      for _, label in ipairs(plan.new_values) do
        if value:find("'" .. label:gsub("'", "''") .. "'", 1, true) then
          return true
        end
      end
    elseif type(value) == "table" then
      for _, each in next, value do
        if uses(each) then
          return true
        end
      end
    end
    return false
  end
  for _, phase in ipairs({ "main", "foreign_keys", "last" }) do
    if uses(plan.lists[phase]) then
      plan:add("retype", { kind = "commit" })
      return
    end
  end
end

-- Blanks and the case of words do not count; the same text again and again is read once.
local known_texts = setmetatable({}, { __mode = "k" })

local function sqlite_text(text)
  local known = known_texts[text]
  if not known then
    known = require("neap.reflect.sqlite.tokens").normal(text)
    known_texts[text] = known
  end
  return known
end

---@param from Snapshot
---@param to Snapshot
---@param opts CompareOptions
---@return Operation[]
---@return Rename[] hints   renames that were not asked for, and look like some
function compare.operations(from, to, opts)
  same.compare_texts_by(to.dialect == "sqlite" and sqlite_text or nil)
  local renamed
  if to.dialect == "postgresql" then
    from, to, renamed = sequences.settle(kinds.with_types(from, to), to)
  end
  local plan = plans.new({
    dialect = to.dialect,
    version = from.version,
    null = opts.null,
    from = from,
    to = to,
    home = to.home,
    back = opts.back,
    create = function(object, create_opts)
      return creates.create(object, {
        null = opts.null,
        snapshot = to,
        dialect = to.dialect,
        cut = create_opts and create_opts.cut,
      })
    end,
    grants = opts.grants,
    owners = opts.owners,
    user = opts.user,
    new_values = {},
  })
  local found = sort_out(plan)
  if is_nothing(found) and not renamed and not plan.grants and not plan.owners then
    return {}, {}
  end
  plan.in_the_way = kinds.in_the_way(from, to, found)
  if renamed then
    sequences.rename(plan, renamed)
    for _, key in ipairs(renamed.in_the_way) do
      plan.in_the_way[key] = true
    end
  end
  aside.find(plan, found)
  keep_rights(plan, found)
  drops.all(plan, found)
  make_all(plan, found)
  compare_rights(plan, found)
  commit_new_values(plan)
  return plan:operations(), renames.hints(from, to)
end

return compare
