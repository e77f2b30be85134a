--- A model may name a table before it says what it is: such foreign keys come last.

local copy = require("neap.marks").copy

local late = {}

local function key(schema, name)
  return (schema or "") .. "\0" .. name
end

-- "create_foreign_key" of an element or of a column's references.
local function as_operation(create, element)
  local operation = copy(element)
  operation.kind, operation.schema, operation.table =
    "create_foreign_key", create.schema, create.table
  operation.source = create.source
  return operation
end

local function of_column(create, column)
  local operation = copy(column.references)
  operation.referent_schema, operation.referent = operation.schema, operation.table
  operation.referred, operation.columns = operation.columns, { column.name }
  return as_operation(create, operation)
end

-- The table without the foreign keys that `is_late` says.
local function without(create, is_late, list)
  local elements, changed = {}, false
  for _, element in ipairs(create.elements) do
    local reference = element.kind == "column" and element.references
    if element.kind == "foreign_key" and is_late(element.referent_schema, element.referent) then
      list[#list + 1], changed = as_operation(create, element), true
    elseif reference and is_late(reference.schema, reference.table) then
      list[#list + 1], changed = of_column(create, element), true
      local column = copy(element)
      column.references = nil
      elements[#elements + 1] = column
    else
      elements[#elements + 1] = element
    end
  end
  if not changed then
    return create
  end
  local operation = copy(create)
  operation.elements = elements
  return operation
end

---@param steps ModelStep[]
---@return ModelStep[]
function late.steps(steps)
  local place_of, order, last = {}, {}, {}
  for i, step in ipairs(steps) do
    local operation = step.operation
    if operation and operation.kind == "create_table" then
      place_of[key(operation.schema, operation.table)] = i
    end
  end
  for i, step in ipairs(steps) do
    local operation = step.operation
    if operation and operation.kind == "create_table" then
      operation = without(operation, function(schema, name)
        return (place_of[key(schema, name)] or 0) > i
      end, last)
      step = operation ~= step.operation and { operation = operation } or step
    end
    order[i] = step
  end
  for _, operation in ipairs(last) do
    order[#order + 1] = { operation = operation }
  end
  return order
end

return late
