---@meta neap.op

-- What a revision sees, for editors (LuaLS: workspace.library). Made from neap's sources
-- with `neap reference annotations > library/neap.lua`; nothing here runs.

---@class Column        what op.column gives
---@class Operation     an operation as a plain table, for op.run
---@field kind string

---@class neap
---@field x table<string, string>  of -x KEY=VALUE
---@field offline boolean          a script is written
---@field dialect "postgresql"|"sqlite"
---@field version string
---@field config table             neap.lua's, without the password
---@field now string               one instant for the whole run
neap = {}

---@class op
---@field null userdata            NULL
---@field dialect "postgresql"|"sqlite"
---@field offline boolean          a script is written
op = {}

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
function op.column(name, type_name, opts) end

---A primary key over several columns, for `create_table`.
---
---    op.primary_key({ "product", "version" }, { name = "pk_release" })
---
---Options: name, comment, deferrable, initially ("deferred", "immediate"); without_overlaps (PostgreSQL 18 and later):
---the last column is a range, and no two rows with the same other columns overlap there; include, with and tablespace
---of its index (PostgreSQL).
---@param columns string|string[]
---@param opts table?
function op.primary_key(columns, opts) end

---A unique constraint, for `create_table`.
---
---    op.unique({ "product", "version" })
---
---Options: name, comment, deferrable, initially, include, with, tablespace, nulls_not_distinct (PostgreSQL 15 and later),
---without_overlaps (PostgreSQL 18 and later; see `primary_key`).
---@param columns string|string[]
---@param opts table?
function op.unique(columns, opts) end

---A check constraint, for `create_table`.
---
---    op.check("price >= 0", { name = "ck_price" })
---
---Options: name, comment; no_inherit (PostgreSQL); enforced = false (PostgreSQL 18 and later): it is written down and
---never looked at.
---@param expression string  SQL, without the parentheses
---@param opts table?
function op.check(expression, opts) end

---A NOT NULL with a name or NO INHERIT, for `create_table`; PostgreSQL 18 and later. Otherwise say
---`nullable = false` of the column.
---
---    op.not_null("price", { name = "price_is_known" })
---
---Options: name, comment, no_inherit.
---Source: PostgreSQL manual, CREATE TABLE, "NOT NULL"
---@param column string
---@param opts table?
function op.not_null(column, opts) end

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
function op.foreign_key(columns, referent, referred, opts) end

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
function op.exclude(pairs, opts) end

---An index, for `create_table`: made right after the table.
---
---    op.index("ix_report_email", { op.sql "lower(email)" }, { where = "email IS NOT NULL" })
---
---Columns and options as for `create_index` (but not concurrently: the table is new).
---@param name string?  nil: by `naming`, else `ix_<table>_<columns>`
---@param columns string|table
---@param opts table?
function op.index(name, columns, opts) end

---Raw SQL where a value is expected.
---
---    op.column("created", "timestamptz", { server_default = op.sql "now()" })
---    op.create_index("ix_email", "account", { op.sql "lower(email)" })
---
---As a default SQLite gets it in parentheses, and CURRENT_TIMESTAMP for `now()`.
---@param text string
function op.sql(text) end

---A string of bytes, for bytea and BLOB columns in `bulk_insert` and parameters.
---
---    op.bulk_insert("file", { { name = "a", content = op.bytes("\0\1\2") } })
---@param bytes string  any bytes
function op.bytes(bytes) end

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
function op.create_table(name, list, opts) end

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
function op.drop_table(name, opts) end

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
function op.rename_table(old, new, opts) end

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
function op.add_column(table_name, column, opts) end

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
function op.drop_column(table_name, name, opts) end

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
function op.alter_column(table_name, name, opts) end

---Set a table's comment.
---
---    op.create_table_comment("account", "people who may log in")
---
---Options: schema, existing_comment (for `op.reverse`; else there was none). PostgreSQL: COMMENT ON TABLE, SHARE UPDATE
---EXCLUSIVE. SQLite has no comments: nothing is sent. Source: PostgreSQL manual, COMMENT
---@param table_name string
---@param text string
---@param opts table?
function op.create_table_comment(table_name, text, opts) end

---Drop a table's comment. SQLite has no comments: nothing is sent.
---
---    op.drop_table_comment("account")
---
---Options: schema, existing_comment (for `op.reverse`).
---@param table_name string
---@param opts table?
function op.drop_table_comment(table_name, opts) end

---Change one table in several ways at once.
---
---    op.batch_alter_table("account", {}, function(batch)
---      batch.add_column(op.column("email", "text"))
---      batch.alter_column("name", { new_name = "full_name" })
---      batch.drop_column("age")
---    end)
---
---fn gets op's directives, called with a dot and without the table's name: add_column, alter_column, drop_column,
---create_primary_key, create_unique_constraint, create_check_constraint, create_foreign_key(name, referent, local
---columns, remote columns), create_exclude_constraint, drop_constraint, validate_constraint, rename_constraint,
---create_index(name, columns), drop_index. They are sent when fn returns, after all of them have been checked: plain
---ALTERs on PostgreSQL, on SQLite too where ALTER TABLE can.
---
---What it cannot is done by one rebuild, as also without a batch: a new table is made, the rows are copied, the old table
---is dropped, the new one gets its name. What is not changed stays as it was written: AUTOINCREMENT and its counter, COLLATE,
---checks, generated columns, STRICT, WITHOUT ROWID, indexes, triggers, ANALYZE's numbers; rows keep their rowids; foreign
---keys are not enforced meanwhile, and looked at before the commit. A view or trigger that would break is named, and nothing
---has happened. It needs the room of the table once more, and the time to copy it.
---
---Options: schema; for SQLite recreate ("auto"; "always": rebuild; "never": an error instead) and copy_from: the elements
---of the table as it is, for scripts (`--sql`), which cannot look, with `strict = true` or `without_rowid = true` among them;
---there the table's triggers have to be made again in the revision; definition: the whole CREATE TABLE statement that the table
---is rebuilt to, for what op has no words for (ON CONFLICT, STRICT): columns of the same name keep their values, and there is
---no fn. Source: sqlite.org/lang_altertable.html#otheralter
---@param table_name string
---@param opts table?
---@param fn fun(batch: table)?
function op.batch_alter_table(table_name, opts, fn) end

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
function op.create_index(name, table_name, columns, opts) end

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
function op.drop_index(name, opts) end

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
function op.create_primary_key(name, table_name, columns, opts) end

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
function op.create_unique_constraint(name, table_name, columns, opts) end

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
function op.create_check_constraint(name, table_name, expression, opts) end

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
function op.create_foreign_key(name, source, referent, columns, referred, opts) end

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
function op.create_not_null_constraint(name, table_name, column, opts) end

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
function op.create_exclude_constraint(name, table_name, elements, opts) end

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
function op.drop_constraint(name, table_name, opts) end

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
function op.validate_constraint(name, table_name, opts) end

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
function op.rename_constraint(old, new, table_name, opts) end

---Create a view.
---
---    op.create_view("active_account", "SELECT id, email FROM account WHERE active", { replace = true })
---
---Options: replace (OR REPLACE on PostgreSQL, where the columns may only grow at the end; SQLite drops and creates),
---columns (their names), temporary, schema; PostgreSQL also recursive, with ({ security_barrier = true }),
---check_option ("local", "cascaded"), comment; SQLite also if_not_exists.
---Source: PostgreSQL manual, CREATE VIEW; sqlite.org/lang_createview.html
---@param name string
---@param sql string  the query; a semicolon at its end is passed over
---@param opts table?
function op.create_view(name, sql, opts) end

---Drop a view.
---
---    op.drop_view("active_account", { if_exists = true })
---
---Options: schema, if_exists, cascade (PostgreSQL: with the views made of it); for `op.reverse`: sql and options, as
---for `create_view`.
---Source: PostgreSQL manual, DROP VIEW; sqlite.org/lang_dropview.html
---@param name string
---@param opts table?
function op.drop_view(name, opts) end

---Create a materialized view; PostgreSQL only.
---
---    op.create_materialized_view("report_day", "SELECT day, count(*) FROM report GROUP BY day", { with_data = false })
---
---Options: with_data (false: empty until refreshed), if_not_exists, columns, using, with, tablespace, schema, comment.
---Source: PostgreSQL manual, CREATE MATERIALIZED VIEW
---@param name string
---@param sql string
---@param opts table?
function op.create_materialized_view(name, sql, opts) end

---Drop a materialized view; PostgreSQL only.
---
---    op.drop_materialized_view("report_day", { if_exists = true })
---
---Options: schema, if_exists, cascade; for `op.reverse`: sql and options, as for `create_materialized_view`.
---Source: PostgreSQL manual, DROP MATERIALIZED VIEW
---@param name string
---@param opts table?
function op.drop_materialized_view(name, opts) end

---Fill a materialized view anew; PostgreSQL only.
---
---    op.refresh_materialized_view("report_day", { concurrently = true })
---
---Options: concurrently (it can be read meanwhile; needs a unique index; runs in the transaction like any statement),
---with_data (false: empty it), schema. Without concurrently it takes ACCESS EXCLUSIVE.
---Source: PostgreSQL manual, REFRESH MATERIALIZED VIEW
---@param name string
---@param opts table?
function op.refresh_materialized_view(name, opts) end

---Create a function or procedure; PostgreSQL only.
---
---    op.create_function([[
---      CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer
---      LANGUAGE sql IMMUTABLE AS $$ SELECT a * 2 $$
---    ]])
---
---Takes the whole statement and sends it byte for byte. For many of them: `op.load_sql_dir`. Options: comment.
---Source: PostgreSQL manual, CREATE FUNCTION, CREATE PROCEDURE
---@param sql string
---@param opts table?
function op.create_function(sql, opts) end

---Create an aggregate; PostgreSQL only.
---
---    op.create_aggregate("CREATE AGGREGATE product (numeric) (sfunc = numeric_mul, stype = numeric)")
---
---Takes the whole statement and sends it byte for byte. Options: comment. Source: PostgreSQL manual, CREATE AGGREGATE
---@param sql string
---@param opts table?
function op.create_aggregate(sql, opts) end

---Create a trigger.
---
---    op.create_trigger([[
---      CREATE TRIGGER touch BEFORE UPDATE ON account
---      FOR EACH ROW EXECUTE FUNCTION set_updated()
---    ]])
---
---Takes the whole statement, in the database's own words, and sends it byte for byte. PostgreSQL takes SHARE ROW
---EXCLUSIVE on the table. Options: comment (PostgreSQL; SQLite has none and leaves it out).
---Source: PostgreSQL manual, CREATE TRIGGER; sqlite.org/lang_createtrigger.html
---@param sql string
---@param opts table?
function op.create_trigger(sql, opts) end

---Drop a function; PostgreSQL only.
---
---    op.drop_function("twice(integer)", { if_exists = true })
---
---Without argument types the name must be the only one of its kind. Options: schema, if_exists, cascade,
---kind ("function", "procedure", "aggregate", "routine": any of them); for `op.reverse`: definition, the CREATE.
---Source: PostgreSQL manual, DROP FUNCTION
---@param name string  "name(argument types)" or "schema.name(argument types)"
---@param opts table?
function op.drop_function(name, opts) end

---Drop an aggregate; PostgreSQL only.
---
---    op.drop_aggregate("product(numeric)")
---
---Options: schema, if_exists, cascade; for `op.reverse`: definition, the CREATE.
---Source: PostgreSQL manual, DROP AGGREGATE
---@param name string  "name(argument types)"
---@param opts table?
function op.drop_aggregate(name, opts) end

---Drop a trigger.
---
---    op.drop_trigger("touch", "account", { if_exists = true })
---
---Options: schema (of the table), if_exists, cascade (PostgreSQL); for `op.reverse`: definition, the CREATE.
---PostgreSQL takes ACCESS EXCLUSIVE on the table.
---Source: PostgreSQL manual, DROP TRIGGER; sqlite.org/lang_droptrigger.html
---@param name string
---@param table_name string
---@param opts table?
function op.drop_trigger(name, table_name, opts) end

---Create an enum type.
---
---    op.create_enum("mood", { "sad", "ok", "happy" })
---
---Options: schema, comment. Columns then say `op.column("feeling", "mood")`.
---Source: PostgreSQL manual, CREATE TYPE
---@param name string      an identifier, "type" or "schema.type"
---@param values string[]  in their order
---@param opts table?
function op.create_enum(name, values, opts) end

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
function op.add_enum_value(name, value, opts) end

---Rename a value of an enum.
---
---    op.rename_enum_value("mood", "meh", "so so")
---
---Options: schema. Rows that have it follow at once. Source: PostgreSQL manual, ALTER TYPE
---@param name string
---@param old string
---@param new string
---@param opts table?
function op.rename_enum_value(name, old, new, opts) end

---Drop a type: an enum, or any other.
---
---    op.drop_type("mood", { if_exists = true })
---
---Options: schema, if_exists, cascade (with the columns of that type); for `op.reverse` of an enum: values and options,
---as for `create_enum`.
---Source: PostgreSQL manual, DROP TYPE
---@param name string
---@param opts table?
function op.drop_type(name, opts) end

---Create a domain: a type with a default and a condition of its own.
---
---    op.create_domain("email", "text", { check = "value LIKE '%@%'", constraint_name = "email_has_at" })
---
---Options: nullable, server_default, check (SQL text about `value`, or `{ "SQL text", name = ... }`), constraint_name
---(of the check), collation, schema, comment. Source: PostgreSQL manual, CREATE DOMAIN
---@param name string
---@param type_name string
---@param opts table?
function op.create_domain(name, type_name, opts) end

---Drop a domain.
---
---    op.drop_domain("email", { if_exists = true })
---
---Options: schema, if_exists, cascade; for `op.reverse`: type and options, as for `create_domain`.
---Source: PostgreSQL manual, DROP DOMAIN
---@param name string
---@param opts table?
function op.drop_domain(name, opts) end

---Create a schema; PostgreSQL only.
---
---    op.create_schema("bixie", { if_not_exists = true, authorization = "app_owner" })
---
---Options: if_not_exists, authorization (its owner), comment. Source: PostgreSQL manual, CREATE SCHEMA
---@param name string  never split
---@param opts table?
function op.create_schema(name, opts) end

---Drop a schema; PostgreSQL only.
---
---    op.drop_schema("bixie", { cascade = true })
---
---Options: if_exists, cascade (with everything in it); for `op.reverse`: options, as for `create_schema`.
---Source: PostgreSQL manual, DROP SCHEMA
---@param name string
---@param opts table?
function op.drop_schema(name, opts) end

---Install an extension; PostgreSQL only.
---
---    op.create_extension("citext", { if_not_exists = true, schema = "public" })
---
---Options: if_not_exists, schema (where its objects go), version, cascade (with the extensions it needs),
---comment (in place of the extension's own).
---Source: PostgreSQL manual, CREATE EXTENSION
---@param name string  never split: "uuid-ossp"
---@param opts table?
function op.create_extension(name, opts) end

---Remove an extension; PostgreSQL only.
---
---    op.drop_extension("citext", { if_exists = true })
---
---Options: if_exists, cascade (with the columns of its types and the like); for `op.reverse`: options, as for
---`create_extension`.
---Source: PostgreSQL manual, DROP EXTENSION
---@param name string
---@param opts table?
function op.drop_extension(name, opts) end

---Create a sequence; PostgreSQL only.
---
---    op.create_sequence("report_id_seq", { as = "bigint", start = 1000, owned_by = "report.id" })
---
---Options: as ("smallint", "integer", "bigint"), start, increment, minvalue and maxvalue (false: NO MINVALUE),
---cache, cycle, owned_by ("table.column" or "schema.table.column": dropped with it), if_not_exists, temporary, schema,
---comment. Source: PostgreSQL manual, CREATE SEQUENCE
---@param name string
---@param opts table?
function op.create_sequence(name, opts) end

---Change a sequence; PostgreSQL only.
---
---    op.alter_sequence("report_id_seq", { restart = 5000, increment = 10 })
---
---Options as for `create_sequence`, and restart (true: at its start; or where), owned_by = "none", new_name,
---if_exists; for `op.reverse`: existing = { increment = 1, ... }, what it was. Source: PostgreSQL manual, ALTER SEQUENCE
---@param name string
---@param opts table
function op.alter_sequence(name, opts) end

---Drop a sequence; PostgreSQL only.
---
---    op.drop_sequence("report_id_seq", { if_exists = true })
---
---Options: schema, if_exists, cascade (with the defaults that use it); for `op.reverse`: options, as for
---`create_sequence`.
---Source: PostgreSQL manual, DROP SEQUENCE
---@param name string
---@param opts table?
function op.drop_sequence(name, opts) end

---Give an object another owner.
---
---    op.set_owner("table", "bixie.report", "app_owner")
---
---Options: schema; for `op.reverse`: existing_owner. Takes ACCESS EXCLUSIVE on a table for an instant. The kinds: table, view,
---materialized view, sequence, schema, type, domain, function, procedure, aggregate, database ...; functions as
---"name(argument types)". Source: PostgreSQL manual, ALTER TABLE, "OWNER TO"
---@param kind string
---@param name string
---@param role string
---@param opts table?
function op.set_owner(kind, name, role, opts) end

---Grant privileges, or membership in a role.
---
---    op.grant("select, insert", "table", { "report", "product" }, "breakpad_rw")
---    op.grant("usage", "schema", "bixie", { "reader", "writer" })
---    op.grant("select", "table", "account", "reader", { columns = { "id", "name" } })
---    op.grant(nil, "role", "reader", "alice")
---
---Kinds: table (and view), sequence, schema, function, procedure, database, type, domain, language, foreign server,
---"all tables in schema" and the like, role. Roles may be "public". Options: columns, with_grant_option,
---with_admin_option (of a role), granted_by, schema; of a role, PostgreSQL 16 and later: inherit (whether the member has
---its privileges without SET ROLE) and set (whether it may SET ROLE), true or false.
---Source: PostgreSQL manual, GRANT, "Database Roles"
---@param granted string|string[]|nil  nil for a role
---@param kind string
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
function op.grant(granted, kind, names, roles, opts) end

---Take privileges, or membership in a role, away.
---
---    op.revoke("all", "schema", "public", "public")
---
---Arguments as for `grant`. Options: columns, grant_option_for, admin_option_for (of a role), inherit_option_for and
---set_option_for (of a role, PostgreSQL 16 and later), cascade, granted_by, schema. Source: PostgreSQL manual, REVOKE
---@param revoked string|string[]|nil
---@param kind string
---@param names string|string[]
---@param roles string|string[]
---@param opts table?
function op.revoke(revoked, kind, names, roles, opts) end

---What objects made later will be granted.
---
---    op.alter_default_privileges({ schema = "bixie", grant = "select", on = "tables", to = "reader" })
---    op.alter_default_privileges({ for_role = "app_owner", revoke = "execute", on = "functions", from = "public" })
---
---Options: grant with to, or revoke with from; on ("tables", "sequences", "functions", "types", "schemas", "large
---objects": PostgreSQL 18 and later), for_role (whose objects; default: the current role's), schema, with_grant_option, grant_option_for, cascade.
---Source: PostgreSQL manual, ALTER DEFAULT PRIVILEGES
---@param opts table
function op.alter_default_privileges(opts) end

---Create a role. Roles belong to the whole server, not to the database.
---
---    op.create_role("breakpad_rw", { if_not_exists = true, login = false })
---    op.create_role("app", { login = true, password = neap.x.APP_PASSWORD, settings = { search_path = "bixie" } })
---
---Options: if_not_exists (a role that is there is taken as it is), login, superuser, createdb, createrole, inherit,
---replication, bypassrls, connection_limit, password, valid_until, settings (ALTER ROLE SET), in_role (roles that it
---joins), role and admin (roles that join it), comment. The server gets the password's SCRAM-SHA-256 verifier, as from
---psql's \password, so no log, error or history shows it; a script makes the role without one and says so. What the
---revision's file says is kept in the database: better `neap -x APP_PASSWORD=...` than a literal.
---Source: PostgreSQL manual, CREATE ROLE
---@param name string
---@param opts table?
function op.create_role(name, opts) end

---Change a role: its attributes, its name, its settings.
---
---    op.alter_role("app", { connection_limit = 20, valid_until = "infinity" })
---    op.alter_role("app", { settings = { statement_timeout = "15s", work_mem = op.null } })
---
---Options: login, superuser, createdb, createrole, inherit, replication, bypassrls, connection_limit, password (op.null:
---none; see `create_role`), valid_until, settings (ALTER ROLE SET; op.null: RESET), comment, new_name; for `op.reverse`:
---existing = { ... }, the same options as they were. Who is a member of what: `grant` and `revoke` with kind "role".
---Source: PostgreSQL manual, ALTER ROLE
---@param name string
---@param opts table
function op.alter_role(name, opts) end

---Drop a role. It may own nothing, and have no grants, in any database of the server.
---
---    op.drop_role("breakpad_rw", { if_exists = true })
---
---Options: if_exists; owned ("drop": first drop what it owns in this database and revoke its grants there; "reassign":
---first give what it owns to the current user); for `op.reverse`: options, as for `create_role`.
---Source: PostgreSQL manual, DROP ROLE, DROP OWNED
---@param name string
---@param opts table?
function op.drop_role(name, opts) end

---Run the rest of the revision as another role; PostgreSQL only.
---
---    op.set_role("app_owner")
---    op.set_role(op.null)   -- back
---
---Sends SET ROLE; after the revision the role is back to what it was.
---Source: PostgreSQL manual, SET ROLE
---@param name string|userdata
function op.set_role(name) end

---Create a policy: which rows of a table a role sees and may write. It counts once row security is on.
---
---    op.create_policy("own_rows", "account", { to = "customer", using = "owner = current_user" })
---    op.create_policy("no_backdating", "bixie.report", {
---      as = "restrictive", command = "insert", with_check = "created >= now()",
---    })
---    op.enable_row_security("account")
---
---Options: using (a condition for rows that are there) and with_check (for rows that are written; without it `using`
---counts), command ("all", "select", "insert", "update", "delete"; default all), to (roles; default public), as
---("permissive", "restrictive": must hold beside the others), schema (of the table), comment. `insert` takes
---with_check alone, `select` and `delete` take using alone. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, CREATE POLICY
---@param name string        never split
---@param table_name string  "table" or "schema.table"
---@param opts table?
function op.create_policy(name, table_name, opts) end

---Change a policy: its roles, its conditions or its name.
---
---    op.alter_policy("own_rows", "account", { to = { "customer", "clerk" } })
---    op.alter_policy("own_rows", "account", { new_name = "own" })
---
---What is absent is left alone; what a policy is for and whether it is restrictive cannot change. Options: to, using,
---with_check, new_name, schema (of the table); for `op.reverse`: existing = { using = , with_check = , to = }. Takes
---ACCESS EXCLUSIVE on the table for an instant. Source: PostgreSQL manual, ALTER POLICY
---@param name string
---@param table_name string
---@param opts table
function op.alter_policy(name, table_name, opts) end

---Drop a policy.
---
---    op.drop_policy("own_rows", "account", { if_exists = true })
---
---Options: if_exists, cascade (taken, there is nothing that depends on a policy), schema (of the table); for
---`op.reverse`: options, as for `create_policy`. Takes ACCESS EXCLUSIVE on the table for an instant. With row security
---on and no policy left, nobody but the owner sees a row.
---Source: PostgreSQL manual, DROP POLICY
---@param name string
---@param table_name string
---@param opts table?
function op.drop_policy(name, table_name, opts) end

---Turn row security on: from now on the table's policies decide, and without a policy there are no rows.
---
---    op.enable_row_security("account")
---
---Owners, superusers and roles with BYPASSRLS see everything as before; see `force_row_security`. Options: schema,
---if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, "Row Security Policies"; ALTER TABLE
---@param table_name string
---@param opts table?
function op.enable_row_security(table_name, opts) end

---Turn row security off. The policies stay, and do nothing.
---
---    op.disable_row_security("account")
---
---Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
function op.disable_row_security(table_name, opts) end

---Let the policies count for the table's owner, too, once row security is on.
---
---    op.force_row_security("account")
---
---Superusers and roles with BYPASSRLS still see everything. Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the
---table for an instant. Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
function op.force_row_security(table_name, opts) end

---Let the table's owner see everything again.
---
---    op.no_force_row_security("account")
---
---Options: schema, if_exists. Takes ACCESS EXCLUSIVE on the table for an instant.
---Source: PostgreSQL manual, ALTER TABLE
---@param table_name string
---@param opts table?
function op.no_force_row_security(table_name, opts) end

---Set the comment of anything that can have one, or drop it.
---
---    op.set_comment("function", "twice(integer)", "doubles a number")
---    op.set_comment("column", "bixie.report.uuid", "as the client sent it")
---    op.set_comment("constraint", "uq_account_email", "one account each", { table = "account" })
---    op.set_comment("view", "active_account", op.null)
---
---Kinds: table, column ("table.column" or "schema.table.column"), index, view, materialized view, sequence, schema,
---type, domain, extension, role, database, function, procedure and aggregate ("name(argument types)") ...; constraint,
---trigger, policy and rule, with the option table (a domain's constraint: with domain). Most create_* take `comment`
---and do the same. `op.null` drops the comment. Options: schema, table, domain; for `op.reverse`: existing_comment
---(else there was none).
---
---Takes SHARE UPDATE EXCLUSIVE on a table: it can be read and written. SQLite has no comments: nothing is sent.
---Source: PostgreSQL manual, COMMENT
---@param kind string
---@param name string
---@param text string|userdata  or op.null
---@param opts table?
function op.set_comment(kind, name, text, opts) end

---Create a partition of a table.
---
---    op.create_partition("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---    op.create_partition("account", "account_eu", { values = { "de", "fr" } })
---    op.create_partition("event", "event_0", { modulus = 4, remainder = 0 })
---    op.create_partition("report", "report_rest", { default = true })
---
---`from` and `to` are a value, or a list when the key has several columns; `op.sql "MINVALUE"` and "MAXVALUE" are
---open ends. A partition without a schema goes where its parent is. Options: if_not_exists, partition_by, with,
---tablespace, schema (of both), comment. Takes ACCESS EXCLUSIVE on the parent, and on a default partition, which it
---reads. Source: PostgreSQL manual, CREATE TABLE, "PARTITION OF"
---@param parent string
---@param name string
---@param bound table
---@param opts table?
function op.create_partition(parent, name, bound, opts) end

---Make an existing table a partition.
---
---    op.attach_partition("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---
---Bounds as for `create_partition`. Options: schema (of both). Takes SHARE UPDATE EXCLUSIVE on the parent and ACCESS
---EXCLUSIVE on the table, which it reads unless a valid check proves the bound.
---Source: PostgreSQL manual, ALTER TABLE, "ATTACH PARTITION"
---@param parent string
---@param name string
---@param bound table
---@param opts table?
function op.attach_partition(parent, name, bound, opts) end

---Make a partition a table of its own.
---
---    op.detach_partition("report", "report_20240101", { concurrently = true })
---
---Options: concurrently (14 and later: the parent can be read and written; outside a transaction, the revision becomes
---stepwise; one that was interrupted is ended by the run that goes on), finalize (end one that somebody else left),
---schema; for `op.reverse`: bound. Else takes ACCESS EXCLUSIVE on the parent.
---Source: PostgreSQL manual, ALTER TABLE, "DETACH PARTITION"
---@param parent string
---@param name string
---@param opts table?
function op.detach_partition(parent, name, opts) end

---Call fn with the qualified name of every partition of a table.
---
---    op.each_partition("report", function(partition)
---      op.drop_constraint("ck_report", partition, { if_exists = true })
---      op.create_check_constraint("ck_report", partition, "size > 0", { not_valid = true })
---    end, { commit = true, order = "newest last", from = "2024-01-01", lock_timeout = "2s" })
---
---fn gets the name as `"schema.name"`, ready for op, and the bound as SQL text (nil for a table that inherits).
---Partitions are those of declarative partitioning, or the tables that inherit from the parent.
---Options: schema; order: "asc" (by name, the default), "desc", "newest last", "newest first" (by where their range
---begins; those that do not say come last); from, to: only those that begin at from or later, and before to; before:
---only those that end there or earlier, so that all of their rows are before it; leaves (true: partitions of partitions
---instead of the direct ones, whose range counts); commit (true: each call is a transaction of its own); lock_timeout
---(with commit: how long a statement in it waits for a lock). Ends are values of the key, which the server compares:
---"2024-01-01" is midnight in the session's TimeZone where the key is a timestamptz. Where a table that inherits begins
---and ends says its check (day >= ... AND day < ...), otherwise the date at the end of its name, and every ("day",
---"week", "month").
---
---With commit = true the revision is stepwise: what came before is committed, then each partition, and a run that was
---stopped goes on with the next one. A lock that is not got rolls one partition back and is tried again after a pause
---(`lock_retries` times for each). The list is made once, when the revision begins: partitions made meanwhile are not
---in it. Refused in a `transaction = "all"` run and in op.savepoint. PostgreSQL with a live database only.
---Source: PostgreSQL manual, pg_inherits; "Partition Maintenance"
---@param parent string
---@param fn fun(name: string, bound: string?)
---@param opts table?
function op.each_partition(parent, fn, opts) end

---Run SQL text: one statement or many, sent byte for byte.
---
---    op.execute("UPDATE account SET email = lower(email)")
---    op.execute("DELETE FROM account WHERE id = $1 OR email = $2", { 5, "x@y.z" })
---    op.execute("DELETE FROM account WHERE id = :id", { id = 5 })
---
---Without params nothing in the text is replaced, and statements are split with the database's own rules (dollar
---quotes, nested comments, BEGIN ATOMIC, SQLite's trigger bodies). With params it is one statement, and the values
---travel beside it (offline: as quoted literals): a list for the database's placeholders (`$1`; `?` and `?1` on
---SQLite), a table with names for `:name`. Values are numbers, strings, booleans, `op.null`, `op.bytes(s)`; a
---list becomes an array on PostgreSQL and JSON on SQLite, any other table JSON.
---
---BEGIN, COMMIT, ROLLBACK and the like are refused: `op.commit`, `op.autocommit` and `op.savepoint` do that.
---@param sql string
---@param params table?
function op.execute(sql, params) end

---Insert many rows.
---
---    op.bulk_insert("product", {
---      { id = 1, name = "Firefox", tags = { "browser", "gecko" } },
---      { id = 2, name = "Thunderbird", released = "2004-12-07", icon = op.bytes(png) },
---    }, { columns = { tags = "text[]" } })
---
---For many rows, `rows` may be a function that is called for one after the other until it gives nil (it may give the
---same table again, with other values); it cannot call op itself. So a million of them need no memory:
---
---    local i = 0
---    op.bulk_insert("day", function()
---      i = i + 1
---      return i <= 1000000 and { number = i, name = "day " .. i } or nil
---    end)
---
---Rows of many columns are given fastest without tables: `columns` names them in an order, and the function gives
---values in that order, until the first of them is nil (op.null is NULL). A list of rows has lists then.
---
---    local i = 0
---    op.bulk_insert("day", function()
---      i = i + 1
---      if i <= 1000000 then
---        return i, "day " .. i
---      end
---    end, { columns = { "number", "name" } })
---
---Values are untyped literals, so `"5"` or `"2014-04-01"` fits any column. A list or a table goes by the column's type:
---an array, or json; the catalog is asked, unless `columns = { tags = "text[]" }` says so (offline it must). An empty
---table is an empty list; write `"{}"` for an empty JSON object. A key that a row lacks is DEFAULT, `op.null` is NULL,
---`op.sql "..."` is an expression. Options: columns (types, or an order, or both: `{ "id", "tags", tags = "text[]" }`),
---schema.
---
---PostgreSQL: INSERT with many rows each, and COPY for a thousand rows or more that all have the same plain columns.
---SQLite: one prepared statement, run once for each row; arrays are JSON text there. Offline: INSERTs. However many
---statements it takes, in a stepwise revision they are one step, committed once.
---
---An error names the row. A list is looked through before anything is sent, a function's rows as they come.
---@param table_name string
---@param rows table[]|fun(): ...any
---@param opts table?
function op.bulk_insert(table_name, rows, opts) end

---Run SQL files, relative to the `sql` directory of neap.lua.
---
---    op.load_sql("procs/update_adu.sql")
---    op.load_sql({ "types/mood.sql", "procs/find_mood.sql" })
---    op.load_sql("dump.sql", { transaction = "ignore" })
---
---A file is sent byte for byte; COPY ... FROM stdin with its data is understood. A backslash command of psql is an
---error with its line. BEGIN and COMMIT are refused; `transaction = "ignore"` passes over the outer pair. A path that
---leaves the directory is refused. Copies that `neap freeze` made for this revision go first. All files are read before
---the first is sent.
---
---Options: `keep = true` keeps, in the table neap_definition, what the files replace, for `revert_sql`; order,
---skip_unchanged and tidy: see `load_sql_dir`. On PostgreSQL, with any of them, a routine or view that CREATE OR REPLACE
---cannot change (another result, other names of arguments, fewer columns, a procedure instead of a function) is dropped
---and made anew, and gets its owner, grants and comment back; so are the views, triggers, rules, policies, defaults and
---routines that depend on it. What cannot be made anew by itself (an index, a constraint, a generated column) is named in
---an error. A type or materialized view is not replaced: its file drops it first (`DROP TYPE IF EXISTS`). On SQLite, with
---keep or skip_unchanged, a file takes the place of the views and triggers that it made before, without any DROP in it.
---
---Offline, on PostgreSQL, files go into the script as they stand: nothing is dropped to be made anew, so a file that changes
---a result or takes columns away must drop first; with any of these options no body is looked at.
---@param file string|string[]
---@param opts table?
function op.load_sql(file, opts) end

---Put back functions, procedures, aggregates, views, materialized views, triggers and types as they were before this
---revision loaded the files with `keep`, and drop those that were new. `procedures.revert` is the same.
---
---    op.revert_sql("procs/update_adu.sql")
---    op.revert_sql()   -- every file that this revision has kept
---
---They come back byte for byte, with owner, grants and comment, a materialized view with its indexes. What depends on a
---thing that must be made anew for that is made anew with it; a table that uses a type that has changed is named in an
---error. What else the files made (operators, indexes, policies) is the downgrade's to drop, before this. Fails when the
---files were not loaded with `keep`. Offline: an error, for the text is in the database.
---@param file string|string[]|nil
function op.revert_sql(file) end

---Run every `.sql` file of a directory, in name order (the bytes of the whole name).
---
---    op.load_sql_dir("views")
---    op.load_sql_dir("procs", { recursive = true, pattern = "report_*.sql" })
---    op.load_sql_dir("procs", { order = "dependency", skip_unchanged = true })
---
---Options: pattern, recursive, order, skip_unchanged, tidy, keep (see `load_sql`), transaction ("ignore": see `load_sql`). All
---files are read before the first is sent. A directory without any such file is an error.
---
---`order = "dependency"` puts a file after those that create what it uses: a view after the function that it calls, a
---trigger after its function. Two files that need each other are an error that names both. Names in the body of a
---plpgsql function are looked up when it runs, so such functions may call each other. PostgreSQL: a function whose body
---names a table that is not there yet is loaded without a look at its body, and a warning says so; a view, an argument or
---a result of such a type needs it at once.
---
---`skip_unchanged = true` loads only files whose text is another one than the last time, or whose functions, views,
---triggers or types are not what the file had made of them. Functions that a file made the last time and makes no more (an
---overload with other arguments) are dropped, and a warning names them; `tidy = true` does that alone, for files that are
---all loaded. Offline all files are written, and on PostgreSQL nothing is made anew: see `load_sql`.
---@param directory string
---@param opts table?
function op.load_sql_dir(directory, opts) end

---Change the rows of a large table in batches, each in a transaction of its own.
---
---    op.backfill({ table = "account", set = { name = op.sql "lower(name)" }, where = "name <> lower(name)" })
---    op.backfill({ table = "bixie.report", set = "day = created::date", batch = 5000, key = { "product", "id" } })
---
---set is SQL text (what follows SET), or a table of columns with values or op.sql. Options: where, batch (rows at a time
---that `where` holds for; default 1000), key (a column or columns that are never NULL; default: the primary key, on
---SQLite else the rowid), schema.
---
---Rows are taken in the order of the key, each once, whatever `where` says afterwards; set must not change the key.
---Makes the revision stepwise: what came before is committed, then each batch together with the key that it came to,
---so that a run that failed goes on exactly there. Locks the rows of one batch at a time. Refused in a
---`transaction = "all"` run and in op.savepoint. Offline it is one UPDATE.
---@param opts table  { table = , set = , where = , batch = , key = }
function op.backfill(opts) end

---Run a query; its rows as a list of tables by column name.
---
---    for _, row in ipairs(op.query("SELECT id, email FROM account WHERE age > $1", { 17 })) do
---      print(row.id, row.email)
---    end
---
---Integers, floats and booleans are Lua's, everything else is the database's text, NULL is absent. Parameters
---as for `execute`. Offline it is an error, which says what to do. More than 256 MB of rows is an error.
---
---A query may write (`INSERT ... RETURNING`) in a revision that is one transaction, and in the last step of one that has
---several; elsewhere that is an error, because a run that goes on after a failure asks its queries again.
---@param sql string
---@param params table?
---@return table<string, any>[]
function op.query(sql, params) end

---The first row of a query, or nil.
---
---    local account = op.row("SELECT * FROM account WHERE id = :id", { id = 5 })
---@param sql string
---@param params table?
---@return table<string, any>?
function op.row(sql, params) end

---The one value of a query, or nil for NULL and for no row. More than one column is an error.
---
---    if op.scalar("SELECT count(*) FROM account") == 0 then ... end
---@param sql string
---@param params table?
---@return any
function op.scalar(sql, params) end

---Run fn in a savepoint. An error in it undoes what fn did, and nothing else.
---
---    local ok, err = op.savepoint(function()
---      op.execute("CREATE EXTENSION pg_trgm")
---    end)
---    if not ok then print(err.sqlstate, err) end
---
---Gives true and what fn gives, or false and the error: a table with message, sqlstate and source (file and
---line); `tostring(err)` is the message. Savepoints nest. Inside an aborted PostgreSQL transaction nothing else
---can go on; a plain `pcall` cannot. Statements that end the transaction (`op.commit`, concurrently) are refused
---inside fn. Source: PostgreSQL manual, SAVEPOINT; sqlite.org/lang_savepoint.html
---@param fn fun(): ...
---@return boolean ok, any err
function op.savepoint(fn) end

---End this transaction and begin the next: everything up to here stays, whatever happens later.
---
---    op.add_enum_value("mood", "happy")
---    op.commit()
---    op.execute("UPDATE person SET mood = 'happy'")
---
---Makes the revision stepwise: each part is journalled, and a run that failed goes on after the last completed
---one. Refused in a `transaction = "all"` run. Offline: COMMIT and BEGIN.
function op.commit() end

---Commit, run fn outside a transaction, begin again.
---
---    op.autocommit(function()
---      op.execute("VACUUM ANALYZE report")
---    end)
---
---Makes the revision stepwise: each statement in fn is a step of its own. Gives what fn gives.
---@param fn fun(): ...
function op.autocommit(fn) end

---Send an operation given as a plain table, as the directives build them.
---
---    op.run({ kind = "drop_table", table = "account", if_exists = true })
---
---For operations that were stored, made by a tool or changed before use.
---@param operation Operation
function op.run(operation) end

---Add a directive of your own, made of others, from a helper.
---
---    op.register("create_lookup", function(name)
---      op.create_table(name, { op.column("id", "integer", { primary_key = true }), op.column("name", "text") })
---    end)
---    op.create_lookup("severity")
---
---Errors in it name the revision's line and the helper's. A name that op has already is an error.
---@param name string
---@param fn function
function op.register(name, fn) end

---Change a table that views and others stand in the way of; PostgreSQL only.
---
---    op.with_dependents("account", function()
---      op.alter_column("account", "age", { type = "bigint" })
---    end)
---
---First drops what depends on the table, or on a table that inherits from it, directly or through others, then calls
---fn, then makes it anew as it was: views with their options and column defaults, materialized views with their data
---and indexes, rules, triggers of those views and triggers and policies that look at the table's columns; with owners,
---grants and comments. Materialized views that had data are filled anew. In fn they are not there.
---
---All of it in one transaction: `op.commit`, concurrently and `op.backfill` are refused in fn. What does not fit the
---changed table any more (a view that reads a column that is gone) is an error with its statement, and the revision
---rolls back. Other dependents (functions, constraints) are left alone: the server names them when they stand in the way.
---Takes ACCESS EXCLUSIVE on everything that it drops. Works on the server alone, so offline too. Options: schema.
---Source: PostgreSQL manual, pg_depend, pg_rewrite
---@param table_name string  or a view's
---@param fn fun()
---@param opts table?
function op.with_dependents(table_name, fn, opts) end

---Undo what a function does: the reverse operations, from its last to its first.
---
---    function downgrade()
---      op.reverse(upgrade)
---    end
---
---fn runs, and what it says is written down instead of being sent. Then every operation is turned round: create and
---drop, add and drop, rename, grant and revoke, attach and detach, enable and disable. What has no way back is refused,
---all of it by name and line, before anything is sent: `execute`, `bulk_insert`, `backfill`, `load_sql` without `keep`,
---whatever says if_exists, if_not_exists, replace or cascade (what it met is not known), and a constraint without a name.
---
---A drop or a change has a way back when it says what was there: `drop_table(name, { elements = {...} })`,
---`drop_column(table, name, { column = op.column(...) })`, `drop_index(name, { table = , columns = })`,
---`drop_constraint(name, table, { type = , columns = })`, `drop_view(name, { sql = })`, `drop_type(name, { values = })`,
---`alter_column(table, name, { type = , existing_type = })`; `options` holds the options of the create.
---
---What is done to a table that the same fn creates goes with the table. Questions to the database and `op.savepoint`
---in fn are errors: what they decide would not be decided the same way now. `op.commit`, `op.autocommit`, `op.set_role`,
---`op.batch_alter_table` and `op.with_dependents` hold for the reverse operations too.
---@param fn fun()  usually `upgrade`
function op.reverse(fn) end

return op
