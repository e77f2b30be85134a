--- Every golden case of op on a real database, as a revision. The database's own shell makes the same of the file
--- (as hand-written SQL) and of the script of offline mode; undone by op.reverse the catalog is as it was.
---
---     for _, spec in ipairs(require("spec.lua.op.golden_on")("sqlite", { { "taken", 140 }, ... })) do
---       it(spec.title, spec.check)

local assert = require("luassert")
local catalog = require("spec.support.catalog")
local golden = require("spec.support.golden")
local objects = require("spec.support.objects")
local support = require("spec.support")

-- SQLite's schemas are files that somebody attached; these cases are about the text alone.
local function is_about_text(case, dialect)
  local text = golden.read(case.path .. ".lua")
  return dialect == "sqlite" and text:find("bixie", 1, true) ~= nil
end

local directory

-- One project directory, written anew for each case; one of its own for a case with SQL files.
local function project(options)
  directory = (options.files or not directory) and support.project() or directory
  local naming = {}
  for kind, template in pairs(options.naming or {}) do
    naming[#naming + 1] = ("%s = %q"):format(kind, template)
  end
  local config = ("return { naming = { %s } }\n"):format(table.concat(naming, ", "))
  support.write(directory .. "/neap.lua", config)
  for path, text in pairs(options.files or {}) do
    support.write(directory .. "/sql/" .. path, text)
  end
  return directory
end

-- The case as a revision. Its options were read before, and its answers are the database's.
local function revision(case)
  return table.concat({
    'revision = "c"',
    "local function options() end",
    "local function answer() end",
    "function upgrade()",
    golden.read(case.path .. ".lua"),
    "end",
    "function downgrade() op.reverse(upgrade) end",
    "return options, answer",
  }, "\n")
end

-- The same undone, for a host that only upgrades.
local function undoing(case)
  local text = revision(case)
  return (
    text:gsub("\nfunction upgrade%(%)", "\nlocal function apply()"):gsub(
      "\nfunction downgrade%(%) op.reverse%(upgrade%) end",
      "\nfunction upgrade() op.reverse(apply) end"
    )
  )
end

-- Runs a revision's text; without a database it becomes a script, which is given.
local function run(text, dialect, database, options)
  local dir = project(options)
  local h, err = require("neap.host").open({ config = dir .. "/neap.lua" })
  assert(h, tostring(err))
  local path = dir .. "/migrations/case.lua"
  local result = h:run({ path = path, text = text, dialect = dialect, url = database })
  h:close()
  err = result.error or {}
  assert.is_true(
    result.ok,
    table.concat({ err.message or "?", err.sql or "", err.advice or "" }, "\n")
  )
  return result.sql
end

-- One PostgreSQL database for all cases, emptied before each: much faster than a new one.
local RESET = [[
SET client_min_messages = error;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT rolname FROM pg_roles WHERE rolname ~* '^neap.golden' LOOP
        EXECUTE format('DROP OWNED BY %I CASCADE', name);
        EXECUTE format('DROP ROLE %I', name);
    END LOOP;
END
$$;
CREATE SCHEMA public;
]]

local url

local function database_url()
  url = url or support.postgres()
  return url
end

-- A database with nothing in it but the setup.
local function prepare(case, dialect, options)
  local database
  local setup = golden.setup(case, dialect)
  if dialect == "postgresql" then
    database, setup = database_url(), RESET .. setup
  else
    database = "sqlite:" .. project(options) .. "/case.db"
    os.remove(directory .. "/case.db")
  end
  local text = ('revision = "s"\nfunction upgrade() op.execute(%q) end\n'):format(setup)
  run(text, dialect, database, {})
  return database
end

-- Statements outside a transaction are the engine's affair.
local function is_stepwise(expected)
  return expected:find("^%-%- commit") or expected:find("\n%-%- commit")
end

local function neap(case, options, ...)
  local dir = project(options)
  support.write(dir .. "/migrations/case.lua", revision(case))
  return support.must({ "neap", "-C", dir, ... })
end

-- The catalog as text. SQLite keeps the words of the statements: quotes and blanks mean nothing.
local function schema(database)
  local text = catalog.schema(database)
  if database:find("^sqlite:") then
    text = text:gsub('"', ""):gsub("%s+", " "):gsub("%s*([(),])%s*", "%1")
  end
  return text
end

local before, made = {}, {}

-- SQLite keeps the words of a statement, and so their blanks; neap's scripts end lines where a run does not.
local function remember(case, dialect, database)
  made[dialect .. case.path] = objects.text(database)
end

local function compare(case, dialect, database)
  local expected = made[dialect .. case.path]
  if expected then -- a case that only scripts have was not run
    assert.equal("", catalog.difference(expected, objects.text(database)))
  end
end

-- Gives true when the case was also undone.
local function take(case, dialect, options, expected)
  local database = prepare(case, dialect, options)
  local reversible = golden.run(case, dialect, true) ~= nil
  local key = dialect .. golden.setup(case, dialect)
  if reversible then
    before[key] = before[key] or schema(database)
  end
  if is_stepwise(expected) then
    neap(case, options, "-u", database, "upgrade", "head")
  else
    run(revision(case), dialect, database, options)
  end
  remember(case, dialect, database)
  if not reversible then
    return false
  elseif is_stepwise(expected) then
    neap(case, options, "-u", database, "downgrade", "base")
  else
    run(undoing(case), dialect, database, options)
  end
  assert.equal("", catalog.difference(before[key], schema(database)))
  return true
end

-- Gives SQL to the database's own shell, and looks whether it makes the same as the run.
local function give(case, dialect, text)
  local setup = golden.setup(case, dialect)
  if dialect == "postgresql" then
    support.psql(database_url(), RESET .. setup .. text)
    compare(case, dialect, database_url())
  else
    local path = directory .. "/shell.db"
    os.remove(path)
    support.sqlite(path, setup .. text)
    compare(case, dialect, "sqlite:" .. path)
  end
end

local scripts = {}

-- The same with the case's script.
local function take_script(case, dialect, options, expected)
  local script
  if is_stepwise(expected) then
    script = neap(case, options, "--dialect", dialect, "upgrade", "base:head", "--sql")
  else
    script = "BEGIN;\n" .. run(revision(case), dialect, nil, options) .. "\nCOMMIT;\n"
  end
  scripts[dialect .. case.path] = script
  give(case, dialect, script)
end

-- SQL without comments between statements and without what a script has around them.
local function statements_of(text)
  text = ("\n" .. text):gsub("\n%-%- [^\n]*", ""):gsub("\nBEGIN;", ""):gsub("\nCOMMIT;", "")
  return (text:gsub("%s+", " "))
end

-- The file itself is what a person would write; parameters and the like are no SQL.
local function take_file(case, dialect, expected)
  local text =
    expected:gsub("%-%- commit, begin\n", ""):gsub("%-%- commit\n", ""):gsub("%-%- begin\n", "")
  if text:find("^%-%- ") or text:find("\n%-%- ") then
    return false
  end
  local script = scripts[dialect .. case.path]
  if not script or statements_of(script) ~= statements_of(text) then
    give(case, dialect, text)
  end
  return true
end

local function needs_database(expected)
  return expected:find("-- query", 1, true)
    or expected:find("-- roll back", 1, true)
    or expected:find("-- look", 1, true)
end

-- Of the databases that are here.
local function version_of(dialect)
  local server = dialect == "sqlite" and "sqlite::memory:" or support.server()
  local connection <close> = assert(require("neap.db").open(server))
  local sql = dialect == "sqlite" and "SELECT sqlite_version()" or "SHOW server_version_num"
  local answer = assert(connection:send(sql))
  connection:flush()
  local version = tostring(answer.rows[1][1])
  local major, minor, patch = version:match("^(%d+)%.(%d+)%.(%d+)$")
  return major and major * 1000000 + minor * 1000 + patch or tonumber(version)
end

-- The specs of one case.
local function add(specs, case, dialect, expected)
  local options = golden.options(case)
  local function spec(title, check)
    specs[#specs + 1] = { title = title:format(case.directive, case.name), check = check }
  end
  if not options.offline then
    spec("takes %s/%s", function()
      if take(case, dialect, options, expected) then
        specs.count("undone")
      end
      specs.count("taken")
    end)
  end
  if not needs_database(expected) then
    spec("takes the script of %s/%s", function()
      take_script(case, dialect, options, expected)
      specs.count("script")
    end)
  end
  spec("has a shell that takes the file of %s/%s", function()
    if take_file(case, dialect, expected) then
      specs.count("file")
    end
  end)
end

-- Why a case is not for this database, if it is not.
local function left_out(case, dialect, version)
  local options = golden.options(case)
  local least = options.server_version
  if type(least) == "table" then
    least = least[dialect]
  end
  return options.text_only and "text only" or least and least > version and "skipped" or nil
end

-- The last one: that there were as many as one thinks.
local function add_count(specs, dialect, least)
  local function check()
    local words = {}
    for i, row in ipairs(least) do
      words[i] = ("%s %d"):format(row[1], specs.ran[row[1]] or 0)
    end
    print(("\ngolden cases of op on %s: %s"):format(dialect, table.concat(words, ", ")))
    for _, row in ipairs(least) do
      assert.is_true((specs.ran[row[1]] or 0) >= row[2], row[1] .. ": too few")
    end
  end
  specs[#specs + 1] = { title = "ran enough of them", check = check }
end

---@param dialect "postgresql"|"sqlite"
---@param least table[]   { what, how many }
---@return table[]   { title =, check = function }
return function(dialect, least)
  local specs, version = { ran = {} }, version_of(dialect)
  function specs.count(what)
    specs.ran[what] = (specs.ran[what] or 0) + 1
  end
  for _, case in ipairs(golden.cases()) do
    local expected, kind = golden.expected(case, dialect)
    if expected and kind == "sql" and not is_about_text(case, dialect) then
      local why = left_out(case, dialect, version)
      if why then
        specs.count(why)
      else
        add(specs, case, dialect, expected)
      end
    end
  end
  add_count(specs, dialect, least)
  return specs
end
