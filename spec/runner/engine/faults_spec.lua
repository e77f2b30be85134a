-- Lost lines, poolers, other runners: what a run says and leaves when something else breaks.
local support = require("spec.support")

local function revision(id, down, up)
  return ("revision = %q\ndown_revision = %s\nfunction upgrade()\n%s\nend\nfunction downgrade() end\n"):format(
    id,
    down and ("%q"):format(down) or "nil",
    up
  )
end

-- host and port of the test server's unix socket
local function socket_of(url)
  local host = url:match("host=([^&]+)"):gsub("%%2F", "/")
  return host, url:match("port=(%d+)") or "5432"
end

describe("behind a line that breaks", function()
  local url, dir, through, proxy

  local function start(mode, pattern)
    url = support.postgres()
    local host, port = socket_of(url)
    local sockets = support.tempdir()
    proxy = support.start({
      support.root .. "/" .. (os.getenv("NEAP_BUILD") or "build") .. "/spec/proxy",
      sockets .. "/.s.PGSQL.6000",
      ("%s/.s.PGSQL.%s"):format(host, port),
      mode,
      pattern,
    })
    support.wait_for("the proxy", function()
      return os.execute("test -S " .. sockets .. "/.s.PGSQL.6000")
    end)
    through =
      url:gsub("host=[^&]+", "host=" .. sockets:gsub("/", "%%%%2F")):gsub("port=%d+", "port=6000")
    dir = support.project({
      ["neap.lua"] = ("return { url = %q }\n"):format(through),
      ["migrations/a.lua"] = revision("a1", nil, '  op.execute("CREATE TABLE t_a (a int)")'),
      ["migrations/b.lua"] = revision("b1", "a1", '  op.execute("CREATE TABLE t_b (a int)")'),
    })
    -- The tables of neap are made first, so that the only COMMIT that goes by is a revision's.
    support.must({ "neap", "-u", url, "ensure-version" }, { cwd = dir })
  end

  after_each(function()
    proxy.signal("KILL")
  end)

  it("finds out that the last COMMIT was done", function()
    start("after", "neap_commit")
    local result = support.run({ "neap", "upgrade", "a1" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    assert.matches("the connection was lost during the commit of a1; asked again", result.stderr)
    assert.equal("a1", support.psql(url, "SELECT version_num FROM neap_version"))
  end)

  it("finds its own commit though another runner has gone on", function()
    start("after", "neap_commit")
    local runner = support.start({ "neap", "upgrade", "a1" }, { cwd = dir })
    support.wait_for("the commit", function()
      return support.psql(url, "SELECT count(*) FROM neap_version") == "1"
    end)
    support.psql(url, "UPDATE neap_version SET version_num = 'b1'")
    local result = runner.wait(20)
    assert.equal(0, result.status, result.stderr)
    assert.matches("asked again, the database says", result.stderr)
  end)

  it("says what is done when more was to come", function()
    start("after", "neap_commit")
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(5, result.status, result.stderr)
    assert.matches("a1 is committed", result.stderr)
    assert.equal("a1", support.psql(url, "SELECT version_num FROM neap_version"))
    assert.equal(0, support.run({ "neap", "upgrade", "head" }, { cwd = dir }).status)
  end)

  it("finds out that a COMMIT never arrived", function()
    start("before", "neap_commit")
    local result = support.run({ "neap", "upgrade", "a1" }, { cwd = dir })
    assert.equal(5, result.status, result.stderr)
    assert.matches("not committed", result.stderr)
    assert.equal("", support.psql(url, "SELECT version_num FROM neap_version"))
    assert.equal("0", support.psql(url, "SELECT count(*) FROM pg_class WHERE relname = 't_a'"))
  end)

  it("finds out about the one COMMIT of --transaction all", function()
    start("after", "COMMIT")
    local result = support.run({ "neap", "upgrade", "head", "--transaction", "all" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
    assert.matches("the connection was lost during the commit of the run", result.stderr)
    assert.equal("b1", support.psql(url, "SELECT version_num FROM neap_version"))
  end)

  it("leaves a silent peer two seconds after a signal", function()
    start("stall", "t_a")
    local runner = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    os.execute("sleep 0.7")
    runner.signal("INT")
    assert.equal(130, runner.wait(6).status)
  end)
end)

describe("behind a transaction pooler", function()
  local url, dir, pooler, through

  setup(function()
    url = support.postgres()
    local host, port = socket_of(url)
    local name = url:match("//[^/]*/([^?]+)")
    local user = url:match("user=([^&]+)")
    local home = support.tempdir()
    os.execute("chmod 777 " .. home)
    support.write(home .. "/users.txt", ('"%s" ""\n'):format(user))
    support.write(
      home .. "/pgbouncer.ini",
      ([[
[databases]
%s = host=%s port=%s user=%s
[pgbouncer]
listen_addr =
unix_socket_dir = %s
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 4
logfile = %s/log
pidfile = %s/pid
ignore_startup_parameters = extra_float_digits, options
]]):format(name, host, port, user, home, home, home)
    )
    os.execute("chmod -R a+rw " .. home)
    local words = { "pgbouncer", home .. "/pgbouncer.ini" }
    if support.must({ "id", "-u" }):match("^0") then
      words = { "runuser", "-u", "postgres", "--", "/usr/sbin/pgbouncer", home .. "/pgbouncer.ini" }
    end
    os.execute("chmod a+rx " .. home:match("^(.*)/[^/]*$"))
    pooler = support.start(words)
    support.wait_for("pgbouncer", function()
      return os.execute("test -S " .. home .. "/.s.PGSQL.6432")
    end)
    through =
      url:gsub("host=[^&]+", "host=" .. home:gsub("/", "%%%%2F")):gsub("port=%d+", "port=6432")
  end)

  teardown(function()
    pooler.signal("TERM")
  end)

  before_each(function()
    support.psql(
      url,
      "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE effects (n int)"
    )
    local files = { ["neap.lua"] = ("return { url = %q }\n"):format(through) }
    for i = 1, 6 do
      files["migrations/" .. i .. ".lua"] = revision(
        "p" .. i,
        i > 1 and "p" .. (i - 1) or nil,
        ("  op.execute('CREATE TABLE t_%d (a int)'); op.execute('INSERT INTO effects VALUES (%d)')"):format(
          i,
          i
        )
      )
    end
    dir = support.project(files)
  end)

  it("each of many runners exits 0, and each revision is applied once", function()
    local runners = {}
    for i = 1, 6 do
      runners[i] = support.start({ "neap", "upgrade", "head" }, { cwd = dir })
    end
    for _, runner in ipairs(runners) do
      local result = runner.wait(60)
      assert.equal(0, result.status, result.stderr)
    end
    assert.equal("6", support.psql(url, "SELECT count(*) FROM effects"))
    assert.equal("p6", support.psql(url, "SELECT version_num FROM neap_version"))
    assert.equal(
      "0",
      support.psql(
        url,
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
          .. "WHERE locktype = 'advisory' AND datname = current_database()"
      )
    )
  end)

  it("refuses a stepwise revision, unless told otherwise", function()
    support.write(dir .. "/migrations/7.lua", revision("p7", "p6", "  op.commit()"))
    local result = support.run({ "neap", "upgrade", "head" }, { cwd = dir })
    assert.equal(1, result.status, result.stderr)
    assert.matches("transaction pooler", result.stderr)
    result = support.run({ "neap", "upgrade", "head", "--via-pooler" }, { cwd = dir })
    assert.equal(0, result.status, result.stderr)
  end)
end)
