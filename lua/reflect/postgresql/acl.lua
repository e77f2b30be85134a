--- Access lists as grants: what stands in one beyond what its kind gives by default, and what is missing.
--- Source: PostgreSQL manual, "Privileges"; src/backend/utils/adt/acl.c, acldefault

local names = {
  r = "select",
  a = "insert",
  w = "update",
  d = "delete",
  D = "truncate",
  x = "references",
  t = "trigger",
  X = "execute",
  U = "usage",
  C = "create",
  c = "connect",
  T = "temporary",
  s = "set",
  A = "alter system",
  m = "maintain",
}

-- By kind: what the owner has, and what everybody has.
local defaults = {
  table = { owner = "arwdDxt", newer = "arwdDxtm" },
  sequence = { owner = "rwU" },
  ["function"] = { owner = "X", public = "X" },
  type = { owner = "U", public = "U" },
  schema = { owner = "UC" },
  large_object = { owner = "rw" },
  -- The schema public as initdb leaves it, before PostgreSQL 15 and since.
  public_schema = { owner = "UC", older = "UC", public = "U" },
  column = { owner = "" },
}

local acl = {}
acl.__index = acl

---@param version integer
function acl.new(version)
  return setmetatable({ version = version, known = {} }, acl)
end

-- "role=rw*d/grantor": the role and { privilege = grantable }.
local function parse_item(item)
  local role, letters
  if item:sub(1, 1) == '"' then
    local stop = 2
    while true do
      stop = item:find('"', stop, true)
      if item:sub(stop + 1, stop + 1) ~= '"' then
        break
      end
      stop = stop + 2
    end
    role = item:sub(2, stop - 1):gsub('""', '"')
    letters = item:match("^=([%a*]*)", stop + 1)
  else
    role, letters = item:match("^([^=]*)=([%a*]*)")
  end
  return role == "" and "public" or role, letters
end

-- Adds letters to a role's privileges.
local function add(roles, role, letters)
  local privileges = roles[role] or {}
  roles[role] = privileges
  for letter, star in letters:gmatch("(%a)(%*?)") do
    privileges[letter] = privileges[letter] or star == "*"
  end
end

-- Privileges of one role as a grant, or two: with and without the grant option.
local function list(into, role, privileges, columns)
  for _, option in ipairs({ false, true }) do
    local words = {}
    for letter, grantable in next, privileges do
      if grantable == option then
        words[#words + 1] = names[letter] or letter
      end
    end
    if #words > 0 then
      table.sort(words)
      into[#into + 1] =
        { role = role, privileges = words, grant_option = option or nil, columns = columns }
    end
  end
end

-- What roles have and others do not.
local function beyond(roles, others, owner)
  local grants, order = {}, {}
  for role in next, roles do
    order[#order + 1] = role
  end
  table.sort(order)
  for _, role in ipairs(order) do
    local extra, has = {}, others[role] or {}
    for letter, grantable in next, roles[role] do
      -- An owner can always grant.
      if has[letter] == nil or (grantable and not has[letter] and role ~= owner) then
        extra[letter] = grantable and role ~= owner
      end
    end
    list(grants, role, extra)
  end
  return #grants > 0 and grants or nil
end

---@param kind string      of `defaults`
---@param owner string
---@param value string?    the list's items, one a line; nil: the default
---@return Grants[]? grants
---@return Grants[]? revokes
function acl:read(kind, owner, value)
  if not value then
    return nil, nil
  end
  local key = kind .. "\0" .. owner .. "\0" .. value
  local found = self.known[key]
  if not found then
    local default = defaults[kind]
    local have, usual = {}, {}
    for item in value:gmatch("[^\n]+") do
      add(have, parse_item(item))
    end
    add(usual, owner, self.version >= 170000 and default.newer or default.owner)
    local everybody = self.version < 150000 and default.older or default.public
    if everybody then
      add(usual, "public", everybody)
    end
    found = { beyond(have, usual, owner), beyond(usual, have, owner) }
    self.known[key] = found
  end
  return found[1], found[2]
end

return acl
