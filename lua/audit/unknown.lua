--- The error for a name that neither the database nor its history knows: what may have been meant.

local arguments = require("neap.audit.arguments")
local catalog = require("neap.audit.catalog")
local errors = require("neap.errors")
local named = require("neap.audit.named")

local LISTED = 5

local function listed(set)
  local list = {}
  for text in next, set do
    list[#list + 1] = text
  end
  table.sort(list)
  local rest = #list - LISTED
  return table.concat(list, ", ", 1, math.min(#list, LISTED))
    .. (rest > 0 and (" and %d more"):format(rest) or "")
end

-- The same name, now or once, with another kind or other arguments.
local function namesakes(run, state, meanings)
  local set = {}
  local objects = named.renamed(state, meanings, {})
  objects[#objects + 1] = named.gone(state, meanings, {})
  for _, meaning in ipairs(meanings) do
    for _, object in ipairs(catalog.find(run, meaning)) do
      objects[#objects + 1] = object
    end
    for _, object in ipairs(named.live(state, meaning, {})) do
      objects[#objects + 1] = object
    end
  end
  for _, object in ipairs(objects) do
    local types = arguments.types(object.args)
    local text = object.kind:gsub("_", " ") .. " " .. object.name
    set[text .. (types and "(" .. types .. ")" or "")] = true
  end
  return set
end

-- Those that hold the word, when none is so near that it may be a slip.
local function hint(word, known)
  local nearest = errors.hint(word, known)
  if nearest ~= "" or #word < 3 then
    return nearest
  end
  local set = {}
  for name in next, known do
    if name:lower():find(word:lower(), 1, true) then
      set[name] = true
    end
  end
  return next(set) and (" (there is %s)"):format(listed(set)) or ""
end

local function add_parts(state, meaning, known)
  for _, object in ipairs(state:list()) do
    if state:fold(object.name) == state:fold(meaning.name) then
      for _, part in pairs(object.parts) do
        known[part.name] = true
      end
    end
  end
end

---@param run Run
---@param state table  of replay.run
---@param written string
---@param meanings Meaning[]
---@param wanted Wanted
return function(run, state, written, meanings, wanted)
  local others = namesakes(run, state, meanings)
  if next(others) then
    errors.raise(
      "usage",
      ('there is no %s "%s" in the database or its history (there is %s)'):format(
        wanted.kind and wanted.kind:gsub("_", " ") or "routine",
        written,
        listed(others)
      )
    )
  end
  local known, schemas = catalog.names(run)
  for _, object in ipairs(state:list()) do
    known[object.name] = true
  end
  local word = meanings[1].name
  for _, meaning in ipairs(meanings) do
    -- The table is there: then it is the column that is not.
    if meaning.part and known[meaning.name] then
      known, word = catalog.columns(run, meaning), meaning.part
      add_parts(state, meaning, known)
      break
    elseif meaning.part and not schemas[meanings[1].schema] then
      for schema in next, schemas do
        known[schema] = true
      end
      errors.raise(
        "usage",
        ('there is no "%s" in the database or its history: no table or schema is called "%s"%s'):format(
          written,
          meaning.schema or meaning.name,
          errors.hint(meaning.schema or meaning.name, known)
        )
      )
    end
  end
  errors.raise(
    "usage",
    ('there is no "%s" in the database or its history%s'):format(written, hint(word, known))
  )
end
