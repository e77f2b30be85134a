local arguments = require("neap.audit.arguments")

describe("the arguments of a routine", function()
  it("are its types, however a statement writes them", function()
    for written, types in pairs({
      ["()"] = "",
      ["(a integer DEFAULT 1, OUT b text)"] = "integer",
      ["(a text, b int = 5, c text default 'a,b')"] = "text, integer, text",
      ["(double precision, x double precision)"] = "double precision, double precision",
      ["(timestamp with time zone, p timestamptz(3), time)"] = "timestamp with time zone, timestamp with time zone, time without time zone",
      ['("My Arg" int, "My Type", public."My Type", x app.mood[])'] = 'integer, "My Type", "My Type", mood[]',
      ["(numeric(10,2), VARIADIC xs int4[])"] = "numeric, integer[]",
      ["(INOUT a bool, character varying, a varchar(20))"] = "boolean, character varying, character varying",
      ["(point, x point)"] = "point, point",
    }) do
      assert.equal(types, arguments.types(written))
    end
    assert.is_nil(arguments.types(nil))
  end)
end)
