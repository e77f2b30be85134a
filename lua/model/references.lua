--- Foreign keys of an SQLite model that lead nowhere: SQLite takes them, and refuses the rows later.

local errors = require("neap.errors")

local references = {}

local function column_of(object, name)
  for _, column in ipairs(object.columns) do
    if column.name:lower() == name:lower() then
      return column
    end
  end
  return nil
end

local function collation(name)
  return (name or "binary"):lower()
end

-- The name of an index's column; nil for an expression, and for another collation than the column's own.
local function plain_column(object, item)
  local name = item
  if type(item) == "table" then
    name = item[1]
  end
  local column = type(name) == "string" and column_of(object, name)
  if not column then
    return nil
  end
  local given = type(item) == "table" and item.collation
  return (not given or collation(given) == collation(column.collation)) and column.name or nil
end

local function are_the_same(object, items, names)
  if #items ~= #names then
    return false
  end
  local wanted = {}
  for _, name in ipairs(names) do
    wanted[name:lower()] = true
  end
  for _, item in ipairs(items) do
    local name = plain_column(object, item)
    if not name or not wanted[name:lower()] then
      return false
    end
  end
  return true
end

-- Source: sqlite.org/foreignkeys.html, 3
local function is_unique(object, names)
  for _, constraint in ipairs(object.constraints) do
    local key = constraint.kind == "primary_key" or constraint.kind == "unique"
    if key and are_the_same(object, constraint.columns, names) then
      return true
    end
  end
  for _, index in ipairs(object.indexes) do
    if index.unique and not index.where and are_the_same(object, index.columns, names) then
      return true
    end
  end
  return false
end

local function primary_key(object)
  for _, constraint in ipairs(object.constraints) do
    if constraint.kind == "primary_key" then
      return constraint
    end
  end
  return nil
end

local function listed(object, names)
  return ("%s (%s)"):format(object.name, table.concat(names, ", "))
end

-- What is wrong with a foreign key, and what would help.
local function fault(snapshot, constraint)
  local referent = snapshot.objects["table " .. constraint.referent]
  if not referent then
    return constraint.referent .. ", and the model has no such table"
  elseif referent.virtual then
    return nil
  elseif not constraint.referred then
    local key = primary_key(referent)
    if not key then
      return referent.name .. ", which has no primary key", "Name a column that is unique."
    elseif #key.columns ~= #constraint.columns then
      return listed(referent, key.columns) .. ", whose primary key has another number of columns"
    end
    return nil
  end
  for _, name in ipairs(constraint.referred) do
    if not column_of(referent, name) then
      return ("%s.%s, and the model has no such column"):format(referent.name, name)
    end
  end
  if not is_unique(referent, constraint.referred) then
    return listed(referent, constraint.referred) .. ", which is not unique",
      "SQLite refuses every row for such a key: give what it refers to a primary key, a unique constraint or "
        .. "a unique index."
  end
  return nil
end

---@param model Model
---@param snapshot Snapshot  what SQLite made of it
function references.refuse_nowhere(model, snapshot)
  local sources = {}
  for _, step in ipairs(model.steps) do
    local operation = step.operation
    if operation and operation.kind == "create_table" then
      sources[operation.table:lower()] = operation.source
    end
  end
  for _, object in next, snapshot.objects do
    for _, constraint in ipairs(object.constraints or {}) do
      local what, advice
      if constraint.kind == "foreign_key" then
        what, advice = fault(snapshot, constraint)
      end
      if what then
        errors.raise(
          "usage",
          ("a foreign key of table %s refers to %s"):format(object.name, what),
          sources[object.name:lower()] or { at = model.paths[1] },
          advice and { advice = advice }
        )
      end
    end
  end
end

return references
