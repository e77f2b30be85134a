local support = require("spec.support")

-- Runs a script with `neap lua` in a directory of its own.
local function run(script, options)
  local settings = options or {}
  settings.cwd = settings.cwd or support.tempdir()
  support.write(settings.cwd .. "/script.lua", script)
  local words = { "neap", "lua", "script.lua" }
  for _, word in ipairs(settings.arguments or {}) do
    table.insert(words, word)
  end
  return support.run(words, settings)
end

describe("neap lua", function()
  it("runs a file with its arguments, as lua does", function()
    local result = run("print(arg[0], arg[1], #arg, ...)", { arguments = { "a b", "" } })
    assert.equal("script.lua\ta b\t2\ta b\t\n", result.stdout)
    assert.equal(0, result.status)
  end)

  it("has the whole standard library and the C modules", function()
    local result = run([[
      print(io and os and debug and package and coroutine and string.dump and true)
      for _, name in ipairs({ "neap.sql", "neap.revisions", "neap.db", "neap.host", "neap.op" }) do
        print(type(require(name)))
      end
    ]])
    assert.equal("true\n" .. ("table\n"):rep(5), result.stdout, result.stderr)
  end)

  it("finds the modules in the binary before those on any path", function()
    local dir = support.tempdir()
    support.write(dir .. "/neap/errors.lua", "error('the wrong one')")
    support.write(dir .. "/mine.lua", "return 'mine'")
    local result =
      run('package.path = "./?.lua" print(type(require("neap.errors")), (require("mine")))', {
        cwd = dir,
      })
    assert.equal("table\tmine\n", result.stdout, result.stderr)
  end)

  it("takes our modules from NEAP_LUA, so that Lua can be edited without a build", function()
    local dir = support.tempdir()
    support.write(dir .. "/lua/errors.lua", "return 'from disk'")
    support.write(dir .. "/lua/op/extra.lua", "return 'extra'")
    local script =
      'print(require("neap.errors"), require("neap.op.extra"), type(require("neap.op.check")))'
    local result = run(script, { cwd = dir, env = { NEAP_LUA = "lua" } })
    assert.equal("from disk\textra\ttable\n", result.stdout, result.stderr)
  end)

  it("shows an error with its traceback, and ends with 1", function()
    local result = run("local function f() error('no') end\nf()")
    assert.equal(1, result.status)
    assert.truthy(result.stderr:find("script.lua:1: no", 1, true))
    assert.truthy(result.stderr:find("stack traceback", 1, true))
    result = run("error({})")
    assert.equal(1, result.status)
    result = support.run({ "neap", "lua", "no_such_file.lua" })
    assert.equal(1, result.status)
    assert.truthy(result.stderr:find("no_such_file.lua", 1, true))
  end)

  it("ends with the status that os.exit gives", function()
    assert.equal(7, run("os.exit(7)").status)
    assert.equal(0, run("os.exit(true, true)").status)
  end)
end)
