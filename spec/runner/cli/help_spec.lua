--- Help and the man page come from the tables: nothing is left out.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local commands = {
  "init",
  "revision",
  "upgrade",
  "downgrade",
  "stamp",
  "current",
  "history",
  "heads",
  "branches",
  "show",
  "edit",
  "merge",
  "status",
  "log",
  "ensure-version",
  "create",
  "drop",
  "wait",
  "freeze",
  "load",
  "setup",
  "permissions",
  "help",
}

local function neap(...)
  return projects.neap("/", ...)
end

describe("help", function()
  it("is the answer to no command, which is a wrong one", function()
    local result = neap()
    assert.equal(2, result.status)
    assert.equal("", result.stderr)
    assert.matches("^neap: schema migrations", result.stdout)
    assert.equal(result.stdout, neap("help").stdout)
    assert.equal(0, neap("help").status)
    assert.equal(0, neap("-h").status)
  end)

  it("lists every command and every global option", function()
    local text = neap("--help").stdout
    for _, name in ipairs(commands) do
      assert.matches("\n  " .. name:gsub("%-", "%%-") .. " +%u", text)
    end
    for _, option in ipairs({
      "%-c, %-%-config FILE",
      "%-e, %-%-env NAME",
      "%-u, %-%-url URL",
      "%-C, %-%-directory DIR",
      "%-x KEY=VALUE",
      "%-q, %-%-quiet",
      "%-v, %-%-verbose",
      "%-%-format FORMAT",
      "%-%-color WHEN",
      "%-%-dialect NAME",
      "%-%-version",
    }) do
      assert.matches(option, text)
    end
  end)

  for _, name in ipairs(commands) do
    it("of " .. name .. " has a usage line and an example", function()
      local result = neap(name, "-h")
      assert.equal(0, result.status, result.stderr)
      assert.matches("^Usage: neap " .. name:gsub("%-", "%%-"), result.stdout)
      assert.matches("\nExample:\n  [^\n]*neap " .. name:gsub("%-", "%%-"), result.stdout)
      assert.equal(result.stdout, neap("help", name).stdout)
      assert.equal(result.stdout, neap("--help", name).stdout)
      for line in result.stdout:gmatch("[^\n]+") do
        assert.is_true(#line <= 80, line)
      end
    end)
  end

  it("wins over missing arguments, not over wrong options", function()
    assert.equal(0, neap("upgrade", "-h").status)
    assert.equal(2, neap("upgrade", "--nonsense", "-h").status)
  end)

  it("explains directives of op", function()
    local result = neap("help", "op", "add_column")
    assert.equal(0, result.status, result.stderr)
    assert.matches("^op%.add_column%(", result.stdout)
    assert.equal(result.stdout, neap("help", "op", "op.add_column").stdout)
    local wrong = neap("help", "op", "add_colum")
    assert.equal(2, wrong.status)
    assert.equal(
      "neap: there is no op.add_colum\n  Did you mean `neap help op add_column`?\n",
      wrong.stderr
    )
    assert.matches("\n  create_table\n", neap("help", "op").stdout)
  end)

  it("is one document with --format json", function()
    local value = projects.json("/", "help", "heads")
    assert.matches("^Usage: neap heads", value.help)
  end)
end)

describe("--version", function()
  it("is one line", function()
    local result = neap("--version")
    assert.equal(0, result.status)
    assert.matches("^neap %S+\n$", result.stdout)
  end)
end)

describe("the man page", function()
  it("has every command, and is the one in docs/", function()
    local text = neap("man").stdout
    for _, name in ipairs(commands) do
      assert.is_not_nil(text:find('\n.SS "' .. name:gsub("-", "\\-"), 1, true), name)
    end
    assert.equal(support.read("docs/neap.1"), text, "run: build/neap man > docs/neap.1")
  end)

  it("is roff that man understands", function()
    local result = support.run({
      "sh",
      "-c",
      "groff -man -ww -z docs/neap.1",
    })
    assert.equal(0, result.status)
    assert.equal("", result.stderr)
  end)
end)
