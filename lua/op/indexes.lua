--- Indexes.

local check = require("neap.op.check")
local marks = require("neap.marks")
local errors = require("neap.errors")
local elements = require("neap.op.elements")

local shape = check.shape
local indexes = {}

---Create an index.
---
---    op.create_index("ix_account_email", "account", { op.sql "lower(email)" }, { unique = true })
---    op.create_index(nil, "report", { { "created", desc = true } }, { concurrently = true })
---
---Columns are names, `op.sql "expression"` (neap adds the parentheses), or `{ "name", desc = true, nulls =
---"first"|"last", opclass = "text_pattern_ops", collation = "C" }`. Options: unique, where, if_not_exists,
---schema (of the table; the index goes where the table is), comment; on PostgreSQL also using ("gin" ...),
---include, concurrently, nulls_not_distinct (15 and later), with, tablespace.
---
---PostgreSQL takes SHARE on the table: it can be read, writes wait. With `concurrently` they do not, the
---build runs outside a transaction and makes the revision stepwise; an invalid index that an earlier
---attempt left behind is dropped and built again. SQLite locks the whole file while it builds, and takes
---neither opclass nor the options of PostgreSQL (`concurrently` is passed over: nobody else writes).
---Source: PostgreSQL manual, CREATE INDEX; sqlite.org/lang_createindex.html
---@param name string?        nil: by `naming`, else `ix_<table>_<columns>`; never split
---@param table_name string   "table" or "schema.table"
---@param columns string|table
---@param opts table?
---@return CreateIndex
function indexes.create_index(name, table_name, columns, opts)
  local operation = {
    kind = "create_index",
    name = name ~= nil and check.name(name, 1, "the index's name, or nil") or nil,
  }
  operation.schema, operation.table = check.object(table_name, 2, "the table's name", opts)
  operation.columns = check.index_columns(columns, 3)
  return check.options(operation, opts, elements.index_options, 4)
end

local drop_index_options = {
  table = shape.name,
  schema = shape.name,
  concurrently = shape.boolean,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  columns = {
    expected = "a list of columns",
    test = function(value)
      return pcall(check.index_columns, value, 3)
    end,
  },
  options = shape.options,
}

---Drop an index.
---
---    op.drop_index("ix_account_email", { if_exists = true })
---    op.drop_index("bixie.ix_report_created", { concurrently = true })
---
---Options: table (taken for Alembic's sake; with "schema.table" it gives the schema), schema, if_exists,
---cascade (PostgreSQL), concurrently (PostgreSQL: outside a transaction, the revision becomes stepwise); for
---`op.reverse`: table, columns and options, as for `create_index`.
---PostgreSQL takes ACCESS EXCLUSIVE on the table unless concurrently.
---Source: PostgreSQL manual, DROP INDEX; sqlite.org/lang_dropindex.html
---@param name string  "index" or "schema.index"
---@param opts table?
---@return DropIndex
function indexes.drop_index(name, opts)
  local schema, index = check.object(name, 1, "the index's name", opts)
  local operation = check.options(
    { kind = "drop_index", schema = schema, name = index },
    opts,
    drop_index_options,
    2
  )
  if operation.table and not schema then
    operation.schema = marks.split(operation.table)
  end
  return check.creates(operation, { "columns" }, function(given, create_opts)
    if not operation.table then
      errors.usage('option "columns" goes with "table"')
    end
    create_opts.concurrently = create_opts.concurrently or operation.concurrently
    local schema_of_table, bare = marks.split(operation.table)
    create_opts.schema = schema_of_table or create_opts.schema
    return indexes.create_index(index, bare, given.columns, create_opts)
  end)
end

return indexes
