--- Enums, domains, composite types and ranges that are on both sides.

local same = require("neap.compare.same")
local shapes = require("neap.compare.shapes")

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

-- fun(table, column, suffix) for every column of a type, arrays too.
local function each_column(plan, snapshot, type_object, visit)
  local name = printed(plan, type_object)
  for _, table_object in
    ipairs(require("neap.schema").sorted(snapshot, function(each)
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

-- The type is made anew beside the old one, and its columns change over.
local function replace(plan, a, b, note)
  local aside = b.name:sub(1, 59) .. "_old"
  local step =
    execute(("ALTER TYPE %s RENAME TO %s"):format(object(a.schema, a.name), quote(aside)))
  step.note = note
  plan:add("types", step)
  plan:add_all("types", plan.create(b))
  each_column(plan, plan.to, b, function(table_object, column, suffix)
    local before = plan.from.objects[table_object.key]
    local old
    for _, each in ipairs(before and before.columns or {}) do
      old = each.name == column.name and each or old
    end
    if not old or column.generated or column.inherited then
      return
    end
    local changed = {
      kind = "alter_column",
      schema = table_object.schema,
      table = table_object.name,
      column = column.name,
      type = column.type,
      using = ("%s::text%s::%s"):format(quote(column.name), suffix, column.type),
    }
    if old.server_default ~= nil then
      changed.server_default = column.server_default
      if changed.server_default == nil then
        changed.server_default = plan.null
      end
    end
    plan:alter(table_object, changed, "types")
  end)
  plan:add("types", { kind = "drop_type", schema = b.schema, name = aside })
end

function types.enum(plan, a, b)
  if equal(a.values, b.values) then
    return
  elseif only_grows(a.values, b.values) then
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
  if a.type ~= b.type or a.collation ~= b.collation then
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

function types.composite(plan, a, b)
  local both, only_a, only_b = same.pair(a.attributes, b.attributes, equal)
  local actions = {}
  for _, each in ipairs(only_a) do
    actions[#actions + 1] = "DROP ATTRIBUTE " .. quote(each.name)
  end
  for _, each in ipairs(only_b) do
    actions[#actions + 1] = "ADD ATTRIBUTE " .. attribute(each)
  end
  for _, pair in ipairs(both) do
    if pair[1].type ~= pair[2].type and is_used(plan, b) then
      return replace(plan, a, b)
    elseif pair[1].type ~= pair[2].type or pair[1].collation ~= pair[2].collation then
      actions[#actions + 1] = "ALTER ATTRIBUTE "
        .. attribute(pair[2]):gsub("^(%S+) ", "%1 TYPE ", 1)
    end
  end
  if #actions > 0 then
    plan:add(
      "main",
      execute("ALTER TYPE " .. object(b.schema, b.name) .. " " .. table.concat(actions, ", "))
    )
  end
end

function types.range(plan, a, b)
  if a.definition ~= b.definition then
    replace(plan, a, b)
  end
end

types.literal = literal

return types
