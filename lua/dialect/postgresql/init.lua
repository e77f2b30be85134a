--- The PostgreSQL dialect, 13 to 18.

local dialects = require("neap.dialect")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local values = require("neap.dialect.values")
local marks = require("neap.marks")

---@type Dialect
local postgresql = {
  name = "postgresql",
  placeholder = "$",
  name_limit = text.LIMIT,
  quote = text.name,
  literal = text.literal,
}

function postgresql.parameters(operation)
  return shared.parameters(operation, postgresql)
end

---A list or table as a parameter: an array's text, or JSON.
function postgresql.table_value(value)
  if next(value) == nil or marks.is_list(value) then
    return values.array(value)
  end
  return values.json(value)
end

---@param what "save"|"restore"
function postgresql.dependents(operation, what)
  return require("neap.dialect.postgresql.dependents")[what](operation)
end

function postgresql.list_partitions(operation)
  return require("neap.dialect.postgresql.partitions").list(operation)
end

function postgresql.partition_ranges()
  return require("neap.dialect.postgresql.partition_ranges")
end

function postgresql.partitioned_there(operation)
  return require("neap.dialect.postgresql.partitions").there(operation)
end

function postgresql.set_lock_timeout(duration)
  return require("neap.dialect.postgresql.partitions").set_lock_timeout(duration)
end

function postgresql.find_key(operation)
  return require("neap.dialect.postgresql.backfill").find_key(operation)
end

function postgresql.backfill(operation, key)
  return require("neap.dialect.postgresql.backfill").steps(operation, key, postgresql)
end

function postgresql.load(operation, run, files)
  return require("neap.dialect.postgresql.loading")(operation, run, files)
end

return dialects.define(postgresql)
