--- The command line, taken apart: where options may stand, what is an argument, what is answered
--- to a mistyped word.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function neap(...)
  return projects.neap(support.root, ...)
end

describe("a mistyped word", function()
  local nearest = {
    { { "upgade" }, "Did you mean `neap upgrade`%?" },
    { { "histroy" }, "Did you mean `neap history`%?" },
    { { "stauts" }, "Did you mean `neap status`%?" },
    { { "haeds" }, "Did you mean `neap heads`%?" },
    { { "ensure_version" }, "Did you mean `neap ensure%-version`%?" },
    { { "migrate" }, "Did you mean `neap upgrade`%?" },
    { { "rollback" }, "Did you mean `neap downgrade`%?" },
    { { "version" }, "Did you mean `neap %-%-version`%?" },
    { { "xyzzy" }, "`neap help` lists the commands" },
    { { "help", "upgade" }, "Did you mean `neap upgrade`%?" },
    { { "upgrade", "head", "--dry-rum" }, "Did you mean %-%-dry%-run%?" },
    { { "upgrade", "head", "--transation", "all" }, "Did you mean %-%-transaction%?" },
    { { "heads", "--resolve" }, "Did you mean %-%-resolve%-dependencies%?" },
    { { "revision", "-m", "x", "--lable", "y" }, "`neap revision %-h` lists the options" },
    { { "heads", "--formt", "json" }, "Did you mean %-%-format%?" },
    { { "heads", "--format", "jsno" }, "Did you mean %-%-format json%?" },
    { { "upgrade", "head", "--transaction", "al" }, "Did you mean %-%-transaction all%?" },
    { { "--dry-run", "upgrade", "head" }, "Write `neap upgrade %-%-dry%-run" },
  }
  for _, row in ipairs(nearest) do
    it("is answered: " .. table.concat(row[1], " "), function()
      local result = neap(table.unpack(row[1]))
      assert.equal(2, result.status)
      assert.equal("", result.stdout)
      assert.matches(row[2], result.stderr)
      assert.matches("^neap: [^\n]+\n  ", result.stderr)
    end)
  end
end)

describe("options", function()
  local dir

  setup(function()
    dir = projects.line()
  end)

  it("stand before or after the command", function()
    local before = projects.must(dir, "--format", "json", "heads")
    assert.equal(before, projects.must(dir, "heads", "--format", "json"))
    assert.equal(before, projects.must(dir, "heads", "--format=json"))
    assert.equal(before, projects.must("/", "-C", dir, "heads", "--format=json"))
    assert.equal(before, projects.must("/", "heads", "--format=json", "-C" .. dir))
  end)

  it("take the last value when they are given twice", function()
    assert.matches("^%[", projects.must(dir, "heads", "--format", "text", "--format", "json"))
  end)

  it("join letters", function()
    local text = projects.must(dir, "history", "-vr", "bb02")
    assert.matches("Rev: bb02", text)
  end)

  it("leave arguments that begin with a minus and a digit alone", function()
    local result = projects.neap(dir, "downgrade", "-1")
    assert.not_matches("option", result.stderr)
    result = projects.neap(dir, "show", "-1", "--format", "json")
    assert.not_matches("option", result.stderr)
  end)

  it("take a value that begins with a minus", function()
    local text = projects.must(dir, "-u", "sqlite:none.db", "history", "-r", "cc03-1:")
    assert.equal("bb02 -> cc03 (head), revision cc03\naa01 -> bb02, revision bb02\n", text)
    local result = projects.neap(dir, "history", "-r", "-2:")
    assert.not_matches("option", result.stderr)
  end)

  it("end at --", function()
    local result = projects.neap(dir, "show", "--", "--format")
    assert.equal(2, result.status)
    assert.matches("%-%-format", result.stderr)
    assert.not_matches("needs a value", result.stderr)
  end)

  it("apply -C one after the other, and say what cannot be entered", function()
    local result = projects.neap("/", "-C", dir, "-C", "migrations", "-C", "..", "heads")
    assert.equal("cc03 (head), revision cc03\n", result.stdout)
    result = projects.neap(dir, "-C", "nowhere", "heads")
    assert.equal(2, result.status)
    assert.equal("neap: cannot change to nowhere: No such file or directory\n", result.stderr)
  end)

  it("do not swallow the next option as their value", function()
    local result = projects.neap(dir, "revision", "-m", "--edit")
    assert.equal(2, result.status)
    assert.matches("%-m needs a value before %-%-edit: %-m MSG", result.stderr)
  end)

  it("may have an equals sign after a letter, as Alembic's users write", function()
    assert.matches("^bb02", projects.must(dir, "history", "-r=cc03-1:bb02"):gsub("^aa01 %-> ", ""))
  end)
end)

describe("missing and superfluous arguments", function()
  it("are explained with what can stand there", function()
    local result = neap("upgrade")
    assert.equal(2, result.status)
    assert.equal(
      "neap: upgrade needs TARGET\n"
        .. "  TARGET is head, heads, an id or its beginning, a label, LABEL@head, or +1.\n"
        .. "  `neap upgrade -h` explains it.\n",
      result.stderr
    )
    result = neap("upgrade", "a", "b")
    assert.equal(2, result.status)
    assert.matches('upgrade takes TARGET, so "b" is one argument too many', result.stderr)
    result = neap("heads", "x")
    assert.equal(2, result.status)
    assert.matches('heads takes no arguments, so "x" is one argument too many', result.stderr)
  end)
end)

describe("a password on the command line", function()
  local secret = "s3cr3t"

  it("appears in no message", function()
    for _, words in ipairs({
      { "current", "postgresql://u:" .. secret .. "@h/d" },
      { "postgresql://u:" .. secret .. "@h/d" },
      { "heads", "host=h password=" .. secret },
      { "-u", "postgresql://u:" .. secret .. "@127.0.0.1:1/d", "current" },
      { "-u", "host=127.0.0.1 port=1 password=" .. secret, "current" },
    }) do
      local result = neap(table.unpack(words))
      assert.is_true(result.status ~= 0)
      assert.is_nil((result.stdout .. result.stderr):find(secret, 1, true), result.stderr)
    end
  end)

  it("is wiped from the process's arguments", function()
    local url = support.postgres() .. "&password=" .. secret
    local dir =
      projects.make({ { "aa01", nil, { upgrade = 'op.execute("SELECT pg_sleep(20)")' } } })
    for _, words in ipairs({
      { "neap", "-u", url, "upgrade", "head" },
      { "neap", "upgrade", "head", "--url=" .. url },
      { "neap", "upgrade", "-u" .. url, "head" },
    }) do
      local process = support.start(words, { cwd = dir })
      local line = support.wait_for("the revision to run", function()
        return process.output().stderr:find("upgrade aa01", 1, true)
          and support.read(("/proc/%d/cmdline"):format(process.pid))
      end)
      process.signal("INT")
      assert.equal(130, process.wait().status)
      assert.is_not_nil(line:find("postgresql://***", 1, true), line)
      assert.is_nil(line:find(secret, 1, true))
    end
  end)
end)
