--- Operations as Lua source: what the source says is the operations again, and stylua would not change it.

local fake = require("spec.support.fake_run")
local golden = require("spec.support.golden")
local support = require("spec.support")

local function record(dialect, chunk_text)
  local items = {}
  local run = fake.new(dialect)
  local op = require("neap.op").new(run, items)
  local env = setmetatable({ op = op, neap = { dialect = dialect } }, { __index = _G })
  env.options, env.answer = function() end, function() end
  local ok, err = pcall(assert(load(chunk_text, "=chunk", "t", env)))
  if not ok then
    return nil, err
  end
  local operations = {}
  for i, item in ipairs(items) do
    operations[i] = item.operation
  end
  return operations
end

-- Without what only op.reverse reads, and the places.
local function bare(value)
  if type(value) ~= "table" then
    return value
  end
  local copy = setmetatable({}, getmetatable(value))
  for key, each in next, value do
    local name = tostring(key)
    if
      name ~= "source"
      and name ~= "creates"
      and name ~= "existing"
      and (not name:find("^existing_") or name == "existing_identity")
    then
      copy[key] = bare(each)
    end
  end
  return copy
end

local quiet = { bulk_insert = true, load_sql = true, load_sql_dir = true, revert_sql = true }

describe("neap.render", function()
  local render
  local texts = {}

  setup(function()
    render = require("neap.render")
  end)

  local count = 0
  for _, case in ipairs(golden.cases()) do
    for _, dialect in ipairs(golden.dialects) do
      local text = golden.read(case.path .. ".lua")
      if golden.expected(case, dialect) then
        it(("writes %s/%s again (%s)"):format(case.directive, case.name, dialect), function()
          local operations = record(dialect, text)
          if not operations or #operations == 0 then
            return
          end
          for _, operation in ipairs(operations) do
            if
              quiet[operation.kind]
              or operation.password ~= nil
              or operation.kind == "execute" and operation.params
            then
              return
            end
          end
          local written = render.lua(operations)
          local again = assert(record(dialect, written))
          assert.same(bare(operations), bare(again))
          assert.equal(written, render.lua(again))
          texts[#texts + 1] = written
          count = count + 1
        end)
      end
    end
  end

  it("has written many of them", function()
    assert.is_true(count > 300, count .. " cases")
  end)

  -- Where `make lint` has installed it, as on the way to a commit.
  local stylua = "node_modules/.bin/stylua"
  if io.open(stylua) then
    it("lays them out as stylua does", function()
      local path = support.tempdir() .. "/operations.lua"
      local text = table.concat(texts, "\n")
      support.write(path, text)
      local ran = support.run({ stylua, "--config-path", ".stylua.toml", "--check", path })
      assert.equal(0, ran.status, ran.stdout .. ran.stderr)
    end)
  end
end)
