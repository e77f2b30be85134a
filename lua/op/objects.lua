--- Objects that owners, grants and comments are about: which kinds there are, and how their names are read.

local check = require("neap.op.check")
local errors = require("neap.errors")
local functions = require("neap.op.functions")
local marks = require("neap.marks")

local objects = {}

-- "schema.name"; a name that never splits; "name(argument types)".
local OBJECT, BARE, ROUTINE = "object", "bare", "routine"

---What has an owner or grants.
objects.kinds = {
  ["table"] = OBJECT,
  ["view"] = OBJECT,
  ["materialized view"] = OBJECT,
  ["foreign table"] = OBJECT,
  ["sequence"] = OBJECT,
  ["type"] = OBJECT,
  ["domain"] = OBJECT,
  ["statistics"] = OBJECT,
  ["collation"] = OBJECT,
  ["function"] = ROUTINE,
  ["procedure"] = ROUTINE,
  ["aggregate"] = ROUTINE,
  ["routine"] = ROUTINE,
  ["schema"] = BARE,
  ["database"] = BARE,
  ["language"] = BARE,
  ["extension"] = BARE,
  ["tablespace"] = BARE,
  ["foreign server"] = BARE,
  ["foreign data wrapper"] = BARE,
  ["publication"] = BARE,
  ["parameter"] = BARE,
  ["all tables in schema"] = BARE,
  ["all sequences in schema"] = BARE,
  ["all functions in schema"] = BARE,
  ["all procedures in schema"] = BARE,
  ["all routines in schema"] = BARE,
  ["role"] = BARE,
}

---What a comment can be on, besides what is on a table (and a column).
objects.commented = {
  ["index"] = OBJECT,
  ["text search configuration"] = OBJECT,
  ["text search dictionary"] = OBJECT,
  ["text search parser"] = OBJECT,
  ["text search template"] = OBJECT,
  ["access method"] = BARE,
  ["event trigger"] = BARE,
  ["subscription"] = BARE,
}
for kind, how in pairs(objects.kinds) do
  if kind ~= "parameter" and not kind:find("^all ") then
    objects.commented[kind] = how
  end
end

---Raises for a kind that is none of these.
---@param kinds table<string, any>
function objects.kind(kind, position, kinds)
  if not kinds[kind] then
    errors.usage(
      "bad argument #%d: expected what it is (table, sequence, schema, function ...), got %s%s",
      position,
      marks.describe(kind),
      errors.hint(kind, kinds)
    )
  end
  return kind
end

---One object of a kind: { schema, name, arguments }.
function objects.named(kind, name, position, opts)
  local how = objects.kinds[kind] or objects.commented[kind]
  check.name(name, position, "the name of the " .. kind)
  if how == BARE then
    return { name = name }
  end
  local schema, bare, arguments
  if how == ROUTINE then
    schema, bare, arguments = functions.signature(name, position, opts)
  else
    schema, bare = marks.split(name, type(opts) == "table" and opts.schema or nil)
  end
  return { schema = schema, name = bare, arguments = arguments }
end

---One name or a list of them.
function objects.list(kind, names, position, opts)
  local list = {}
  for i, name in ipairs(check.names(names, position, "a name or a list of names")) do
    list[i] = objects.named(kind, name, position, opts)
  end
  return list
end

return objects
