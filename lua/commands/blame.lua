--- `neap blame NAME`: which revisions made an object, and changed it last.

local arguments = require("neap.audit.arguments")
local catalog = require("neap.audit.catalog")
local ddl = require("neap.audit.ddl")
local errors = require("neap.errors")
local history = require("neap.audit.history")
local named = require("neap.audit.named")
local names = require("neap.audit.names")
local replay = require("neap.audit.replay")
local shown = require("neap.audit.shown")
local unknown = require("neap.audit.unknown")

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

local function same(state, object, present)
  local owner = object.owner and object.kind ~= "index" and object.owner.name or nil
  return (object.kind == present.kind or (object.kind == "view" and present.kind == "table"))
    and state:fold(object.name) == state:fold(present.name)
    and (object.schema == "" or present.schema == "" or object.schema == present.schema)
    and (not present.owner or not owner or state:fold(owner) == state:fold(present.owner))
    and (
      not present.args
      or not object.args
      or arguments.types(object.args) == arguments.types(present.args)
    )
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
    arguments = present and present.args or object.args,
    exists = present ~= nil,
    created = object.created and describe_event(object.created) or nil,
    last_changed = #events > (object.created and 1 or 0) and last or nil,
    changes = events,
    former_names = object.former,
    with_table = object.with_table,
  }
end

-- What is there and no change names: a part of its table, or made by others.
local function answer_for_present(state, present)
  local created, later = named.implied(state, present)
  local changes = {}
  for _, event in ipairs(later) do
    changes[#changes + 1] = describe_event(event)
  end
  if created then
    table.insert(changes, 1, describe_event(created))
  end
  return {
    kind = present.kind,
    schema = present.schema ~= "" and present.schema or nil,
    table = present.owner,
    name = present.name,
    arguments = present.args,
    exists = true,
    created = created and describe_event(created) or nil,
    last_changed = #later > 0 and changes[#changes] or nil,
    changes = changes,
    former_names = {},
    with_table = #changes > 0 and (present.implied or present.kind == "constraint") or nil,
  }
end

-- Of the objects of one meaning: those that the history knows, then those that are there besides.
local function add_answers(run, state, meaning, wanted, objects, used)
  local there = catalog.find(run, meaning)
  local found = named.live(state, meaning, wanted)
  if #found == 0 then
    found = named.with_table(state, meaning, wanted)
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
    -- The index of a constraint is told as the constraint.
    if not seen[i] and named.fits(wanted, each) and (wanted.kind or each.implied ~= true) then
      objects[#objects + 1] = answer_for_present(state, each)
    end
  end
end

-- What the revision made that was undone then, if it is meant.
local function made_by(before, back, dialect, meanings, wanted)
  local state = replay.run(history.effective(before), dialect)
  for _, meaning in ipairs(meanings) do
    for _, object in ipairs(named.live(state, meaning, wanted)) do
      local made = object.created and object.created.entry
      if made and made.revision == back.revision then
        return made
      end
    end
  end
  return nil
end

local UNDONE = 100 -- downgrades are looked at, the last ones

-- What was undone is not there, and may be what is meant.
local function refuse_undone(entries, dialect, written, meanings, wanted)
  local left = UNDONE
  for i = #entries, 1, -1 do
    local back = entries[i]
    if back.direction == "downgrade" and left > 0 then
      left = left - 1
      local before = table.move(entries, 1, i - 1, 1, {})
      local made = made_by(before, back, dialect, meanings, wanted)
      if made then
        errors.raise(
          "usage",
          ('there is no "%s" any more: %s made it at %s, and was undone at %s by %s'):format(
            written,
            shown.line(made.revision),
            shown.time(made.started),
            shown.time(back.started),
            shown.line(back.database_user or back.os_user or "-")
          )
        )
      end
    end
  end
end

local function add_renamed(run, state, meanings, wanted, objects)
  for _, object in ipairs(named.renamed(state, meanings, wanted)) do
    local of_table = object.owner and object.kind ~= "index"
    local meaning = of_table and { name = object.owner.name, part = object.name }
      or { name = object.name }
    local present
    for _, each in ipairs(catalog.find(run, meaning)) do
      present = present or (same(state, object, each) and each or nil)
    end
    objects[#objects + 1] = answer_for(object, present)
  end
end

---@param run Run
---@param options { name: string, kind: string?, all: boolean?, tables: table }
return function(run, options)
  local parts, args = names.parse(options.name, run.dialect == "postgresql")
  if not parts then
    errors.raise(
      "usage",
      ('"%s" is no name: expected TABLE, TABLE.COLUMN or SCHEMA.TABLE.COLUMN'):format(options.name)
    )
  end
  local wanted = {
    kind = options.kind and kind_named(options.kind),
    types = arguments.types(args),
  }
  local meanings = names.meanings(parts)
  local entries = history.read(run, options.tables)
  local outside = ddl.entries(run, options.tables.schema)
  local state = replay.run(merge(history.effective(entries), outside), run.dialect)
  local objects, used = {}, {}
  for _, meaning in ipairs(meanings) do
    add_answers(run, state, meaning, wanted, objects, used)
  end
  if #objects == 0 then
    add_renamed(run, state, meanings, wanted, objects)
  end
  if #objects == 0 then
    local object = named.gone(state, meanings, wanted)
    if not object then
      refuse_undone(entries, run.dialect, options.name, meanings, wanted)
      unknown(run, state, options.name, meanings, wanted)
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
