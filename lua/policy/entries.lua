--- `permissions` of neap.lua, checked: a list of entries { schema, kind, name, owner, grants, ignore }.

local errors = require("neap.errors")
local kinds = require("neap.policy.kinds")
local marks = require("neap.marks")

---@class PolicyEntry
---@field number integer
---@field schemas string[]?   globs; nil: every schema
---@field kinds string[]
---@field names string[]      globs
---@field owner string?
---@field grants table<string, Granted>?  by role; "public" is everybody
---@field ignore boolean?

---@class Granted
---@field all boolean?
---@field privileges { privilege: string, columns: string[]? }[]
---@field with_grant_option boolean?

local entries = {}

local function wrong(number, format, ...)
  errors.usage("entry %d: " .. format, number, ...)
end

local function is_text(value)
  return type(value) == "string" and value ~= "" and not value:find("\0", 1, true)
end

-- A string or a list of strings, as a list.
local function texts(value, number, key)
  local list = is_text(value) and { value } or value
  if not marks.is_list(list) then
    wrong(number, "%s: expected a string or a list of strings, got %s", key, marks.describe(value))
  end
  for _, item in ipairs(list) do
    if not is_text(item) then
      wrong(number, "%s: expected a string or a list of strings, got %s", key, marks.describe(item))
    end
  end
  return list
end

local every_kind = {}
for kind in pairs(kinds.privileges) do
  if not kinds.bare[kind] then
    every_kind[#every_kind + 1] = kind
  end
end
table.sort(every_kind)

local function read_kinds(entry, number)
  if entry.kind == nil then
    wrong(number, "kind is missing: table, view, sequence, function, schema ...")
  elseif entry.kind == "*" then
    return every_kind
  end
  local list = texts(entry.kind, number, "kind")
  for _, kind in ipairs(list) do
    if not kinds.privileges[kind] then
      wrong(number, 'unknown kind "%s"%s', kind, errors.hint(kind, kinds.privileges))
    elseif kinds.bare[kind] and entry.schema ~= nil then
      wrong(number, "a %s stands in no schema: say which one with name", kind)
    end
  end
  return list
end

local function trim(text)
  return (text:match("^%s*(.-)%s*$"))
end

-- Splits at the commas that stand in neither parentheses nor double quotes.
local function split(text)
  local list, depth, quoted, from = {}, 0, false, 1
  for at, char in text:gmatch('()([(),"])') do
    if char == '"' then
      quoted = not quoted
    elseif not quoted and char == "," and depth == 0 then
      list[#list + 1] = trim(text:sub(from, at - 1))
      from = at + 1
    elseif not quoted and char ~= "," then
      depth = depth + (char == "(" and 1 or -1)
    end
  end
  list[#list + 1] = trim(text:sub(from))
  return list, quoted
end

-- "id, name": as they are written; one in double quotes may hold anything, a quote twice.
local function read_columns(text, number, role)
  local columns, open = split(text)
  for i, name in ipairs(columns) do
    local inner = name:match('^"(.+)"$')
    columns[i] = inner and inner:gsub('""', '"') or name
    if open or name == "" or name == '""' or not inner and name:find('["()]') then
      wrong(
        number,
        'grants.%s: expected columns between the parentheses, (id, name, "Full name"), got (%s)',
        role,
        text
      )
    end
  end
  return columns
end

local synonyms = { temp = "temporary" }

-- One privilege for every kind of the entry.
local function read_privilege(word, entry_kinds, number, role)
  local name, columns = word:match("^(.-)%s*%((.*)%)$")
  name = (name or word):lower()
  name = synonyms[name] or name
  local known = { all = true, ["all privileges"] = true, maintain = true }
  for _, kind in ipairs(entry_kinds) do
    for _, privilege in ipairs(kinds.privileges[kind]) do
      known[privilege] = true
    end
    local fits = name == "all" or name == "all privileges" or kinds.has(kind, name)
    if not fits and word ~= "" then
      wrong(
        number,
        'grants.%s: "%s" cannot be granted on %s %s: it has %s%s',
        role,
        word,
        kind:find("^[aeiou]") and "an" or "a",
        kind,
        table.concat(kinds.privileges[kind], ", "),
        known[name] and "" or errors.hint(name, known)
      )
    elseif columns and not (kinds.is_relation(kind) and kinds.of_columns[name]) then
      wrong(number, 'grants.%s: "%s" of a %s has no columns', role, name, kind)
    end
  end
  return name, columns and read_columns(columns, number, role)
end

local GRANT_OPTION = "^(.-)%s+with%s+grant%s+option%s*$"

-- Words that SQL takes for a role, and the catalog does not know.
local no_roles = { current_user = true, current_role = true, session_user = true, none = true }

local function check_role(role, number, key)
  if no_roles[role:lower()] or key == "owner" and role:lower() == "public" then
    wrong(number, '%s: "%s" is no role\'s name', key, role)
  end
end

local function read_granted(value, entry_kinds, number, role)
  local granted, words = { privileges = {} }, {}
  if value == false or value == "" then
    return granted
  elseif type(value) == "string" then
    local before = value:lower():match(GRANT_OPTION)
    granted.with_grant_option = before and true or nil
    words = split(before and value:sub(1, #before) or value)
  elseif type(value) == "table" then
    for key, item in next, value do
      if key == "with_grant_option" then
        if type(item) ~= "boolean" then
          wrong(number, "grants.%s.with_grant_option: expected true or false", role)
        end
        granted.with_grant_option = item or nil
      elseif math.type(key) ~= "integer" or not is_text(item) then
        wrong(number, 'grants.%s: expected "select, insert" or a list of privileges', role)
      end
    end
    words = value
  else
    wrong(
      number,
      'grants.%s: expected "select, insert", a list of privileges or false, got %s',
      role,
      marks.describe(value)
    )
  end
  for _, word in ipairs(words) do
    local name, columns = read_privilege(word, entry_kinds, number, role)
    if name == "" then
      wrong(number, "grants.%s: a privilege is missing between commas", role)
    elseif name:find("^all") then
      granted.all = true
    else
      granted.privileges[#granted.privileges + 1] = { privilege = name, columns = columns }
    end
  end
  return granted
end

local function read_grants(grants, entry_kinds, number)
  if grants == nil then
    return nil
  elseif type(grants) ~= "table" or marks.is_list(grants) then
    wrong(
      number,
      'grants: expected a table { role = "select, insert" }, got %s',
      marks.describe(grants)
    )
  end
  local read = {}
  for role, value in next, grants do
    if not is_text(role) then
      wrong(number, 'grants: expected a table { role = "select, insert" }')
    end
    check_role(role, number, "grants")
    local name = role:lower() == "public" and "public" or role
    if read[name] then
      wrong(number, "grants: public stands there twice")
    end
    read[name] = read_granted(value, entry_kinds, number, role)
    if name == "public" and read[name].with_grant_option then
      wrong(number, "grants.%s: a grant option can be given to roles only", role)
    end
  end
  return read
end

local keys = { schema = true, kind = true, name = true, owner = true, grants = true, ignore = true }

local function read_entry(entry, number)
  if type(entry) ~= "table" then
    wrong(
      number,
      "expected a table { kind = , name = , owner = , grants = }, got %s",
      marks.describe(entry)
    )
  end
  local unknown = {}
  for key in next, entry do
    if not keys[key] then
      unknown[#unknown + 1] = tostring(key)
    end
  end
  table.sort(unknown)
  if unknown[1] then
    wrong(number, 'unknown key "%s"%s', unknown[1], errors.hint(unknown[1], keys))
  end
  local read = { number = number, kinds = read_kinds(entry, number) }
  read.schemas = entry.schema ~= nil and texts(entry.schema, number, "schema") or nil
  read.names = entry.name == nil and { "*" } or texts(entry.name, number, "name")
  if entry.owner ~= nil and not is_text(entry.owner) then
    wrong(number, "owner: expected a role's name, got %s", marks.describe(entry.owner))
  elseif entry.ignore ~= nil and type(entry.ignore) ~= "boolean" then
    wrong(number, "ignore: expected true or false, got %s", marks.describe(entry.ignore))
  end
  if entry.owner then
    check_role(entry.owner, number, "owner")
  end
  read.owner, read.ignore = entry.owner, entry.ignore or nil
  read.grants = read_grants(entry.grants, read.kinds, number)
  if read.ignore and (read.owner or read.grants) then
    wrong(number, "ignore leaves objects alone: it goes with neither owner nor grants")
  elseif not (read.ignore or read.owner or read.grants) then
    wrong(number, "says neither owner nor grants (nor ignore = true)")
  end
  return read
end

---Raises `usage` with the entry's number.
---@param value any  what neap.lua says
---@return PolicyEntry[]
function entries.check(value)
  if type(value) ~= "table" then
    errors.usage("expected a list of entries, got %s", marks.describe(value))
  end
  local read, count = {}, 0
  for key in next, value do
    if math.type(key) ~= "integer" then
      errors.usage(
        'expected a list of entries { { kind = "table", ... }, ... }, and found the key "%s"',
        tostring(key)
      )
    end
    count = count + 1
  end
  for number, entry in ipairs(value) do
    read[number] = read_entry(entry, number)
  end
  if count ~= #read then
    errors.usage("the list of entries has a hole (a nil)")
  end
  return read
end

-- A value as Lua text: strings, booleans, integers and tables of them.
local function text_of(value)
  if type(value) ~= "table" then
    return type(value) == "string" and ("%q"):format(value):gsub("\\\n", "\\n") or tostring(value)
  end
  local parts, names = {}, {}
  for i = 1, #value do
    parts[i] = text_of(value[i])
  end
  for name in next, value do
    if type(name) == "string" then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    parts[#parts + 1] = ("[%s]=%s"):format(text_of(name), text_of(value[name]))
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

---The checked entries as a Lua chunk: what the host keeps for every fresh state.
---@return string
function entries.chunk(value)
  return "return " .. text_of(entries.check(value))
end

return entries
