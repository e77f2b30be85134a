--- Random pairs of models A and B: a database at A is taken to B and back by what is generated; nothing is left to say
--- on the way, and it ends as it began. NEAP_SEED begins elsewhere, NEAP_MODELS says how many.

local catalog = require("spec.support.catalog")
local random_model = require("spec.lua.compare.random_model")
local support = require("spec.support")

local first = tonumber(os.getenv("NEAP_SEED")) or 1
local pairs_of = tonumber(os.getenv("NEAP_MODELS")) or 12

-- Columns that went and came again stand at the end.
local function sorted(text)
  local lines = {}
  for line in text:gmatch("[^\n]+") do
    lines[#lines + 1] = line:gsub(",$", ""):gsub("^%s+", "")
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

for _, database in ipairs(support.databases) do
  describe("random models on " .. database.dialect, function()
    for seed = first, first + pairs_of - 1 do
      it(("become each other (seed %d)"):format(seed), function()
        local url = database.new()
        local a = random_model.make(seed * 2, database.dialect)
        local b = random_model.make(seed * 2 + 1, database.dialect)
        local dir = support.project({
          ["neap.lua"] = ("return { url = %q }\n"):format(url),
          ["schema.lua"] = a,
        })
        local function must(...)
          local ran = support.run({ "neap", ... }, { cwd = dir })
          local said = ran.stdout .. ran.stderr
          assert.equal(
            0,
            ran.status,
            table.concat({ ... }, " ") .. "\n" .. said .. "\nA:\n" .. a .. "\nB:\n" .. b
          )
          return ran.stdout
        end
        must("revision", "-m", "a", "--autogenerate", "--rev-id", "ra")
        must("upgrade", "head")
        must("check")
        support.write(dir .. "/schema.lua", must("model", "--from-database"))
        must("check")
        local before = catalog.schema(url)
        support.write(dir .. "/schema.lua", b)
        must("revision", "-m", "b", "--autogenerate", "--rev-id", "rb")
        must("upgrade", "head")
        must("check")
        must("downgrade", "ra")
        support.write(dir .. "/schema.lua", a)
        must("check")
        if database.dialect == "postgresql" then
          assert.equal(
            "",
            catalog.difference(sorted(before), sorted(catalog.schema(url))),
            a .. "\n" .. b
          )
        end
      end)
    end
  end)
end
