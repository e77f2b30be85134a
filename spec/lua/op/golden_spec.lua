--- Every golden case of op, on both dialects, without a database. `NEAP_GOLDEN=write` writes the files anew, and
--- `NEAP_GOLDEN=new` those of cases that have none (then read the diff).

local errors
local golden = require("spec.support.golden")

local wish = os.getenv("NEAP_GOLDEN")

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

local function rewrite(case, dialect, text, err)
  os.remove(case.path .. "." .. dialect .. ".sql")
  os.remove(case.path .. "." .. dialect .. ".error")
  if text then
    write(case.path .. "." .. dialect .. ".sql", text)
  else
    write(case.path .. "." .. dialect .. ".error", tostring(err) .. "\n")
  end
end

describe("golden SQL of op", function()
  local cases, checked = golden.cases(), 0

  setup(function()
    errors = require("neap.errors")
  end)

  for _, case in ipairs(cases) do
    local new = not golden.expected(case, "postgresql") and not golden.expected(case, "sqlite")
    for _, dialect in ipairs(golden.dialects) do
      local expected, kind = golden.expected(case, dialect)
      -- A case that is not for a dialect does not become one for it.
      local writing = wish == "write" and (expected ~= nil or new) or wish == "new" and new
      if expected or writing then
        it(("%s/%s on %s"):format(case.directive, case.name, dialect), function()
          local text, err = golden.run(case, dialect)
          if not text then
            assert.is_true(errors.is(err), "no error table: " .. tostring(err))
            assert.equal("usage", err.kind)
            assert.equal("migrations/x.lua:1", err.at)
          end
          if writing then
            rewrite(case, dialect, text, err)
          elseif kind == "error" then
            assert.is_nil(text)
            assert.equal(expected, tostring(err) .. "\n")
          else
            assert.is_nil(err)
            assert.equal(expected, text)
          end
          checked = checked + 1
        end)
      end
    end
  end

  it("has every case on some database", function()
    for _, case in ipairs(cases) do
      assert.is_true(
        golden.expected(case, "postgresql") ~= nil or golden.expected(case, "sqlite") ~= nil,
        case.path
      )
    end
    assert.is_true(checked >= #cases, "only " .. checked .. " checked")
  end)

  it("has a case for every directive", function()
    local directives = require("neap.directives")
    local seen = { each_partition = true, row = true, scalar = true } -- cases of query have the last two
    for _, case in ipairs(cases) do
      seen[case.directive] = true
    end
    local missing = {}
    for _, group in ipairs({ directives.operations, directives.controls }) do
      for name in pairs(group) do
        if not seen[name] then
          missing[#missing + 1] = name
        end
      end
    end
    table.sort(missing)
    assert.same({}, missing)
  end)
end)
