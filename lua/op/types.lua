--- Enums and domains; PostgreSQL only.

local check = require("neap.op.check")
local marks = require("neap.marks")
local errors = require("neap.errors")

local shape = check.shape
local types = {}

-- Labels of an enum: any text, also the empty one.
local function labels(list, position)
  if not marks.is_list(list) then
    check.wrong(position, 'a list of values { "sad", "ok", "happy" }', list)
  end
  local seen = {}
  for _, label in ipairs(list) do
    if not shape.string.test(label) then
      check.wrong(position, "a list of strings", label)
    elseif seen[label] then
      errors.usage('the value "%s" is listed twice', label)
    end
    seen[label] = true
  end
  return list
end

local function label(value, position)
  if not shape.string.test(value) then
    check.wrong(position, "a value of the enum", value)
  end
  return value
end

---Create an enum type.
---
---    op.create_enum("mood", { "sad", "ok", "happy" })
---
---Options: schema, comment. Columns then say `op.column("feeling", "mood")`.
---Source: PostgreSQL manual, CREATE TYPE
---@param name string      an identifier, "type" or "schema.type"
---@param values string[]  in their order
---@param opts table?
---@return CreateEnum
function types.create_enum(name, values, opts)
  local schema, bare = check.object(name, 1, "the type's name", opts)
  return check.options({
    kind = "create_enum",
    schema = schema,
    name = bare,
    values = labels(values, 2),
  }, opts, { schema = shape.name, comment = shape.comment }, 3)
end

---Add a value to an enum.
---
---    op.add_enum_value("mood", "meh", { after = "sad" })
---
---Options: before or after (else at the end), if_not_exists, schema. Runs in the transaction; using the value in
---the same one is refused by the server (55P04): put `op.commit()` between.
---Source: PostgreSQL manual, ALTER TYPE
---@param name string
---@param value string
---@param opts table?
---@return AddEnumValue
function types.add_enum_value(name, value, opts)
  local schema, bare = check.object(name, 1, "the type's name", opts)
  local operation = check.options(
    {
      kind = "add_enum_value",
      schema = schema,
      name = bare,
      value = label(value, 2),
    },
    opts,
    {
      schema = shape.name,
      before = shape.string,
      after = shape.string,
      if_not_exists = shape.boolean,
    },
    3
  )
  if operation.before and operation.after then
    errors.usage('options "before" and "after" do not go together')
  end
  return operation
end

---Rename a value of an enum.
---
---    op.rename_enum_value("mood", "meh", "so so")
---
---Options: schema. Rows that have it follow at once. Source: PostgreSQL manual, ALTER TYPE
---@param name string
---@param old string
---@param new string
---@param opts table?
---@return RenameEnumValue
function types.rename_enum_value(name, old, new, opts)
  local schema, bare = check.object(name, 1, "the type's name", opts)
  return check.options({
    kind = "rename_enum_value",
    schema = schema,
    name = bare,
    value = label(old, 2),
    new_value = label(new, 3),
  }, opts, { schema = shape.name }, 4)
end

local drop_type_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  values = shape.options,
  options = shape.options,
}
local drop_domain_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  type = shape.name,
  options = shape.options,
}

---Drop a type: an enum, or any other.
---
---    op.drop_type("mood", { if_exists = true })
---
---Options: schema, if_exists, cascade (with the columns of that type); for `op.reverse` of an enum: values and options,
---as for `create_enum`.
---Source: PostgreSQL manual, DROP TYPE
---@param name string
---@param opts table?
---@return DropType
function types.drop_type(name, opts)
  local schema, bare = check.object(name, 1, "the type's name", opts)
  local operation = { kind = "drop_type", schema = schema, name = bare }
  check.options(operation, opts, drop_type_options, 2)
  return check.creates(operation, { "values" }, function(given, create_opts)
    return types.create_enum(bare, given.values, create_opts)
  end)
end

local domain_options = {
  schema = shape.name,
  nullable = shape.boolean,
  server_default = shape.value,
  check = shape.named_expression,
  constraint_name = shape.name,
  collation = shape.name,
  comment = shape.comment,
}

---Create a domain: a type with a default and a condition of its own.
---
---    op.create_domain("email", "text", { check = "value LIKE '%@%'", constraint_name = "email_has_at" })
---
---Options: nullable, server_default, check (SQL text about `value`, or `{ "SQL text", name = ... }`), constraint_name
---(of the check), collation, schema, comment. Source: PostgreSQL manual, CREATE DOMAIN
---@param name string
---@param type_name string
---@param opts table?
---@return CreateDomain
function types.create_domain(name, type_name, opts)
  local schema, bare = check.object(name, 1, "the domain's name", opts)
  return check.options({
    kind = "create_domain",
    schema = schema,
    name = bare,
    type = check.text(type_name, 2, "the type it is made of"),
  }, opts, domain_options, 3)
end

---Drop a domain.
---
---    op.drop_domain("email", { if_exists = true })
---
---Options: schema, if_exists, cascade; for `op.reverse`: type and options, as for `create_domain`.
---Source: PostgreSQL manual, DROP DOMAIN
---@param name string
---@param opts table?
---@return DropDomain
function types.drop_domain(name, opts)
  local schema, bare = check.object(name, 1, "the domain's name", opts)
  local operation = { kind = "drop_domain", schema = schema, name = bare }
  check.options(operation, opts, drop_domain_options, 2)
  return check.creates(operation, { "type" }, function(given, create_opts)
    return types.create_domain(bare, given.type, create_opts)
  end)
end

return types
