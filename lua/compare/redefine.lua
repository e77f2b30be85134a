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

-- Whether anything but the indexes differs.
local function differs(plan, a, b)
  local branch = plan:branch()
  tables.compare_parts(branch, a, b)
  return branch:count() > 0
end

-- Whether a column that stays is generated from now on, or no more, or from other columns while some go.
local function changes_generated(plan, a, kept, gone)
  for _, column in ipairs(a.columns) do
    local other = kept[column.name]
    if
      other
      and (
        columns.replaced(column, other, plan)
        or gone and not same.equal(column.generated, other.generated)
      )
    then
      return true
    end
  end
  return false
end

---Whether it takes that.
---@param plan Plan
---@param a TableObject
---@param b TableObject
function redefine.needed(plan, a, b)
  if tables.replaced(a, b) or not same.equal(a.extras, b.extras) then
    return true
  end
  local kept, gone, stays = {}, false, false
  for _, column in ipairs(b.columns) do
    kept[column.name] = column
  end
  for _, column in ipairs(a.columns) do
    gone, stays = gone or not kept[column.name], stays or kept[column.name] ~= nil
  end
  return not stays
    or changes_generated(plan, a, kept, gone)
    or a.extras ~= nil and differs(plan, a, b)
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
  plan:add_all("early", before)
  plan:add(plan:rebuild_phase(b.key), {
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
