--- spec/golden/lexer/NAME.DIALECT.sql: a text, a line "==== expected", and what it is split into.
--- Adding a case is adding a file. A piece begins with "---- KIND, line N"; the data of a COPY with
--- "---- data". "==== expected, without the line break before this": the text ends without one.
local sql = require("neap.sql")
local support = require("spec.support")

local function read_case(path)
  local text, how, expected = support.read(path):match("^(.-)\n==== expected([^\n]*)\n(.*)$")
  assert(text, path .. ": no line ==== expected")
  return how == "" and text .. "\n" or text, expected
end

--- The statements in the form of the files.
local function show(statements)
  local parts = {}
  for _, statement in ipairs(statements) do
    table.insert(
      parts,
      ("---- %s, line %d\n%s\n"):format(statement.kind, statement.line, statement.sql)
    )
    if statement.copy_data then
      table.insert(parts, "---- data\n" .. statement.copy_data .. "\n")
    end
  end
  return table.concat(parts)
end

describe("the lexer's golden case", function()
  local paths = support.must({ "sh", "-c", "LC_ALL=C ls spec/golden/lexer/*.sql" })
  local count = 0
  for path in paths:gmatch("[^\n]+") do
    local name, dialect = path:match("([^/]+)%.(%a+)%.sql$")
    assert(dialect == "postgresql" or dialect == "sqlite", path .. ": no dialect in its name")
    it(("%s (%s)"):format(name, dialect), function()
      local text, expected = read_case(path)
      assert.equal(expected, show(sql.statements(text, dialect)))
    end)
    count = count + 1
  end

  it("files are found", function()
    assert.is_true(count >= 25)
  end)
end)
