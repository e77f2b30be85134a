--- procedures.load keeps what it replaces, procedures.revert puts it back: on a real PostgreSQL.

local catalog = require("spec.support.catalog")
local support = require("spec.support")

local files = {
  ["sql/new/twice.sql"] = [[
-- Doubles a number.
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a * 2 $$;
]],
  ["sql/again/twice.sql"] = [[
CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a + a $$;
CREATE FUNCTION twice(a text) RETURNS text LANGUAGE sql AS $$ SELECT a || a $$;
]],
  ["sql/other/twice.sql"] = [[
DROP VIEW doubled;
DROP FUNCTION IF EXISTS Twice(integer);
create or replace function "twice" (a integer) RETURNS bigint LANGUAGE sql AS $$ SELECT a * 2::bigint $$;
CREATE OR REPLACE VIEW doubled AS SELECT twice(21) AS number, 'it''s' AS word;
{replace} touch BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION stamp();
]],
}

-- CREATE OR REPLACE TRIGGER came with PostgreSQL 14.
local function replace_trigger()
  local version = tonumber(support.psql(support.server(), "SHOW server_version_num"))
  return version >= 140000 and "CREATE OR REPLACE TRIGGER"
    or "DROP TRIGGER touch ON account;\nCREATE TRIGGER"
end
files["sql/other/twice.sql"] = files["sql/other/twice.sql"]:gsub("{replace}", replace_trigger)

local setup = [[
CREATE TABLE account (id integer, stamped timestamptz);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.stamped = now(); RETURN NEW; END $$;
CREATE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * a';
CREATE VIEW doubled WITH (security_barrier = true) AS SELECT twice(21) AS number;
CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION stamp();
]]

local function revision(name, direction, list)
  return ([[
revision = "%s"
local procedures = require("procedures")
function upgrade() procedures.%s({ %s }) end
]]):format(name, direction, list)
end

describe("procedures", function()
  local host, dir, url

  local function run(name, direction, list, options)
    local path = dir .. "/migrations/" .. name .. ".lua"
    local text = revision(name, direction, list)
    local given = { path = path, text = text, dialect = "postgresql", url = url }
    for key, value in pairs(options or {}) do
      given[key] = value or nil
    end
    return host:run(given)
  end

  local function must(...)
    local result = run(...)
    assert.is_true(result.ok, result.error and result.error.message)
    return result
  end

  before_each(function()
    dir = support.project(files)
    host = assert(require("neap.host").open({ config = dir .. "/neap.lua" }))
    url = support.postgres()
  end)

  after_each(function()
    host:close()
  end)

  it("drops what was new", function()
    local before = catalog.schema(url)
    must("a", "load", '"new/twice.sql"')
    assert.equal("4", support.psql(url, "SELECT twice(2)"))
    must("a", "revert", '"new/twice.sql"')
    assert.equal(before, catalog.schema(url))
  end)

  it("puts back what two revisions replaced, one after the other", function()
    local states = { catalog.schema(url) }
    must("a", "load", '"new/twice.sql"')
    states[2] = catalog.schema(url)
    must("b", "load", '"again/twice.sql"')
    assert.equal("abab", support.psql(url, "SELECT twice('ab'::text)"))
    must("b", "revert", '"again/twice.sql"')
    assert.equal(states[2], catalog.schema(url))
    must("a", "revert", '"new/twice.sql"')
    assert.equal(states[1], catalog.schema(url))
  end)

  it("puts back what had another result, views and triggers", function()
    support.psql(url, setup)
    local before = catalog.schema(url)
    must("a", "load", '"other/twice.sql"')
    assert.equal("42|it's", support.psql(url, "SELECT * FROM doubled"))
    must("a", "revert", '"other/twice.sql"')
    assert.equal(before, catalog.schema(url))
    assert.equal("0", support.psql(url, "SELECT count(*) FROM neap_definition"))
  end)

  it("keeps owners and grants of what is replaced", function()
    support.psql(url, setup)
    support.psql(url, "GRANT EXECUTE ON FUNCTION twice(integer) TO pg_monitor")
    local before = catalog.schema(url)
    must("a", "load", '"again/twice.sql"')
    must("a", "revert", '"again/twice.sql"')
    assert.equal(before, catalog.schema(url))
  end)

  it("keeps them through a script too", function()
    local script = must("a", "load", '"new/twice.sql"', { url = false }).sql
    support.psql(url, script)
    must("a", "revert", '"new/twice.sql"')
    assert.equal("", support.psql(url, "SELECT proname FROM pg_proc WHERE proname = 'twice'"))
  end)

  it("says when nothing was kept", function()
    local result = run("a", "revert", '"new/twice.sql"')
    assert.is_false(result.ok)
    assert.matches("what new/twice.sql replaced was not kept by a:", result.error.message, 1, true)
  end)

  it("does not touch a table that another role owns", function()
    support.psql(
      url,
      [[CREATE TABLE neap_definition (id bigint, project text, revision text, file text, kind text,
          identity text, definition text);
        ALTER TABLE neap_definition OWNER TO pg_monitor;
        INSERT INTO neap_definition VALUES (1, 'neap_version', 'a.lua', 'f', 'file', 'f', NULL),
          (2, 'neap_version', 'a.lua', 'f', 'FUNCTION', 'x', 'CREATE ROLE neap_golden_thief SUPERUSER');]]
    )
    for direction, list in pairs({ revert = '"f"', load = '"new/twice.sql"' }) do
      local result = run("a", direction, list)
      assert.is_false(result.ok)
      assert.matches("is not as neap made it: pg_monitor owns it", result.error.message, 1, true)
    end
  end)
end)
