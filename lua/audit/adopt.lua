--- What was done outside neap, as the bodies of a revision.

local ddl = require("neap.audit.ddl")
local errors = require("neap.errors")
local shown = require("neap.audit.shown")
local sql = require("neap.sql")

local adopt = {}

local LONGEST = 1000000 -- characters, that the journal keeps of a statement

local function refuse(row, why)
  errors.raise(
    "failed",
    ("entry %d (%s by %s, %s) %s"):format(
      row.id,
      row.tag,
      row.database_user,
      shown.time(row.recorded),
      why
    ),
    nil,
    { advice = ("Write it by hand, then `neap journal dismiss %d`."):format(row.id) }
  )
end

-- A Lua string of SQL text.
local function quoted(text)
  if text:find("[\r%z]") then
    return ("%q"):format(text)
  end
  local equals = ""
  while text:find("]" .. equals .. "]", 1, true) or text:sub(-1) == "]" and equals == "" do
    equals = equals .. "="
  end
  return ("[%s[%s%s]%s]"):format(equals, text:sub(1, 1) == "\n" and "\n" or "", text, equals)
end

local function changes_objects(text)
  for _, change in ipairs(sql.read_changes(sql.changes(text, "postgresql"))) do
    if change.verb ~= "path" then
      return true -- a block or a function that was run, too
    end
  end
  return false
end

-- The statements that count, and the first words of those that do not.
local function statements_of(row)
  local all, kept, left_out = {}, {}, {}
  for _, span in ipairs(sql.statements(row.statement, "postgresql")) do
    if span.kind == "statement" and not sql.transaction_word(span.sql, "postgresql") then
      all[#all + 1] = span.sql
    end
  end
  for _, text in ipairs(all) do
    if changes_objects(text) or text:lower():find("^set%s+search_path") then
      kept[#kept + 1] = text
    else
      left_out[#left_out + 1] = text
    end
  end
  -- A function or a block did it.
  if #kept == 0 then
    return all, {}
  end
  return kept, left_out
end

local function name(parts)
  local list = {}
  for i, part in ipairs(parts) do
    list[i] = sql.quote_name(part, "postgresql")
  end
  return table.concat(list, ".")
end

-- table.part -> the table, the part
local function owned(parts)
  return name({ table.unpack(parts, 1, #parts - 1) }), name({ parts[#parts] })
end

local dropped_by = {
  table = "TABLE",
  view = "VIEW",
  materialized_view = "MATERIALIZED VIEW",
  sequence = "SEQUENCE",
  schema = "SCHEMA",
  type = "TYPE",
  domain = "DOMAIN",
  extension = "EXTENSION",
}

local undo = {}

function undo.create(change)
  if change.replace or change.if_not_exists or change.partition_of then
    return nil
  elseif dropped_by[change.kind] then
    return ("DROP %s %s"):format(dropped_by[change.kind], name(change.name))
  elseif change.kind == "index" then
    -- The index is in its table's schema.
    local schema = change.table and #change.table > 1 and { change.table[1] } or {}
    schema[#schema + 1] = change.name[#change.name]
    return "DROP INDEX " .. name(schema)
  elseif change.kind == "column" then
    return ("ALTER TABLE %s DROP COLUMN %s"):format(owned(change.name))
  elseif change.kind == "constraint" then
    return ("ALTER TABLE %s DROP CONSTRAINT %s"):format(owned(change.name))
  elseif change.kind == "trigger" or change.kind == "policy" or change.kind == "rule" then
    local owner, part = owned(change.name)
    return ("DROP %s %s ON %s"):format(change.kind:upper(), part, owner)
  elseif change.kind == "function" or change.kind == "procedure" then
    local args = change.args
    if args and not args:find("=", 1, true) and not args:lower():find("default") then
      return ("DROP %s %s%s"):format(change.kind:upper(), name(change.name), args)
    end
  end
  return nil
end

function undo.rename(change)
  if not change.to or (change.kind ~= "table" and change.kind ~= "column") then
    return nil
  end
  local before = { table.unpack(change.name, 1, #change.name - 1) }
  local old = name({ change.name[#change.name] })
  if change.kind == "column" then
    return ("ALTER TABLE %s RENAME COLUMN %s TO %s"):format(name(before), name(change.to), old)
  end
  before[#before + 1] = change.to[#change.to]
  return ("ALTER TABLE %s RENAME TO %s"):format(name(before), old)
end

-- What undoes a statement, or nil: then nobody knows how.
local function undone(text)
  local list = {}
  for _, change in ipairs(sql.read_changes(sql.changes(text, "postgresql"))) do
    if change.verb ~= "path" then
      local back = undo[change.verb] and undo[change.verb](change)
      if not back then
        return nil
      end
      table.insert(list, 1, back)
    end
  end
  return #list > 0 and list or nil
end

local function execute(text)
  if sql.needs_autocommit(text, "postgresql") then
    return ("  op.autocommit(function()\n    op.execute(%s)\n  end)"):format(quoted(text))
  end
  return ("  op.execute(%s)"):format(quoted(text))
end

local function by(row)
  local from = row.application_name and row.application_name ~= "" and ", " .. row.application_name
  local where = row.client_address and " (" .. row.client_address .. ")" or ""
  return shown.line(
    ("%s by %s%s%s"):format(shown.time(row.recorded), row.database_user, from or "", where)
  )
end

---@param groups { first: DdlRow, rows: DdlRow[] }[]
---@param default_path string  the search_path of a new session
---@return { upgrade: string, downgrade: string, ids: integer[], objects: string, reversible: boolean }
function adopt.bodies(groups, default_path)
  local up, down, ids, objects = {}, {}, {}, {}
  local stuck
  local path = default_path
  local function set_path(wanted)
    if wanted ~= path then
      path = wanted
      local value = wanted == default_path and "DEFAULT" or wanted == "" and "''" or wanted
      return execute("SET search_path TO " .. value)
    end
    return nil
  end
  for _, group in ipairs(groups) do
    local row = group.first
    if not row.statement then
      refuse(row, "was recorded without its statement, since that may hold a password")
    elseif utf8.len(row.statement) == LONGEST then
      refuse(row, "is longer than what the journal keeps of a statement")
    elseif row.statement:find("password['%s=]+%*%*%*") or row.statement:find("'***'", 1, true) then
      refuse(row, "was recorded without its password")
    end
    up[#up + 1] = "  -- " .. by(row)
    local row_path = row.search_path or default_path
    up[#up + 1] = set_path(row_path)
    local kept, left_out = statements_of(row)
    local back = {}
    for _, text in ipairs(kept) do
      up[#up + 1] = execute(text)
      local list = undone(text)
      if sql.changes(text, "postgresql"):find("^%- path") then
        path = nil -- what follows says its own again
      elseif list then
        for i = #list, 1, -1 do
          table.insert(back, 1, list[i])
        end
      elseif changes_objects(text) or #left_out == 0 then
        stuck = stuck or shown.line(text, 100)
      end
    end
    for _, text in ipairs(left_out) do
      up[#up + 1] = "  -- left out: " .. shown.line(text, 100)
    end
    local lines = {}
    for i, text in ipairs(back) do
      lines[i] = execute(text)
    end
    if row_path ~= default_path and #lines > 0 then
      table.insert(
        lines,
        1,
        execute("SET search_path TO " .. (row_path == "" and "''" or row_path))
      )
      lines[#lines + 1] = execute("SET search_path TO DEFAULT")
    end
    table.insert(down, 1, table.concat(lines, "\n"))
    for _, each in ipairs(group.rows) do
      ids[#ids + 1] = each.id
    end
    objects[#objects + 1] = ddl.path_line(row.search_path)
    objects[#objects + 1] = ddl.lines(group):gsub("\n$", "")
  end
  local downgrade = table.concat(down, "\n")
  if stuck then
    downgrade = ("  error(%s, 0)"):format(
      ("%q"):format("nobody has written yet what undoes: " .. stuck)
    )
  end
  return {
    upgrade = table.concat(up, "\n") .. "\n",
    downgrade = downgrade .. "\n",
    ids = ids,
    objects = table.concat(objects, "\n") .. "\n",
    reversible = not stuck,
  }
end

return adopt
