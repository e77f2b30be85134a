--- Graphs for the specs of this folder, written as lines.
local revisions = require("neap.revisions")

local graphs = {}

--- "b <a !x #l" is revision b after a, depending on x, with label l; "~" makes it irreversible.
function graphs.parse(lines)
  local list = {}
  for i, line in ipairs(lines) do
    local revision = { down = {}, depends = {}, labels = {}, path = ("m/%d.lua"):format(i) }
    for word in line:gmatch("%S+") do
      local mark, name = word:match("^([<!#])(.+)$")
      if word == "~" then
        revision.downgrade = false
      elseif mark == "<" then
        table.insert(revision.down, name)
      elseif mark == "!" then
        table.insert(revision.depends, name)
      elseif mark == "#" then
        table.insert(revision.labels, name)
      else
        revision.id = word
      end
    end
    list[i] = revision
  end
  return list
end

function graphs.new(lines, pruned)
  return assert(revisions.link(graphs.parse(lines), pruned))
end

local function ids(plan)
  local list = {}
  for i, step in ipairs(plan) do
    list[i] = step.id
  end
  return table.concat(list, " ")
end

--- A plan in one line: "a b -> b" (its steps, and the rows at its end); an error as
--- "kind: message | advice".
function graphs.plan(plan, err)
  if not plan then
    return graphs.failure(err)
  end
  return (ids(plan) .. " -> " .. table.concat(plan.finish, " ")):gsub("^ ", ""):gsub(" $", "")
end

function graphs.failure(err)
  return err.kind .. ": " .. err.message .. (err.advice and " | " .. err.advice or "")
end

--- Ids in one line, or the error.
function graphs.list(list, err)
  return list and table.concat(list, " ") or graphs.failure(err)
end

function graphs.words(text)
  local list = {}
  for word in text:gmatch("%S+") do
    list[#list + 1] = word
  end
  return list
end

return graphs
