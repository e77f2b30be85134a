--- Files that have not changed, but name something that a changed file drops: a dropped view takes its triggers and rules
--- along, CASCADE all that depends on a thing. They are loaded again with it.

local sql = require("neap.sql")

local takes_along = { view = true, ["materialized view"] = true, table = true }

-- The names of what the text drops together with others.
local function add_dropped(text, names)
  if not text:find("[Dd][Rr][Oo][Pp]") then
    return
  end
  local cascades = text:find("[Cc][Aa][Ss][Cc][Aa][Dd][Ee]") ~= nil
  for _, object in ipairs(sql.objects(text, "postgresql")) do
    if
      object.drop
      and object.name
      and (takes_along[object.kind] or cascades and object.kind ~= "trigger")
    then
      names[#names + 1] = object.name:lower():gsub("%W", "%%%0")
    end
  end
end

local function mentions(text, names)
  for _, name in ipairs(names) do
    if text:find("%f[%w_]" .. name .. "%f[^%w_]") then
      return true
    end
  end
  return false
end

---@param wanted LoadFile[]  those that have changed
---@param passed LoadFile[]  the others
---@return LoadFile[] wanted, LoadFile[] passed
return function(wanted, passed)
  local names, done, files = {}, 0, { table.unpack(wanted) }
  while done < #files do
    local before = #names
    for i = done + 1, #files do
      add_dropped(files[i].sql, names)
    end
    done = #files
    local left = {}
    for _, file in ipairs(#names > before and passed or {}) do
      local list = mentions(file.sql:lower(), names) and files or left
      list[#list + 1] = file
    end
    passed = #names > before and left or passed
  end
  return files, passed
end
