--- COMMENT ON.

local functions = require("neap.dialect.postgresql.functions")
local text = require("neap.dialect.postgresql.text")

local comments = {}

-- Where the words of COMMENT ON are not neap's.
local words = { ["foreign server"] = "SERVER" }

function comments.set_comment(operation)
  local kind, of = operation.object_kind, operation.of
  local what = (words[kind] or kind:upper()) .. " "
  local name = of and text.object(of.schema, of.name)
  if kind == "column" then
    what = what .. name .. "." .. text.name(operation.object.name)
  elseif of then
    local on = of.kind == "domain" and " ON DOMAIN " or " ON "
    what = what .. text.name(operation.object.name) .. on .. name
  else
    what = what .. functions.signature(operation.object)
  end
  return { text.comment(what, operation.comment) }
end

return comments
