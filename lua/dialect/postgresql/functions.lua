--- Functions, aggregates and triggers.

local text = require("neap.dialect.postgresql.text")

local functions = {}

-- The statement as it was given.
local function as_given(operation)
  return { { sql = operation.sql, send = "text" } }
end

functions.create_function = as_given
functions.create_aggregate = as_given
functions.create_trigger = as_given

---name(argument types)
function functions.signature(object)
  return text.object(object.schema, object.name) .. (object.arguments or "")
end

function functions.drop_function(operation)
  local what = "DROP " .. (operation.routine or "function"):upper()
  return text.drop(what, operation, functions.signature(operation))
end

function functions.drop_aggregate(operation)
  return text.drop("DROP AGGREGATE", operation, functions.signature(operation))
end

function functions.drop_trigger(operation)
  local on = text.name(operation.name) .. " ON " .. text.object(operation.schema, operation.table)
  return text.drop("DROP TRIGGER", operation, on)
end

return functions
