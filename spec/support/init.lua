--- What specs share: temporary directories, commands, databases of their own.
---
---     local support = require("spec.support")
---     local dir = support.project({ ["migrations/a.lua"] = 'revision = "a"\n' })
---     local result = support.run({ "neap", "heads" }, { cwd = dir })
---     assert.equal(0, result.status, result.stderr)
---
--- Everything made here is removed when the Lua state closes.
local support = {}

local made = { directories = {}, databases = {}, processes = {} }
local count = 0

--- One word for the shell.
function support.quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end
local quote = support.quote

local function capture(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("a")
  pipe:close()
  return (text:gsub("\n$", ""))
end

--- The project's directory: specs are run from there.
support.root = capture("pwd -P")
--- The binary under test.
support.bin = os.getenv("NEAP_BIN") or (support.root .. "/build/neap")
if support.bin:sub(1, 1) ~= "/" then
  support.bin = support.root .. "/" .. support.bin
end

--- A new empty directory.
function support.tempdir()
  if not made.top then
    made.top =
      capture("mktemp -d " .. quote((os.getenv("TMPDIR") or "/tmp") .. "/neap-spec.XXXXXX"))
    assert(made.top ~= "", "mktemp made no directory")
  end
  count = count + 1
  local path = ("%s/%d"):format(made.top, count)
  assert(os.execute("mkdir " .. quote(path)))
  return path
end

--- Writes a file, with the directories above it.
function support.write(path, text)
  local parent = path:match("^(.+)/[^/]*$")
  local file = io.open(path, "wb")
  if not file and parent then
    assert(os.execute("mkdir -p " .. quote(parent)))
    file = assert(io.open(path, "wb"))
  end
  assert(file, path)
  file:write(text)
  file:close()
  return path
end

--- The whole file, or nil when there is none.
function support.read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("a")
  file:close()
  return text
end

--- A new directory with these files, by path. Without a neap.lua of its own it gets one for SQLite.
function support.project(files)
  local dir = support.tempdir()
  if not (files and files["neap.lua"]) then
    support.write(dir .. "/neap.lua", 'return { url = "sqlite:test.db" }\n')
  end
  assert(os.execute("mkdir -p " .. quote(dir .. "/migrations")))
  for path, text in pairs(files or {}) do
    support.write(dir .. "/" .. path, text)
  end
  return dir
end

-- What a person may have set, and a spec must not see.
local hidden = { "NEAP_URL", "NEAP_CONFIG", "NEAP_ENV", "DATABASE_URL" }

-- The words of one command with its environment, quoted for the shell. Signals ignored by a shell's
-- background job are back to their defaults, so that a spec can send them.
local function command_line(words, options)
  local parts = { "env", "--default-signal=INT,QUIT" }
  for _, name in ipairs(hidden) do
    table.insert(parts, "-u " .. name)
  end
  for name, value in pairs(options.env or {}) do
    table.insert(parts, quote(name .. "=" .. value))
  end
  if options.timeout ~= false then
    table.insert(parts, ("timeout -k 5 %d"):format(options.timeout or 120))
  end
  for index, word in ipairs(words) do
    table.insert(parts, quote(index == 1 and word == "neap" and support.bin or word))
  end
  return table.concat(parts, " ")
end

-- Where the output goes, and what is read.
local function redirections(dir, options)
  local input = "/dev/null"
  if options.stdin then
    input = support.write(dir .. "/stdin", options.stdin)
  end
  return (" <%s >%s 2>%s"):format(quote(input), quote(dir .. "/stdout"), quote(dir .. "/stderr"))
end

local function change_directory(options)
  return "cd " .. quote(options.cwd or support.root) .. " && "
end

--- Runs a command to its end; the first word "neap" is the binary under test.
---@param words string[]
---@param options table|nil  cwd, env, stdin (text), timeout (seconds; default 120, then status 124)
---@return table  { status =, stdout =, stderr = }; a signal is 128 + its number
function support.run(words, options)
  options = options or {}
  local dir = support.tempdir()
  local _, how, status = os.execute(
    change_directory(options) .. command_line(words, options) .. redirections(dir, options)
  )
  local result = {
    status = how == "signal" and 128 + status or status,
    stdout = support.read(dir .. "/stdout") or "",
    stderr = support.read(dir .. "/stderr") or "",
  }
  os.execute("rm -rf " .. quote(dir))
  return result
end

--- Runs a command that must succeed; returns its standard output.
function support.must(words, options)
  local result = support.run(words, options)
  if result.status ~= 0 then
    error(
      ("%s: status %d\n%s%s"):format(
        table.concat(words, " "),
        result.status,
        result.stdout,
        result.stderr
      ),
      2
    )
  end
  return result.stdout, result.stderr
end

--- Waits until check() is true; an error after so many seconds (default 10).
function support.wait_for(what, check, seconds)
  for _ = 1, (seconds or 10) * 50 do
    local value = check()
    if value then
      return value
    end
    os.execute("sleep 0.02")
  end
  error("waited in vain for " .. what, 2)
end

--- Starts a command and returns at once: process.pid, process.signal("INT"), process.output() so far,
--- process.wait(seconds) -> the same result as support.run. Killed at the end if it still runs.
function support.start(words, options)
  options = options or {}
  local dir = support.tempdir()
  local own = setmetatable({ timeout = false }, { __index = options })
  local run = ("{ %sexec %s%s; } & pid=$!; echo $pid >%s; wait $pid; echo $? >%s.new; mv %s.new %s"):format(
    change_directory(options),
    command_line(words, own),
    redirections(dir, options),
    quote(dir .. "/pid"),
    quote(dir .. "/status"),
    quote(dir .. "/status"),
    quote(dir .. "/status")
  )
  os.execute("sh -c " .. quote(run) .. " >/dev/null 2>&1 </dev/null &")
  local process = { dir = dir }
  process.pid = support.wait_for("the start of " .. words[1], function()
    return tonumber(support.read(dir .. "/pid"))
  end)
  function process.signal(name)
    return os.execute(("kill -%s %d 2>/dev/null"):format(name, process.pid))
  end
  function process.ended()
    return tonumber(support.read(dir .. "/status"))
  end
  function process.output()
    return {
      stdout = support.read(dir .. "/stdout") or "",
      stderr = support.read(dir .. "/stderr") or "",
    }
  end
  function process.wait(seconds)
    local status = support.wait_for("the end of " .. words[1], function()
      return process.ended()
    end, seconds or 30)
    local result = process.output()
    result.status = status
    return result
  end
  table.insert(made.processes, process)
  return process
end

local server = os.getenv("NEAP_TEST_POSTGRES")

--- The URL of the test server's own database, as a superuser.
function support.server()
  return server or error("NEAP_TEST_POSTGRES is not set: run `make test`", 2)
end

--- The same server, another database.
local function with_database(url, name)
  local new, replaced = url:gsub("^(postgres%a*://[^/]*/)[^?]*", "%1" .. name)
  assert(replaced == 1, "NEAP_TEST_POSTGRES is no URL with a database: " .. url)
  return new
end

--- Runs SQL with psql; unaligned tuples only, without the last newline.
function support.psql(url, sql)
  local text = support.must(
    { "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-" },
    { stdin = sql }
  )
  return (text:gsub("\n$", ""))
end

--- Runs SQL with the sqlite3 shell.
function support.sqlite(path, sql)
  local text = support.must(
    { "sqlite3", "-batch", "-bail", "-init", "/dev/null", path },
    { stdin = sql }
  )
  return (text:gsub("\n$", ""))
end

-- A name that no other process on this server uses.
local stamp = capture("echo $$") .. "_" .. os.time() % 100000

-- Since version 15 a new database goes through the log, unless asked: twice the work when nothing is synced.
local CREATE = [[
SELECT current_setting('server_version_num')::integer >= 150000 AS has_strategy \gset
\if :has_strategy
CREATE DATABASE %s TEMPLATE template0 STRATEGY file_copy;
\else
CREATE DATABASE %s TEMPLATE template0;
\endif
]]

--- The URL of a new empty PostgreSQL database, dropped at the end.
function support.postgres()
  local url = support.server()
  count = count + 1
  local name = ("neap_%s_%d"):format(stamp, count)
  support.psql(url, CREATE:format(name, name))
  table.insert(made.databases, name)
  return with_database(url, name)
end

--- Both databases, for specs that say the same of each:
---
---     for _, database in ipairs(support.databases) do
---       it("works on " .. database.dialect, function()
---         local url = database.new()
---         support.run({ "neap", "-u", url, "current" })
---         database.query(url, "SELECT 1")
support.databases = {
  {
    dialect = "sqlite",
    new = function()
      return "sqlite:" .. support.tempdir() .. "/test.db"
    end,
    query = function(url, sql)
      return support.sqlite(url:gsub("^sqlite:", ""), sql)
    end,
  },
  { dialect = "postgresql", new = support.postgres, query = support.psql },
}

-- Closing the state runs this, at os.exit(status, true) too.
local function remove_everything()
  for _, process in ipairs(made.processes) do
    if not process.ended() then
      process.signal("KILL")
    end
  end
  if #made.databases > 0 then
    local statements = {}
    for _, name in ipairs(made.databases) do
      table.insert(statements, ("DROP DATABASE IF EXISTS %s WITH (FORCE);"):format(name))
    end
    pcall(support.psql, server, table.concat(statements, "\n"))
  end
  if made.top then
    os.execute("rm -rf " .. quote(made.top))
  end
end
support.closing = setmetatable({}, { __gc = remove_everything })

return support
