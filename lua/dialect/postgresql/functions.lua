--- Functions, aggregates and triggers.

local text = require("neap.dialect.postgresql.text")

local functions = {}

-- The statement as it was given.
local function as_given(operation)
  return { { sql = operation.sql, send = "text" } }
end

---name(argument types)
function functions.signature(object)
  return text.object(object.schema, object.name) .. (object.arguments or "")
end

-- The statement as it was given, and the comment on the routine that it makes.
local function routine(word)
  return function(operation)
    local statements, object = as_given(operation), operation.commented
    if operation.comment ~= nil then
      local what = (object.routine or word):upper() .. " " .. functions.signature(object)
      statements[2] = text.comment(what, operation.comment)
    end
    return statements
  end
end

functions.create_function = routine("function")
functions.create_aggregate = routine("aggregate")

function functions.create_trigger(operation)
  local statements, object = as_given(operation), operation.commented
  if operation.comment ~= nil then
    local on = text.name(object.name) .. " ON " .. text.object(object.schema, object.table)
    statements[2] = text.comment("TRIGGER " .. on, operation.comment)
  end
  return statements
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
