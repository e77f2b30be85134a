--- The SQLite dialect, 3.35 and later.

local dialects = require("neap.dialect")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")
local values = require("neap.dialect.values")

---@type Dialect
local sqlite = { name = "sqlite", placeholder = "?", quote = text.name, literal = text.literal }

sqlite.compilers = {
  batch_alter_table = function(operation, run)
    return require("neap.dialect.sqlite.change").batch(operation, run)
  end,
}

function sqlite.parameters(operation)
  return shared.parameters(operation, sqlite)
end

---A list or table as a parameter: JSON.
function sqlite.table_value(value)
  return values.json(value)
end

function sqlite.dependents()
  text.lacks(
    "dependents that are dropped and made anew",
    "change the table as it is: a view or trigger that the change would break is named"
  )
end

function sqlite.list_partitions()
  text.lacks("partitions")
end

function sqlite.find_key(operation, null)
  return require("neap.dialect.sqlite.backfill").find_key(operation, null)
end

function sqlite.backfill(operation, key)
  return require("neap.dialect.sqlite.backfill").steps(operation, key, sqlite)
end

function sqlite.load(operation, run, files)
  return require("neap.dialect.sqlite.loading").load(operation, run, files)
end

return dialects.define(sqlite)
