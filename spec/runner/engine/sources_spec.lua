--- Sources of many files, kept while more of them are read. PostgreSQL.

local projects = require("spec.runner.commands.projects")
local support = require("spec.support")

local COUNT = 510 -- read in more than two parts

local function neap(dir, ...)
  local result = support.run({ "neap", ... }, { cwd = dir })
  assert.equal(0, result.status, result.stderr)
  return result
end

-- Files of statements that do nothing, and what neap_source has to say of them.
local function make_files()
  local files, lines = {}, {}
  for i = 1, COUNT do
    local path = ("many/%03d.sql"):format(i)
    files["sql/" .. path] = ("SELECT %d;\n"):format(i)
    lines[i] = ("sql sql/%s SELECT %d;"):format(path, i)
  end
  return files, table.concat(lines, "\n")
end

local function kept(url)
  return support.psql(
    url,
    "SELECT string_agg(concat_ws(' ', kind, path, rtrim(content, E'\\n')), E'\\n' ORDER BY path) "
      .. "FROM neap_source WHERE kind = 'sql'"
  )
end

local function project(url, bodies, config)
  local files, expected = make_files()
  local list = {}
  for i, body in ipairs(bodies) do
    list[i] = { "r" .. i, i > 1 and "r" .. i - 1 or nil, { upgrade = body } }
  end
  files["neap.lua"] = ('return { url = "%s", %s }'):format(url, config or "")
  return projects.make(list, files), expected
end

describe("the sources of many files", function()
  local url

  before_each(function()
    url = support.postgres()
  end)

  it("are kept, once each", function()
    local dir, expected = project(url, { 'op.load_sql_dir("many")', 'op.load_sql_dir("many")' })
    neap(dir, "upgrade", "r1")
    assert.equal(expected, kept(url))
    support.write(dir .. "/sql/many/300.sql", "SELECT 'other';\n")
    neap(dir, "upgrade", "r2")
    assert.equal(
      tostring(COUNT + 1),
      support.psql(url, "SELECT count(*) FROM neap_source WHERE kind = 'sql'")
    )
    assert.equal(
      ("%d %d"):format(COUNT, COUNT),
      support.psql(
        url,
        "SELECT string_agg((cardinality(string_to_array(files, ' sql/many/')) - 1)::text, ' ') FROM neap_history"
      )
    )
  end)

  it("are kept when the first load was undone", function()
    local dir, expected = project(url, {
      [[op.savepoint(function()
          op.load_sql_dir("many")
          op.execute("SELECT 1 / 0")
        end)]],
    })
    neap(dir, "upgrade", "head")
    assert.equal(expected, kept(url))
  end)

  it("are kept when the revision is another role, which may not write them", function()
    local dir, expected = project(url, {
      'op.execute("SET LOCAL ROLE pg_monitor"); op.load_sql_dir("many")',
    })
    neap(dir, "upgrade", "head")
    assert.equal(expected, kept(url))
    url = support.postgres()
    dir, expected = project(url, { 'op.load_sql_dir("many")' }, 'role = "pg_monitor"')
    neap(dir, "upgrade", "head")
    assert.equal(expected, kept(url))
  end)

  it("are kept without a transaction", function()
    local dir, expected = project(url, { 'op.autocommit(function() op.load_sql_dir("many") end)' })
    neap(dir, "upgrade", "head")
    assert.equal(expected, kept(url))
  end)

  it("are gone with the revision when it fails", function()
    local dir = project(url, { 'op.load_sql_dir("many"); error("no")' })
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(1, result.status, result.stderr)
    assert.equal("0", support.psql(url, "SELECT count(*) FROM neap_source"))
  end)
end)
