--- Golden cases of op: spec/golden/op/<directive>/<case>.lua is what a revision says, and beside it are
---
---     <case>.postgresql.sql, <case>.sqlite.sql       what is sent
---     <case>.postgresql.error, <case>.sqlite.error   or the message that it fails with
---     <case>.setup.sql, <case>.setup.<dialect>.sql   what a real database needs before; else the folder's setup*.sql
---
--- A case with neither for a dialect is not for that one. The Lua text sees `op`, `neap`, `answer(rows)`: what the
--- next query gives, and `options { naming =, offline =, files =, server_version = }`, before anything else.
--- `server_version` is a number, or one for each dialect: a database that is older does not run the case.
--- `text_only = "why"`: no database runs it.

local fake = require("spec.support.fake_run")
local lfs = require("lfs")

local golden = { root = "spec/golden/op", dialects = { "postgresql", "sqlite" } }

function golden.read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("a")
  file:close()
  return text
end

local function names(directory)
  local found = {}
  for name in lfs.dir(directory) do
    if name:sub(1, 1) ~= "." then
      found[#found + 1] = name
    end
  end
  table.sort(found)
  return found
end

---All cases: { directive =, name =, path = (without ".lua") }.
function golden.cases()
  local cases = {}
  for _, directive in ipairs(names(golden.root)) do
    for _, file in ipairs(names(golden.root .. "/" .. directive)) do
      local name = file:match("^(.+)%.lua$")
      if name then
        cases[#cases + 1] = {
          directive = directive,
          name = name,
          path = golden.root .. "/" .. directive .. "/" .. name,
        }
      end
    end
  end
  return cases
end

---What the case expects of a dialect: text, "sql" or "error"; nil when it is not for this one.
function golden.expected(case, dialect)
  for _, kind in ipairs({ "sql", "error" }) do
    local text = golden.read(case.path .. "." .. dialect .. "." .. kind)
    if text then
      return text, kind
    end
  end
  return nil
end

---What a real database needs before the case runs.
function golden.setup(case, dialect)
  local folder = golden.root .. "/" .. case.directive .. "/"
  local text = ""
  for _, stem in ipairs({ folder, case.path .. "." }) do
    for _, name in ipairs({ "setup.sql", "setup." .. dialect .. ".sql" }) do
      text = text .. (golden.read(stem .. name) or "")
    end
  end
  return text
end

---What the case says with `options`, before anything else.
function golden.options(case)
  local options = {}
  local env = setmetatable({
    options = function(given)
      for name, value in pairs(given) do
        options[name] = value
      end
    end,
    answer = function() end,
    op = setmetatable({}, {
      __index = function()
        error("enough", 0)
      end,
    }),
    neap = {},
  }, { __index = _G })
  pcall(assert(loadfile(case.path .. ".lua", "t", env)))
  return options
end

-- A table of SQLite is looked at before it is changed: the case's setup, in memory.
local function small_database(case)
  local connection = assert(require("neap.db").open("sqlite::memory:"))
  connection:send("ATTACH ':memory:' AS bixie")
  connection:send(golden.setup(case, "sqlite"))
  return function(sql)
    local answer, err = connection:send(sql)
    if not answer then
      return nil, err
    end
    local rows = {}
    for i, values in ipairs(answer.rows) do
      rows[i] = {}
      for k, name in ipairs(answer.names) do
        rows[i][name] = values[k]
      end
    end
    return rows
  end
end

---Runs a case without a database; what was sent, or nil and the error.
---@param undo boolean?  as op.reverse(case)
function golden.run(case, dialect, undo)
  local run, options = nil, { answers = {} }
  local env = setmetatable({ neap = { dialect = dialect, offline = false } }, { __index = _G })
  function env.answer(rows)
    table.insert(options.answers, rows)
  end
  function env.options(given)
    for name, value in pairs(given) do
      options[name] = value
    end
    env.neap.offline = options.offline or false
  end
  setmetatable(env, {
    __index = function(_, name)
      if name ~= "op" then
        return _G[name]
      end
      if dialect == "sqlite" and not run then
        options.ask = small_database(case)
      end
      run = run or fake.new(dialect, options)
      rawset(env, "op", fake.op(run))
      return env.op
    end,
  })
  local chunk = assert(loadfile(case.path .. ".lua", "t", env))
  local ok, err = pcall(function()
    if undo then
      env.options(golden.options(case))
      return env.op.reverse(chunk)
    end
    chunk()
  end)
  if not ok then
    return nil, err
  end
  return run and run.text() or ""
end

return golden
