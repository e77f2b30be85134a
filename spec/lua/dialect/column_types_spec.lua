--- SQLite's types: what the table in the file says, and what SQLite makes of them.

local fake = require("spec.support.fake_run")

describe("column types of SQLite", function()
  local column_types

  setup(function()
    assert(fake)
    column_types = require("neap.dialect.sqlite.column_types")
  end)

  local expected = {
    { "integer", "integer", "integer" },
    { "BIGINT", "BIGINT", "integer" },
    { "smallint", "smallint", "integer" },
    { "serial", "integer", "integer" },
    { "boolean", "boolean", "integer" },
    { "numeric(10,2)", "numeric(10,2)", "real" },
    { "double precision", "double precision", "real" },
    { "text", "text", "text" },
    { "varchar(255)", "varchar(255)", "text" },
    { "character varying(20)", "character varying(20)", "text" },
    { "bytea", "blob", "blob" },
    { "timestamp with time zone", "text", "text" },
    { "timestamptz", "text", "text" },
    { "interval", "text", "text" }, -- SQLite would see "int" in it
    { "point", "text", "text" },
    { "int4range", "text", "text" },
    { "uuid", "text", "text" },
    { "jsonb", "text", "text" },
    { "integer[]", "text", "text" },
    { "citext", "citext", "text" },
    { "mood", "text", "text" },
    { "schema.my_domain", "text", "text" },
    { '"My Type"', "text", "text" },
  }
  for _, row in ipairs(expected) do
    it(("make %s %s, and %s when strict"):format(row[1], row[2], row[3]), function()
      assert.equal(row[2], column_types.map(row[1]))
      assert.equal(row[3], column_types.map(row[1], true))
    end)
  end
end)
