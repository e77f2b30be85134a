local golden_on = require("spec.lua.op.golden_on")

local specs = golden_on("postgresql", {
  { "taken", 250 },
  { "undone", 150 },
  { "file", 200 },
  { "script", 250 },
  { "skipped", 0 },
  { "text only", 0 },
})

describe("golden SQL of op, on postgresql", function()
  for _, spec in ipairs(specs) do
    it(spec.title, spec.check)
  end
end)
