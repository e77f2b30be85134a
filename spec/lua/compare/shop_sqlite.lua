--- As shop.lua, for SQLite.

local shop = {}

shop.model = [==[
op.create_table("account", {
  op.column("id", "integer", { primary_key = true, autoincrement = true }),
  op.column("email", "text", { nullable = false, unique = true }),
  op.column("name", "varchar(40)", { server_default = "nobody" }),
  op.column("age", "integer", { check = { "age > 0", name = "age_positive" } }),
  op.column("twice_age", "integer", { generated = "age * 2" }),
  op.column("score", "numeric(8,2)", { server_default = 0 }),
  op.column("active", "boolean", { nullable = false, server_default = true }),
  op.column("created", "timestamptz", { server_default = op.sql("now()") }),
  op.column("nick", "text", { collation = "NOCASE" }),
  op.index("ix_account_name", { "name", { "created", desc = true } }),
  op.index("ix_account_lower", { op.sql("lower(name)") }, { unique = true, where = "active" }),
})
op.create_table("product", {
  op.column("code", "text"),
  op.column("version", "integer"),
  op.column("price", "numeric(10,2)", { nullable = false }),
  op.primary_key({ "code", "version" }),
  op.unique({ "code", "price" }, { name = "uq_product" }),
}, { without_rowid = true })
op.create_table("orders", {
  op.column("id", "integer", { primary_key = true }),
  op.column("account_id", "integer", { references = { "account", "id", ondelete = "cascade" } }),
  op.column("code", "text"),
  op.column("version", "integer"),
  op.column("placed", "date"),
  op.foreign_key({ "code", "version" }, "product", { "code", "version" }, { name = "fk_product" }),
})
op.create_view("active_account", "SELECT id, email FROM account WHERE active")
op.create_trigger("CREATE TRIGGER touch AFTER UPDATE ON account BEGIN UPDATE account SET score = 1 WHERE id = NEW.id; END")
]==]

shop.changes = {}

local function change(title, from, to)
  shop.changes[#shop.changes + 1] = { title = title, from = from, to = to }
end

local function also(title, line)
  shop.changes[#shop.changes + 1] = { title = title, line = line }
end

also(
  "a new table",
  'op.create_table("fresh", { op.column("id", "integer", { primary_key = true }), op.column("who", "integer", { references = "account.id", index = true }) })'
)
change("a column more", 'op.column("age"', 'op.column("born", "date"), op.column("age"')
change(
  "a unique column more",
  'op.column("age"',
  'op.column("code", "text", { unique = true }), op.column("age"'
)
change("a column less", '  op.column("nick", "text", { collation = "NOCASE" }),\n', "")
change("a column less in a table that others refer to", '  op.column("placed", "date"),\n', "")
change("a type", "varchar(40)", "varchar(80)")
change("another type", 'op.column("placed", "date")', 'op.column("placed", "integer")')
change(
  "not null",
  'op.column("placed", "date")',
  'op.column("placed", "date", { nullable = false })'
)
change(
  "null",
  'op.column("email", "text", { nullable = false, unique = true })',
  'op.column("email", "text", { unique = true })'
)
change("a default", '"nobody"', '"somebody"')
change("a default less", ', { server_default = "nobody" }', "")
change("a boolean default", "server_default = true", "server_default = false")
change("a collation", "NOCASE", "RTRIM")
change("a generated expression", "age * 2", "age * 3")
change("no autoincrement", "primary_key = true, autoincrement = true", "primary_key = true")
change("a check's text", '"age > 0"', '"age > 1"')
change("a check by another name", "age_positive", "age_is_positive")
change("a check less", ', { check = { "age > 0", name = "age_positive" } }', "")
change(
  "a check without a name more",
  'op.primary_key({ "code", "version" }),',
  'op.primary_key({ "code", "version" }), op.check("price >= 0"),'
)
change("a unique constraint less", "{ nullable = false, unique = true }", "{ nullable = false }")
change("a unique constraint by another name", "uq_product", "uq_code_price")
change(
  "other columns of a unique constraint",
  'op.unique({ "code", "price" }',
  'op.unique({ "price" }'
)
change("on delete", 'ondelete = "cascade"', 'ondelete = "set null"')
change("a foreign key less", ', { references = { "account", "id", ondelete = "cascade" } }', "")
change(
  "a deferrable foreign key",
  '{ name = "fk_product" }',
  '{ name = "fk_product", deferrable = true, initially = "deferred" }'
)
change(
  "an index more",
  'op.index("ix_account_name"',
  'op.index("ix_age", "age"), op.index("ix_account_name"'
)
change(
  "an index less",
  '  op.index("ix_account_name", { "name", { "created", desc = true } }),\n',
  ""
)
change("an index by another name", "ix_account_name", "ix_name")
change("another order in an index", '{ "created", desc = true }', '"created"')
change(
  "an index's condition",
  '{ unique = true, where = "active" }',
  '{ unique = true, where = "active AND age > 3" }'
)
change("an index expression", "lower(name)", "upper(name)")
change("an index that is not unique", '{ unique = true, where = "active" }', '{ where = "active" }')
change("a view's text", 'FROM account WHERE active"', 'FROM account WHERE active AND age > 18"')
also("a new view", 'op.create_view("names", "SELECT name FROM account")')
change(
  "a view less",
  'op.create_view("active_account", "SELECT id, email FROM account WHERE active")\n',
  ""
)
change("a trigger's text", "SET score = 1", "SET score = 2")
also(
  "a new trigger",
  'op.create_trigger("CREATE TRIGGER t2 AFTER INSERT ON orders BEGIN SELECT 1; END")'
)
change(
  "a trigger less",
  'op.create_trigger("CREATE TRIGGER touch AFTER UPDATE ON account BEGIN UPDATE account SET score = 1 WHERE id = NEW.id; END")\n',
  ""
)

change(
  "a strict table",
  '{ unique = true, where = "active" }),\n})',
  '{ unique = true, where = "active" }),\n}, { strict = true })'
)
change("rowids", "}, { without_rowid = true })", "})")
change("a generated column that becomes a plain one", ', { generated = "age * 2" }', "")
change(
  "a plain column that becomes a generated one",
  '"text", { collation = "NOCASE" }',
  '"text", { generated = "lower(email)" }'
)
change("no collation", ', { collation = "NOCASE" }', "")
change("no type", '"placed", "date"', '"placed", ""')
change(
  "a trigger on another table",
  "UPDATE ON account BEGIN UPDATE account SET score = 1 WHERE id = NEW.id; END",
  "UPDATE ON orders BEGIN SELECT 1; END"
)
also(
  "a trigger instead of a view's inserts",
  'op.create_trigger("CREATE TRIGGER into_view INSTEAD OF INSERT ON active_account BEGIN SELECT 1; END")'
)

---The model with one change.
function shop.changed(each)
  if each.line then
    return shop.model .. each.line .. "\n"
  end
  local start, stop = shop.model:find(each.from, 1, true)
  assert(start, "the model has no " .. each.from)
  return shop.model:sub(1, start - 1) .. each.to .. shop.model:sub(stop + 1)
end

return shop
