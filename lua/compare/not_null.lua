--- NOT NULL that has a name, a comment, NO INHERIT or NOT VALID: PostgreSQL 18. All else is nullable = false of a column.
---
--- A name counts when the model gives one: a renamed table keeps the old names, and an upgraded server makes new ones.

local columns = require("neap.compare.columns")
local marks = require("neap.marks")
local rights = require("neap.schema.rights")
local schema_names = require("neap.schema.names")
local shapes = require("neap.compare.shapes")

local not_null = {}

---@return table<string, ConstraintShape>  by column
local function by_column(object)
  local map = {}
  for _, constraint in ipairs(object.constraints) do
    if constraint.kind == "not_null" then
      map[constraint.columns[1]] = constraint
    end
  end
  return map
end

-- The column as one that says nullable = false itself.
local function said(column, apart)
  if not apart then
    return column
  end
  local copy = marks.copy(column)
  copy.nullable = false
  return copy
end

-- What is there when a column says no more than nullable = false.
local function usual(object, column)
  return {
    kind = "not_null",
    columns = { column.name },
    name = schema_names.object(object.name, column.name, "not_null"),
  }
end

---@class NotNulls
---@field a table<string, ConstraintShape>
---@field b table<string, ConstraintShape>

---@return NotNulls
function not_null.pairs(a, b)
  return { a = by_column(a), b = by_column(b) }
end

---Both columns as what is left to compare of them: a NOT NULL that comes apart makes the column NOT NULL, too.
---@param both NotNulls
function not_null.columns(both, a, b)
  local after = said(b, both.b[b.name])
  if both.b[b.name] and a.nullable ~= false and not both.a[a.name] and not a.autoincrement then
    return a, b
  end
  return said(a, both.a[a.name]), after
end

local function alter_inheritance(plan, where, name, after)
  local sql = ("ALTER TABLE %s ALTER CONSTRAINT %s %sINHERIT"):format(
    shapes.object(where.schema, where.name),
    shapes.quote(name),
    after.no_inherit and "NO " or ""
  )
  plan:add("main", shapes.execute(sql))
end

-- The constraint's name as it will be.
local function rename(plan, where, before, after, given)
  if not given or before.name == after.name then
    -- On the way back what has not been renamed still has the name that it had.
    return plan.back and after.name or before.name
  end
  plan:add("renames", {
    kind = "rename_constraint",
    schema = where.schema,
    table = where.name,
    name = before.name,
    new_name = after.name,
  })
  return after.name
end

-- Both are NOT NULL. given: the model gives the name.
local function change(plan, where, before, after, given)
  if after.not_valid and not before.not_valid then
    plan:add("early", {
      kind = "alter_column",
      schema = where.schema,
      table = where.name,
      column = after.columns[1],
      nullable = true,
    })
    plan:add_all("main", shapes.create_constraint(where, after))
    return
  end
  local name = rename(plan, where, before, after, given)
  if (not before.no_inherit) ~= not after.no_inherit then
    alter_inheritance(plan, where, name, after)
  end
  if before.comment ~= after.comment then
    local part = { kind = "constraint", name = name }
    plan:add("main", rights.comment(where, after.comment or plan.null, part))
  end
  if before.not_valid and not after.not_valid then
    plan:add("validations", {
      kind = "validate_constraint",
      schema = where.schema,
      table = where.name,
      name = name,
    })
  end
end

---@param both NotNulls
---@param a TableObject
---@param b TableObject
---@param gone table<string, boolean>  columns that are dropped, or made anew
function not_null.compare(plan, both, a, b, gone)
  local old = {}
  for _, column in ipairs(a.columns) do
    old[column.name] = not gone[column.name] and column or nil
  end
  for _, column in ipairs(b.columns) do
    local before, after, was = both.a[column.name], both.b[column.name], old[column.name]
    if was and (was.nullable == false or was.autoincrement) then
      before = before or usual(a, column)
    elseif not was then
      before = nil
    end
    local stays = column.nullable == false or column.autoincrement
    if after and not before then
      local made = shapes.create_constraint(b, after)
      if was and not after.not_valid then
        made[1].note = columns.nulls_note(column)
      end
      plan:add_all("main", made)
    elseif before and (after or both.a[column.name] and stays) then
      local model = plan.back and both.a or both.b
      change(plan, b, before, after or usual(b, column), model[column.name] ~= nil)
    end
  end
end

return not_null
