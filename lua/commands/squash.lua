--- What a range of revisions comes to: from one scratch database to another, and back, as Lua source.

local bodies = require("neap.commands.bodies")
local compare = require("neap.compare")
local sources = require("neap.model.sources")

return function(run, options)
  local sides = sources.describe(run, options.words, options.opened)
  local from, to, scope = sources.read(run, sides)
  local opts = { null = run.null, grants = true, owners = true, user = scope.user }
  local forward, back = compare.operations(from, to, opts), compare.operations(to, from, opts)
  return { status = 0, value = bodies(run, forward, back, scope.home) }
end
