--- neap revision --autogenerate: what makes the database what the model says, and back, as Lua source.

local fold = require("neap.render.fold")
local protect = require("neap.compare.protect")
local project = require("neap.model.project")
local render = require("neap.render")
local words = require("neap.compare.words")

local creates = {
  create_table = true,
  create_view = true,
  create_materialized_view = true,
  create_function = true,
  add_column = true,
}

-- A body may name what comes after it; then bodies are not looked at, as pg_dump does it.
local function with_loose_bodies(operations)
  for i, operation in ipairs(operations) do
    if operation.kind == "create_function" then
      for k = i + 1, #operations do
        if creates[operations[k].kind] then
          local set = { kind = "execute", sql = "SET LOCAL check_function_bodies = off" }
          return table.move(operations, 1, #operations, 2, { set })
        end
      end
      return operations
    end
  end
  return operations
end

return function(run, options)
  local found = project.difference(run, { rename = options.rename, back = true })
  if run.config.protected and run.dialect == "postgresql" then
    found.operations = protect.operations(found.operations)
    found.back = protect.operations(found.back)
  end
  found.operations = with_loose_bodies(found.operations)
  found.back = with_loose_bodies(found.back)
  local state = { default_schema = found.scope.home, indent = "  " }
  local changes = {}
  for i, operation in ipairs(words.flat(found.operations)) do
    changes[i] = words.sentence(operation, state)
  end
  return {
    status = 0,
    value = {
      changes = run.array(changes),
      hints = run.array(found.hints),
      upgrade = render.lua(fold.operations(run, found.operations, state), state),
      downgrade = render.lua(fold.operations(run, found.back, state), state),
    },
  }
end
