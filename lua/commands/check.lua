--- neap check: what differs between the database and the model.

local project = require("neap.model.project")

local function hint_lines(hints)
  local lines = {}
  for i, hint in ipairs(hints) do
    lines[i] = ("hint: %s %s looks like %s renamed: neap revision --autogenerate --rename %s=%s\n"):format(
      hint.what,
      hint.new,
      hint.old,
      hint.old,
      hint.new
    )
  end
  return table.concat(lines)
end

local function in_words(words, operations, state)
  local lines = {}
  for i, operation in ipairs(operations) do
    local note = operation.note and not operation.words and (" (%s)"):format(operation.note) or ""
    lines[i] = "  " .. words.sentence(operation, state) .. note .. "\n"
  end
  return table.concat(lines)
end

local function clean(run, options)
  return {
    status = 0,
    text = options.sql and "" or "The database is what the model says.\n",
    document = { clean = true, differences = run.array({}), hints = run.array({}) },
  }
end

return function(run, options)
  local found = project.difference(run, { rename = options.rename })
  if #found.operations == 0 then
    return clean(run, options)
  end
  local words = require("neap.compare.words")
  local state = { default_schema = found.scope.home }
  local operations = words.flat(found.operations)
  if #operations == 0 then
    return clean(run, options)
  end
  local sql = nil
  if options.sql or options.json then
    sql = require("neap.model.script").text(run, found.operations)
  end
  local text = sql
  if not options.sql then
    text = ("%d %s between the database and the model. To make the database what the model says:\n%s%s"):format(
      #operations,
      #operations == 1 and "difference" or "differences",
      in_words(words, operations, state),
      hint_lines(found.hints)
    )
  end
  return {
    status = 3,
    text = text,
    document = {
      clean = false,
      differences = run.array(words.differences(operations, state)),
      hints = run.array(found.hints),
      sql = sql,
    },
  }
end
