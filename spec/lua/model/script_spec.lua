--- What `check --sql` prints can be given to the database's own shell.

local support = require("spec.support")

describe("the script of neap check --sql on SQLite", function()
  it("rebuilds a table that rows and views stand on, with foreign keys enforced", function()
    local dir = support.project({
      ["neap.lua"] = 'return { url = "sqlite:test.db", model = "model.sql" }\n',
      ["model.sql"] = [[
CREATE TABLE parent (id INTEGER PRIMARY KEY, name varchar(60) NOT NULL);
CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES parent ON DELETE CASCADE);
CREATE VIEW names AS SELECT name FROM parent JOIN child ON of = parent.id;
]],
    })
    local path = dir .. "/test.db"
    support.sqlite(
      path,
      [[CREATE TABLE parent (id INTEGER PRIMARY KEY, name varchar(20));
      CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES parent ON DELETE CASCADE);
      CREATE VIEW names AS SELECT name FROM parent JOIN child ON of = parent.id;
      INSERT INTO parent VALUES (1, 'a'); INSERT INTO child VALUES (7, 1);]]
    )
    local ran = support.run({ "neap", "check", "--sql" }, { cwd = dir })
    assert.equal(3, ran.status, ran.stderr)
    support.sqlite(path, "PRAGMA foreign_keys = ON;\n" .. ran.stdout)
    assert.equal("a", support.sqlite(path, "SELECT * FROM names;"))
    support.must({ "neap", "check" }, { cwd = dir })
  end)
end)

describe("the SQL of neap model --from-database on SQLite", function()
  it("is a model, with tables that refer to each other", function()
    local dir = support.project({
      ["neap.lua"] = 'return { url = "sqlite:test.db", model = "model.sql" }\n',
    })
    support.sqlite(
      dir .. "/test.db",
      "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a);"
    )
    local model = support.must({ "neap", "model", "--from-database", "--sql" }, { cwd = dir })
    support.write(dir .. "/model.sql", model)
    support.must({ "neap", "check" }, { cwd = dir })
  end)
end)
