--- The policy table of neap.lua, applied to what a revision makes or changes: at its end, and before each commit on
--- the way.

local policy = {}

-- These touch rows alone.
local of_rows = { bulk_insert = true, refresh_materialized_view = true, set_role = true }

local SOURCE = { at = "permissions in neap.lua" }

---@param pipe Pipe
function policy.wanted(pipe)
  local config = pipe.run.config
  if not (config and config.permissions) or pipe.run.dialect ~= "postgresql" then
    return false
  end
  for _, operation in ipairs(pipe.operations) do
    if not of_rows[operation.kind] then
      return true
    end
  end
  return false
end

local function compiled(pipe)
  local match = require("neap.policy.match")
  pipe.policy = pipe.policy or match.compile(pipe.run.config.permissions, pipe.run.config)
  return pipe.policy
end

-- A role that the revision has taken on may not be able to grant.
local function as_runner(pipe, send, fn)
  local role, own = pipe.role, pipe.run.config.role
  local back = own or pipe.run.null
  if role then
    send({ kind = "set_role", role = back, source = SOURCE })
  end
  fn(back)
  if role then
    send({ kind = "set_role", role = role, source = SOURCE })
  end
end

-- Names of what was made outside a transaction or before a commit: their rows are no longer this transaction's.
local function earlier_names(pipe)
  if not pipe.settled and pipe.run.session:in_transaction() then
    return {}
  end
  local names = {}
  for i, object in ipairs(require("neap.policy.created").objects(pipe.operations, pipe.run)) do
    names[i] = object.name
  end
  return names
end

local function bring(pipe, names, send)
  local apply = require("neap.policy.apply")
  local privileges = require("neap.dialect.postgresql.privileges")
  as_runner(pipe, send, function(back)
    apply.bring(pipe.run, compiled(pipe), function()
      return privileges.of_transaction(names)
    end, send, back, SOURCE)
  end)
end

-- What is sent belongs to no step's count: what there is to do when a run goes on is another matter than it was.
local function send_uncounted(pipe)
  return function(operation)
    pipe.operations[#pipe.operations + 1] = operation
    for _, statement in ipairs(pipe.compile(operation, pipe.run)) do
      pipe.run.session:query(statement.sql, statement.params, operation.source)
    end
  end
end

---@param pipe Pipe
function policy.run(pipe)
  if not pipe.run.offline then
    return bring(pipe, earlier_names(pipe), send_uncounted(pipe))
  end
  local apply = require("neap.policy.apply")
  local said = table.move(pipe.operations, 1, #pipe.operations, 1, {})
  local function send(operation)
    pipe:send(operation)
  end
  as_runner(pipe, send, function(back)
    apply.script(pipe.run, compiled(pipe), said, send, back, SOURCE)
  end)
end

---Before a commit within a revision.
---@param pipe Pipe
function policy.settle(pipe)
  pipe.settled = true
  if pipe.run.offline or not policy.wanted(pipe) or not pipe.run.session:in_transaction() then
    return
  end
  bring(pipe, {}, send_uncounted(pipe))
end

return policy
