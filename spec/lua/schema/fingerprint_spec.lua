--- The hash of a schema: what is in it, and what is not.

describe("neap.schema.fingerprint", function()
  local fingerprint, schema

  setup(function()
    fingerprint = require("neap.schema.fingerprint")
    schema = require("neap.schema")
  end)

  local function column(name, fields)
    local made = { kind = "column", name = name, type = "text" }
    for key, value in pairs(fields or {}) do
      made[key] = value
    end
    return made
  end

  -- The fingerprint of a table with these columns, an index and a type.
  local function of(columns, fields)
    local snapshot = schema.new("postgresql", 150000)
    local object = {
      kind = "table",
      schema = "public",
      name = "t",
      columns = columns,
      constraints = {},
      indexes = { { kind = "index", name = "i", columns = { "a", "b" } } },
    }
    for key, value in pairs(fields or {}) do
      object[key] = value
    end
    schema.add(snapshot, object)
    schema.add(snapshot, { kind = "enum", schema = "public", name = "e", values = { "x", "y" } })
    return fingerprint.of(snapshot)
  end

  it("has a line for each object", function()
    assert.matches("^%x+ enum public.e\n%x+ table public.t\n$", of({ column("a") }).text)
  end)

  it("does not know the order of columns, owners and grants", function()
    local one = of({ column("a"), column("b") }).hash
    assert.equal(one, of({ column("b"), column("a") }).hash)
    assert.equal(one, of({ column("a"), column("b") }, { owner = "me", grants = { {} } }).hash)
  end)

  it("leaves the columns of the snapshot where they are", function()
    local columns = { column("b"), column("a") }
    of(columns)
    assert.equal("b", columns[1].name)
  end)

  it("knows everything else", function()
    local one = of({ column("a"), column("b") }).hash
    local others = {
      of({ column("a") }),
      of({ column("a"), column("b", { nullable = false }) }),
      of({ column("a", { comment = "x" }), column("b") }),
      of({ column("a"), column("b") }, { unlogged = true }),
      of({ column("a"), column("b") }, {
        indexes = { { kind = "index", name = "i", columns = { "b", "a" } } },
      }),
    }
    local seen = { [one] = true }
    for _, other in ipairs(others) do
      assert.is_nil(seen[other.hash])
      seen[other.hash] = true
    end
  end)
end)
