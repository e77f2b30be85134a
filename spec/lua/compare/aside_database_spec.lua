--- What stays the same and stands on what changes: there and back, with the rows.

local support = require("spec.support")

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
      local dir = support.project({
        ["neap.lua"] = ('return { url = %q, model = "model.sql" }\n'):format(url),
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
      local before, rows = state(), support.psql(url, case.kept)
      neap("revision", "-m", "one", "--autogenerate")
      neap("upgrade", "head")
      neap("check")
      assert.equal(case.gives, support.psql(url, case.kept))
      neap("downgrade", "-1")
      assert.equal(before, state())
      assert.equal(#rows > 0, true)
    end)
  end
end)
