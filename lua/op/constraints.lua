--- Constraints of existing tables.

local check = require("neap.op.check")
local errors = require("neap.errors")
local marks = require("neap.marks")

local shape = check.shape
local constraints = {}

-- What all create_* below begin with.
local function start(kind, name, table_name, opts)
  local schema, bare = check.object(table_name, 2, "the table's name", opts)
  return {
    kind = kind,
    name = name ~= nil and check.name(name, 1, "the constraint's name, or nil") or nil,
    schema = schema,
    table = bare,
  }
end

local primary_key_options = {
  schema = shape.name,
  comment = shape.comment,
  deferrable = shape.boolean,
  initially = shape.initially,
  without_overlaps = shape.boolean,
  include = shape.names,
  with = shape.parameters,
  tablespace = shape.name,
  using_index = shape.name,
}

---Add a primary key to an existing table.
---
---    op.create_primary_key("pk_release", "release", { "product", "version" })
---
---Options: schema, comment, deferrable, initially, include, with, tablespace; without_overlaps (PostgreSQL 18 and
---later): the last column is a range, and no two rows with the same other columns overlap there; using_index: an
---existing unique index to take instead of building one. PostgreSQL takes ACCESS EXCLUSIVE and builds an index meanwhile. SQLite
---rebuilds the table, see `batch_alter_table`, and the columns become NOT NULL.
---Source: PostgreSQL manual, ALTER TABLE
---@param name string?  nil: by `naming`, else the database names it
---@param table_name string
---@param columns string|string[]
---@param opts table?
---@return CreatePrimaryKey
function constraints.create_primary_key(name, table_name, columns, opts)
  local operation = start("create_primary_key", name, table_name, opts)
  check.options(operation, opts, primary_key_options, 4)
  if columns ~= nil or not operation.using_index then
    operation.columns = check.names(columns, 3)
  end
  return operation
end

local unique_options = {
  schema = shape.name,
  comment = shape.comment,
  deferrable = shape.boolean,
  initially = shape.initially,
  without_overlaps = shape.boolean,
  include = shape.names,
  nulls_not_distinct = shape.boolean,
  with = shape.parameters,
  tablespace = shape.name,
  using_index = shape.name,
}

---Add a unique constraint to an existing table.
---
---    op.create_unique_constraint("uq_account_email", "account", "email")
---
---Options: schema, comment, deferrable, initially, include, with, tablespace, nulls_not_distinct (PostgreSQL 15 and later),
---without_overlaps (18 and later; see `create_primary_key`);
---using_index: an existing unique index (made concurrently, say) to take instead of building one. PostgreSQL takes ACCESS
---EXCLUSIVE and builds an index meanwhile. SQLite rebuilds the table; a unique index does
---the same without.
---Source: PostgreSQL manual, ALTER TABLE
---@param name string?
---@param table_name string
---@param columns string|string[]
---@param opts table?
---@return CreateUniqueConstraint
function constraints.create_unique_constraint(name, table_name, columns, opts)
  local operation = start("create_unique_constraint", name, table_name, opts)
  check.options(operation, opts, unique_options, 4)
  if columns ~= nil or not operation.using_index then
    operation.columns = check.names(columns, 3)
  end
  return operation
end

local check_options = {
  schema = shape.name,
  comment = shape.comment,
  not_valid = shape.boolean,
  no_inherit = shape.boolean,
  enforced = shape.boolean,
}

---Add a check constraint to an existing table.
---
---    op.create_check_constraint("ck_price", "item", "price >= 0", { not_valid = true })
---
---Options: schema, not_valid (existing rows are not read; `validate_constraint` does it later without
---blocking writes), no_inherit, comment; enforced = false (PostgreSQL 18 and later): written down and never looked at.
---PostgreSQL takes ACCESS EXCLUSIVE, and reads the table unless not_valid.
---SQLite rebuilds the table before 3.53.
---Source: PostgreSQL manual, ALTER TABLE
---@param name string?
---@param table_name string
---@param expression string  SQL, without the parentheses
---@param opts table?
---@return CreateCheckConstraint
function constraints.create_check_constraint(name, table_name, expression, opts)
  local operation = start("create_check_constraint", name, table_name, opts)
  operation.expression = check.text(expression, 3, "a condition as SQL text")
  return check.options(operation, opts, check_options, 4)
end

local foreign_key_options = {
  schema = shape.name,
  comment = shape.comment,
  source_schema = shape.name,
  referent_schema = shape.name,
  ondelete = shape.action,
  ondelete_columns = shape.names,
  onupdate = shape.action,
  match = shape.match,
  deferrable = shape.boolean,
  initially = shape.initially,
  not_valid = shape.boolean,
  enforced = shape.boolean,
  period = shape.boolean,
}

---Add a foreign key to an existing table.
---
---    op.create_foreign_key("fk_report_product", "report", "product", "product_id", "id",
---      { ondelete = "cascade", not_valid = true })
---
---Options: ondelete, onupdate ("cascade", "restrict", "set null", "set default", "no action"), match,
---deferrable, initially, not_valid (then `validate_constraint`), schema (of both tables), source_schema,
---referent_schema, comment; enforced = false and period (PostgreSQL 18 and later; period: the last columns are ranges,
---and the rows there have to cover the range of the row here). PostgreSQL takes SHARE ROW EXCLUSIVE on both tables, and reads them unless not_valid. SQLite
---rebuilds the table; existing rows without their row there fail the revision.
---Source: PostgreSQL manual, ALTER TABLE
---@param name string?
---@param source string            the table that refers
---@param referent string          the table referred to
---@param columns string|string[]  of source
---@param referred string|string[]? of referent; nil: its primary key
---@param opts table?
---@return CreateForeignKey
function constraints.create_foreign_key(name, source, referent, columns, referred, opts)
  local schemas = type(opts) == "table" and opts or {}
  local operation = {
    kind = "create_foreign_key",
    name = name ~= nil and check.name(name, 1, "the constraint's name, or nil") or nil,
  }
  check.name(source, 2, "the table's name")
  check.name(referent, 3, "the referred table's name")
  local columns_list = check.names(columns, 4)
  local referred_list = referred ~= nil and check.names(referred, 5) or nil
  check.options(operation, opts, foreign_key_options, 6)
  operation.source_schema, operation.referent_schema = nil, nil
  operation.schema, operation.table = marks.split(source, schemas.source_schema or schemas.schema)
  operation.referent_schema, operation.referent =
    marks.split(referent, schemas.referent_schema or schemas.schema)
  operation.columns, operation.referred = columns_list, referred_list
  return operation
end

local not_null_options = {
  schema = shape.name,
  comment = shape.comment,
  not_valid = shape.boolean,
  no_inherit = shape.boolean,
}

---Make a column NOT NULL by a constraint of its own: PostgreSQL 18 and later. It may have a name, and be proven later.
---
---    op.create_not_null_constraint("item_price_not_null", "item", "price", { not_valid = true })
---    op.commit()
---    op.validate_constraint("item_price_not_null", "item")
---
---Options: schema, not_valid (existing rows are not read; `validate_constraint` does it later without blocking writes),
---no_inherit, comment. PostgreSQL takes ACCESS EXCLUSIVE, and reads the table unless not_valid. Otherwise, and
---everywhere else, `alter_column` with nullable = false does it.
---Source: PostgreSQL manual, ALTER TABLE, "ADD table_constraint"
---@param name string?  nil: the database names it
---@param table_name string
---@param column string
---@param opts table?
---@return CreateNotNullConstraint
function constraints.create_not_null_constraint(name, table_name, column, opts)
  local operation = start("create_not_null_constraint", name, table_name, opts)
  operation.columns = { check.name(column, 3, "the column's name") }
  return check.options(operation, opts, not_null_options, 4)
end

local exclude_options = {
  schema = shape.name,
  comment = shape.comment,
  using = shape.name,
  where = shape.expression,
  include = shape.names,
  with = shape.parameters,
  tablespace = shape.name,
  deferrable = shape.boolean,
  initially = shape.initially,
}

---Add an exclusion constraint to an existing table; PostgreSQL only.
---
---    op.create_exclude_constraint("no_overlap", "booking", { { "room", "=" }, { "during", "&&" } })
---
---Elements as for `op.exclude`. Options: schema, comment, using (default "gist"), where, include, with, tablespace,
---deferrable, initially. Takes ACCESS EXCLUSIVE and builds an index meanwhile; there is no NOT VALID form.
---Source: PostgreSQL manual, CREATE TABLE, "EXCLUDE"
---@param name string?
---@param table_name string
---@param elements table[]
---@param opts table?
---@return CreateExcludeConstraint
function constraints.create_exclude_constraint(name, table_name, elements, opts)
  local operation = start("create_exclude_constraint", name, table_name, opts)
  operation.elements = check.exclusions(elements, 3)
  return check.options(operation, opts, exclude_options, 4)
end

local drop_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  columns = shape.names,
  check = shape.expression,
  type = check.one_of({ "primary", "unique", "check", "foreignkey", "exclude", "notnull" }),
  type_ = check.one_of({ "primary", "unique", "check", "foreignkey", "exclude", "notnull" }),
  references = {
    expected = '{ "table", { columns }, ondelete = ... }',
    test = function(value)
      return type(value) == "table" and shape.name.test(value[1])
    end,
  },
  elements = {
    expected = 'a list of pairs { { "room", "=" }, { "during", "&&" } }',
    test = function(value)
      return pcall(check.exclusions, value, 3)
    end,
  },
  options = shape.options,
}

-- What op.reverse makes anew, by type.
local makers = {
  primary = function(operation, opts)
    return constraints.create_primary_key(operation.name, operation.table, operation.columns, opts)
  end,
  unique = function(operation, opts)
    return constraints.create_unique_constraint(
      operation.name,
      operation.table,
      operation.columns,
      opts
    )
  end,
  check = function(operation, opts)
    return constraints.create_check_constraint(
      operation.name,
      operation.table,
      operation.check,
      opts
    )
  end,
  foreignkey = function(operation, opts, references)
    for name, value in next, references do
      if type(name) == "string" and name ~= "schema" then
        opts[name] = value
      end
    end
    opts.source_schema, opts.schema = opts.schema, nil
    opts.referent_schema = references.schema
    return constraints.create_foreign_key(
      operation.name,
      operation.table,
      references[1],
      operation.columns,
      references[2],
      opts
    )
  end,
  exclude = function(operation, opts, _, elements)
    return constraints.create_exclude_constraint(operation.name, operation.table, elements, opts)
  end,
  notnull = function(operation, opts)
    local column = check.names(operation.columns, 3)[1]
    return constraints.create_not_null_constraint(operation.name, operation.table, column, opts)
  end,
}

-- What tells that a drop says enough, by type.
local needed = {
  primary = "columns",
  unique = "columns",
  check = "check",
  foreignkey = "references",
  exclude = "elements",
  notnull = "columns",
}

---Drop a constraint of any kind.
---
---    op.drop_constraint("uq_account_email", "account", { if_exists = true })
---
---Options: schema, if_exists, cascade (PostgreSQL: a unique constraint with the foreign keys that need it).
---Alembic's type is taken and not needed. PostgreSQL takes ACCESS EXCLUSIVE for an instant; for a foreign key on
---the referred table too. SQLite rebuilds the table; an unnamed constraint is named there by `columns = {...}` or
---`check = "expression"`. For `op.reverse`: type ("primary", "unique", "check", "foreignkey", "exclude", "notnull") with
---columns, check, elements, or columns and references = { "table", { columns }, ondelete = ... }; options, as for the create.
---Source: PostgreSQL manual, ALTER TABLE
---@param name string?  nil: on SQLite, with columns or check
---@param table_name string
---@param opts table?
---@return DropConstraint
function constraints.drop_constraint(name, table_name, opts)
  local operation = start("drop_constraint", name, table_name, opts)
  check.options(operation, opts, drop_options, 3)
  operation.type = operation.type or operation.type_
  operation.type_ = nil
  if name == nil and not operation.columns and not operation.check then
    check.wrong(1, "the constraint's name", name)
  end
  local references, elements, options = operation.references, operation.elements, operation.options
  operation.references, operation.elements, operation.options = nil, nil, nil
  local kind = operation.type
    or references and "foreignkey"
    or elements and "exclude"
    or operation.check and "check"
  local enough = kind and (references or elements or operation[needed[kind]])
  if enough then
    local create_opts = { schema = operation.schema }
    for option, value in next, options or {} do
      create_opts[option] = value
    end
    operation.creates = makers[kind](operation, create_opts, references, elements)
  elseif options then
    errors.usage('option "options" goes with "type", and columns, check, references or elements')
  end
  return operation
end

---Check the existing rows against a constraint that was added with not_valid.
---
---    op.validate_constraint("ck_price", "item")
---
---PostgreSQL reads the table under SHARE UPDATE EXCLUSIVE: reads and writes go on. That holds only when the
---constraint was added in an earlier transaction: put `op.commit()` between the two. SQLite has nothing like it.
---Source: PostgreSQL manual, ALTER TABLE, "VALIDATE CONSTRAINT"
---@param name string
---@param table_name string
---@param opts table?  schema
---@return ValidateConstraint
function constraints.validate_constraint(name, table_name, opts)
  check.name(name, 1, "the constraint's name")
  local operation = start("validate_constraint", name, table_name, opts)
  return check.options(operation, opts, { schema = shape.name }, 3)
end

---Rename a constraint, and the index behind it.
---
---    op.rename_constraint("account_email_key", "uq_account_email", "account")
---
---PostgreSQL takes ACCESS EXCLUSIVE for an instant. SQLite rebuilds the table.
---Source: PostgreSQL manual, ALTER TABLE
---@param old string
---@param new string
---@param table_name string
---@param opts table?  schema
---@return RenameConstraint
function constraints.rename_constraint(old, new, table_name, opts)
  local schema, bare = check.object(table_name, 3, "the table's name", opts)
  return check.options({
    kind = "rename_constraint",
    name = check.name(old, 1, "the constraint's name"),
    new_name = check.name(new, 2, "the new name"),
    schema = schema,
    table = bare,
  }, opts, { schema = shape.name }, 4)
end

return constraints
