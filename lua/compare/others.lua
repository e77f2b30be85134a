--- Collations, operators, casts, foreign tables, publications ...: what is on both sides.
---
--- As in neap.compare.code: true when it is changed in place, false when it is dropped and made anew.

local grants = require("neap.compare.grants")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")
local shared = require("neap.dialect.shared")

local others = {}

local function change(plan, b, sql, phase)
  local step = shapes.execute(sql)
  step.words = ("change %s %s"):format(b.kind:gsub("_", " "), b.name)
  plan:add(phase or "main", step)
end

for kind in next, schema.defined do
  others[kind] = function(_, a, b)
    return a.definition == b.definition
  end
end

function others.foreign_table(plan, a, b)
  if a.definition ~= b.definition then
    return false
  end
  grants.compare_column_comments(plan, a, b)
  return true
end

-- The lines of a definition: what it is called, what is published, how.
local function publication_parts(definition)
  return definition:match("^[^\n]+\n(FOR .*)\nWITH (.-)$")
end

-- Subscribers go on when it is changed in place; ALL TABLES cannot become a list.
function others.publication(plan, a, b)
  local old, old_with = publication_parts(a.definition)
  local new, new_with = publication_parts(b.definition)
  local all = "FOR ALL TABLES"
  if a.definition == b.definition then
    return true
  elseif not old or not new or old ~= new and (old == all or new == all) then
    return false
  end
  local function alter(action)
    change(plan, b, ("ALTER PUBLICATION %s SET %s"):format(b.subject, action), "last")
  end
  if old ~= new then
    alter((new:gsub("^FOR ", "")))
  end
  if old_with ~= new_with then
    alter(new_with)
  end
  return true
end

-- { host = "'x'" } of "... OPTIONS (host 'x')", and what stands before that.
local function options_of(definition)
  local before, list = definition:match("^(.-) OPTIONS %((.*)%)$")
  local options, rest = {}, (list or ""):gsub("''", "\0")
  for name, value in rest:gmatch("([^%s,]+) ('[^']*')") do
    options[name] = value:gsub("%z", "''")
  end
  return options, before or definition
end

-- User mappings hang on a server: its options change in place.
function others.foreign_server(plan, a, b)
  local old, old_head = options_of(a.definition)
  local new, new_head = options_of(b.definition)
  if old_head ~= new_head then
    return false
  end
  local actions = {}
  for _, name in ipairs(shared.sorted_keys(new)) do
    if old[name] ~= new[name] then
      actions[#actions + 1] = ("%s %s %s"):format(old[name] and "SET" or "ADD", name, new[name])
    end
  end
  for _, name in ipairs(shared.sorted_keys(old)) do
    actions[#actions + 1] = not new[name] and "DROP " .. name or nil
  end
  if #actions > 0 then
    change(plan, b, ("ALTER SERVER %s OPTIONS (%s)"):format(b.subject, table.concat(actions, ", ")))
  end
  return true
end

-- { word = "words, simple" } of the mappings in a configuration's statements, and the first of these.
local function mappings_of(definition)
  local map = {}
  for tokens, dictionaries in (definition .. "\n"):gmatch("ADD MAPPING FOR (.-) WITH ([^\n]-);?\n") do
    for token in tokens:gmatch("[%w_]+") do
      map[token] = dictionaries
    end
  end
  return map, definition:match("^[^;]*")
end

-- Indexes stand on a configuration: its mappings change in place.
function others.text_search_configuration(plan, a, b)
  local old, old_head = mappings_of(a.definition)
  local new, new_head = mappings_of(b.definition)
  if old_head ~= new_head then
    return false
  end
  local alter = "ALTER TEXT SEARCH CONFIGURATION " .. b.subject .. " "
  for _, token in ipairs(shared.sorted_keys(old)) do
    if not new[token] then
      change(plan, b, alter .. "DROP MAPPING FOR " .. token)
    end
  end
  for _, token in ipairs(shared.sorted_keys(new)) do
    if old[token] ~= new[token] then
      local verb = old[token] and "ALTER" or "ADD"
      change(plan, b, ("%s%s MAPPING FOR %s WITH %s"):format(alter, verb, token, new[token]))
    end
  end
  return true
end

-- { stopwords = "'english'" } of a dictionary's options, and its template.
local function dictionary_options(definition)
  local head, rest = definition:match("^(.-TEMPLATE = [^,)]+)(.*)%)$")
  local options = {}
  for name, value in rest:gsub("''", "\0"):gmatch("([%w_]+) = ('[^']*')") do
    options[name] = value:gsub("%z", "''")
  end
  return options, head
end

function others.text_search_dictionary(plan, a, b)
  local old, old_head = dictionary_options(a.definition)
  local new, new_head = dictionary_options(b.definition)
  if old_head ~= new_head then
    return false
  end
  local actions = {}
  for _, name in ipairs(shared.sorted_keys(new)) do
    actions[#actions + 1] = old[name] ~= new[name] and name .. " = " .. new[name] or nil
  end
  for _, name in ipairs(shared.sorted_keys(old)) do
    actions[#actions + 1] = not new[name] and name or nil
  end
  if #actions > 0 then
    local list = table.concat(actions, ", ")
    change(plan, b, ("ALTER TEXT SEARCH DICTIONARY %s (%s)"):format(b.subject, list))
  end
  return true
end

return others
