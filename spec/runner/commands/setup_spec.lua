--- setup and load: from an empty server to a running database.
local catalog = require("spec.support.catalog")
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local number = 0
local made = {}

-- A URL whose database is not there yet.
local function missing(dialect)
  number = number + 1
  if dialect == "sqlite" then
    return "sqlite:" .. support.tempdir() .. "/app.db"
  end
  local name = ("neap_setup_%d_%d"):format(os.time() % 100000, number)
  table.insert(made, name)
  return (support.server():gsub("/postgres%?", "/" .. name .. "?"))
end

teardown(function()
  for _, name in ipairs(made) do
    support.psql(support.server(), ("DROP DATABASE IF EXISTS %s WITH (FORCE)"):format(name))
  end
end)

local function query(url, sql)
  if url:match("^sqlite:") then
    return support.sqlite(url:gsub("^sqlite:", ""), sql)
  end
  return support.psql(url, sql)
end

-- Tables that refer to each other, a view from a directory that is run first, one that is repeatable.
local function project(config)
  return projects.make({
    {
      "aa01",
      nil,
      {
        upgrade = [[
  op.create_table("person", { op.column("id", "integer", { primary_key = true }) })
  op.create_table("pet", { op.column("id", "integer", { primary_key = true }),
    op.column("owner", "integer", { references = "person.id" }) })]],
        downgrade = 'op.drop_table("pet") op.drop_table("person")',
      },
    },
    {
      "bb02",
      "aa01",
      {
        upgrade = 'op.add_column("pet", op.column("name", "text"))',
        downgrade = 'op.drop_column("pet", "name")',
      },
    },
  }, {
    ["neap.lua"] = ([[return {
  url = "sqlite:test.db",
  repeatable = "sql/objects",
  setup = {
    load = "sql/first",
    %s
  },
}]]):format(config or ""),
    ["sql/first/constants.sql"] = "CREATE TABLE constant (name text);\n",
    ["sql/objects/pets.sql"] = "DROP VIEW IF EXISTS pets;\nCREATE VIEW pets AS SELECT name FROM pet;\n",
  })
end

local function neap(dir, url, ...)
  return projects.neap(dir, "-u", url, ...)
end

local function ok(dir, url, ...)
  local result = neap(dir, url, ...)
  assert.equal(0, result.status, result.stderr)
  return result
end

for _, dialect in ipairs({ "sqlite", "postgresql" }) do
  describe("setup on " .. dialect, function()
    local dir, url

    before_each(function()
      dir, url = project(), missing(dialect)
    end)

    it("goes from nothing to the heads, and does nothing the second time", function()
      local result = ok(dir, url, "setup")
      assert.match(
        "^database [%w_.]+ created\n1 SQL file run\n2 revisions applied\n1 repeatable file run\n"
          .. "Done: [%w_.]+ is set up, at bb02%.\n$",
        result.stdout
      )
      assert.equal(
        "0",
        query(url, "SELECT (SELECT count(*) FROM pets) + (SELECT count(*) FROM constant);")
      )
      local before = catalog.everything(url)
      local history = query(url, "SELECT count(*) FROM neap_history;")
      result = ok(dir, url, "setup")
      assert.match("^Nothing to do: [%w_.]+ is set up, at bb02%.\n$", result.stdout)
      assert.equal("", catalog.difference(before, catalog.everything(url)))
      assert.equal(history, query(url, "SELECT count(*) FROM neap_history;"))
    end)

    it("gives the same catalog as upgrade, one revision after the other", function()
      ok(dir, url, "setup")
      local stepwise = missing(dialect)
      ok(dir, stepwise, "create")
      query(stepwise, "CREATE TABLE constant (name text);")
      ok(dir, stepwise, "upgrade", "+1")
      ok(dir, stepwise, "upgrade", "+1")
      assert.equal("", catalog.difference(catalog.schema(stepwise), catalog.schema(url)))
      query(stepwise, "DROP VIEW pets;")
      ok(dir, stepwise, "downgrade", "base")
      ok(dir, stepwise, "upgrade", "head")
      assert.equal("", catalog.difference(catalog.schema(url), catalog.schema(stepwise)))
    end)

    it("goes on where it failed, and says what was done", function()
      local path = dir .. "/migrations/02_bb02.lua"
      local good = support.read(path)
      support.write(path, (good:gsub('"pet"', '"pte"', 1)))
      local result = neap(dir, url, "setup")
      assert.equal(1, result.status)
      assert.match("at migrations/02_bb02.lua:", result.stderr, 1, true)
      assert.match("Rolled back. The database is at aa01.", result.stderr, 1, true)
      assert.match(
        "Done before that: database [%w_.]+ created, 1 SQL file run, 1 revision applied. "
          .. "Run `neap setup` again to go on.",
        result.stderr
      )
      support.write(path, good)
      assert.match(
        "^1 revision applied\n1 repeatable file run\nDone: ",
        ok(dir, url, "setup").stdout
      )
    end)

    it("loads a dump instead of the revisions, and stamps it", function()
      ok(dir, url, "setup")
      query(url, "DROP VIEW pets;")
      ok(dir, url, "downgrade", "aa01")
      local dump = catalog.schema(url)
      if dialect == "sqlite" then
        dump = support
          .sqlite(url:gsub("^sqlite:", ""), ".schema --nosys")
          :gsub("CREATE [%w ]- neap_[^;]*;\n?", "")
      end
      support.write(dir .. "/schema.sql", dump)
      local other = missing(dialect)
      local result = ok(dir, other, "setup", "--from-dump", "schema.sql", "--stamp", "aa01")
      assert.match(
        "^database [%w_.]+ created\nschema.sql loaded\nstamped aa01\n1 revision applied\n"
          .. "1 repeatable file run\nDone: ",
        result.stdout
      )
      ok(dir, url, "upgrade", "head")
      if dialect == "postgresql" then
        assert.equal("", catalog.difference(catalog.schema(url), catalog.schema(other)))
      end
      assert.match(
        "^Nothing to do: ",
        ok(dir, other, "setup", "--from-dump", "schema.sql", "--stamp", "aa01").stdout
      )
    end)

    it("finds what is wrong with a dump before it makes anything", function()
      for _, words in ipairs({
        { "--from-dump", "nowhere.sql" },
        { "--from-dump", "neap.lua", "--stamp", "nope" },
        { "--stamp", "aa01" },
      }) do
        local result = neap(dir, url, "setup", table.unpack(words))
        assert.equal(2, result.status, result.stderr)
        assert.is_nil(result.stdout:find("loaded", 1, true))
      end
    end)

    it("goes on after a dump that was loaded and not stamped", function()
      support.write(dir .. "/schema.sql", "CREATE TABLE pet (id integer);\n")
      ok(dir, url, "setup", "--from-dump", "schema.sql", "--stamp", "aa01")
      query(url, "DROP VIEW pets; DELETE FROM neap_version; ALTER TABLE pet DROP COLUMN name;")
      assert.match(
        "^stamped aa01\n1 revision applied\n",
        ok(dir, url, "setup", "--from-dump", "schema.sql", "--stamp", "aa01").stdout
      )
    end)

    it("says it in JSON", function()
      local lines = projects.decode_lines(ok(dir, url, "--format", "json", "setup").stdout)
      assert.equal(5, #lines)
      local document = lines[5]
      assert.equal(2, document.revisions)
      assert.same({ "bb02" }, document.current)
      assert.equal(4, #document.done)
    end)
  end)
end

describe("setup on postgresql", function()
  local function count(sql)
    return support.psql(support.server(), sql)
  end

  after_each(function()
    for _, name in ipairs(made) do
      support.psql(support.server(), ("DROP DATABASE IF EXISTS %s WITH (FORCE)"):format(name))
    end
    support.psql(
      support.server(),
      "DROP ROLE IF EXISTS neap_setup_app; DROP ROLE IF EXISTS neap_setup_owner"
    )
  end)

  it("makes roles, schemas, extensions and the owner, those that are missing", function()
    local dir = project([[
    database = { owner = "neap_setup_owner", encoding = "UTF8" },
    roles = { "neap_setup_owner", { name = "neap_setup_app", login = true, in_role = { "neap_setup_owner" },
      password = "s3cret" } },
    schemas = { { name = "app", owner = "neap_setup_owner" }, "public" },
    extensions = { "plpgsql", { name = "citext", schema = "app" } },]])
    local url = missing()
    local result = ok(dir, url, "setup")
    assert.match(
      "created\nrole neap_setup_owner\nrole neap_setup_app\nowner neap_setup_owner\nschema app\n"
        .. "extension citext\n1 SQL file run\n",
      result.stdout,
      1,
      true
    )
    assert.is_nil((result.stdout .. result.stderr):find("s3cret", 1, true))
    assert.equal(
      "neap_setup_owner|neap_setup_owner|app|t",
      support.psql(
        url,
        [[SELECT d.datdba::regrole, n.nspowner::regrole, e.extnamespace::regnamespace,
            pg_has_role('neap_setup_app', 'neap_setup_owner', 'member')
          FROM pg_database d, pg_namespace n, pg_extension e
          WHERE d.datname = current_database() AND n.nspname = 'app' AND e.extname = 'citext']]
      )
    )
    assert.match("^Nothing to do", ok(dir, url, "setup").stdout)
    support.psql(url, "DROP EXTENSION citext")
    assert.match("^extension citext\nDone", ok(dir, url, "setup").stdout)
    assert.match("\tsetup\t", (ok(dir, url, "log").stdout:gsub(" +", "\t")))
  end)

  it("runs as neap.lua's role what comes after it", function()
    local dir = project('roles = { "neap_setup_owner" }, schemas = { "app" },')
    local config = support.read(dir .. "/neap.lua")
    support.write(
      dir .. "/neap.lua",
      (config:gsub("{", '{ role = "neap_setup_owner", settings = { search_path = "app" },', 1))
    )
    local url = missing()
    ok(dir, url, "setup", "--unlogged")
    assert.equal(
      "neap_setup_owner|app",
      support.psql(
        url,
        "SELECT relowner::regrole, relnamespace::regnamespace FROM pg_class WHERE relname = 'pet'"
      )
    )
  end)

  it("loads a dump that has the schemas, extensions and owners too", function()
    local dir = project([[
    database = { owner = "neap_setup_owner" },
    roles = { "neap_setup_owner", "neap_setup_app" },
    schemas = { { name = "app", owner = "neap_setup_app" }, { name = "later", owner = "neap_setup_app" } },
    extensions = { { name = "citext", schema = "app" }, "hstore" },]])
    local config = support.read(dir .. "/neap.lua")
    support.write(dir .. "/neap.lua", (config:gsub("{", '{ role = "neap_setup_owner",', 1)))
    local url, other = missing(), missing()
    ok(dir, url, "setup")
    support.write(dir .. "/schema.sql", ok(dir, url, "dump").stdout)
    local result = ok(dir, other, "setup", "--from-dump", "schema.sql")
    assert.match("\nschema.sql loaded\n1 repeatable", result.stdout, 1, true)
    assert.equal(support.read(dir .. "/schema.sql"), ok(dir, other, "dump").stdout)
    assert.match("^Nothing to do", ok(dir, other, "setup", "--from-dump", "schema.sql").stdout)
    -- What the dump lacks is made before it, or after it.
    support.write(dir .. "/part.sql", "CREATE SCHEMA app; CREATE TABLE pet (name text, h hstore)")
    result = ok(dir, missing(), "setup", "--from-dump", "part.sql")
    assert.match(
      "owner neap_setup_owner\nschema later\nextension hstore\npart.sql loaded\nextension citext\nstamped",
      result.stdout,
      1,
      true
    )
  end)

  it("makes the schema of neap's own tables", function()
    local dir = project('schemas = { "own" },')
    local config = support.read(dir .. "/neap.lua")
    support.write(dir .. "/neap.lua", (config:gsub("{", '{ version_table_schema = "own",', 1)))
    local url = missing()
    assert.match("created\nschema own\n1 SQL file run\n", ok(dir, url, "setup").stdout, 1, true)
    assert.match("schema own\n$", ok(dir, url, "log").stdout)
    assert.match("^Nothing to do", ok(dir, url, "setup").stdout)
  end)

  it("applies the policy to what was made otherwise", function()
    local dir = project([=[roles = { "neap_setup_owner" } },
  permissions = { { schema = "public", kind = "table", name = "*", owner = "neap_setup_owner" } },
  helpers = { "helpers",]=])
    support.write(
      dir .. "/schema.sql",
      "CREATE TABLE pet (id integer); CREATE TABLE other (x integer);\n"
    )
    local url = missing()
    local result = ok(dir, url, "setup", "--from-dump", "schema.sql", "--stamp", "aa01")
    assert.match("\npermissions of 1 object set\n", result.stdout, 1, true)
    assert.equal(
      "neap_setup_owner",
      support.psql(url, "SELECT relowner::regrole FROM pg_class WHERE relname = 'other'")
    )
    assert.match(
      "^Nothing to do",
      ok(dir, url, "setup", "--from-dump", "schema.sql", "--stamp", "aa01").stdout
    )
  end)

  it("leaves a state in which nothing is changed outside neap", function()
    local dir = project([=[roles = { "neap_setup_owner" } },
  permissions = { { schema = "public", kind = "table", name = "*", owner = "neap_setup_owner" } },
  fingerprint = true,
  helpers = { "helpers",]=])
    local url = missing()
    ok(dir, url, "setup", "--unlogged")
    ok(dir, url, "verify")
    ok(dir, url, "status")
    local other = missing()
    support.write(dir .. "/schema.sql", "CREATE TABLE pet (id integer);\n")
    ok(dir, other, "setup", "--from-dump", "schema.sql", "--stamp", "aa01")
    ok(dir, other, "verify")
  end)

  it("makes tables unlogged, whatever refers to what", function()
    local dir = project()
    support.write(
      dir .. "/migrations/03_cc03.lua",
      projects.revision("cc03", "bb02", {
        upgrade = [[
  op.execute("CREATE TABLE ring_a (id integer PRIMARY KEY, b integer)")
  op.execute("CREATE TABLE ring_b (id integer PRIMARY KEY, a integer REFERENCES ring_a)")
  op.execute("ALTER TABLE ring_a ADD FOREIGN KEY (b) REFERENCES ring_b")
  op.execute("CREATE TABLE node (id integer PRIMARY KEY, parent integer REFERENCES node)")
  op.execute("CREATE TABLE parted (day date) PARTITION BY RANGE (day)")
  op.execute("CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")]],
        downgrade = 'op.execute("DROP TABLE ring_a, ring_b, node, parted")',
      })
    )
    local url = missing()
    local result = ok(dir, url, "setup", "--unlogged")
    assert.match("5 tables made unlogged\n", result.stdout, 1, true)
    assert.match("2 tables stay logged, ring_a among them", result.stderr, 1, true)
    assert.equal(
      "constant node parted_1 person pet",
      (
        support
          .psql(
            url,
            "SELECT relname FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r' ORDER BY 1"
          )
          :gsub("\n", " ")
      )
    )
    assert.match("^Nothing to do", ok(dir, url, "setup", "--unlogged").stdout)
  end)

  it("refuses --unlogged where it is protected", function()
    local dir = projects.line({ ["neap.lua"] = "return { protected = true }" })
    local result = neap(dir, missing(), "setup", "--unlogged")
    assert.equal(1, result.status)
    assert.match("setup --unlogged refuses it", result.stderr, 1, true)
    assert.equal(
      "0",
      count("SELECT count(*) FROM pg_database WHERE datname = '" .. made[#made] .. "'")
    )
  end)

  it("names a wrong entry before anything is made", function()
    for config, message in pairs({
      ['roles = { { name = "a", lgoin = true } }'] = "neap.lua: setup.roles: a: ",
      ['schemas = { { name = "a", owner = 1 } }'] = "neap.lua: setup.schemas: a: ",
      ['extensions = { { name = "a", versoin = "1" } }'] = "neap.lua: setup.extensions: a: ",
      ["extensions = 1"] = "neap.lua: setup: extensions[1]: expected a name, got number",
      ["rolls = {}"] = 'neap.lua: setup: unknown key rolls (did you mean "roles"?)',
      ['load = "objects"'] = "neap.lua: setup.load: objects is not below",
    }) do
      local dir = projects.line({ ["neap.lua"] = ("return { setup = { %s } }"):format(config) })
      local result = neap(dir, missing(), "setup")
      assert.equal(2, result.status, result.stderr)
      assert.match(message, result.stderr, 1, true)
      assert.equal(
        "0",
        count("SELECT count(*) FROM pg_database WHERE datname = '" .. made[#made] .. "'")
      )
    end
  end)

  it(
    "names a file that cannot be read, or a server that cannot be reached, before anything is made",
    function()
      for path, text in pairs({
        ["sql/first/bad.sql"] = "\255",
        ["sql/objects/bad.sql"] = "\255",
        ["migrations/03_bad.lua"] = "revision = 1",
      }) do
        local dir = project()
        support.write(dir .. "/" .. path, text)
        local result = neap(dir, missing(), "setup")
        assert.equal(2, result.status, result.stderr)
        assert.match(path, result.stderr, 1, true)
        assert.equal("", result.stdout)
        assert.equal(
          "0",
          count("SELECT count(*) FROM pg_database WHERE datname = '" .. made[#made] .. "'")
        )
      end
      local result = neap(project(), "postgresql:///app?host=/nowhere", "setup")
      assert.equal(5, result.status)
      assert.match("cannot connect to postgresql:///app?host=/nowhere", result.stderr, 1, true)
    end
  )

  it("shares its roles with other databases that are set up at the same time", function()
    local dir = project('roles = { "neap_setup_owner", "neap_setup_app" },')
    local running = {}
    for i = 1, 4 do
      running[i] = support.start({ "neap", "-u", missing(), "setup" }, { cwd = dir })
    end
    for i = 1, 4 do
      local result = running[i].wait(60)
      assert.equal(0, result.status, result.stderr)
    end
    assert.equal("2", count("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'neap\\_setup%'"))
  end)

  it("says when the rights are missing, and what was done", function()
    support.psql(support.server(), "CREATE ROLE neap_setup_app LOGIN CREATEDB")
    local url = missing():gsub("user=%w+", "user=neap_setup_app")
    local result = neap(project('roles = { "neap_setup_owner" },'), url, "setup")
    assert.equal(1, result.status)
    assert.match("permission denied to create role", result.stderr, 1, true)
    assert.match("Done before that: database [%w_]+ created. Run `neap setup`", result.stderr)
  end)
end)

describe("load", function()
  for _, database in ipairs(support.databases) do
    it("runs a file in one transaction, in an empty database, on " .. database.dialect, function()
      local dir, url = projects.line(), database.new()
      support.write(
        dir .. "/schema.sql",
        "BEGIN;\nCREATE TABLE a (x integer);\nINSERT INTO a VALUES (1);\nCOMMIT;\n"
      )
      assert.equal("schema.sql loaded\n", ok(dir, url, "load", "schema.sql").stdout)
      assert.equal("1", database.query(url, "SELECT x FROM a;"))
      local result = neap(dir, url, "load", "schema.sql")
      assert.equal(1, result.status)
      assert.match("the database is not empty: it has [%w.]*a\n", result.stderr)
      assert.match("--force", result.stderr, 1, true)
      support.write(dir .. "/more.sql", "CREATE TABLE b (x integer);\n")
      ok(dir, url, "load", "more.sql", "--force")
      ok(dir, url, "stamp", "head")
      assert.match("cc03", ok(dir, url, "current").stdout)
    end)

    it("begins the history, when the dump is neap's own, on " .. database.dialect, function()
      local dir, url, copy = projects.line(), database.new(), database.new()
      ok(dir, url, "upgrade", "head")
      support.write(dir .. "/schema.sql", ok(dir, url, "dump").stdout)
      ok(dir, copy, "load", "schema.sql")
      assert.match(" load +cc03 +ok .* schema.sql\n$", ok(dir, copy, "log").stdout)
      assert.equal(support.read(dir .. "/schema.sql"), ok(dir, copy, "dump").stdout)
      assert.match("created .* schema.sql\n +create table", ok(dir, copy, "blame", "t_aa01").stdout)
      ok(dir, copy, "status")
    end)

    it("undoes all of a file that fails, and names the line, on " .. database.dialect, function()
      local dir, url = projects.line(), database.new()
      support.write(
        dir .. "/schema.sql",
        "CREATE TABLE a (x integer);\n\nCREATE TABLE a (y integer);\n"
      )
      local result = neap(dir, url, "load", "schema.sql")
      assert.equal(1, result.status)
      assert.match("already exists", result.stderr, 1, true)
      assert.match("\n  at schema.sql:3", result.stderr, 1, true)
      assert.match("Rolled back: nothing of the file was loaded.", result.stderr, 1, true)
      support.write(dir .. "/schema.sql", "CREATE TABLE a (x integer);\n")
      ok(dir, url, "load", "schema.sql")
    end)
  end

  it("reads what pg_dump writes, with data", function()
    local dir, url = project(), missing()
    ok(dir, url, "setup")
    support.psql(url, "INSERT INTO person VALUES (1); INSERT INTO pet VALUES (1, 1, 'Rex')")
    support.write(dir .. "/all.sql", support.must({ "pg_dump", url }))
    local other = missing()
    assert.match(
      "^database [%w_]+ created\nall.sql loaded\nDone: [%w_]+ is set up, at bb02",
      ok(dir, other, "setup", "--from-dump", "all.sql").stdout
    )
    assert.equal("Rex", support.psql(other, "SELECT name FROM pets"))
    support.write(dir .. "/schema.sql", support.must({ "pg_dump", "-s", url }))
    assert.match(
      "schema.sql loaded\nstamped bb02\n1 repeatable file run\nDone: ",
      ok(dir, missing(), "setup", "--from-dump", "schema.sql").stdout,
      1,
      true
    )
    support.write(dir .. "/create.sql", support.must({ "pg_dump", "--create", "-s", url }))
    local third = missing()
    ok(dir, third, "create")
    local result = neap(dir, third, "load", "create.sql")
    assert.equal(1, result.status)
    assert.match("at create.sql:%d+", result.stderr)
    assert.match("Dump without --create", result.stderr, 1, true)
    support.write(dir .. "/archive", support.must({ "pg_dump", "-Fc", "-s", url }))
    result = neap(dir, third, "load", "archive")
    assert.equal(2, result.status)
    assert.match("archive is an archive of pg_dump, not SQL", result.stderr, 1, true)
    support.write(
      dir .. "/roles.sql",
      "CREATE TABLE a (b integer); GRANT SELECT ON a TO neap_setup_nobody;"
    )
    result = neap(dir, third, "load", "roles.sql")
    assert.match(
      'role "neap_setup_nobody" does not exist\n  at roles.sql:1',
      result.stderr,
      1,
      true
    )
    assert.match("Roles are not in a dump", result.stderr, 1, true)
  end)

  it("reads what the sqlite3 shell dumps, with data in any order", function()
    local dir, url = project(), missing("sqlite")
    ok(dir, url, "setup")
    support.sqlite(
      url:gsub("^sqlite:", ""),
      "INSERT INTO person VALUES (1); INSERT INTO pet VALUES (1, 1, 'Rex');"
    )
    support.write(dir .. "/all.sql", support.sqlite(url:gsub("^sqlite:", ""), ".dump"))
    local other = missing("sqlite")
    ok(dir, other, "setup", "--from-dump", "all.sql")
    assert.equal("Rex", support.sqlite(other:gsub("^sqlite:", ""), "SELECT name FROM pets;"))
    support.sqlite(url:gsub("^sqlite:", ""), "CREATE VIRTUAL TABLE words USING fts5 (word);")
    support.write(dir .. "/all.sql", support.sqlite(url:gsub("^sqlite:", ""), ".dump"))
    local left = missing("sqlite")
    local result = neap(dir, left, "load", "all.sql")
    assert.equal(1, result.status)
    assert.match("The shell's .dump makes virtual tables so", result.stderr, 1, true)
    assert.is_nil(support.read(left:gsub("^sqlite:", "")), "an empty database is left")
    support.write(dir .. "/model.lua", "")
    result = neap(dir, url, "diff", "all.sql", "model.lua")
    assert.equal(1, result.status)
    assert.match("The shell's .dump makes virtual tables so", result.stderr, 1, true)
  end)

  it("leaves an SQLite database that was there when it fails, though it is empty", function()
    local dir, url = project(), missing("sqlite")
    ok(dir, url, "create")
    support.write(dir .. "/bad.sql", "CREATE TABLE t (id integer); CREATE TABLE nothing (;")
    assert.equal(1, neap(dir, url, "load", "bad.sql").status)
    assert.equal("", support.read(url:gsub("^sqlite:", "")))
  end)

  it("reads standard input", function()
    local dir = projects.line()
    local result = support.run(
      { "neap", "load", "-" },
      { cwd = dir, stdin = "CREATE TABLE a (x integer);\nCREATE TABLE a (y integer);\n" }
    )
    assert.match("\n  at standard input:2:14\n", result.stderr, 1, true)
    result = support.run(
      { "neap", "load", "-" },
      { cwd = dir, stdin = "CREATE TABLE a (x integer);\n" }
    )
    assert.equal("standard input loaded\n", result.stdout)
  end)

  it("refuses what it cannot read, and --force where it is protected", function()
    local dir = projects.line({ ["neap.lua"] = 'return { url = "sqlite:a.db", protected = true }' })
    support.write(dir .. "/bad.sql", "SELECT '\255';")
    for words, message in pairs({
      [{ "nowhere.sql" }] = "cannot read nowhere.sql",
      [{ "migrations" }] = "cannot read migrations",
      [{ "bad.sql" }] = "bad.sql is not UTF-8: byte 9",
    }) do
      local result = projects.neap(dir, "load", table.unpack(words))
      assert.equal(2, result.status, result.stderr)
      assert.match(message, result.stderr, 1, true)
    end
    local result = projects.neap(dir, "load", "bad.sql", "--force")
    assert.equal(1, result.status)
    assert.match("load --force refuses it", result.stderr, 1, true)
  end)
end)
