--- Renames that take turns: a name is given when whoever has it has got another one.

---@class Turn
---@field family string   whose names stand side by side: those of a schema's relations, of a table's columns
---@field old string
---@field new string
---@field make fun(old: string, new: string): Operation

local function key(family, name)
  return family .. "\0" .. name
end

---Adds what gives each its name, with what takes it back. A circle (a swap) goes by a name in between.
---@param list Turn[]
---@param add fun(operation: Operation, back: Operation)
return function(list, add)
  local waits, state, between = {}, {}, {}
  local function rename(one, old, new)
    add(one.make(old, new), one.make(new, old))
  end
  for _, one in ipairs(list) do
    waits[key(one.family, one.old)] = one
  end
  local function give(one)
    state[one] = "begun"
    local before = waits[key(one.family, one.new)]
    if before and before ~= one and not state[before] then
      give(before)
    elseif before and before ~= one and state[before] == "begun" then
      between[before] = before.old:sub(1, 58) .. "_swap"
      rename(before, before.old, between[before])
    end
    rename(one, between[one] or one.old, one.new)
    state[one] = "done"
  end
  for _, one in ipairs(list) do
    if not state[one] then
      give(one)
    end
  end
end
