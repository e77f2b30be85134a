--- SQL of the compile gate: views and triggers are text to SQLite, looked at when they are used.

local dependents = require("neap.dialect.sqlite.dependents")

local gate = {}

gate.OBJECTS = "SELECT type, name, tbl_name AS on_table, sql FROM main.sqlite_master "
  .. "WHERE type IN ('view', 'trigger') AND sql IS NOT NULL ORDER BY type DESC, name"

---Statements that can be prepared when the view, or the trigger, is sound.
function gate.tries(object, run, source)
  local function query(sql)
    return run.session:attempt(sql, source) or {}
  end
  local row =
    { type = object.type, name = object.name, tbl_name = object.on_table, sql = object.sql }
  return { dependents.probe(query, row) }
end

---A line that is shown.
function gate.warn(_, message)
  print("warning: " .. message)
end

return gate
