--- NEAP_SEED begins elsewhere, NEAP_PAIRS says how many.

local random_pairs = require("spec.lua.compare.random_pairs")
local seeds = require("spec.support.seeds")
local support = require("spec.support")

local first, count = seeds.range("NEAP_PAIRS", 6)

describe("random pairs on PostgreSQL", function()
  local function check(from, to)
    random_pairs.converge(support.databases[2], from, to)
  end
  for title, spec in seeds.specs(first, count, 6, check) do
    it("become each other " .. title, spec)
  end

  it("had rows", function()
    print(
      ("random pairs on PostgreSQL: %d from seed %d, %d rows kept"):format(
        count,
        first,
        random_pairs.rows
      )
    )
    assert.is_true(random_pairs.rows > 0)
  end)
end)
