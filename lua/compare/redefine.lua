--- A table of SQLite whose difference op has no words for (ON CONFLICT, STRICT, a key's collation, a column that is
--- generated from now on): it is rebuilt as the model's statement has it, with its rows.

local columns = require("neap.compare.columns")
local same = require("neap.compare.same")
local tables = require("neap.compare.tables")

local redefine = {}

local function names(object)
  local set = {}
  for _, column in ipairs(object.columns) do
    set[column.name:lower()] = true
  end
  return set
end

-- What the rebuild loses.
local function note(a, b)
  local kept, lost = names(b), {}
  for _, column in ipairs(a.columns) do
    if not kept[column.name:lower()] and not column.generated then
      lost[#lost + 1] = b.name .. "." .. column.name
    end
  end
  local verb = #lost == 1 and "holds" or "hold"
  return #lost > 0 and ("loses what %s %s"):format(table.concat(lost, ", "), verb) or nil
end

---Whether it takes that.
---@param plan Plan
---@param a TableObject
---@param b TableObject
function redefine.needed(plan, a, b)
  if tables.replaced(a, b) or not same.equal(a.extras, b.extras) then
    return true
  end
  local new = {}
  for _, column in ipairs(b.columns) do
    new[column.name] = column
  end
  for _, column in ipairs(a.columns) do
    if new[column.name] and columns.replaced(column, new[column.name], plan) then
      return true
    end
  end
  return false
end

---@param plan Plan
---@param a TableObject
---@param b TableObject
function redefine.add(plan, a, b)
  local branch = plan:branch()
  tables.compare_indexes(branch, a, b, {})
  local before, after = {}, {}
  for _, operation in ipairs(branch:operations(true)) do
    table.insert(operation.kind == "drop_index" and before or after, operation)
  end
  plan:add_all("main", before)
  plan:add("main", {
    kind = "batch_alter_table",
    schema = b.schema,
    table = b.name,
    definition = b.definition,
    operations = {},
    note = note(a, b),
  })
  plan:add_all("main", after)
end

return redefine
