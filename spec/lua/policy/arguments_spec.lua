local arguments = require("neap.policy.arguments")

describe("arguments of routines", function()
  it("are known by their types", function()
    for text, types in pairs({
      ["()"] = "()",
      ["(*)"] = "()",
      ["(IN a integer, OUT b text)"] = "(integer)",
      ['("an arg" double precision, b numeric(10, 2))'] = "(double precision, numeric)",
      ["(time timestamp with time zone, interval day to second)"] = "(timestamp with time zone, interval day to second)",
      ["(VARIADIC list text [])"] = "(text[])",
      ["(double precision ORDER BY anyelement)"] = "(double precision, anyelement)",
    }) do
      assert.equal(types, arguments.types(text))
    end
  end)

  it("are the same by any of their types' names", function()
    for _, pair in ipairs({
      { "(a int, b int8)", "(integer, bigint)" },
      { "(a varchar(3))", "(character varying)" },
      { "(a timestamptz[])", "(timestamp with time zone ARRAY)" },
      { "(a pg_catalog.int4)", "(INTEGER)" },
      { "(a app.mood)", "(mood)" },
      { '(a "Mood")', '(app."Mood")' },
      { "(INOUT a int, OUT b text)", "(int, text)" },
      { "()", "()" },
    }) do
      assert.is_true(arguments.same(pair[1], pair[2]), pair[1])
    end
  end)

  it("are others by another type, number or schema", function()
    for _, pair in ipairs({
      { "(a integer)", "(bigint)" },
      { "(a integer)", "()" },
      { "(a integer)", "(integer[])" },
      { "(a app.mood)", "(other.mood)" },
      { "(a integer, b text)", "(integer)" },
      { "(a timestamp)", "(timestamptz)" },
    }) do
      assert.is_false(arguments.same(pair[1], pair[2]), pair[1])
    end
  end)
end)
