--- Brings what a revision has made to what the policy wants.

local compare = require("neap.policy.compare")
local created = require("neap.policy.created")
local errors = require("neap.errors")
local match = require("neap.policy.match")
local privileges = require("neap.dialect.postgresql.privileges")
local read = require("neap.policy.read")
local sql = require("neap.sql")

local apply = {}

-- What is sent may take other things along (a grant that others hang on, a table's owner and its sequences), or be no
-- more than a warning of the server. So it is looked at again, until nothing differs.
local ROUNDS = 4

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

-- Who owns it when its grants are sent.
local function owner_of(difference)
  return difference.owner and difference.owner.wants or difference.object.owner
end

---All their operations, in an order that runs: owners of schemas first, as they are listed.
---@param differences Difference[]
---@param back any  the role to go back to after acting as another; run.null: the session's own
---@param acting table<string, true>?  owners whose rights the runner has only when it takes their role on
---@return Operation[]
function apply.operations(differences, back, acting)
  local list = {}
  local function set_role(role)
    list[#list + 1] = { kind = "set_role", role = role }
  end
  for _, difference in ipairs(differences) do
    local owner, acts = owner_of(difference), false
    for _, operation in ipairs(difference.operations) do
      if acting and acting[owner] and not acts and operation.kind ~= "set_owner" then
        acts = true
        set_role(owner)
      end
      if operation.back then
        set_role(acts and owner or back)
      else
        list[#list + 1] = operation
      end
    end
    if acts then
      set_role(back)
    end
  end
  return list
end

---Owners of these whose rights the runner has only when it takes their role on, for it is a member that does not inherit;
---and the first difference whose new owner it may not give anything to.
---@param differences Difference[]
---@return table<string, true> acting
---@return { difference: Difference, owner: table }? refused
function apply.acting(run, differences, source)
  local owners, acting, by_name = {}, {}, {}
  for _, difference in ipairs(differences) do
    local owner = owner_of(difference)
    if owner and not by_name[owner] then
      by_name[owner], owners[#owners + 1] = {}, owner
    end
  end
  if #owners == 0 then
    return acting
  end
  local statement = privileges.abilities(owners, run.config.role, run.server_version())
  for _, row in ipairs(run.session:query(statement.sql, statement.params, source)) do
    by_name[row.name] = row
    acting[row.name] = row.member and not row.inherits or nil
  end
  for _, difference in ipairs(differences) do
    local owner = by_name[owner_of(difference)]
    if difference.owner and owner.name and not (owner.member or owner.inherits) then
      return acting, { difference = difference, owner = owner }
    end
  end
  return acting
end

local function refuse(refused, source)
  local owner = refused.owner
  local grant = owner.superuser and ""
    or ("GRANT %s TO %s; or "):format(
      sql.quote_name(owner.name, "postgresql"),
      sql.quote_name(owner.runner, "postgresql")
    )
  errors.raise(
    "failed",
    ('permissions in neap.lua: %s is to belong to "%s", and "%s", who connects, is no member of it'):format(
      read.label(refused.difference.object),
      owner.name,
      owner.runner
    ),
    source,
    { advice = grant .. "connect as somebody who has its rights." }
  )
end

-- A new owner must be able to make things in the schema: PostgreSQL manual, ALTER TABLE, "OWNER TO".
local function send_owner(operation, send)
  local ok, err = pcall(send, operation)
  local schema, name = operation.object.schema, operation.object.name
  -- The other refusal, of who does not own it, has the object's own name.
  local denied = not ok and errors.is(err) and err.sqlstate == "42501"
  if
    denied
    and schema
    and not (" " .. err.message):find("[^%w_]" .. name:gsub("%p", "%%%0") .. "%f[^%w_]")
  then
    err.advice = ('permissions in neap.lua wants it to belong to "%s", who must be able to create in the schema: '):format(
      operation.role
    ) .. ("GRANT CREATE ON SCHEMA %s TO %s;"):format(
      sql.quote_name(schema, "postgresql"),
      sql.quote_name(operation.role, "postgresql")
    )
  end
  if not ok then
    error(err, 0)
  end
end

-- What a table's owner takes along is looked at when it has that owner.
local function without_linked(differences)
  local list, moves = {}, false
  for _, difference in ipairs(differences) do
    moves = moves or difference.owner ~= nil
    if not difference.object.linked then
      list[#list + 1] = difference
    end
  end
  return moves and list or differences
end

local function unreachable(difference, source)
  local parts = {}
  if difference.owner then
    parts[1] = ("owner %s, should be %s"):format(difference.owner.has, difference.owner.wants)
  end
  for _, grant in ipairs(difference.grants) do
    parts[#parts + 1] = ("%s: %s, should be %s"):format(
      grant.role,
      grant.has ~= "" and grant.has or "-",
      grant.wants ~= "" and grant.wants or "-"
    )
  end
  errors.raise(
    "failed",
    ("%s cannot be brought to what the policy says (%s)"):format(
      read.label(difference.object),
      table.concat(parts, "; ")
    ),
    source,
    { advice = "Who connects must be the owner, or a member of the owner." }
  )
end

---Looks, sends, and looks again, until all is as the policy says; raises when it cannot be.
---@param run table
---@param policy Policy
---@param find fun(): Statement    gives the query of the objects
---@param send fun(operation: Operation)
---@param back any
---@param tell fun(difference: Difference)?  of what is taken back from somebody
function apply.bring(run, policy, find, send, back, source, tell)
  for round = 1, ROUNDS + 1 do
    local statement = find()
    local rows = run.session:query(statement.sql, statement.params, source)
    local differences = apply.differences(read.objects(rows), policy, run.server_version())
    if #differences == 0 then
      return
    elseif round > ROUNDS then
      unreachable(differences[1], source)
    end
    apply.check_roles(run, run.config.permissions, apply.operations(differences, back), source)
    local acting, refused = apply.acting(run, differences, source)
    if refused then
      refuse(refused, source)
    end
    local now = next(acting) and without_linked(differences) or differences
    for _, difference in ipairs(tell and now or {}) do
      tell(difference)
    end
    for _, operation in ipairs(apply.operations(now, back, acting)) do
      operation.source = source
      if operation.kind == "set_owner" then
        send_owner(operation, send)
      else
        send(operation)
      end
    end
  end
end

-- The policy of the names that it had when the policy was applied last.
local function wanted_before(policy, object, after)
  local list = {}
  for _, was in ipairs(object.was or {}) do
    list[#list + 1] = was.stamp <= after and match.wanted(policy, was) or nil
  end
  return list
end

local function only_revoked(operations)
  local list = {}
  for _, operation in ipairs(operations) do
    list[#list + 1] = operation.kind == "revoke" and operation or nil
  end
  return list
end

---The same for a script: what the operations after one of them are known to make.
---@param after integer
function apply.script(run, policy, operations, after, send, back, source)
  local objects = created.objects(operations, run, after)
  for _, object in ipairs(objects) do
    local wanted = (object.was or object.given) and match.wanted(policy, object)
    if wanted and wanted.grants then
      object.grants = compare.beyond(wanted, object, wanted_before(policy, object, after))
    end
  end
  local differences = apply.differences(objects, policy)
  for _, difference in ipairs(differences) do
    if difference.object.unsure then
      difference.operations = only_revoked(difference.operations)
    end
  end
  for _, operation in ipairs(apply.operations(differences, back)) do
    operation.source = source
    send(operation)
  end
end

return apply
