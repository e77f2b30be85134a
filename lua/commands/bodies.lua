--- The two functions of a revision that a command writes: the way there and back, as Lua source.

local fold = require("neap.render.fold")
local render = require("neap.render")
local words = require("neap.compare.words")

local function of_function(operation)
  local name = operation.sql:gsub("^CREATE OR REPLACE", "CREATE"):match("^CREATE %u+ ([^(]+)%(")
  return name and name:match('([^."]+)"?$')
end

-- The name that an operation brings into being, by kind.
local creates = {
  create_table = function(operation)
    return operation.table
  end,
  add_column = function(operation)
    return operation.column.name
  end,
  create_function = of_function,
  create_aggregate = of_function,
}
for _, kind in ipairs({ "create_view", "create_materialized_view" }) do
  creates[kind] = function(operation)
    return operation.name
  end
end

local function holds_word(text, word)
  local pattern = "%f[%w_\128-\255]" .. word:gsub("%p", "%%%0") .. "%f[^%w_\128-\255]"
  return text:find(pattern) ~= nil
end

-- True when a function's text names what is created after it.
local function names_later(operations)
  local bodies = {}
  for _, operation in ipairs(operations) do
    local name = creates[operation.kind] and creates[operation.kind](operation)
    for _, body in ipairs(name and bodies or {}) do
      if holds_word(body, name) then
        return true
      end
    end
    if operation.kind == "create_function" then
      bodies[#bodies + 1] = operation.sql
    end
  end
  return false
end

-- A body may name what comes after it; then bodies are not looked at, as pg_dump does it.
local function with_loose_bodies(operations)
  if not names_later(operations) then
    return operations
  end
  local set = { kind = "execute", sql = "SET LOCAL check_function_bodies = off" }
  return table.move(operations, 1, #operations, 2, { set })
end

---@param run Run
---@param forward Operation[]
---@param back Operation[]
---@param home string?  the schema whose names stand bare
---@return { changes: string[], upgrade: string, downgrade: string }
return function(run, forward, back, home)
  local state = { default_schema = home, dialect = run.dialect, indent = "  " }
  local function source(operations)
    return render.lua(fold.operations(run, operations, state), state)
  end
  local changes = {}
  for i, operation in ipairs(words.flat(forward)) do
    changes[i] = words.sentence(operation, state)
  end
  return {
    changes = run.array(changes),
    upgrade = source(with_loose_bodies(forward)),
    downgrade = source(with_loose_bodies(back)),
  }
end
