--- stdout carries the result: what happens when it cannot, colours, JSON.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function shell(dir, script)
  return support.run({ "bash", "-c", script }, { cwd = dir, env = { NEAP = support.bin } })
end

describe("standard output", function()
  local dir

  setup(function()
    local revisions = { { "r0000" } }
    for i = 1, 2000 do
      revisions[i + 1] = { ("r%04d"):format(i), ("r%04d"):format(i - 1) }
    end
    dir = projects.make(revisions)
  end)

  it("may be closed by its reader, without a word", function()
    local result = shell(dir, '"$NEAP" history | head -n 1; echo "${PIPESTATUS[0]}"')
    assert.equal("", result.stderr)
    assert.equal("r1999 -> r2000 (head), revision r2000\n0\n", result.stdout)
  end)

  it("that is full is an error", function()
    for _, command in ipairs({ "history", "heads", "help", "--version", "heads --format json" }) do
      local result = shell(dir, '"$NEAP" ' .. command .. " >/dev/full")
      assert.equal(1, result.status, command)
      assert.matches("standard output cannot be written: No space left on device", result.stderr)
    end
  end)

  it("that is closed is an error too, and no file gets its number", function()
    local result = shell(dir, '"$NEAP" heads >&-')
    assert.equal(1, result.status)
    assert.matches("^neap: standard output cannot be written", result.stderr)
    result = shell(dir, '"$NEAP" -u sqlite:closed.db upgrade r0001 -q >&- 2>&- <&-; echo $?')
    assert.equal("0\n", result.stdout)
    assert.equal("r0001", support.sqlite(dir .. "/closed.db", "SELECT * FROM neap_version"))
  end)

  it("carries a whole script, or the status says no", function()
    local result = shell(
      dir,
      '"$NEAP" --dialect sqlite upgrade base:heads --sql | head -c 10 >/dev/null; echo "${PIPESTATUS[0]}"'
    )
    assert.equal("1\n", result.stdout)
    assert.equal("", result.stderr)
    result = shell(dir, '"$NEAP" --dialect sqlite upgrade base:heads --sql >/dev/full')
    assert.equal(1, result.status)
    assert.matches("No space left on device", result.stderr)
  end)
end)

describe("colours", function()
  local dir
  local escape = "\27%["

  setup(function()
    dir = projects.line()
  end)

  it("are off when no terminal reads", function()
    assert.not_matches(escape, projects.must(dir, "history"))
    assert.not_matches(escape, projects.must(dir, "history", "--color", "auto"))
    assert.not_matches(escape, projects.must(dir, "history", "--color", "never"))
  end)

  it("are on when they are asked for, whatever NO_COLOR says", function()
    local result = support.run(
      { "neap", "history", "--color=always" },
      { cwd = dir, env = { NO_COLOR = "1" } }
    )
    assert.matches(escape, result.stdout)
    result = projects.neap(dir, "--color", "always", "upgrade", "zz")
    assert.matches("^\27%[1;31mneap:\27%[0m ", result.stderr)
  end)
end)

describe("what comes from files", function()
  it("cannot drive the terminal", function()
    local dir =
      projects.make({ { "aa01", nil, { message = "evil \27]0;title\7 \u{202E}txt \u{9B}31m" } } })
    local text = projects.must(dir, "history")
    assert.equal(
      "<base> -> aa01 (head), evil \\x1b]0;title\\x07 \\u{202e}txt \\u{009b}31m\n",
      text:lower()
    )
    local json = projects.must(dir, "history", "--format", "json")
    assert.not_matches("[\27\7\194]", json)
    assert.equal("evil \27]0;title\7 \u{202E}txt \u{9B}31m", projects.decode(json)[1].message)
  end)

  it("is valid JSON even when it is not UTF-8", function()
    local dir = projects.make({ { "aa01", nil, { message = "caf\xe9" } } })
    assert.equal("caf\\xe9", projects.json(dir, "heads")[1].message:lower())
  end)
end)
