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

---Views and triggers: the order is the same as elsewhere, nothing is kept.
function sqlite.load(operation, _, files)
  if operation.keep then
    text.lacks(
      "stored procedures",
      "load a file of views or triggers without keep, and drop them by name"
    )
  elseif operation.skip_unchanged then
    text.lacks(
      "CREATE OR REPLACE",
      "load the files without skip_unchanged, each beginning with DROP VIEW IF EXISTS"
    )
  end
  local order, sql = require("neap.dialect.load_order"), require("neap.sql")
  for _, file in ipairs(files) do
    file.objects = sql.objects(file.sql, "sqlite")
  end
  return order.all(files, "sqlite")
end

return dialects.define(sqlite)
