local fake = require("spec.support.fake_run")

describe("values", function()
  local values, marks

  setup(function()
    values, marks = require("neap.dialect.values"), require("neap.marks")
  end)

  it("write numbers with the fewest digits that read back", function()
    local texts = {
      [values.number(5)] = "5",
      [values.number(math.mininteger)] = "-9223372036854775808",
      [values.number(0.1)] = "0.1",
      [values.number(1 / 3)] = "0.3333333333333333",
      [values.number(2.0)] = "2.0",
      [values.number(1e300)] = "1e+300",
      [values.number(-0.5)] = "-0.5",
      [values.digits(2.0)] = "2",
      [values.digits(1e15)] = "1000000000000000",
    }
    for got, expected in pairs(texts) do
      assert.equal(expected, got)
    end
    assert.equal("nan", values.special(0 / 0))
    assert.equal("-inf", values.special(-1 / 0))
  end)

  it("write JSON with keys in order", function()
    assert.equal(
      '{"a":null,"b":[1,2.5,true,"x\\"\\\\\\n\\u0001"],"c":{"d":[]}}',
      values.json({ b = { 1, 2.5, true, 'x"\\\n\1' }, a = fake.null, c = { d = {} } })
    )
  end)

  local refused = {
    { "a mixed table", { 1, x = 2 }, "neither a JSON array nor an object" },
    { "a hole", { 1, nil, 3 }, "neither a JSON array nor an object" },
    { "a function", { print }, "a function has no place in a JSON value" },
    { "not a number", { 0 / 0 }, "JSON has no nan" },
  }
  for _, row in ipairs(refused) do
    it("refuse " .. row[1] .. " in JSON", function()
      local ok, err = pcall(values.json, row[2])
      assert.is_false(ok)
      assert.matches(row[3], err.message, 1, true)
    end)
  end

  it("refuse a table that holds itself", function()
    local cycle = {}
    cycle[1] = cycle
    for _, write in ipairs({ values.json, values.array }) do
      local ok, err = pcall(write, cycle)
      assert.is_false(ok)
      assert.matches("holds itself", err.message)
    end
  end)

  it("write arrays as PostgreSQL reads them", function()
    assert.equal(
      '{1,2.5,t,NULL,"NULL","","a b","q\\"\\\\",x-1,{3,4},"\\\\x00ff"}',
      values.array({
        1,
        2.5,
        true,
        fake.null,
        "NULL",
        "",
        "a b",
        'q"\\',
        "x-1",
        { 3, 4 },
        marks.new_bytes("\0\255"),
      })
    )
    assert.equal("{}", values.array({}))
  end)
end)
