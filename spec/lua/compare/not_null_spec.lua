--- NOT NULL that has a name, a comment, NO INHERIT or NOT VALID, between two snapshots of PostgreSQL 18.

local compare = require("neap.compare")
local null = require("neap.db").null
local schema = require("neap.schema")
local words = require("neap.compare.words")

-- A snapshot of one table with one column. nullable: false or nil; constraint: a NOT NULL of its own.
local function snapshot(nullable, constraint)
  local made = schema.new("postgresql", 180000)
  made.schemas, made.home = { "public" }, "public"
  if constraint then
    constraint.kind, constraint.columns = "not_null", { "p" }
  end
  schema.add(made, {
    kind = "table",
    schema = "public",
    name = "it",
    columns = { { kind = "column", name = "p", type = "integer", nullable = nullable } },
    constraints = { constraint },
    indexes = {},
  })
  return made
end

-- The operations there and back, as sentences.
local function ways(a, b)
  local function way(from, to, back)
    local list = {}
    for i, operation in ipairs(compare.operations(from, to, { null = null, back = back })) do
      list[i] = words.sentence(operation, { default_schema = "public" })
    end
    return table.concat(list, "; ")
  end
  return way(a, b), way(b, a, true)
end

local CREATE = "add not null %s on it (p)"
local RENAME = "rename constraint %s of it to %s"
local INHERIT = "ALTER TABLE public.it ALTER CONSTRAINT %s %sINHERIT"

-- What it is like, and should be like: false is NOT NULL, nil is nullable.
local cases = {
  {
    "a name that the model gives",
    { false },
    { nil, { name = "known" } },
    RENAME:format("it_p_not_null", "known"),
    RENAME:format("known", "it_p_not_null"),
  },
  { "a name that the model does not give", { nil, { name = "known" } }, { false }, "", "" },
  {
    "another name",
    { nil, { name = "known" } },
    { nil, { name = "sure" } },
    RENAME:format("known", "sure"),
    RENAME:format("sure", "known"),
  },
  {
    "one that comes",
    { nil },
    { nil, { name = "known" } },
    CREATE:format("known"),
    "change column it.p: may be null",
  },
  {
    "NO INHERIT without a word on its name",
    { nil, { name = "known", no_inherit = true } },
    { false },
    INHERIT:format("known", ""),
    INHERIT:format("known", "NO "),
  },
  {
    "NO INHERIT, and a name",
    { false },
    { nil, { name = "known", no_inherit = true } },
    RENAME:format("it_p_not_null", "known") .. "; " .. INHERIT:format("known", "NO "),
    RENAME:format("known", "it_p_not_null") .. "; " .. INHERIT:format("it_p_not_null", ""),
  },
  {
    "one to be proven",
    { nil, { name = "known", not_valid = true } },
    { false },
    "validate constraint known of it",
    "change column it.p: may be null; " .. CREATE:format("known"),
  },
}

describe("a NOT NULL of its own", function()
  for _, case in ipairs(cases) do
    it("there and back: " .. case[1], function()
      local there, back = ways(snapshot(case[2][1], case[2][2]), snapshot(case[3][1], case[3][2]))
      assert.equal(case[4], there)
      assert.equal(case[5], back)
    end)
  end
end)
