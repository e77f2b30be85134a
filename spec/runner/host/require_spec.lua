local host = require("neap.host")
local support = require("spec.support")

-- Runs a revision in a project with these files.
local function run(files, text, options)
  local dir = support.project(files)
  local opened = assert(host.open({ config = dir .. "/neap.lua" }))
  local call = options or {}
  call.text = text
  local result = opened:run(call)
  -- Paths as a person in the project's directory sees them.
  if result.error then
    for _, name in ipairs({ "at", "via", "message", "advice" }) do
      result.error[name] = result.error[name]
        and result.error[name]:gsub(dir:gsub("%p", "%%%0") .. "/", "")
    end
  end
  for _, file in ipairs(result.files) do
    file.path = file.path:gsub(dir:gsub("%p", "%%%0") .. "/", "")
  end
  return result, opened
end

local function revision(body)
  return 'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n"
end

local function assert_prints(expected, result)
  assert.is_true(result.ok, result.error and result.error.message)
  assert.same(expected, result.prints)
end

describe("require", function()
  it("finds helpers by name, in directories by dots, and init.lua", function()
    local result = run({
      ["helpers/a.lua"] = 'return "a"',
      ["helpers/b/c.lua"] = 'return "b.c"',
      ["helpers/d/init.lua"] = 'return "d"',
      ["helpers/with-dash_1.lua"] = 'return "dash"',
    }, revision('print(require("a"), require("b.c"), require("d"), require("with-dash_1"))'))
    assert_prints({ "a\tb.c\td\tdash" }, result)
  end)

  it("looks in the directories in their order", function()
    local result = run({
      ["neap.lua"] = 'return { helpers = { "one", "two" } }',
      ["one/a.lua"] = 'return "one"',
      ["two/a.lua"] = 'return "two"',
      ["two/b.lua"] = 'return "two b"',
    }, revision('print(require("a"), require("b"))'))
    assert_prints({ "one\ttwo b" }, result)
  end)

  it("finds modules of a LuaRocks tree", function()
    local result = run({
      ["neap.lua"] = 'return { helpers = { "helpers", "rocks" } }',
      ["rocks/share/lua/5.4/inspect.lua"] = 'return "inspect"',
      ["rocks/share/lua/5.4/pl/init.lua"] = 'return "pl"',
    }, revision('print(require("inspect"), require("pl"))'))
    assert_prints({ "inspect\tpl" }, result)
  end)

  it("loads a helper once in a revision, with its name and path", function()
    local result = run({
      ["helpers/a.lua"] = 'local name, path = ... print(name, path:match("helpers/.*")) return {}',
    }, revision('print(require("a") == require("a"))'))
    assert_prints({ "a\thelpers/a.lua", "true" }, result)
  end)

  it("gives true for a helper that returns nothing", function()
    local result = run({ ["helpers/a.lua"] = "x = 1" }, revision('print(require("a"), x)'))
    assert_prints({ "true\tnil" }, result)
  end)

  it("gives what a helper returns, false and op.null too", function()
    local result = run(
      {
        ["helpers/a.lua"] = "return false",
        ["helpers/b.lua"] = "return op.null",
      },
      revision(
        'print(require("a"), require("a"), require("b") == op.null, require("b") == op.null)'
      )
    )
    assert_prints({ "false\tfalse\ttrue\ttrue" }, result)
  end)

  it("gives the revision's op for neap.op, in helpers too", function()
    local result = run({
      ["helpers/a.lua"] = 'return { same = op == require("neap.op"), op = op }',
    }, revision('local a = require("a") print(a.same, a.op == op, require("neap.op") == op)'))
    assert_prints({ "true\ttrue\ttrue" }, result)
  end)

  it("gives each revision fresh helpers", function()
    local dir = support.project({ ["helpers/a.lua"] = "return { count = 0 }" })
    local opened = assert(host.open({ config = dir .. "/neap.lua" }))
    local text = revision('local a = require("a") a.count = a.count + 1 print(a.count)')
    assert_prints({ "1" }, opened:run({ text = text }))
    assert_prints({ "1" }, opened:run({ text = text }))
  end)

  it("gives helpers an environment of their own", function()
    local result = run({
      ["helpers/a.lua"] = "leak = 1 string.format = nil return function() return leak end",
      ["helpers/b.lua"] = "return function() return leak end",
    }, revision('print(require("a")(), require("b")(), leak)'))
    assert_prints({ "1\tnil\tnil" }, result)
  end)

  it("notes the helpers that a revision used", function()
    local result, opened = run({
      ["helpers/a.lua"] = 'require("b") return 1',
      ["helpers/b.lua"] = "return 2",
      ["helpers/c.lua"] = "return 3",
    }, revision('require("a")'))
    assert.is_true(result.ok)
    local noted = {}
    for _, file in ipairs(result.files) do
      table.insert(noted, { file.kind, file.path, file.text, #file.hash })
    end
    assert.same({
      { "helper", "helpers/a.lua", 'require("b") return 1', 64 },
      { "helper", "helpers/b.lua", "return 2", 64 },
    }, noted)
    assert.same({}, opened:run({ text = revision("") }).files)
  end)

  it("finds neap's own helpers, after those of the project", function()
    local result = run({}, revision('print(type(require("permissions")))'))
    assert_prints({ "table" }, result)
    assert.equal("neap:helpers/permissions.lua", result.files[1].path)
    result = run(
      { ["helpers/permissions.lua"] = 'return "mine"' },
      revision('print(require("permissions"))')
    )
    assert_prints({ "mine" }, result)
  end)

  it("reads a helper that has a byte order mark and CRLF", function()
    local result =
      run({ ["helpers/a.lua"] = "\u{FEFF}return\r\n5\r\n" }, revision('print(require("a"))'))
    assert_prints({ "5" }, result)
  end)

  it("does not look at LUA_PATH, LUA_CPATH and LUA_INIT", function()
    local dir = support.project({
      ["elsewhere/secret.lua"] = "return 1",
      ["run.lua"] = [[
        local h = assert(require("neap.host").open({ config = "neap.lua" }))
        local result = h:run({ text = 'revision = "a" function upgrade() require("secret") end' })
        print(result.error.message)
      ]],
    })
    local path = dir .. "/elsewhere/?.lua"
    local result = support.run({ "neap", "lua", "run.lua" }, {
      cwd = dir,
      env = {
        LUA_PATH_5_4 = path .. ";;",
        LUA_PATH = path .. ";;",
        LUA_CPATH = dir .. "/?.so",
        LUA_INIT = "os.exit(9)",
      },
    })
    assert.equal('there is no helper "secret"\n', result.stdout)
    assert.equal(0, result.status)
  end)
end)

describe("require says", function()
  local function error_of(files, body)
    local result = run(files, revision(body))
    assert.is_false(result.ok)
    assert.equal("failed", result.error.kind)
    return result.error
  end

  it("where it looked when there is no such helper", function()
    local err =
      error_of({ ["neap.lua"] = 'return { helpers = { "h", "../shared" } }' }, 'require("nobody")')
    assert.equal('there is no helper "nobody"', err.message)
    assert.equal("migrations/a.lua:3", err.at)
    assert.truthy(err.advice:find("Looked in h, ../shared", 1, true), err.advice)
  end)

  it("what is wrong with a name", function()
    for _, name in ipairs({
      "../a",
      "/etc/passwd",
      "a..b",
      ".a",
      "a.",
      "",
      "a b",
      "a\0b",
      "é",
      "a/b",
    }) do
      local err = error_of({}, ("require(%q)"):format(name))
      assert.truthy(
        err.message:find("is no name of a helper", 1, true),
        name .. ": " .. err.message
      )
    end
  end)

  it("that neap's own modules are not for revisions", function()
    for _, name in ipairs({ "neap.errors", "neap.db", "neap.dialect.sqlite", "neap.op.pipe" }) do
      local err = error_of({}, ("require(%q)"):format(name))
      assert.equal(('"%s" cannot be required here'):format(name), err.message)
    end
  end)

  it("which helpers require each other", function()
    local err = error_of({
      ["helpers/a.lua"] = 'return require("b")',
      ["helpers/b.lua"] = '\nreturn require("c")',
      ["helpers/c.lua"] = '\n\nreturn require("b")',
    }, 'require("a")')
    assert.equal("helpers require each other in a circle: b -> c -> b", err.message)
    assert.equal("migrations/a.lua:3", err.at)
  end)

  it("where a helper has a syntax error, and which line required it", function()
    local err = error_of({ ["helpers/a.lua"] = "\n\nlocal = 1" }, 'require("a")')
    assert.equal("<name> expected near '='", err.message)
    assert.equal("migrations/a.lua:3", err.at)
    assert.equal("helpers/a.lua:3", err.via)
  end)

  it("where a helper fails while it is loaded", function()
    local err = error_of({ ["helpers/a.lua"] = "\nerror('no')" }, 'require("a")')
    assert.equal("no", err.message)
    assert.equal("migrations/a.lua:3", err.at)
    assert.equal("helpers/a.lua:2", err.via)
  end)

  it("the same again after a pcall", function()
    local result = run(
      { ["helpers/a.lua"] = "error('no')" },
      revision('print(pcall(require, "a")) print(pcall(require, "a"))')
    )
    assert.same({ "false\tno", "false\tno" }, result.prints)
  end)

  it("that a helper is bytecode", function()
    local err = error_of({ ["helpers/a.lua"] = string.dump(function() end) }, 'require("a")')
    assert.truthy(err.message:find("binary chunk", 1, true))
  end)

  it("that a helper is no regular file", function()
    local dir = support.project({})
    assert(
      os.execute(
        "mkdir -p "
          .. dir
          .. "/helpers/d.lua && mkfifo "
          .. dir
          .. "/helpers/f.lua && ln -s nowhere "
          .. dir
          .. "/helpers/l.lua"
      )
    )
    local opened = assert(host.open({ config = dir .. "/neap.lua" }))
    for _, name in ipairs({ "d", "f", "l" }) do
      local result = opened:run({ text = revision(("require(%q)"):format(name)) })
      assert.is_false(result.ok)
      assert.truthy(
        result.error.message:find("cannot read .*helpers/" .. name .. "%.lua"),
        result.error.message
      )
    end
  end)
end)

describe("an error in a revision", function()
  it("names the helpers on the way, outermost first", function()
    local result = run({
      ["helpers/outer.lua"] = 'local inner = require("inner")\nreturn function()\n  inner()\n  return 1\nend',
      ["helpers/inner.lua"] = "return function()\n  op.execute(1)\nend",
    }, revision('require("outer")()'))
    assert.equal("migrations/a.lua:3", result.error.at)
    assert.equal("helpers/outer.lua:3\nhelpers/inner.lua:2", result.error.via)
  end)

  it("is named by the revision alone after a tail call", function()
    local result = run(
      { ["helpers/a.lua"] = "return function()\n  local t\n  t.x = 1\nend" },
      revision('return require("a")()')
    )
    assert.equal("migrations/a.lua", result.error.at)
    assert.equal("helpers/a.lua:3", result.error.via)
  end)

  it("is told without the part of the path that Lua cuts off", function()
    local path = ("deep/"):rep(30) .. "a.lua"
    local result = run({}, revision('error("no")'), { path = path })
    assert.equal("no", result.error.message)
    assert.equal(path .. ":3", result.error.at)
    result = run({}, "x = = 1", { path = path })
    assert.equal("unexpected symbol near '='", result.error.message)
    assert.equal(path .. ":1", result.error.at)
  end)

  it("is told at the level that error() names", function()
    local result = run({}, 'local function f() error("no", 2) end\nfunction upgrade()\n  f()\nend')
    assert.equal("no", result.error.message)
    assert.equal("migrations/a.lua:3", result.error.at)
  end)

  it("may be any value", function()
    local cases = {
      ["error()"] = "error() was called without a message",
      ["error({})"] = "error() was called with a table that has no message",
      ["error({ message = 'm', at = 'x:1' })"] = "m",
      ["error(7)"] = "7",
      ["error(true)"] = "true",
      ["error(setmetatable({}, { __tostring = function() return 'mine' end }))"] = "mine",
      ["error(setmetatable({}, { __tostring = function() error('x') end }))"] = "an error whose message cannot be read",
      ["local t t.x = 1"] = "attempt to index a nil value (local 't')",
      ["nothing()"] = "attempt to call a nil value (global 'nothing')",
    }
    for body, message in pairs(cases) do
      local result = run({}, revision(body))
      assert.equal(message, result.error.message)
      assert.equal("failed", result.error.kind)
    end
  end)

  it("is a missing function", function()
    local result = run({}, 'revision = "a"', { ["function"] = "downgrade" })
    assert.equal("this revision has no function downgrade", result.error.message)
    assert.equal("migrations/a.lua", result.error.at)
    result = run({}, 'revision = "a"\nupgrade = 3')
    assert.equal("this revision has no function upgrade", result.error.message)
  end)

  it("cannot be hidden by a pcall when it is the database's", function()
    local result = run(
      {},
      revision([[
      op.execute("CREATE TABLE t (a integer)")
      pcall(op.execute, "SELECT nonsense")
      print("went on")
    ]]),
      { url = "sqlite::memory:" }
    )
    assert.is_false(result.ok)
    assert.same({ "went on" }, result.prints)
    assert.truthy(result.error.message:find("nonsense", 1, true))
    assert.equal("migrations/a.lua:4", result.error.at)
    assert.equal("SELECT nonsense", result.error.sql)
  end)

  it("is the database's first, and then what was made of it", function()
    local result = run(
      {},
      revision([[
      local ok, err = pcall(op.execute, "SELECT nonsense")
      error("wrapped: " .. tostring(err))
    ]]),
      { url = "sqlite::memory:" }
    )
    assert.truthy(result.error.message:find("no such column", 1, true))
    assert.truthy(result.error.detail:find("then: wrapped: ", 1, true))
  end)

  it("is undone alone by op.savepoint", function()
    local result = run(
      {},
      revision([[
      local ok, err = op.savepoint(function() op.execute("SELECT nonsense") end)
      print(ok, type(err))
      print(op.scalar("SELECT 7"))
    ]]),
      { url = "sqlite::memory:" }
    )
    assert_prints({ "false\ttable", "7" }, result)
  end)
end)
