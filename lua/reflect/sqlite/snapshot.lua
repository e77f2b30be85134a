--- The snapshot of an SQLite database: one query over sqlite_master, whose statements are taken apart.

local schema = require("neap.schema")
local shadows = require("neap.reflect.sqlite.shadows")
local shapes = require("neap.reflect.sqlite.shapes")
local tables = require("neap.reflect.sqlite.table")
local tokens = require("neap.reflect.sqlite.tokens")

local QUERY = [[
SELECT m.type, m.name, m.tbl_name, m.sql
FROM main.sqlite_master m
WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY m.name]]

local function own_names(config)
  local own = {
    neap_source = true,
    neap_journal = true,
    neap_version = true,
    neap_history = true,
    neap_loaded = true,
    neap_definition = true,
  }
  own[config.version_table or "neap_version"] = true
  own[config.history_table or "neap_history"] = true
  return own
end

local readers = {}

function readers.table(row)
  local object = { kind = "table", name = row[2], definition = row[4] }
  local definition = tables.read(row[4])
  if definition then
    shapes.read_table(object, definition)
  else
    object.columns, object.constraints, object.indexes = {}, {}, {}
    object.virtual, object.irregular = true, true
  end
  return object
end

function readers.view(row)
  local object = { kind = "view", name = row[2], definition = row[4] }
  object.sql, object.column_names = shapes.read_view(row[4])
  return object
end

function readers.trigger(row)
  return { kind = "trigger", name = row[2], table = row[3], definition = row[4] }
end

-- The relations that a view or trigger names.
local function find_depends(object, relations)
  local keys, own = {}, object.kind == "trigger" and "" or object.key
  for name in next, tokens.names(object.definition) do
    local needed = relations[name]
    if needed and needed.key ~= own then
      keys[#keys + 1] = needed.key
    end
  end
  table.sort(keys)
  object.depends = #keys > 0 and keys or nil
end

-- Foreign keys name tables in any case.
local function settle_referents(object, relations)
  for _, constraint in ipairs(object.constraints or {}) do
    local referent = constraint.referent and relations[constraint.referent:lower()]
    if referent then
      constraint.referent = referent.name
    end
  end
end

---@param run Run
---@return Snapshot
return function(run)
  local snapshot = schema.new("sqlite", run.server_version() or 0)
  snapshot.schemas = { "main" }
  local rows = run.session:rows(QUERY, nil, run.source())
  local own, hidden, relations, lists = own_names(run.config or {}), shadows(run, rows), {}, {}
  for _, row in ipairs(rows) do
    local reader = readers[row[1]]
    if own[row[3]] and reader then
      local object = reader(row)
      object.key = schema.key_of(object)
      snapshot.own[object.key] = object
    elseif reader and not hidden[row[3]] then
      local object = schema.add(snapshot, reader(row))
      if row[1] ~= "trigger" then
        relations[row[2]:lower()] = object
      end
    elseif not reader then
      lists[#lists + 1] = row
    end
  end
  for _, row in ipairs(lists) do
    local object = relations[row[3]:lower()]
    if object and object.indexes then
      table.insert(object.indexes, shapes.read_index(row[2], row[4]))
    end
  end
  for _, object in next, snapshot.objects do
    settle_referents(object, relations)
    if object.kind ~= "table" then
      find_depends(object, relations)
    end
  end
  return snapshot
end
