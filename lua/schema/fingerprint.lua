--- The fingerprint of a snapshot: a hash for each object, and one of them all. Two databases have the same when their
--- schemas are alike, whoever owns them, whatever is granted, and in whatever order their columns stand.

local hash = require("neap.hash")

local copy = require("neap.marks").copy

local fingerprint = {}

-- Not the schema's own: who has it, where it came from, what it stands on.
local left_out = {
  owner = true,
  grants = true,
  revokes = true,
  depends = true,
  key = true,
  version = true,
}

-- Kinds that are nothing but owners and grants.
local no_structure = { default_privileges = true }

local function sorted_keys(value)
  local keys = {}
  for name in next, value do
    if not left_out[name] then
      keys[#keys + 1] = name
    end
  end
  table.sort(keys, function(a, b)
    if type(a) ~= type(b) then
      return type(a) == "number"
    end
    return a < b
  end)
  return keys
end

-- Every value with its type and length, so that no two different objects read alike.
local function write(value, out)
  if type(value) ~= "table" then
    local text = tostring(value)
    if type(value) == "userdata" then
      text = "null"
    end
    out[#out + 1] = ("%s%d:%s"):format(math.type(value) or type(value), #text, text)
    return
  end
  out[#out + 1] = "{"
  for _, name in ipairs(sorted_keys(value)) do
    write(name, out)
    write(value[name], out)
  end
  out[#out + 1] = "}"
end

-- Lists whose order is no part of the schema: a column that was dropped and added again stands last.
local any_order = { "columns", "attributes" }

local function by_name(a, b)
  return a.name < b.name
end

-- The object with such lists sorted.
local function settled(object)
  for _, field in ipairs(any_order) do
    local list = object[field]
    if list then
      object = copy(object)
      object[field] = table.move(list, 1, #list, 1, {})
      table.sort(object[field], by_name)
    end
  end
  return object
end

local function object_hash(object)
  local out = {}
  write(settled(object), out)
  return hash.sha256(table.concat(out)):sub(1, 16)
end

---@class Fingerprint
---@field hash string  64 hexadecimal digits
---@field text string  a line for each object: 16 digits of its own hash, a blank, its key; sorted by key

---@param snapshot Snapshot
---@return Fingerprint
function fingerprint.of(snapshot)
  local keys = {}
  for key, object in next, snapshot.objects do
    -- What a serial or an identity brings along is listed for its owner alone.
    if not no_structure[object.kind] and not object.implied then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys)
  local lines = {}
  for i, key in ipairs(keys) do
    lines[i] = ("%s %s\n"):format(object_hash(snapshot.objects[key]), (key:gsub("\n", "\\n")))
  end
  local text = table.concat(lines)
  return { hash = hash.sha256(text), text = text }
end

return fingerprint
