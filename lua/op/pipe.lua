--- The way of an operation: compiled by the dialect, every statement handed to the session at once.

local directives = require("neap.directives")
local errors = require("neap.errors")

local pipe = {}
pipe.__index = pipe

---@class Pipe
---@field run table               made by the host: session, dialect, naming, source() ...
---@field compile fun(operation: Operation, run: table): Statement[]
---@field operations Operation[]   what the revision has said so far, in order
---@field savepoints integer      how many are open
---@field autocommits integer     how deep in op.autocommit
---@field dependents integer      how deep in op.with_dependents
---@field recording Item[]?        where op.reverse, or a model, writes down what would be sent
---@field model boolean?           a model is read
---@field begun boolean?           an operation was sent
---@field role any                 what op.set_role said last
---@field group userdata?          the group that is being sent; it may be closed

---@return Pipe
function pipe.new(run)
  local dialect = require("neap.dialect." .. run.dialect)
  return setmetatable({
    run = run,
    dialect = dialect,
    compile = dialect.compile,
    operations = {},
    savepoints = 0,
    autocommits = 0,
    dependents = 0,
  }, pipe)
end

---Raises when a function that gives rows calls op: its statement would come between them.
function pipe:refuse_in_group(name, source)
  if self.group:is_open() then
    errors.raise(
      "usage",
      ("%s is called by the function that gives op.bulk_insert its rows: call it before"):format(
        name
      ),
      source or self.run.source()
    )
  end
  self.group = nil
end

---Raises err as the failure of directive `name`; a wrong argument gets the directive's name and the place.
function pipe:fail(name, err, source)
  if errors.is(err) and err.kind == "usage" and not err.at then
    if name then
      err.message = name .. ": " .. err.message
    end
    source = source or self.run.source()
    err.at, err.via = source.at, source.via
  end
  error(err, 0)
end

---Writes an operation down for op.reverse instead of sending it.
function pipe:record(operation)
  self.recording[#self.recording + 1] = { operation = operation, role = self.role }
  self:note(operation)
end

-- What a model may say besides operations.
local of_models = { run = true, register = true, batch_alter_table = true }

---Raises for a control that cannot be written down.
function pipe:refuse_unrecorded(name, label)
  local why, advice = directives.unrecorded[name], "Give op.reverse a function without it."
  if self.model then
    why = not of_models[name] and "a model says what there is, and runs nothing" or nil
    advice = "Write it into a revision."
  end
  if why then
    errors.raise("usage", label .. ": " .. why, self.run.source(), { advice = advice })
  end
end

---The role counts for everything that follows.
function pipe:note(operation)
  if operation.kind == "set_role" then
    local role = operation.role
    self.role = type(role) == "string" and role or nil
  end
end

---Writes down what fn says as one item.
---@param item Item
function pipe:record_group(item, fn)
  local items = self.recording
  item.items = {}
  self.recording = item.items
  local ok, err = pcall(fn)
  self.recording = items
  if not ok then
    error(err, 0)
  end
  items[#items + 1] = item
end

---What keeps the transaction open, so that nothing may end it, and where not to stand; nil when nothing does.
function pipe:kept_open()
  if self.savepoints > 0 then
    return "op.savepoint", "the savepoint"
  elseif self.dependents > 0 then
    return "op.with_dependents", "its function"
  end
  return nil
end

-- What looks before the first operation, and is applied before a commit within a revision.
local SETTLERS = { permissions = "neap.finish.policy" }
-- What blocks and functions did is asked as long as the transaction is there.
local READER = "neap.finish.unread"

-- Before the first operation.
local function begin(self)
  self.begun = true
  local config = self.run.config
  for key, name in next, SETTLERS do
    if config and config[key] then
      require(name).begin(self)
    end
  end
end

---What neap adds by itself to what was done in this transaction, before it ends.
function pipe:settle()
  local wrote = not self.recording and self.query_wrote
  if wrote then
    errors.raise(
      "usage",
      ("the %s at %s wrote, and its step ends here: a run that goes on after a failure would ask it again"):format(
        wrote.label,
        wrote.at
      ),
      self.run.source(),
      { advice = "Write with op.execute, and read with op.query what it wrote." }
    )
  end
  local config = self.run.config
  for key, name in next, SETTLERS do
    if config and config[key] and not self.recording then
      require(name).settle(self)
    end
  end
  local unread = not self.recording and require(READER)
  if unread and unread.wanted(self) then
    unread.run(self)
  end
end

---Ends this transaction and begins the next, or writes that down.
function pipe:commit(source)
  local items = self.recording
  if items then
    items[#items + 1] = { control = "commit", source = source }
  else
    self:settle()
    self.run.session:commit(source)
  end
end

-- How a statement is sent, by its `send`; without one it is session:run(sql).
local senders = {}

function senders.text(session, statement, source)
  session:text(statement.sql, source, statement.file and statement or nil)
end

-- Calls fn; a wrong argument that it finds gets the directive's name and place.
local function labelled(self, statement, source, fn, ...)
  local ok, result = pcall(fn, ...)
  if not ok then
    self:fail(statement.label, result, source)
  end
  return result
end

-- Several statements that count as one. The group is closed by any error, and then they have failed. What is wrong
-- is raised by `plan`, when nothing was sent yet; a group that an earlier run has completed is not planned, for what
-- it would look at is no longer what it was.
function senders.group(session, statement, source, self)
  local fill = statement.fill
  if statement.plan and not session:passed() then
    fill = labelled(self, statement, source, statement.plan)
  end
  local group <close> = session:group(statement.sql, source, statement.changes)
  if group then
    self.group = group
    if statement.plan then
      labelled(self, statement, source, fill, session, source)
    else
      fill(session, source) -- the host notes where an error comes from
    end
    self.group = nil
    group:finish(source)
  end
end

-- Statements that depend on what is there: `only_if` is { sql, params, exists = true|false }.
local function wanted(session, statement, source)
  local only_if = statement.only_if
  local rows = session:query(only_if.sql, only_if.params, source)
  return (#rows > 0) == only_if.exists
end

function pipe:send_one(statement, source)
  local session = self.run.session
  if statement.only_if and not wanted(session, statement, source) then
    return
  end
  local sender = senders[statement.send]
  if sender then
    sender(session, statement, source, self)
  else
    session:run(statement.sql, statement.params, source)
  end
end

-- A statement that PostgreSQL refuses inside a transaction.
function pipe:send_alone(statement, source)
  if self.autocommits > 0 then
    return self:send_one(statement, source)
  end
  local keeper, place = self:kept_open()
  if keeper then
    errors.raise(
      "usage",
      ("this runs outside a transaction, and %s keeps one open: move it out of %s"):format(
        keeper,
        place
      ),
      source,
      { sql = statement.sql }
    )
  end
  local session = self.run.session
  self:settle()
  session:autocommit(true, source)
  self:send_one(statement, source)
  session:autocommit(false, source)
end

---@param statements Statement[]
---@param source Source
function pipe:send_all(statements, source)
  local session = self.run.session
  if not self.begun then
    begin(self)
  end
  for i = 1, #statements do
    local statement = statements[i]
    local from = statement.source or source
    if statement.transactional == false then
      self:send_alone(statement, from)
    elseif statement.send or statement.only_if then
      self:send_one(statement, from)
    else
      session:run(statement.sql, statement.params, from)
    end
  end
end

---Compiles all of it, so that a wrong argument is found before anything is sent; then sends.
---@param operation Operation
function pipe:send(operation)
  local source = operation.source or self.run.source()
  operation.source = source
  if self.recording then
    return self:record(operation)
  end
  local ok, statements = pcall(self.compile, operation, self.run)
  if not ok then
    self:fail("op." .. tostring(operation.kind), statements, source)
  end
  self.operations[#self.operations + 1] = operation
  self:send_all(statements, source)
  self:note(operation)
end

return pipe
