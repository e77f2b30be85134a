--- What tables are made of: columns, constraints and indexes, as plain tables for create_table,
--- add_column and the like; and the marks for values that are not literals.

local check = require("neap.op.check")
local marks = require("neap.marks")

local shape = check.shape
local elements = {}

local reference_options = {
  schema = shape.name,
  name = shape.name,
  ondelete = shape.action,
  ondelete_columns = shape.names,
  onupdate = shape.action,
  match = shape.match,
  deferrable = shape.boolean,
  initially = shape.initially,
  enforced = shape.boolean,
}
elements.reference_options = reference_options

local identity_kinds = { ["always"] = true, ["by default"] = true }
local identity_keys = {
  always = shape.boolean,
  start = shape.integer,
  increment = shape.integer,
  minvalue = shape.integer_or_false,
  maxvalue = shape.integer_or_false,
  cache = shape.integer,
  cycle = shape.boolean,
  sequence = shape.name,
}
shape.identity = {
  expected = 'true, false, "always", "by default" or a table { always = , start = , increment = ... }',
  names = identity_kinds,
  test = function(value)
    if type(value) == "boolean" or identity_kinds[value] then
      return true
    end
    if type(value) ~= "table" then
      return false
    end
    return pcall(check.options, {}, value, identity_keys, 3)
  end,
}

local column_options = {
  nullable = shape.boolean,
  server_default = shape.value,
  primary_key = shape.boolean,
  unique = shape.name_or_boolean,
  index = shape.name_or_boolean,
  references = {
    expected = '"table.column" or { "table", "column", ondelete = ... }',
    test = function(value)
      return type(value) == "string" or type(value) == "table"
    end,
  },
  check = shape.named_expression,
  identity = shape.identity,
  generated = shape.generated,
  collation = shape.name,
  comment = shape.comment,
  autoincrement = shape.boolean,
}

---A column, for `create_table` and `add_column`.
---
---    op.column("email", "text", { nullable = false, unique = true, comment = "lower case" })
---    op.column("owner", "bigint", { references = { "account", "id", ondelete = "cascade" } })
---
---Options: `nullable` (default true, as in SQL), `server_default` (a literal, or `op.sql "now()"`),
---`primary_key` (on several columns: one key of them all), `unique` (a constraint; true or its name),
---`index` (true: `ix_<table>_<column>`, or a name; with `unique` one unique index), `references`
---("table.column", "schema.table.column" or a table with ondelete, onupdate, match, deferrable,
---initially, enforced, name), `check` (SQL text, or `{ "SQL text", name = ... }`), `identity` (true or "always",
---"by default", or a table: always, start, increment, minvalue and maxvalue (false: none), cycle, cache, sequence: its name), `generated`
---(an expression, or `{ expression, stored = true|false }`; stored on PostgreSQL and virtual on SQLite
---when nothing is said), `collation`, `comment`, `autoincrement`.
---
---Nothing is implied: an integer primary key is no serial. `autoincrement = true` makes smallint,
---integer and bigint smallserial, serial and bigserial on PostgreSQL, and INTEGER PRIMARY KEY
---AUTOINCREMENT on SQLite.
---
---Types are SQL's own (`"numeric(10,2)"`, `"text[]"`, `"citext"`, a domain), sent to PostgreSQL as they
---are. SQLite gets the nearest type with the right affinity: integers, real and numeric types, text and
---blob stay, dates, times, intervals, uuid, json, arrays and unknown names are text. `""` is a column of SQLite without
---a type.
---Source: PostgreSQL manual, CREATE TABLE; sqlite.org/datatype3.html
---@param name string  never split at a dot
---@param type_name string
---@param opts table?
---@return Column
function elements.column(name, type_name, opts)
  local column = {
    kind = "column",
    name = check.name(name, 1, "the column's name"),
    type = type_name == "" and "" or check.text(type_name, 2, "the column's type"),
    nullable = nil, -- room for an option
  }
  check.options(column, opts, column_options, 3)
  if column.references then
    column.references = check.references(column.references, reference_options)
  end
  if type(column.identity) == "table" then
    check.options({}, column.identity, identity_keys, 3)
  end
  return column
end

local key_options = {
  name = shape.name,
  comment = shape.comment,
  deferrable = shape.boolean,
  initially = shape.initially,
  without_overlaps = shape.boolean,
  include = shape.names,
  with = shape.parameters,
  tablespace = shape.name,
}

---A primary key over several columns, for `create_table`.
---
---    op.primary_key({ "product", "version" }, { name = "pk_release" })
---
---Options: name, comment, deferrable, initially ("deferred", "immediate"); without_overlaps (PostgreSQL 18 and later):
---the last column is a range, and no two rows with the same other columns overlap there; include, with and tablespace
---of its index (PostgreSQL).
---@param columns string|string[]
---@param opts table?
function elements.primary_key(columns, opts)
  return check.options(
    { kind = "primary_key", columns = check.names(columns, 1) },
    opts,
    key_options,
    2
  )
end

local unique_options = {
  name = shape.name,
  comment = shape.comment,
  deferrable = shape.boolean,
  initially = shape.initially,
  without_overlaps = shape.boolean,
  include = shape.names,
  nulls_not_distinct = shape.boolean,
  with = shape.parameters,
  tablespace = shape.name,
}

---A unique constraint, for `create_table`.
---
---    op.unique({ "product", "version" })
---
---Options: name, comment, deferrable, initially, include, with, tablespace, nulls_not_distinct (PostgreSQL 15 and later),
---without_overlaps (PostgreSQL 18 and later; see `primary_key`).
---@param columns string|string[]
---@param opts table?
function elements.unique(columns, opts)
  return check.options(
    { kind = "unique", columns = check.names(columns, 1) },
    opts,
    unique_options,
    2
  )
end

local check_options = {
  name = shape.name,
  comment = shape.comment,
  no_inherit = shape.boolean,
  enforced = shape.boolean,
}

---A check constraint, for `create_table`.
---
---    op.check("price >= 0", { name = "ck_price" })
---
---Options: name, comment; no_inherit (PostgreSQL); enforced = false (PostgreSQL 18 and later): it is written down and
---never looked at.
---@param expression string  SQL, without the parentheses
---@param opts table?
function elements.check(expression, opts)
  return check.options(
    { kind = "check", expression = check.text(expression, 1, "a condition as SQL text") },
    opts,
    check_options,
    2
  )
end

local not_null_options = { name = shape.name, comment = shape.comment, no_inherit = shape.boolean }

---A NOT NULL with a name or NO INHERIT, for `create_table`; PostgreSQL 18 and later. Otherwise say
---`nullable = false` of the column.
---
---    op.not_null("price", { name = "price_is_known" })
---
---Options: name, comment, no_inherit.
---Source: PostgreSQL manual, CREATE TABLE, "NOT NULL"
---@param column string
---@param opts table?
function elements.not_null(column, opts)
  return check.options(
    { kind = "not_null", columns = { check.name(column, 1, "the column's name") } },
    opts,
    not_null_options,
    2
  )
end

local foreign_key_options = { comment = shape.comment, period = shape.boolean }
for name, expected in pairs(reference_options) do
  foreign_key_options[name] = expected
end

---A foreign key, for `create_table`.
---
---    op.foreign_key({ "product", "version" }, "release", { "product", "version" }, { ondelete = "cascade" })
---
---Options: name, comment, ondelete and onupdate ("cascade", "restrict", "set null", "set default", "no action"),
---ondelete_columns (which of them "set null" and "set default" set; PostgreSQL 15 and later),
---match ("full", "simple"), deferrable, initially, schema (of the referred table); enforced = false and period
---(PostgreSQL 18 and later; period: the last columns are ranges, and the rows there have to cover the range of the row
---here, by a key with without_overlaps). PostgreSQL locks the
---referred table against writes (SHARE ROW EXCLUSIVE) until the transaction ends.
---@param columns string|string[]
---@param referent string           "table" or "schema.table"
---@param referred string|string[]? its columns; nil: its primary key
---@param opts table?
function elements.foreign_key(columns, referent, referred, opts)
  local key = { kind = "foreign_key", columns = check.names(columns, 1) }
  key.referent_schema, key.referent = check.object(referent, 2, "the referred table", opts)
  key.referred = referred ~= nil and check.names(referred, 3) or nil
  return check.options(key, opts, foreign_key_options, 4)
end

local exclude_options = {
  name = shape.name,
  comment = shape.comment,
  using = shape.name,
  where = shape.expression,
  include = shape.names,
  with = shape.parameters,
  tablespace = shape.name,
  deferrable = shape.boolean,
  initially = shape.initially,
}

---An exclusion constraint, for `create_table`; PostgreSQL only.
---
---    op.exclude({ { "room", "=" }, { "during", "&&" } }, { using = "gist", name = "no_overlap" })
---
---Each pair is a column (or `op.sql "expression"`) and an operator; opclass, collation, desc and nulls
---may stand beside them. Options: name, comment, using (default "gist"), where, deferrable, initially, include,
---with, tablespace.
---Source: PostgreSQL manual, CREATE TABLE, "EXCLUDE"
---@param pairs table[]
---@param opts table?
function elements.exclude(pairs, opts)
  return check.options(
    { kind = "exclude", elements = check.exclusions(pairs, 1) },
    opts,
    exclude_options,
    2
  )
end

elements.index_options = {
  unique = shape.boolean,
  where = shape.expression,
  using = shape.name,
  include = shape.names,
  concurrently = shape.boolean,
  if_not_exists = shape.boolean,
  nulls_not_distinct = shape.boolean,
  with = shape.parameters,
  tablespace = shape.name,
  schema = shape.name,
  comment = shape.comment,
}

local element_index_options = {}
for name, expected in pairs(elements.index_options) do
  element_index_options[name] = expected
end
element_index_options.concurrently = nil
element_index_options.schema = nil

---An index, for `create_table`: made right after the table.
---
---    op.index("ix_report_email", { op.sql "lower(email)" }, { where = "email IS NOT NULL" })
---
---Columns and options as for `create_index` (but not concurrently: the table is new).
---@param name string?  nil: by `naming`, else `ix_<table>_<columns>`
---@param columns string|table
---@param opts table?
function elements.index(name, columns, opts)
  return check.options({
    kind = "index",
    name = name ~= nil and check.name(name, 1, "the index's name") or nil,
    columns = check.index_columns(columns, 2),
  }, opts, element_index_options, 3)
end

---Raw SQL where a value is expected.
---
---    op.column("created", "timestamptz", { server_default = op.sql "now()" })
---    op.create_index("ix_email", "account", { op.sql "lower(email)" })
---
---As a default SQLite gets it in parentheses, and CURRENT_TIMESTAMP for `now()`.
---@param text string
function elements.sql(text)
  return marks.new_sql(check.text(text, 1, "SQL text"))
end

---A string of bytes, for bytea and BLOB columns in `bulk_insert` and parameters.
---
---    op.bulk_insert("file", { { name = "a", content = op.bytes("\0\1\2") } })
---@param bytes string  any bytes
function elements.bytes(bytes)
  if type(bytes) ~= "string" then
    check.wrong(1, "a string", bytes)
  end
  return marks.new_bytes(bytes)
end

return elements
