--- The rules of the house that a machine can check: who includes whom, who sees Lua, who prints.
local support = require("spec.support")

-- Folder of runner/ -> the folders it may include, besides itself. Arrows point down.
local may_include = {
  main = { "commands", "cli", "engine", "revisions", "host", "db", "sql", "base" },
  commands = { "cli", "engine", "revisions", "host", "db", "sql", "base" },
  cli = { "engine", "revisions", "host", "db", "base" },
  engine = { "revisions", "host", "db", "sql", "base" },
  host = { "revisions", "db", "sql", "base" },
  revisions = { "base" },
  db = { "sql", "base" },
  sql = { "base" },
  base = {},
}

-- Folder of lua/ (or "lua" for the files right there) -> what its modules may require.
local may_require = {
  lua = {},
  op = { "lua", "dialect", "neap.sql" },
  dialect = { "lua", "reflect", "neap.sql" },
  audit = { "lua", "schema", "neap.sql" },
  schema = { "lua", "neap.sql", "neap.hash" },
  reflect = { "lua", "schema", "neap.sql" },
  compare = { "lua", "schema", "reflect", "dialect", "neap.sql", "neap.same" },
  render = { "lua", "schema", "dialect", "neap.sql" },
  model = { "lua", "op", "dialect", "reflect", "schema", "compare", "neap.sql" },
  policy = { "lua", "op", "dialect", "neap.sql" },
  finish = { "lua", "op", "dialect", "policy", "reflect", "schema", "model", "neap.sql" },
  commands = {
    "lua",
    "op",
    "dialect",
    "reflect",
    "schema",
    "policy",
    "compare",
    "model",
    "render",
    "finish",
    "audit",
    "neap.sql",
  },
  helpers = { "op" },
}

local function files(pattern)
  local pipe = assert(io.popen("ls -1 " .. pattern .. " 2>/dev/null"))
  local list = {}
  for path in pipe:lines() do
    list[path] = assert(support.read(path))
  end
  pipe:close()
  return list
end

local function count(list)
  local n = 0
  for _ in pairs(list) do
    n = n + 1
  end
  return n
end

local function set(list)
  local values = {}
  for _, value in ipairs(list) do
    values[value] = true
  end
  return values
end

-- Comments and strings say many things.
local function code_of(text)
  return (text:gsub("/%*.-%*/", ""):gsub("//[^\n]*", ""):gsub('"[^"\n]*"', '""'))
end

local sources = files("runner/*.[ch] runner/*/*.[ch]")

local function folder_of(path)
  return path:match("^runner/([%w_]+)/") or "main"
end

-- folder -> folder -> a file that includes it
local arrows = {}
for path, text in pairs(sources) do
  local from = folder_of(path)
  arrows[from] = arrows[from] or {}
  for to in text:gmatch('\n#%s*include%s+"([%w_]+)/[%w_]+%.h"') do
    if to ~= from then
      arrows[from][to] = path
    end
  end
end

describe("the C sources", function()
  it("are there", function()
    assert.is_true(count(sources) > 20, "found no sources in runner/")
    for folder in pairs(may_include) do
      assert.is_not_nil(arrows[folder], "there is no folder runner/" .. folder .. " any more")
    end
  end)

  it("include downwards only", function()
    local wrong, checked = {}, 0
    for from, targets in pairs(arrows) do
      local allowed = set(may_include[from] or {})
      for to, path in pairs(targets) do
        checked = checked + 1
        if not allowed[to] then
          table.insert(wrong, ("%s includes %s/"):format(path, to))
        end
      end
    end
    assert.same({}, wrong)
    assert.is_true(checked > 10, "found no arrows to check")
  end)

  it("have no two folders that include each other", function()
    for from, targets in pairs(arrows) do
      for to, path in pairs(targets) do
        local back = arrows[to] and arrows[to][from]
        assert.is_nil(back, ("%s and %s"):format(path, back))
      end
    end
  end)

  it("include lua.h in host/ only", function()
    local seen = 0
    for path, text in pairs(sources) do
      if text:find('\n#%s*include%s+[<"]l[ua][ual]%w*%.h') then
        assert.equal("host", folder_of(path), path)
        seen = seen + 1
      end
    end
    assert.is_true(seen > 0, "found no file that includes lua.h")
  end)

  it("print in main.c, cli/ and commands/ only", function()
    -- embed.c is a tool of the build; a panic has nobody left to tell.
    local excused = {
      ["runner/embed.c"] = true,
      ["runner/base/panic.c"] = true,
    }
    local printing, wrong = 0, {}
    for path, text in pairs(sources) do
      local folder, code = folder_of(path), code_of(text)
      for _, name in ipairs({
        "printf",
        "fprintf",
        "vprintf",
        "vfprintf",
        "puts",
        "fputs",
        "putchar",
        "perror",
      }) do
        if code:find("%f[%w_]" .. name .. "%s*%(") then
          printing = printing + 1
          if not (folder == "main" or folder == "cli" or folder == "commands" or excused[path]) then
            table.insert(wrong, path .. " calls " .. name)
          end
        end
      end
    end
    assert.same({}, wrong)
    assert.is_true(printing > 0, "found nobody who prints")
  end)
end)

describe("the Lua modules", function()
  local modules = files("lua/*.lua lua/*/*.lua lua/*/*/*.lua helpers/*.lua")

  local function room_of_module(name)
    local rest = name:match("^neap%.(.+)$")
    if
      name == "neap.sql"
      or name == "neap.hash"
      or name == "neap.same"
      or name == "neap.revisions"
      or name == "neap.db"
    then
      return name -- written in C
    elseif rest and support.read("lua/" .. rest .. ".lua") then
      return "lua"
    end
    return rest and rest:match("^[%w_]+")
  end

  it("require downwards only", function()
    local wrong, checked = {}, 0
    for path, text in pairs(modules) do
      local from = path:match("^lua/([%w_]+)/") or (path:match("^helpers/") and "helpers") or "lua"
      local allowed = set(may_require[from] or {})
      for name in text:gmatch('%f[%w_]require%(?%s*"(neap[%w_.]*)"') do
        local to = room_of_module((name:gsub("%.$", "")))
        checked = checked + 1
        if to ~= from and not allowed[to or "?"] then
          table.insert(wrong, ("%s requires %s"):format(path, name))
        end
      end
    end
    assert.same({}, wrong)
    assert.is_true(checked > 20, "found no require to check")
  end)

  it("write SQL in dialect/ only", function()
    local builders = files("lua/op/*.lua")
    assert.is_true(count(builders) > 5, "found no files in lua/op")
    for path, text in pairs(builders) do
      local code = text:gsub("%-%-[^\n]*", "")
      local statement = code:match('"%s*(CREATE %u+)')
        or code:match('"%s*(ALTER %u+)')
        or code:match('"%s*(DROP %u+)')
        or code:match('"%s*(INSERT INTO)')
        or code:match('"%s*(SELECT )')
      assert.is_nil(statement, path .. " writes SQL: " .. tostring(statement))
    end
  end)
end)

describe("README.md and CONTRIBUTING.md", function()
  it("name files and folders that exist", function()
    local rooms = set({ "runner", "lua", "helpers", "migrations", "sql", "spec", "bench", "docs" })
    local checked = 0
    for _, document in ipairs({ "README.md", "CONTRIBUTING.md" }) do
      for path in support.read(document):gmatch("[`(]([%w_.%-]+/[%w_./%-]*)[`)]") do
        -- COMMAND and DATABASE stand for a name.
        local place = path:match("^([%l%d_.%-/]*/)%u+") or path
        if rooms[place:match("^[^/]+")] then
          checked = checked + 1
          assert.is_true(os.rename(place, place), document .. " names " .. path)
        end
      end
    end
    assert.is_true(checked > 25, "found no paths to check")
  end)
end)
