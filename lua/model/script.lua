--- Operations as SQL text, to be read; the database is left alone.

local shared = require("neap.dialect.shared")

local script = {}

-- PostgreSQL: what they compile to, as offline.
local function compile(run, operations, add)
  local dialect = require("neap.dialect." .. run.dialect)
  local offline = setmetatable({ offline = true }, { __index = run })
  local function add_all(list)
    for _, operation in ipairs(list) do
      if operation.note then
        add("-- " .. operation.note)
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
        operation.source = operation.source or {}
        for _, statement in ipairs(dialect.compile(operation, offline)) do
          add(statement.sql)
        end
      end
    end
  end
  add_all(operations)
end

-- A table that is dropped for a rebuild takes the rows along that refer to it, where foreign keys are enforced.
-- Source: sqlite.org/foreignkeys.html, 5; the pragma does nothing within a transaction.
local REBUILDS = { "PRAGMA foreign_keys = OFF;", "BEGIN;" }

---@param run Run
---@param operations Operation[]
---@param empty boolean?  they begin with nothing
---@return string
function script.text(run, operations, empty)
  local lines = {}
  local function add(sql)
    local ends = sql:find("^%-%-[^\n]*$") or sql:find(";%s*$")
    lines[#lines + 1] = ends and sql or shared.ends_open(sql) and sql .. "\n;" or sql .. ";"
  end
  if run.dialect == "sqlite" then
    local rebuilds = false
    require("neap.model.copy").tell(run, operations, function(sql)
      local is_switch = sql:find("^PRAGMA legacy_alter_table") ~= nil
      if not (is_switch and empty) then
        add(sql) -- a model has no rows, and runs in a transaction
      end
      rebuilds = rebuilds or is_switch and not empty
    end, empty)
    if rebuilds then
      lines = table.move(lines, 1, #lines, #REBUILDS + 1, { table.unpack(REBUILDS) })
      lines[#lines + 1] = "COMMIT;"
    end
  else
    compile(run, operations, add)
  end
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

return script
