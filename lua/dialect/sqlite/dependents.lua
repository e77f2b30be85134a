--- What stands on a table: views and triggers that a change may break, foreign keys that a rebuild may.

local reflect = require("neap.reflect.sqlite")
local text = require("neap.dialect.sqlite.text")

local dependents = {}
local tokens = reflect.tokens

local function object(row, schema, name)
  return text.object(row.temporary and "temp" or schema, name)
end

-- The event of a trigger, and the columns after UPDATE OF.
local function event(list)
  for i = 1, #list do
    local word = list[i].word
    if i > 3 and (word == "insert" or word == "delete") then
      return word
    elseif i > 3 and word == "update" then
      local columns = {}
      if tokens.are(list, i + 1, "of") then
        i = i + 2
        while tokens.is_name(list[i]) do
          columns[#columns + 1] = tokens.name(list[i])
          i = tokens.are(list, i + 1, ",") and i + 2 or #list + 1
        end
      end
      return word, columns
    end
  end
end

local function column_names(query, schema, name)
  local names = {}
  for i, row in
    ipairs(
      query(
        "SELECT name FROM pragma_table_xinfo("
          .. text.string(name)
          .. ", "
          .. text.string(schema or "main")
          .. ") WHERE hidden = 0"
      )
    )
  do
    names[i] = row.name
  end
  return names
end

---A statement that SQLite can only prepare when the view, or the trigger, is whole. Only the trigger's own event: a view
---takes no other.
---@param query fun(sql: string): table[]
---@param row SqliteObject
---@param schema string?
function dependents.probe(query, row, schema)
  if row.type == "view" then
    return "EXPLAIN SELECT * FROM " .. object(row, schema, row.name)
  end
  local list = tokens.read(row.sql)
  local target = object(row, schema, row.tbl_name)
  if row.temporary then
    target = text.name(row.tbl_name)
  end
  local what, columns = event(list)
  if what == "insert" then
    return "EXPLAIN INSERT INTO " .. target .. " DEFAULT VALUES"
  elseif what == "delete" then
    return "EXPLAIN DELETE FROM " .. target
  end
  columns = columns and columns[1] and columns or column_names(query, schema, row.tbl_name)
  local parts = {}
  for i, name in ipairs(columns) do
    parts[i] = text.name(name) .. " = " .. text.name(name)
  end
  return "EXPLAIN UPDATE " .. target .. " SET " .. table.concat(parts, ", ")
end

---For each of the objects: nil when it is whole, else what SQLite says.
---@param session table
---@return table<SqliteObject, string|nil>
function dependents.broken(session, objects, schema, source)
  local function query(sql)
    return session:attempt(sql, source) or {}
  end
  local found = {}
  for _, row in ipairs(objects) do
    local rows, err = session:attempt(dependents.probe(query, row, schema), source)
    if not rows then
      found[row] = err.message
    end
  end
  return found
end

---Tables with a foreign key to this one: { name =, columns = names or nil (its primary key), key = piece }.
---@param known ReflectedTable
function dependents.children(known, name)
  local found = {}
  for _, row in pairs(known.objects) do
    if
      row.type == "table"
      and not row.temporary
      and row.sql:lower():find(name:lower(), 1, true)
      and row.name:lower() ~= name:lower()
    then
      local definition = reflect.read_table(row.sql)
      for piece in definition and definition:constraints() or function() end do
        if piece.table and piece.table:lower() == name:lower() then
          found[#found + 1] = { name = row.name, columns = piece.referred, key = piece }
        end
      end
    end
  end
  table.sort(found, function(a, b)
    return a.name < b.name
  end)
  return found
end

-- Violations in these tables, each once. A table WITHOUT ROWID gives no row numbers: they are counted.
local function violations(schema, names)
  local quoted = {}
  for i, name in ipairs(names) do
    quoted[i] = text.string(name)
  end
  return ([[SELECT v."table" AS child, coalesce(v."rowid", -row_number() OVER (PARTITION BY v."table", v.parent)) AS number, v.parent FROM %s.sqlite_master m, pragma_foreign_key_check(m.name, %s) v WHERE m.type = 'table' AND m.name IN (%s)]]):format(
    text.name(schema or "main"),
    text.string(schema or "main"),
    table.concat(quoted, ", ")
  )
end

local serial = 0

---What is wrong now, so that only new violations count later. nil: nothing can be.
---@return table?
function dependents.before(session, names, schema, source)
  if #names == 0 then
    return nil
  end
  serial = serial + 1
  local state = {
    sql = violations(schema, names),
    kept = "temp.neap_violations_" .. serial,
  }
  local rows, err = session:attempt(state.sql .. " LIMIT 1", source)
  state.mismatch = not rows and err.message or nil
  if rows and #rows > 0 then
    session:run("CREATE TEMPORARY TABLE " .. state.kept:sub(6) .. " AS " .. state.sql, nil, source)
  else
    state.kept = nil
  end
  return state
end

---Looks again. What is wrong now may be put right before the commit: then it is looked at once more.
function dependents.after(session, state, source)
  if not state then
    return
  end
  local query = state.sql
  if state.kept then
    query = query .. " EXCEPT SELECT child, number, parent FROM " .. state.kept
  end
  query = "SELECT CASE WHEN number > 0 THEN 'row ' || number ELSE 'a row' END || ' of ' || child || "
    .. "' refers to ' || parent AS message FROM ("
    .. query
    .. ")"
  local drop = state.kept and "DROP TABLE " .. state.kept
  local rows, err = session:attempt(query .. " LIMIT 1", source)
  if rows and #rows == 0 then
    if drop then
      session:run(drop, nil, source)
    end
  elseif rows or err.message ~= state.mismatch then
    session:check_later(query, drop, source)
  end
end

return dependents
