--- reverse: what a function would do is written down, turned round and sent from its end to its beginning.

local check = require("neap.op.check")
local errors = require("neap.errors")
local reverses = require("neap.op.reverses")

local reverse = {}

---@class Item
---@field operation Operation?
---@field control string?    "commit", or "autocommit" and "with_dependents" with the items within
---@field items Item[]?
---@field role any           what op.set_role said before it

---Runs fn and gives what it would have sent.
---@param fn fun()
---@return Item[]
function reverse.record(pipe, fn)
  local outer, role = pipe.recording, pipe.role
  local items = {}
  pipe.recording = items
  local ok, err = pcall(fn)
  pipe.recording, pipe.role = outer, role
  if not ok then
    error(err, 0)
  end
  return items
end

local function refuse(refused, name, operation, why)
  local at = operation.source and operation.source.at
  refused[#refused + 1] = ("op.%s%s: %s"):format(name, at and (" (%s)"):format(at) or "", why)
end

local turn

-- One batch: its parts from the last to the first.
local function turn_batch(operation, state)
  local batch = {}
  for name, value in next, operation do
    batch[name] = value
  end
  if operation.definition then
    refuse(state.refused, "batch_alter_table", operation, "what the table was is not known; say it")
    return nil
  end
  batch.operations = {}
  batch.copy_from = nil -- says what the table was before
  for i = #operation.operations, 1, -1 do
    local part = turn(operation.operations[i], state)
    if part then
      batch.operations[#batch.operations + 1] = part.first
      batch.operations[#batch.operations + 1] = part
      part.first = nil
    end
  end
  return #batch.operations > 0 and batch or nil
end

-- The operation that undoes this one; nil when there is nothing to do, or when it is refused.
function turn(operation, state)
  if operation.kind == "batch_alter_table" then
    return turn_batch(operation, state)
  end
  local find = reverses.of[operation.kind]
  local undone, why = find(operation, state)
  if undone then
    undone.source = operation.source
  elseif why and not reverses.goes_with_its_table(operation, state) then
    refuse(state.refused, operation.kind, operation, why)
  end
  return undone
end

local function turn_items(items, state)
  local turned = {}
  for i = #items, 1, -1 do
    local item = items[i]
    local copy = { control = item.control, role = item.role, source = item.source }
    for name, value in next, item.fields or {} do
      copy[name] = value
    end
    if item.items then
      copy.items = turn_items(item.items, state)
    elseif item.operation then
      copy.operation = turn(item.operation, state)
    end
    local first = copy.operation and copy.operation.first
    if first then
      turned[#turned + 1] = { operation = first, role = item.role }
      copy.operation.first = nil
    end
    if copy.control or copy.operation then
      turned[#turned + 1] = copy
    end
  end
  return turned
end

local function note_items(items, state)
  for _, item in ipairs(items) do
    if item.items then
      note_items(item.items, state)
    elseif item.operation then
      reverses.note(item.operation, state)
    end
  end
end

local send_items

-- Groups: what fn did within another directive is undone within the same.
local groups = {}

function groups.commit(pipe, item)
  pipe:commit(item.source)
end

function groups.autocommit(pipe, item, api)
  api.autocommit(function()
    send_items(pipe, item.items, api)
  end)
end

function groups.with_dependents(pipe, item, api)
  api.with_dependents(item.table, function()
    send_items(pipe, item.items, api)
  end, item.opts)
end

local function act_as(pipe, role, source)
  if pipe.role ~= role then
    pipe:send({
      kind = "set_role",
      role = role == nil and pipe.run.null or role,
      source = source,
    })
  end
end

function send_items(pipe, items, api)
  for _, item in ipairs(items) do
    if item.control then
      groups[item.control](pipe, item, api)
    else
      act_as(pipe, item.role, item.operation.source)
      pipe:send(item.operation)
    end
  end
end

---Undo what a function does: the reverse operations, from its last to its first.
---
---    function downgrade()
---      op.reverse(upgrade)
---    end
---
---fn runs, and what it says is written down instead of being sent. Then every operation is turned round: create and
---drop, add and drop, rename, grant and revoke, attach and detach, enable and disable. What has no way back is refused,
---all of it by name and line, before anything is sent: `execute`, `bulk_insert`, `backfill`, `load_sql` without `keep`,
---whatever says if_exists, if_not_exists, replace or cascade (what it met is not known), and a constraint without a name.
---
---A drop or a change has a way back when it says what was there: `drop_table(name, { elements = {...} })`,
---`drop_column(table, name, { column = op.column(...) })`, `drop_index(name, { table = , columns = })`,
---`drop_constraint(name, table, { type = , columns = })`, `drop_view(name, { sql = })`, `drop_type(name, { values = })`,
---`alter_column(table, name, { type = , existing_type = })`; `options` holds the options of the create.
---
---What is done to a table that the same fn creates goes with the table. Questions to the database and `op.savepoint`
---in fn are errors: what they decide would not be decided the same way now. `op.commit`, `op.autocommit`, `op.set_role`,
---`op.batch_alter_table` and `op.with_dependents` hold for the reverse operations too.
---@param fn fun()  usually `upgrade`
function reverse.reverse(pipe, api, fn)
  local source = pipe.run.source()
  if type(fn) ~= "function" then
    local ok, err = pcall(check.wrong, 1, "a function, as in op.reverse(upgrade)", fn)
    pipe:fail("op.reverse", not ok and err or nil, source)
  end
  local items = reverse.record(pipe, fn)
  local state = { run = pipe.run, limit = pipe.dialect.name_limit, refused = {}, created = {} }
  note_items(items, state)
  local turned = turn_items(items, state)
  if #state.refused > 0 then
    errors.raise(
      "usage",
      "op.reverse: no way back from " .. table.concat(state.refused, "; "),
      source,
      {
        advice = "Write what undoes these in downgrade, and give op.reverse a function without them.",
      }
    )
  end
  local role = pipe.role
  send_items(pipe, turned, api)
  act_as(pipe, role, source)
end

return reverse
