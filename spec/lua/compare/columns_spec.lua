--- One column that is on both sides: what is said of it, and what is told to whoever reads the revision.

describe("neap.compare.columns", function()
  local columns
  local where = { schema = "public", name = "t" }

  setup(function()
    columns = require("neap.compare.columns")
  end)

  local function alter(a, b, dialect)
    a.name, b.name = "c", "c"
    return columns.alter(where, a, b, { dialect = dialect or "postgresql" })
  end

  local notes = {
    { "integer", "bigint", nil },
    { "integer[]", "bigint[]", nil },
    { "character varying(10)", "character varying(20)", nil },
    { "character varying(20)", "text", nil },
    { "boolean", "integer", nil },
    { "numeric(10,2)", "numeric(12,4)", nil },
    { "bigint", "integer", "c holds bigint: what does not fit integer fails" },
    { "bigint[]", "integer[]", "c holds bigint[]: what does not fit integer[] fails" },
    { "text", "integer", "c holds text: what does not fit integer fails" },
    { "numeric", "integer", "c holds numeric: what does not fit integer fails or is rounded" },
    {
      "numeric(12,4)",
      "numeric(10,2)",
      "c holds numeric(12,4): what does not fit numeric(10,2) fails or is rounded",
    },
    {
      "character varying(20)",
      "character varying(10)",
      "c holds character varying(20): what does not fit character varying(10) fails",
    },
    { "timestamp with time zone", "date", "c loses the time of day" },
    { "json", "jsonb", "c loses blanks, the order of keys and keys that come twice" },
    { "integer", "boolean", "c loses its numbers: all but 0 become true" },
  }
  for _, case in ipairs(notes) do
    it(("says what %s loses as %s"):format(case[1], case[2]), function()
      assert.equal(case[3], alter({ type = case[1] }, { type = case[2] }).note)
    end)
  end

  it("casts by itself where the server does, and says it elsewhere", function()
    assert.is_nil(alter({ type = "integer[]" }, { type = "bigint[]" }).using)
    assert.equal("c::integer", alter({ type = "text" }, { type = "integer" }).using)
    assert.equal("c::text::uuid", alter({ type = "bytea" }, { type = "uuid" }).using)
  end)

  it("warns of rows that hold NULL", function()
    local operation = alter({ type = "text" }, { type = "text", nullable = false })
    assert.equal("rows that hold NULL in c make it fail: fill them before", operation.note)
    operation = alter({ type = "text" }, { type = "date", nullable = false })
    assert.equal(
      "c holds text: what does not fit date fails; rows that hold NULL in c make it fail: fill them before",
      operation.note
    )
    assert.is_nil(alter({ type = "text", nullable = false }, { type = "text" }).note)
  end)

  it("knows the type of a default, so that it can be shown as a literal", function()
    local sql = require("neap.marks").new_sql("'x'::mood")
    assert.equal(
      "mood",
      alter({ type = "mood" }, { type = "mood", server_default = sql }).existing_type
    )
  end)

  it("sets of an identity what is different", function()
    local identity = { always = true, maxvalue = 100, start = 5 }
    local operation = alter(
      { type = "integer", identity = identity },
      { type = "integer", identity = "by default" }
    )
    assert.same({ always = false, maxvalue = false, start = 1 }, operation.identity)
    assert.is_true(operation.existing_identity)
    operation = alter(
      { type = "integer", identity = "always" },
      { type = "integer", identity = "by default" }
    )
    assert.equal("by default", operation.identity)
  end)

  local STORED = { generated = { "a * 2", stored = true } }
  local OTHER = { generated = { "a * 3", stored = true } }
  local VIRTUAL = { generated = { "a * 2", stored = false } }

  -- Whether ALTER COLUMN cannot make it.
  local generations = {
    { "a plain column that is generated", {}, STORED, 180000, true },
    { "a stored column that is plain", STORED, {}, 180000, false },
    { "a virtual column that is plain", VIRTUAL, {}, 180000, true },
    { "a stored column that is virtual", STORED, VIRTUAL, 180000, true },
    { "a virtual column that is stored", VIRTUAL, STORED, 180000, true },
    { "another expression on 17", STORED, OTHER, 170000, false },
    { "another expression on 16", STORED, OTHER, 160010, true },
  }
  for _, case in ipairs(generations) do
    it(("makes %s: %s"):format(case[5] and "anew" or "no new one", case[1]), function()
      local opts = { dialect = "postgresql", version = case[4] }
      assert.equal(case[5], columns.replaced(case[2], case[3], opts))
    end)
  end
end)
