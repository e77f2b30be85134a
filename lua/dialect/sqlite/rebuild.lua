--- The rebuild of a table: a new one beside it, the rows copied, the old one dropped, the new one renamed.
---
--- Foreign keys are not enforced meanwhile, and renaming leaves views and triggers that name the table alone.
--- Source: sqlite.org/lang_altertable.html#otheralter

local dependents = require("neap.dialect.sqlite.dependents")
local errors = require("neap.errors")
local text = require("neap.dialect.sqlite.text")
local tokens = require("neap.reflect.sqlite").tokens

local rebuild = {}

---@class RebuildPlan
---@field run Run
---@field schema string?
---@field table string
---@field known ReflectedTable
---@field definition TableDefinition  as it will be
---@field old TableDefinition         as it is
---@field indexes string[]            statements that make them again
---@field after Statement[]           what else follows: new indexes
---@field checks table[]              { sql, message }: a row means that the data does not allow it

local function is_generated(column)
  return column:find("generated") ~= nil
end

-- What a row's number can be called here, or nil.
local function rowid_name(plan)
  for _, name in ipairs({ "rowid", "_rowid_", "oid" }) do
    if not plan.old:column(name) and not plan.definition:column(name) then
      return name
    end
  end
  return nil
end

-- INSERT ... SELECT of the same columns in the same order copies whole pages where SQLite can.
local function is_plain_copy(plan)
  local old, new = plan.old:columns(), plan.definition:columns()
  if #old ~= #new then
    return false
  end
  for i, column in ipairs(new) do
    if
      column.copy
      or column.from ~= old[i].name
      or is_generated(column)
      or is_generated(old[i])
    then
      return false
    end
  end
  return true
end

---The copy. OR ABORT stands above ON CONFLICT clauses of the table, which could drop rows silently.
local function copy_rows(plan, new_name, old_name)
  local into, from = {}, {}
  local function add(column, expression)
    into[#into + 1], from[#from + 1] = column, expression
  end
  local number = not plan.old.without_rowid and rowid_name(plan) or nil
  local alias = plan.definition:rowid_column()
  local keep_number = number and not plan.definition.without_rowid and not alias
  if not keep_number and is_plain_copy(plan) then
    return ("INSERT OR ABORT INTO %s SELECT * FROM %s"):format(new_name, old_name)
  end
  if keep_number then
    add(number, number)
  end
  for _, column in ipairs(plan.definition:columns()) do
    local source = column.copy
      or column.from and text.name(column.from)
      or column == alias and number
    if source and not is_generated(column) then
      add(text.name(column.name), source)
    end
  end
  if #into == 0 then
    return nil
  end
  return ("INSERT OR ABORT INTO %s (%s) SELECT %s FROM %s"):format(
    new_name,
    table.concat(into, ", "),
    table.concat(from, ", "),
    old_name
  )
end

-- A name that nothing has.
local function free_name(plan)
  local name = "neap_new_" .. plan.table
  while plan.known.objects[name:lower()] do
    name = name .. "_"
  end
  return name
end

-- The statement that sqlite_schema keeps has no schema in it.
local function with_schema(sql, schema)
  if not schema then
    return sql
  end
  local list = tokens.read(sql)
  local place = tokens.are(list, 2, "unique") and 4 or 3
  return sql:sub(1, list[place].start - 1) .. text.name(schema) .. "." .. sql:sub(list[place].start)
end

local function counter(plan, schema, new, add)
  local old_key, new_key = plan.old:primary_key(), plan.definition:primary_key()
  if not (old_key and old_key.autoincrement and new_key and new_key.autoincrement) then
    return
  end
  local counters = schema .. ".sqlite_sequence"
  add(("DELETE FROM %s WHERE name = %s"):format(counters, text.string(new)))
  add(
    ("INSERT INTO %s (name, seq) SELECT %s, seq FROM %s WHERE name = %s"):format(
      counters,
      text.string(new),
      counters,
      text.string(plan.old.name)
    )
  )
end

-- What ANALYZE has counted goes with the table: it is put under the new one's name meanwhile.
local function statistics(plan, schema, from, to, add)
  for _, name in ipairs({ "sqlite_stat1", "sqlite_stat4" }) do
    if plan.known.objects[name] then
      add(
        ("UPDATE %s.%s SET tbl = %s WHERE tbl = %s"):format(
          schema,
          name,
          text.string(to),
          text.string(from)
        )
      )
    end
  end
end

-- `t.a` within the table's own expressions: while it is built, it has another name.
local function without_qualifiers(definition)
  for _, item in ipairs(definition.items) do
    local list = tokens.read(item.core)
    local changed = item.core
    for i = #list - 1, 1, -1 do
      local name = tokens.is_name(list[i]) and list[i].kind ~= "string" and tokens.name(list[i])
      if
        name
        and name:lower() == definition.name:lower()
        and tokens.are(list, i + 1, ".")
        and list[i + 2]
      then
        changed = changed:sub(1, list[i].start - 1) .. changed:sub(list[i + 2].start)
      end
    end
    if changed ~= item.core then
      item.core = changed
      item:read()
    end
  end
end

---The statements, in order.
---@param plan RebuildPlan
---@return string[], string new  and the name of the table while it is built
function rebuild.statements(plan)
  local list, schema = {}, text.name(plan.schema or "main")
  local function add(sql)
    list[#list + 1] = sql
  end
  local new, old = free_name(plan), plan.old.name
  local new_name, old_name = text.object(plan.schema, new), text.object(plan.schema, old)
  without_qualifiers(plan.definition)
  add(plan.definition:write(new_name))
  add(copy_rows(plan, new_name, old_name))
  counter(plan, schema, new, add)
  statistics(plan, schema, old, new, add)
  add("DROP TABLE " .. old_name)
  add("ALTER TABLE " .. new_name .. " RENAME TO " .. text.name(old))
  statistics(plan, schema, new, old, add)
  for _, sql in ipairs(plan.indexes) do
    add(with_schema(sql, plan.schema))
  end
  for _, statement in ipairs(plan.after) do
    add(statement.sql)
  end
  for _, trigger in ipairs(plan.known.triggers) do
    add(with_schema(trigger.sql, trigger.temporary and "temp" or plan.schema))
  end
  return list, new
end

local function refuse_broken(plan, before, source)
  local session = plan.run.session
  local broken = dependents.broken(session, plan.known.dependents, plan.schema, source)
  for _, row in ipairs(plan.known.dependents) do
    if broken[row] and not before[row] then
      errors.raise(
        "failed",
        ('this would break the %s "%s"%s: %s'):format(
          row.type,
          row.name,
          row.type == "trigger" and (' on "%s"'):format(row.tbl_name) or "",
          broken[row]
        ),
        source,
        {
          advice = ("Drop the %s before, and create it anew after."):format(row.type),
          sql = row.sql,
        }
      )
    end
  end
end

-- Errors name the table, not the one that it is built as.
local function send(plan, statements, new, source)
  local pattern, name = new:gsub("%p", "%%%0"), plan.old.name:gsub("%%", "%%%%")
  for _, sql in ipairs(statements) do
    local done, err = plan.run.session:attempt(sql, source)
    if not done then
      err.message = err.message:gsub(pattern, name)
      error(err, 0)
    end
  end
end

local function refuse_data(plan, source)
  for _, check in ipairs(plan.checks) do
    if #plan.run.session:query(check.sql, nil, source) > 0 then
      errors.raise("failed", check.message, source)
    end
  end
end

local function watched_tables(plan)
  local names, seen = {}, {}
  local function add(name)
    if not seen[name:lower()] then
      seen[name:lower()] = true
      names[#names + 1] = name
    end
  end
  for piece in plan.definition:constraints() do
    if piece.table then
      add(plan.old.name)
    end
  end
  for _, child in ipairs(dependents.children(plan.known, plan.old.name)) do
    add(child.name)
  end
  return names
end

---Does it, with a live database.
---@param plan RebuildPlan
function rebuild.run(plan, source)
  local session = plan.run.session
  refuse_data(plan, source)
  local before = dependents.broken(session, plan.known.dependents, plan.schema, source)
  local keys = dependents.before(session, watched_tables(plan), plan.schema, source)
  local statements, new = rebuild.statements(plan)
  session:rebuild(true, source)
  send(plan, statements, new, source)
  session:rebuild(false, source)
  refuse_broken(plan, before, source)
  dependents.after(session, keys, source)
end

---Writes it down for a script.
---@param plan RebuildPlan
function rebuild.write(plan, source)
  local session = plan.run.session
  session:rebuild(true, source)
  session:run("PRAGMA legacy_alter_table = ON", nil, source)
  for _, sql in ipairs((rebuild.statements(plan))) do
    session:run(sql, nil, source)
  end
  session:run("PRAGMA legacy_alter_table = OFF", nil, source)
  session:rebuild(false, source)
end

return rebuild
