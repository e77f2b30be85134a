local same = require("neap.compare.same")

-- Shape, other shape, whether they are alike.
local pairs_of_shapes = {
  { { kind = "index", columns = { "a", "b" } }, { columns = { "a", "b" }, kind = "index" }, true },
  { { columns = { "a", "b" } }, { columns = { "a" } }, false },
  { { columns = { "a" } }, { columns = { "a", "b" } }, false },
  { { a = 1 }, { a = 1, b = false }, false },
  { { a = 1, b = false }, { a = 1 }, false },
  { { a = { b = { c = 1 } } }, { a = { b = { c = 1.0 } } }, true },
  { { a = { b = { c = 1 } } }, { a = { b = { c = "1" } } }, false },
  { "A", "a", false },
  { {}, "a", false },
  { nil, {}, false },
  { nil, nil, true },
}

describe("what is alike", function()
  after_each(function()
    same.compare_texts_by(nil)
  end)

  it("has the same fields, however deep", function()
    for i, each in ipairs(pairs_of_shapes) do
      assert.equal(each[3], same.equal(each[1], each[2]), "pair " .. i)
      assert.equal(each[3], same.equal(each[2], each[1]), "pair " .. i .. " turned round")
    end
  end)

  it("may differ in fields that do not count, but not below them", function()
    local a = { name = "a", columns = { { name = "x" } } }
    assert.is_true(same.but(a, { name = "b", columns = { { name = "x" } } }, { name = true }))
    assert.is_true(
      same.but(a, { columns = { { name = "x" } }, more = 1 }, { name = true, more = 1 })
    )
    assert.is_false(same.but(a, { name = "a", columns = { { name = "y" } } }, { name = true }))
    assert.is_false(same.but(a, { columns = { { name = "x" } }, more = 1 }, { name = true }))
  end)

  it("is told by what texts say", function()
    same.compare_texts_by(string.lower)
    assert.is_true(same.equal({ sql = { "A" } }, { sql = { "a" } }))
    assert.is_false(same.equal({ sql = { "A" } }, { sql = { "b" } }))
    assert.is_false(same.equal({ sql = { "A" } }, { sql = { 1 } }))
  end)

  it("has an end", function()
    local a, b = {}, {}
    a.a, b.a = a, b
    assert.has_error(function()
      same.equal(a, b)
    end, "tables within tables, more than 100 deep")
  end)
end)
