--- The finer points of op, on both databases, in a run and in its script: what a revision says, and what the database
--- then answers.

local support = require("spec.support")

-- body: the revision's; setup, ask: SQL; answer: what ask gives. A table has one for each database (nil: not there).
-- live: a question to the database, so that there is no script.
local rules = {
  {
    name = "without parameters SQL is sent byte for byte",
    setup = "CREATE TABLE t (a text);",
    body = [[op.execute("INSERT INTO t VALUES ('100 %s :a $1 ? {x} \\'); -- :b ?")]],
    ask = "SELECT a FROM t",
    answer = "100 %s :a $1 ? {x} \\",
  },
  {
    name = "numbered parameters are the database's",
    setup = "CREATE TABLE t (a text, b integer);",
    body = {
      postgresql = [[op.execute("INSERT INTO t VALUES ($2, $1), ($2 || '?', $1)", { 5, "it's" })]],
      sqlite = [[op.execute("INSERT INTO t VALUES (?2, ?1), (?2 || '?', ?1)", { 5, "it's" })]],
    },
    ask = "SELECT a, b FROM t ORDER BY a",
    answer = "it's|5\nit's?|5",
  },
  {
    name = "SQLite's bare question marks are parameters",
    setup = "CREATE TABLE t (a text, b integer);",
    body = { sqlite = [[op.execute("INSERT INTO t VALUES (?, ?) -- ?", { "a", op.null })]] },
    ask = "SELECT a, b IS NULL FROM t",
    answer = "a|1",
  },
  {
    name = "named parameters stand outside of strings, names, comments and casts",
    setup = 'CREATE TABLE t (a text, ":b" text, c text);',
    body = {
      both = [==[op.execute([[INSERT INTO t (a, ":b", c) /* :a */ VALUES (':a', :a, :a) -- :b]], { a = "x" })]==],
    },
    ask = 'SELECT a, ":b", c FROM t',
    answer = ":a|x|x",
  },
  {
    name = "dollar quotes and casts hold no parameters",
    setup = "CREATE TABLE t (a text, b text);",
    body = {
      postgresql = [==[op.execute([[INSERT INTO t VALUES ($q$:a$q$, :a::text || '1'::text)]], { a = "x" })]==],
    },
    ask = "SELECT a, b FROM t",
    answer = ":a|x1",
  },
  {
    name = "names split at the first dot, columns and constraints never, with schema nothing",
    setup = { postgresql = "CREATE SCHEMA s;", sqlite = "SELECT 1;" },
    body = {
      postgresql = [[
op.create_table("s.a.b", { op.column("c.d", "integer"), op.check('"c.d" > 0', { name = "e.f" }) })
op.create_table("g.h", { op.column("i", "integer", { references = "s.j.k" }) }, { schema = "s" })]],
    },
    first = [[op.create_table("s.j", { op.column("k", "integer", { primary_key = true }) })]],
    ask = [[SELECT conrelid::regclass, conname, CASE contype WHEN 'f' THEN confrelid::regclass END FROM pg_constraint
      WHERE connamespace = 's'::regnamespace AND contype IN ('c', 'f') ORDER BY 2]],
    answer = 's."a.b"|e.f|\ns."g.h"|g.h_i_fkey|s.j',
  },
  {
    name = "a type is SQL text, the name of a type an identifier",
    body = {
      postgresql = [==[
op.create_enum("My Type", { "a" })
op.create_table("t", { op.column("a", [["My Type"]]), op.column("b", '"My Type"[]') })]==],
    },
    ask = "SELECT string_agg(format_type(atttypid, atttypmod), ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0",
    answer = '"My Type","My Type"[]',
  },
  {
    name = "unique with index is one unique index; in a schema its name begins with it",
    setup = { postgresql = "CREATE SCHEMA s;", sqlite = "SELECT 1;" },
    body = {
      postgresql = [[op.create_table("s.t", { op.column("a", "integer", { unique = true, index = true }) })]],
      sqlite = [[op.create_table("t", { op.column("a", "integer", { unique = true, index = true }) })]],
    },
    ask = {
      postgresql = "SELECT relname, indisunique FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 's.t'::regclass",
      sqlite = "SELECT name, \"unique\" FROM pragma_index_list('t')",
    },
    answer = { postgresql = "ix_s_t_a|t", sqlite = "ix_t_a|1" },
  },
  {
    name = "identity is always unless told otherwise; generated is stored on PostgreSQL, virtual on SQLite",
    body = {
      postgresql = [[op.create_table("t", { op.column("a", "integer", { identity = true }),
        op.column("b", "integer", { generated = "c * 2" }), op.column("c", "integer") })]],
      sqlite = [[op.create_table("t", { op.column("a", "integer"),
        op.column("b", "integer", { generated = "c * 2" }), op.column("c", "integer") })]],
    },
    ask = {
      postgresql = "SELECT attname, attidentity, attgenerated FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum",
      sqlite = "SELECT name, hidden FROM pragma_table_xinfo('t')",
    },
    answer = { postgresql = "a|a|\nb||s\nc||", sqlite = "a|0\nb|2\nc|0" },
  },
  {
    name = "identity = false drops it, comment = op.null drops the comment",
    setup = "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY); COMMENT ON COLUMN t.a IS 'x';",
    body = { postgresql = [[op.alter_column("t", "a", { identity = false, comment = op.null })]] },
    ask = "SELECT attidentity, col_description(attrelid, 1) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum = 1",
    answer = "|",
  },
  {
    name = "an expression in an index gets its parentheses",
    setup = "CREATE TABLE t (a text, b integer);",
    body = [[op.create_index("ix", "t", { { op.sql "lower(a) -- it's", desc = true }, op.sql "b + 1" }, { where = "b > 0 -- ok" })]],
    ask = {
      postgresql = "SELECT pg_get_indexdef('ix'::regclass)",
      sqlite = "SELECT count(*) FROM pragma_index_xinfo('ix') WHERE cid = -2",
    },
    answer = {
      postgresql = "CREATE INDEX ix ON public.t USING btree (lower(a) DESC, ((b + 1))) WHERE (b > 0)",
      sqlite = "2",
    },
  },
  {
    name = "a comment at the end of SQL text takes nothing with it",
    setup = {
      postgresql = "CREATE TABLE o (a integer); CREATE EXTENSION btree_gist;",
      sqlite = "CREATE TABLE o (a integer);",
    },
    body = [[
op.create_table("t", {
  op.column("a", "integer", { check = "a > 0 -- it's", server_default = op.sql "1 + 1 -- two" }),
  op.column("b", "integer", { generated = "a * 2 -- twice" }),
  op.check("a < 9 -- nine", { name = "ck" }),
})
op.create_view("v", "SELECT a FROM t -- all;")
if neap.dialect == "postgresql" or not neap.offline then -- SQLite rebuilds
  op.create_check_constraint("ck2", "o", "a > 0 -- ok")
end
op.add_column("o", op.column("c", "integer", { check = "c > 1 -- one" }))
op.execute("INSERT INTO t DEFAULT VALUES -- one")
if neap.dialect == "postgresql" then
  op.create_exclude_constraint("ex", "o", { { op.sql "a + 1 -- more", "=" } }, { where = "a > 0 -- where" })
  op.create_domain("d", "integer", { check = "value > 0 -- d", server_default = op.sql "1 -- x" })
  op.alter_column("o", "a", { type = "bigint", using = "a + 1 -- using", server_default = op.sql "5 -- five" })
  op.create_policy("p", "o", { using = "a > 0 -- p" })
  op.create_table("pt", { op.column("a", "integer") }, { partition_by = { "range", op.sql "a + 1 -- p" } })
end]],
    ask = "SELECT a, b FROM t",
    answer = "2|4",
  },
  {
    name = "storage parameters are written in the order of their names",
    body = {
      postgresql = [[op.create_table("t", { op.column("a", "integer") }, { with = { fillfactor = 70, autovacuum_enabled = false } })]],
    },
    ask = "SELECT reloptions FROM pg_class WHERE relname = 't'",
    answer = "{autovacuum_enabled=false,fillfactor=70}",
  },
  {
    name = "a view is replaced on both databases",
    setup = "CREATE VIEW v AS SELECT 1 AS a;",
    body = [[op.create_view("v", "SELECT 2 AS a;", { replace = true })]],
    ask = "SELECT a FROM v",
    answer = "2",
  },
  {
    name = "answers are Lua's integers, floats and booleans, and the database's text",
    live = true,
    setup = "CREATE TABLE t (a text);",
    body = {
      postgresql = [[
local r = op.row("SELECT 9007199254740993 AS i, 1.5::float8 AS f, true AS b, 1.50::numeric AS n, '2024-01-01'::date AS d, '{1,2}'::int[] AS l, null AS z")
assert(math.type(r.i) == "integer" and r.i == 9007199254740993 and math.type(r.f) == "float" and r.b == true)
assert(r.n == "1.50" and r.d == "2024-01-01" and r.l == "{1,2}" and r.z == nil)]],
      sqlite = [[
local r = op.row("SELECT 9007199254740993 AS i, 1.5 AS f, 'x' AS t, null AS z")
assert(math.type(r.i) == "integer" and r.i == 9007199254740993 and math.type(r.f) == "float" and r.t == "x" and r.z == nil)]],
    },
    ask = "SELECT count(*) FROM t",
    answer = "0",
  },
  {
    name = "no row and NULL are nil",
    live = true,
    setup = "CREATE TABLE t (a text);",
    body = [[
assert(op.row("SELECT 1 AS a FROM t") == nil and op.scalar("SELECT NULL") == nil and op.scalar("SELECT 1 FROM t") == nil)
assert(#op.query("SELECT 1 AS a FROM t") == 0 and op.scalar("SELECT count(*) FROM t WHERE a = :a", { a = "x" }) == 0)]],
    ask = "SELECT count(*) FROM t",
    answer = "0",
  },
  {
    name = "a savepoint gives its error",
    live = true,
    setup = "CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t VALUES (1);",
    body = [[
local ok, err = op.savepoint(function()
  op.execute("INSERT INTO t VALUES (2)")
  op.execute("INSERT INTO t VALUES (1)")
end)
assert(ok == false and tostring(err) == err.message and err.source:find("case.lua:", 1, true))
assert(neap.dialect == "sqlite" or err.sqlstate == "23505")
assert(op.savepoint(function() op.execute("INSERT INTO t VALUES (3)") end) == true)
local told, own = op.savepoint(function() error("mine") end)
assert(told == false and tostring(own):find("mine"))]],
    ask = "SELECT a FROM t ORDER BY a",
    answer = "1\n3",
  },
  {
    name = "dropping a column takes what is on it alone",
    setup = "CREATE TABLE t (a integer, b integer UNIQUE CHECK (b > 0), c integer, CHECK (c > 0)); CREATE INDEX ix ON t (b);",
    body = { both = [[op.drop_column("t", "b")]] },
    ask = {
      postgresql = "SELECT count(*) FROM pg_constraint WHERE conrelid = 't'::regclass AND contype IN ('c', 'u')",
      sqlite = "SELECT sql FROM sqlite_schema WHERE tbl_name = 't'",
    },
    live = true,
    answer = {
      postgresql = "1",
      sqlite = 'CREATE TABLE "t" (a integer, c integer, CHECK (c > 0))',
    },
  },
  {
    name = "an unnamed constraint is dropped by what it says",
    live = true,
    setup = "CREATE TABLE t (a integer, b integer, UNIQUE (a, b), CHECK (a < b), FOREIGN KEY (b) REFERENCES t (a));",
    body = {
      sqlite = [[
op.drop_constraint(nil, "t", { columns = { "a", "b" } })
op.drop_constraint(nil, "t", { check = "a<b" })
op.drop_constraint(nil, "t", { columns = "b", type = "foreignkey" })]],
    },
    ask = "SELECT sql FROM sqlite_schema WHERE tbl_name = 't'",
    answer = 'CREATE TABLE "t" (a integer, b integer)',
  },
  {
    name = "violations that were there before do not fail a rebuild; primary keys are NOT NULL; comments are left out",
    live = true,
    setup = "CREATE TABLE p (a integer PRIMARY KEY); CREATE TABLE t (b integer REFERENCES p, n text); INSERT INTO t VALUES (7, 'x');",
    body = {
      sqlite = [[
assert(op.scalar("PRAGMA foreign_keys") == 1)
op.alter_column("t", "n", { nullable = false, comment = "left out" })
op.create_table("k", { op.column("a", "text", { primary_key = true }) })]],
    },
    ask = "SELECT (SELECT \"notnull\" FROM pragma_table_info('k')), (SELECT \"notnull\" FROM pragma_table_info('t') WHERE name = 'n')",
    answer = "1|1",
  },
  {
    name = "rows: untyped values fit, what lacks is the default, lists and tables go by the column's type",
    setup = {
      postgresql = "CREATE TABLE t (i integer DEFAULT 9, d date, l integer[], j jsonb, b bytea, s text DEFAULT 'def');",
      sqlite = "CREATE TABLE t (i integer DEFAULT 9, d text, l text, j text, b blob, s text DEFAULT 'def');",
    },
    body = [[
op.bulk_insert("t", {
  { i = "5", d = "2014-04-01", l = { 1, 2 }, j = { a = { true } }, b = op.bytes("\0\1\255") },
  { i = op.null, s = op.null, j = { 1 } },
  { d = "2014-04-02" },
}, neap.offline and { columns = { l = "integer[]", j = "jsonb" } } or nil)]],
    ask = {
      postgresql = "SELECT i, d, l, j, b, s FROM t",
      sqlite = "SELECT i, d, l, j, hex(b), s FROM t",
    },
    answer = {
      postgresql = '5|2014-04-01|{1,2}|{"a": [true]}|\\x0001ff|def\n|||[1]||\n9|2014-04-02||||def',
      sqlite = '5|2014-04-01|[1,2]|{"a":[true]}|0001FF|def\n|||[1]||\n9|2014-04-02||||def',
    },
  },
  {
    name = "parameters of every kind are values",
    setup = {
      postgresql = "CREATE TABLE t (i bigint, f float8, b boolean, n text, x bytea, l text[]);",
      sqlite = "CREATE TABLE t (i, f, b, n, x, l);",
    },
    body = [[op.execute("INSERT INTO t VALUES (:i, :f, :b, :n, :x, :l)",
      { i = -5, f = -1.5, b = false, n = op.null, x = op.bytes("\0'"), l = { "a", "b c" } })]],
    ask = {
      postgresql = "SELECT i, f, b, n, x, l FROM t",
      sqlite = "SELECT i, f, b, n, hex(x), l FROM t",
    },
    answer = { postgresql = '-5|-1.5|f||\\x0027|{a,"b c"}', sqlite = '-5|-1.5|0||0027|["a","b c"]' },
  },
  {
    name = "several statements, trigger bodies and dollar quotes are one execute",
    setup = "CREATE TABLE t (a integer);",
    body = {
      postgresql = [==[op.execute([[
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN NEW; /* ; /* ; */ */ END; $f$;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO t VALUES (1) ;; ]])]==],
      sqlite = [==[op.execute([[
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = CASE WHEN a = 1 THEN 1 END; DELETE FROM t WHERE a = 2; END;
INSERT INTO t VALUES (1) ;; ]])]==],
    },
    ask = "SELECT a FROM t",
    answer = "1",
  },
}

local function of(value, dialect)
  if type(value) ~= "table" then
    return value
  end
  return value[dialect] or value.both
end

for _, database in ipairs(support.databases) do
  local dialect = database.dialect

  describe("the rules of op on " .. dialect .. ":", function()
    for _, rule in ipairs(rules) do
      local body = of(rule.body, dialect)

      local function project()
        local setup = of(rule.setup, dialect) or ""
        local text = (rule.first and rule.first .. "\n" or "") .. body
        local dir = support.project({
          ["migrations/case.lua"] = 'revision = "a"\nfunction upgrade()\n' .. text .. "\nend\n",
        })
        local url = database.new()
        database.query(url, setup)
        return dir, url
      end

      if body then
        it(rule.name, function()
          local dir, url = project()
          support.must({ "neap", "-q", "-C", dir, "-u", url, "upgrade", "head" })
          assert.equal(of(rule.answer, dialect), database.query(url, of(rule.ask, dialect)))
        end)
      end

      if body and not rule.live then
        it(rule.name .. " (script)", function()
          local dir, url = project()
          local script = support.must({
            "neap",
            "-C",
            dir,
            "--dialect",
            dialect,
            "upgrade",
            "base:head",
            "--sql",
          })
          database.query(url, script)
          assert.equal(of(rule.answer, dialect), database.query(url, of(rule.ask, dialect)))
        end)
      end
    end
  end)
end
