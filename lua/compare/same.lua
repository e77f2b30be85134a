--- When two things of a snapshot are alike.

local deep = require("neap.same")

local same = {}

-- What texts are compared by; set for SQLite, whose catalog keeps them as they were written.
local normal

---@param normalise (fun(text: string): string)?
function same.compare_texts_by(normalise)
  normal = normalise
end

---Deep equality of plain tables, op.sql among them.
function same.equal(a, b)
  return deep(a, b, nil, normal)
end

---Equal in all fields but these.
---@param without table<string, boolean>
function same.but(a, b, without)
  return deep(a, b, without, normal)
end

---A copy without these fields.
function same.without(value, fields)
  local copy = {}
  for key, each in next, value do
    if not fields[key] then
      copy[key] = each
    end
  end
  return copy
end

---Pairs the items of two lists: by name, then those without a name by what they say.
---@generic T
---@param a T[]
---@param b T[]
---@param alike fun(x: T, y: T): boolean   for those without a name
---@return { [1]: T, [2]: T }[] both
---@return T[] only_a
---@return T[] only_b
function same.pair(a, b, alike)
  local by_name, both, only_a, only_b, taken = {}, {}, {}, {}, {}
  for _, item in ipairs(b) do
    if item.name then
      by_name[item.name] = item
    end
  end
  for _, item in ipairs(a) do
    local partner = item.name and by_name[item.name]
    for _, other in ipairs(item.name and {} or b) do
      if not other.name and not taken[other] and alike(item, other) then
        partner = other
        break
      end
    end
    if partner and not taken[partner] then
      taken[partner] = true
      both[#both + 1] = { item, partner }
    else
      only_a[#only_a + 1] = item
    end
  end
  for _, item in ipairs(b) do
    if not taken[item] then
      only_b[#only_b + 1] = item
    end
  end
  return both, only_a, only_b
end

return same
