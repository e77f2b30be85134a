--- Schemas, extensions and sequences.

local check = require("neap.op.check")

local shape = check.shape
local schemas = {}

---Create a schema; PostgreSQL only.
---
---    op.create_schema("bixie", { if_not_exists = true, authorization = "app_owner" })
---
---Options: if_not_exists, authorization (its owner), comment. Source: PostgreSQL manual, CREATE SCHEMA
---@param name string  never split
---@param opts table?
---@return CreateSchema
function schemas.create_schema(name, opts)
  return check.options(
    { kind = "create_schema", name = check.name(name, 1, "the schema's name") },
    opts,
    {
      if_not_exists = shape.boolean,
      authorization = shape.name,
      comment = shape.comment,
    },
    2
  )
end

---Drop a schema; PostgreSQL only.
---
---    op.drop_schema("bixie", { cascade = true })
---
---Options: if_exists, cascade (with everything in it); for `op.reverse`: options, as for `create_schema`.
---Source: PostgreSQL manual, DROP SCHEMA
---@param name string
---@param opts table?
---@return DropSchema
function schemas.drop_schema(name, opts)
  local operation = check.options(
    { kind = "drop_schema", name = check.name(name, 1, "the schema's name") },
    opts,
    { if_exists = shape.boolean, cascade = shape.boolean, options = shape.options },
    2
  )
  return check.creates(operation, {}, function(_, create_opts)
    return schemas.create_schema(name, create_opts)
  end)
end

---Install an extension; PostgreSQL only.
---
---    op.create_extension("citext", { if_not_exists = true, schema = "public" })
---
---Options: if_not_exists, schema (where its objects go), version, cascade (with the extensions it needs),
---comment (in place of the extension's own).
---Source: PostgreSQL manual, CREATE EXTENSION
---@param name string  never split: "uuid-ossp"
---@param opts table?
---@return CreateExtension
function schemas.create_extension(name, opts)
  local operation = check.options(
    { kind = "create_extension", name = check.name(name, 1, "the extension's name") },
    opts,
    {
      if_not_exists = shape.boolean,
      schema = shape.name,
      version = shape.name,
      cascade = shape.boolean,
      comment = shape.comment,
    },
    2
  )
  operation.schema = opts and opts.schema
  return operation
end

---Remove an extension; PostgreSQL only.
---
---    op.drop_extension("citext", { if_exists = true })
---
---Options: if_exists, cascade (with the columns of its types and the like); for `op.reverse`: options, as for
---`create_extension`.
---Source: PostgreSQL manual, DROP EXTENSION
---@param name string
---@param opts table?
---@return DropExtension
function schemas.drop_extension(name, opts)
  local operation = check.options(
    { kind = "drop_extension", name = check.name(name, 1, "the extension's name") },
    opts,
    { if_exists = shape.boolean, cascade = shape.boolean, options = shape.options },
    2
  )
  return check.creates(operation, {}, function(_, create_opts)
    return schemas.create_extension(name, create_opts)
  end)
end

local sequence_options = {
  schema = shape.name,
  if_not_exists = shape.boolean,
  temporary = shape.boolean,
  as = shape.name,
  start = shape.integer,
  increment = shape.integer,
  minvalue = shape.integer_or_false,
  maxvalue = shape.integer_or_false,
  cache = shape.integer,
  cycle = shape.boolean,
  owned_by = shape.name,
  comment = shape.comment,
}

---Create a sequence; PostgreSQL only.
---
---    op.create_sequence("report_id_seq", { as = "bigint", start = 1000, owned_by = "report.id" })
---
---Options: as ("smallint", "integer", "bigint"), start, increment, minvalue and maxvalue (false: NO MINVALUE),
---cache, cycle, owned_by ("table.column" or "schema.table.column": dropped with it), if_not_exists, temporary, schema,
---comment. Source: PostgreSQL manual, CREATE SEQUENCE
---@param name string
---@param opts table?
---@return CreateSequence
function schemas.create_sequence(name, opts)
  local schema, bare = check.object(name, 1, "the sequence's name", opts)
  return check.options(
    { kind = "create_sequence", schema = schema, name = bare },
    opts,
    sequence_options,
    2
  )
end

local alter_sequence_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  as = shape.name,
  start = shape.integer,
  restart = {
    expected = "true or an integer",
    test = function(value)
      return value == true or math.type(value) == "integer"
    end,
  },
  increment = shape.integer,
  minvalue = shape.integer_or_false,
  maxvalue = shape.integer_or_false,
  cache = shape.integer,
  cycle = shape.boolean,
  owned_by = {
    expected = '"table.column", or "none"',
    test = shape.name.test,
  },
  new_name = shape.name,
  existing = shape.options,
}

---Change a sequence; PostgreSQL only.
---
---    op.alter_sequence("report_id_seq", { restart = 5000, increment = 10 })
---
---Options as for `create_sequence`, and restart (true: at its start; or where), owned_by = "none", new_name,
---if_exists; for `op.reverse`: existing = { increment = 1, ... }, what it was. Source: PostgreSQL manual, ALTER SEQUENCE
---@param name string
---@param opts table
---@return AlterSequence
function schemas.alter_sequence(name, opts)
  local schema, bare = check.object(name, 1, "the sequence's name", opts)
  if type(opts) ~= "table" or next(opts) == nil then
    check.wrong(2, "a table that says what to change", opts)
  end
  return check.options(
    { kind = "alter_sequence", schema = schema, name = bare },
    opts,
    alter_sequence_options,
    2
  )
end

---Drop a sequence; PostgreSQL only.
---
---    op.drop_sequence("report_id_seq", { if_exists = true })
---
---Options: schema, if_exists, cascade (with the defaults that use it); for `op.reverse`: options, as for
---`create_sequence`.
---Source: PostgreSQL manual, DROP SEQUENCE
---@param name string
---@param opts table?
---@return DropSequence
function schemas.drop_sequence(name, opts)
  local schema, bare = check.object(name, 1, "the sequence's name", opts)
  local operation = check.options({ kind = "drop_sequence", schema = schema, name = bare }, opts, {
    schema = shape.name,
    if_exists = shape.boolean,
    cascade = shape.boolean,
    options = shape.options,
  }, 2)
  return check.creates(operation, {}, function(_, create_opts)
    return schemas.create_sequence(bare, create_opts)
  end)
end

return schemas
