--- Specs of many seeds, several at a time: when some fail together, each is tried alone, and the one that fails is named.
local seeds = {}

--- The first seed, and how many: NEAP_SEED and a variable of that name.
function seeds.range(variable, default)
  return tonumber(os.getenv("NEAP_SEED")) or 1, tonumber(os.getenv(variable)) or default
end

-- The seeds of a range that fail alone, with what they say.
local function failures(from, to, check)
  local found = {}
  for seed = from, to do
    local ok, err = pcall(check, seed, seed)
    if not ok then
      found[#found + 1] = ("NEAP_SEED=%d: %s"):format(seed, tostring(err))
    end
  end
  return found
end

--- Gives specs to `it`: title and function; check(from, to) raises when one of these seeds fails.
---
---     for title, spec in seeds.specs(1, 300, 25, check) do
---       it(title, spec)
---@param together integer   how many at a time
function seeds.specs(first, count, together, check)
  local from, last = first, first + count - 1
  return function()
    if from > last then
      return nil
    end
    local start, stop = from, math.min(from + together - 1, last)
    from = stop + 1
    local title = start == stop and ("(NEAP_SEED=%d)"):format(start)
      or ("(NEAP_SEED=%d to %d)"):format(start, stop)
    return title,
      function()
        local ok, err = pcall(check, start, stop)
        if ok then
          return
        end
        local found = stop > start and failures(start, stop, check) or {}
        error(#found > 0 and table.concat(found, "\n") or err, 0)
      end
  end
end

return seeds
