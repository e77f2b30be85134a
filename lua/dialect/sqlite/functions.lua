--- Triggers. There are no stored functions.

local text = require("neap.dialect.sqlite.text")

local functions = {}

function functions.create_trigger(operation)
  return { { sql = operation.sql, send = "text" } }
end

function functions.drop_trigger(operation)
  return text.drop("DROP TRIGGER", operation, text.object(operation.schema, operation.name))
end

local function no_function()
  text.lacks("stored functions")
end

functions.create_function = no_function
functions.create_aggregate = no_function
functions.drop_function = no_function
functions.drop_aggregate = no_function

return functions
