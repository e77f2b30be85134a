--- neap revision --autogenerate: what makes the database what the model says, and back, as Lua source.

local bodies = require("neap.commands.bodies")
local protect = require("neap.compare.protect")
local project = require("neap.model.project")

return function(run, options)
  local found = project.difference(run, { rename = options.rename, back = true })
  if run.config.protected and run.dialect == "postgresql" then
    local version = run.server_version()
    found.operations = protect.operations(found.operations, version, found.from)
    found.back = protect.operations(found.back, version, found.to)
  end
  local value = bodies(run, found.operations, found.back, found.scope.home)
  value.hints = run.array(found.hints)
  return { status = 0, value = value }
end
