--- A snapshot, the operations that make it, and what is there when they have run.
local operations = require("neap.schema.operations")
local reflect = require("neap.reflect")

local round_trip = {}

-- SQLite's text of a table and its indexes may be laid out in another way.
local function is_text(path, key)
  return key == "definition"
    and (path:find("^ / table [^/]*$") or path:find("^ / table .* / indexes / "))
end

local function differences(path, a, b, list)
  if type(a) ~= "table" or type(b) ~= "table" then
    if a ~= b then
      list[#list + 1] = ("%s: %s became %s"):format(path, tostring(a), tostring(b))
    end
    return
  end
  local keys = {}
  for _, side in ipairs({ a, b }) do
    for key in pairs(side) do
      keys[key] = not is_text(path, key) or nil
    end
  end
  for key in pairs(keys) do
    differences(path .. " / " .. tostring(key), a[key], b[key], list)
  end
end

--- What differs between two snapshots, a line each.
function round_trip.differences(a, b)
  local list = {}
  differences("", a.objects, b.objects, list)
  table.sort(list)
  return list
end

--- Reflects, makes everything undone by `clear`, executes the operations and reflects again.
---@return string[] differences
function round_trip.check(run, clear, opts)
  local before = reflect.snapshot(run, opts)
  local all = operations.all(before, {
    null = run.null,
    foreign_keys = opts and opts.foreign_keys,
    keeps = opts and opts.keeps,
  })
  clear()
  run.execute(all)
  return round_trip.differences(before, reflect.snapshot(run, opts)), before
end

return round_trip
