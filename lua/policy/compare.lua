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

-- What ALTER and GRANT call it: ROUTINE takes an aggregate by its types, whatever it aggregates over.
local function object_kind(object)
  return object.kind == "aggregate" and "routine" or object.kind
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

-- The same of what there is; `others` is who granted it beside the owner.
local function present_map(object, owner)
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
    if grant.grantor and grant.grantor ~= object.owner and grant.grantor ~= owner then
      item.others[#item.others + 1] = grant.grantor
    else
      item.by_owner = true
      item.option_by_owner = item.option_by_owner or grant.with_grant_option or false
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

-- Whether the roles differ in one privilege.
local function differs(name, roles, wants, has)
  for _, role in ipairs(roles) do
    local want, item = (wants[role] or {})[name], (has[role] or {})[name]
    if
      (want == nil) ~= (item == nil) or want and want.with_grant_option ~= item.with_grant_option
    then
      return true
    end
  end
  return false
end

-- Privileges that some have from others than the owner, and about which something is to be done: sorted.
local function chained(columns, roles, wants, has)
  local names = {}
  for _, role in ipairs(roles) do
    for name, item in next, has[role] or {} do
      if #item.others > 0 and (item.column ~= nil) == columns then
        names[name] = names[name] or differs(name, roles, wants, has) or nil
      end
    end
  end
  return sorted(names)
end

-- Only who granted a column's privilege can take it back, and only with the grant option, which may be gone.
local function break_column(out, object, roles, has, name)
  for _, role in ipairs(roles) do
    local item = (has[role] or {})[name]
    for _, grantor in ipairs(item and item.others or {}) do
      local granted = operation("grant", object, grantor, { privileges = { item.privilege } })
      granted.with_grant_option = true
      out[#out + 1] = granted
      out[#out + 1] = { kind = "set_role", role = grantor }
      local revoked = operation("revoke", object, role, {
        privileges = { item.privilege },
        column = item.column,
      })
      revoked.cascade = true
      out[#out + 1] = revoked
      out[#out + 1] = { kind = "set_role", back = true }
      has[grantor] = has[grantor] or {}
      local whole = has[grantor][item.privilege] or { privilege = item.privilege, others = {} }
      whole.by_owner, whole.option_by_owner, whole.with_grant_option = true, true, true
      has[grantor][item.privilege] = whole
    end
    if item then
      item.others, item.with_grant_option = {}, item.option_by_owner or false
      has[role][name] = item.by_owner and item or nil
    end
  end
end

-- All that hangs on the owner's grant options goes with them: then the owner alone has granted the privilege.
local function break_chain(out, object, roles, has, name)
  for _, role in ipairs(roles) do
    local item = (has[role] or {})[name]
    if item and item.option_by_owner then
      local revoked = operation("revoke", object, role, { privileges = { item.privilege } })
      revoked.grant_option_for, revoked.cascade = true, true
      out[#out + 1] = revoked
    end
    if item then
      item.others, item.with_grant_option, item.option_by_owner = {}, false, false
      has[role][name] = item.by_owner and item or nil
    end
  end
end

-- What a role has and should not have.
local function take_back(out, object, role, extra, all)
  if all and next(extra) then
    local revoked = operation("revoke", object, role, { privileges = { "all" } })
    for _, item in next, extra do
      revoked.cascade = revoked.cascade or item.with_grant_option or nil
    end
    out[#out + 1] = revoked
    return
  end
  for _, group in ipairs(groups(extra)) do
    local revoked = operation("revoke", object, role, group)
    revoked.cascade = group.with_grant_option or nil
    out[#out + 1] = revoked
  end
end

-- One role's operations: what to take back, then what to give.
local function one_role(out, object, role, wants, has)
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
  take_back(out, object, role, extra, next(wants) == nil)
  for _, group in ipairs(groups(options)) do
    local revoked = operation("revoke", object, role, group)
    revoked.grant_option_for, revoked.cascade = true, true
    out[#out + 1] = revoked
  end
  for _, group in ipairs(groups(missing)) do
    local granted = operation("grant", object, role, group)
    granted.with_grant_option = group.with_grant_option or nil
    out[#out + 1] = granted
  end
end

-- What is told of one role.
local function tell(grants, role, wants, has)
  local taken, other = {}, false
  for name, item in next, has do
    taken[name] = not wants[name] and item or nil
    other = other or wants[name] and wants[name].with_grant_option ~= item.with_grant_option
  end
  for name in next, wants do
    other = other or not has[name]
  end
  if other or next(taken) then
    grants[#grants + 1] = {
      role = role,
      has = shown(has),
      wants = shown(wants),
      taken = next(taken) and shown(taken),
    }
  end
end

local function add_grants(difference, object, wants, has, owner)
  local out, roles = difference.operations, {}
  for _, role in ipairs(roles_of(wants, has)) do
    -- An owner has what it gives itself; what the new one had before becomes that.
    if role ~= owner then
      roles[#roles + 1] = role
      tell(difference.grants, role, wants[role] or {}, has[role] or {})
    end
  end
  local broken = chained(false, roles, wants, has)
  for _, name in ipairs(chained(true, roles, wants, has)) do
    break_column(out, object, roles, has, name)
  end
  for _, name in ipairs(broken) do
    break_chain(out, object, roles, has, name)
  end
  for _, role in ipairs(roles_of(wants, has)) do
    if role ~= owner then
      one_role(out, object, role, wants[role] or {}, has[role] or {})
    end
  end
end

---What a script takes back from an object that has another name, or that the revision granted: what the policy of its
---earlier names gives, and what was granted, without what it is to have.
---@param wanted Wanted
---@param object PolicyObject
---@param before Wanted[]  by its earlier names
---@return Grant[]
function compare.beyond(wanted, object, before)
  local now, list, seen = wanted_map(wanted, object), {}, {}
  local function add(grant)
    local id = key(grant.privilege, grant.column)
    local want = (now[grant.role] or {})[id]
    if not want or grant.with_grant_option and not want.with_grant_option then
      if not seen[grant.role .. "\0" .. id] then
        seen[grant.role .. "\0" .. id] = true
        list[#list + 1] = grant
      end
    end
  end
  for _, grant in ipairs(object.grants) do
    add(grant)
  end
  for _, earlier in ipairs(before) do
    for role, items in next, earlier.grants and wanted_map(earlier, object) or {} do
      for _, item in next, items do
        add({
          role = role,
          privilege = item.privilege,
          column = item.column,
          with_grant_option = item.with_grant_option or nil,
        })
      end
    end
  end
  return list
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
    local has = present_map(object, owner)
    add_grants(difference, object, wanted_map(wanted, object, version), has, owner)
  end
  return #difference.operations > 0 and difference or nil
end

return compare
