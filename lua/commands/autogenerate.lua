--- neap revision --autogenerate: what makes the database what the model says, and back, as Lua source.

local fold = require("neap.render.fold")
local protect = require("neap.compare.protect")
local project = require("neap.model.project")
local render = require("neap.render")
local words = require("neap.compare.words")

return function(run, options)
  local found = project.difference(run, { rename = options.rename, back = true })
  if run.config.protected and run.dialect == "postgresql" then
    found.operations = protect.operations(found.operations)
    found.back = protect.operations(found.back)
  end
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
