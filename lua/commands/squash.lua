--- What a range of revisions comes to: from one scratch database to another, and back, as Lua source.

local compare = require("neap.compare")
local fold = require("neap.render.fold")
local render = require("neap.render")
local sources = require("neap.model.sources")
local words = require("neap.compare.words")

-- What both databases are made of alike is no part of the range.
local function without_home(snapshot, scope)
  local home = scope.home and snapshot.objects["schema " .. scope.home]
  if home then
    snapshot.objects[home.key] = nil
  end
end

return function(run, options)
  local sides = sources.describe(run, options.words, options.opened)
  local from, to, scope = sources.read(run, sides)
  without_home(from, scope)
  without_home(to, scope)
  local opts = { null = run.null, grants = true, owners = true, user = scope.user }
  local forward, back = compare.operations(from, to, opts), compare.operations(to, from, opts)
  local state = { default_schema = scope.home, indent = "  " }
  local changes = {}
  for i, operation in ipairs(words.flat(forward)) do
    changes[i] = words.sentence(operation, state)
  end
  return {
    status = 0,
    value = {
      changes = run.array(changes),
      upgrade = render.lua(fold.operations(run, forward, state), state),
      downgrade = render.lua(fold.operations(run, back, state), state),
    },
  }
end
