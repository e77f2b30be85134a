--- What a rebuild amounts to, for the history: the ALTERs that another database would have been sent. The statements
--- of the rebuild itself say that a table was dropped and another one renamed.

local text = require("neap.dialect.sqlite.text")

local changes = {}

-- How an operation changes the table: what follows ALTER TABLE. Without a name it has changed the table.
local actions = {}

local function named(before, name, after)
  return name and before .. text.name(name) .. (after or "") or "CHANGE constraint"
end

function actions.add_column(operation)
  return "ADD COLUMN " .. text.name(operation.column.name)
end

function actions.drop_column(operation)
  return "DROP COLUMN " .. text.name(operation.column)
end

local what = { "type", "nullable", "server_default", "comment", "identity", "generated" }

function actions.alter_column(operation)
  local list = {}
  for _, option in ipairs(what) do
    if operation[option] ~= nil then
      list[#list + 1] = ("ALTER COLUMN %s %s"):format(text.name(operation.column), option)
    end
  end
  return table.concat(list, ", ")
end

local function add_constraint(operation)
  return named("ADD CONSTRAINT ", operation.name, " CHECK (1)")
end

actions.create_primary_key = add_constraint
actions.create_unique_constraint = add_constraint
actions.create_check_constraint = add_constraint
actions.create_foreign_key = add_constraint

function actions.drop_constraint(operation)
  return named("DROP CONSTRAINT ", operation.name)
end

function actions.rename_constraint(operation)
  return named("RENAME CONSTRAINT ", operation.name, " TO " .. text.name(operation.new_name))
end

---@param target { schema: string?, table: string }
---@param operations Operation[]
---@return string  statements
function changes.of(target, operations)
  local table_name = text.object(target.schema, target.table)
  local alter = "ALTER TABLE " .. table_name .. " "
  local list = {}
  for _, operation in ipairs(operations) do
    local action = actions[operation.kind]
    if operation.kind == "create_index" then
      local name = operation.name and text.name(operation.name) .. " " or ""
      list[#list + 1] = ("CREATE INDEX %sON %s (x)"):format(name, table_name)
    elseif operation.kind == "drop_index" then
      list[#list + 1] = "DROP INDEX " .. text.object(target.schema, operation.name)
    elseif action then
      local said = action(operation)
      list[#list + 1] = said ~= "" and alter .. said or nil
    end
    if operation.kind == "alter_column" and operation.new_name then
      list[#list + 1] = ("%sRENAME COLUMN %s TO %s"):format(
        alter,
        text.name(operation.column),
        text.name(operation.new_name)
      )
    end
  end
  if #operations == 0 then
    list[1] = alter .. "CHANGE definition"
  end
  return table.concat(list, ";\n")
end

return changes
