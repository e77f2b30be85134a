--- Another tool's schema has strings in double quotes: SQLite takes them, and they go on working. A misspelt name of
--- one's own in double quotes is an error.

local support = require("spec.support")

local SCHEMA = [[
CREATE TABLE t (
  id integer PRIMARY KEY, n text, other int,
  kind text DEFAULT "plain" CHECK (kind IN ("plain", "odd")),
  gen text GENERATED ALWAYS AS (kind || "x")
);
CREATE INDEX ix ON t (n) WHERE kind <> "even";
CREATE VIEW v AS SELECT id, kind FROM t WHERE kind = "odd";
CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET n = "it ""was""" WHERE id = new.id; END;
INSERT INTO t (id, n, kind) VALUES (1, 'a', 'odd');
]]

describe("strings in double quotes", function()
  local path

  local function upgrade(body)
    local dir = support.project()
    path = dir .. "/t.db"
    support.sqlite(path, SCHEMA)
    support.write(
      dir .. "/migrations/a.lua",
      'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n"
    )
    return support.run({ "neap", "-C", dir, "-u", "sqlite:t.db", "upgrade", "head" })
  end

  for _, body in ipairs({
    'op.alter_column("t", "n", { new_name = "m" })',
    'op.drop_column("t", "other")',
    'op.rename_table("t", "u")',
    'op.alter_column("t", "other", { nullable = true, type = "text" })',
    'op.drop_constraint(nil, "t", { check = [[kind IN ("plain", "odd")]] })',
    'op.create_check_constraint("ck", "t", "id > 0")',
    'assert(op.row("SELECT * FROM v").kind == "odd")',
    'op.execute("UPDATE t SET n = 5; DELETE FROM t WHERE id = 2")',
    'op.bulk_insert("t", { { id = 2 }, { id = 3 } })\nop.execute("DELETE FROM t WHERE id > 1")',
    'op.create_index("i2", "t", "kind")',
  }) do
    it("of a schema stay: " .. body:match("^[^\n]*"), function()
      local result = upgrade(body)
      assert.equal("", result.stderr:match("neap: [^\n]*") or "")
      assert.equal(0, result.status)
      assert.equal("1|odd", support.sqlite(path, "SELECT * FROM v"))
      local name = body:find("rename_table") and "u" or "t"
      local column = body:find("new_name") and "m" or "n"
      support.sqlite(path, ("INSERT INTO %s (id) VALUES (9);"):format(name))
      assert.equal(
        'it "was"|plainx',
        support.sqlite(path, ("SELECT %s, gen FROM %s WHERE id = 9"):format(column, name))
      )
    end)
  end

  for _, body in ipairs({
    'op.create_check_constraint("ck", "t", [["idd" > 0]])',
    'op.execute([[SELECT "nn" FROM t]])',
    'op.execute([[UPDATE t SET n = "plain"]])',
    'op.execute([[CREATE INDEX j ON t (id) WHERE "odder" > 1]])',
    'op.alter_column("t", "other", { type = "text", using = [["otter"]] })',
  }) do
    it("of a revision are misspelt names: " .. body, function()
      local result = upgrade(body)
      assert.matches("no such column", result.stderr)
      assert.equal(1, result.status)
    end)
  end
end)
