--- Shadow tables of SQLite: those that a virtual table makes for itself, and nobody else can.

local tokens = require("neap.reflect.sqlite.tokens")

local SHADOWS =
  [[SELECT t.name FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'shadow']]

---Their names; asked for when there is a virtual table.
---@param run Run
---@param rows string[][]   of sqlite_master: type, name, tbl_name, sql
---@return table<string, boolean>
return function(run, rows)
  local found = {}
  for _, row in ipairs(rows) do
    if row[1] == "table" and tokens.are(tokens.read(row[4]), 1, "create", "virtual") then
      for _, shadow in ipairs(run.session:rows(SHADOWS, nil, run.source())) do
        found[shadow[1]] = true
      end
      break
    end
  end
  return found
end
