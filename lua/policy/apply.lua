--- Brings what a revision has made to what the policy wants.

local compare = require("neap.policy.compare")
local created = require("neap.policy.created")
local errors = require("neap.errors")
local match = require("neap.policy.match")
local privileges = require("neap.dialect.postgresql.privileges")
local read = require("neap.policy.read")

local apply = {}

-- A grant that is taken back may take others along: then it is looked at again, until nothing differs.
local ROUNDS = 4

local function may_reach_further(operations)
  for _, operation in ipairs(operations) do
    if operation.kind == "set_role" or operation.cascade then
      return true
    end
  end
  return false
end

local function entry_list(numbers)
  local list = {}
  for i, number in ipairs(numbers) do
    list[i] = tostring(number)
  end
  return (#list == 1 and "entry " or "entries ") .. table.concat(list, " and ")
end

-- Roles that operations speak of.
local function roles_of(operations)
  local set, list = {}, {}
  local function add(role)
    if type(role) == "string" and role ~= "public" and not set[role] then
      set[role], list[#list + 1] = true, role
    end
  end
  for _, operation in ipairs(operations) do
    if operation.kind ~= "revoke" and operation.kind ~= "set_role" then
      add(operation.role)
      for _, role in ipairs(operation.roles or {}) do
        add(role)
      end
    end
  end
  table.sort(list)
  return list
end

local function entries_with(entries, role)
  local numbers = {}
  for _, entry in ipairs(entries) do
    if entry.owner == role or entry.grants and entry.grants[role] then
      numbers[#numbers + 1] = entry.number
    end
  end
  return numbers
end

-- A column's sequence gets another owner with its table: then the old one may need what it had as the owner.
local function owner_leaves(objects, policy)
  for _, object in ipairs(objects) do
    local wanted = object.linked and match.wanted(policy, object)
    local granted = wanted and wanted.grants and wanted.grants[object.owner]
    if granted and (granted.all or #granted.privileges > 0) then
      return true
    end
  end
  return false
end

---Those of the policy's roles that the server does not have, with their entries.
---@param run table
---@param entries PolicyEntry[]
---@param roles string[]
---@return string[]
function apply.missing_roles(run, entries, roles, source)
  local parts = {}
  if #roles > 0 then
    local statement = privileges.missing_roles(roles)
    for i, row in ipairs(run.session:query(statement.sql, statement.params, source)) do
      parts[i] = ('"%s" (%s)'):format(row.name, entry_list(entries_with(entries, row.name)))
    end
  end
  return parts
end

---Raises for roles that the policy needs here and the server does not have.
---@param run table
---@param entries PolicyEntry[]
---@param operations Operation[]
function apply.check_roles(run, entries, operations, source)
  local parts = apply.missing_roles(run, entries, roles_of(operations), source)
  if #parts > 0 then
    errors.raise(
      "failed",
      ("permissions in neap.lua: there is no role %s"):format(table.concat(parts, ", ")),
      source,
      { advice = "Create it first: permissions.role(name) in a revision, or op.create_role." }
    )
  end
end

---The differences of these objects.
---@param objects PolicyObject[]
---@param policy Policy
---@return Difference[]
function apply.differences(objects, policy, version)
  local list = {}
  for _, object in ipairs(objects) do
    local wanted = match.wanted(policy, object)
    local difference = wanted
      and (wanted.owner or wanted.grants)
      and compare.difference(wanted, object, version)
    if difference then
      difference.entries = wanted.entries
      list[#list + 1] = difference
    end
  end
  return list
end

---All their operations, in an order that runs: owners of schemas first, as they are listed.
---@param differences Difference[]
---@param back any  the role to go back to after acting as another; run.null: the session's own
---@return Operation[]
function apply.operations(differences, back)
  local list = {}
  for _, difference in ipairs(differences) do
    for _, operation in ipairs(difference.operations) do
      if operation.back then
        operation = { kind = "set_role", role = back }
      end
      list[#list + 1] = operation
    end
  end
  return list
end

---Looks, sends, and looks again.
---@param run table
---@param policy Policy
---@param find fun(): Statement    gives the query of the objects
---@param send fun(operation: Operation)
---@param back any
---@param tell fun(difference: Difference)?  of what is taken back from somebody
function apply.bring(run, policy, find, send, back, source, tell)
  for _ = 1, ROUNDS do
    local statement = find()
    local rows = run.session:query(statement.sql, statement.params, source)
    local objects = read.objects(rows)
    local differences = apply.differences(objects, policy, run.server_version())
    if #differences == 0 then
      break
    end
    local operations = apply.operations(differences, back)
    apply.check_roles(run, run.config.permissions, operations, source)
    for _, difference in ipairs(tell and differences or {}) do
      tell(difference)
    end
    for _, operation in ipairs(operations) do
      operation.source = source
      send(operation)
    end
    if not may_reach_further(operations) and not owner_leaves(objects, policy) then
      break
    end
  end
end

---The same for a script: what the operations are known to make.
function apply.script(run, policy, operations, send, back, source)
  local differences = apply.differences(created.objects(operations, run), policy)
  for _, operation in ipairs(apply.operations(differences, back)) do
    operation.source = source
    send(operation)
  end
end

return apply
