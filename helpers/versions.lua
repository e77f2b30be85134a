--- Versions as text that sorts as people expect: "9.0" before "10.0b2" before "10.0".
local versions = {}

---@param version string  "10.0.1", "10.0b2", "10.0a1"
---@return string         "010.000.001z00", "010.000.000b02", "010.000.000a01"
function versions.sort_key(version)
  local numbers, stage, step = version:match("^([%d.]+)([ab]?)(%d*)$")
  if not numbers then
    error(('"%s" is no version'):format(version), 2)
  end
  local parts = {}
  for number in numbers:gmatch("%d+") do
    table.insert(parts, ("%03d"):format(tonumber(number)))
  end
  while #parts < 3 do
    table.insert(parts, "000")
  end
  -- A finished version comes after its betas.
  return table.concat(parts, ".")
    .. (stage == "" and "z" or stage)
    .. ("%02d"):format(tonumber(step) or 0)
end

return versions
