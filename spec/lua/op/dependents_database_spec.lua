--- op.with_dependents: everything that stands in the way is there again, as it was.

local catalog = require("spec.support.catalog")
local support = require("spec.support")

local ROLES = { "neap_dep_owner", "neap_dep_reader", "neap_dep_clerk" }

-- Two of everything that can stand in the way of a column's type.
local SETUP = [[
CREATE SCHEMA "Other Schema";
CREATE TABLE account (id integer PRIMARY KEY, age integer, name text, boss integer);
CREATE TABLE log (id integer, age integer);
INSERT INTO account VALUES (1, 70, 'a', NULL), (2, 20, 'b', 1);
CREATE VIEW "Old ones" WITH (security_barrier = true, check_option = local) AS
    SELECT id, age, name AS "Name" FROM account WHERE age > 60;
CREATE VIEW "Other Schema".chain AS SELECT o.*, a.age AS again FROM "Old ones" o JOIN account a USING (id);
CREATE MATERIALIZED VIEW ages AS SELECT age, count(*) AS n FROM "Other Schema".chain GROUP BY age;
CREATE UNIQUE INDEX ix_ages ON ages (age);
CREATE INDEX "Ix partial" ON ages (n) WHERE n > 1;
ALTER MATERIALIZED VIEW ages CLUSTER ON ix_ages;
CREATE MATERIALIZED VIEW empty WITH (fillfactor = 70) AS SELECT * FROM ages WITH NO DATA;
CREATE VIEW top AS SELECT * FROM ages UNION ALL SELECT age, id FROM account;
-- created before what it reads, by name and by replacement
CREATE VIEW aaa AS SELECT 1 AS age;
CREATE OR REPLACE VIEW aaa AS SELECT age::integer FROM top;
CREATE VIEW aside AS SELECT 1 AS one;
ALTER VIEW "Old ones" ALTER COLUMN "Name" SET DEFAULT 'no''one';
CREATE RULE keep AS ON INSERT TO "Old ones" DO INSTEAD INSERT INTO account (id, age) VALUES (NEW.id, NEW.age);
CREATE RULE note AS ON UPDATE TO account WHERE NEW.age <> OLD.age DO ALSO INSERT INTO log VALUES (NEW.id, OLD.age);
CREATE RULE copies AS ON DELETE TO log DO ALSO DELETE FROM account WHERE age = OLD.age;
ALTER TABLE log DISABLE RULE copies;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER instead INSTEAD OF UPDATE ON "Other Schema".chain FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TRIGGER "On age" BEFORE UPDATE OF age ON account FOR EACH ROW WHEN (NEW.age > 3) EXECUTE FUNCTION nothing();
ALTER TABLE account DISABLE TRIGGER "On age";
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY adults ON account AS RESTRICTIVE FOR SELECT TO neap_dep_reader, neap_dep_clerk USING (age >= 18);
CREATE POLICY writers ON account FOR INSERT WITH CHECK (age > 0 AND name <> '');
CREATE POLICY all_of_it ON account USING (true);
CREATE POLICY by_account ON log USING (EXISTS (SELECT FROM account a WHERE a.age = log.age));
COMMENT ON VIEW "Old ones" IS 'it''s a $neap$ comment';
COMMENT ON COLUMN "Old ones"."Name" IS 'the "name"';
COMMENT ON MATERIALIZED VIEW ages IS 'ages';
COMMENT ON INDEX ix_ages IS 'index';
COMMENT ON RULE note ON account IS 'rule';
COMMENT ON TRIGGER "On age" ON account IS 'trigger';
COMMENT ON POLICY adults ON account IS 'policy';
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO neap_dep_clerk;
GRANT SELECT ON "Old ones" TO neap_dep_reader WITH GRANT OPTION;
GRANT SELECT ON "Old ones" TO PUBLIC;
GRANT UPDATE (age), SELECT (age, "Name") ON "Old ones" TO neap_dep_clerk;
SET ROLE neap_dep_reader;
GRANT SELECT ON "Old ones" TO neap_dep_clerk;
RESET ROLE;
GRANT CREATE ON SCHEMA public TO neap_dep_owner;
GRANT SELECT ON account, "Old ones" TO neap_dep_owner;
ALTER VIEW top OWNER TO neap_dep_owner;
GRANT SELECT ON top TO neap_dep_reader;
REVOKE INSERT ON top FROM neap_dep_owner;
]]

describe("op.with_dependents", function()
  local url, dir

  setup(function()
    for _, role in ipairs(ROLES) do
      support.psql(
        support.server(),
        ("DO $$ BEGIN CREATE ROLE %s; EXCEPTION WHEN duplicate_object THEN END $$"):format(role)
      )
    end
  end)

  local function project(body, header)
    url = support.postgres()
    support.psql(url, SETUP)
    dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(url),
      ["migrations/a.lua"] = ('revision = "a1"\n%s\nfunction upgrade()\n%s\nend\nfunction downgrade()\n%s\nend\n'):format(
        header or "",
        body,
        "op.reverse(upgrade)"
      ),
    })
  end

  -- The dump with statements of each kind in name order, and age's type as it was.
  local function dump()
    local text = catalog.everything(url):gsub("age bigint", "age integer")
    local parts = {}
    for part in (text .. "\n--\n-- Name: "):gmatch("(.-)\n%-%-\n%-%- Name: ") do
      parts[#parts + 1] = part
    end
    table.sort(parts)
    return table.concat(parts, "\n--\n")
  end

  local function neap(...)
    return support.run({ "neap", ... }, { cwd = dir })
  end

  local change = [[op.with_dependents("account", function()
    op.alter_column("account", "age", { type = "bigint", existing_type = "integer" })
  end)]]

  it("restores everything, up and down and from a script", function()
    project(change)
    local before = dump()
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("bigint", support.psql(url, "SELECT pg_typeof(age) FROM account LIMIT 1"))
    assert.equal("", catalog.difference(before, dump()))
    assert.equal("1", support.psql(url, "SELECT count(*) FROM ages"))
    result = neap("downgrade", "base")
    assert.equal(0, result.status, result.stderr)
    assert.equal("integer", support.psql(url, "SELECT pg_typeof(age) FROM account LIMIT 1"))
    assert.equal("", catalog.difference(before, dump()))

    local script = support.must({ "neap", "upgrade", "base:head", "--sql" }, { cwd = dir })
    support.psql(url, "DROP TABLE neap_version, neap_history, neap_source;" .. script)
    assert.equal("bigint", support.psql(url, "SELECT pg_typeof(age) FROM account LIMIT 1"))
    assert.equal("", catalog.difference(before, dump()))
  end)

  it("names what does not fit the change, and rolls back", function()
    project([[op.with_dependents("account", function() op.drop_column("account", "age") end)]])
    local before = dump()
    local result = neap("upgrade", "head")
    assert.equal(1, result.status)
    assert.is_truthy(
      result.stderr:find("what depends on the table does not fit it any more", 1, true),
      result.stderr
    )
    assert.is_truthy(result.stderr:find("age", 1, true), result.stderr)
    assert.equal("", catalog.difference(before, (dump():gsub("neap_[%w_]+", "%0"))))
  end)

  it("is refused where no transaction holds it together", function()
    project(change, "transaction = false")
    local before = dump()
    local result = neap("upgrade", "head")
    assert.equal(1, result.status)
    assert.is_truthy(result.stderr:find("this part runs without one", 1, true), result.stderr)
    assert.equal("", catalog.difference(before, dump()))
  end)

  it("goes on in a stepwise revision", function()
    project(change .. '\nop.commit()\nop.execute("INSERT INTO gate VALUES (1)")')
    assert.equal(1, neap("upgrade", "head").status)
    support.psql(url, "CREATE TABLE gate (x integer)")
    local result = neap("upgrade", "head")
    assert.equal(0, result.status, result.stderr)
    assert.equal("1", support.psql(url, "SELECT count(*) FROM gate"))
  end)
end)
