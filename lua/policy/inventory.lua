--- Objects that operations make, while they are made, renamed, moved and dropped again: what a script knows of them.

local arguments_of = require("neap.policy.arguments")
local kinds = require("neap.policy.kinds")

---@class Inventory
---@field list PolicyObject[]
---@field schema string       where names without a schema go
---@field stamp integer       set by who fills it, and on what is added or renamed then
local inventory = {}
inventory.__index = inventory

-- Public has these by itself.
local PUBLIC = {
  ["function"] = "execute",
  procedure = "execute",
  aggregate = "execute",
  type = "usage",
  domain = "usage",
  language = "usage",
}

local ROUTINES = { ["function"] = true, procedure = true, aggregate = true }

---@return Inventory
function inventory.new(schema)
  return setmetatable({ list = {}, schema = schema, stamp = 0 }, inventory)
end

local function is_same(object, kind, schema, name)
  return kinds.is_relation(object.kind) == kinds.is_relation(kind)
    and (kinds.is_relation(kind) or object.kind == kind)
    and object.schema == schema
    and object.name == name
end

function inventory:find(kind, schema, name)
  if not kinds.bare[kind] then
    schema = schema or self.schema
  end
  for i = #self.list, 1, -1 do
    if is_same(self.list[i], kind, schema, name) then
      return self.list[i], i
    end
  end
  return nil
end

-- Those that fn says true of are no more.
function inventory:forget(fn)
  for i = #self.list, 1, -1 do
    if fn(self.list[i]) then
      table.remove(self.list, i)
    end
  end
end

---Takes it away: with a table its columns' sequences, with a schema all that is in it.
function inventory:remove(kind, schema, name)
  local object, at = self:find(kind, schema, name)
  if object then
    table.remove(self.list, at)
  end
  self:forget(function(other)
    return kind == "schema" and other.schema == name
      or object ~= nil and other.linked ~= nil and other.linked == object
  end)
  return object
end

---@param fields table?  arguments, partitioned ...; stamp: 0 of what was there before; linked: the table of a column's sequence
function inventory:add(kind, schema, name, fields)
  local object = { kind = kind, name = name, grants = {}, stamp = self.stamp }
  if not kinds.bare[kind] then
    object.schema = schema or self.schema
  end
  for key, value in next, fields or {} do
    object[key] = value
  end
  if PUBLIC[kind] then
    object.grants[1] = { role = "public", privilege = PUBLIC[kind] }
  end
  local _, at = self:find(kind, object.schema, name)
  if at and not ROUTINES[kind] then
    table.remove(self.list, at)
  end
  self.list[#self.list + 1] = object
  return object
end

-- By what name it was known, and since when: what the policy of that name gave it is still there.
local function remember(object)
  local before = {}
  for key, value in next, object do
    before[key] = key ~= "was" and key ~= "grants" and value or nil
  end
  object.was = object.was or {}
  table.insert(object.was, before)
end

---Another name, or another schema.
function inventory:rename(object, name, schema)
  local old = object.name
  remember(object)
  object.name, object.schema, object.stamp = name or old, schema or object.schema, self.stamp
  for _, other in ipairs(self.list) do
    if object.kind == "schema" and other.schema == old then
      remember(other)
      other.schema, other.stamp = name, self.stamp
    elseif other.linked == object then
      remember(other)
      other.schema, other.stamp = object.schema, self.stamp
    end
  end
end

---What a statement grants on it.
---@param object PolicyObject
---@param granted { privileges: table[], roles: string[], with_grant_option: boolean? }
function inventory.give(object, granted)
  local function add(role, privilege, column)
    table.insert(object.grants, {
      role = role,
      privilege = privilege,
      column = column,
      with_grant_option = granted.with_grant_option,
    })
  end
  object.given = true
  for _, role in ipairs(granted.roles) do
    for _, item in ipairs(granted.privileges) do
      local names = item.privilege == "all" and kinds.all(object.kind) or { item.privilege }
      for _, privilege in ipairs(names) do
        for _, column in ipairs(item.columns or {}) do
          add(role, privilege, column)
        end
        if not item.columns then
          add(role, privilege)
        end
      end
    end
  end
end

---The routines of that name: those whose arguments are the same, and all when the statement says none.
---@return PolicyObject[]
function inventory:routines(schema, name, arguments)
  local list = {}
  schema = schema or self.schema
  for _, object in ipairs(self.list) do
    if
      ROUTINES[object.kind]
      and object.schema == schema
      and object.name == name
      and (not (arguments and object.arguments) or arguments_of.same(object.arguments, arguments))
    then
      list[#list + 1] = object
    end
  end
  return list
end

function inventory:drop_routine(schema, name, arguments)
  for _, object in ipairs(self:routines(schema, name, arguments)) do
    self:forget(function(other)
      return other == object
    end)
  end
end

return inventory
