--- What the policy wants of an object: all entries that match it, a later one refining an earlier one.

local kinds = require("neap.policy.kinds")

---@class PolicyObject
---@field kind string         table, view, sequence, function ...; the words of op.grant
---@field schema string?
---@field name string
---@field arguments string?   "(a integer, text)"
---@field types string?       the same without names and modes: "(integer, text)"
---@field partitioned boolean?
---@field partition boolean?
---@field linked boolean?     a sequence of a table's column: its owner is the table's
---@field owner string?
---@field grants Grant[]?     without the owner's own

---@class Wanted
---@field owner string?
---@field grants table<string, Granted>?  nil: the policy does not say
---@field entries integer[]               the numbers of those that said it

local match = {}

-- A glob as a Lua pattern: * is any text, ? any character.
local function pattern_of(glob)
  local pattern = glob:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".")
  return "^" .. pattern .. "$"
end

local function patterns(globs)
  local list = {}
  for i, glob in ipairs(globs) do
    list[i] = { text = pattern_of(glob), whole = glob:find("(", 1, true) ~= nil }
  end
  return list
end

-- A pattern with a parenthesis is compared with the arguments: as they were written, and their types alone.
local function one_matches(list, object_name, object)
  for _, pattern in ipairs(list) do
    if not (pattern.whole and object and object.arguments) then
      if object_name:find(pattern.text) then
        return true
      end
    elseif
      (object_name .. object.arguments):find(pattern.text)
      or object.types and (object_name .. object.types):find(pattern.text)
    then
      return true
    end
  end
  return false
end

local function names_own(globs)
  for _, glob in ipairs(globs) do
    if glob:find("^neap_") or not glob:find("[*?]") then
      return true
    end
  end
  return false
end

local function kind_matches(entry, object)
  for kind in next, entry.kinds do
    local means = kinds.means[kind]
    if means and means[object.kind] or kind == object.kind then
      return true
    elseif kind == "partitioned table" and object.partitioned then
      return true
    elseif kind == "partition" and object.partition then
      return true
    end
  end
  return false
end

local function matches(entry, object)
  if not kind_matches(entry, object) then
    return false
  elseif entry.schemas and not (object.schema and one_matches(entry.schemas, object.schema)) then
    return false
  elseif object.own and not entry.names_own then
    return false
  end
  return one_matches(entry.names, object.name, object)
end

---@class Policy
---@field entries table[]
---@field owns table<string, true>  names of neap's own tables that are not neap_*

---@param entries PolicyEntry[]
---@param config table?  neap.lua's: which tables are neap's own
---@return Policy
function match.compile(entries, config)
  local policy = { entries = {}, owns = {} }
  for _, key in ipairs({ "version_table", "history_table" }) do
    if config and config[key] then
      policy.owns[config[key]] = true
    end
  end
  for i, entry in ipairs(entries) do
    local set = {}
    for _, kind in ipairs(entry.kinds) do
      set[kind] = true
    end
    policy.entries[i] = {
      number = entry.number,
      kinds = set,
      schemas = entry.schemas and patterns(entry.schemas),
      names = patterns(entry.names),
      names_own = names_own(entry.names),
      owner = entry.owner,
      grants = entry.grants,
      ignore = entry.ignore,
    }
  end
  return policy
end

---nil when the policy says nothing of it.
---@param policy Policy
---@param object PolicyObject
---@return Wanted?
function match.wanted(policy, object)
  local table_name = object.kind == "sequence" and object.name:match("^(.+)_id_seq$")
  object.own = not kinds.bare[object.kind]
    and (
      object.name:find("^neap_") ~= nil
      or policy.owns[object.name]
      or policy.owns[table_name or ""]
    )
  local wanted
  for _, entry in ipairs(policy.entries) do
    if matches(entry, object) then
      if entry.ignore then
        wanted = { entries = {} }
      else
        wanted = wanted or { entries = {} }
        wanted.owner = entry.owner or wanted.owner
        if entry.grants then
          wanted.grants = wanted.grants or {}
          for role, granted in next, entry.grants do
            wanted.grants[role] = granted
          end
        end
      end
      wanted.entries[#wanted.entries + 1] = entry.number
    end
  end
  return wanted
end

---Every role that the policy names, sorted.
---@return string[]
function match.roles(entries)
  local set, list = {}, {}
  local function add(role)
    if role and role ~= "public" and not set[role] then
      set[role], list[#list + 1] = true, role
    end
  end
  for _, entry in ipairs(entries) do
    add(entry.owner)
    for role in next, entry.grants or {} do
      add(role)
    end
  end
  table.sort(list)
  return list
end

return match
