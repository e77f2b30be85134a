local host = require("neap.host")
local support = require("spec.support")

local dir = support.project()

local function open(options)
  local options_here = options or {}
  options_here.config = options_here.config or dir .. "/neap.lua"
  local opened, err = host.open(options_here)
  assert(opened, tostring(err))
  return opened
end

-- Runs one revision whose upgrade has this body, offline.
local function upgrade(body, more)
  local options = more or {}
  options.text = 'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n"
  return open():run(options)
end

local function assert_ok(result)
  assert.is_true(result.ok, result.error and result.error.message)
end

describe("a revision's environment", function()
  it("is the whole of it, however it is looked at", function()
    assert_ok(upgrade([[
      setmetatable(_ENV, { __index = function(_, name) error("no " .. name, 0) end })
      assert(string.format("%d", math.floor(1.5)) == "1")
      assert(select("#", pairs(_ENV)) == 3 and type(utf8.char) == "function")
      local ok, err = pcall(function() return undefined end)
      assert(not ok and err == "no undefined", err)
    ]]))
    assert_ok(upgrade([[
      assert(getmetatable(_ENV) == nil and undefined == nil and _ENV[1] == nil)
      print, table = tostring, { concat = 5 }
      local found = {}
      for name, value in pairs(_ENV) do found[name] = value end
      assert(found.print == tostring and found.table.concat == 5 and found.string == string)
      assert(rawget(_ENV, "string") == string and not pcall(setmetatable, string, 5))
    ]]))
  end)

  it("holds exactly what the contract lists", function()
    local result = upgrade([[
      local names = {}
      for name in pairs(_ENV) do
        names[#names + 1] = name
      end
      table.sort(names)
      print(table.concat(names, " "))
    ]])
    assert_ok(result)
    assert.equal(
      "assert error getmetatable ipairs math neap next op os pairs pcall print rawequal rawget "
        .. "rawlen rawset require revision select setmetatable string table tonumber tostring type "
        .. "upgrade utf8 xpcall",
      result.prints[1]
    )
  end)

  it("says why a library is not there, and what there is instead", function()
    local advice = {
      ['io.open("x")'] = "unsafe = true",
      ['os.execute("true")'] = "unsafe = true",
      ['os.getenv("HOME")'] = "neap.x.KEY",
      ["local home = env.HOME"] = "neap.x.KEY",
      ["debug.traceback()"] = "left out",
    }
    for body, expected in pairs(advice) do
      local err = upgrade(body).error
      assert.truthy(err.advice and err.advice:find(expected, 1, true), body)
    end
    assert.is_nil(upgrade("local t = nil\nt.io = 1").error.advice)
  end)

  it("lacks what could leave it", function()
    local absent = {
      "io",
      "debug",
      "package",
      "coroutine",
      "load",
      "loadfile",
      "loadstring",
      "dofile",
      "collectgarbage",
      "_G",
      "os.execute",
      "os.remove",
      "os.rename",
      "os.getenv",
      "os.exit",
      "os.tmpname",
      "os.setlocale",
      "string.dump",
      "('').dump",
    }
    for _, name in ipairs(absent) do
      local result = upgrade(("print(type(%s))"):format(name))
      assert_ok(result)
      assert.same({ "nil" }, result.prints, name)
    end
  end)

  it("has os.date, os.time and os.clock", function()
    local result = upgrade([[
      local names = {}
      for name in pairs(os) do
        names[#names + 1] = name
      end
      table.sort(names)
      print(table.concat(names, " "), math.type(os.time()))
    ]])
    assert.same({ "clock date time\tinteger" }, result.prints)
  end)

  it("tells about the run in `neap`", function()
    local opened = open({ url = "postgresql://me:secret@db/app", x = { size = "3" } })
    local result = opened:run({
      text = [[
        revision = "a"
        function upgrade()
          print(neap.dialect, neap.offline, neap.now, neap.x.size, #neap.version > 0)
          print(neap.config.url, neap.config.lock_timeout, neap.config.version_table)
        end
      ]],
      dialect = "sqlite",
      now = "2026-11-22T06:50:00Z",
    })
    assert_ok(result)
    assert.equal("sqlite\ttrue\t2026-11-22T06:50:00Z\t3\ttrue", result.prints[1])
    assert.is_nil(result.prints[2]:find("secret", 1, true))
    assert.truthy(result.prints[2]:find("db", 1, true))
  end)

  it("takes assignments to names that nobody declared", function()
    local result = upgrade("counter = 1; counter = counter + 1; print(counter)")
    assert.same({ "2" }, result.prints)
  end)

  it("prints line by line, with control characters escaped", function()
    local result = upgrade([[print("one\27[2J\ntwo\r", nil, 3)]])
    assert.same({ "one\\x1B[2J", "two\\x0D\tnil\t3" }, result.prints)
  end)

  it("refuses bytecode", function()
    local result = open():run({ text = string.dump(function() end) })
    assert.is_false(result.ok)
    assert.equal("failed", result.error.kind)
    assert.truthy(result.error.message:find("binary chunk", 1, true))
    assert.equal("migrations/a.lua", result.error.at)
  end)

  it("strips a byte order mark and takes CRLF", function()
    local result = open():run({
      text = '\u{FEFF}revision = "a"\r\nfunction upgrade()\r\n  error("x")\r\nend\r\n',
    })
    assert.equal("migrations/a.lua:3", result.error.at)
  end)
end)

describe("metatables in a revision", function()
  it("are seen only when the revision has set them", function()
    local result = upgrade([[
      local own = { __index = { a = 1 } }
      print(getmetatable(setmetatable({}, own)) == own)
      print(getmetatable(setmetatable({}, { __metatable = "mine" })))
      print(getmetatable(""), getmetatable({}), getmetatable(1))
      local ok, err = pcall(op.create_table)
      print(ok, getmetatable(err))
    ]])
    assert_ok(result)
    assert.same({ "true", "mine", "false\tnil\tnil", "false\tfalse" }, result.prints)
  end)

  it("take no finalizer: a loop in it could not be stopped", function()
    local result = upgrade("setmetatable({}, { __gc = function() end })")
    assert.is_false(result.ok)
    assert.equal("setmetatable: __gc is not allowed in a revision", result.error.message)
    assert.equal("migrations/a.lua:3", result.error.at)
  end)

  it("cannot be changed when they are protected", function()
    local result = upgrade("setmetatable(setmetatable({}, { __metatable = 1 }), {})")
    assert.equal("cannot change a protected metatable", result.error.message)
  end)
end)

describe("xpcall in a revision", function()
  it("gives what the function gives, or what the handler makes of the error", function()
    local result = upgrade([[
      print(xpcall(function(...) return select("#", ...), ... end, print, 1, nil))
      print(xpcall(function() error("x", 0) end, function(message) return message .. "!", 2 end))
    ]])
    assert_ok(result)
    assert.same({ "true\t2\t1\tnil", "false\tx!\t2" }, result.prints)
  end)
end)

describe("one revision", function()
  it("cannot change what the next one sees", function()
    local opened = open()
    local poison = [[
      revision = "a"
      string.format = nil
      table.insert = print
      math.pi = 3
      os.time = nil
      utf8.char = nil
      op.execute = print
      neap.now = "never"
      leak = 1
      function tostring() return "no" end
      function upgrade() end
    ]]
    assert_ok(opened:run({ text = poison }))
    local result = opened:run({
      text = [[
        revision = "b"
        function upgrade()
          print(string.format("%d", 1), math.pi > 3.1, type(os.time), utf8.char(65), tostring(1), leak)
          print(("%d"):format(2), neap.now)
          op.execute("SELECT 1")
        end
      ]],
    })
    assert_ok(result)
    assert.same({ "1\ttrue\tfunction\tA\t1\tnil", "2\t2026-11-22T06:50:00Z" }, result.prints)
    assert.truthy(result.sql:find("SELECT 1", 1, true))
  end)

  it("cannot use op when it is over", function()
    local opened = open({
      config = support.project({
        ["helpers/keep.lua"] = "return {}",
      }) .. "/neap.lua",
    })
    -- The only thing that survives a revision is a function that Lua code of the host holds, so a
    -- revision cannot pass anything on; what it can do is fail to find the other's values.
    assert_ok(
      opened:run({ text = 'revision = "a"\nrequire("keep").op = op\nfunction upgrade() end' })
    )
    local result = opened:run({
      text = 'revision = "b"\nfunction upgrade() print(require("keep").op) end',
    })
    assert.same({ "nil" }, result.prints)
  end)
end)

describe("what a revision may use up", function()
  it("is 256 MB of memory", function()
    for _, body in ipairs({
      'local s = ("x"):rep(1000000000)',
      "local t = {} for i = 1, 1e9 do t[i] = i end",
      'local s = "x" while true do s = s .. s end',
    }) do
      local result = upgrade(body)
      assert.is_false(result.ok)
      assert.equal("Lua needs more than 256 MB of memory", result.error.message)
      assert.equal("migrations/a.lua", result.error.at)
    end
  end)

  it("leaves the state usable", function()
    local opened = open()
    local hog = 'revision = "a"\nfunction upgrade() local s = ("x"):rep(1000000000) end'
    for _ = 1, 3 do
      assert.is_false(opened:run({ text = hog }).ok)
    end
    assert_ok(opened:run({ text = 'revision = "a"\nfunction upgrade() end' }))
  end)

  it("may end anywhere: the error says so, and nothing leaks or breaks", function()
    local project = support.project({
      ["helpers/a.lua"] = "return { x = ('a'):rep(10) }",
      ["sql/a.sql"] = "INSERT INTO t VALUES (3, 'c')",
    })
    local opened = open({ config = project .. "/neap.lua" })
    local text = [[
      revision = "a"
      local a = require("a")
      function upgrade()
        op.create_table("t", { op.column("a", "integer"), op.column("b", "text") })
        op.execute("INSERT INTO t VALUES (?, ?)", { 1, a.x })
        op.bulk_insert("t", { { a = 2, b = "b" }, { a = 4, b = op.null } })
        op.load_sql("a.sql")
        op.load_sql_dir(".")
        op.savepoint(function() op.execute("INSERT INTO nowhere VALUES (1)") end)
        print(#op.query("SELECT * FROM t"))
      end
    ]]
    local failures = 0
    for memory = 0, 1000000, 500 do
      local result = opened:run({ text = text, url = "sqlite::memory:", memory = memory })
      if result.ok then
        assert.same({ "5" }, result.prints)
        break
      end
      failures = failures + 1
      assert.equal("failed", result.error.kind)
      assert.truthy(result.error.message:find("memory", 1, true), result.error.message)
    end
    assert.is_true(failures > 20)
    assert_ok(opened:run({ text = text, url = "sqlite::memory:" }))
  end)

  it("is a bounded depth of calls and of nesting", function()
    local result = upgrade("local function f() return 1 + f() end f()")
    assert.truthy(result.error.message:find("stack overflow", 1, true))
    assert.equal("migrations/a.lua:3", result.error.at)
    result = upgrade("local t = " .. ("{"):rep(10000))
    assert.is_false(result.ok)
    assert.equal("migrations/a.lua", result.error.at)
    assert.equal("nested too deep (C stack overflow)", result.error.message)
    result = upgrade('print(("a"):rep(300000):find((".-"):rep(300000) .. "b"))')
    assert.is_false(result.ok)
  end)
end)

-- Runs a revision in a process of its own, interrupts it, and gives what the process said and how long
-- it took to end.
local function interrupt(body, config, seconds)
  local project = support.project({
    ["neap.lua"] = config or "return {}",
    ["run.lua"] = [[
      local host = require("neap.host")
      host.catch_signals()
      local h = assert(host.open({ config = "neap.lua" }))
      print("started")
      io.stdout:flush()
      local result = h:run({ text = io.open("revision.lua"):read("a") })
      print(result.ok, result.error and result.error.kind, result.error and result.error.message)
    ]],
    ["revision.lua"] = 'revision = "a"\nfunction upgrade()\n' .. body .. "\nend\n",
  })
  local process = support.start({ "neap", "lua", "run.lua" }, { cwd = project })
  support.wait_for("the start", function()
    return process.output().stdout:find("started")
  end)
  os.execute("sleep " .. (seconds or 0.05))
  process.signal("INT")
  return process.wait(10)
end

describe("an interrupt", function()
  local loops = {
    ["a loop"] = "while true do end",
    ["a loop of pcall"] = "while true do pcall(function() while true do end end) end",
    ["a pcall as the last call"] = "return pcall(function() while true do end end)",
    ["nested pcalls"] = [[
      local function f() while true do pcall(f) end end
      while true do pcall(pcall, pcall, f) end]],
    ["a message handler"] = [[
      while true do
        xpcall(function() while true do end end, function() while true do end end)
      end]],
    ["a comparison in table.sort"] = [[
      local t = {}
      for i = 1, 100 do t[i] = i end
      while true do
        table.sort(t, function(a, b) for _ = 1, 1e6 do end return a < b end)
      end]],
    ["__close"] = [[
      local c <close> = setmetatable({}, { __close = function() while true do end end })
      error("x")]],
    ["__index, from inside op"] = [[
      local function loop() while true do end end
      op.create_table(setmetatable({}, { __index = loop, __len = loop, __tostring = loop }))
      while true do end]],
    ["__tostring of an error"] = "error(setmetatable({}, { __tostring = function() while true do end end }))",
    ["string.gsub with a function"] = '("x"):rep(1000):gsub(".", function() while true do end end)',
    ["print in a loop"] = 'while true do pcall(print, "x") end',
    ["a helper that is being loaded"] = 'while true do pcall(require, "none") end',
  }
  for name, body in pairs(loops) do
    it("ends " .. name, function()
      local result = interrupt(body)
      assert.equal("started\nfalse\tinterrupted\tinterrupted\n", result.stdout)
      assert.equal(0, result.status, result.stderr)
    end)
  end

  it("ends a coroutine, in an unsafe revision", function()
    local result = interrupt(
      "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
      "return { unsafe = true }"
    )
    assert.equal("started\nfalse\tinterrupted\tinterrupted\n", result.stdout)
  end)

  it("ends the process after its grace when C code does not come back", function()
    -- It has to be in find by then.
    local result = interrupt('("a"):rep(50):find(("a?"):rep(50) .. ("a"):rep(50))', nil, 0.5)
    assert.equal(130, result.status)
    assert.truthy(result.stderr:find("did not stop within 2 s", 1, true))
  end)
end)

describe("unsafe = true", function()
  local unsafe = support.project({ ["neap.lua"] = "return { unsafe = true }" })

  it("gives the whole standard library", function()
    local result = open({ config = unsafe .. "/neap.lua" }):run({
      text = [[
        revision = "a"
        function upgrade()
          for _, name in ipairs({ "io", "os", "debug", "package", "coroutine", "load", "dofile", "collectgarbage" }) do
            print(name, type(_ENV[name]))
          end
          print(type(os.execute), type(string.dump), type(package.loadlib), type(debug.sethook))
          print(load("return revision")(), load(string.dump(load("return 7")))())
          print(type(getmetatable("").__index))
        end
      ]],
    })
    assert_ok(result)
    assert.same({
      "io\ttable",
      "os\ttable",
      "debug\ttable",
      "package\ttable",
      "coroutine\ttable",
      "load\tfunction",
      "dofile\tfunction",
      "collectgarbage\tfunction",
      "function\tfunction\tfunction\tfunction",
      "a\t7",
      "table",
    }, result.prints)
  end)

  it("finds Lua's own modules after the helpers", function()
    local text = [[
      revision = "a"
      function upgrade()
        package.path = DIR .. "/?.lua"
        print(require("outside").name)
      end
    ]]
    support.write(unsafe .. "/outside.lua", 'return { name = "outside" }')
    local result = open({ config = unsafe .. "/neap.lua" }):run({
      text = text:gsub("DIR", ("%q"):format(unsafe)),
    })
    assert_ok(result)
    assert.same({ "outside" }, result.prints)
  end)
end)
