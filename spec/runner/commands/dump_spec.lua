local catalog = require("spec.support.catalog")
local support = require("spec.support")

local ROLES = [[
DO $$ BEGIN CREATE ROLE reflect_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE reflect_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
]]

local function dump(url, ...)
  return support.must({ "neap", "-u", url, "dump", ... }, { cwd = support.project() })
end

local function load(url, sql)
  if url:match("^sqlite:") then
    return support.sqlite(url:gsub("^sqlite:", ""), sql)
  end
  return support.psql(url, sql)
end

-- pg_dump without what stands in the order in which it was said.
local function judged(url)
  local text = catalog.schema(url):gsub("WITH (%b())", function(list)
    local parts = {}
    for part in list:sub(2, -2):gmatch("[^,]+") do
      parts[#parts + 1] = part:match("^%s*(.-)%s*$")
    end
    table.sort(parts)
    return "WITH (" .. table.concat(parts, ", ") .. ")"
  end)
  local lines = {}
  for line in text:gmatch("[^\n]+") do
    lines[#lines + 1] = line:gsub(",$", "")
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

describe("neap dump", function()
  it("gives every feature of PostgreSQL back, in the eyes of pg_dump too", function()
    local version = tonumber(support.psql(support.server(), "SHOW server_version_num"))
    local texts = { ROLES }
    for _, since in ipairs({ 13, 14, 15, 18 }) do
      if version >= since * 10000 then
        local suffix = since == 13 and "" or "_" .. since
        texts[#texts + 1] = support.read(("spec/lua/reflect/everything%s.sql"):format(suffix))
      end
    end
    local original, copy = support.postgres(), support.postgres()
    support.psql(original, table.concat(texts, "\n"))
    local text = dump(original)
    support.psql(copy, text)
    assert.equal("", catalog.difference(text, dump(copy)))
    assert.equal("", catalog.difference(judged(original), judged(copy)))
    assert.is_true(#text > 20000)
  end)

  it("gives the same bytes whatever order things were made in", function()
    local parts = {
      "CREATE TABLE b (id integer PRIMARY KEY, x text)",
      "CREATE TABLE a (id integer PRIMARY KEY, c integer)",
      "CREATE VIEW z AS SELECT 1 AS one",
      "CREATE VIEW y AS SELECT 2 AS two",
    }
    local later = {
      "CREATE INDEX i1 ON a (c)",
      "CREATE INDEX i2 ON b (x)",
      "CREATE INDEX i0 ON b (id, x)",
    }
    for _, database in ipairs(support.databases) do
      local dumps = {}
      for side = 1, 2 do
        local url = database.new()
        local statements = {}
        for _, list in ipairs({ parts, later }) do
          for i = 1, #list do
            statements[#statements + 1] = list[side == 1 and i or #list + 1 - i]
          end
        end
        if database.dialect == "postgresql" then
          table.insert(
            statements,
            side == 1 and "GRANT SELECT ON a TO reflect_reader" or "GRANT INSERT ON a TO PUBLIC"
          )
          table.insert(
            statements,
            side == 1 and "GRANT INSERT ON a TO PUBLIC" or "GRANT SELECT ON a TO reflect_reader"
          )
          table.insert(statements, 1, (ROLES:gsub(";%s*$", "")))
        end
        load(url, table.concat(statements, ";\n") .. ";")
        dumps[side] = dump(url)
      end
      assert.equal(dumps[1], dumps[2])
      assert.is_truthy(dumps[1]:find("CREATE INDEX i0", 1, true))
    end
  end)

  it("lays SQLite's tables out in one way, whatever ALTER TABLE made of them", function()
    local one, other =
      "sqlite:" .. support.tempdir() .. "/a.db", "sqlite:" .. support.tempdir() .. "/b.db"
    load(
      one,
      [[CREATE TABLE t (id integer primary key, "select" text, c integer default 5);
      CREATE INDEX ix ON t ("select");]]
    )
    load(
      other,
      [[CREATE TABLE u(id integer primary key,[select]   text);
      ALTER TABLE u ADD COLUMN c integer default 5; ALTER TABLE u RENAME TO t;
      CREATE INDEX ix ON t ("select");]]
    )
    assert.equal(dump(one), dump(other))
    assert.is_truthy(
      dump(one):find('CREATE TABLE t (\n    id integer primary key,\n    "select" text,', 1, true)
    )
  end)

  it("keeps every word of an odd SQLite schema", function()
    local url, copy =
      "sqlite:" .. support.tempdir() .. "/a.db", "sqlite:" .. support.tempdir() .. "/b.db"
    load(
      url,
      [[
      CREATE TABLE "odd ""t" (id integer primary key autoincrement, "a b" text default "str" collate nocase,
        [c d] varchar(10) NOT NULL DEFAULT 'x''y', e generated always as (id * 2) stored, f check (f in ("a", 'b')));
      CREATE TABLE commented (a int, -- why
        b int);
      CREATE TABLE p (a text, b text, primary key (a, b desc), unique (b) on conflict ignore) without rowid;
      CREATE TABLE q (a int references p2 (x) on delete set null deferrable initially deferred, CHECK (a > 0)) strict;
      CREATE UNIQUE INDEX ix ON q (a collate nocase desc, (a + 1)) WHERE a IS NOT NULL;
      CREATE VIEW v (one) AS SELECT a FROM q;
      CREATE VIEW commented_view AS SELECT 1 AS one -- it ends; here
      ;
      CREATE INDEX commented_index ON q (a) -- it ends; here
      ;
      CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN INSERT INTO q (a) VALUES (new.one); SELECT 1; END;
      CREATE VIRTUAL TABLE fts USING fts5(body);
      CREATE VIEW unclosed AS SELECT 1 AS one /* it ends; nowhere]]
    )
    local text = dump(url)
    load(copy, text)
    assert.equal(text, dump(copy))
    for _, word in ipairs({
      'default "str"',
      "on conflict ignore",
      "-- why",
      "deferrable initially deferred",
      "fts5",
    }) do
      assert.is_truthy(text:find(word, 1, true), word)
    end
    assert.is_nil(text:find("fts_data", 1, true))
    assert.is_nil(text:find("it ends", 1, true))
  end)

  for _, database in ipairs(support.databases) do
    it("takes the revisions along, on " .. database.dialect, function()
      local project = support.project({
        ["migrations/a.lua"] = 'revision = "aaaa"\nfunction upgrade() op.create_table("t", { op.column("id", "integer") }) end\n',
      })
      local url, copy = database.new(), database.new()
      support.must({ "neap", "-u", url, "upgrade", "head" }, { cwd = project })
      local text = support.must({ "neap", "-u", url, "dump" }, { cwd = project })
      load(copy, text)
      assert.equal(
        "aaaa\n",
        (support.must({ "neap", "-u", copy, "current" }, { cwd = project }):gsub(" .*\n", "\n"))
      )
      support.must({ "neap", "-u", copy, "upgrade", "head" }, { cwd = project })
      local bare = support.must({ "neap", "-u", url, "dump", "--no-stamp" }, { cwd = project })
      assert.is_nil(bare:find("neap_", 1, true))
      assert.equal(bare, text:sub(1, #bare))
    end)
  end

  it("leaves owners and grants out when told", function()
    local url = support.postgres()
    support.psql(url, ROLES .. "CREATE TABLE a (b int); GRANT SELECT ON a TO reflect_reader")
    assert.is_truthy(dump(url):find("GRANT SELECT ON TABLE public.a TO reflect_reader;", 1, true))
    assert.is_truthy(dump(url):find("ALTER TABLE public.a OWNER TO ", 1, true))
    local bare = dump(url, "--no-owner", "--no-grants")
    assert.is_nil(bare:find("GRANT", 1, true) or bare:find("OWNER", 1, true))
  end)

  it("writes a file, and one schema alone", function()
    local url, dir = support.postgres(), support.project()
    support.psql(url, "CREATE SCHEMA app; CREATE TABLE app.a (b int); CREATE TABLE c (d int)")
    local out = support.must(
      { "neap", "-u", url, "dump", "--schema", "app", "--output", "x.sql" },
      { cwd = dir }
    )
    assert.equal("", out)
    local text = support.read(dir .. "/x.sql")
    assert.is_truthy(text:find("CREATE TABLE app.a", 1, true))
    assert.is_nil(text:find("public.c", 1, true))
  end)

  it("does not take a file that is not there for an empty database", function()
    local dir = support.project()
    local result = support.run({ "neap", "dump" }, { cwd = dir })
    assert.equal(5, result.status)
    assert.equal("", result.stdout)
    assert.match(
      "there is no database sqlite:test.db\n  `neap create` makes it",
      result.stderr,
      1,
      true
    )
  end)

  it("writes into what is no file, and leaves a link one", function()
    local dir = support.project()
    support.must(
      { "sh", "-c", "ln -s real.sql link.sql && : >real.sql && mkfifo pipe" },
      { cwd = dir }
    )
    support.must({ "neap", "create" }, { cwd = dir })
    support.must({ "neap", "dump", "-o", "link.sql" }, { cwd = dir })
    assert.equal("", support.must({ "find", "link.sql", "!", "-type", "l" }, { cwd = dir }))
    assert.match("^%-%- The schema", support.read(dir .. "/real.sql"))
    local text = support.must(
      { "sh", "-c", 'cat pipe & "$0" dump -o pipe; wait', support.bin },
      { cwd = dir }
    )
    assert.match("^%-%- The schema", text)
    assert.equal("", support.must({ "find", "pipe", "!", "-type", "p" }, { cwd = dir }))
    local result = support.run({ "neap", "dump", "-o", "migrations" }, { cwd = dir })
    assert.equal(2, result.status)
    assert.match("cannot write migrations: it is a directory", result.stderr, 1, true)
  end)

  it("refuses a schema that is not there, and schemas on SQLite", function()
    local dir = support.project()
    local result = support.run(
      { "neap", "-u", support.postgres(), "dump", "--schema", "nowhere" },
      { cwd = dir }
    )
    assert.equal(2, result.status)
    assert.is_truthy(result.stderr:find('there is no schema "nowhere"', 1, true))
    support.must({ "neap", "create" }, { cwd = dir })
    result = support.run({ "neap", "dump", "--schema", "main" }, { cwd = dir })
    assert.equal(2, result.status)
    assert.is_truthy(result.stderr:find("SQLite has no schemas", 1, true))
  end)

  it("says on stderr what it does not know", function()
    local url = support.postgres()
    support.psql(
      url,
      [[CREATE TYPE odd;
      CREATE FUNCTION odd_in(cstring) RETURNS odd LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
      CREATE FUNCTION odd_out(odd) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
      CREATE TYPE odd (INPUT = odd_in, OUTPUT = odd_out, LIKE = integer);]]
    )
    local result = support.run({ "neap", "-u", url, "dump" }, { cwd = support.project() })
    assert.equal(0, result.status)
    assert.is_truthy(result.stderr:find("not in the dump: type public.odd", 1, true))
  end)

  it("has what belongs to the database, unless a schema is asked for", function()
    local url, dir = support.postgres(), support.project()
    support.psql(url, "CREATE TABLE t (a int); CREATE PUBLICATION p FOR TABLE t")
    local text = support.must({ "neap", "-u", url, "dump" }, { cwd = dir })
    assert.is_truthy(text:find("CREATE PUBLICATION p\nFOR TABLE public.t\n", 1, true))
    local again = support.postgres()
    support.psql(again, text)
    assert.equal(text, support.must({ "neap", "-u", again, "dump" }, { cwd = dir }))
    text = support.must({ "neap", "-u", url, "dump", "--schema", "public" }, { cwd = dir })
    assert.is_nil(text:find("PUBLICATION", 1, true))
  end)
end)
