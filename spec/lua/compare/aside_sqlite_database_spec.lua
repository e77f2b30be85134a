--- SQLite: what changes, goes and comes while something stands on it: there and back, with the rows.

local support = require("spec.support")

-- before, after: SQL of two models; rows: SQL; kept: a query, and what it gives after the upgrade.
local cases = {
  ["a generated column that goes with its base"] = {
    before = [[
CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, gen INT AS (a + 1), c INT);
CREATE TABLE u (id INTEGER PRIMARY KEY, a INT, gen INT AS (a + 1) STORED, c INT);
CREATE INDEX ti ON t (gen);
]],
    after = [[
CREATE TABLE t (id INTEGER PRIMARY KEY, b INT, c INT);
CREATE TABLE u (id INTEGER PRIMARY KEY, a BIGINT, c BIGINT, late BIGINT AS (c + 1) STORED);
]],
    rows = "INSERT INTO t (a, c) VALUES (1, 2); INSERT INTO u (a, c) VALUES (3, 4)",
    kept = "SELECT t.c, u.a, u.c, late FROM t, u",
    gives = "2|3|4|5",
  },
  ["a generated column that becomes a plain one, and the other way round"] = {
    before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, gen INT AS (a + 1) STORED, c INT, made INT);",
    after = "CREATE TABLE t (id INTEGER PRIMARY KEY, a BIGINT, gen BIGINT, c BIGINT, made BIGINT AS (c + 1));",
    rows = "INSERT INTO t (a, c) VALUES (1, 2)",
    kept = "SELECT a, c, made FROM t",
    gives = "1|2|3",
  },
  ["names that another kind of thing gets"] = {
    before = [[
CREATE TABLE p (id INTEGER PRIMARY KEY, s INT, gone INT);
CREATE TABLE x (id INTEGER PRIMARY KEY, s INT);
CREATE VIEW y AS SELECT s FROM p;
CREATE INDEX Z ON p (s);
CREATE INDEX goes ON p (gone);
CREATE INDEX moves ON x (s);
CREATE TABLE kid (id INTEGER PRIMARY KEY, x INT REFERENCES x);
CREATE TABLE kin (id INTEGER PRIMARY KEY, x INT REFERENCES x, n INT);
]],
    after = [[
CREATE TABLE p (id INTEGER PRIMARY KEY, s INT);
CREATE VIEW x AS SELECT id, s FROM p;
CREATE TABLE y (s INT);
CREATE TABLE z (s INT);
CREATE TABLE a (s INT);
CREATE TABLE goes (s INT);
CREATE INDEX moves ON a (s);
CREATE TABLE kid (id INTEGER PRIMARY KEY, x INT);
CREATE TABLE kin (id INTEGER PRIMARY KEY, x INT, n INT NOT NULL ON CONFLICT IGNORE);
]],
    rows = "INSERT INTO p (s) VALUES (1); INSERT INTO x VALUES (2, 2); INSERT INTO kid VALUES (1, 2); INSERT INTO kin VALUES (1, 2, 3)",
    kept = "SELECT p.s, kid.x, kin.n FROM p, kid, kin",
    gives = "1|2|3",
    loses = "UPDATE kid SET x = NULL; UPDATE kin SET x = NULL",
  },
}

describe("neap.compare on SQLite", function()
  for what, case in pairs(cases) do
    it("goes there and back with " .. what, function()
      local dir = support.project({
        ["neap.lua"] = 'return { url = "sqlite:test.db", model = "model.sql" }\n',
        ["model.sql"] = case.after,
      })
      local function neap(...)
        return support.must({ "neap", ... }, { cwd = dir })
      end
      local function state()
        local lines = {}
        for line in neap("model", "--from-database"):gmatch("[^\n]+") do
          lines[#lines + 1] = line:gsub(",$", "")
        end
        table.sort(lines)
        return table.concat(lines, "\n")
      end
      support.sqlite(dir .. "/test.db", case.before .. case.rows)
      local before = state()
      neap("revision", "-m", "one", "--autogenerate")
      neap("upgrade", "head")
      neap("check")
      assert.equal(case.gives, support.sqlite(dir .. "/test.db", case.kept))
      support.sqlite(dir .. "/test.db", case.loses or "")
      neap("downgrade", "-1")
      support.write(dir .. "/model.sql", case.before)
      neap("check")
      assert.equal(before, state())
    end)
  end
end)
