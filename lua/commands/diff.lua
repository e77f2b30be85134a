--- neap diff A B: what makes A into B.

local compare = require("neap.compare")
local fold = require("neap.render.fold")
local render = require("neap.render")
local script = require("neap.model.script")
local sources = require("neap.model.sources")
local words = require("neap.compare.words")

-- Schemas that only one side made, and the other found there, are no difference; owners and grants are one when
-- databases are compared, or when a model speaks of them.
local function options_for(run, scope)
  return { null = run.null, grants = true, owners = false, user = scope.user }
end

return function(run, options)
  local sides = sources.describe(run, options.words, options.opened or {})
  local from, to, scope = sources.read(run, sides)
  local operations = compare.operations(from, to, options_for(run, scope))
  local state = { default_schema = scope.home, dialect = run.dialect }
  if #operations == 0 then
    return {
      status = 0,
      document = { clean = true, same = true, differences = run.array({}) },
    }
  end
  local sql = (options.sql or options.json) and script.text(run, operations) or nil
  return {
    status = 3,
    text = options.sql and sql or render.lua(fold.operations(run, operations, state), state),
    document = {
      clean = false,
      same = false,
      differences = run.array(words.differences(words.flat(operations), state)),
      sql = sql,
    },
  }
end
