--- Renames in an order that runs.

local turns = require("neap.compare.turns")

local function given(...)
  local list, said = {}, {}
  for i, pair in ipairs({ ... }) do
    local old, new = pair:match("(.+)=(.+)")
    list[i] = {
      family = "s",
      old = old,
      new = new,
      make = function(from, to)
        return from .. "=" .. to
      end,
    }
  end
  turns(list, function(operation)
    said[#said + 1] = operation
  end)
  return said
end

describe("renames that take turns", function()
  it("free a name before it is given", function()
    assert.same({ "c=d", "b=c", "a=b" }, given("a=b", "b=c", "c=d"))
  end)

  it("go by a name in between where they go round", function()
    assert.same({ "a=a_swap", "b=a", "a_swap=b" }, given("a=b", "b=a"))
    assert.same({ "a=a_swap", "c=a", "b=c", "a_swap=b" }, given("a=b", "b=c", "c=a"))
  end)

  it("stay where nothing is in the way", function()
    assert.same({ "a=x", "b=y" }, given("a=x", "b=y"))
  end)
end)
