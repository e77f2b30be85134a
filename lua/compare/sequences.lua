--- The sequences that columns take their numbers from: one that gets another name is renamed, and goes on counting.
---
--- A serial and an identity name theirs after the table and the column, so that both get another name with these. And
--- what is a serial on one side alone is spelt out on both: a column with a default, and a sequence that belongs to it.

local kinds = require("neap.compare.kinds")
local marks = require("neap.marks")
local names = require("neap.schema.names")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")
local shared = require("neap.dialect.shared")
local text = require("neap.reflect.postgresql.text")
local turns = require("neap.compare.turns")

local copy = marks.copy
local sequences = {}

---@class NumberSource
---@field schema string
---@field name string
---@field how "identity"|"serial"|"default"
---@field default table?   the default as the catalog prints it
---@field named string?    how an identity names it, when not as usual

---The sequence that a column's default, or its kind, names.
---@return NumberSource?
function sequences.of(snapshot, object, column)
  local usual = { schema = object.schema, name = names.object(object.name, column.name, "seq") }
  if column.identity then
    usual.how = "identity"
    local named = type(column.identity) == "table" and column.identity.sequence
    if named then
      usual.named = named
      usual.schema, usual.name = marks.split(named)
      usual.schema = usual.schema or object.schema
    end
    return usual
  elseif column.autoincrement then
    usual.how = "serial"
    return usual
  end
  local default = column.server_default
  local quoted = type(default) == "table"
    and default.sql
    and default.sql:match("^nextval%('(.*)'::regclass%)$")
  if not quoted then
    return nil
  end
  local space, name = text.object((quoted:gsub("''", "'")))
  return name
    and { schema = space or snapshot.home, name = name, how = "default", default = default }
end

local function same_source(a, b)
  if a.autoincrement or b.autoincrement then
    return a.autoincrement and b.autoincrement and a.type == b.type
  elseif a.identity or b.identity then
    local x, y = a.identity, b.identity
    return not x
      or not y
      or (type(x) == "table" and x.sequence) == (type(y) == "table" and y.sequence)
  end
  local x, y = a.server_default, b.server_default
  return type(x) ~= "table" or type(y) ~= "table" or x.sql == y.sql
end

---@class SequencePair
---@field table_key string
---@field column string
---@field a NumberSource
---@field b NumberSource

-- Columns on both sides whose numbers come from two sequences, or from one that is written in two ways.
local function find(from, to)
  local list = {}
  for _, object in ipairs(schema.sorted(to)) do
    local before = object.kind == "table" and from.objects[object.key]
    local old
    for i, column in ipairs(before and object.columns or {}) do
      local twin = before.columns[i]
      if twin == nil or twin.name ~= column.name then
        if not old then
          old = {}
          for _, each in ipairs(before.columns) do
            old[each.name] = each
          end
        end
        twin = old[column.name]
      end
      if twin and not same_source(twin, column) then
        local a, b = sequences.of(from, before, twin), sequences.of(to, object, column)
        if a and b and (a.how == "identity") == (b.how == "identity") and a.schema == b.schema then
          list[#list + 1] = { table_key = object.key, column = column.name, a = a, b = b }
        end
      end
    end
  end
  return list
end

-- By key: the names of all sequences, also of those that serials and identities have; true, or the object.
local function names_in(snapshot)
  local map = {}
  for key, object in next, snapshot.objects do
    if object.kind == "sequence" then
      map[key] = not object.implied and object or true
    end
    for _, column in ipairs(object.kind == "table" and object.columns or {}) do
      local source = (column.identity or column.autoincrement)
        and sequences.of(snapshot, object, column)
      if source then
        map[schema.key("sequence", source.schema, source.name)] = true
      end
    end
  end
  return map
end

local function key_of(source)
  return schema.key("sequence", source.schema, source.name)
end

-- A sequence that goes, and has the name: it gets another one before.
local function step_aside(sequence)
  local name = sequence.name:sub(1, 59) .. "_old"
  return {
    a = { schema = sequence.schema, name = sequence.name, how = "default" },
    b = { schema = sequence.schema, name = name, how = "default" },
  }
end

local function index_of_that_name(from, source)
  for _, object in next, from.objects do
    for _, list in ipairs({ object.indexes or {}, object.constraints or {} }) do
      for _, item in ipairs(object.schema == source.schema and list or {}) do
        if item.name == source.name then
          return true
        end
      end
    end
  end
  return false
end

---@class SequenceRenames
---@field pairs SequencePair[]
---@field in_the_way string[]   keys of tables and the like that go, and have one of the names
---@field late boolean          the names are free when what has them is dropped

-- What can be renamed, by the old name: that goes, and the new one is free, or who has it goes or gets another one.
local function choose(list, before, after, from, to)
  local gets, given = {}, {} -- by the old name, by the new one
  for _, pair in ipairs(list) do
    local old, new = key_of(pair.a), key_of(pair.b)
    if old ~= new and before[old] and after[new] and not gets[old] and not given[new] then
      gets[old], given[new] = pair, pair
    end
  end
  local function is_hopeless(old, pair)
    local new = key_of(pair.b)
    local same_one = to.objects[new] and not to.objects[new].implied
    local taken = before[new] and not gets[new] and (before[new] == true or same_one)
    -- What is another sequence on the other side comes when its name is free.
    local stays = after[old] and not given[old] and not (before[old] == true and to.objects[old])
    return stays or taken
  end
  local changed = true
  while changed do
    changed = false
    for old, pair in next, gets do
      if is_hopeless(old, pair) then
        gets[old], given[key_of(pair.b)] = nil, nil
        changed = true
        break
      end
    end
  end
  local found = { pairs = {}, in_the_way = {}, late = false }
  for _, new in ipairs(shared.sorted_keys(given)) do
    local pair = given[new]
    local relation = schema.relation(from, pair.b.schema, pair.b.name)
    if relation then
      found.in_the_way[#found.in_the_way + 1] = relation.key
    end
    if before[new] and not gets[new] then
      found.pairs[#found.pairs + 1] = step_aside(before[new])
    end
    found.late = found.late or relation ~= nil or index_of_that_name(from, pair.b)
  end
  return gets, found
end

-- A snapshot of which some objects are changed; the others are the same tables.
local function changed(snapshot)
  local made = setmetatable({ objects = copy(snapshot.objects) }, { __index = snapshot })
  local own = {}
  local function object(key)
    local one = made.objects[key]
    if one and not own[one] then
      one = copy(one)
      made.objects[key], own[one] = one, true
    end
    return one
  end
  local function column(key, name)
    local of_table = object(key)
    if not own[of_table.columns] then
      of_table.columns = { table.unpack(of_table.columns) }
      own[of_table.columns] = true
    end
    for i, each in ipairs(of_table.columns) do
      if each.name == name then
        of_table.columns[i] = copy(each)
        return of_table.columns[i], of_table
      end
    end
  end
  return { snapshot = made, object = object, column = column, leaves = {}, comes = {} }
end

-- A serial as what it is made of. Source: PostgreSQL manual, chapter 8.1.4 "Serial Types"
local function spell_out(side, pair, source, default)
  local column, owner = side.column(pair.table_key, pair.column)
  if not column.autoincrement then
    return
  end
  local key = key_of(source)
  local sequence = side.object(key)
  if not sequence then
    sequence = { kind = "sequence", schema = source.schema, name = source.name, key = key }
    sequence.owner = owner.owner
    side.snapshot.objects[key] = sequence
  end
  sequence.implied = nil
  sequence.as = column.type ~= "bigint" and column.type or nil
  sequence.owned_by = ("%s.%s.%s"):format(owner.schema, owner.name, column.name)
  sequence.unlogged = (side.snapshot.version or 0) >= 150000 and owner.unlogged or nil
  column.autoincrement, column.nullable = nil, false
  column.server_default = default
end

-- What the column's default will read.
local function default_text(pair)
  if pair.b.default then
    return pair.b.default
  elseif pair.a.default and pair.a.name == pair.b.name then
    return pair.a.default
  end
  local name = shapes.object(pair.b.schema, pair.b.name)
  return marks.new_sql(("nextval('%s'::regclass)"):format((name:gsub("'", "''"))))
end

-- A new name in the texts of views, and of what stands on the sequence.
local function follow(side, pair, default)
  local old, new = key_of(pair.a), key_of(pair.b)
  local literal = "'[^']+'::regclass"
  local before = pair.a.default and pair.a.default.sql:match(literal)
  local after = default and default.sql:match(literal)
  local function renamed(value)
    return type(value) == "string" and (value:gsub(literal, { [before] = after })) or value
  end
  for key, object in next, side.snapshot.objects do
    for i, needed in ipairs(object.depends or {}) do
      if needed == old then
        object = side.object(key)
        object.depends = { table.unpack(object.depends) }
        object.depends[i] = new
      end
    end
    for _, field in ipairs(before and after and { "sql", "definition" } or {}) do
      local is_read = object.kind ~= "function" or kinds.has_parsed_body(object)
      if is_read and renamed(object[field]) ~= object[field] then
        object = side.object(key)
        object[field] = renamed(object[field])
      end
    end
  end
end

-- The name that it will have.
local function rename(side, pair)
  local old, new = key_of(pair.a), key_of(pair.b)
  local sequence = side.object(old)
  if sequence then
    sequence.name, sequence.key = pair.b.name, new
    side.leaves[old], side.comes[new] = true, sequence
  end
  if pair.a.how ~= "identity" then
    follow(side, pair, default_text(pair))
  end
end

local function settle_column(side, pair, default)
  local column = side.column(pair.table_key, pair.column)
  if pair.a.how ~= "identity" then
    column.server_default = default
    return
  end
  local options = type(column.identity) == "table" and copy(column.identity)
    or { always = column.identity == "always" }
  options.sequence = pair.b.named
  local always = options.always
  options.always = nil
  if next(options) == nil then
    options = always and "always" or "by default"
  else
    options.always = always
  end
  column.identity = options
end

---Both sides with their sequences under the names that they will have, and what gives them these.
---@param from Snapshot
---@param to Snapshot
---@return Snapshot from, Snapshot to
---@return SequenceRenames?
function sequences.settle(from, to)
  local list = find(from, to)
  if #list == 0 then
    return from, to, nil
  end
  local before, after = names_in(from), names_in(to)
  local gets, renamed = choose(list, before, after, from, to)
  local old_side, new_side = changed(from), changed(to)
  for _, pair in ipairs(list) do
    local old, new = key_of(pair.a), key_of(pair.b)
    local chosen = gets[old]
    -- One that is not looked at stays what it is.
    local one = old == new or chosen and key_of(chosen.b) == new
    if one and (pair.a.how == "identity" or before[old] and after[new]) then
      local default = pair.a.how ~= "identity" and default_text(pair) or nil
      if default then
        spell_out(old_side, pair, pair.a, default)
        spell_out(new_side, pair, pair.b, default)
      end
      settle_column(old_side, pair, default)
      if chosen == pair then
        table.insert(renamed.pairs, pair)
      end
    end
  end
  for _, pair in ipairs(renamed.pairs) do
    rename(old_side, pair)
  end
  for key in next, old_side.leaves do
    old_side.snapshot.objects[key] = nil
  end
  for key, sequence in next, old_side.comes do
    old_side.snapshot.objects[key] = sequence
  end
  return old_side.snapshot, new_side.snapshot, #renamed.pairs > 0 and renamed or nil
end

---@param plan Plan
---@param renamed SequenceRenames
function sequences.rename(plan, renamed)
  local list = {}
  for i, pair in ipairs(renamed.pairs) do
    local space = pair.a.schema
    local function make(old, new)
      return { kind = "alter_sequence", schema = space, name = old, new_name = new }
    end
    list[i] = { family = space, old = pair.a.name, new = pair.b.name, make = make }
  end
  if renamed.late then
    turns(list, function(operation)
      plan:add("schemas", operation)
    end)
  else
    table.move(list, 1, #list, #plan.turns + 1, plan.turns)
  end
end

return sequences
