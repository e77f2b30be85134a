--- neap model --from-database: the model of a database that is there, as Lua or as SQL.

local fold = require("neap.render.fold")
local operations = require("neap.schema.operations")
local project = require("neap.model.project")
local reflect = require("neap.reflect")
local render = require("neap.render")
local script = require("neap.model.script")

local HEAD = [[
--- What the database should hold. `neap check` says how it differs, `neap revision --autogenerate` writes
--- the revision that makes it so.

]]

-- Owners are said when they are not all the same, and grants when there are any.
local function rights(snapshot, user)
  local owners = false
  for _, object in next, snapshot.objects do
    owners = owners or object.owner ~= nil and object.owner ~= user and object.kind ~= "schema"
  end
  return owners
end

local function make(run, snapshot, scope)
  local owners = rights(snapshot, scope.user)
  for _, object in next, snapshot.objects do
    if object.kind == "schema" and object.name == scope.home or object.owner == scope.user then
      object.owner = nil
    end
  end
  return operations.all(snapshot, { null = run.null, owners = owners })
end

return function(run, options)
  local scope = project.scope(run)
  if #(run.config.schemas or {}) == 0 then
    scope.schemas = nil -- all of them
  end
  local snapshot = project.filter(run, reflect.snapshot(run, scope))
  local list = make(run, snapshot, scope)
  local state = { default_schema = scope.home, dialect = run.dialect, spaced = true }
  local text
  if options.sql then
    text = script.text(run, list, true)
  else
    text = HEAD .. render.lua(fold.operations(run, list, state), state)
  end
  for _, other in ipairs(snapshot.others) do
    run.warn(("%s is not part of a model, and was left out"):format(other))
  end
  return { status = 0, text = text, document = { model = text } }
end
