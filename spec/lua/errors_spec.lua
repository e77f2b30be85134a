local fake = require("spec.support.fake_run")

describe("errors", function()
  local errors

  setup(function()
    errors = require("neap.errors")
    assert(fake)
  end)

  it("show their message and keep what the raiser knew", function()
    local err = errors.new(
      "failed",
      "no",
      { at = "a.lua:1", via = "b.lua:2" },
      { sqlstate = "42P01" }
    )
    assert.equal("no", tostring(err))
    assert.same(
      { kind = "failed", message = "no", at = "a.lua:1", via = "b.lua:2", sqlstate = "42P01" },
      setmetatable(err, nil)
    )
  end)

  it("are raised without a position in the message", function()
    local ok, err = pcall(errors.usage, "expected %d, got %s", 1, "x%d")
    assert.is_false(ok)
    assert.is_true(errors.is(err))
    assert.equal("expected 1, got x%d", err.message)
    assert.is_false(errors.is("text"))
    assert.is_false(errors.is({ message = "x" }))
  end)

  local near = {
    { "coment", "comment" },
    { "uniqeu", "unique" },
    { "if_exist", "if_exists" },
    { "nulable", "nullable" },
    { "tpye", "type" },
    { "zebra", nil },
    { "x", nil },
  }
  for _, row in ipairs(near) do
    it(("know what %q was meant to be"):format(row[1]), function()
      local names =
        { comment = 1, unique = 1, if_exists = 1, if_not_exists = 1, nullable = 1, type = 1 }
      assert.equal(row[2], errors.nearest(row[1], names))
    end)
  end
end)
