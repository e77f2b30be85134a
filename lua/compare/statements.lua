--- Operations as SQL text, to be read; nothing is sent.

local statements = {}

-- What a rebuild would look at, so that it need not.
local function elements_of(object)
  local creates = require("neap.compare.creates")
  local made = creates.of("sqlite", object)
  local elements = made[1].elements
  local copy = table.move(elements, 1, #elements, 1, {})
  copy.strict, copy.without_rowid = object.strict, object.without_rowid
  return copy
end

local of_batches = {
  add_column = true,
  alter_column = true,
  drop_column = true,
  create_primary_key = true,
  create_unique_constraint = true,
  create_check_constraint = true,
  create_foreign_key = true,
  drop_constraint = true,
  rename_constraint = true,
}

local function for_script(run, operation, from)
  if run.dialect ~= "sqlite" then
    return operation
  end
  local batch = operation
  if of_batches[operation.kind] then
    batch = { kind = "batch_alter_table", table = operation.table, operations = { operation } }
  elseif operation.kind ~= "batch_alter_table" then
    return operation
  end
  local object = from.objects["table " .. operation.table]
  local copy = {}
  for name, value in next, batch do
    copy[name] = value
  end
  copy.copy_from = object and elements_of(object)
  return copy
end

---@param run Run
---@param operations Operation[]
---@param from Snapshot   where they begin
---@return string
function statements.script(run, operations, from)
  local dialect = require("neap.dialect." .. run.dialect)
  -- As offline: nothing is looked at.
  local offline = setmetatable({ offline = true }, { __index = run })
  local lines = {}
  local function add(sql)
    lines[#lines + 1] = sql .. (sql:find(";%s*$") and "" or ";")
  end
  local function add_all(list)
    for _, operation in ipairs(list) do
      if operation.note then
        lines[#lines + 1] = "-- " .. operation.note
      end
      if operation.kind == "commit" then
        add("COMMIT")
        add("BEGIN")
      elseif operation.kind == "with_dependents" then
        local around = {
          kind = "with_dependents",
          schema = operation.schema,
          table = operation.table,
          depth = 1,
        }
        add(dialect.dependents(around, "save").sql)
        add_all(operation.operations)
        add(dialect.dependents(around, "restore").sql)
      else
        operation = for_script(run, operation, from)
        operation.source = operation.source or {}
        for _, statement in ipairs(dialect.compile(operation, offline)) do
          add(statement.sql)
        end
      end
    end
  end
  add_all(operations)
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

return statements
