--- Random choices with names: what is chosen depends on the seed and the name alone, so one choice more changes no other.
---
---     local a, b = choices.new(7, "a"), choices.new(7, "b")
---     a:pick("color", { "red", "blue" })   -- b picks the same, but for a few names, where it picks for itself
local choices = {}
choices.__index = choices

-- FNV-1a, and the mixing of splitmix64: neighbours in the seed are strangers.
local function hash(text)
  local h = 0xcbf29ce484222325
  for i = 1, #text do
    h = (h ~ text:byte(i)) * 0x100000001b3
  end
  h = (h ~ (h >> 30)) * 0xbf58476d1ce4e5b9
  h = (h ~ (h >> 27)) * 0x94d049bb133111eb
  return (h ~ (h >> 31)) >> 1
end

---@param seed integer
---@param side "a"|"b"
---@param rate integer?   in how many of a hundred names the sides choose for themselves
function choices.new(seed, side, rate)
  return setmetatable(
    { seed = seed, side = side, rate = rate or 10 + hash(seed .. "rate") % 30 },
    choices
  )
end

--- A number from 1 to n.
function choices:roll(name, n)
  local own = self.side == "b" and hash(self.seed .. "/own/" .. name) % 100 < self.rate
  return hash(self.seed .. (own and "/b/" or "/a/") .. name) % n + 1
end

--- The same on both sides.
function choices:both(name, n)
  return hash(self.seed .. "/both/" .. name) % n + 1
end

function choices:chance(name, percent)
  return self:roll(name, 100) <= percent
end

function choices:pick(name, list)
  return list[self:roll(name, #list)]
end

function choices:pick_both(name, list)
  return list[self:both(name, #list)]
end

--- Those of the list that are there, in its order; each for itself.
function choices:some(name, list, percent)
  local found = {}
  for i, item in ipairs(list) do
    found[#found + 1] = self:chance(name .. i, percent) and item or nil
  end
  return found
end

return choices
