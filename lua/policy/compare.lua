--- What lies between what the policy wants of an object and what it has, as operations of op.

local kinds = require("neap.policy.kinds")

---@class Grant
---@field role string             "public" is everybody
---@field privilege string
---@field column string?
---@field with_grant_option boolean?
---@field grantor string?

---@class Difference
---@field object PolicyObject
---@field owner { has: string, wants: string }?
---@field grants { role: string, has: string, wants: string, taken: string? }[]
---@field operations Operation[]

local compare = {}

-- What ALTER and GRANT call it.
local function object_kind(object)
  return object.kind
end

local function place(object)
  return { { schema = object.schema, name = object.name, arguments = object.arguments } }
end

local function key(privilege, column)
  return column and privilege .. " (" .. column .. ")" or privilege
end

-- role -> key -> { privilege, column, with_grant_option }
local function wanted_map(wanted, object, version)
  local map = {}
  for role, granted in next, wanted.grants do
    local items = {}
    local function add(privilege, column)
      items[key(privilege, column)] = {
        privilege = privilege,
        column = column,
        with_grant_option = granted.with_grant_option or false,
      }
    end
    for _, item in ipairs(granted.privileges) do
      for _, column in ipairs(item.columns or {}) do
        add(item.privilege, column)
      end
      if not item.columns then
        add(item.privilege)
      end
    end
    if granted.all then
      for _, privilege in ipairs(kinds.all(object.kind, version)) do
        add(privilege)
      end
    end
    map[role] = items
  end
  return map
end

-- The same of what there is; `others` is who granted it, when the owner has not.
local function present_map(object)
  local map = {}
  for _, grant in ipairs(object.grants) do
    local items = map[grant.role] or {}
    map[grant.role] = items
    local name = key(grant.privilege, grant.column)
    local item = items[name]
      or {
        privilege = grant.privilege,
        column = grant.column,
        with_grant_option = false,
        others = {},
      }
    items[name] = item
    item.with_grant_option = item.with_grant_option or grant.with_grant_option or false
    if grant.grantor and grant.grantor ~= object.owner then
      item.others[#item.others + 1] = grant.grantor
    else
      item.by_owner = true
    end
  end
  return map
end

local function sorted(map)
  local list = {}
  for name in next, map do
    list[#list + 1] = name
  end
  table.sort(list)
  return list
end

local function roles_of(...)
  local set = {}
  for _, map in ipairs({ ... }) do
    for role in next, map do
      set[role] = true
    end
  end
  return sorted(set)
end

-- "insert, select (id)" in the order of SQL's own lists.
local function shown(items)
  local parts = {}
  for _, name in ipairs(sorted(items)) do
    parts[#parts + 1] = items[name].with_grant_option and name .. " with grant option" or name
  end
  return table.concat(parts, ", ")
end

-- Items by what one statement can say: column lists, grant option.
local function groups(items)
  local list, by_name = {}, {}
  for _, name in ipairs(sorted(items)) do
    local item = items[name]
    local id = (item.column or "") .. "\0" .. tostring(item.with_grant_option)
    local group = by_name[id]
    if not group then
      group = { column = item.column, with_grant_option = item.with_grant_option, privileges = {} }
      by_name[id], list[#list + 1] = group, group
    end
    group.privileges[#group.privileges + 1] = item.privilege
  end
  return list
end

local function operation(kind, object, role, group)
  return {
    kind = kind,
    object_kind = object_kind(object),
    objects = place(object),
    privileges = group.privileges,
    columns = group.column and { group.column } or nil,
    roles = { role },
  }
end

-- What a role has and should not have. Whoever granted it must take it back.
local function take_back(out, object, role, extra, all)
  local by_grantor, own = {}, {}
  for name, item in next, extra do
    if item.by_owner then
      own[name] = item
    end
    for _, grantor in ipairs(item.others) do
      by_grantor[grantor] = by_grantor[grantor] or {}
      by_grantor[grantor][name] = item
    end
  end
  local function revoke(items)
    for _, group in ipairs(groups(items)) do
      local revoked = operation("revoke", object, role, group)
      revoked.cascade = group.with_grant_option or nil
      out[#out + 1] = revoked
    end
  end
  if all and next(own) then
    local cascade = false
    for _, item in next, own do
      cascade = cascade or item.with_grant_option
    end
    local revoked = operation("revoke", object, role, { privileges = { "all" } })
    revoked.cascade = cascade or nil
    out[#out + 1] = revoked
  else
    revoke(own)
  end
  for _, grantor in ipairs(sorted(by_grantor)) do
    out[#out + 1] = { kind = "set_role", role = grantor }
    revoke(by_grantor[grantor])
    out[#out + 1] = { kind = "set_role", back = true }
  end
end

-- One role's differences: operations to take back, then to give.
local function one_role(difference, object, role, wants, has)
  local extra, missing, options = {}, {}, {}
  for name, item in next, has do
    local want = wants[name]
    if not want then
      extra[name] = item
    elseif item.with_grant_option and not want.with_grant_option then
      options[name] = item
    end
  end
  for name, want in next, wants do
    local item = has[name]
    -- Taking a privilege of the table back takes it from the columns, too.
    local swept = want.column and extra[want.privilege]
    if not item or swept or want.with_grant_option and not item.with_grant_option then
      missing[name] = want
    end
  end
  if not (next(extra) or next(missing) or next(options)) then
    return
  end
  difference.grants[#difference.grants + 1] =
    { role = role, has = shown(has), wants = shown(wants), taken = next(extra) and shown(extra) }
  take_back(difference.operations, object, role, extra, next(wants) == nil)
  for _, group in ipairs(groups(options)) do
    local revoked = operation("revoke", object, role, group)
    revoked.grant_option_for, revoked.cascade = true, true
    difference.operations[#difference.operations + 1] = revoked
  end
  for _, group in ipairs(groups(missing)) do
    local granted = operation("grant", object, role, group)
    granted.with_grant_option = group.with_grant_option or nil
    difference.operations[#difference.operations + 1] = granted
  end
end

---nil when the object is as the policy wants it.
---@param wanted Wanted
---@param object PolicyObject  as it is
---@param version integer?
---@return Difference?
function compare.difference(wanted, object, version)
  local difference = { object = object, grants = {}, operations = {} }
  if wanted.owner and wanted.owner ~= object.owner and not object.linked then
    difference.owner = { has = object.owner, wants = wanted.owner }
    difference.operations[1] = {
      kind = "set_owner",
      object_kind = object_kind(object),
      object = place(object)[1],
      role = wanted.owner,
      existing_owner = object.owner,
    }
  end
  if wanted.grants then
    local owner = difference.owner and wanted.owner or object.owner
    local wants, has = wanted_map(wanted, object, version), present_map(object)
    for _, role in ipairs(roles_of(wants, has)) do
      -- An owner has what it gives itself; what the new one had before becomes that.
      if role ~= owner then
        one_role(difference, object, role, wants[role] or {}, has[role] or {})
      end
    end
  end
  return #difference.operations > 0 and difference or nil
end

return compare
