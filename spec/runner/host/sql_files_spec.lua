local host = require("neap.host")
local support = require("spec.support")

-- Runs a revision offline in a project with these files.
local function run(dir, body, options)
  local opened = assert(host.open({ config = dir .. "/neap.lua" }))
  local call = options or {}
  call.text = 'revision = "1f2e"\nfunction upgrade()\n' .. body .. "\nend\n"
  call.dialect = call.dialect or "postgresql"
  local result = opened:run(call)
  local plain = dir:gsub("%p", "%%%0")
  if result.error then
    result.error.message = result.error.message:gsub(plain .. "/", "")
    result.error.via = result.error.via and result.error.via:gsub(plain .. "/", "")
  end
  for _, file in ipairs(result.files) do
    file.path = file.path:gsub(plain .. "/", "")
  end
  return result
end

local function assert_sql(expected, result)
  assert.is_true(result.ok, result.error and result.error.message)
  assert.equal(expected, (result.sql:gsub("%s+", " "):gsub(" $", "")))
end

local function assert_refused(message, result)
  assert.is_false(result.ok)
  assert.equal("failed", result.error.kind)
  assert.equal(message, result.error.message)
  assert.equal("migrations/a.lua:3", result.error.at)
  assert.equal("", result.sql)
end

describe("op.load_sql", function()
  it("reads a file below the sql root and notes it", function()
    local text = "\u{FEFF}SELECT 'é';\r\nSELECT 2;\r\n"
    local result =
      run(support.project({ ["sql/procs/a.sql"] = text }), 'op.load_sql("procs/a.sql")')
    assert_sql("SELECT 'é'; SELECT 2;", result)
    assert.equal(1, #result.files)
    assert.equal("sql", result.files[1].kind)
    assert.equal("sql/procs/a.sql", result.files[1].path)
    assert.equal("SELECT 'é';\r\nSELECT 2;\r\n", result.files[1].text)
  end)

  it("finds the copy that neap freeze has made for this revision", function()
    local dir = support.project({
      ["sql/a.sql"] = "SELECT 'today'",
      ["sql/.at/1f2e/a.sql"] = "SELECT 'then'",
      ["sql/.at/other/a.sql"] = "SELECT 'other'",
    })
    local result = run(dir, 'op.load_sql("a.sql")')
    assert_sql("SELECT 'then';", result)
    assert.equal("sql/.at/1f2e/a.sql", result.files[1].path)
  end)

  it("names the file, line and column of a statement that fails", function()
    local dir = support.project({ ["sql/a.sql"] = "SELECT 1;\n\nSELECT nonsense;\n" })
    local result = run(dir, 'op.load_sql("a.sql")', { url = "sqlite::memory:" })
    assert.is_false(result.ok)
    assert.equal("migrations/a.lua:3", result.error.at)
    assert.equal("sql/a.sql:3:8", result.error.via)
  end)

  it("refuses what leaves the root", function()
    local dir = support.project({
      ["secret.sql"] = "SELECT 1",
      ["sql/a.sql"] = "SELECT 2",
      ["out/b.sql"] = "SELECT 3",
    })
    os.execute(
      (
        "cd %s/sql && ln -s ../secret.sql link.sql && ln -s %s/secret.sql absolute.sql && ln -s ../out out && "
        .. "ln -s a.sql inside.sql"
      ):format(dir, dir)
    )
    local function refused(path, message)
      assert_refused(message, run(dir, ("op.load_sql(%q)"):format(path)))
    end
    local leaves = '"%s" leaves the directory of SQL files, sql'
    refused("../secret.sql", leaves:format("../secret.sql"))
    refused("x/../../secret.sql", leaves:format("x/../../secret.sql"))
    refused("..", leaves:format(".."))
    refused("link.sql", leaves:format("link.sql") .. ", through a link")
    refused("absolute.sql", leaves:format("absolute.sql") .. ", through a link")
    refused("out/b.sql", leaves:format("out/b.sql") .. ", through a link")
    assert_sql("SELECT 2;", run(dir, 'op.load_sql("inside.sql")'))
    local result = run(dir, ('op.load_sql("%s/secret.sql")'):format(dir))
    assert.is_false(result.ok)
    assert.truthy(result.error.message:find("is absolute", 1, true))
  end)

  it("refuses what is no regular file, without waiting for it", function()
    local dir = support.project({ ["sql/dir/x"] = "" })
    os.execute(("cd %s/sql && mkfifo fifo.sql && ln -s nowhere dangling.sql"):format(dir))
    assert_refused("cannot read sql/dir: it is not a regular file", run(dir, 'op.load_sql("dir")'))
    assert_refused(
      "cannot read sql/fifo.sql: it is not a regular file",
      run(dir, 'op.load_sql("fifo.sql")')
    )
    assert_refused(
      "cannot read sql/dangling.sql: No such file or directory",
      run(dir, 'op.load_sql("dangling.sql")')
    )
    assert_refused(
      "cannot read sql/none.sql: No such file or directory",
      run(dir, 'op.load_sql("none.sql")')
    )
  end)

  it("says where a file is not UTF-8", function()
    local dir = support.project({ ["sql/a.sql"] = "SELECT 1;\n-- caf\xE9\n" })
    assert_refused(
      "sql/a.sql is not UTF-8: line 2, byte 7 is 0xE9",
      run(dir, 'op.load_sql("a.sql")')
    )
  end)

  it("says that there is no sql directory", function()
    assert_refused(
      "cannot open sql (sql in neap.lua): No such file or directory",
      (function()
        local result = run(support.project({}), 'op.load_sql("a.sql")')
        result.error.message = result.error.message:gsub("open /.*/sql", "open sql")
        return result
      end)()
    )
  end)
end)

describe("op.load_sql_dir", function()
  local dir = support.project({
    ["sql/procs/b.sql"] = "SELECT 'b'",
    ["sql/procs/a.sql"] = "SELECT 'a'",
    ["sql/procs/a0.sql"] = "SELECT 'a0'",
    ["sql/procs/B.sql"] = "SELECT 'B'",
    ["sql/procs/.hidden.sql"] = "SELECT 'hidden'",
    ["sql/procs/readme.txt"] = "no",
    ["sql/procs/sub/c.sql"] = "SELECT 'c'",
    ["sql/procs/directory.sql/d.sql"] = "SELECT 'd'",
  })

  it("runs the .sql files in the order of their bytes", function()
    assert_sql(
      "SELECT 'B'; SELECT 'a'; SELECT 'a0'; SELECT 'b';",
      run(dir, 'op.load_sql_dir("procs")')
    )
    assert_sql(
      "SELECT 'B'; SELECT 'a'; SELECT 'a0'; SELECT 'b';",
      run(dir, 'op.load_sql_dir("./procs/")')
    )
  end)

  it("goes into directories, and takes a pattern", function()
    assert_sql(
      "SELECT 'B'; SELECT 'a'; SELECT 'a0'; SELECT 'b'; SELECT 'd'; SELECT 'c';",
      run(dir, 'op.load_sql_dir("procs", { recursive = true })')
    )
    assert_sql(
      "SELECT 'a'; SELECT 'a0';",
      run(dir, 'op.load_sql_dir("procs", { pattern = "a*.sql" })')
    )
  end)

  it("lists the frozen copies when there are any", function()
    local frozen = support.project({
      ["sql/procs/new.sql"] = "SELECT 'new'",
      ["sql/.at/1f2e/procs/old.sql"] = "SELECT 'old'",
    })
    assert_sql("SELECT 'old';", run(frozen, 'op.load_sql_dir("procs")'))
  end)

  it("refuses a directory outside, a missing one, and a ring of links", function()
    os.execute(
      ("cd %s/sql && ln -s ../migrations out && mkdir ring && ln -s . ring/again"):format(dir)
    )
    assert_refused('".." leaves the directory of SQL files, sql', run(dir, 'op.load_sql_dir("..")'))
    assert_refused(
      '"out" leaves the directory of SQL files, sql, through a link',
      run(dir, 'op.load_sql_dir("out")')
    )
    assert_refused(
      "cannot read sql/none: No such file or directory",
      run(dir, 'op.load_sql_dir("none")')
    )
    local result = run(dir, 'op.load_sql_dir("ring", { recursive = true })')
    assert.is_false(result.ok)
  end)
end)
