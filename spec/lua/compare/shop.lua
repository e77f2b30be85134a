--- A schema with something of everything, as a model, and single changes of it: { title, from, to }, where the text
--- `from` of the model becomes `to`.

local shop = {}

shop.roles = [[
DO $$ BEGIN
  CREATE ROLE shop_reader; CREATE ROLE shop_writer; CREATE ROLE shop_owner;
EXCEPTION WHEN duplicate_object THEN NULL; END $$;
]]

shop.model = [==[
op.create_schema("app")
op.create_extension("citext")
op.create_enum("mood", { "sad", "ok", "happy" })
op.create_enum("app.size", { "s", "m", "l" })
op.create_domain("email", "text", { check = "value LIKE '%@%'", constraint_name = "email_has_at" })
op.execute("CREATE TYPE pair AS (a integer, b text)")
op.create_sequence("ticket", { start = 100, increment = 5 })
op.create_function([[
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$
]])
op.create_table("account", {
  op.column("id", "bigint", { primary_key = true, identity = true }),
  op.column("email", "email", { nullable = false, unique = true }),
  op.column("nick", "citext"),
  op.column("name", "varchar(40)", { server_default = "nobody", comment = "as shown" }),
  op.column("feeling", "mood", { server_default = "ok" }),
  op.column("feelings", "mood[]"),
  op.column("age", "integer"),
  op.column("twice_age", "integer", { generated = "age * 2" }),
  op.column("score", "numeric(8,2)", { server_default = 0 }),
  op.column("active", "boolean", { nullable = false, server_default = true }),
  op.column("created", "timestamptz", { server_default = op.sql("now()") }),
  op.column("note", "text", { collation = "C" }),
  op.check("age > 0", { name = "age_positive" }),
  op.index("ix_account_name", { "name", { "created", desc = true } }),
  op.index("ix_account_lower", { op.sql("lower(name)") }, { unique = true, where = "active" }),
}, { comment = "people" })
op.create_table("product", {
  op.column("code", "text"),
  op.column("version", "integer"),
  op.column("size", "app.size"),
  op.column("price", "numeric(10,2)", { nullable = false }),
  op.column("parts", "pair"),
  op.column("during", "tsrange"),
  op.primary_key({ "code", "version" }),
  op.exclude({ { "during", "&&" } }, { name = "no_overlap" }),
  op.unique({ "code", "size" }, { name = "uq_product", deferrable = true }),
}, { with = { fillfactor = 70 } })
op.create_table("app.orders", {
  op.column("id", "serial", { primary_key = true }),
  op.column("account_id", "bigint", { references = { "public.account", "id", ondelete = "cascade" } }),
  op.column("code", "text"),
  op.column("version", "integer"),
  op.column("amount", "integer", { server_default = 1, check = { "amount >= 0", name = "amount_check" } }),
  op.column("placed", "date", { nullable = false }),
  op.foreign_key({ "code", "version" }, "public.product", { "code", "version" }, { name = "fk_product" }),
  op.index("ix_orders_placed", "placed", { include = "amount" }),
})
op.create_table("event", {
  op.column("id", "bigint", { nullable = false }),
  op.column("day", "date", { nullable = false }),
  op.column("data", "jsonb"),
  op.index("ix_event_data", "data", { using = "gin" }),
}, { partition_by = { "range", "day" } })
op.create_table("base", { op.column("id", "integer"), op.column("kind", "text") })
op.create_table("derived", { op.column("extra", "text") }, { inherits = "base" })
op.create_view("active_account", "SELECT id, email FROM account WHERE active", { comment = "alive" })
op.create_view("active_names", "SELECT a.id, b.name FROM active_account a JOIN account b USING (id)")
op.create_view("app.big", "SELECT id, amount FROM app.orders WHERE amount > 10")
op.create_materialized_view("totals", "SELECT account_id, sum(amount) AS total FROM app.orders GROUP BY account_id")
op.create_index("ix_totals", "totals", "account_id", { unique = true })
op.create_function([[
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.created := now();
  RETURN NEW;
END $$
]])
op.create_function([[
CREATE PROCEDURE app.tidy(days integer DEFAULT 30) LANGUAGE sql AS $$ DELETE FROM app.orders WHERE placed < current_date - days $$
]])
op.create_aggregate("CREATE AGGREGATE app.total(integer) (sfunc = int4pl, stype = integer, initcond = '0')")
op.create_trigger("CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION touch()")
op.execute("CREATE RULE keep AS ON DELETE TO base DO INSTEAD NOTHING")
op.create_policy("own", "account", { using = "email = current_user", to = { "shop_reader" } })
op.enable_row_security("account")
op.execute("CREATE STATISTICS account_stats (dependencies) ON age, active FROM account")
op.grant("select, insert", "table", "account", "shop_writer")
op.grant("select", "table", "app.orders", "shop_reader", { with_grant_option = true })
op.grant("usage", "schema", "app", { "shop_reader", "shop_writer" })
op.set_owner("table", "base", "shop_owner")
op.alter_default_privileges({ schema = "app", grant = "select", on = "tables", to = "shop_reader" })
]==]

-- left: lines of pg_dump that the way back leaves besides. A column that a table has of its own stays its own when the
-- table inherits it, too: nothing clears pg_attribute.attislocal (PostgreSQL manual, ALTER TABLE, "INHERIT").
local function change(title, from, to, left)
  shop.changes[#shop.changes + 1] = { title = title, from = from, to = to, left = left }
end

-- Adds a line at the end.
local function also(title, line)
  shop.changes[#shop.changes + 1] = { title = title, line = line }
end

shop.changes = {}

-- Schemas, extensions, types
also("a new schema", 'op.create_schema("more")')
also(
  "a table in a new schema",
  'op.create_schema("more") op.create_table("more.t", { op.column("a", "integer") })'
)
also("a new extension", 'op.create_extension("hstore")')
change("an enum value at the end", '"happy" }', '"happy", "glad" }')
change("an enum value in the middle", '"ok", "happy"', '"ok", "fine", "happy"')
change("an enum value at the front", '{ "sad", "ok"', '{ "awful", "sad", "ok"')
change("two enum values", '{ "sad", "ok", "happy" }', '{ "sad", "meh", "ok", "fine", "happy" }')
change("an enum value less", '"ok", "happy" }', '"ok" }')
change("enum values in another order", '{ "s", "m", "l" }', '{ "l", "m", "s" }')
change("an enum value in a schema", '{ "s", "m", "l" }', '{ "s", "m", "l", "xl" }')
also("a new enum", 'op.create_enum("color", { "red", "green" })')
change("a domain's check", "'%@%'", "'_%@_%'")
change("a domain's check by another name", "email_has_at", "email_at")
change("a domain's default", '"email_has_at" })', '"email_has_at", server_default = "a@b" })')
change("a domain not null", '"email_has_at" })', '"email_has_at", nullable = false })')
also(
  "a new domain",
  'op.create_domain("app.percent", "integer", { check = "value BETWEEN 0 AND 100" })'
)
change("an attribute more", "pair AS (a integer, b text)", "pair AS (a integer, b text, c date)")
change("an attribute's type", "b text)", "b varchar(10))")
also("a new composite type", 'op.execute("CREATE TYPE app.point AS (x integer, y integer)")')
also("a new range type", 'op.execute("CREATE TYPE floats AS RANGE (subtype = float8)")')
change("a sequence's increment", "increment = 5", "increment = 10")
change("a sequence's start", "start = 100", "start = 200")
change("a sequence that cycles", "increment = 5", "increment = 5, cycle = true, maxvalue = 1000")
change("a sequence's cache", "increment = 5", "increment = 5, cache = 20")
also("a new sequence", 'op.create_sequence("app.numbers", { as = "integer" })')

-- Tables
also(
  "a new table",
  'op.create_table("fresh", { op.column("id", "bigint", { primary_key = true }) })'
)
also(
  "a new table that refers to another",
  'op.create_table("app.note", { op.column("id", "bigint", { primary_key = true, identity = "by default" }), op.column("who", "bigint", { references = "public.account.id" }), op.column("body", "text", { nullable = false, index = true }) })'
)
also(
  "two tables in a circle",
  'op.create_table("x1", { op.column("id", "integer", { primary_key = true }), op.column("y", "integer") }) op.create_table("y1", { op.column("id", "integer", { primary_key = true }), op.column("x", "integer", { references = "x1.id" }) }) op.create_foreign_key("fk_y", "x1", "y1", "y", "id")'
)
change("a table's comment", 'comment = "people"', 'comment = "users"')
change("no table comment", ', { comment = "people" })', ")")
change("a storage parameter", "fillfactor = 70", "fillfactor = 80")
change(
  "another storage parameter",
  "fillfactor = 70",
  "fillfactor = 70, autovacuum_enabled = false"
)
change("no storage parameters", ", { with = { fillfactor = 70 } })", ")")
change(
  "an unlogged table",
  'op.column("kind", "text") })',
  'op.column("kind", "text") }, { unlogged = true })'
)
change(
  "no inheritance",
  'op.create_table("derived", { op.column("extra", "text") }, { inherits = "base" })',
  'op.create_table("derived", { op.column("id", "integer"), op.column("kind", "text"), op.column("extra", "text") })',
  { "    id integer", "    kind text" }
)
also(
  "a partition's parent by list",
  'op.create_table("parted", { op.column("k", "text") }, { partition_by = { "list", "k" } })'
)
also(
  "a grant on a table and on a column of it",
  'op.grant("update", "table", "account", "shop_reader") op.grant("update", "table", "account", "shop_reader", { columns = "email" })'
)
also("row security forced", 'op.force_row_security("account")')
also("row security on another table", 'op.enable_row_security("product")')
change("no row security", 'op.enable_row_security("account")\n', "")
also("replica identity", 'op.execute("ALTER TABLE account REPLICA IDENTITY FULL")')
also(
  "replica identity by an index",
  'op.execute("ALTER TABLE product REPLICA IDENTITY USING INDEX product_pkey")'
)
also("clustered", 'op.execute("ALTER TABLE account CLUSTER ON ix_account_name")')

-- Columns
change(
  "a column more",
  'op.column("nick", "citext"),',
  'op.column("nick", "citext"), op.column("born", "date"),'
)
change(
  "a column with a default more",
  'op.column("nick", "citext"),',
  'op.column("nick", "citext"), op.column("level", "integer", { nullable = false, server_default = 3 }),'
)
change(
  "a unique column more",
  'op.column("nick", "citext"),',
  'op.column("nick", "citext"), op.column("code", "text", { unique = true }),'
)
change(
  "a column that refers more",
  'op.column("parts", "pair"),',
  'op.column("parts", "pair"), op.column("maker", "bigint", { references = "account.id" }),'
)
change(
  "an indexed column more",
  'op.column("parts", "pair"),',
  'op.column("parts", "pair"), op.column("rank", "integer", { index = true }),'
)
change("a column less", '  op.column("nick", "citext"),\n', "")
change(
  "a column less in a schema",
  'op.column("placed", "date", { nullable = false }),',
  'op.column("placed", "date", { nullable = false }), op.column("gone", "text"),'
)
change("a longer varchar", "varchar(40)", "varchar(80)")
change("varchar to text", '"varchar(40)"', '"text"')
change(
  "integer to bigint",
  'op.column("age", "integer"),',
  'op.column("age", "integer"), op.column("huge", "bigint"),'
)
change(
  "a type under views",
  'op.column("id", "bigint", { primary_key = true, identity = true })',
  'op.column("id", "integer", { primary_key = true, identity = true })'
)
change(
  "a type under a view in a schema",
  'op.column("amount", "integer",',
  'op.column("amount", "bigint",'
)
change("numeric precision", "numeric(8,2)", "numeric(12,4)")
change("text to integer", 'op.column("kind", "text") })', 'op.column("kind", "integer") })')
change(
  "timestamptz to timestamp",
  '"timestamptz", { server_default = op.sql("now()") }',
  '"timestamp", { server_default = op.sql("now()") }'
)
change("date to timestamptz", 'op.column("placed", "date", ', 'op.column("placed", "timestamptz", ')
change("an enum array to text array", '"mood[]"', '"text[]"')
change("citext to text", '"citext"),', '"text"),')
change("another collation", 'collation = "C"', 'collation = "POSIX"')
change("no collation", ', { collation = "C" }', "")
change(
  "not null",
  'op.column("code", "text"),\n  op.column("version", "integer"),\n  op.column("amount"',
  'op.column("code", "text", { nullable = false }),\n  op.column("version", "integer"),\n  op.column("amount"'
)
change(
  "null",
  'op.column("price", "numeric(10,2)", { nullable = false })',
  'op.column("price", "numeric(10,2)")'
)
change("a default", '"nobody"', '"somebody"')
change(
  "a default more",
  'op.column("age", "integer"),',
  'op.column("age", "integer", { server_default = 18 }),'
)
change(
  "a default less",
  'op.column("score", "numeric(8,2)", { server_default = 0 })',
  'op.column("score", "numeric(8,2)")'
)
change(
  "another default expression",
  'server_default = op.sql("now()")',
  "server_default = op.sql(\"now() - interval '1 day'\")"
)
change("an enum default", 'server_default = "ok"', 'server_default = "sad"')
change("a boolean default", "server_default = true", "server_default = false")
change("a column's comment", 'comment = "as shown"', 'comment = "as printed"')
change("no column comment", ', comment = "as shown"', "")
change(
  "identity by default",
  "primary_key = true, identity = true",
  'primary_key = true, identity = "by default"'
)
change(
  "identity options",
  "primary_key = true, identity = true",
  "primary_key = true, identity = { start = 10, increment = 2 }"
)
change("no identity", "primary_key = true, identity = true", "primary_key = true")
change(
  "a serial that is none",
  'op.column("id", "serial", { primary_key = true })',
  'op.column("id", "integer", { primary_key = true })'
)
change(
  "a serial that is big",
  'op.column("id", "serial", { primary_key = true })',
  'op.column("id", "bigserial", { primary_key = true })'
)
change("a generated expression", 'generated = "age * 2"', 'generated = "age * 2 + 1"')
change("a generated column that is plain", ', { generated = "age * 2" }', "")
change(
  "a function in a default",
  'op.column("age", "integer"),',
  'op.column("age", "integer", { server_default = op.sql("twice(9)") }),'
)
also("storage", 'op.execute("ALTER TABLE account ALTER COLUMN note SET STORAGE EXTERNAL")')
also("statistics", 'op.execute("ALTER TABLE account ALTER COLUMN note SET STATISTICS 500")')
also("compression", 'op.execute("ALTER TABLE account ALTER COLUMN note SET COMPRESSION pglz")')
also("column options", 'op.execute("ALTER TABLE account ALTER COLUMN age SET (n_distinct = 50)")')

-- Constraints
change("a check's text", '"age > 0"', '"age > 1"')
change("a check by another name", "age_positive", "age_is_positive")
change("a check less", '  op.check("age > 0", { name = "age_positive" }),\n', "")
change(
  "a check more",
  'op.primary_key({ "code", "version" }),',
  'op.primary_key({ "code", "version" }), op.check("price >= 0"),'
)
change("an in list", '"age > 0"', '"age IN (1, 2, 3)"')
change(
  "a check that does not go down",
  'op.column("kind", "text") })',
  'op.column("kind", "text"), op.check("id > 0", { name = "ck_base", no_inherit = true }) })'
)
change("a unique constraint less", ", unique = true })", " })")
change("a unique constraint by another name", "uq_product", "uq_code_size")
change(
  "other columns of a unique constraint",
  'op.unique({ "code", "size" }',
  'op.unique({ "code", "price" }'
)
change("not deferrable", ", deferrable = true }", " }")
change("initially deferred", "deferrable = true }", 'deferrable = true, initially = "deferred" }')
change(
  "nulls not distinct",
  "deferrable = true }",
  "deferrable = true, nulls_not_distinct = true }"
)
change(
  "another primary key",
  'op.primary_key({ "code", "version" }),',
  'op.primary_key({ "version", "code" }),'
)
change(
  "a named primary key",
  'op.primary_key({ "code", "version" }),',
  'op.primary_key({ "code", "version" }, { name = "pk_product" }),'
)
change(
  "a primary key more",
  'op.create_table("base", { op.column("id", "integer")',
  'op.create_table("base", { op.column("id", "integer", { primary_key = true })'
)
change("on delete", 'ondelete = "cascade"', 'ondelete = "set null"')
change("on update", 'ondelete = "cascade"', 'ondelete = "cascade", onupdate = "cascade"')
change("a foreign key by another name", "fk_product", "fk_order_product")
change(
  "a foreign key less",
  ', { references = { "public.account", "id", ondelete = "cascade" } }',
  ""
)
change(
  "a deferrable foreign key",
  '{ name = "fk_product" }',
  '{ name = "fk_product", deferrable = true, initially = "deferred" }'
)
change("match full", '{ name = "fk_product" }', '{ name = "fk_product", match = "full" }')
change("an exclusion less", '  op.exclude({ { "during", "&&" } }, { name = "no_overlap" }),\n', "")
change(
  "an exclusion's condition",
  '{ name = "no_overlap" }',
  '{ name = "no_overlap", where = "price > 0" }'
)
change(
  "a not valid check",
  'op.create_view("active_account"',
  'op.create_check_constraint("ck_note", "account", "note <> \'\'", { not_valid = true })\nop.create_view("active_account"'
)
also(
  "a comment on a constraint",
  "op.execute(\"COMMENT ON CONSTRAINT age_positive ON account IS 'young'\")"
)

-- Indexes
change("an index more", 'op.check("age > 0"', 'op.index("ix_age", "age"), op.check("age > 0"')
change(
  "an index less",
  '  op.index("ix_account_name", { "name", { "created", desc = true } }),\n',
  ""
)
change("an index by another name", "ix_orders_placed", "ix_orders_day")
change("another order in an index", '{ "created", desc = true }', '"created"')
change("nulls first", '{ "created", desc = true }', '{ "created", nulls = "first" }')
change("other columns of an index", '{ "name", { "created", desc = true } }', '{ "name" }')
change(
  "an index's condition",
  '{ unique = true, where = "active" }',
  '{ unique = true, where = "active AND age > 3" }'
)
change("an index without a condition", '{ unique = true, where = "active" }', "{ unique = true }")
change("an index that is not unique", '{ unique = true, where = "active" }', '{ where = "active" }')
change("an index expression", 'op.sql("lower(name)")', 'op.sql("upper(name)")')
change(
  "an index's method",
  'op.index("ix_orders_placed", "placed", { include = "amount" })',
  'op.index("ix_orders_placed", "placed", { using = "hash" })'
)
change("what an index includes", '{ include = "amount" }', '{ include = { "amount", "code" } }')
change(
  "an operator class",
  '{ "name", { "created", desc = true } }',
  '{ { "name", opclass = "varchar_pattern_ops" }, { "created", desc = true } }'
)
change(
  "an index's collation",
  '{ "name", { "created", desc = true } }',
  '{ { "name", collation = "C" }, { "created", desc = true } }'
)
change(
  "an index's parameter",
  '{ include = "amount" }',
  '{ include = "amount", with = { fillfactor = 60 } }'
)
change("an index's comment", '{ include = "amount" }', '{ include = "amount", comment = "by day" }')
change(
  "an index of a partitioned table",
  'op.index("ix_event_data", "data", { using = "gin" })',
  'op.index("ix_event_day", "day")'
)

-- Views
change("a view's text", 'FROM account WHERE active"', 'FROM account WHERE active AND age > 18"')
change(
  "a view's column more",
  "SELECT id, email FROM account",
  "SELECT id, email, age FROM account"
)
change("a view's column less", '"SELECT id, amount FROM app.orders', '"SELECT id FROM app.orders')
change(
  "another column of a view",
  "SELECT id, email FROM account",
  "SELECT id, name AS email FROM account"
)
change("a view's comment", 'comment = "alive"', 'comment = "living"')
change("a view's option", 'amount > 10")', 'amount > 10", { with = { security_barrier = true } })')
change("a view's check option", 'amount > 10")', 'amount > 10", { check_option = "cascaded" })')
also("a new view", 'op.create_view("app.names", "SELECT name FROM account")')
change(
  "a view less",
  'op.create_view("active_names", "SELECT a.id, b.name FROM active_account a JOIN account b USING (id)")\n',
  ""
)
change("a materialized view's text", "sum(amount) AS total", "max(amount) AS total")
change(
  "a materialized view's index",
  'op.create_index("ix_totals", "totals", "account_id", { unique = true })',
  'op.create_index("ix_totals", "totals", "total")'
)
also(
  "a new materialized view",
  'op.create_materialized_view("app.days", "SELECT DISTINCT placed FROM app.orders")'
)

-- Functions, triggers, rules
change("a function's body", "SELECT n * 2", "SELECT n + n")
change("a function's volatility", "LANGUAGE sql IMMUTABLE", "LANGUAGE sql STABLE")
change(
  "a function's result",
  "RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$",
  "RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2::bigint $$"
)
change(
  "an argument's name",
  "twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$",
  "twice(m integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT m * 2 $$"
)
change("an argument more", "twice(n integer)", "twice(n integer, m integer)")
also(
  "a new function",
  "op.create_function([[CREATE FUNCTION app.one() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$]])"
)
change("a trigger function's body", "NEW.created := now();", "NEW.created := clock_timestamp();")
change("a procedure's default", "DEFAULT 30", "DEFAULT 60")
change("a procedure's body", "DELETE FROM app.orders WHERE", "DELETE FROM ONLY app.orders WHERE")
change("an aggregate's start", "initcond = '0'", "initcond = '5'")
change("a trigger's event", "BEFORE UPDATE ON account", "BEFORE UPDATE OR INSERT ON account")
change(
  "a trigger's condition",
  "FOR EACH ROW EXECUTE FUNCTION touch()",
  "FOR EACH ROW WHEN (OLD.age IS DISTINCT FROM NEW.age) EXECUTE FUNCTION touch()"
)
also("a trigger that is off", 'op.execute("ALTER TABLE account DISABLE TRIGGER touch")')
change(
  "a trigger less",
  'op.create_trigger("CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION touch()")\n',
  ""
)
also(
  "a trigger on another table",
  'op.create_trigger("CREATE TRIGGER t2 AFTER INSERT ON product FOR EACH STATEMENT EXECUTE FUNCTION touch()")'
)
change(
  "a rule's text",
  "ON DELETE TO base DO INSTEAD NOTHING",
  "ON UPDATE TO base DO INSTEAD NOTHING"
)
also("a rule more", 'op.execute("CREATE RULE stop AS ON DELETE TO product DO INSTEAD NOTHING")')
change("statistics of other columns", "ON age, active FROM", "ON age, score FROM")
also("new statistics", 'op.execute("CREATE STATISTICS product_stats ON code, price FROM product")')

-- Policies, grants, owners
change("a policy's condition", 'using = "email = current_user"', 'using = "email = session_user"')
change("a policy's roles", 'to = { "shop_reader" }', 'to = { "shop_reader", "shop_writer" }')
change(
  "a policy with a check",
  'using = "email = current_user"',
  'using = "email = current_user", with_check = "active"'
)
change(
  "a policy for one command",
  'using = "email = current_user"',
  'using = "email = current_user", command = "select"'
)
change(
  "a restrictive policy",
  'using = "email = current_user"',
  'using = "email = current_user", as = "restrictive"'
)
also("a policy more", 'op.create_policy("p2", "product", { using = "price > 0" })')
change("a privilege more", '"select, insert", "table"', '"select, insert, delete", "table"')
change("a privilege less", '"select, insert", "table"', '"select", "table"')
change("no grant option", ", { with_grant_option = true }", "")
also(
  "a grant on columns",
  'op.grant("update", "table", "account", "shop_reader", { columns = { "name", "age" } })'
)
also("a grant on a function", 'op.grant("execute", "function", "twice(integer)", "shop_reader")')
also("public may not execute", 'op.revoke("execute", "function", "twice(integer)", "public")')
also("a grant on a sequence", 'op.grant("usage", "sequence", "ticket", "shop_writer")')
also(
  "a grant on a type",
  'op.grant("usage", "type", "mood", "shop_writer") op.revoke("usage", "type", "mood", "public")'
)
change("an owner", '"base", "shop_owner"', '"base", "shop_writer"')
also("another owner", 'op.set_owner("function", "twice(integer)", "shop_owner")')
change(
  "default privileges",
  'grant = "select", on = "tables"',
  'grant = "select, insert", on = "tables"'
)
also(
  "default privileges on functions",
  'op.alter_default_privileges({ schema = "app", grant = "execute", on = "functions", to = "shop_writer" })'
)

-- What PostgreSQL 18 brought.
local since_18 = {}

local function change_18(title, from, to)
  change(title, from, to)
  since_18[#since_18 + 1] = title
end

local function also_18(title, line)
  also(title, line)
  since_18[#since_18 + 1] = title
end

local AGE = 'op.check("age > 0", { name = "age_positive" }),'
local PLACED = 'op.column("placed", "date", { nullable = false }),'
change_18("a check that is not enforced", AGE, (AGE:gsub(" }", ", enforced = false }")))
change_18(
  "a foreign key that is not enforced",
  '{ name = "fk_product" }',
  '{ name = "fk_product", enforced = false }'
)
change_18(
  "a virtual column",
  '{ generated = "age * 2" }',
  '{ generated = { "age * 2", stored = false } }'
)
change_18("not null with a name", AGE, AGE .. ' op.not_null("age", { name = "age_is_known" }),')
change_18(
  "not null gets a name",
  PLACED,
  PLACED .. ' op.not_null("placed", { name = "placed_some_day" }),'
)
change_18(
  "not null that is not inherited",
  'op.column("kind", "text") })',
  'op.column("kind", "text"), op.not_null("id", { name = "its_own", no_inherit = true, comment = "why" }) })'
)
change_18(
  "a new column with a not null of its own",
  PLACED,
  PLACED .. ' op.column("more", "text"), op.not_null("more", { name = "more_is_more" }),'
)
also_18(
  "not null to be proven",
  'op.create_not_null_constraint("score_later", "account", "score", { not_valid = true })'
)
also_18(
  "not null with a comment",
  "op.execute(\"COMMENT ON CONSTRAINT product_price_not_null ON product IS 'always'\")"
)
also_18(
  "keys without overlaps",
  'op.create_table("room", { op.column("id", "int4range"), op.column("free", "daterange"), op.primary_key({ "id", "free" }, { without_overlaps = true }) }) op.create_table("booking", { op.column("room", "int4range"), op.column("during", "daterange"), op.foreign_key({ "room", "during" }, "room", { "id", "free" }, { period = true }) })'
)

---The model with one change.
function shop.changed(change_)
  if change_.line then
    return shop.model .. change_.line .. "\n"
  end
  local start, stop = shop.model:find(change_.from, 1, true)
  assert(start, "the model has no " .. change_.from)
  return shop.model:sub(1, start - 1) .. change_.to .. shop.model:sub(stop + 1)
end

-- Changes that older servers do not know: title -> the first server that does.
shop.least = { compression = 140000, ["nulls not distinct"] = 150000 }
for _, title in ipairs(since_18) do
  shop.least[title] = 180000
end

return shop
