--- `neap blame NAME`: which revisions made an object, and changed it last.

local catalog = require("neap.audit.catalog")
local ddl = require("neap.audit.ddl")
local errors = require("neap.errors")
local history = require("neap.audit.history")
local names = require("neap.audit.names")
local replay = require("neap.audit.replay")
local shown = require("neap.audit.shown")

local kinds = {
  "table",
  "column",
  "constraint",
  "index",
  "view",
  "materialized_view",
  "sequence",
  "function",
  "procedure",
  "aggregate",
  "trigger",
  "rule",
  "policy",
  "type",
  "domain",
  "schema",
  "extension",
  "role",
}

local function kind_named(word)
  local set = {}
  for _, kind in ipairs(kinds) do
    set[kind] = true
  end
  local kind = word:lower():gsub("[ -]", "_")
  if not set[kind] then
    errors.raise(
      "usage",
      ('there is no kind of object "%s"%s'):format(word, errors.hint(kind, set))
    )
  end
  return kind
end

-- By time: what others did stands between the revisions.
local function merge(entries, outside)
  local list = { table.unpack(entries) }
  table.move(outside, 1, #outside, #list + 1, list)
  for i, entry in ipairs(list) do
    entry.order = i
  end
  table.sort(list, function(a, b)
    if a.started ~= b.started then
      return a.started < b.started
    end
    return a.order < b.order
  end)
  return list
end

-- What the history knows under this name.
local function tracked(state, meaning, kind)
  local found = {}
  local function offer(object)
    if not kind or object.kind == kind then
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
        local named = state:fold(part.name) == state:fold(meaning.name)
        if named and part.kind ~= "column" and same_schema then
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

local function same(state, object, present)
  local owner = object.owner and object.kind ~= "index" and object.owner.name or nil
  return (object.kind == present.kind or (object.kind == "view" and present.kind == "table"))
    and state:fold(object.name) == state:fold(present.name)
    and (object.schema == "" or present.schema == "" or object.schema == present.schema)
    and (not present.owner or not owner or state:fold(owner) == state:fold(present.owner))
end

local function describe_event(event)
  local entry, change = event.entry, event.change
  local line, via = change.place:match("^([^@]*)@?(.*)$")
  local path = history.path(entry)
  local at = path and (line ~= "-" and path .. ":" .. line or path) or nil
  return {
    revision = not entry.outside and entry.revision or nil,
    message = not entry.outside and entry.message or nil,
    direction = entry.direction,
    started = entry.started,
    user = entry.database_user or entry.os_user,
    host = entry.host,
    application = entry.outside and entry.outside.application_name or nil,
    statement = entry.outside and entry.message or nil,
    at = at,
    via = via ~= "" and via or nil,
    change = shown.change(change),
  }
end

-- The columns that a CREATE TABLE did not spell out (AS SELECT, LIKE, INHERITS) came with the table.
local function with_table(state, meaning, kind)
  local list = {}
  if not meaning.part or (kind and kind ~= "column") then
    return list
  end
  for _, object in ipairs(tracked(state, { schema = meaning.schema, name = meaning.name }, nil)) do
    local first = object.created
    if first and not object.owner and (object.kind ~= "table" or not first.change.columns) then
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

local function answer_for(object, present)
  local events = {}
  for i, event in ipairs(object.events) do
    events[i] = describe_event(event)
  end
  local last = events[#events]
  local schema = object.schema ~= "" and object.schema or present and present.schema
  return {
    kind = object.kind,
    schema = schema ~= "" and schema or nil,
    table = object.owner and object.owner.name or nil,
    name = object.name,
    exists = present ~= nil,
    created = object.created and describe_event(object.created) or nil,
    last_changed = #events > (object.created and 1 or 0) and last or nil,
    changes = events,
    former_names = object.former,
    with_table = object.with_table,
  }
end

local function not_found(run, state, written, meanings)
  local known = catalog.names(run)
  for _, object in ipairs(state:list()) do
    known[object.name] = true
  end
  local word = meanings[1].name
  for _, meaning in ipairs(meanings) do
    -- The table is there: then it is the column that is not.
    if meaning.part and known[meaning.name] then
      known, word = catalog.columns(run, meaning), meaning.part
      for _, object in ipairs(state:list()) do
        if state:fold(object.name) == state:fold(meaning.name) then
          for _, part in pairs(object.parts) do
            known[part.name] = true
          end
        end
      end
      break
    end
  end
  errors.raise(
    "usage",
    ('there is no "%s" in the database or its history%s'):format(written, errors.hint(word, known))
  )
end

-- What has another name by now.
local function renamed(state, meanings)
  local found = {}
  for _, object in ipairs(state:list()) do
    for _, meaning in ipairs(meanings) do
      for _, former in ipairs(object.former) do
        local schema, name = former:match("^(.-)%.([^.]*)$")
        local same_schema = not meaning.schema or not schema or schema == meaning.schema
        if same_schema and state:fold(name or former) == state:fold(meaning.name) then
          if not meaning.part then
            found[#found + 1] = object
          end
        end
      end
      for _, part in pairs(object.parts) do
        local table_name = state:fold(object.name) == state:fold(meaning.name)
        for _, former in ipairs(part.former) do
          if table_name and meaning.part and state:fold(former) == state:fold(meaning.part) then
            found[#found + 1] = part
          end
        end
      end
    end
  end
  return found
end

-- The last one of this name that was dropped.
local function gone(state, meanings, kind)
  for i = #state.gone, 1, -1 do
    local object = state.gone[i]
    for _, meaning in ipairs(meanings) do
      local owner = object.owner and object.kind ~= "index" and object.owner or nil
      local name = meaning.part and owner and owner.name or object.name
      if
        (not kind or kind == object.kind)
        and (not meaning.part or (owner and state:fold(object.name) == state:fold(meaning.part)))
        and (not owner or meaning.part)
        and state:fold(name) == state:fold(meaning.name)
        and (not meaning.schema or object.schema == "" or object.schema == meaning.schema)
      then
        return object
      end
    end
  end
  return nil
end

---@param run Run
---@param options { name: string, kind: string?, all: boolean?, tables: table }
return function(run, options)
  local kind = options.kind and kind_named(options.kind)
  local parts = names.parse(options.name, run.dialect == "postgresql")
  if not parts then
    errors.raise(
      "usage",
      ('"%s" is no name: expected TABLE, TABLE.COLUMN or SCHEMA.TABLE.COLUMN'):format(options.name)
    )
  end
  local meanings = names.meanings(parts)
  local entries = history.read(run, options.tables)
  local outside = ddl.entries(run, options.tables.schema)
  local state = replay.run(merge(history.effective(entries), outside), run.dialect)
  local objects, used = {}, {}
  for _, meaning in ipairs(meanings) do
    local there = catalog.find(run, meaning)
    local found = tracked(state, meaning, kind)
    if #found == 0 then
      found = with_table(state, meaning, kind)
    end
    local seen = {}
    for _, object in ipairs(found) do
      local present
      for i, each in ipairs(there) do
        if not seen[i] and same(state, object, each) then
          present, seen[i] = each, true
          break
        end
      end
      if not used[object] then
        used[object] = true
        objects[#objects + 1] = answer_for(object, present)
      end
    end
    for i, each in ipairs(there) do
      if not seen[i] and (not kind or each.kind == kind) then
        objects[#objects + 1] = {
          kind = each.kind,
          schema = each.schema ~= "" and each.schema or nil,
          table = each.owner,
          name = each.name,
          exists = true,
          changes = {},
          former_names = {},
        }
      end
    end
  end
  if #objects == 0 then
    for _, object in ipairs(renamed(state, meanings)) do
      local meaning = object.owner
          and object.kind ~= "index"
          and { name = object.owner.name, part = object.name }
        or { name = object.name }
      objects[#objects + 1] = answer_for(object, catalog.find(run, meaning)[1])
    end
  end
  if #objects == 0 then
    local object = gone(state, meanings, kind)
    if not object then
      not_found(run, state, options.name, meanings)
    end
    local answer = answer_for(object, nil)
    answer.dropped = describe_event(object.dropped)
    objects[1] = answer
  end
  local stamped
  for _, entry in ipairs(entries) do
    stamped = entry.direction == "stamp" and entry.started or stamped
  end
  return shown.blame(run, objects, {
    all = options.all,
    stamped = stamped,
    silent = state.silent,
    revisions = #entries,
    journal = run.dialect == "postgresql"
      and options.tables.schema
      and ddl.state(run, options.tables.schema),
  })
end
