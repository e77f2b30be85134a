local text = require("neap.reflect.postgresql.text")

describe("texts of the catalog", function()
  it("lose parentheses that belong together, and no others", function()
    for given, expected in pairs({
      ["a > 0"] = "a > 0",
      ["(a > 0)"] = "a > 0",
      ["((a > 0))"] = "a > 0",
      ["(a) = (b)"] = "(a) = (b)",
      ["((a) = (b))"] = "(a) = (b)",
      ["(a = ')')"] = "a = ')'",
      ["(')' = a) OR (b)"] = "(')' = a) OR (b)",
      ['("a)" = 1)'] = '"a)" = 1',
    }) do
      assert.equal(expected, text.bare(given))
    end
  end)

  it("split outside of quotes and brackets", function()
    assert.same(
      { "a", "f(b, c)", "'d, e'", '"f,g"' },
      text.split([[a, f(b, c), 'd, e', "f,g"]], ",")
    )
  end)

  it("name objects, in quotes or not", function()
    assert.same({ "s", "t" }, { text.object("s.t") })
    assert.same({ "a.b", 'c"d' }, { text.object([["a.b"."c""d"]]) })
    assert.is_nil((text.object("lower(a)")))
    assert.is_nil(text.name("lower(a)"))
  end)

  it("give bounds as op takes them", function()
    assert.same(
      { from = { 1, { sql = "MINVALUE" } }, to = { "it's, (x)", { sql = "'-1'::integer" } } },
      text.bound("FOR VALUES FROM (1, MINVALUE) TO ('it''s, (x)', '-1'::integer)")
    )
    assert.same({ values = { "a", { sql = "NULL" } } }, text.bound("FOR VALUES IN ('a', NULL)"))
    assert.same(
      { modulus = 4, remainder = 1 },
      text.bound("FOR VALUES WITH (modulus 4, remainder 1)")
    )
    assert.same({ default = true }, text.bound("DEFAULT"))
  end)

  it("give partition keys as op takes them", function()
    assert.same({
      method = "hash",
      columns = {
        "a",
        { sql = "lower(b)" },
        { "c", collation = "C", opclass = "text_pattern_ops" },
        { sql = "d + 1" },
      },
    }, text.partition_key('HASH (a, lower(b), c COLLATE "C" text_pattern_ops, ((d + 1)))'))
  end)
end)
