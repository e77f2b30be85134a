--- What stays the same and stands on what changes: there and back, with the rows.

local support = require("spec.support")

-- The defaults of tables whose names begin with p.
local DEFAULTS = [[
SELECT attrelid::regclass, max(pg_get_expr(adbin, adrelid)) FILTER (WHERE attname = 'a'),
  max(pg_get_expr(adbin, adrelid)) FILTER (WHERE attname = 'b')
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid::regclass::text LIKE 'p_%' AND attrelid::regclass::text NOT LIKE 'pg%' OR attrelid::regclass::text = 'p'
GROUP BY 1 ORDER BY 1]]

-- before, after: SQL of two models; rows: SQL; kept: a query, and what it gives after the upgrade.
local cases = {
  ["a value goes from an enum that everything uses"] = {
    before = [[
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'ok', list mood[], note text DEFAULT ('ok'::mood)::text,
  is_ok boolean GENERATED ALWAYS AS (m = 'ok') STORED, CONSTRAINT ck CHECK (m <> 'happy' OR id > 0));
CREATE INDEX ti ON t (m) WHERE m <> 'happy';
CREATE INDEX te ON t ((m = 'ok'));
CREATE VIEW v AS SELECT m FROM t WHERE m = 'ok';
CREATE VIEW w AS SELECT m FROM v;
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) AS n FROM t GROUP BY m;
CREATE FUNCTION f(x mood) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE VIEW u AS SELECT f(m) AS g FROM t;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.m = 'ok') EXECUTE FUNCTION touch();
CREATE POLICY p ON t USING (m <> 'happy');
CREATE DOMAIN good AS mood CHECK (VALUE <> 'happy');
CREATE TYPE pair AS (a mood, b good);
CREATE TABLE s (p pair, g good DEFAULT 'ok', gone mood, text_now mood);
]],
    change = function(sql)
      return sql:gsub("'sad', ", ""):gsub(", gone mood, text_now mood", ", text_now text")
    end,
    rows = [[
INSERT INTO t (id, m, list) VALUES (1, 'ok', '{ok,happy}'), (2, 'happy', NULL);
INSERT INTO s VALUES ('(ok,ok)', 'ok', 'sad', 'happy');]],
    kept = "SELECT m, list, is_ok, g, p, text_now FROM t LEFT JOIN s ON id = 1 ORDER BY id",
    gives = "ok|{ok,happy}|t|ok|(ok,ok)|happy\nhappy||f|||",
  },
  ["the type that domains and composite types stand on"] = {
    before = [[
CREATE DOMAIN d AS int;
CREATE DOMAIN e AS d CHECK (VALUE > 0);
CREATE TYPE c AS (a int, b text, x text);
CREATE TYPE r AS RANGE (subtype = float8);
CREATE TABLE t (a d DEFAULT 3, b e, c c, l c[], r r DEFAULT '[1,2]');
CREATE FUNCTION f(d) RETURNS int LANGUAGE sql AS 'SELECT 1';
]],
    change = function(sql)
      return sql
        :gsub("d AS int", "d AS bigint")
        :gsub("%(a int, b text, x text%)", "(a bigint, x text, z int)")
        :gsub("float8", "float8, subtype_diff = float8mi")
    end,
    rows = "INSERT INTO t VALUES (1, 2, '(7,gone,stays)', '{\"(8,gone,stays)\"}', '[2,3)')",
    kept = "SELECT a, b, c, l, r FROM t",
    gives = '1|2|(7,stays,)|{"(8,stays,)"}|[2,3)',
  },
  ["a parent that is left, and one that is joined"] = {
    before = [[
CREATE TABLE par (a int, b text, CHECK (a > 0));
CREATE TABLE chi (c int) INHERITS (par);
CREATE TABLE two (a int, b text, d int);
]],
    change = function(sql)
      return sql
        :gsub("par %(a int, b text", "par (a bigint, b text, z int")
        :gsub("%(c int%) INHERITS %(par%)", "(c int)")
        :gsub("two %(a int, b text, d int%)", "two (d int) INHERITS (par)")
    end,
    rows = "INSERT INTO chi VALUES (1, 'x', 2); INSERT INTO two VALUES (3, 'y', 4)",
    kept = "SELECT a, b, z, d FROM two",
    gives = "3|y||4",
    owns = true, -- columns that were there before INHERIT are the table's own, too
  },
  ["partitions that take other rows, go and come"] = {
    config = ", include_partitions = true",
    before = [[
CREATE TABLE p (id int NOT NULL, at date NOT NULL, x int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE p3 (id int NOT NULL, at date NOT NULL, x int, PRIMARY KEY (id, at));
CREATE TABLE r (id int, at date, FOREIGN KEY (id, at) REFERENCES p (id, at));
]],
    change = function(sql)
      return sql
        :gsub("2021%-01%-01'%);", "2020-06-01');", 1)
        :gsub(
          "p2 PARTITION OF p FOR[^;]*",
          "p2 (id int NOT NULL, at date NOT NULL, x int, PRIMARY KEY (id, at))"
        )
        :gsub("p3 %([^;]*", "p3 PARTITION OF p FOR VALUES FROM ('2022-01-01') TO ('2023-01-01')")
        :gsub(
          "$",
          "CREATE TABLE p4 PARTITION OF p FOR VALUES FROM ('2023-01-01') TO ('2024-01-01') PARTITION BY HASH (id);\n"
            .. "CREATE TABLE p4a PARTITION OF p4 FOR VALUES WITH (MODULUS 2, REMAINDER 0);\n",
          1
        )
    end,
    rows = "INSERT INTO p VALUES (1, '2020-02-02', 1); INSERT INTO p3 VALUES (2, '2022-02-02', 2)",
    kept = "SELECT tableoid::regclass, id FROM p ORDER BY 2",
    gives = "p1|1\np3|2",
  },
  ["a column that a function of standard SQL reads"] = {
    version = 140000,
    before = [[
CREATE TABLE t (id int PRIMARY KEY, n int, g int GENERATED ALWAYS AS (n + 1) STORED);
CREATE FUNCTION total() RETURNS bigint BEGIN ATOMIC SELECT sum(n) FROM t; END;
CREATE FUNCTION last(int) RETURNS bigint RETURN (SELECT max(g) FROM t);
CREATE VIEW v AS SELECT total() AS t;
]],
    change = function(sql)
      return sql:gsub("n int,", "n bigint,")
    end,
    rows = "INSERT INTO t VALUES (1, 5), (2, 6)",
    kept = "SELECT total(), last(1), t FROM v",
    gives = "11|7|11",
  },
  ["the type of a typed table"] = {
    before = [[
CREATE TYPE tt AS (a int, b text, x int);
CREATE TABLE typed OF tt (PRIMARY KEY (a));
]],
    change = function(sql)
      return sql:gsub("a int, b text, x int", "a int, b varchar, c int")
    end,
    rows = "INSERT INTO typed VALUES (1, 'q', 3)",
    kept = "SELECT a, b, c FROM typed",
    gives = "1|q|",
  },
  ["names that something else gets"] = {
    before = [[
CREATE TABLE t (id int PRIMARY KEY, s int);
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION ft(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW m AS SELECT id FROM v;
CREATE TABLE gone (id int PRIMARY KEY, t_id int REFERENCES t);
CREATE VIEW gv AS SELECT * FROM gone;
CREATE TYPE en AS ENUM ('a', 'b');
CREATE TABLE eu (x en, y en[]);
CREATE SEQUENCE q;
CREATE TABLE qs (a int DEFAULT nextval('q'));
]],
    change = function()
      return [[
CREATE MATERIALIZED VIEW t AS SELECT 1 AS id;
CREATE PROCEDURE f(int) LANGUAGE sql AS 'SELECT 1';
CREATE TABLE v (id int);
CREATE VIEW m AS SELECT id FROM v;
CREATE DOMAIN en AS text;
CREATE TABLE eu (x en, y en[]);
CREATE TABLE q (a int);
CREATE TABLE qs (a int);
]]
    end,
    rows = "INSERT INTO eu VALUES ('a', '{a,b}')",
    kept = "SELECT x, y FROM eu",
    gives = "a|{a,b}",
  },
  ["numbers that count another way"] = {
    before = [[
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (MAXVALUE 100), b int GENERATED ALWAYS AS IDENTITY (INCREMENT -1),
  c int GENERATED BY DEFAULT AS IDENTITY, d int GENERATED ALWAYS AS IDENTITY (START 5 CACHE 3 CYCLE), e int);
CREATE SEQUENCE s AS int START 5 INCREMENT 2;
]],
    change = function(sql)
      return sql
        :gsub(" %(MAXVALUE 100%)", "")
        :gsub("INCREMENT %-1", "INCREMENT 2")
        :gsub("BY DEFAULT AS IDENTITY", "BY DEFAULT AS IDENTITY (INCREMENT -2 MINVALUE -50)")
        :gsub(" %(START 5 CACHE 3 CYCLE%)", "")
        :gsub("e int", "e int GENERATED BY DEFAULT AS IDENTITY")
        :gsub("AS int START 5 INCREMENT 2", "START -7 INCREMENT -1 CYCLE")
    end,
    rows = "INSERT INTO t (e) VALUES (7)",
    kept = "SELECT a, b, c, d, e, nextval('s') FROM t",
    gives = "1|-1|1|5|7|-7",
  },
  ["a function that comes anew"] = {
    before = [[
CREATE FUNCTION slug(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower($1)';
CREATE TABLE t (a text, b text GENERATED ALWAYS AS (slug(a)) STORED, c text DEFAULT slug('X'), CHECK (slug(a) <> ''), UNIQUE (b, a));
CREATE INDEX i ON t (slug(a));
CREATE INDEX j ON t (c) WHERE slug(c) <> 'q';
CREATE VIEW v AS SELECT slug(c) AS s, b FROM t;
CREATE TABLE o (b text, a text, FOREIGN KEY (b, a) REFERENCES t (b, a));
]],
    change = function(sql)
      return sql
        :gsub("slug%(text%) RETURNS text", "slug(word text) RETURNS text")
        :gsub("lower%(%$1%)", "lower(word)")
    end,
    rows = "INSERT INTO t (a) VALUES ('Q'); INSERT INTO o VALUES ('q', 'Q')",
    kept = "SELECT a, b, c, s FROM t JOIN v USING (b)",
    gives = "Q|q|x|x",
  },
  ["a generated column that goes, and one that comes"] = {
    before = [[
CREATE TABLE t (id int PRIMARY KEY, a int, gen int GENERATED ALWAYS AS (a + 1) STORED, c int, kept int UNIQUE);
CREATE TABLE u (id int PRIMARY KEY, a int, gen int GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX ti ON t (gen) WHERE a > 1;
CREATE VIEW v AS SELECT id, kept FROM t WHERE gen > 1;
]],
    change = function(sql)
      return sql
        :gsub(
          "a int, gen int GENERATED ALWAYS AS %(a %+ 1%) STORED, c int",
          "a bigint, c bigint, late bigint GENERATED ALWAYS AS (c + 1) STORED",
          1
        )
        :gsub("a int, gen int GENERATED ALWAYS AS %(a %+ 1%) STORED", "b int")
        :gsub("t %(gen%) WHERE a > 1", "t (late)")
        :gsub("gen > 1", "late > 1")
    end,
    rows = "INSERT INTO t (id, a, c, kept) VALUES (1, 2, 3, 4)",
    kept = "SELECT a, c, late, v.kept FROM t JOIN v USING (id)",
    gives = "2|3|4|4",
  },
  ["a generated column that becomes a plain one, and the other way round"] = {
    before = [[
CREATE TABLE t (id int PRIMARY KEY, a int, gen int GENERATED ALWAYS AS (a + 1) STORED, c int, made int);
CREATE VIEW v AS SELECT gen FROM t;
CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE u (a int, gen int GENERATED ALWAYS AS (f(a)) STORED, CHECK (gen > 0));
]],
    change = function(sql)
      return sql
        :gsub(
          "a int, gen int GENERATED ALWAYS AS %(a %+ 1%) STORED, c int, made int",
          "a bigint, gen bigint, c bigint, made bigint GENERATED ALWAYS AS (c + 1) STORED",
          1
        )
        :gsub("f%(int%) RETURNS int", "f(x int) RETURNS int")
        :gsub("gen int GENERATED ALWAYS AS %(f%(a%)%) STORED", "gen bigint")
    end,
    rows = "INSERT INTO t (id, a, c) VALUES (1, 2, 3); INSERT INTO u VALUES (7)",
    kept = "SELECT t.a, t.gen, c, made, u.gen FROM t, u",
    gives = "2|3|3|4|7",
  },
  ["a key that gets a type of another class"] = {
    before = [[
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t, m mood UNIQUE);
CREATE TABLE c (x int REFERENCES t, m mood REFERENCES t (m), n int);
COMMENT ON CONSTRAINT c_x_fkey ON c IS 'the parent';
CREATE TABLE of_mood (m mood PRIMARY KEY);
CREATE TABLE has_mood (m mood REFERENCES of_mood);
]],
    change = function(sql)
      return sql
        :gsub("'sad', ", "")
        :gsub("t %(id int PRIMARY KEY, up int", "t (id text PRIMARY KEY, up text")
        :gsub("x int", "x text")
    end,
    rows = "INSERT INTO t VALUES (1, 1, 'ok'); INSERT INTO c VALUES (1, 'ok', 3)",
    kept = "SELECT t.id, up, c.x, c.m, n FROM t JOIN c ON c.x = t.id",
    gives = "1|1|1|ok|3",
  },
  ["a function that gets a parameter with a default"] = {
    before = [[
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT x';
CREATE TABLE t (a int DEFAULT f(4), b int GENERATED ALWAYS AS (f(a)) STORED, CHECK (f(a) > 0));
CREATE INDEX ti ON t (f(a));
CREATE VIEW old AS SELECT f(a) AS f FROM t;
CREATE SEQUENCE s;
CREATE TABLE u (a int DEFAULT nextval('s'));
CREATE TABLE w (a int);
CREATE FUNCTION total(w) RETURNS int LANGUAGE sql AS 'SELECT f(1)';
]],
    change = function()
      return [[
CREATE FUNCTION f(x int, z int DEFAULT 3) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT x + z';
CREATE TABLE t (a int DEFAULT f(4), b int GENERATED ALWAYS AS (f(a)) STORED, CHECK (f(a) > 0));
CREATE INDEX ti ON t (f(a));
CREATE VIEW old AS SELECT f(a) AS f FROM t;
CREATE VIEW v AS SELECT f(1) AS one;
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT f(1)';
CREATE TABLE u (a int);
]]
    end,
    rows = "INSERT INTO t (a) VALUES (1); INSERT INTO t DEFAULT VALUES",
    kept = "SELECT a, b, f FROM t, old WHERE b = f ORDER BY 1",
    gives = "1|4|4\n4|7|7",
  },
  ["a default that partitions have of their own"] = {
    before = [[
CREATE TABLE p (id int NOT NULL, a int DEFAULT 1, b int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
CREATE TABLE p2a PARTITION OF p2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE p1 ALTER a SET DEFAULT 5;
ALTER TABLE p2a ALTER a DROP DEFAULT, ALTER b SET DEFAULT 9;
]],
    change = function(sql)
      return sql:gsub("DEFAULT 1, b int", "DEFAULT 2, b int DEFAULT 3")
    end,
    rows = "INSERT INTO p VALUES (1, 1, 1)",
    kept = DEFAULTS,
    gives = "p|2|3\np1|5|3\np2|2|3\np2a||9",
    left_again = "p|1|\np1|5|\np2|1|\np2a||9",
  },
  ["names that another kind of thing gets"] = {
    before = [[
CREATE TABLE t (id int PRIMARY KEY, s int, CONSTRAINT k UNIQUE (s));
CREATE INDEX x ON t (s);
CREATE TYPE y AS ENUM ('a', 'b');
CREATE DOMAIN z AS int;
CREATE TYPE unused AS ENUM ('a');
CREATE FUNCTION of_y(y) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE has_y (a int, y y DEFAULT 'a', l y[], z z, CHECK (y <> 'b'));
CREATE TABLE other (id int CONSTRAINT other_key PRIMARY KEY, gone int);
CREATE INDEX moves ON other (id);
CREATE INDEX goes ON other (gone);
CREATE TABLE numbered (id serial PRIMARY KEY);
CREATE SEQUENCE late;
CREATE TABLE u (a int DEFAULT nextval('late'));
]],
    change = function()
      return [[
CREATE TABLE t (id int PRIMARY KEY, s int);
CREATE TABLE x (a int);
CREATE TABLE k (a int);
CREATE TABLE y (a int);
CREATE VIEW z AS SELECT 1 AS one;
CREATE TABLE unused (a int);
CREATE TABLE has_y (a int, y text DEFAULT 'a', l text[], z int, CHECK (y <> 'b'));
CREATE TABLE more (id int CONSTRAINT other_key PRIMARY KEY);
CREATE INDEX moves ON more (id);
CREATE TABLE other (id int);
CREATE TABLE goes (a int);
CREATE TABLE numbered (id int PRIMARY KEY);
CREATE TABLE numbered_id_seq (a int);
CREATE TABLE u (a int);
]]
    end,
    rows = "INSERT INTO t VALUES (1, 2); INSERT INTO has_y VALUES (1, 'a', '{a,b}', 5); INSERT INTO other VALUES (3, 4)",
    kept = "SELECT t.*, h.*, o.* FROM t, has_y h, other o",
    gives = "1|2|1|a|{a,b}|5|3",
  },
  ["a generated column with another expression, and one under which a type changes"] = {
    before = [[
CREATE TABLE t (id int PRIMARY KEY, w int, h int, g int GENERATED ALWAYS AS (w*2) STORED, k int GENERATED ALWAYS AS (h*2) STORED);
CREATE INDEX gi ON t (g);
CREATE INDEX gh ON t (g, h);
CREATE INDEX gp ON t (h) WHERE g > 5;
COMMENT ON INDEX gh IS 'both';
ALTER TABLE t ADD CONSTRAINT gk UNIQUE (g, id);
ALTER TABLE t ADD CONSTRAINT ck CHECK (g < 1000 AND w > 0);
CREATE VIEW v AS SELECT g FROM t;
CREATE VIEW x AS SELECT k FROM t;
CREATE STATISTICS st ON g, h FROM t;
CREATE TABLE r (a int, b int, FOREIGN KEY (a, b) REFERENCES t (g, id));
]],
    change = function(sql)
      return sql:gsub("w%*2", "w*2+0"):gsub("h int,", "h bigint,")
    end,
    rows = "INSERT INTO t (id, w, h) VALUES (1, 2, 3); INSERT INTO r VALUES (4, 1)",
    kept = "SELECT w, h, g, k FROM t",
    gives = "2|3|4|6",
  },
}

describe("neap.compare", function()
  for what, case in pairs(cases) do
    it("takes out of the way what stands on " .. what, function()
      local url = support.postgres()
      if tonumber(support.psql(url, "SHOW server_version_num")) < (case.version or 0) then
        return
      end
      local dir = support.project({
        ["neap.lua"] = ('return { url = %q, model = "model.sql"%s }\n'):format(
          url,
          case.config or ""
        ),
        ["model.sql"] = (case.change(case.before)),
      })
      local function neap(...)
        return support.must({ "neap", ... }, { cwd = dir })
      end
      -- The order of columns and attributes may differ.
      local function state()
        local lines = {}
        for line in neap("model", "--from-database"):gmatch("[^\n]+") do
          lines[#lines + 1] = line:gsub(",$", "")
        end
        table.sort(lines)
        return table.concat(lines, "\n")
      end
      support.psql(url, case.before)
      support.psql(url, case.rows)
      local before = state()
      neap("revision", "-m", "one", "--autogenerate")
      neap("upgrade", "head")
      neap("check")
      assert.equal(case.gives, support.psql(url, case.kept))
      neap("downgrade", "-1")
      support.write(dir .. "/model.sql", case.before)
      neap("check")
      if case.left_again then
        assert.equal(case.left_again, support.psql(url, case.kept))
      end
      if not case.owns then
        assert.equal(before, state())
      end
    end)
  end
end)
