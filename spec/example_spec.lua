--- The example project: neap.lua, migrations/, helpers/, sql/ of this repository, on both databases.
local catalog = require("spec.support.catalog")
local support = require("spec.support")

local function neap(url, ...)
  return support.must({ "neap", "-u", url, ... })
end

-- Every revision in an order in which it can be applied, with what undoes it alone.
local revisions = {
  { "3d9a1f0c5b27", undo = "base" },
  { "b52e8c6f1d40", undo = "3d9a1f0c5b27" },
  { "6e07d4b9a3c8", undo = "b52e8c6f1d40" },
  { "f18b2c5d7e90", undo = "6e07d4b9a3c8" },
  { "09c4e7a61b3f", undo = "f18b2c5d7e90" },
  { "d7f0931c4e6a", undo = "09c4e7a61b3f" },
  { "5ab83e2f9d14", undo = "d7f0931c4e6a" },
  { "17f6c0d2e8b5", undo = "5ab83e2f9d14" },
  { "a08e5b9c3f62", undo = "17f6c0d2e8b5" },
  { "c2e615f8b07d", undo = "adoption@base" },
  { "e94d70b3a51c", undo = "c2e615f8b07d" },
  { "74b1d6e0f9a3", undo = "a08e5b9c3f62" },
  { "2f5c8a9b0e71", undo = "74b1d6e0f9a3" },
  { "8d3e6f17c5b0", undo = "2f5c8a9b0e71" },
  { "b6a94c7e2d08", undo = "8d3e6f17c5b0" },
  { "41e7f9d0c8a6", undo = "b6a94c7e2d08" },
  { "9c0d2b8e6f35", undo = "41e7f9d0c8a6" },
}

local function lines(text)
  local count = 0
  for _ in text:gmatch("[^\n]+") do
    count = count + 1
  end
  return count
end

local function file_count(pattern)
  local pipe = io.popen("ls -1 " .. pattern)
  local text = pipe:read("a")
  pipe:close()
  return lines(text)
end

describe("the example project", function()
  it("is as large as the README says", function()
    assert.equal(#revisions, file_count("migrations/*.lua"))
    assert.is_true(file_count("sql/procs/*.sql sql/views/*.sql sql/views/*/*.sql") >= 36)
  end)

  for _, database in ipairs(support.databases) do
    describe("on " .. database.dialect, function()
      local postgresql = database.dialect == "postgresql"
      -- Roles belong to the server: other specs may be at work in other databases of it.
      local function roles(url)
        return postgresql and catalog.roles(url, "crash_") or ""
      end

      it(
        "is set up from an empty server by the README's one command, as upgrade makes it",
        function()
          local readme = support.read("README.md")
          local words = readme:match("\n    build/neap %-u postgresql:///crashes (%l+)\n")
          assert.equal("setup", words)
          local url = database.new()
          neap(url, "drop", "--yes")
          assert.match("^database [%w_.]+ created\n17 revisions applied\nDone: ", neap(url, words))
          local upgraded = database.new()
          neap(upgraded, "upgrade", "heads")
          assert.equal("", catalog.difference(catalog.schema(upgraded), catalog.schema(url)))
          assert.match("^Nothing to do: ", neap(url, words))
          if postgresql then
            local found = support.psql(
              url,
              [=[SELECT (SELECT count(*) FROM pg_roles WHERE starts_with(rolname, 'crash_')),
                 (SELECT count(*) > 10 FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
                 (SELECT count(*) FROM pg_views WHERE schemaname = 'public'),
                 (SELECT count(*) > 10 FROM information_schema.table_privileges WHERE starts_with(grantee, 'crash_'))]=]
            )
            assert.equal("2|t|15|t", found)
          end
          neap(upgraded, "downgrade", "base")
          neap(url, "downgrade", "base")
        end
      )

      it("goes up, down to nothing, and up to the same again", function()
        local url = database.new()
        local empty, no_roles = postgresql and catalog.schema(url) or "", roles(url)
        assert.equal("", no_roles)

        neap(url, "upgrade", "head")
        local full = catalog.schema(url)
        assert.is_true(#full > #empty + 5000, full)
        assert.equal(postgresql and "crash_analyst\ncrash_collector" or "", roles(url))

        neap(url, "downgrade", "base")
        assert.equal("", catalog.difference(empty, catalog.schema(url)))
        assert.equal("", roles(url))

        neap(url, "upgrade", "head")
        assert.equal("", catalog.difference(full, catalog.schema(url)))
        neap(url, "downgrade", "base")
      end)

      it("undoes each revision without a trace", function()
        local url = database.new()
        local without = postgresql and catalog.schema(url) or ""
        for _, revision in ipairs(revisions) do
          local id = revision[1]
          neap(url, "upgrade", id)
          local with = catalog.schema(url)
          neap(url, "downgrade", revision.undo)
          assert.equal("", catalog.difference(without, catalog.schema(url)), id)
          neap(url, "upgrade", id)
          assert.equal("", catalog.difference(with, catalog.schema(url)), id)
          without = with
        end
        assert.equal("9c0d2b8e6f35", neap(url, "current"):match("%x+"))
        neap(url, "downgrade", "base")
      end)

      it("makes the same as its own script", function()
        local online, offline = database.new(), database.new()
        neap(online, "upgrade", "head")
        local script = neap(offline, "upgrade", "base:head", "--sql")
        database.query(offline, script)
        assert.equal("", catalog.difference(catalog.schema(online), catalog.schema(offline)))
        assert.equal(neap(online, "current"), neap(offline, "current"))
        neap(offline, "downgrade", "base")
        neap(online, "downgrade", "base")
      end)

      it("has views that can be read and tables that can be filled", function()
        local url = database.new()
        neap(url, "upgrade", "head")
        database.query(
          url,
          [[
          INSERT INTO signatures (id, signature, first_report, last_report)
          VALUES (1, 'mozalloc_abort | moon::Phase', '2026-02-10 12:00:00', '2026-02-10 12:00:00');
          INSERT INTO crash_reports (uuid, received, release_id, signature_id, exploitability)
          SELECT '00000000-0000-0000-0000-000000000001', '2026-02-11 01:00:00', min(id), 1, 4 FROM releases;
          INSERT INTO daily_users (day, release_id, users)
          SELECT '2026-02-11', min(id), 200 FROM releases;
          ]]
        )
        assert.match(
          "^2026%-02%-11 01:00:00",
          database.query(url, "SELECT last_report FROM signatures WHERE id = 1;")
        )
        assert.equal("200|1", database.query(url, "SELECT users, reports FROM reports_per_user;"))
        assert.equal(
          "9.0\n10.0b2\n10.0",
          database.query(url, "SELECT version FROM releases_in_order ORDER BY position;")
        )
        local views = database.query(
          url,
          postgresql and "SELECT viewname FROM pg_views WHERE schemaname = 'public' ORDER BY 1"
            or "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY 1;"
        )
        assert.equal(15, lines(views), views)
        for view in views:gmatch("[^\n]+") do
          database.query(url, ("SELECT * FROM %s;"):format(view))
        end
        neap(url, "downgrade", "base")
      end)
    end)
  end

  describe("on postgresql only", function()
    it("keeps the definition of a function that it replaces", function()
      local url = support.postgres()
      local function source()
        return support.psql(url, "SELECT prosrc FROM pg_proc WHERE proname = 'top_crashers'")
      end
      neap(url, "upgrade", "b6a94c7e2d08")
      local before = source()
      assert.match("FROM crash_reports", before, 1, true)
      neap(url, "upgrade", "41e7f9d0c8a6")
      assert.match("FROM signature_counts", source(), 1, true)
      neap(url, "downgrade", "b6a94c7e2d08")
      assert.equal(before, source())
      neap(url, "downgrade", "base")
    end)

    it("has procedures that work together", function()
      local url = support.postgres()
      neap(url, "upgrade", "head")
      local answer = support.psql(
        url,
        [[
        SELECT add_release('Moonrise', '11.0', 'beta', current_date - 10) IS NOT NULL;
        SELECT add_report(gen_random_uuid(), now(), 'Moonrise', '11.0', 'beta', 'hang | moon::Tide');
        SELECT add_report(gen_random_uuid(), now(), 'Moonrise', '11.0', 'beta', 'hang | moon::Tide');
        SELECT add_report(gen_random_uuid(), now(), 'Moonrise', '11.0', 'beta', 'moon::Rise');
        SELECT written FROM count_signatures_between(utc_day(now()) - 1, utc_day(now()));
        SELECT rank, signature, reports, share FROM top_crashers('Moonrise');
        SELECT kind FROM search_signatures('TIDE');
        SELECT record_users('Moonrise', '11.0', 'beta', utc_day(now()), 300);
        SELECT reports, users, per_hundred_users FROM crash_rates('Moonrise', utc_day(now()), utc_day(now()));
        SELECT link_bug(77, 'moon::Rise');
        SELECT close_bug(77);
        SELECT cardinality(array(SELECT drop_weeks_before('2026-01-20')));
        ]]
      )
      assert.equal(
        table.concat({
          "t",
          "t",
          "t",
          "t",
          "0",
          "2",
          "1|hang \\| moon::Tide|2|66.7",
          "2|moon::Rise|1|33.3",
          "hang",
          "",
          "3|300|1.00",
          "",
          "1",
          "2",
        }, "\n"),
        (answer:gsub("hang | moon", "hang \\| moon"))
      )
      neap(url, "downgrade", "base")
    end)
  end)
end)
