--- Views, one file each: sql/views/NAME.sql, or sql/views/DIALECT/NAME.sql where the two databases differ.
---
---     views.load({ "current_releases" })
---     views.load({ "daily_reports" }, { by_dialect = true })
---     views.drop({ "current_releases", "daily_reports" })
local op = require("neap.op")

local views = {}

---@param names string[]       in an order in which they can be created
---@param options table|nil    by_dialect: the files are in views/postgresql and views/sqlite
function views.load(names, options)
  local directory = options and options.by_dialect and ("views/%s/"):format(op.dialect) or "views/"
  for _, name in ipairs(names) do
    op.load_sql(directory .. name .. ".sql")
  end
end

---@param names string[]  in the order of their creation: the last one goes first
function views.drop(names)
  for index = #names, 1, -1 do
    op.execute("DROP VIEW " .. names[index])
  end
end

return views
