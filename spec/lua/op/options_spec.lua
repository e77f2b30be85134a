--- Every option of every directive and element has a golden case on each database: SQL, or the error that it is.
--- The options are those that the directives themselves check.

local golden = require("spec.support.golden")
require("spec.support.fake_run")

-- Not for golden cases, and why.
local excused = {
  ["load_sql order"] = "the specs of SQL files have it",
  ["load_sql skip_unchanged"] = "the specs of SQL files have it",
  ["load_sql tidy"] = "the specs of repeatable objects have it",
  ["load_sql_dir keep"] = "the specs of SQL files have it",
  ["load_sql_dir order"] = "the specs of SQL files have it",
  ["load_sql_dir skip_unchanged"] = "the specs of SQL files have it",
  ["load_sql_dir tidy"] = "the specs of repeatable objects have it",
}

-- directive -> option -> true, of what is allowed and of what a case says.
local function watch(fn)
  local check, directives = require("neap.op.check"), require("neap.directives")
  local allowed, used, current = {}, {}, {}
  local restore = {}

  local function replace(module, name, make)
    local original = module[name]
    module[name] = make(original)
    restore[#restore + 1] = function()
      module[name] = original
    end
  end

  local function within(name)
    return function(original)
      return function(...)
        current[#current + 1] = name
        local results = table.pack(pcall(original, ...))
        current[#current] = nil
        if not results[1] then
          error(results[2], 0)
        end
        return table.unpack(results, 2, results.n)
      end
    end
  end

  for name, family in pairs(directives.all) do
    local module = require("neap.op." .. family)
    if type(module[name]) == "function" then
      replace(module, name, within(name))
    end
  end
  replace(check, "options", function(original)
    return function(operation, opts, options, position)
      local directive = current[#current] or "?"
      allowed[directive], used[directive] = allowed[directive] or {}, used[directive] or {}
      for option in pairs(options) do
        allowed[directive][option] = true
      end
      for option in pairs(type(opts) == "table" and opts or {}) do
        used[directive][option] = true
      end
      return original(operation, opts, options, position)
    end
  end)
  fn()
  for i = #restore, 1, -1 do
    restore[i]()
  end
  return allowed, used
end

-- Directives that a database lacks altogether say so whatever their options are.
local function lacking(dialect)
  local lacks = {}
  for _, case in ipairs(golden.cases()) do
    local text, kind = golden.expected(case, dialect)
    if kind == "sql" then
      lacks[case.directive] = false
    elseif text and text:find("SQLite has no ") and lacks[case.directive] == nil then
      lacks[case.directive] = true
    end
  end
  return lacks
end

describe("the golden cases", function()
  for _, dialect in ipairs(golden.dialects) do
    it("have every option on " .. dialect, function()
      local allowed, used = watch(function()
        for _, case in ipairs(golden.cases()) do
          if golden.expected(case, dialect) then
            golden.run(case, dialect)
          end
        end
      end)
      local missing, count, lacks = {}, 0, lacking(dialect)
      for directive, options in pairs(allowed) do
        for option in pairs(lacks[directive] and {} or options) do
          count = count + 1
          local name = directive .. " " .. option
          if not used[directive][option] and not excused[name] then
            missing[#missing + 1] = name
          end
        end
      end
      table.sort(missing)
      print(("\noptions of op on %s: %d"):format(dialect, count))
      assert.is_true(count > 150, "found only " .. count)
      assert.same({}, missing)
    end)
  end
end)
