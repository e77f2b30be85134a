--- Files of views and triggers on SQLite: what is passed over, what is made anew, and the way back.

local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local OBJECTS =
  "SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger') ORDER BY type, name"

local VIEW = 'CREATE VIEW "the w" AS SELECT id, email FROM account;\n'
local TRIGGER =
  'CREATE TRIGGER put INSTEAD OF INSERT ON "the w" BEGIN INSERT INTO account (id) VALUES (new.id); END;\n'

describe("files of views and triggers on SQLite", function()
  local dir

  local function objects()
    return support.sqlite(dir .. "/a.db", OBJECTS)
  end

  local function write(name, text)
    support.write(dir .. "/sql/code/" .. name, text)
  end

  before_each(function()
    local code = {
      header = 'local procedures = require("procedures")',
      upgrade = 'procedures.load_dir("code", { order = "dependency", skip_unchanged = true })',
      downgrade = "procedures.revert()",
    }
    dir = projects.make({
      {
        "r1",
        nil,
        {
          upgrade = 'op.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, email TEXT, n INTEGER)")',
          downgrade = 'op.drop_table("account")',
        },
      },
      { "r2", "r1", code },
      { "r3", "r2", code },
      { "r4", "r3", code },
    }, {
      ["neap.lua"] = 'return { url = "sqlite:a.db" }',
      ["sql/code/a.sql"] = 'CREATE VIEW first AS SELECT id FROM "the w";\n',
      ["sql/code/b.sql"] = VIEW,
      ["sql/code/c.sql"] = TRIGGER,
      -- Runs once only, unless it is passed over.
      ["sql/code/d.sql"] = "UPDATE account SET n = n + 1; CREATE TRIGGER counted AFTER DELETE ON account BEGIN SELECT 1; END;\n",
    })
    projects.must(dir, "upgrade", "r1")
    support.sqlite(dir .. "/a.db", "INSERT INTO account VALUES (1, 'X', 0)")
    projects.must(dir, "upgrade", "r2")
  end)

  it("load what has changed in place of what it made, and put it back", function()
    -- Nobody's file makes this one.
    support.sqlite(
      dir .. "/a.db",
      'CREATE TRIGGER other INSTEAD OF DELETE ON "the w" BEGIN DELETE FROM account WHERE id = old.id; END'
    )
    local before = objects()
    write(
      "b.sql",
      'CREATE VIEW "the w" AS SELECT id, lower(email) AS email FROM account;\nCREATE VIEW fresh AS SELECT 1;\n'
    )
    projects.must(dir, "upgrade", "r3")
    local after = objects()
    assert.match("lower(email)", after, 1, true)
    for _, name in ipairs({ "|other|", "|put|", "|fresh|", "|first|", "|counted|" }) do
      assert.match(name, after, 1, true)
    end
    assert.equal("1", support.sqlite(dir .. "/a.db", "SELECT n FROM account"))
    projects.must(dir, "upgrade", "r4")
    assert.equal(after, objects())
    projects.must(dir, "downgrade", "r3")
    assert.equal(after, objects())
    projects.must(dir, "downgrade", "r2")
    assert.equal(before, objects())
    projects.must(dir, "upgrade", "r3")
    assert.equal("1", support.sqlite(dir .. "/a.db", "SELECT n FROM account"))
    projects.must(dir, "downgrade", "r2")
    assert.equal(before, objects())
    projects.must(dir, "downgrade", "r1")
    assert.equal("", objects())
    assert.equal("0", support.sqlite(dir .. "/a.db", "SELECT count(*) FROM neap_definition"))
  end)

  it("put back what was there before the first of several loads of a revision", function()
    local before = objects()
    write(
      "b.sql",
      'CREATE VIEW "the w" AS SELECT id, lower(email) AS email FROM account;\nCREATE VIEW fresh AS SELECT 1;\n'
    )
    support.write(
      dir .. "/migrations/03_r3.lua",
      projects.revision("r3", "r2", {
        header = 'local procedures = require("procedures")',
        upgrade = 'procedures.load_dir("code") op.commit() procedures.load("code/b.sql")',
        downgrade = "procedures.revert()",
      })
    )
    projects.must(dir, "upgrade", "r3")
    projects.must(dir, "downgrade", "r2")
    assert.equal(before, objects())
  end)

  it("load what somebody has changed or dropped", function()
    local before = objects()
    support.sqlite(
      dir .. "/a.db",
      "DROP TRIGGER put; DROP VIEW first; CREATE VIEW first AS SELECT 7 AS id"
    )
    projects.must(dir, "upgrade", "r3")
    assert.equal(before, objects())
  end)

  it("drop what a file makes no more", function()
    write("b.sql", 'CREATE VIEW "new w" AS SELECT id, email FROM account;\n')
    write("a.sql", 'CREATE VIEW first AS SELECT id FROM "new w";\n')
    write("c.sql", (TRIGGER:gsub("the w", "new w")))
    projects.must(dir, "upgrade", "r3")
    assert.equal(
      "counted first new w put",
      (
        support.sqlite(
          dir .. "/a.db",
          "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_master "
            .. "WHERE type IN ('view', 'trigger') ORDER BY name)"
        )
      )
    )
  end)

  it("are as they were when a file is wrong", function()
    local before = objects()
    write("b.sql", "CREATE VIEW one AS SELECT 1;\nCREATE VEIW two AS SELECT 2;\n")
    local result = projects.neap(dir, "upgrade", "r3")
    assert.equal(1, result.status)
    assert.match("sql/code/b.sql:2", result.stderr, 1, true)
    assert.equal(before, objects())
  end)

  it("are in scripts", function()
    projects.must(dir, "downgrade", "r1")
    local script = projects.must(dir, "upgrade", "r1:r3", "--sql")
    support.sqlite(dir .. "/a.db", script)
    assert.match("|put|", objects(), 1, true)
    projects.must(dir, "downgrade", "r1")
    assert.equal("", objects())
  end)
end)
