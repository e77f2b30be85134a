--- Wrong command lines, configurations, headers, graphs, identifiers and revisions: the exit status,
--- one message that names the thing, its file and line, and a database in which nothing has changed.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local revision = projects.revision

-- The second revision of the line, with another body of upgrade(): line 7 is its first line.
local function third(upgrade, fields)
  fields = fields or {}
  fields.upgrade = upgrade
  return revision("cc03", "bb02", fields)
end

local function header(lines)
  return { ["migrations/04_dd04.lua"] = lines .. "\nfunction upgrade() end\n" }
end

local function config(text)
  return { ["neap.lua"] = text }
end

-- what it is, the words after neap, exit status, lines of the message (patterns, in this order), files.
local rows = {
  command_lines = {
    {
      "no such command",
      { "upgrad" },
      2,
      { 'there is no command "upgrad"', "Did you mean `neap upgrade`" },
    },
    {
      "no such option",
      { "upgrade", "head", "--dry" },
      2,
      { "upgrade has no option %-%-dry", "%-%-dry%-run" },
    },
    { "no such letter", { "heads", "-Z" }, 2, { "heads has no option %-Z" } },
    { "a target missing", { "upgrade" }, 2, { "upgrade needs TARGET", "head, heads" } },
    {
      "a target missing for downgrade",
      { "downgrade" },
      2,
      { "downgrade needs TARGET", "%-1, base" },
    },
    { "a target missing for stamp", { "stamp" }, 2, { "stamp needs TARGET\n", "TARGET is head" } },
    { "a revision missing for show", { "show" }, 2, { "show needs REV" } },
    { "two targets", { "upgrade", "bb02", "cc03" }, 2, { 'so "cc03" is one argument too many' } },
    { "an argument too many", { "heads", "now" }, 2, { "heads takes no arguments" } },
    {
      "a wrong choice",
      { "heads", "--format", "yaml" },
      2,
      { '%-%-format expects text or json, not "yaml"' },
    },
    {
      "a wrong mode",
      { "upgrade", "head", "--transaction", "each" },
      2,
      { "revision, all or none" },
    },
    {
      "a wrong duration",
      { "upgrade", "head", "--wait", "soon" },
      2,
      { "%-%-wait expects a duration" },
    },
    {
      "a negative duration",
      { "upgrade", "head", "--wait=-1" },
      2,
      { "%-%-wait expects a duration" },
    },
    {
      "a wrong time",
      { "log", "--since", "yesterday" },
      2,
      { "%-%-since expects a time such as" },
    },
    {
      "a time that no calendar has",
      { "log", "--until", "2026-13-01" },
      2,
      { "%-%-until expects a time such as" },
    },
    {
      "a wrong direction",
      { "log", "--direction", "upgade" },
      2,
      { "%-%-direction expects one of upgrade, downgrade", "Did you mean %-%-direction upgrade" },
    },
    { "a wrong number", { "log", "-n", "ten" }, 2, { "%-%-limit expects a number" } },
    { "a value for a flag", { "heads", "--resolve-dependencies=yes" }, 2, { "takes no value" } },
    { "a value missing", { "heads", "-C" }, 2, { "%-C needs a value: %-C DIR" } },
    { "quiet and verbose", { "heads", "-q", "-v" }, 2, { "%-q and %-v contradict" } },
    {
      "a directory that is not there",
      { "-C", "nowhere", "heads" },
      2,
      { "nowhere: No such file" },
    },
    { "-x without a key", { "-x", "=1", "heads" }, 2, { "%-x expects KEY=VALUE" } },
    {
      "a script and a dry run",
      { "upgrade", "head", "--sql", "--dry-run" },
      2,
      { "%-%-dry%-run has no meaning" },
    },
    {
      "a purge in a script",
      { "stamp", "head", "--sql", "--purge" },
      2,
      { "%-%-purge has no meaning" },
    },
    { "a downgrade script without a start", { "downgrade", "base", "--sql" }, 2, { "base" } },
    { "a revision without a message", { "revision" }, 2, { "%-m MSG" } },
    { "a message of blanks", { "revision", "-m", "  " }, 2, { "needs a message" } },
    { "a revision id with a minus", { "revision", "-m", "x", "--rev-id", "a-b" }, 2, { "a%-b" } },
    {
      "a revision id that is long",
      { "revision", "-m", "x", "--rev-id", ("a"):rep(65) },
      2,
      { "64" },
    },
    {
      "a revision id that is used",
      { "revision", "-m", "x", "--rev-id", "bb02" },
      2,
      { "bb02", "02_bb02%.lua" },
    },
    {
      "a revision id that is a symbol",
      { "revision", "-m", "x", "--rev-id", "heads" },
      2,
      { "heads" },
    },
    {
      "a revision after one that is followed",
      { "revision", "-m", "x", "--head", "aa01" },
      2,
      { "aa01 is not a head", "01_aa01%.lua:3", "%-%-splice" },
    },
    { "a revision after nothing known", { "revision", "-m", "x", "--head", "zz" }, 2, { "zz" } },
    {
      "a label that is a symbol",
      { "revision", "-m", "x", "--branch-label", "head" },
      2,
      { "head" },
    },
    { "a label that is an id", { "revision", "-m", "x", "--branch-label", "bb02" }, 2, { "bb02" } },
    {
      "a dependency that is unknown",
      { "revision", "-m", "x", "--depends-on", "zz" },
      2,
      { "zz" },
    },
    {
      "a directory that is not listed",
      { "revision", "-m", "x", "--version-path", "helpers" },
      2,
      { "helpers is not one of the migrations directories" },
      { ["helpers/x.lua"] = "return {}\n" },
    },
    { "autogenerate", { "revision", "-m", "x", "--autogenerate" }, 2, { "there is no model" } },
    { "a merge of one", { "merge", "heads" }, 2, { "two revisions or more" } },
    { "a merge of what is below", { "merge", "cc03-1", "cc03" }, 2, { "no relative identifiers" } },
    {
      "a merge of no head",
      { "merge", "aa01", "cc03" },
      2,
      { "aa01 is not a head", "01_aa01%.lua:3" },
    },
    { "nothing to show", { "show", "base" }, 2, { '"base" names no revision' } },
    {
      "a template that is not there",
      { "init", "--template", "mysql" },
      2,
      { "generic, sqlite, postgresql or alembic" },
    },
  },
  identifiers = {
    { "unknown", { "upgrade", "cc04" }, 2, { "cc04", "cc03" } },
    { "unknown for show", { "show", "nothing" }, 2, { "nothing" } },
    {
      "ambiguous",
      { "upgrade", "cc" },
      2,
      { "cc03", "cc33" },
      { ["migrations/05_cc33.lua"] = revision("cc33", "cc03") },
    },
    { "empty", { "upgrade", "" }, 2, { '""' } },
    {
      "several heads for head",
      { "upgrade", "head" },
      2,
      { "cc03", "dd04", "heads" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "bb02") },
    },
    {
      "several heads for revision",
      { "revision", "-m", "x" },
      2,
      { "there are 2: cc03, dd04", "%-%-head" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "bb02") },
    },
    { "too far up", { "upgrade", "+5" }, 2, { "%+5", "1" } },
    { "too far down", { "downgrade", "-5" }, 2, { "%-5", "2" } },
    { "too far from a revision", { "upgrade", "aa01+9" }, 2, { "aa01%+9" } },
    { "up with a minus", { "upgrade", "-1" }, 2, { "%-1" } },
    { "down with a plus", { "downgrade", "+1" }, 2, { "%+1" } },
    { "current for upgrade", { "upgrade", "current" }, 2, { "current" } },
    { "no such label", { "upgrade", "billing@head" }, 2, { "billing" } },
    { "two at signs", { "upgrade", "a@b@c" }, 2, { "a@b@c" } },
    { "a range online", { "upgrade", "aa01:cc03" }, 2, { "aa01:cc03", "%-%-sql" } },
    { "a range reversed", { "upgrade", "cc03:aa01", "--sql" }, 2, { "cc03", "aa01" } },
    { "a range reversed for history", { "history", "-r", "cc03:aa01" }, 2, { "cc03", "aa01" } },
    { "three ends", { "history", "-r", "aa01:bb02:cc03" }, 2, { "aa01:bb02:cc03" } },
    { "current in a script", { "upgrade", "current:head", "--sql" }, 2, { "current" } },
    { "a sign without a number", { "upgrade", "aa01+" }, 2, { "aa01%+" } },
    { "a huge number", { "upgrade", "+99999999999999999999" }, 2, { "%+99999999999999999999" } },
  },
  configurations = {
    { "not there", { "-c", "nowhere.lua", "heads" }, 2, { "nowhere%.lua" } },
    { "a syntax error", { "heads" }, 2, { "neap%.lua:2" }, config("return {\n  url = = 1,\n}\n") },
    {
      "an error on the way",
      { "heads" },
      2,
      { "oh no", "neap%.lua:2" },
      config('local x = 1\nerror("oh no")\n'),
    },
    { "no table", { "heads" }, 2, { "neap%.lua", "table" }, config('return "sqlite:test.db"\n') },
    {
      "an unknown key",
      { "heads" },
      2,
      { "migration", "migrations" },
      config('return { migration = "migrations" }\n'),
    },
    { "a wrong type", { "heads" }, 2, { "url", "string" }, config("return { url = 5 }\n") },
    {
      "a wrong mode",
      { "heads" },
      2,
      { "transaction", "revision" },
      config('return { url = "sqlite:test.db", transaction = "each" }\n'),
    },
    {
      "a wrong duration",
      { "heads" },
      2,
      { "lock_timeout" },
      config('return { url = "sqlite:test.db", lock_timeout = "soon" }\n'),
    },
    {
      "no such directory",
      { "heads" },
      2,
      { "migrationz" },
      config('return { url = "sqlite:test.db", migrations = "migrationz" }\n'),
    },
    {
      "no such environment",
      { "-e", "productoin", "heads" },
      2,
      { "productoin", "production" },
      config('return { url = "sqlite:test.db", environments = { production = {} } }\n'),
    },
    { "no database", { "current" }, 2, { "url" }, config("return {}\n") },
    { "no such kind of database", { "-u", "mysql://root@localhost/x", "current" }, 2, { "mysql" } },
    {
      "no kind of database for a script",
      { "upgrade", "head", "--sql" },
      2,
      { "%-%-dialect" },
      config("return {}\n"),
    },
    { "bytecode", { "heads" }, 2, { "neap%.lua" }, config(string.dump(function() end)) },
  },
  headers = {
    {
      "a name misspelt",
      { "heads" },
      2,
      { "down_revison", "down_revision", "04_dd04%.lua:2" },
      header('revision = "dd04"\ndown_revison = "cc03"'),
    },
    { "no id", { "heads" }, 2, { "04_dd04%.lua" }, header('down_revision = "cc03"') },
    {
      "an id that is computed",
      { "heads" },
      2,
      { "04_dd04%.lua:1" },
      header('revision = "dd" .. "04"\ndown_revision = "cc03"'),
    },
    {
      "an id with an at sign",
      { "heads" },
      2,
      { "dd@04", "04_dd04%.lua:1" },
      header('revision = "dd@04"\ndown_revision = "cc03"'),
    },
    {
      "an id with a blank",
      { "heads" },
      2,
      { "dd 04", "04_dd04%.lua:1" },
      header('revision = "dd 04"\ndown_revision = "cc03"'),
    },
    {
      "an id that is long",
      { "heads" },
      2,
      { "64", "04_dd04%.lua:1" },
      header(('revision = %q\ndown_revision = "cc03"'):format(("d"):rep(65))),
    },
    {
      "an id that is a number",
      { "heads" },
      2,
      { "04_dd04%.lua:1" },
      header('revision = 404\ndown_revision = "cc03"'),
    },
    {
      "a header name later",
      { "heads" },
      2,
      { "04_dd04%.lua:3" },
      header('revision = "dd04"\nlocal x = 1\ndown_revision = "cc03"'),
    },
    {
      "a string that does not end",
      { "heads" },
      2,
      { "04_dd04%.lua:1" },
      header('revision = "dd04\ndown_revision = "cc03"'),
    },
    {
      "a symbol as a label",
      { "heads" },
      2,
      { "head", "04_dd04%.lua:3" },
      header('revision = "dd04"\ndown_revision = "cc03"\nbranch_labels = "head"'),
    },
    {
      "transaction as a string",
      { "heads" },
      2,
      { "transaction", "04_dd04%.lua:3" },
      header('revision = "dd04"\ndown_revision = "cc03"\ntransaction = "no"'),
    },
    { "an empty file", { "heads" }, 2, { "04_dd04%.lua" }, { ["migrations/04_dd04.lua"] = "" } },
  },
  graphs = {
    {
      "two files with one id",
      { "heads" },
      2,
      { "bb02", "02_bb02%.lua", "04_bb02%.lua" },
      { ["migrations/04_bb02.lua"] = revision("bb02", "aa01") },
    },
    {
      "a down revision that is not there",
      { "heads" },
      2,
      { "zz99", "04_dd04%.lua:4" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "zz99") },
    },
    {
      "a dependency that is not there",
      { "heads" },
      2,
      { "zz99", "04_dd04%.lua" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "cc03", { depends = "zz99" }) },
    },
    {
      "a circle",
      { "heads" },
      2,
      { "aa01", "01_aa01%.lua" },
      { ["migrations/01_aa01.lua"] = revision("aa01", "cc03") },
    },
    {
      "a revision after itself",
      { "heads" },
      2,
      { "dd04", "04_dd04%.lua" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "dd04") },
    },
    {
      "a label used twice",
      { "heads" },
      2,
      { "billing", "04_dd04%.lua", "05_ee05%.lua" },
      {
        ["migrations/04_dd04.lua"] = revision("dd04", "aa01", { labels = "billing" }),
        ["migrations/05_ee05.lua"] = revision("ee05", "aa01", { labels = "billing" }),
      },
    },
    {
      "a label that is an id",
      { "heads" },
      2,
      { "bb02", "04_dd04%.lua", "02_bb02%.lua" },
      { ["migrations/04_dd04.lua"] = revision("dd04", "aa01", { labels = "bb02" }) },
    },
    {
      "a merge of one with itself",
      { "heads" },
      2,
      { "cc03", "04_dd04%.lua" },
      { ["migrations/04_dd04.lua"] = revision("dd04", { "cc03", "cc03" }) },
    },
  },
  revisions = {
    {
      "an error of its own",
      { "upgrade", "head" },
      1,
      { "cc03 %(revision cc03%) failed: oh no", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('error("oh no")') },
    },
    {
      "a syntax error",
      { "upgrade", "head" },
      1,
      { "03_cc03%.lua:8" },
      { ["migrations/03_cc03.lua"] = third("op.execute(") },
    },
    {
      "a value that is nil",
      { "upgrade", "head" },
      1,
      { "failed: .*nothing", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third("nothing.here()") },
    },
    {
      "a directive misspelt",
      { "upgrade", "head" },
      1,
      { "add_colum", "add_column", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('op.add_colum("t_aa01", op.column("y", "text"))') },
    },
    {
      "an option misspelt",
      { "upgrade", "head" },
      1,
      { "nulable", "nullable", "at migrations/03_cc03%.lua:7" },
      {
        ["migrations/03_cc03.lua"] = third(
          'op.add_column("t_aa01", op.column("y", "text", { nulable = true }))'
        ),
      },
    },
    {
      "an argument missing",
      { "upgrade", "head" },
      1,
      { "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('op.add_column("t_aa01")') },
    },
    {
      "wrong SQL after right SQL",
      { "upgrade", "head" },
      1,
      {
        "no such table: t_zz",
        "at migrations/03_cc03%.lua:8",
        "SQL: DROP TABLE t_zz",
        "Rolled back%. The database is at bb02%.",
      },
      {
        ["migrations/03_cc03.lua"] = third(
          'op.execute("CREATE TABLE t_new (x int)")\n  op.execute("DROP TABLE t_zz")'
        ),
      },
    },
    {
      "COMMIT",
      { "upgrade", "head" },
      1,
      { "COMMIT", "at migrations/03_cc03%.lua:7", "op%.commit" },
      { ["migrations/03_cc03.lua"] = third('op.execute("CREATE TABLE t_new (x int); COMMIT")') },
    },
    {
      "BEGIN",
      { "upgrade", "head" },
      1,
      { "BEGIN", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('op.execute("BEGIN")') },
    },
    {
      "io",
      { "upgrade", "head" },
      1,
      { "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('io.open("/etc/passwd")') },
    },
    {
      "a helper that is not there",
      { "upgrade", "head" },
      1,
      { "accounts", "03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('require("accounts")') },
    },
    {
      "a helper that fails",
      { "upgrade", "head" },
      1,
      { "oh no", "at migrations/03_cc03%.lua:7", "via helpers/accounts%.lua:2" },
      {
        ["migrations/03_cc03.lua"] = third('require("accounts").own()'),
        ["helpers/accounts.lua"] = 'return { own = function()\n  error("oh no")\nend }\n',
      },
    },
    {
      "an SQL file that is not there",
      { "upgrade", "head" },
      1,
      { "nothing%.sql", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('op.load_sql("nothing.sql")'), ["sql/x.sql"] = "" },
    },
    {
      "an SQL file outside",
      { "upgrade", "head" },
      1,
      { "%.%./neap%.lua", "at migrations/03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third('op.load_sql("../neap.lua")'), ["sql/x.sql"] = "" },
    },
    {
      "wrong SQL in a file",
      { "upgrade", "head" },
      1,
      { "no such table: t_zz", "at migrations/03_cc03%.lua:7", "sql/bad%.sql:2" },
      {
        ["migrations/03_cc03.lua"] = third('op.load_sql("bad.sql")'),
        ["sql/bad.sql"] = "CREATE TABLE t_new (x int);\nDROP TABLE t_zz;\n",
      },
    },
    {
      "no upgrade()",
      { "upgrade", "head" },
      1,
      { "upgrade", "03_cc03%.lua" },
      { ["migrations/03_cc03.lua"] = 'revision = "cc03"\ndown_revision = "bb02"\n' },
    },
    {
      "one that never ends",
      { "upgrade", "head" },
      1,
      { "03_cc03%.lua:7" },
      { ["migrations/03_cc03.lua"] = third("local function f() return f() + 1 end f()") },
    },
    {
      "one that has no way back",
      { "downgrade", "-1" },
      1,
      { "bb02", "02_bb02%.lua" },
      { ["migrations/02_bb02.lua"] = revision("bb02", "aa01", { downgrade = false }) },
    },
    {
      "one that was edited after it was applied",
      { "downgrade", "-1" },
      6,
      { "bb02", "edited after it was applied", "02_bb02%.lua" },
      {
        ["migrations/02_bb02.lua"] = revision(
          "bb02",
          "aa01",
          { downgrade = 'op.execute("SELECT 1")' }
        ),
      },
    },
  },
}

-- Everything in the database but the audit trail, which notes failures too.
local function contents(path)
  return support.sqlite(
    path,
    "SELECT * FROM sqlite_master ORDER BY name; SELECT * FROM neap_version ORDER BY 1;\n.dump 't_%'"
  )
end

local base
local function copy_of_base()
  base = base or projects.line()
  if not support.read(base .. "/test.db") then
    projects.must(base, "upgrade", "bb02", "-q")
  end
  local dir = support.tempdir()
  support.must({ "cp", "-r", base .. "/.", dir })
  return dir
end

describe("wrong", function()
  local count = 0
  for _, kind in ipairs({
    "command_lines",
    "identifiers",
    "configurations",
    "headers",
    "graphs",
    "revisions",
  }) do
    for _, row in ipairs(rows[kind]) do
      count = count + 1
      local name, words, status, patterns, files = table.unpack(row)
      it(kind:gsub("_", " ") .. ": " .. name, function()
        local dir = copy_of_base()
        for path, text in pairs(files or {}) do
          support.write(dir .. "/" .. path, text)
        end
        local before = contents(dir .. "/test.db")
        local listing = support.must({ "find", dir, "-type", "f" })
        local result = projects.neap(dir, table.unpack(words))
        assert.equal(status, result.status, result.stderr)
        local _, messages = ("\n" .. result.stderr):gsub("\nneap: ", "")
        assert.equal(1, messages, result.stderr)
        local from = 1
        for _, pattern in ipairs(patterns) do
          local at = result.stderr:find(pattern)
          assert.is_not_nil(at, ("no %q in:\n%s"):format(pattern, result.stderr))
          from = at
        end
        assert.is_true(from >= 1)
        assert.is_nil(result.stderr:find("stack traceback", 1, true), result.stderr)
        assert.equal(before, contents(dir .. "/test.db"))
        assert.equal(listing, support.must({ "find", dir, "-type", "f" }))
      end)
    end
  end

  it("input comes in sixty forms at least", function()
    assert.is_true(count >= 60, "only " .. count)
  end)
end)
