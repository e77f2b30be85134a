--- An error, printed: architecture of the message, JSON, the statement with its position.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function failing(upgrade, files)
  return projects.make({
    { "aa01" },
    { "bb02", "aa01", { message = "break things", upgrade = upgrade } },
  }, files)
end

describe("an error of the database", function()
  it("names the revision, the file and line, the statement, and where the database is", function()
    local dir = failing('op.execute("INSERT INTO nowhere VALUES (1)")')
    local result = projects.neap(dir, "upgrade", "head")
    assert.equal(1, result.status)
    assert.matches("\nneap: bb02 %(break things%) failed: no such table: nowhere\n", result.stderr)
    assert.matches("\n  at migrations/02_bb02%.lua:7\n", result.stderr)
    assert.matches("\n  SQL: INSERT INTO nowhere VALUES %(1%)\n", result.stderr)
    assert.matches("\n  Rolled back%. The database is at aa01%.\n$", result.stderr)
  end)

  it("names helpers on the way", function()
    local dir = failing('require("things").break_them()', {
      ["helpers/things.lua"] = 'local op = require("neap.op")\nreturn {\n  break_them = function()\n'
        .. '    op.execute("SELEC 1")\n  end,\n}\n',
    })
    local result = projects.neap(dir, "upgrade", "head")
    assert.matches("\n  at migrations/02_bb02%.lua:7\n  via helpers/things%.lua:4\n", result.stderr)
  end)

  it("has SQLSTATE and a caret under the position on PostgreSQL", function()
    local dir = failing("op.execute(\"SELECT 1;\\nSELECT 'ö', nonsense, 2\")")
    local result = projects.neap(dir, "-u", support.postgres(), "upgrade", "head")
    assert.equal(1, result.status)
    assert.matches('failed: column "nonsense" does not exist\n', result.stderr)
    assert.matches("\n  SQL: SELECT 'ö', nonsense, 2\n                   ^\n", result.stderr)
    assert.matches("\n  SQLSTATE 42703\n", result.stderr)
  end)

  it("shows the part of a long statement that matters", function()
    local dir = failing([[
  local lines = { "SELECT 0" }
  for i = 1, 100 do lines[#lines + 1] = ", " .. i end
  lines[51] = ", nonsense"
  op.execute(table.concat(lines, "\n"))]])
    local result = projects.neap(dir, "-u", support.postgres(), "upgrade", "head")
    assert.matches("\n  SQL: %.%.%. 45 lines %.%.%.\n       , 45\n", result.stderr)
    assert.matches("\n       , nonsense\n         ^\n", result.stderr)
    assert.matches("\n       %.%.%. 47 lines %.%.%.\n", result.stderr)
    assert.not_matches(", 60", result.stderr)
  end)

  it("is an object with --format json", function()
    local dir = failing('op.execute("INSERT INTO nowhere VALUES (1)")')
    local result = projects.neap(dir, "--format", "json", "upgrade", "head")
    assert.equal(1, result.status)
    local lines = projects.decode_lines(result.stderr)
    local err = lines[#lines]
    assert.equal("error", err.event)
    assert.equal("failed", err.kind)
    assert.equal(1, err.status)
    assert.equal("bb02 (break things) failed: no such table: nowhere", err.message)
    assert.equal("migrations/02_bb02.lua:7", err.at)
    assert.equal("INSERT INTO nowhere VALUES (1)", err.sql)
    assert.equal("Rolled back. The database is at aa01.", err.outcome)
    local steps = projects.decode_lines(result.stdout)
    assert.equal("step", steps[1].event)
    assert.equal("aa01", steps[1].revision)
    assert.equal("summary", steps[2].event)
    assert.equal(1, steps[2].steps_done)
    assert.equal(2, steps[2].steps_planned)
    assert.same({ "aa01" }, steps[2].current)
    assert.equal(1, steps[2].status)
  end)

  it("is an object when the command line itself is wrong", function()
    for _, words in ipairs({
      { "heads", "--nonsense", "--format=json" },
      { "--format", "json", "upgade" },
    }) do
      local result = projects.neap("/", table.unpack(words))
      assert.equal(2, result.status)
      assert.equal("usage", projects.decode(result.stderr).kind)
    end
  end)
end)

describe("exit statuses", function()
  it("are those of the contract", function()
    local dir = projects.line()
    assert.equal(3, projects.neap(dir, "status").status)
    assert.equal(3, projects.neap(dir, "current", "--check-heads").status)
    assert.equal(0, projects.neap(dir, "upgrade", "head").status)
    assert.equal(0, projects.neap(dir, "status").status)
    assert.equal(0, projects.neap(dir, "current", "--check-heads").status)
    assert.equal(2, projects.neap(dir, "upgrade", "nonsense").status)
    assert.equal(5, projects.neap(dir, "-u", "postgresql://127.0.0.1:1/x", "current").status)
    support.sqlite(dir .. "/test.db", "UPDATE neap_version SET version_num = 'unknown1'")
    assert.equal(6, projects.neap(dir, "current").status)
    assert.equal(6, projects.neap(dir, "status").status)
    assert.equal(0, projects.neap(dir, "status", "--allow-ahead").status)
  end)
end)
