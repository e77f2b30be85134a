--- An SQLite database's schema once more, in memory: to try things on.

local pipes = require("neap.op.pipe")
local reflect = require("neap.reflect")
local shadows = require("neap.reflect.sqlite.shadows")

local copy = {}

local STATEMENTS = [[
SELECT type, name, tbl_name, sql FROM main.sqlite_master
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'view' THEN 2 WHEN 'index' THEN 3 ELSE 4 END, rowid]]

---@param run Run
---@return Run memory   close it with run.close
function copy.open(run)
  local memory = run.open("sqlite::memory:")
  local rows = run.session:rows(STATEMENTS, nil, {})
  local made_by_others = shadows(run, rows)
  for _, row in ipairs(rows) do
    if not made_by_others[row[3]] then
      memory.session:run(row[4], nil, {})
    end
  end
  return memory
end

---The snapshot after some operations.
---@return Snapshot
function copy.after(run, operations)
  local memory = copy.open(run)
  local pipe = pipes.new(memory)
  for _, operation in ipairs(operations) do
    pipe:send(operation)
  end
  local snapshot = reflect.snapshot(memory)
  run.close(memory)
  return snapshot
end

-- A session that tells what is sent. Renaming the new table must leave views alone that name it, as in a rebuild of a
-- run: what is on and off there is written.
local function telling(session, tell)
  local told = { run = true, text = true, attempt = true }
  return setmetatable({}, {
    __index = function(_, name)
      return function(_, ...)
        if name == "rebuild" then
          local begins = ...
          tell("PRAGMA legacy_alter_table = " .. (begins and "ON" or "OFF"))
        end
        local sql = ...
        if told[name] and not sql:find("^EXPLAIN") and not sql:find("^SELECT") then
          tell(sql)
        end
        return session[name](session, ...)
      end
    end,
  })
end

---Runs operations on a copy, and tells the statements.
---@param tell fun(sql: string)
---@param empty boolean?  begin with nothing
function copy.tell(run, operations, tell, empty)
  local memory = empty and run.open("sqlite::memory:") or copy.open(run)
  local told = setmetatable({ session = telling(memory.session, tell) }, { __index = memory })
  local pipe = pipes.new(told)
  for _, operation in ipairs(operations) do
    if operation.note then
      tell("-- " .. operation.note)
    end
    if operation.kind ~= "commit" then
      pipe:send(operation)
    end
  end
  run.close(memory)
end

return copy
