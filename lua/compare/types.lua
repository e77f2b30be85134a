--- Enums, domains, composite types and ranges that are on both sides.

local kinds = require("neap.compare.kinds")
local same = require("neap.compare.same")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")

local copy = require("neap.marks").copy
local equal, execute, object, quote = same.equal, shapes.execute, shapes.object, shapes.quote
local types = {}

local function literal(value)
  return require("neap.dialect.postgresql.text").string(value)
end

-- Where each value of a list stands.
local function places(list)
  local map = {}
  for i, value in ipairs(list) do
    map[value] = i
  end
  return map
end

-- True when the old values are still there, in their order.
local function only_grows(old, new)
  local at, last = places(new), 0
  for _, value in ipairs(old) do
    if not at[value] or at[value] < last then
      return false
    end
    last = at[value]
  end
  return true
end

local function add_values(plan, a, b)
  local known = places(a.values)
  for i, value in ipairs(b.values) do
    if not known[value] then
      local operation = {
        kind = "add_enum_value",
        schema = b.schema,
        name = b.name,
        value = value,
      }
      if i > 1 then
        operation.after = i < #b.values and b.values[i - 1] or nil
      else
        operation.before = a.values[1]
      end
      plan:add("types", operation)
      plan.new_values[#plan.new_values + 1] = value
    end
  end
end

-- The type's name as columns have it.
local function printed(plan, type_object)
  if type_object.schema == plan.home then
    return quote(type_object.name)
  end
  return object(type_object.schema, type_object.name)
end

types.printed = printed

-- fun(table, column, suffix) for every column of a type, arrays too.
local function each_column(plan, snapshot, type_object, visit)
  local name = printed(plan, type_object)
  for _, table_object in
    ipairs(schema.sorted(snapshot, function(each)
      return each.kind == "table"
    end))
  do
    for _, column in ipairs(table_object.columns) do
      if column.type == name or column.type == name .. "[]" then
        visit(table_object, column, column.type:sub(#name + 1))
      end
    end
  end
end

local function column_of(snapshot, table_object, name)
  local other = snapshot.objects[table_object.key]
  for _, each in ipairs(other and other.columns or {}) do
    if each.name == name then
      return each
    end
  end
  return nil
end

---A column as changes of types have left it, and how it is known in plan.settled.
function types.settled(plan, table_object, column)
  return plan.settled[table_object.key .. "." .. column.name] or column
end

-- A column changes over from the old type to the new one, or to what it becomes.
local function change_over(plan, table_object, old, suffix)
  local column = column_of(plan.to, table_object, old.name)
  if not column or column.generated or column.inherited then
    return
  elseif old.generated and not old.generated.stored then
    return -- it is dropped and added
  end
  local changed = {
    kind = "alter_column",
    schema = table_object.schema,
    table = table_object.name,
    column = column.name,
    type = column.type,
    collation = column.collation,
  }
  local settled = copy(old)
  settled.type, settled.collation = column.type, column.collation
  changed.using = column.type == old.type
      and ("%s::text%s::%s"):format(quote(column.name), suffix, column.type)
    or ("%s::text::%s"):format(quote(column.name), column.type)
  if old.server_default ~= nil then
    changed.server_default = column.server_default
    if changed.server_default == nil then
      changed.server_default = plan.null
    end
    settled.server_default = column.server_default
  end
  plan.settled[table_object.key .. "." .. column.name] = settled
  plan:alter(table_object, changed, "retype")
end

-- The type gives its name away, and goes when its columns have changed over.
local function step_aside(plan, a, note)
  local aside = a.name:sub(1, 59) .. "_old"
  local step =
    execute(("ALTER TYPE %s RENAME TO %s"):format(object(a.schema, a.name), quote(aside)))
  step.note = note
  plan:add("types", step)
  -- What stands on another one goes before it.
  table.insert(
    plan.lists.old_types,
    1,
    { kind = a.kind == "domain" and "drop_domain" or "drop_type", schema = a.schema, name = aside }
  )
end

-- The type is made anew beside the old one, and its columns change over.
local function replace(plan, a, b, note)
  step_aside(plan, a, note)
  plan:add_all("types", plan.create(b))
  each_column(plan, plan.from, a, function(table_object, old, suffix)
    change_over(plan, table_object, old, suffix)
  end)
end

---A type that goes, and whose name something else gets; false: nothing that goes later stands on it.
---@return boolean
function types.leave(plan, a)
  local used = false
  each_column(plan, plan.from, a, function(table_object)
    used = used or plan.to.objects[table_object.key] ~= nil
  end)
  for _, other in next, plan.from.objects do
    for _, key in ipairs(kinds.is_type[other.kind] and other.depends or {}) do
      used = used or key == a.key
    end
  end
  if used then
    step_aside(plan, a)
  end
  return used
end

function types.enum(plan, a, b)
  if not plan.retyped[b.key] then
    return add_values(plan, a, b)
  end
  local at, gone = places(b.values), {}
  for _, value in ipairs(a.values) do
    gone[#gone + 1] = not at[value] and ('"%s"'):format(value) or nil
  end
  local note = #gone > 0
      and ("rows that hold %s in a column of type %s make it fail: change them before"):format(
        table.concat(gone, ", "),
        b.name
      )
    or nil
  replace(plan, a, b, note)
end

-- Domains -------------------------------------------------------------------------------------

local function alter_domain(plan, b, action)
  plan:add("main", execute("ALTER DOMAIN " .. object(b.schema, b.name) .. " " .. action))
end

local function check_clause(check)
  return ("CONSTRAINT %s CHECK (%s)%s"):format(
    quote(check.name),
    check.expression,
    check.not_valid and " NOT VALID" or ""
  )
end

local function compare_checks(plan, a, b)
  local both, only_a, only_b = same.pair(a.checks or {}, b.checks or {}, equal)
  for _, pair in ipairs(both) do
    if pair[1].expression ~= pair[2].expression or pair[2].not_valid and not pair[1].not_valid then
      only_a[#only_a + 1], only_b[#only_b + 1] = pair[1], pair[2]
    elseif pair[1].not_valid and not pair[2].not_valid then
      alter_domain(plan, b, "VALIDATE CONSTRAINT " .. quote(pair[2].name))
    end
  end
  for _, check in ipairs(only_a) do
    alter_domain(plan, b, "DROP CONSTRAINT " .. quote(check.name))
  end
  for _, check in ipairs(only_b) do
    alter_domain(plan, b, "ADD " .. check_clause(check))
  end
end

function types.domain(plan, a, b)
  if plan.retyped[b.key] then
    return replace(plan, a, b)
  end
  if not equal(a.server_default, b.server_default) then
    local default = b.server_default
    alter_domain(
      plan,
      b,
      default == nil and "DROP DEFAULT"
        or "SET DEFAULT " .. require("neap.dialect.postgresql.text").literal(default)
    )
  end
  if (a.nullable == false) ~= (b.nullable == false) then
    alter_domain(plan, b, b.nullable == false and "SET NOT NULL" or "DROP NOT NULL")
  end
  compare_checks(plan, a, b)
end

-- Composite types ---------------------------------------------------------------------------------

local function attribute(each)
  local text = quote(each.name) .. " " .. each.type
  return each.collation
      and text .. " COLLATE " .. require("neap.dialect.postgresql.text").qualified(each.collation)
    or text
end

local function is_used(plan, type_object)
  local used = false
  each_column(plan, plan.from, type_object, function()
    used = true
  end)
  return used
end

-- The attributes of `a` that go, those of `b` that come, and pairs of those that stay.
local function sort_attributes(a, b)
  local both, only_a, only_b = same.pair(a.attributes, b.attributes, equal)
  return both, only_a, only_b
end

-- " CASCADE" when typed tables have their columns from the type.
local function to_typed_tables(plan, type_object)
  local name = printed(plan, type_object)
  for _, each in next, plan.from.objects do
    if each.kind == "table" and each.of_type == name then
      return " CASCADE"
    end
  end
  return ""
end

-- Attributes come and go in place: rows keep the others.
local function drop_and_add(plan, a, b, phase)
  local _, only_a, only_b = sort_attributes(a, b)
  local actions, lost, cascade = {}, {}, to_typed_tables(plan, a)
  for i, each in ipairs(only_a) do
    actions[#actions + 1] = "DROP ATTRIBUTE " .. quote(each.name) .. cascade
    lost[i] = each.name
  end
  for _, each in ipairs(only_b) do
    actions[#actions + 1] = "ADD ATTRIBUTE " .. attribute(each) .. cascade
  end
  if #actions == 0 then
    return
  end
  local step =
    execute("ALTER TYPE " .. object(a.schema, a.name) .. " " .. table.concat(actions, ", "))
  if #lost > 0 and (cascade ~= "" or is_used(plan, a)) then
    step.note = ("loses what %s of %s holds"):format(table.concat(lost, ", "), a.name)
  end
  plan:add(phase, step)
end

-- `b` with its attributes in the order that those of `a` have after that: text goes from one to the other by place.
local function in_order_of(a, b)
  local both, _, only_b = sort_attributes(a, b)
  local made = copy(b)
  made.attributes = {}
  for i, pair in ipairs(both) do
    made.attributes[i] = pair[2]
  end
  table.move(only_b, 1, #only_b, #made.attributes + 1, made.attributes)
  return made
end

function types.composite(plan, a, b)
  local retyped = plan.retyped[b.key]
  drop_and_add(plan, a, b, retyped and "types" or "main")
  if retyped then
    return replace(plan, a, in_order_of(a, b))
  end
  local actions = {}
  for _, pair in ipairs((sort_attributes(a, b))) do
    if pair[1].type ~= pair[2].type or pair[1].collation ~= pair[2].collation then
      actions[#actions + 1] = "ALTER ATTRIBUTE "
        .. attribute(pair[2]):gsub("^(%S+) ", "%1 TYPE ", 1)
        .. to_typed_tables(plan, a)
    end
  end
  if #actions > 0 then
    plan:add(
      "main",
      execute("ALTER TYPE " .. object(b.schema, b.name) .. " " .. table.concat(actions, ", "))
    )
  end
end

-- A range cannot step aside, for its constructors keep their names: its columns are text for a while.
function types.range(plan, a, b)
  if not plan.retyped[b.key] then
    return
  end
  each_column(plan, plan.from, a, function(table_object, old, suffix)
    local column = column_of(plan.to, table_object, old.name)
    local stays = column and (not old.generated or old.generated.stored and not column.generated)
    if stays and not old.inherited then
      plan:alter(table_object, {
        kind = "alter_column",
        schema = table_object.schema,
        table = table_object.name,
        column = old.name,
        type = "text" .. suffix,
        using = ("%s::text%s"):format(quote(old.name), suffix),
        server_default = old.server_default ~= nil and plan.null or nil,
      }, "types")
    end
  end)
  plan:add("types", { kind = "drop_type", schema = a.schema, name = a.name })
  plan:add_all("types", plan.create(b))
  each_column(plan, plan.from, a, function(table_object, old, suffix)
    change_over(plan, table_object, old, suffix)
  end)
end

-- ---------------------------------------------------------------------------------------------------

---Whether the type has to be made anew: what ALTER TYPE cannot change.
---@return boolean
function types.replaced(plan, a, b)
  if a.kind ~= b.kind then
    return true
  elseif a.kind == "enum" then
    return not equal(a.values, b.values) and not only_grows(a.values, b.values)
  elseif a.kind == "domain" then
    return a.type ~= b.type or a.collation ~= b.collation
  elseif a.kind == "range" then
    return a.definition ~= b.definition
  end
  for _, pair in ipairs((sort_attributes(a, b))) do
    if pair[1].type ~= pair[2].type or pair[1].collation ~= pair[2].collation then
      return is_used(plan, a)
    end
  end
  return false
end

-- What becomes another kind of type has nothing that could stay.
for _, kind in ipairs({ "enum", "domain", "composite", "range" }) do
  local change = types[kind]
  types[kind] = function(plan, a, b)
    if a.kind == b.kind then
      return change(plan, a, b)
    end
    replace(plan, a, b)
  end
end

types.literal = literal

return types
