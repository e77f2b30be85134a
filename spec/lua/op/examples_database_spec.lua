--- The manual's examples of code and types are right: they run, one after the other.

local support = require("spec.support")
local projects = require("spec.runner.commands.projects")

-- Those that the manual gives for a directive: the lines that are indented.
local function examples(manual, directive)
  local section = manual:match("\n### `op%." .. directive .. "%(.-\n(.-)\n### ")
  local parts = {}
  for line in (section or ""):gmatch("[^\n]*") do
    parts[#parts + 1] = line:match("^    .*")
  end
  return table.concat(parts, "\n")
end

local SETUP = [==[
op.execute([[
  CREATE SCHEMA bixie;
  CREATE TABLE account (id int, email text, active boolean, owner text, updated timestamptz,
    CONSTRAINT uq_account_email UNIQUE (email));
  CREATE TABLE report (id bigint, day date);
  CREATE TABLE bixie.report (uuid uuid, created timestamptz);
  CREATE FUNCTION set_updated() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
]])
]==]

describe("the manual of op", function()
  it("has examples of code and types that run", function()
    local manual = support.read("docs/op.md")
    local before = {
      refresh_materialized_view = 'op.execute("REFRESH MATERIALIZED VIEW report_day; CREATE UNIQUE INDEX ON report_day (day)")',
    }
    local body = { SETUP }
    for _, directive in ipairs({
      "create_view",
      "create_materialized_view",
      "refresh_materialized_view",
      "create_function",
      "create_aggregate",
      "create_trigger",
      "create_enum",
      "add_enum_value",
      "rename_enum_value",
      "create_domain",
      "create_sequence",
      "set_comment",
      "drop_view",
      "drop_materialized_view",
      "drop_trigger",
      "drop_aggregate",
      "drop_function",
    }) do
      local text = examples(manual, directive)
      assert.matches("op." .. directive .. "(", text, 1, true)
      body[#body + 1] = before[directive]
      body[#body + 1] = text
    end
    local url = support.postgres()
    local dir = projects.make(
      { { "r1", nil, { upgrade = table.concat(body, "\n") } } },
      { ["neap.lua"] = ('return { url = "%s" }'):format(url) }
    )
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
  end)
end)
