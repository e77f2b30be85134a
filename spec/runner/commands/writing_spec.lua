--- init, revision, merge, edit: what they write, and what they never overwrite.
local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local function files(dir)
  return support.must({ "sh", "-c", "find . -type f | sort" }, { cwd = dir })
end

describe("init", function()
  it("lays out a project that works at once", function()
    local dir = support.tempdir()
    assert.equal(
      "created app/neap.lua\ncreated app/migrations\ncreated app/helpers\ncreated app/sql\ncreated app/neap.mk\ncreated app/.gitignore\n",
      projects.must(dir, "init", "app")
    )
    dir = dir .. "/app"
    local path = projects.must(dir, "revision", "-m", "create account"):gsub("\n$", "")
    assert.matches("^migrations/%d+_%x+_create_account%.lua$", path)
    projects.must(dir, "upgrade", "head")
    assert.equal(0, projects.neap(dir, "status").status)
    projects.must(dir, "downgrade", "base")
    assert.is_not_nil(support.read(dir .. "/app.db"))
  end)

  it("keeps what is there", function()
    local dir = support.tempdir()
    support.write(dir .. "/neap.lua", "return {}\n")
    assert.equal(
      "created migrations\ncreated helpers\ncreated sql\ncreated neap.mk\ncreated .gitignore\nkept neap.lua\n",
      projects.must(dir, "init")
    )
    assert.equal("return {}\n", support.read(dir .. "/neap.lua"))
    local value = projects.json(dir, "init")
    assert.same({}, value.created)
    assert.equal(6, #value.kept)
  end)

  for _, template in ipairs({ "generic", "sqlite", "postgresql", "alembic" }) do
    it("has the template " .. template, function()
      local dir = support.tempdir()
      projects.must(dir, "init", "--template", template)
      projects.must(dir, "heads")
      assert.matches("return {", support.read(dir .. "/neap.lua"))
    end)
  end

  it("writes a Makefile fragment that works", function()
    local dir = support.tempdir()
    projects.must(dir, "init", "db")
    support.write(dir .. "/Makefile", "include db/neap.mk\n")
    local function make(...)
      return support.run({ "make", "-s", "NEAP=" .. support.bin, ... }, { cwd = dir })
    end
    local result = make("db-revision", 'MSG=it\'s "new"; $(touch pwned) `touch pwned`')
    assert.equal(0, result.status, result.stderr)
    assert.is_nil(support.read(dir .. "/pwned"))
    assert.equal(2, make("db-check").status)
    assert.equal(0, make("db-upgrade").status)
    assert.equal(0, make("db-check").status)
    assert.equal(0, make("db-status").status)
    assert.matches("COMMIT;", make("db-sql").stdout)
    assert.equal(0, make("db-downgrade").status)
  end)
end)

describe("revision", function()
  it("follows the head", function()
    local dir = projects.line()
    local path = projects.must(dir, "revision", "-m", "Add e-mail!", "--rev-id", "dd04")
    assert.matches("^migrations/%d%d%d%d%d%d%d%d_dd04_add_e_mail%.lua\n$", path)
    assert.equal("dd04 (head), Add e-mail!\n", projects.must(dir, "heads"))
    local text = support.read(dir .. "/" .. path:gsub("\n", ""))
    assert.matches('^%-%-%- Add e%-mail!\n\nrevision = "dd04"\ndown_revision = "cc03"\n', text)
  end)

  it("is an object with --format json", function()
    local value = projects.json(projects.line(), "revision", "-m", "x")
    assert.matches("^%x%x%x%x%x%x%x%x%x%x%x%x$", value.revision)
    assert.matches(value.revision, value.path)
    assert.equal("x", value.message)
  end)

  it("starts a base, a branch, with labels and dependencies", function()
    local dir = projects.line()
    projects.must(
      dir,
      "revision",
      "-m",
      "b",
      "--head",
      "base",
      "--rev-id",
      "x1",
      "--branch-label",
      "billing"
    )
    projects.must(dir, "revision", "-m", "c", "--head", "aa01", "--splice", "--rev-id", "x2")
    projects.must(
      dir,
      "revision",
      "-m",
      "d",
      "--head",
      "billing@head",
      "--rev-id",
      "x3",
      "--depends-on",
      "cc",
      "--depends-on",
      "x2"
    )
    local found = projects.json(dir, "show", "x3")[1]
    assert.equal("x1", found.down_revision)
    assert.same({ "cc03", "x2" }, found.depends_on)
    assert.same({ "billing" }, found.branch_labels)
    projects.must(
      dir,
      "revision",
      "-m",
      "e",
      "--head",
      "x2",
      "--rev-id",
      "x4",
      "--depends-on",
      "billing"
    )
    assert.same({ "x1" }, projects.json(dir, "show", "x4")[1].depends_on)
    assert.matches(
      'depends_on = { "billing" }',
      support.must({ "sh", "-c", "cat migrations/*x4*" }, { cwd = dir })
    )
  end)

  it("goes on from a revision that was deleted", function()
    local dir = support.project({
      ["neap.lua"] = 'return { url = "sqlite:test.db", pruned = { "ae10" } }\n',
    })
    projects.must(dir, "revision", "-m", "first", "--rev-id", "aa01")
    assert.equal("ae10", projects.json(dir, "show", "aa01")[1].down_revision)
    projects.must(dir, "revision", "-m", "other", "--rev-id", "bb02", "--head", "ae10")
    assert.equal("ae10", projects.json(dir, "show", "bb02")[1].down_revision)
    projects.must(dir, "revision", "-m", "third", "--rev-id", "cc03", "--head", "aa01")
    assert.matches("^aa01 %-> cc03 %(head%), third\n", projects.must(dir, "history", "-r", "cc03"))
  end)

  it("goes to the directory of what it follows", function()
    local dir = projects.make({ { "aa01" } }, {
      ["neap.lua"] = 'return { url = "sqlite:test.db", migrations = { "migrations", "more" } }\n',
      ["more/01_bb.lua"] = projects.revision("bb02", nil),
    })
    assert.matches("^more/", projects.must(dir, "revision", "-m", "x", "--head", "bb02"))
    assert.matches("^migrations/", projects.must(dir, "revision", "-m", "x", "--head", "aa01"))
    assert.matches(
      "^more/",
      projects.must(dir, "revision", "-m", "x", "--head", "base", "--version-path", "more")
    )
    local result = projects.neap(dir, "revision", "-m", "x", "--head", "base")
    assert.equal(2, result.status)
    assert.matches("%-%-version%-path: migrations, more", result.stderr)
  end)

  it("writes SQL files and loads them", function()
    local dir = projects.line()
    projects.must(dir, "revision", "-m", "views", "--sql-file", "--rev-id", "dd04")
    assert.equal("-- upgrade dd04: views\n", support.read(dir .. "/sql/dd04_views.up.sql"))
    support.write(dir .. "/sql/dd04_views.up.sql", "CREATE VIEW v AS SELECT 1;\n")
    support.write(dir .. "/sql/dd04_views.down.sql", "DROP VIEW v;\n")
    projects.must(dir, "upgrade", "head")
    assert.equal(
      "v",
      support.sqlite(dir .. "/test.db", "SELECT name FROM sqlite_master WHERE type = 'view'")
    )
    projects.must(dir, "downgrade", "-1")
    assert.equal(
      "",
      support.sqlite(dir .. "/test.db", "SELECT name FROM sqlite_master WHERE type = 'view'")
    )
  end)

  it("leaves no SQL files behind when it fails", function()
    local dir = projects.line()
    local before = files(dir)
    local result = projects.neap(dir, "revision", "-m", "x", "--sql-file", "--rev-id", "bb02")
    assert.equal(2, result.status)
    assert.equal(before, files(dir))
  end)

  it("keeps a message in one line, whatever it holds", function()
    local dir = projects.line()
    projects.must(
      dir,
      "revision",
      "-m",
      'a\nos.execute("touch x") --[[ \r\n]]',
      "--rev-id",
      "dd04",
      "--sql-file"
    )
    assert.equal(
      'a os.execute("touch x") --[[  ]]',
      projects.json(dir, "heads")[1].message:gsub("  +", "  ")
    )
    projects.must(dir, "upgrade", "head")
    assert.is_nil(support.read(dir .. "/x"))
  end)

  it("runs the hook, and says so when that fails", function()
    local dir = projects.line({
      ["neap.lua"] = 'return { url = "sqlite:test.db", hooks = { '
        .. 'after_write = function(f) print("wrote", f.path) end } }\n',
    })
    local _, stderr = projects.must(dir, "revision", "-m", "x")
    assert.matches("^wrote\tmigrations/", stderr)
    support.write(
      dir .. "/neap.lua",
      'return { url = "sqlite:test.db", hooks = { after_write = function() error("no formatter") end } }\n'
    )
    local result = projects.neap(dir, "revision", "-m", "y")
    assert.is_true(result.status ~= 0)
    assert.matches("no formatter", result.stderr)
    assert.matches("is written", result.stderr)
  end)
end)

describe("merge", function()
  it("joins the heads", function()
    local dir = projects.branches()
    local path = projects.must(
      dir,
      "merge",
      "heads",
      "-m",
      "join",
      "--rev-id",
      "ff06",
      "--branch-label",
      "joined"
    )
    assert.matches("ff06_join%.lua\n$", path)
    local found = projects.json(dir, "heads")
    assert.equal(1, #found)
    assert.same({ "cc03", "ee05" }, found[1].down_revision)
    projects.must(dir, "upgrade", "joined")
    projects.must(dir, "downgrade", "base")
  end)

  it("takes ids and labels, and has a message of its own", function()
    local dir = projects.branches()
    projects.must(dir, "merge", "cc", "billing@head")
    assert.equal("merge cc03 and ee05", projects.json(dir, "heads")[1].message)
  end)

  it("takes current", function()
    local dir = projects.branches()
    projects.must(dir, "upgrade", "heads")
    projects.must(dir, "merge", "current")
    assert.equal(1, #projects.json(dir, "heads"))
  end)
end)

describe("edit", function()
  local function edit(dir, env, ...)
    return support.run({ "neap", ... }, { cwd = dir, env = env })
  end

  it("runs $VISUAL, then $EDITOR, without a shell", function()
    local dir = projects.line()
    assert.equal("migrations/03_cc03.lua\n", edit(dir, { EDITOR = "echo" }, "edit", "head").stdout)
    assert.equal(
      "-n migrations/03_cc03.lua\n",
      edit(dir, { VISUAL = "  printf  %s\\040%s\\n -n", EDITOR = "false" }, "edit", "head").stdout
    )
    assert.equal(
      "$(touch x) migrations/01_aa01.lua\n",
      edit(dir, { EDITOR = "echo $(touch x)" }, "edit", "aa").stdout
    )
    assert.is_nil(support.read(dir .. "/x"))
    assert.equal(1, edit(dir, { EDITOR = "false" }, "edit", "head").status)
  end)

  it("opens all that the target names", function()
    local dir = projects.branches()
    assert.equal(
      "migrations/03_cc03.lua migrations/05_ee05.lua\n",
      edit(dir, { EDITOR = "echo" }, "edit", "heads").stdout
    )
    projects.must(dir, "upgrade", "bb02")
    assert.equal(
      "migrations/02_bb02.lua\n",
      edit(dir, { EDITOR = "echo" }, "edit", "current").stdout
    )
  end)

  it("says what is wrong with the editor", function()
    local result = edit(projects.line(), { EDITOR = "no-such-editor" }, "edit", "head")
    assert.equal(1, result.status)
    assert.matches(
      "cannot run the editor no%-such%-editor: No such file or directory",
      result.stderr
    )
  end)

  it("follows revision and merge with --edit", function()
    local dir = projects.line()
    local result =
      edit(dir, { EDITOR = "cat" }, "revision", "-m", "x", "--edit", "--rev-id", "dd04")
    assert.equal(0, result.status, result.stderr)
    assert.matches("^migrations/%d+_dd04_x%.lua\n%-%-%- x\n", result.stdout)
  end)
end)
