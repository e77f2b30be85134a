--- SQL of the compile gate: views and triggers are text to SQLite, looked at when they are used.

local text = require("neap.dialect.sqlite.text")

local gate = {}

gate.OBJECTS = "SELECT type, name, tbl_name AS on_table, sql FROM main.sqlite_master "
  .. "WHERE type IN ('view', 'trigger') AND sql IS NOT NULL ORDER BY type DESC, name"

local function columns_of(name, run, source)
  local rows = run.session:attempt(
    ("SELECT name FROM pragma_table_xinfo(%s) WHERE hidden = 0"):format(text.string(name)),
    source
  )
  local parts = {}
  for i, row in ipairs(rows or {}) do
    parts[i] = ("%s = %s"):format(text.name(row.name), text.name(row.name))
  end
  return table.concat(parts, ", ")
end

---Statements that can be prepared when the view, or the trigger, is sound.
function gate.tries(object, run, source)
  if object.type == "view" then
    return { "EXPLAIN SELECT * FROM " .. text.name(object.name) }
  end
  local on = text.name(object.on_table)
  return {
    ("EXPLAIN INSERT INTO %s DEFAULT VALUES"):format(on),
    ("EXPLAIN UPDATE %s SET %s"):format(on, columns_of(object.on_table, run, source)),
    ("EXPLAIN DELETE FROM %s"):format(on),
  }
end

---A line that is shown.
function gate.warn(_, message)
  print("warning: " .. message)
end

return gate
