--- Defaults as a person would say them: what they say stays the same.

describe("neap.render.fold", function()
  local fold, new_sql

  setup(function()
    fold = require("neap.render.fold")
    new_sql = require("neap.marks").new_sql
  end)

  local literals = {
    { "7", "integer", 7 },
    { "'-7'::integer", "integer", -7 },
    { "'-7'::bigint", "bigint", -7 },
    { "2.5", "numeric(8,2)", 2.5 },
    { "true", "boolean", true },
    { "'x'::text", "text", "x" },
    { "'DE'::bpchar", "character(2)", "DE" },
    { "'a''c\\d'::text", "text", "a'c\\d" },
    { "'\\xbeef'::bytea", "bytea", "\\xbeef" },
    { "'ok'::mood", "mood", "ok" },
  }
  for _, case in ipairs(literals) do
    it(("shows %s in a column of type %s as a literal"):format(case[1], case[2]), function()
      assert.equal(case[3], fold.default(new_sql(case[1]), case[2]))
    end)
  end

  -- Zeros that would be lost, another type's constant, what is no constant.
  for _, case in ipairs({
    { "1.50", "numeric(8,2)" },
    { "'-7'::integer", "bigint" },
    { "'x'::text", "mood" },
    { "'-99999999999999999999'::integer", "integer" },
    { "now()", "timestamp with time zone" },
    { "('a'::text || 'b'::text)", "text" },
  }) do
    it(("leaves %s in a column of type %s"):format(case[1], case[2]), function()
      local value = new_sql(case[1])
      assert.equal(value, fold.default(value, case[2]))
    end)
  end
end)
