--- Random creating, changing, renaming, moving and dropping, forty changes a run: afterwards everything is as the policy
--- says. NEAP_SEED begins elsewhere, NEAP_POLICIES says how many runs.
local policy = require("spec.support.policy")
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local first = tonumber(os.getenv("NEAP_SEED")) or 1
local runs = tonumber(os.getenv("NEAP_POLICIES")) or 1
local random = math.random

-- What there is: objects { kind, schema, name, parent }; schemas by name, of which some are beyond the policy.
local state

local function new_name(letter)
  state.count = state.count + 1
  return letter .. state.count
end

local function some_schema()
  return state.schemas[random(#state.schemas)]
end

local function add(kind, letter, schema)
  local object = { kind = kind, schema = schema or some_schema(), name = new_name(letter) }
  table.insert(state.objects, object)
  return object
end

-- One of a kind, or nil.
local function one(kind)
  local list = {}
  for _, object in ipairs(state.objects) do
    if object.kind == kind then
      list[#list + 1] = object
    end
  end
  return list[1] and list[random(#list)]
end

local function forget(object)
  for i, other in ipairs(state.objects) do
    if other == object then
      table.remove(state.objects, i)
    end
  end
end

local function full(object)
  return object.schema .. "." .. object.name
end

-- As ALTER says it.
local function altered(object)
  return full(object) .. (object.arguments or "")
end

local function execute(sql, ...)
  return ("op.execute(%q)"):format(sql:format(...))
end

-- Whether what makes an object makes a sequence along with it.
local function counts(text)
  return text:find("serial", 1, true) ~= nil or text:find("IDENTITY", 1, true) ~= nil
end

local function maker(kind, letter, text)
  return function()
    local object = add(kind, letter)
    object.counts = counts(text)
    return (text:gsub("@", full(object)))
  end
end

local function sql_maker(kind, letter, sql, arguments)
  return function()
    local object = add(kind, letter)
    object.arguments, object.counts = arguments, counts(sql)
    return (execute((sql:gsub("@", full(object)))))
  end
end

local words = {
  t = "TABLE",
  v = "VIEW",
  m = "MATERIALIZED VIEW",
  f = "FUNCTION",
  p = "PROCEDURE",
  e = "TYPE",
  d = "DOMAIN",
  s = "SEQUENCE",
}
local kinds = { "t", "v", "m", "f", "p", "e", "d", "s" }

-- A change of one object of any kind.
local function of_any(fn)
  return function()
    local object = one(kinds[random(#kinds)])
    return object and fn(object, words[object.kind])
  end
end

local others = { "spec_other", "spec_rw", "spec_ro", "PUBLIC" }

local makers = {
  maker(
    "t",
    "t",
    [[op.create_table("@", { op.column("id", "bigserial", { primary_key = true }), op.column("x", "text") })]]
  ),
  sql_maker("t", "t", "CREATE TABLE @ (id int GENERATED ALWAYS AS IDENTITY, x text)"),
  sql_maker("t", "t", "CREATE TABLE @ AS SELECT 1 AS id, 'a'::text AS x"),
  sql_maker("t", "t", "SELECT 1 AS id, 'a'::text AS x INTO @"),
  maker("v", "v", [[op.savepoint(function() op.execute("CREATE VIEW @ AS SELECT 1 AS x") end)]]),
  maker("v", "v", [[op.create_view("@", "SELECT 2 AS x")]]),
  maker("m", "m", [[op.create_materialized_view("@", "SELECT 3 AS x")]]),
  sql_maker(
    "f",
    "f",
    "CREATE FUNCTION @(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "(int, text[])"
  ),
  sql_maker("p", "q", "CREATE PROCEDURE @(INOUT a int) LANGUAGE sql AS 'SELECT 1'", "(int)"),
  sql_maker("e", "e", "CREATE TYPE @ AS ENUM ('a', 'b')"),
  sql_maker("e", "e", "CREATE TYPE @ AS (a int, b text)"),
  sql_maker("d", "d", "CREATE DOMAIN @ AS text"),
  maker("s", "s", [[op.create_sequence("@")]]),
  function() -- beyond the transaction
    return ("op.autocommit(function() op.execute(%q) end)"):format(
      "CREATE TABLE " .. full(add("t", "t")) .. " (id int, x text)"
    )
  end,
  function() -- undone
    return ('op.savepoint(function() op.execute("CREATE TABLE %s.%s (a int)") error("no") end)'):format(
      some_schema(),
      new_name("u")
    )
  end,
  function() -- partitions
    local parent = add("parent", "p")
    return execute("CREATE TABLE %s (id int, x text) PARTITION BY RANGE (id)", full(parent))
  end,
  function()
    local parent = one("parent")
    if parent then
      local child = add("child", "c", parent.schema)
      child.parent = parent
      return ("op.create_partition(%q, %q, { from = %d, to = %d })"):format(
        full(parent),
        full(child),
        state.count * 10,
        state.count * 10 + 9
      )
    end
  end,
  function()
    local child = one("child")
    if child then
      child.kind = "t"
      return ("op.detach_partition(%q, %q)"):format(full(child.parent), full(child))
    end
  end,
  function()
    return "op.commit()"
  end,
  of_any(function(object, word) -- names
    local old = altered(object)
    object.name = new_name(object.kind)
    return execute("ALTER %s %s RENAME TO %s", word, old, object.name)
  end),
  of_any(function(object, word) -- schemas
    local old = altered(object)
    local schema = some_schema()
    -- A script does not know the sequences of an earlier table that moves (docs/guide.md).
    if schema ~= object.schema and not (object.counts and state.script) then
      object.schema = schema
      return execute("ALTER %s %s SET SCHEMA %s", word, old, schema)
    end
  end),
  of_any(function(object, word)
    return execute("ALTER %s %s OWNER TO spec_other", word, altered(object))
  end),
  of_any(function(object, word)
    forget(object)
    return execute("DROP %s %s", word, altered(object))
  end),
  function()
    return ('op.grant("usage, create", "schema", %q, "spec_other")'):format(some_schema())
  end,
  function()
    return execute("ALTER SCHEMA %s OWNER TO spec_other", some_schema())
  end,
  function()
    local object = one("t")
    return object
      and ('op.grant("select, update", "table", %q, "spec_other", { columns = { "x" } })'):format(
        full(object)
      )
  end,
  function()
    local object = one("t")
    if object then
      local type = random(2) == 1 and "text" or "serial"
      object.counts = object.counts or counts(type)
      return ("op.add_column(%q, op.column(%q, %q))"):format(full(object), new_name("c"), type)
    end
  end,
  function()
    local object = one("t")
    return object
      and ('op.batch_alter_table(%q, {}, function(batch) batch.drop_column("x") batch.add_column(op.column("x", "text")) end)'):format(
        full(object)
      )
  end,
  function()
    local object = one("v")
    return object
      and ('op.drop_view(%q)\n  op.create_view(%q, "SELECT 5 AS y")'):format(
        full(object),
        full(object)
      )
  end,
  function()
    local object = one("f")
    return object
      and execute(
        "CREATE OR REPLACE FUNCTION %s(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT 2'",
        full(object)
      )
  end,
}

-- What a script does not see: docs/guide.md, "Permissions".
local unseen = {
  function()
    return execute(
      "DO $$ BEGIN CREATE TABLE %s (id int, x text); EXCEPTION WHEN division_by_zero THEN NULL; END $$",
      full(add("t", "t"))
    )
  end,
  function() -- a schema with all that is in it, into the policy and out of it
    local i = random(#state.schemas)
    local old, new = state.schemas[i], new_name(random(3) == 1 and "hidden_" or "app_")
    state.schemas[i] = new
    for _, object in ipairs(state.objects) do
      object.schema = object.schema == old and new or object.schema
    end
    return execute("ALTER SCHEMA %s RENAME TO %s", old, new)
  end,
  function()
    return execute(
      "GRANT ALL ON ALL TABLES IN SCHEMA %s TO %s",
      some_schema(),
      others[random(#others)]
    )
  end,
  function()
    return execute("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %s FROM spec_rw", some_schema())
  end,
  function()
    return execute("REASSIGN OWNED BY spec_owner TO spec_other")
  end,
  function()
    return execute("DROP OWNED BY spec_ro")
  end,
}

local function change()
  local text
  repeat
    text = state.makers[random(#state.makers)]()
  until text
  return "  " .. text
end

local function neap(dir, ...)
  return support.run({ "neap", ... }, { cwd = dir })
end

-- Grants on columns to others than the owner: the policy has none.
local COLUMNS = [[
SELECT string_agg(c.oid::regclass || '.' || t.attname, ' ') FROM pg_class c
JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped CROSS JOIN LATERAL aclexplode(t.attacl) a
WHERE c.relnamespace::regnamespace::text LIKE 'app%' AND a.grantee <> c.relowner]]

local function both()
  return table.move(unseen, 1, #unseen, #makers + 1, table.move(makers, 1, #makers, 1, {}))
end

-- Eight revisions of five changes.
local function write(url, seed, from)
  math.randomseed(seed)
  state = { count = 0, objects = {}, schemas = { "app", "app_b", "hidden" }, makers = from }
  state.script = from == makers
  local list = {
    {
      "r1",
      nil,
      {
        upgrade = 'op.create_schema("app")\n  op.execute("CREATE SCHEMA app_b; CREATE SCHEMA hidden")',
        downgrade = "",
      },
    },
  }
  for i = 2, 9 do
    local lines = {}
    for j = 1, 5 do
      lines[j] = change()
    end
    list[i] = { "r" .. i, "r" .. i - 1, { upgrade = table.concat(lines, "\n"), downgrade = "" } }
  end
  return projects.make(list, { ["neap.lua"] = policy.config(url) })
end

local function run(seed)
  local url = policy.database()
  support.psql(url, "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO spec_other")
  local dir = write(url, seed, both())
  local result = neap(dir, "upgrade", "head")
  assert.equal(0, result.status, result.stderr)
  assert.equal("", policy.wrong(url))
  assert.equal("", support.psql(url, COLUMNS))
  local before = neap(dir, "permissions")
  assert.equal(0, before.status, before.stdout)
  return url, dir
end

-- The same as a script: it runs, and knows what op and statements make.
local function run_script(dir, url)
  local script = neap(dir, "upgrade", "base:head", "--sql")
  assert.equal(0, script.status, script.stderr)
  local file = support.write(support.tempdir() .. "/up.sql", script.stdout)
  local result = support.run({ "psql", "-X", "-q", "-d", url, "-f", file })
  assert.equal("", result.stderr:match("[^\n]*ERROR[^\n]*") or "")
end

describe("forty random changes", function()
  for seed = first, first + runs - 1 do
    it("leave everything as the policy says: seed " .. seed, function()
      local url, dir = run(seed)
      support.psql(
        url,
        "CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE app.planted (a int, b int); ALTER TABLE app.planted OWNER TO spec_other;"
          .. "GRANT UPDATE (b) ON app.planted TO spec_ro; ALTER SCHEMA app OWNER TO spec_owner;"
          .. "GRANT USAGE ON SCHEMA app TO spec_rw; REVOKE USAGE ON SCHEMA app FROM spec_ro"
      )
      local found = neap(dir, "permissions")
      assert.equal(3, found.status)
      assert.matches("table app.planted\n  owner +spec_other, should be spec_owner", found.stdout)
      assert.matches("schema app\n  spec_ro +%-, should be usage", found.stdout)
      assert.matches(("2 of %d objects differ"):format(policy.count(url)), found.stdout, 1, true)
      assert.equal(0, neap(dir, "permissions", "--fix").status)
      assert.equal("", policy.wrong(url))
      assert.equal("", support.psql(url, COLUMNS))
      assert.equal(0, neap(dir, "permissions").status)
      local other = policy.database()
      run_script(dir, other)
      assert.equal(0, neap(dir, "-u", other, "permissions", "--fix").status)
      assert.equal("", policy.wrong(other))
    end)

    it("leave nothing to a script that sees them: seed " .. seed, function()
      local url = policy.database()
      run_script(write(url, seed, makers), url)
      assert.equal("", policy.wrong(url))
    end)
  end
end)
