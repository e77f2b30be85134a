--- Columns of few known values: an enumerated type on PostgreSQL, text with a check on SQLite.
---
---     local kinds = require("kinds")
---     kinds.create("release_channel", channels)
---     op.create_table("releases", { kinds.column("channel", "release_channel", channels) })
local op = require("neap.op")

local kinds = {}

local function literals(values)
  local quoted = {}
  for index, value in ipairs(values) do
    quoted[index] = "'" .. value:gsub("'", "''") .. "'"
  end
  return table.concat(quoted, ", ")
end

---@param type_name string
---@param values string[]  in their order
function kinds.create(type_name, values)
  if op.dialect == "postgresql" then
    op.execute(("CREATE TYPE %s AS ENUM (%s)"):format(type_name, literals(values)))
  end
end

function kinds.drop(type_name)
  if op.dialect == "postgresql" then
    op.execute("DROP TYPE " .. type_name)
  end
end

---@param name string
---@param type_name string
---@param values string[]
---@param options table|nil  as for op.column
function kinds.column(name, type_name, values, options)
  options = options or {}
  if op.dialect == "postgresql" then
    return op.column(name, type_name, options)
  end
  options.check = ("%s IN (%s)"):format(name, literals(values))
  return op.column(name, "text", options)
end

return kinds
