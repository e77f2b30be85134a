--- The two functions of a revision that a command writes: the way there and back, as Lua source.

local fold = require("neap.render.fold")
local render = require("neap.render")
local words = require("neap.compare.words")

local creates = {
  create_table = true,
  create_view = true,
  create_materialized_view = true,
  create_function = true,
  add_column = true,
}

-- A body may name what comes after it; then bodies are not looked at, as pg_dump does it.
local function with_loose_bodies(operations)
  for i, operation in ipairs(operations) do
    if operation.kind == "create_function" then
      for k = i + 1, #operations do
        if creates[operations[k].kind] then
          local set = { kind = "execute", sql = "SET LOCAL check_function_bodies = off" }
          return table.move(operations, 1, #operations, 2, { set })
        end
      end
      return operations
    end
  end
  return operations
end

---@param run Run
---@param forward Operation[]
---@param back Operation[]
---@param home string?  the schema whose names stand bare
---@return { changes: string[], upgrade: string, downgrade: string }
return function(run, forward, back, home)
  local state = { default_schema = home, indent = "  " }
  local function source(operations)
    return render.lua(fold.operations(run, operations, state), state)
  end
  forward, back = with_loose_bodies(forward), with_loose_bodies(back)
  local changes = {}
  for i, operation in ipairs(words.flat(forward)) do
    changes[i] = words.sentence(operation, state)
  end
  return { changes = run.array(changes), upgrade = source(forward), downgrade = source(back) }
end
