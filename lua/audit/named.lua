--- What the history knows under a name that somebody gives.

local arguments = require("neap.audit.arguments")
local replay = require("neap.audit.replay")

local named = {}

local part_of = { table = true, view = true, materialized_view = true }

---@class Wanted
---@field kind string?
---@field types string?  of a routine's arguments, see arguments.types

---Is it of the kind, and for these arguments?
---@param wanted Wanted
---@param object { kind: string, args: string? }
function named.fits(wanted, object)
  return (not wanted.kind or wanted.kind == object.kind)
    and (not wanted.types or arguments.types(object.args) == wanted.types)
end

---What is live.
---@param state table  of replay.run
---@param meaning Meaning
---@param wanted Wanted
---@return Tracked[]
function named.live(state, meaning, wanted)
  local found = {}
  local function offer(object)
    if named.fits(wanted, object) then
      found[#found + 1] = object
    end
  end
  for _, object in ipairs(state:list()) do
    local same_schema = not meaning.schema
      or object.schema == ""
      or state:fold(object.schema) == state:fold(meaning.schema)
    local same_name = state:fold(object.name) == state:fold(meaning.name)
    if meaning.part then
      for _, part in pairs(object.parts) do
        if
          same_schema
          and same_name
          and state:fold(part.name) == state:fold(meaning.part)
          and #part.events > 0
        then
          offer(part)
        end
      end
    elseif same_schema and same_name then
      offer(object)
    end
    if not meaning.part then
      for _, part in pairs(object.parts) do
        local is_it = state:fold(part.name) == state:fold(meaning.name)
        if is_it and part.kind ~= "column" and same_schema then
          offer(part)
        end
      end
    end
  end
  table.sort(found, function(a, b)
    local one = replay.full_name(a.owner or a) .. "\0" .. a.kind .. "\0" .. a.name
    local other = replay.full_name(b.owner or b) .. "\0" .. b.kind .. "\0" .. b.name
    return one < other
  end)
  return found
end

---The columns that a CREATE TABLE did not spell out (AS SELECT, LIKE, INHERITS) came with the table.
---@return Tracked[]
function named.with_table(state, meaning, wanted)
  local list = {}
  if not meaning.part or wanted.types or (wanted.kind and wanted.kind ~= "column") then
    return list
  end
  for _, object in ipairs(named.live(state, { schema = meaning.schema, name = meaning.name }, {})) do
    local first = object.created
    if first and part_of[object.kind] and not first.change.columns then
      list[#list + 1] = {
        kind = "column",
        schema = object.schema,
        name = meaning.part,
        owner = object,
        created = first,
        events = { first },
        former = {},
        with_table = true,
      }
    end
  end
  return list
end

---What has another name by now.
---@return Tracked[]
function named.renamed(state, meanings, wanted)
  local found = {}
  for _, object in ipairs(state:list()) do
    for _, meaning in ipairs(meanings) do
      for _, former in ipairs(object.former) do
        local schema, name = former:match("^(.-)%.([^.]*)$")
        local same_schema = not meaning.schema or not schema or schema == meaning.schema
        if same_schema and state:fold(name or former) == state:fold(meaning.name) then
          if not meaning.part and named.fits(wanted, object) then
            found[#found + 1] = object
          end
        end
      end
      for _, part in pairs(object.parts) do
        local table_name = state:fold(object.name) == state:fold(meaning.name)
        for _, former in ipairs(part.former) do
          if
            table_name
            and meaning.part
            and state:fold(former) == state:fold(meaning.part)
            and named.fits(wanted, part)
          then
            found[#found + 1] = part
          end
        end
      end
    end
  end
  return found
end

---The last one of this name that was dropped.
---@return Tracked?
function named.gone(state, meanings, wanted)
  for i = #state.gone, 1, -1 do
    local object = state.gone[i]
    for _, meaning in ipairs(meanings) do
      local owner = object.owner and object.kind ~= "index" and object.owner or nil
      local name = meaning.part and owner and owner.name or object.name
      if
        named.fits(wanted, object)
        and (not meaning.part or (owner and state:fold(object.name) == state:fold(meaning.part)))
        and (not owner or meaning.part or object.kind ~= "column")
        and state:fold(name) == state:fold(meaning.name)
        and (not meaning.schema or object.schema == "" or object.schema == meaning.schema)
      then
        return object
      end
    end
  end
  return nil
end

-- What gives a table constraints or indexes without naming them.
local unnamed = { constraint = "constraint", index = "index" }

---The changes that an object of the catalog may come from though none names it: its table, if a revision made that, and
---later changes of the table.
---@param state table
---@param present Present
---@return Event? created, Event[] later
function named.implied(state, present)
  local own = present.kind == "index" and not present.implied and "index" or "constraint"
  local owner = unnamed[present.kind]
    and present.owner
    and state:find("table", present.schema, present.owner)
  local later = {}
  -- The server's own name for one ends so; any other was given by somebody.
  if own == "index" and not present.name:find("_idx%d*$") then
    return nil, later
  end
  for _, event in ipairs(owner and owner.events or {}) do
    local change = event.change
    if
      (change.verb == "alter" and change.what == own)
      or (own == "constraint" and change.verb == "create" and change.kind == "column")
    then
      later[#later + 1] = event
    end
  end
  if own == "index" then
    return table.remove(later, 1), later
  end
  return owner and owner.created or nil, later
end

return named
