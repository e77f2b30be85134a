--- The objects that a history has left: each with the change that made it, those that followed, and its former names.
---
--- What cannot be seen in a statement (DROP ... CASCADE beyond the object itself, the work of a DO block) is not known
--- here; the catalog says what is there.

local arguments = require("neap.audit.arguments")
local history = require("neap.audit.history")

local replay = {}
replay.__index = replay

---@class Event
---@field entry Entry
---@field change table   see sql.read_changes
---@field name string?   what the object was called, when it has another name since

---@class Tracked
---@field kind string
---@field schema string
---@field name string
---@field args string?     of a routine, as the statement that made it has them
---@field owner Tracked?   the table, of what is part of one
---@field parts table<string, Tracked>  "column email" -> its columns, constraints, triggers, rules and policies
---@field created Event?
---@field events Event[]   all, oldest first
---@field former string[]  names that it had, oldest first
---@field dropped Event?

-- Kinds that share their names.
local class_of = {
  table = "relation",
  view = "relation",
  materialized_view = "relation",
  index = "relation",
  sequence = "relation",
  ["function"] = "routine",
  procedure = "routine",
  aggregate = "routine",
  type = "type",
  domain = "type",
}

local part_kinds = { column = true, constraint = true, trigger = true, rule = true, policy = true }
-- These have no schema.
local global = { schema = true, extension = true, role = true, language = true, server = true }

local function class(kind)
  return class_of[kind] or kind
end

function replay:fold(name)
  return self.folds and name:lower() or name
end

function replay:key(kind, schema, name, args)
  local own = class(kind)
  return ("%s\0%s\0%s%s"):format(
    own,
    self:fold(schema),
    self:fold(name),
    own == "routine" and args and "\0" .. arguments.types(args) or ""
  )
end

local function without_main(parts)
  if #parts > 1 and (parts[1] == "main" or parts[1] == "temp") then
    return { table.unpack(parts, 2) }
  end
  return parts
end

-- "app, public", "'app', 'public'", '"$user", public'
local function read_path(text)
  local path = {}
  for word in text:gmatch("[^,]+") do
    local name = word:match("^%s*(.-)%s*$")
    local quoted = name:match("^[\"'](.*)[\"']$")
    name = quoted or name:lower()
    if name ~= "$user" and not name:match("^pg_") and name ~= "" then
      path[#path + 1] = name
    end
  end
  return path
end

-- A routine is found without its arguments too, when there is one of that name.
function replay:find_in(kind, schema, name, args)
  local found = self.live[self:key(kind, schema, name, args)]
  if found or args or class(kind) ~= "routine" then
    return found
  end
  for _, object in pairs(self.live) do
    if class(object.kind) == "routine" and object.schema == schema and object.name == name then
      return object
    end
  end
  return nil
end

-- The object that a statement names.
function replay:find(kind, schema, name, args)
  if schema then
    return self:find_in(kind, schema, name, args) or self:find_in(kind, "", name, args)
  end
  for _, each in ipairs(self.path) do
    local found = self:find_in(kind, each, name, args)
    if found then
      return found
    end
  end
  local found = self:find_in(kind, "", name, args)
  if found then
    return found
  end
  for _, object in pairs(self.live) do
    if class(object.kind) == class(kind) and self:fold(object.name) == self:fold(name) then
      if not found and (not args or arguments.types(object.args) == arguments.types(args)) then
        found = object
      end
    end
  end
  return found
end

function replay:add(kind, schema, name, args)
  local object = {
    kind = kind,
    schema = global[kind] and "" or schema or self.path[1] or "",
    name = name,
    args = args,
    parts = {},
    events = {},
    former = {},
  }
  self.live[self:key(kind, object.schema, name, args)] = object
  return object
end

local function add_part(owner, kind, name)
  local part = {
    kind = kind,
    schema = owner.schema,
    name = name,
    owner = owner,
    parts = {},
    events = {},
    former = {},
  }
  owner.parts[kind .. " " .. name] = part
  return part
end

local function note(object, event)
  object.events[#object.events + 1] = event
end

-- The table that a part belongs to; one that no revision made has no `created`.
function replay:owner(parts, kinds)
  local schema, name = nil, parts[#parts]
  if #parts > 1 then
    schema = parts[#parts - 1]
  end
  return self:find("table", schema, name) or self:add(kinds or "table", schema, name)
end

local function split(change, part)
  local name = without_main(change.name)
  if not part then
    return #name > 1 and name[#name - 1] or nil, name[#name]
  end
  return { table.unpack(name, 1, #name - 1) }, name[#name]
end

-- SQLite's DROP TRIGGER does not say the table.
function replay:part(change)
  local owner, name = split(change, true)
  if #owner > 0 then
    owner = self:owner(owner)
    return owner.parts[change.kind .. " " .. name], owner, name
  end
  for _, object in pairs(self.live) do
    local part = object.parts[change.kind .. " " .. name]
    if part then
      return part, object, name
    end
  end
  return nil, nil, name
end

local apply = {}

function apply.create(self, change, event)
  if part_kinds[change.kind] then
    local part, owner, name = self:part(change)
    if part and (change.if_not_exists or change.replace) then
      note(part, event)
      return
    elseif owner then
      part = add_part(owner, change.kind, name)
      part.created = event
      note(part, event)
      note(owner, event)
    end
    return
  end
  local schema, name = split(change)
  local owner
  if change.kind == "index" and change.table then
    -- An index is where its table is, and no statement says so.
    owner = self:owner(without_main(change.table))
    schema = owner.schema
  end
  local object = self:find_in(change.kind, schema or self.path[1] or "", name, change.args)
  if object then
    if not change.if_not_exists then
      note(object, event)
    end
    return
  end
  object = self:add(change.kind, schema, name, change.args)
  object.owner = owner
  local key = self:key(object.kind, object.schema, name, change.args)
  local before = self:dropped_by(event, key)
  if before then
    before.dropped = nil
    self.live[key] = before
    note(before, event)
    return
  end
  object.created = event
  note(object, event)
  for _, kind in ipairs({ "column", "constraint" }) do
    for _, each in ipairs(change[kind .. "s"] or {}) do
      local part = add_part(object, kind, each)
      part.created = event
      note(part, event)
    end
  end
end

function apply.alter(self, change, event)
  if part_kinds[change.kind] then
    local part, owner, name = self:part(change)
    if owner then
      note(part or add_part(owner, change.kind, name), event)
      note(owner, event)
    end
    return
  end
  local schema, name = split(change)
  local object = self:find(change.kind, schema, name, change.args)
  note(object or self:add(change.kind, schema, name, change.args), event)
end

local function full_name(object)
  return object.schema ~= "" and object.schema .. "." .. object.name or object.name
end
replay.full_name = full_name

-- They go where their table goes.
function replay:move_indexes(owner)
  local moved = {}
  for key, object in pairs(self.live) do
    moved[key] = object.owner == owner and object.schema ~= owner.schema and object or nil
  end
  for key, object in pairs(moved) do
    self.live[key] = nil
    object.former[#object.former + 1] = full_name(object)
    object.schema = owner.schema
    self.live[self:key(object.kind, object.schema, object.name)] = object
  end
end

function apply.rename(self, change, event)
  local to = change.to and change.to[#change.to]
  if part_kinds[change.kind] then
    local part, owner, name = self:part(change)
    if owner and to then
      part = part or add_part(owner, change.kind, name)
      owner.parts[change.kind .. " " .. name] = nil
      owner.parts[change.kind .. " " .. to] = part
      part.former[#part.former + 1] = part.name
      part.name = to
      note(part, event)
      note(owner, event)
    end
    return
  end
  local schema, name = split(change)
  local object = self:find(change.kind, schema, name, change.args)
    or self:add(change.kind, schema, name, change.args)
  self.live[self:key(object.kind, object.schema, object.name, object.args)] = nil
  object.former[#object.former + 1] = full_name(object)
  object.schema = change.schema or object.schema
  object.name = to or object.name
  self.live[self:key(object.kind, object.schema, object.name, object.args)] = object
  for _, part in pairs(object.parts) do
    part.schema = object.schema
  end
  if change.schema then
    self:move_indexes(object)
  end
  note(object, event)
end

function replay:remove(object, event)
  self.live[self:key(object.kind, object.schema, object.name, object.args)] = nil
  object.dropped = event
  self.gone[#self.gone + 1] = object
  for _, part in pairs(object.parts) do
    part.dropped = event
    self.gone[#self.gone + 1] = part
  end
end

function apply.drop(self, change, event)
  if part_kinds[change.kind] then
    local part, owner, name = self:part(change)
    if owner then
      owner.parts[change.kind .. " " .. name] = nil
      note(owner, event)
    end
    if part then
      part.dropped = event
      self.gone[#self.gone + 1] = part
    end
    return
  end
  local schema, name = split(change)
  local object = self:find(change.kind, schema, name, change.args)
  if not object then
    return
  end
  local along = {}
  for _, other in pairs(self.live) do
    if other.owner == object or (change.kind == "schema" and other.schema == name) then
      along[#along + 1] = other
    end
  end
  self:remove(object, event)
  for _, other in ipairs(along) do
    self:remove(other, event)
  end
end

-- What a revision drops and makes again at once is the same thing, changed.
function replay:dropped_by(event, key)
  for i = #self.gone, 1, -1 do
    local object = self.gone[i]
    if object.dropped.entry ~= event.entry then
      return nil
    elseif
      not object.owner
      and object.kind ~= "table"
      and self:key(object.kind, object.schema, object.name, object.args) == key
    then
      return table.remove(self.gone, i)
    end
  end
  return nil
end

---@param entries Entry[]   oldest first
---@param dialect string
---@return table
function replay.run(entries, dialect)
  local self = setmetatable(
    { live = {}, gone = {}, path = {}, folds = dialect == "sqlite", silent = 0 },
    replay
  )
  for _, entry in ipairs(entries) do
    local first
    self.path = {}
    if not entry.objects and (entry.direction == "upgrade") then
      self.silent = self.silent + 1
    end
    for _, change in ipairs(history.changes(entry)) do
      if change.verb == "path" then
        local default = change.kind:lower() == "default"
        self.path = default and (first or {}) or read_path(change.kind)
        first = first or self.path
      elseif apply[change.verb] then
        apply[change.verb](self, change, { entry = entry, change = change })
      end
    end
  end
  return self
end

---All that is live, in the order of names.
---@return Tracked[]
function replay:list()
  local keys, list = {}, {}
  for key in pairs(self.live) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    list[i] = self.live[key]
  end
  return list
end

return replay
