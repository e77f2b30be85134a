--- The policy table of neap.lua, applied to what a revision makes or changes: at its end, and before each commit on
--- the way.

local policy = {}

-- These touch rows alone.
local of_rows = { bulk_insert = true, refresh_materialized_view = true, set_role = true }

local SOURCE = { at = "permissions in neap.lua" }

local function is_there(run)
  return run.config and run.config.permissions and run.dialect == "postgresql" or false
end

---Before the first operation: schemas by their names, so that one that gets another name is known.
---@param pipe Pipe
function policy.begin(pipe)
  if is_there(pipe.run) and not pipe.run.offline then
    local statement = require("neap.dialect.postgresql.privileges").schemas()
    pipe.schemas = pipe.run.session:query(statement.sql, nil, SOURCE)
  end
end

---@param pipe Pipe
function policy.wanted(pipe)
  if not is_there(pipe.run) then
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

-- Sends as the runner: a role that the revision has taken on, by op.set_role or in SQL text, may not be able to grant.
-- Asks only when there is something to send.
local function as_runner(pipe, send)
  local own, session = pipe.run.config.role, pipe.run.session
  local acting
  local function set_role(role)
    send({ kind = "set_role", role = role, source = SOURCE })
  end
  return function(operation)
    if acting == nil then
      local statement = require("neap.dialect.postgresql.privileges").acting_role()
      acting = session:query(statement.sql, nil, SOURCE)[1].role
      if acting ~= (own or "none") then
        set_role(own or pipe.run.null)
      end
    end
    send(operation)
  end, function()
    if acting and acting ~= (own or "none") then
      set_role(acting == "none" and pipe.run.null or acting)
    end
  end
end

local MOST_TOLD = 5

-- The last entry that speaks of the role decides.
local function reason(pipe, difference, role)
  local numbers = difference.entries
  for i = #numbers, 1, -1 do
    local entry = pipe.run.config.permissions[numbers[i]]
    if entry and entry.grants and entry.grants[role] then
      return ("entry %d in neap.lua says so"):format(numbers[i])
    end
  end
  return "no entry in neap.lua knows it"
end

-- What a role had and is not to have is told when it is taken back: somebody may miss it.
local function teller(pipe)
  local read, told = require("neap.policy.read"), 0
  local function tell(difference)
    for _, grant in ipairs(difference.grants) do
      if grant.taken and grant.role ~= "public" then
        told = told + 1
        if told <= MOST_TOLD then
          pipe.run.print(
            ("permissions: %s: %s is taken back from %s, %s"):format(
              read.label(difference.object),
              grant.taken,
              grant.role,
              reason(pipe, difference, grant.role)
            )
          )
        end
      end
    end
  end
  return tell,
    function()
      if told > MOST_TOLD then
        pipe.run.print(("permissions: %d more are taken back"):format(told - MOST_TOLD))
      end
    end
end

local function bring(pipe, names, send)
  local apply = require("neap.policy.apply")
  local privileges = require("neap.dialect.postgresql.privileges")
  local send_as_runner, restore = as_runner(pipe, send)
  local tell, tell_rest = teller(pipe)
  apply.bring(pipe.run, compiled(pipe), function()
    return privileges.of_transaction(names, pipe.schemas)
  end, send_as_runner, pipe.run.config.role or pipe.run.null, SOURCE, tell)
  restore()
  tell_rest()
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

-- In a script the role is the one that op.set_role said last. What was written before a commit is not written again.
local function write(pipe)
  local apply = require("neap.policy.apply")
  local said = table.move(pipe.operations, 1, #pipe.operations, 1, {})
  local own, role = pipe.run.config.role or pipe.run.null, pipe.role
  local function send(operation)
    if role and pipe.role == role and operation.kind ~= "set_role" then
      pipe:send({ kind = "set_role", role = own, source = SOURCE })
    end
    pipe:send(operation)
  end
  apply.script(pipe.run, compiled(pipe), said, pipe.written or 0, send, own, SOURCE)
  if role and pipe.role ~= role then
    pipe:send({ kind = "set_role", role = role, source = SOURCE })
  end
  pipe.written = #pipe.operations
end

---@param pipe Pipe
function policy.run(pipe)
  if pipe.run.offline then
    return write(pipe)
  end
  bring(pipe, earlier_names(pipe), send_uncounted(pipe))
end

---Before a commit within a revision.
---@param pipe Pipe
function policy.settle(pipe)
  pipe.settled = true
  if not policy.wanted(pipe) then
    return
  elseif pipe.run.offline then
    return write(pipe)
  elseif not pipe.run.session:in_transaction() then
    return
  end
  bring(pipe, {}, send_uncounted(pipe))
end

return policy
