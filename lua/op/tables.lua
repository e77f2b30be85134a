--- Tables and their columns.

local check = require("neap.op.check")
local marks = require("neap.marks")
local elements = require("neap.op.elements")
local errors = require("neap.errors")

local shape = check.shape
local tables = {}

local create_table_options = {
  schema = shape.name,
  if_not_exists = shape.boolean,
  comment = shape.comment,
  unlogged = shape.boolean,
  temporary = shape.boolean,
  on_commit = check.one_of({ "drop", "delete rows", "preserve rows" }),
  partition_by = {
    expected = 'a table { "range", columns }',
    names = { range = true, list = true, hash = true },
    test = function(value)
      return type(value) == "table" and type(value[1]) == "string" and value[2] ~= nil
    end,
  },
  inherits = shape.names,
  like = shape.name,
  with = shape.parameters,
  tablespace = shape.name,
  using = shape.name,
  strict = shape.boolean,
  without_rowid = shape.boolean,
}

local partition_kinds = check.one_of({ "range", "list", "hash" })

---{ "range", cols } as { method, columns }; also used for partitions that are partitioned themselves.
function tables.partition_by(value)
  if not partition_kinds.test(value[1]) then
    errors.usage(
      'option "partition_by" begins with %s, got %s%s',
      partition_kinds.expected,
      marks.describe(value[1]),
      errors.hint(value[1], partition_kinds.names)
    )
  end
  local columns = value[2]
  if #value > 2 then
    columns = table.move(value, 2, #value, 1, {})
  end
  return { method = value[1], columns = check.index_columns(columns, 3) }
end

---Create a table, with its constraints, its indexes and its comments.
---
---    op.create_table("account", {
---      op.column("id", "bigint", { identity = true, primary_key = true }),
---      op.column("email", "text", { nullable = false }),
---      op.unique("email"),
---      op.index("ix_account_lower", { op.sql "lower(email)" }),
---    }, { comment = "people" })
---
---Elements: `op.column`, `op.primary_key`, `op.unique`, `op.check`, `op.not_null`, `op.foreign_key`,
---`op.exclude`, `op.index`. Options: schema, if_not_exists, comment, unlogged, temporary, on_commit ("drop", "delete
---rows", "preserve rows"), partition_by = { "range"|"list"|"hash", columns }, inherits, like (a table:
---its columns with everything that belongs to them, its checks and indexes, as LIKE ... INCLUDING ALL; of the one that it
---inherits from neither generated columns, which come from there, nor identity), with, using, tablespace (all PostgreSQL but the first three and temporary); strict, without_rowid (SQLite).
---
---Sends one CREATE TABLE with everything in it, then one statement for each index and comment; SQLite
---has no comments and leaves them out. Locks nothing but the tables that foreign keys refer to (SHARE
---ROW EXCLUSIVE on PostgreSQL).
---Source: PostgreSQL manual, CREATE TABLE; sqlite.org/lang_createtable.html
---@param name string       "table" or "schema.table"
---@param list table[]      elements
---@param opts table?
---@return CreateTable
function tables.create_table(name, list, opts)
  local schema, table_name = check.object(name, 1, "the table's name", opts)
  local operation = {
    kind = "create_table",
    schema = schema,
    table = table_name,
    elements = check.elements(list, 2),
  }
  check.options(operation, opts, create_table_options, 3)
  if operation.partition_by then
    operation.partition_by = tables.partition_by(operation.partition_by)
  end
  return operation
end

local drop_table_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  elements = shape.options,
  options = shape.options,
}

---Drop a table.
---
---    op.drop_table("account", { if_exists = true })
---
---Options: schema, if_exists, cascade (PostgreSQL: drops what depends on it too); for `op.reverse`: elements and
---options, as for `create_table`. PostgreSQL takes ACCESS EXCLUSIVE on the table *and* on every table that its
---foreign keys refer to.
---Source: PostgreSQL manual, DROP TABLE; sqlite.org/lang_droptable.html
---@param name string
---@param opts table?
---@return DropTable
function tables.drop_table(name, opts)
  local schema, table_name = check.object(name, 1, "the table's name", opts)
  local operation = check.options(
    { kind = "drop_table", schema = schema, table = table_name },
    opts,
    drop_table_options,
    2
  )
  return check.creates(operation, { "elements" }, function(given, create_opts)
    return tables.create_table(table_name, given.elements, create_opts)
  end)
end

---Rename a table.
---
---    op.rename_table("bixie.report", "crash_report")
---
---The new name is a bare one: a table stays in its schema. Options: schema, if_exists (PostgreSQL). Takes
---ACCESS EXCLUSIVE for an instant; indexes, constraints and sequences keep their names. SQLite also
---rewrites the triggers and views that use it.
---Source: PostgreSQL manual, ALTER TABLE; sqlite.org/lang_altertable.html
---@param old string
---@param new string
---@param opts table?
---@return RenameTable
function tables.rename_table(old, new, opts)
  local schema, name = check.object(old, 1, "the table's name", opts)
  local operation = { kind = "rename_table", schema = schema, table = name }
  operation.new_name = check.name(new, 2, "the new name")
  if schema and new:sub(1, #schema + 1) == schema .. "." then
    operation.new_name = new:sub(#schema + 2) -- "s.a" to "s.b" is clear enough
  end
  return check.options(operation, opts, { schema = shape.name, if_exists = shape.boolean }, 3)
end

local add_column_options = { schema = shape.name, if_not_exists = shape.boolean }

---Add one column to an existing table.
---
---    op.add_column("account", op.column("email", "text", { nullable = false, server_default = "" }))
---
---Sends ALTER TABLE ... ADD COLUMN with the column's constraints in it, then its index and comment.
---Options: schema, if_not_exists (SQLite: looks first, so not offline).
---
---PostgreSQL takes ACCESS EXCLUSIVE; it keeps a constant default in the catalog, but a volatile one
---(`clock_timestamp()`), an identity or a stored generated column rewrites the table, a check scans it,
---`unique` builds an index. SQLite rebuilds the table for a column that is a primary key, unique (not with
---`unique = true, index = true`), stored generated, has an expression as its default, or refers to a table and has a
---default.
---Raises `usage` for a wrong argument, at the caller's line.
---Source: PostgreSQL manual, ALTER TABLE, "Notes"; sqlite.org/lang_altertable.html
---@param table_name string  "table" or "schema.table", unquoted
---@param column Column      from `op.column`
---@param opts table?
---@return AddColumn
function tables.add_column(table_name, column, opts)
  local schema, name = check.object(table_name, 1, "the table's name", opts)
  return check.options({
    kind = "add_column",
    schema = schema,
    table = name,
    column = check.element(column, "column", 2),
  }, opts, add_column_options, 3)
end

local drop_column_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  column = {
    expected = "a column (op.column)",
    test = function(value)
      return type(value) == "table" and value.kind == "column"
    end,
  },
}

---Drop one column, with its data, and the indexes and constraints on it alone.
---
---    op.drop_column("account", "email")
---
---Options: schema, if_exists (SQLite: looks first, so not offline), cascade (PostgreSQL: drops views and
---other dependents too); for `op.reverse`: column = op.column(...). PostgreSQL takes ACCESS EXCLUSIVE for an instant
---and frees the space later. SQLite rewrites the table; what is on this column alone goes with it (offline: nothing
---does), what uses it together with others is an error that names it.
---Source: PostgreSQL manual, ALTER TABLE; sqlite.org/lang_altertable.html
---@param table_name string
---@param name string
---@param opts table?
---@return DropColumn
function tables.drop_column(table_name, name, opts)
  local schema, bare = check.object(table_name, 1, "the table's name", opts)
  local operation = { kind = "drop_column", schema = schema, table = bare }
  check.options(operation, opts, drop_column_options, 3)
  check.creates(operation, { "column" }, function(given, create_opts)
    return tables.add_column(bare, given.column, create_opts)
  end)
  operation.column = check.name(name, 2, "the column's name")
  return operation
end

local anything = {
  expected = "anything",
  test = function()
    return true
  end,
}

local alter_column_options = {
  schema = shape.name,
  new_name = shape.name,
  type = shape.type,
  using = shape.expression,
  collation = shape.name,
  nullable = shape.boolean,
  server_default = shape.value,
  comment = shape.comment,
  identity = shape.identity,
  autoincrement = shape.boolean,
  generated = {
    expected = 'SQL text, { "SQL text", stored = true or false } or op.null',
    test = function(value)
      return marks.is_null(value) or shape.generated.test(value)
    end,
  },
  existing_type = anything,
  existing_nullable = anything,
  existing_server_default = anything,
  existing_comment = anything,
  existing_identity = anything,
  existing_generated = anything,
  existing_using = shape.expression,
  existing_collation = shape.name,
}

-- Alembic's words for the same.
local alembic_words = {
  type_ = "type",
  new_column_name = "new_name",
  postgresql_using = "using",
}

---Change a column: its type, whether it may be NULL, its default, comment, identity or name.
---
---    op.alter_column("account", "age", { type = "integer", using = "age::integer", nullable = false })
---    op.alter_column("account", "age", { server_default = op.null, new_name = "years" })
---
---What is absent is left alone. Options: type (with using and collation), nullable, server_default (`op.null`
---drops it), identity (false drops it; on a column that is one already: with `existing_identity = true`), generated
---(an expression, as for `op.column`, PostgreSQL 17 and later; `op.null`: a plain column with the values that it has),
---autoincrement (SQLite: of the key),
---comment (`op.null` drops it), new_name, schema; Alembic's existing_type, existing_nullable,
---existing_server_default and existing_comment are taken; `op.reverse` needs those of what changes, and uses
---existing_using, existing_collation and existing_generated.
---
---PostgreSQL: one ALTER TABLE for type, nullable, default and identity, in that order (so the table is read
---once), then the comment, then the name. ACCESS EXCLUSIVE; a type change rewrites the table unless the two
---types are binary compatible, SET NOT NULL reads it.
---
---SQLite renames by itself, and from 3.53 on sets and drops NOT NULL; for the rest the table is rebuilt, see
---`batch_alter_table`. Values are converted as INSERT does it, by the affinity of the new type; `using` (with CAST,
---there is no `::`) says it otherwise.
---Source: PostgreSQL manual, ALTER TABLE; sqlite.org/lang_altertable.html
---@param table_name string
---@param name string
---@param opts table
---@return AlterColumn
function tables.alter_column(table_name, name, opts)
  local schema, bare = check.object(table_name, 1, "the table's name", opts)
  local operation = {
    kind = "alter_column",
    schema = schema,
    table = bare,
    column = check.name(name, 2, "the column's name"),
  }
  if type(opts) ~= "table" or next(opts) == nil then
    check.wrong(
      3,
      "a table that says what to change: type, nullable, server_default, comment, new_name",
      opts
    )
  end
  for theirs, ours in next, alembic_words do
    if opts[theirs] ~= nil then
      errors.usage('unknown option "%s": it is called "%s" here', theirs, ours)
    end
  end
  check.options(operation, opts, alter_column_options, 3)
  if operation.type ~= nil then
    operation.type = operation.type == "" and "" or check.text(operation.type, 3, "a type")
  elseif operation.using ~= nil or operation.collation ~= nil then
    errors.usage('option "%s" goes with "type"', operation.using and "using" or "collation")
  end
  return operation
end

---Set a table's comment.
---
---    op.create_table_comment("account", "people who may log in")
---
---Options: schema, existing_comment (for `op.reverse`; else there was none). PostgreSQL: COMMENT ON TABLE, SHARE UPDATE
---EXCLUSIVE. SQLite has no comments: nothing is sent. Source: PostgreSQL manual, COMMENT
---@param table_name string
---@param text string
---@param opts table?
---@return CreateTableComment
function tables.create_table_comment(table_name, text, opts)
  local schema, name = check.object(table_name, 1, "the table's name", opts)
  if not shape.comment.test(text) then
    check.wrong(2, "the comment", text)
  end
  return check.options({
    kind = "create_table_comment",
    schema = schema,
    table = name,
    comment = text,
  }, opts, { schema = shape.name, existing_comment = shape.comment }, 3)
end

---Drop a table's comment. SQLite has no comments: nothing is sent.
---
---    op.drop_table_comment("account")
---
---Options: schema, existing_comment (for `op.reverse`).
---@param table_name string
---@param opts table?
---@return DropTableComment
function tables.drop_table_comment(table_name, opts)
  local schema, name = check.object(table_name, 1, "the table's name", opts)
  return check.options(
    { kind = "drop_table_comment", schema = schema, table = name },
    opts,
    { schema = shape.name, existing_comment = anything },
    2
  )
end

tables.reference_options = elements.reference_options

return tables
