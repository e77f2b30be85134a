--- What `--rename OLD=NEW` asks for.

local errors = require("neap.errors")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")
local turns = require("neap.compare.turns")

---@class Asked
---@field list Renaming[]
---@field operations Operation[]
---@field back Operation[]        what takes each of them back
local asked = {}
asked.__index = asked

---@class Renaming
---@field text string      "account.mail=account.email"
---@field object Object
---@field column string?   a table's column
---@field value string?    an enum's value
---@field old string       the last part of the old name
---@field new string       and of the new one

local relation_words = {
  table = "table",
  view = "view",
  materialized_view = "materialized view",
  foreign_table = "foreign table",
}

local function refuse(text, why, advice)
  errors.raise("usage", ("--rename %s: %s"):format(text, why), nil, advice and { advice = advice })
end

-- Names -----------------------------------------------------------------------------------------------

-- "app.account" as "app", "account"; "account" as nil, "account".
local function split(name)
  local owner, part = name:match("^(.+)%.([^.]+)$")
  return owner, part or name
end

-- fun(name) -> the relation or enum of that name, or nil.
local function by_name(snapshot)
  local function at(space, name)
    return schema.relation(snapshot, space, name)
      or snapshot.objects[schema.key("enum", space, name)]
  end
  return function(name)
    local first, second = name:match("^([^.]+)%.(.+)$")
    return first and at(first, second) or at(snapshot.home, name)
  end
end

-- Names are those of the database as it is. A renamed table may be called by its new name, too.
local function lookup_with(snapshot, given)
  local lookup = by_name(snapshot)
  local became = {}
  for _, pair in ipairs(given) do
    became[pair.new] = lookup(pair.old)
  end
  return function(name)
    return lookup(name) or became[name]
  end, became
end

-- The object, and its column or value when the name ends with one.
local function find(lookup, name)
  local object = lookup(name)
  if object then
    return object
  end
  local owner, part = split(name)
  object = owner and lookup(owner)
  for _, each in ipairs(object and object.columns or {}) do
    if each.name == part then
      return object, part
    end
  end
  for _, value in ipairs(object and object.values or {}) do
    if value == part then
      return object, nil, part
    end
  end
  return nil
end

-- What else has the name, "sequence".
local function other_kind(snapshot, name)
  local space, last = split(name)
  space = space or snapshot.home
  for _, object in next, snapshot.objects do
    if object.name == last and object.schema == space and not object.table then
      return (object.kind:gsub("_", " "))
    end
  end
  return nil
end

local function refuse_unknown(pair, snapshot)
  local kind = other_kind(snapshot, pair.old)
  if kind then
    refuse(
      pair.text,
      ("%s is of the kind %s: tables, views, columns and values of an enum are renamed"):format(
        pair.old,
        kind
      ),
      "Rename it in a revision of its own, by op.execute and ALTER ... RENAME TO."
    )
  end
  refuse(
    pair.text,
    ('the database has no table, view, column or value of an enum "%s"'):format(pair.old)
  )
end

-- What stands before the new name has to be where the old one is.
local function check_place(one, owner, lookup, became)
  local object = one.object
  if not owner then
    return
  elseif one.column or one.value then
    local named = lookup(owner)
    local last = select(2, split(owner))
    if named ~= object and became[owner] ~= object and (named or last ~= object.name) then
      refuse(one.text, ("%s cannot leave %s"):format(one.old, object.name))
    end
  elseif owner ~= object.schema and not (object.schema == nil and owner == "main") then
    refuse(
      one.text,
      ("a rename leaves %s in its schema"):format(one.old),
      "ALTER TABLE ... SET SCHEMA moves a table, in a revision of its own."
    )
  end
end

-- Whose names stand side by side: those of a table's columns, of an enum's values, of a schema's relations.
local function family(one)
  if one.column or one.value then
    return one.object.key
  end
  return "schema " .. (one.object.schema or "")
end

-- Each has one new name, and no two the same.
local function check_twice(list)
  local olds, news = {}, {}
  for _, one in ipairs(list) do
    local old, new = family(one) .. "\0" .. one.old, family(one) .. "\0" .. one.new
    if olds[old] then
      refuse(one.text, ("%s is renamed twice"):format(one.old))
    elseif news[new] then
      refuse(one.text, ("%s is the new name of %s already"):format(one.new, news[new].old))
    end
    olds[old], news[new] = one, one
  end
  return olds
end

local function has(list, name)
  for _, each in ipairs(list or {}) do
    if each == name or type(each) == "table" and each.name == name then
      return true
    end
  end
  return false
end

-- Whether a snapshot has the name beside the thing.
local function is_there(one, object, snapshot)
  if one.column then
    return has(object.columns, one.new)
  elseif one.value then
    return has(object.values, one.new)
  end
  return schema.relation(snapshot, object.schema, one.new) ~= nil
end

-- A name that something has is free when that is renamed, too.
local function check_free(list, snapshot, olds)
  for _, one in ipairs(list) do
    if
      one.new ~= one.old
      and not olds[family(one) .. "\0" .. one.new]
      and is_there(one, one.object, snapshot)
    then
      refuse(
        one.text,
        ("the database has %s already"):format(one.new),
        "Rename that, too, or drop it in a revision before this one."
      )
    end
  end
end

local function parse(text)
  local old, new = text:match("^([^=]+)=([^=]+)$")
  if not old then
    errors.raise("usage", ('--rename expects OLD=NEW, not "%s"'):format(text))
  end
  return { text = text, old = old, new = new }
end

local function renamings(texts, from)
  local given, list = {}, {}
  for i, text in ipairs(texts) do
    given[i] = parse(text)
  end
  local lookup, became = lookup_with(from, given)
  for i, pair in ipairs(given) do
    local object, column, value = find(lookup, pair.old)
    if not object or object.kind == "enum" and not value then
      refuse_unknown(pair, from)
    end
    local owner, new = split(pair.new)
    local one = { text = pair.text, object = object, column = column, value = value, new = new }
    one.old = column or value or object.name
    check_place(one, owner, lookup, became)
    list[i] = one
  end
  check_free(list, from, check_twice(list))
  return list
end

-- Operations --------------------------------------------------------------------------------------------

-- What gives one thing another name.
local function operation(one, old, new)
  local object = one.object
  if one.column then
    return {
      kind = "alter_column",
      schema = object.schema,
      table = object.name,
      column = old,
      new_name = new,
    }
  elseif one.value then
    return {
      kind = "rename_enum_value",
      schema = object.schema,
      name = object.name,
      value = old,
      new_value = new,
    }
  elseif object.kind == "table" then
    return { kind = "rename_table", schema = object.schema, table = old, new_name = new }
  end
  return shapes.execute(
    ("ALTER %s %s RENAME TO %s"):format(
      relation_words[object.kind]:upper(),
      shapes.object(object.schema, old),
      shapes.quote(new)
    )
  )
end

local function turn(one)
  return {
    family = family(one),
    old = one.old,
    new = one.new,
    make = function(old, new)
      return operation(one, old, new)
    end,
  }
end

---As operations: columns and values first, for their tables have their old names then.
---@param texts string[]
---@param from Snapshot   the database
---@return Asked
function asked.read(texts, from)
  local self = setmetatable({ operations = {}, back = {} }, asked)
  self.list = renamings(texts, from)
  local parts, relations = {}, {}
  for _, one in ipairs(self.list) do
    local into = (one.column or one.value) and parts or relations
    into[#into + 1] = turn(one)
  end
  local function add(forward, back)
    table.insert(self.operations, forward)
    table.insert(self.back, back)
  end
  turns(parts, add)
  turns(relations, add)
  return self
end

---Refuses a new name that the model has not: what the old one holds would be dropped.
---@param to Snapshot   the model
function asked:check(to)
  local new_names = {}
  for _, one in ipairs(self.list) do
    if not one.column and not one.value then
      new_names[one.object] = one.new
    end
  end
  for _, one in ipairs(self.list) do
    local object = one.object
    local name = new_names[object] or object.name
    local other = to.objects[schema.key(object.kind, object.schema, name)]
    if not other then
      refuse(one.text, ("the model has no %s %s"):format(object.kind:gsub("_", " "), name))
    elseif (one.column or one.value) and not is_there(one, other, to) then
      local what = one.column and "column" or "value"
      refuse(one.text, ("the model has no %s %s.%s"):format(what, name, one.new))
    end
  end
end

return asked
