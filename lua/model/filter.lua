--- What neap.lua wants compared: include_object and ignore, of objects and of what tables are made of.

local errors = require("neap.errors")
local own_defaults = require("neap.compare.own_defaults")
local schema = require("neap.schema")

local function matches(name, patterns)
  for _, pattern in ipairs(patterns) do
    if name == pattern or name:find("^" .. pattern .. "$") then
      return true
    end
  end
  return false
end

local function is_included(run, object)
  return not run.include_object or (run.include_object(object) or false)
end

local function is_ignored(run, schema_name, name)
  local patterns = run.config.ignore or {}
  return matches(name, patterns) or schema_name and matches(schema_name .. "." .. name, patterns)
end

local function wanted(run, object)
  if object.partition_of and not run.config.include_partitions then
    return false
  end
  return not is_ignored(run, object.schema, object.name) and is_included(run, object)
end

-- Parts of tables ---------------------------------------------------------------------------------------

-- As neap.lua sees a part: with its table, and always with a name.
local function shown(object, part)
  return setmetatable(
    { schema = object.schema, table = object.name, name = part.name or "" },
    { __index = part }
  )
end

-- A pattern of objects' names would rarely mean columns: they are ignored by name, "table.column".
local function ignores_column(run, object, column)
  local name = object.name .. "." .. column.name
  for _, ignored in ipairs(run.config.ignore or {}) do
    if ignored == name or object.schema and ignored == object.schema .. "." .. name then
      return true
    end
  end
  return false
end

-- Whoever names the tables that he wants means their columns, too.
local function refuse_all(object)
  errors.raise(
    "usage",
    ("include_object leaves out every column of %s, and not the table"):format(object.name),
    nil,
    {
      advice = "It is called for columns, indexes and constraints, too: a function that looks at names asks "
        .. "for the kind first, or for object.table.",
    }
  )
end

local function left_out_columns(run, object)
  local gone, kept = {}, {}
  for _, column in ipairs(object.columns or {}) do
    if ignores_column(run, object, column) or not is_included(run, shown(object, column)) then
      gone[column.name] = true
    else
      kept[#kept + 1] = column
    end
  end
  if next(gone) and #kept == 0 then
    refuse_all(object)
  end
  return gone, kept
end

local function stands_on(part, gone)
  for _, column in ipairs(part.columns or {}) do
    if type(column) == "table" and not column.sql then
      column = column[1]
    end
    if type(column) == "string" and gone[column] then
      return true
    end
  end
  return false
end

local function kept_parts(run, object, parts, gone)
  local kept = {}
  for _, part in ipairs(parts) do
    if
      not stands_on(part, gone)
      and not (part.name and is_ignored(run, object.schema, part.name))
      and is_included(run, shown(object, part))
    then
      kept[#kept + 1] = part
    end
  end
  return kept
end

local function filter_parts(run, snapshot, object, gone)
  local gone_columns, kept = left_out_columns(run, object)
  if object.columns and next(gone_columns) then
    object.columns = kept
  end
  for _, list in ipairs({ "constraints", "indexes" }) do
    object[list] = object[list] and kept_parts(run, object, object[list], gone_columns)
  end
  for key, other in next, snapshot.objects do
    local column = (other.owned_by or other.implied or ""):match("([^.]*)$")
    local where = ("%s.%s.%s"):format(object.schema, object.name, column)
    if gone_columns[column] and (other.owned_by or other.implied) == where then
      gone[key] = true
    end
  end
end

-- ---------------------------------------------------------------------------------------------------------

---Takes out what neap.lua does not want compared, and what stands on it.
---@param run Run
---@param snapshot Snapshot
return function(run, snapshot)
  local gone = {}
  for key, object in next, snapshot.objects do
    if not wanted(run, object) then
      gone[key] = true
    end
  end
  for key, object in next, snapshot.objects do
    local owner = object.table and schema.relation(snapshot, object.schema, object.table)
    if owner and gone[owner.key] then
      gone[key] = true
    end
    local owned = object.owned_by or object.implied
    if owned and gone["table " .. owned:match("^(.+)%.")] then
      gone[key] = true
    end
  end
  if run.include_object or #(run.config.ignore or {}) > 0 then
    for key, object in next, snapshot.objects do
      if not gone[key] and (object.columns or object.indexes) and not object.virtual then
        filter_parts(run, snapshot, object, gone)
      end
    end
  end
  snapshot.own_defaults = own_defaults(snapshot, gone)
  for key in next, gone do
    snapshot.objects[key] = nil
  end
  return snapshot
end
