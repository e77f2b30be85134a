--- The database and the model of a project: what differs.

local errors = require("neap.errors")
local filter = require("neap.model.filter")
local models = require("neap.model.load")
local outside = require("neap.model.outside")
local pipes = require("neap.op.pipe")
local reflect = require("neap.reflect")
local scratch = require("neap.model.scratch")

local project = { filter = filter }

---@class Difference
---@field operations Operation[]   database to model
---@field back Operation[]         model to database
---@field hints Rename[]
---@field from Snapshot
---@field to Snapshot

-- Schemas ---------------------------------------------------------------------------------------------

local names_a_schema = { "schema", "referent_schema" }

local function schemas_of_model(model, found, list)
  local function add(name)
    if name and not found[name] then
      found[name] = true
      list[#list + 1] = name
    end
  end
  for _, step in ipairs(model.steps) do
    local operation = step.operation
    if operation and operation.kind == "create_schema" then
      add(operation.name)
    elseif operation and operation.kind ~= "create_extension" then
      add(type(operation[names_a_schema[1]]) == "string" and operation.schema or nil)
    end
  end
  for name in next, scratch.created_schemas(model) do
    if name ~= "" then
      add(name)
    end
  end
end

---What is looked at: the schemas of neap.lua, or the first of the search_path and those that the model names.
---@return ScratchOptions
function project.scope(run, model)
  if run.dialect == "sqlite" then
    return { schemas = { "main" } }
  end
  local row = run.session:query(
    "SELECT pg_catalog.current_schema()::text AS name, current_user::text AS user",
    nil,
    {}
  )[1]
  local home = row.name or "public"
  local list, found = {}, {}
  local configured = run.config.schemas or {}
  for _, name in ipairs(#configured > 0 and configured or { home }) do
    list[#list + 1], found[name] = name, true
  end
  if #configured == 0 and model then
    schemas_of_model(model, found, list)
  end
  return { schemas = list, home = home, user = row.user }
end

-- A schema that the model uses without making it is there already, and none of its business.
local function settle_schemas(from, to, model, home)
  local made = scratch.created_schemas(model)
  local used = {}
  for _, object in next, to.objects do
    if object.schema then
      used[object.schema] = true
    end
  end
  for _, snapshot in ipairs({ from, to }) do
    for key, object in next, snapshot.objects do
      if object.kind == "schema" and not made[object.name] then
        if
          object.name == home
          or object.name == "public"
          or used[object.name]
          or snapshot == to
        then
          snapshot.objects[key] = nil
        end
      end
    end
  end
end

-- What the model speaks of ------------------------------------------------------------------------------

local of_grants = { grant = true, revoke = true, alter_default_privileges = true }

---Owners and grants are the model's business as soon as it says one.
function project.speaks_of(model)
  local grants, owners = false, false
  for _, step in ipairs(model.steps) do
    if step.operation then
      grants = grants or of_grants[step.operation.kind] or false
      owners = owners or step.operation.kind == "set_owner"
    else
      grants = grants or step.sql:find("%f[%a][Gg][Rr][Aa][Nn][Tt]%s") ~= nil
      owners = owners or step.sql:find("%f[%a][Oo][Ww][Nn][Ee][Rr]%s+[Tt][Oo]%s") ~= nil
    end
  end
  return grants, owners
end

-- ---------------------------------------------------------------------------------------------------------

-- Gives the snapshot with the new names.
local function apply_renames(run, list, scope)
  if run.dialect == "sqlite" then
    return require("neap.model.copy").after(run, list.operations)
  end
  local pipe = pipes.new(run)
  for _, operation in ipairs(list.operations) do
    pipe:send(operation)
  end
  return reflect.snapshot(run, scope)
end

-- Renames first, and last on the way back.
local function with_renames(found, list)
  local all = table.move(list.operations, 1, #list.operations, 1, {})
  found.operations = table.move(found.operations, 1, #found.operations, #all + 1, all)
  for i = #list.back, 1, -1 do
    table.insert(found.back, list.back[i])
  end
end

-- What the model says, as far as it is clear without the database: when that is what is there, nothing differs.
local function is_clean(run, model, building, from, scope, opts)
  if run.dialect == "sqlite" then
    return scratch.is_made_of(run, model, from)
  end
  local to = building and require("neap.model.from_operations").finish(building, from)
  if not to then
    return false
  end
  project.filter(run, to)
  local left = setmetatable({ objects = {} }, { __index = from })
  for key, object in next, from.objects do
    left.objects[key] = object
  end
  settle_schemas(left, to, model, scope.home)
  return #require("neap.compare").operations(left, to, opts) == 0
end

-- While the server works: what the model says, and the modules that are needed when the answers are there.
local function prepare(run, model, scope, texts)
  require("neap.compare")
  if run.dialect ~= "postgresql" or #texts > 0 then
    return nil
  end
  return require("neap.model.from_operations").begin(run, model.steps, scope.home)
end

---@param run Run
---@param options { rename: string[]?, back: boolean? }
---@return Difference
function project.difference(run, options)
  local paths = run.config.model or {}
  if #paths == 0 then
    errors.raise("usage", "neap.lua names no model")
  end
  local model = models.load(run, paths)
  local scope = project.scope(run, model)
  local texts, building = options.rename or {}, nil
  local from = reflect.snapshot(run, scope, function()
    building = prepare(run, model, scope, texts)
  end)
  local asked = #texts > 0 and require("neap.compare.asked").read(texts, from)
  if asked then
    from = apply_renames(run, asked, scope)
  end
  project.filter(run, from)
  outside.settle(from, outside.kinds(model))
  local grants, owners = project.speaks_of(model)
  local opts = { null = run.null, grants = grants, owners = owners, user = scope.user }
  local found = { from = from, back = {}, hints = {}, scope = scope }
  if #texts == 0 and is_clean(run, model, building, from, scope, opts) then
    found.operations, found.to = {}, from
    return found
  end
  from.view_columns = scratch.view_columns(run, scope.schemas)
  local to = scratch.build(run, model, scope)
  found.to = to
  if asked then
    asked:check(to)
  end
  to.view_columns = scratch.view_columns(run, scope.schemas)
  project.filter(run, to)
  settle_schemas(from, to, model, scope.home)
  local compare = require("neap.compare")
  found.operations, found.hints = compare.operations(from, to, opts)
  if options.back and #found.operations > 0 then
    opts.back = true
    found.back = compare.operations(to, from, opts)
  end
  if asked then
    with_renames(found, asked)
  end
  return found
end

return project
