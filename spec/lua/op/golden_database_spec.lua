--- Every golden case of op on real databases, as a revision: what the files expect is accepted, also as the
--- script of offline mode.

local golden = require("spec.support.golden")
local support = require("spec.support")

-- SQLite's schemas are files that somebody attached; these cases are about the text alone.
local function is_about_text(case, dialect)
  local text = golden.read(case.path .. ".lua")
  return dialect == "sqlite" and text:find("bixie", 1, true) ~= nil
end

-- What the case says, for a host: `answer` is the database's business, `options` neap.lua's and the project's.
local function read_case(case)
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
        error("enough", 0) -- options come first
      end,
    }),
    neap = {},
  }, { __index = _G })
  pcall(assert(loadfile(case.path .. ".lua", "t", env)))
  return options
end

local function long(text)
  return "[=====[\n" .. text .. "]=====]"
end

local function project(case, options)
  local naming = {}
  for kind, template in pairs(options.naming or {}) do
    naming[#naming + 1] = ("%s = %q"):format(kind, template)
  end
  local files = {
    ["neap.lua"] = ("return { naming = { %s } }\n"):format(table.concat(naming, ", ")),
  }
  for path, text in pairs(options.files or {}) do
    files["sql/" .. path] = text
  end
  files["migrations/case.lua"] = table.concat({
    'revision = "c"',
    "function upgrade()",
    "  local function options() end",
    "  local function answer() end",
    "  local upgrade = " .. "function()",
    golden.read(case.path .. ".lua"),
    "  end",
    "  return upgrade(options, answer)",
    "end",
    "",
  }, "\n")
  return support.project(files)
end

local function new_database(dialect, setup)
  local url
  if dialect == "postgresql" then
    url = support.postgres()
    if setup ~= "" then
      support.psql(url, setup)
    end
    return url
  end
  local file = support.tempdir() .. "/case.db"
  if setup ~= "" then
    support.sqlite(file, setup)
  end
  return "sqlite:" .. file
end

local function outcome(case, dialect, url)
  local host = require("neap.host")
  local dir = project(case, read_case(case))
  local h, err = host.open({ config = dir .. "/neap.lua" })
  assert(h, tostring(err))
  local path = dir .. "/migrations/case.lua"
  local result = h:run({ path = path, text = support.read(path), dialect = dialect, url = url })
  h:close()
  return result
end

local function message(result)
  local err = result.error or {}
  return table.concat({ err.message or "?", err.sql or "", err.advice or "" }, "\n")
end

describe("golden SQL of op, on databases:", function()
  local ran = { postgresql = 0, sqlite = 0 }

  for _, case in ipairs(golden.cases()) do
    for _, dialect in ipairs(golden.dialects) do
      local expected, kind = golden.expected(case, dialect)
      if expected and kind == "sql" and not is_about_text(case, dialect) then
        it(("%s accepts %s/%s"):format(dialect, case.directive, case.name), function()
          local options = read_case(case)
          local setup = golden.setup(case, dialect)
          if not options.offline then
            local result = outcome(case, dialect, new_database(dialect, setup))
            assert.is_true(result.ok, message(result))
          end
          ran[dialect] = ran[dialect] + 1
        end)
      end
    end
  end

  it("ran enough of them", function()
    assert.is_true(ran.postgresql >= 120, ran.postgresql .. " on PostgreSQL")
    assert.is_true(ran.sqlite >= 60, ran.sqlite .. " on SQLite")
  end)
end)

return long
