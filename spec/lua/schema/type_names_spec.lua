local type_names = require("neap.schema.type_names")

describe("the name of a type", function()
  it("is the server's, whichever of its spellings is given", function()
    for written, name in pairs({
      int4 = "integer",
      ["int4[]"] = "integer[]",
      ["float8 [3]"] = "double precision[]",
      INT2 = "smallint",
      a1b2 = "a1b2",
      ["numeric( 5 )"] = "numeric(5,0)",
      ["text[][]"] = "text[][]",
      ["timestamp(3) with time zone"] = "timestamp(3) with time zone",
    }) do
      assert.equal(name, type_names.canonical(written))
    end
  end)
end)
