local golden_on = require("spec.lua.op.golden_on")

local specs = golden_on("sqlite", {
  { "taken", 140 },
  { "undone", 80 },
  { "file", 120 },
  { "script", 130 },
  { "skipped", 0 },
  { "text only", 0 },
})

describe("golden SQL of op, on sqlite", function()
  for _, spec in ipairs(specs) do
    it(spec.title, spec.check)
  end
end)
