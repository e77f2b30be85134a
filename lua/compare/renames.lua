--- Renames: what was asked for, and what looks like one.

local errors = require("neap.errors")
local same = require("neap.compare.same")
local schema = require("neap.schema")

local renames = {}

---@class Rename
---@field old string   "account", "bixie.report", "account.mail"
---@field new string
---@field what string  "table", "column"

local relation_words = { table = "table", view = "view", materialized_view = "materialized view" }

-- The relation, and the column when the name ends with one.
local function find(snapshot, name, home)
  local function relation(text)
    local first, second = text:match("^([^.]+)%.(.+)$")
    return first and schema.relation(snapshot, first, second)
      or schema.relation(snapshot, home, text)
  end
  local object = relation(name)
  if object then
    return object
  end
  local owner, column = name:match("^(.+)%.([^.]+)$")
  object = owner and relation(owner)
  for _, each in ipairs(object and object.columns or {}) do
    if each.name == column then
      return object, each
    end
  end
  return nil
end

-- "account.mail" or "mail", as "mail".
local function last_part(name)
  return name:match("([^.]+)$")
end

---What `--rename old=new` says, as operations.
---@param texts string[]
---@param from Snapshot
---@return Operation[]
function renames.operations(texts, from)
  local list = {}
  for _, text in ipairs(texts) do
    local old, new = text:match("^([^=]+)=([^=]+)$")
    if not old then
      errors.raise("usage", ('--rename expects OLD=NEW, not "%s"'):format(text))
    end
    local object, column = find(from, old, from.home)
    if not object then
      errors.raise(
        "usage",
        ('--rename %s: the database has no table, view or column "%s"'):format(text, old)
      )
    end
    if column then
      list[#list + 1] = {
        kind = "alter_column",
        schema = object.schema,
        table = object.name,
        column = column.name,
        new_name = last_part(new),
      }
    elseif object.kind == "table" then
      list[#list + 1] = {
        kind = "rename_table",
        schema = object.schema,
        table = object.name,
        new_name = last_part(new),
      }
    else
      local shapes = require("neap.compare.shapes")
      list[#list + 1] = shapes.execute(
        ("ALTER %s %s RENAME TO %s"):format(
          relation_words[object.kind]:upper(),
          shapes.object(object.schema, object.name),
          shapes.quote(last_part(new))
        )
      )
    end
  end
  return list
end

-- Hints ---------------------------------------------------------------------------------------------

local function shown(snapshot, object, column)
  local name = object.schema
      and object.schema ~= snapshot.home
      and object.schema .. "." .. object.name
    or object.name
  return column and name .. "." .. column.name or name
end

local column_extras = { name = true, comment = true, statistics = true, inherited = true }

-- Tables with the same columns.
local function alike_tables(a, b)
  if #a.columns ~= #b.columns or #a.columns == 0 then
    return false
  end
  for i, column in ipairs(a.columns) do
    local other = b.columns[i]
    if column.name ~= other.name or column.type ~= other.type then
      return false
    end
  end
  return true
end

local function table_hints(hints, from, to)
  local gone = schema.sorted(from, function(object)
    return object.kind == "table" and not to.objects[object.key]
  end)
  local come = schema.sorted(to, function(object)
    return object.kind == "table" and not from.objects[object.key]
  end)
  for _, a in ipairs(gone) do
    for i, b in ipairs(come) do
      if a.schema == b.schema and alike_tables(a, b) then
        hints[#hints + 1] = { what = "table", old = shown(from, a), new = shown(to, b) }
        table.remove(come, i)
        break
      end
    end
  end
end

local function column_hints(hints, from, to)
  for _, b in
    ipairs(schema.sorted(to, function(object)
      return object.kind == "table" and from.objects[object.key] ~= nil
    end))
  do
    local a = from.objects[b.key]
    local old, new = {}, {}
    for _, column in ipairs(a.columns) do
      old[column.name] = true
    end
    for _, column in ipairs(b.columns) do
      new[column.name] = true
    end
    for place, column in ipairs(a.columns) do
      local other = b.columns[place]
      if
        other
        and not new[column.name]
        and not old[other.name]
        and same.but(column, other, column_extras)
      then
        hints[#hints + 1] = {
          what = "column",
          old = shown(from, a, column),
          new = shown(to, b, other),
        }
      end
    end
  end
end

---What looks like a rename: a table with the same columns under another name; a column that is alike in everything
---but its name, at the same place.
---@param from Snapshot
---@param to Snapshot
---@return Rename[]
function renames.hints(from, to)
  local hints = {}
  table_hints(hints, from, to)
  column_hints(hints, from, to)
  return hints
end

return renames
