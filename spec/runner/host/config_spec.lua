local host = require("neap.host")
local support = require("spec.support")

local function load(files, options)
  local dir = support.project(files)
  local request = options or {}
  request.config = dir .. "/neap.lua"
  local opened, err = host.open(request)
  return opened, err, dir
end

local function config_of(text, options)
  local opened, err, dir = load({ ["neap.lua"] = text }, options)
  assert(opened, tostring(err))
  return opened.config, dir
end

-- Loads in a process of its own, in a directory, with an environment; prints the keys asked for.
local function print_config(dir, keys, options)
  local script = support.write(
    support.tempdir() .. "/run.lua",
    ([[
      local opened, err = require("neap.host").open(%s)
      if not opened then
        print(err.kind, err.message, err.at, err.advice)
        return
      end
      for key in ("%s"):gmatch("%%S+") do
        local value = opened.config[key]
        print(type(value) == "table" and table.concat(value, ",") or tostring(value))
      end
    ]]):format(options and options.request or "{}", keys)
  )
  local result = support.run(
    { "neap", "lua", script },
    { cwd = dir, env = options and options.env }
  )
  assert.equal("", result.stderr)
  return result.stdout
end

describe("neap.lua", function()
  it("has defaults for everything", function()
    local config, dir = config_of("return {}")
    for key, value in pairs({
      migrations = { dir .. "/migrations" },
      helpers = { dir .. "/helpers" },
      model = { dir .. "/schema.lua" },
      sql = dir .. "/sql",
      schemas = {},
      pruned = {},
      settings = {},
      naming = {},
      version_table = "neap_version",
      history_table = "neap_history",
      transaction = "revision",
      lock_timeout = "5000ms",
      statement_timeout = "0ms",
      lock_retries = 10,
      file_template = "{date}_{rev}_{slug}",
      timezone = "UTC",
      unsafe = false,
      include_partitions = false,
    }) do
      assert.same(value, config[key], key)
    end
    for _, key in ipairs({ "url", "dialect", "version_table_schema", "role", "environment" }) do
      assert.is_nil(config[key], key)
    end
  end)

  it("takes all keys of the contract", function()
    local config, dir = config_of([[
      return {
        url = "postgresql:///app",
        migrations = { "migrations", "/abs/more" },
        helpers = "lib",
        sql = "sql/all",
        model = { "schema.lua", "schema" },
        schemas = { "public", "bixie" },
        include_object = function(object) return true end,
        include_partitions = true,
        version_table = "alembic_version",
        version_table_schema = "admin",
        history_table = false,
        pruned = { "0a1b" },
        transaction = "all",
        lock_timeout = "2s",
        lock_retries = 0,
        statement_timeout = 1.5,
        settings = { check_function_bodies = "off", work_mem = "64MB", enable_seqscan = false, statement_mem = 3 },
        dialect = "postgresql",
        naming = { ix = "ix_{table}_{columns}", pk = "pk_{table}" },
        file_template = "{rev}",
        timezone = "Europe/Berlin",
        role = "app_owner",
        hooks = { before_revision = print, after_revision = print, after_write = print },
        environments = { production = { lock_timeout = "1s" } },
        unsafe = false,
      }
    ]])
    for key, value in pairs({
      url = "postgresql:///app",
      migrations = { dir .. "/migrations", "/abs/more" },
      helpers = { dir .. "/lib" },
      sql = dir .. "/sql/all",
      model = { dir .. "/schema.lua", dir .. "/schema" },
      schemas = { "public", "bixie" },
      include_partitions = true,
      version_table = "alembic_version",
      version_table_schema = "admin",
      pruned = { "0a1b" },
      transaction = "all",
      lock_timeout = "2000ms",
      lock_retries = 0,
      statement_timeout = "1500ms",
      settings = {
        check_function_bodies = "off",
        work_mem = "64MB",
        enable_seqscan = "off",
        statement_mem = "3",
      },
      setting_names = { "check_function_bodies", "enable_seqscan", "statement_mem", "work_mem" },
      naming = { ix = "ix_{table}_{columns}", pk = "pk_{table}" },
      file_template = "{rev}",
      timezone = "Europe/Berlin",
      role = "app_owner",
    }) do
      assert.same(value, config[key], key)
    end
    assert.is_nil(config.history_table)
  end)

  it("sees a revision's libraries, env and neap, and nothing else", function()
    local opened, err = load({
      ["neap.lua"] = [[
        local names = {}
        for name in pairs(_ENV) do
          names[#names + 1] = name
        end
        table.sort(names)
        print(table.concat(names, " "))
        print(neap.x.target, env.HOME ~= nil, env.NEAP_NO_SUCH_VARIABLE)
        return {}
      ]],
    }, { x = { target = "blue" } })
    assert(opened, tostring(err))
    assert.same({
      "assert env error getmetatable ipairs math neap next os pairs pcall print rawequal rawget rawlen "
        .. "rawset require select setmetatable string table tonumber tostring type utf8 xpcall",
      "blue\ttrue\tnil",
    }, opened.prints)
  end)

  it("is found in the nearest directory above", function()
    local dir = support.project({ ["a/b/c/keep"] = "" })
    assert.equal(
      "../../../neap.lua\n../../..\n../../../migrations\nsqlite:../../../test.db\n",
      print_config(dir .. "/a/b/c", "path directory migrations url")
    )
    assert.equal(
      "neap.lua\n.\nmigrations\nsqlite:test.db\n",
      print_config(dir, "path directory migrations url")
    )
  end)

  it("is named by -c, then by NEAP_CONFIG", function()
    local dir = support.project({ ["other/x.lua"] = "return {}", ["third/y.lua"] = "return {}" })
    local env = { NEAP_CONFIG = "third/y.lua" }
    assert.equal(
      "third/y.lua\nthird/migrations\n",
      print_config(dir, "path migrations", { env = env })
    )
    assert.equal(
      "other/x.lua\nother/migrations\n",
      print_config(dir, "path migrations", { env = env, request = '{ config = "other/x.lua" }' })
    )
  end)

  it("may be absent only where it is optional", function()
    local dir = support.tempdir()
    local text = print_config(dir, "path", {})
    assert.truthy(
      text:find("^usage\tthere is no neap.lua in this directory or in one above it"),
      text
    )
    assert.truthy(text:find("`neap init`", 1, true))
    assert.equal(
      "nil\nmigrations\n",
      print_config(dir, "path migrations", { request = "{ optional = true }" })
    )
    text = print_config(
      dir,
      "path",
      { env = { NEAP_CONFIG = "no.lua" }, request = "{ optional = true }" }
    )
    assert.truthy(text:find("there is no file no.lua (NEAP_CONFIG)", 1, true), text)
  end)
end)

describe("the URL", function()
  local dir = support.project({
    ["neap.lua"] = [[return {
      url = env.APP_URL,
      environments = { production = { url = "sqlite:production.db" }, ci = { lock_timeout = "1s" } },
    }]],
  })

  local function url(env, request)
    return (print_config(dir, "url", { env = env, request = request }):gsub("\n$", ""))
  end

  it(
    "comes from the command line, NEAP_URL, the environment's entry, neap.lua, DATABASE_URL",
    function()
      local all =
        { NEAP_URL = "sqlite:n.db", APP_URL = "sqlite:a.db", DATABASE_URL = "sqlite:d.db" }
      assert.equal("sqlite:u.db", url(all, '{ url = "sqlite:u.db", environment = "production" }'))
      assert.equal("sqlite:n.db", url(all, '{ environment = "production" }'))
      all.NEAP_URL = nil
      assert.equal("sqlite:production.db", url(all, '{ environment = "production" }'))
      all.NEAP_ENV = "production"
      assert.equal("sqlite:production.db", url(all))
      assert.equal("sqlite:a.db", url(all, '{ environment = "ci" }'))
      all.NEAP_ENV = ""
      assert.equal("sqlite:a.db", url(all))
      all.APP_URL = nil
      assert.equal("sqlite:d.db", url(all))
      all.DATABASE_URL = nil
      assert.equal("nil", url(all))
    end
  )

  it("of a SQLite file in neap.lua is relative to it", function()
    for given, expected in pairs({
      ["sqlite:app.db"] = "sqlite:DIR/app.db",
      ["sqlite:data/app.db"] = "sqlite:DIR/data/app.db",
      ["sqlite:///app.db"] = "sqlite:DIR/app.db",
      ["sqlite:/abs/app.db"] = "sqlite:/abs/app.db",
      ["sqlite:////abs/app.db"] = "sqlite:////abs/app.db",
      ["sqlite::memory:"] = "sqlite::memory:",
      ["postgresql://db/app"] = "postgresql://db/app",
    }) do
      local config, here = config_of(("return { url = %q }"):format(given))
      assert.equal((expected:gsub("DIR", here)), config.url)
    end
  end)

  it("says the dialect, unless something says it better", function()
    local function dialect(text, options)
      return config_of(text, options).dialect
    end
    assert.equal("postgresql", dialect('return { url = "postgres://x/y" }'))
    assert.equal("sqlite", dialect('return { url = "sqlite:x" }'))
    assert.equal("postgresql", dialect('return { url = "sqlite:x", dialect = "postgresql" }'))
    assert.equal("sqlite", dialect('return { dialect = "postgresql" }', { url = "sqlite:x" }))
    assert.equal("sqlite", dialect('return { dialect = "postgresql" }', { dialect = "sqlite" }))
    assert.is_nil(dialect("return {}"))
    local opened, err = load({}, { dialect = "oracle" })
    assert.is_nil(opened)
    assert.equal('--dialect: expected "postgresql" or "sqlite", got "oracle"', err.message)
  end)
end)

describe("environments", function()
  local text = [[
return {
  lock_timeout = "5s",
  migrations = { "a", "b" },
  environments = {
    production = { lock_timeout = "2s", migrations = "c", history_table = "other" },
    ci = {},
  },
}]]

  it("put the chosen entry over the rest", function()
    local config, dir = config_of(text, { environment = "production" })
    assert.equal("2000ms", config.lock_timeout)
    assert.same({ dir .. "/c" }, config.migrations)
    assert.equal("other", config.history_table)
    assert.equal("production", config.environment)
    config = config_of(text)
    assert.equal("5000ms", config.lock_timeout)
    assert.equal("neap_history", config.history_table)
  end)

  it("must have the one that is asked for", function()
    local opened, err, dir = load({ ["neap.lua"] = text }, { environment = "prodution" })
    assert.is_nil(opened)
    assert.equal(
      'neap.lua has no environment "prodution" (did you mean "production"?)',
      err.message
    )
    assert.equal(dir .. "/neap.lua:4", err.at)
    assert.equal("It has: ci, production.", err.advice)
    opened, err = load({ ["neap.lua"] = "return {}" }, { environment = "ci" })
    assert.is_nil(opened)
    assert.equal('neap.lua has no environment "ci"', err.message)
  end)
end)

describe("an entry of environments", function()
  local text = [[
local main = { url = env.X }
return {
  url = "sqlite:development.db", -- environments = { production = {
  environments = {
    other = { url = "sqlite:o.db" },
    production = {
      -- url = env.NEAP_SPEC_A,
      hooks = { after_write = function() local url = env.NEAP_SPEC_B end },
      url = URL,
      lock_timeout = "2s",
    },
  },
}]]

  it("must not fall back to another URL because a variable is not set", function()
    for _, value in ipairs({ "env.NEAP_SPEC_C", "env['NEAP_SPEC_C']", 'env [ "NEAP_SPEC_C" ]' }) do
      local files = { ["neap.lua"] = text:gsub("URL,", value .. ",") }
      local opened, err, dir = load(files, { environment = "production" })
      assert.is_nil(opened)
      assert.equal(
        "neap.lua: environments.production.url: the variable NEAP_SPEC_C is not set",
        err.message
      )
      assert.equal(dir .. "/neap.lua:9", err.at)
      assert.truthy(load(files, { environment = "other" }))
      assert.truthy(load(files))
    end
  end)

  it("may say what to fall back to, or give no URL", function()
    for _, value in ipairs({
      'env.NEAP_SPEC_C or "sqlite:f.db"',
      "env.HOME",
      "nil",
      "env.NEAP_SPEC_C and 1",
    }) do
      local files = { ["neap.lua"] = text:gsub("URL,", value .. ",") }
      local opened, err = load(files, { environment = "production" })
      assert(opened, tostring(err))
    end
  end)

  it("is checked for unknown keys also when it is not chosen", function()
    local opened, err, dir = load({
      ["neap.lua"] = 'return {\n  environments = { ci = {}, production = {\n    lock_timout = "5s" } },\n}',
    })
    assert.is_nil(opened)
    assert.equal(
      'neap.lua: environments.production.lock_timout: unknown key (did you mean "lock_timeout"?)',
      err.message
    )
    assert.equal(dir .. "/neap.lua:3", err.at)
  end)

  it("has the line of its own keys", function()
    local _, err, dir = load({
      ["neap.lua"] = 'return {\n  role = "a",\n  environments = {\n    ci = { ["role"] = 3 } } }',
    }, { environment = "ci" })
    assert.equal(dir .. "/neap.lua:4", err.at)
  end)
end)

describe(".env", function()
  local function values(dotenv, names, env)
    local dir = support.project({
      ["neap.lua"] = ("return { schemas = { %s } }"):format(
        (names:gsub("%S+", 'env.%0 or "nil",'))
      ),
      [".env"] = dotenv,
    })
    return (print_config(dir, "schemas", { env = env }):gsub("\n$", ""):gsub(dir, "DIR"))
  end

  it("gives variables in the ways that people write them", function()
    local text = '\u{FEFF}# comment\r\n\r\nA=1\r\n export B = two words  # comment\nC=\'a #"b\'\nD="x\\"\\n\\\\y" # c\n'
      .. 'E=\nF=a#b\nG="" \n  # indented\nH=a=b\nI=last'
    assert.equal('1,two words,a #"b,x"\n\\y,a#b,a=b,last', values(text, "A B C D F H I"))
    assert.equal("1", values("A=1", "A"))
  end)

  it("does not override the real environment", function()
    assert.equal("real,file", values("A=file\nB=file", "A B", { A = "real" }))
  end)

  it("gives NEAP_URL, NEAP_ENV and DATABASE_URL too", function()
    local dir = support.project({
      ["neap.lua"] = 'return { environments = { ci = { role = "ci" } } }',
      [".env"] = "NEAP_ENV=ci\nDATABASE_URL=sqlite:from_env.db\n",
    })
    assert.equal("sqlite:from_env.db\nci\nci\n", print_config(dir, "url role environment"))
  end)

  it("names the line that it does not understand, and not what is in it", function()
    for text, message in pairs({
      ["A=1\nsecret word"] = ".env: expected NAME=VALUE",
      ["A=1\n=secret"] = ".env: expected NAME=VALUE",
      ["A=1\n1A=secret"] = ".env: expected NAME=VALUE",
      ["A=1\nA-B=secret"] = ".env: expected NAME=VALUE",
      ["A=1\nB='secret"] = ".env: a quoted value that does not end on its line, or has an escape other than "
        .. '\\n \\t \\r \\" \\\\ \\$',
      ['A=1\nB="secret'] = ".env: a quoted value that does not end on its line, or has an escape other than "
        .. '\\n \\t \\r \\" \\\\ \\$',
      ['A=1\nB="a\\q"'] = ".env: a quoted value that does not end on its line, or has an escape other than "
        .. '\\n \\t \\r \\" \\\\ \\$',
      ["A=1\nB='a' secret"] = ".env: expected the end of the line after the quoted value",
    }) do
      local dir = support.project({ [".env"] = text })
      local shown = print_config(dir, "path")
      assert.equal(("usage\t%s\t.env:2\tnil\n"):format(message), shown)
    end
  end)
end)

describe("a mistake in neap.lua", function()
  -- What is returned, or the whole file; the message after "neap.lua: "; the line or nil.
  local cases = {
    { "{ migratons = 'x' }", 'migratons: unknown key (did you mean "migrations"?)', 1 },
    { "{\n  zzz = 1,\n  qqq = 2,\n}", "qqq: unknown key", 3 },
    { "{ 1, 2 }", "return: expected names, as in { name = value }" },
    { "{ url = 3 }", "url: expected a string, got 3", 1 },
    { "{ url = {} }", "url: expected a string, got a table", 1 },
    { "{ url = '' }", "url: must not be empty", 1 },
    { "{ url = 'a\\0b' }", "url: a NUL byte in a string", 1 },
    { "{ migrations = {} }", "migrations: expected at least one directory", 1 },
    {
      "{ migrations = { 'a', 3 } }",
      "migrations: expected a string or a list of strings, got 3",
      1,
    },
    {
      "{ migrations = { a = 'b' } }",
      "migrations: expected a list of strings, without names or gaps",
      1,
    },
    { "{ helpers = true }", "helpers: expected a string or a list of strings, got true", 1 },
    { "{ sql = false }", "sql: expected a directory (a string), got false", 1 },
    { "{ schemas = 5 }", "schemas: expected a string or a list of strings, got 5", 1 },
    { "{ pruned = { '' } }", "pruned: must not be empty", 1 },
    { "{ include_object = 'x' }", 'include_object: expected a function, got "x"', 1 },
    { "{ include_partitions = 1 }", "include_partitions: expected true or false, got 1", 1 },
    { "{ version_table = false }", "version_table: expected a string, got false", 1 },
    {
      "{ history_table = true }",
      "history_table: expected a name, or false for none, got true",
      1,
    },
    {
      "{ transaction = 'never' }",
      'transaction: expected "revision", "all" or "none", got "never"',
      1,
    },
    { "{ transaction = true }", 'transaction: expected "revision", "all" or "none", got true', 1 },
    {
      "{\n\n  lock_timeout = true }",
      'lock_timeout: expected a duration such as "5s" or "250ms", got true',
      3,
    },
    {
      "{ lock_timeout = 'soon' }",
      'lock_timeout: expected a duration such as "5s" or "250ms", got "soon"',
      1,
    },
    {
      "{ statement_timeout = -1 }",
      'statement_timeout: expected a duration such as "5s" or "250ms", got -1',
      1,
    },
    {
      "{ statement_timeout = 1e999 }",
      'statement_timeout: expected a duration such as "5s" or "250ms", got inf',
      1,
    },
    { "{ lock_retries = 1.5 }", "lock_retries: expected a whole number, 0 or more, got 1.5", 1 },
    { "{ lock_retries = '3' }", 'lock_retries: expected a whole number, 0 or more, got "3"', 1 },
    { "{ settings = 'x' }", 'settings: expected a table, got "x"', 1 },
    { "{ settings = { 'x' } }", "settings: expected names, as in { name = value }", 1 },
    {
      "{ settings = { a = {} } }",
      "settings: expected strings, numbers or booleans, got a table",
      1,
    },
    { "{ dialect = 'mysql' }", 'dialect: expected "postgresql" or "sqlite", got "mysql"', 1 },
    {
      "{ naming = { index = 'x' } }",
      "naming.index: unknown key (there are ix, uq, ck, fk and pk)",
      1,
    },
    { "{ naming = { idx = 'x' } }", 'naming.idx: unknown key (did you mean "ix"?)', 1 },
    { "{ naming = { ix = 3 } }", "naming: expected templates (strings), got 3", 1 },
    { "{ role = {} }", "role: expected a string, got a table", 1 },
    {
      "{ hooks = { after_writ = print } }",
      'hooks.after_writ: unknown key (did you mean "after_write"?)',
      1,
    },
    { "{ hooks = { after_write = 'x' } }", 'after_write: expected a function, got "x"', 1 },
    { "{ environments = 3 }", "environments: expected a table, got 3", 1 },
    { "{ environments = { ci = 3 } }", "ci: expected a table, got 3", 1 },
    { "{ unsafe = 'yes' }", 'unsafe: expected true or false, got "yes"', 1 },
    {
      "{ environments = { ci = { rol = 'x' } } }",
      'environments.ci.rol: unknown key (did you mean "role"?)',
      1,
      "ci",
    },
    {
      "{ environments = { ci = { role = 3 } } }",
      "environments.ci.role: expected a string, got 3",
      1,
      "ci",
    },
    {
      "{ environments = { ci = { environments = {} } } }",
      "environments.ci.environments: unknown key",
      1,
      "ci",
    },
    { "{ url = x.y }", "attempt to index a nil value (global 'x')", 1, nil, "" },
    { "{\n  url = = 1 }", "unexpected symbol near '='", 2 },
    { "{ url = load('x') }", "attempt to call a nil value (global 'load')", 1, nil, "" },
    {
      "require('x')",
      "require works in revisions, helpers and hooks, not while neap.lua is read",
      1,
      nil,
      "",
    },
    { "{ url = (function() env.X = 1 end)() }", "env can be read only", 1, nil, "" },
    { "3", "neap.lua must return a table, and returned 3", nil, nil, "" },
    { "nil", "neap.lua must return a table, and returned nil", nil, nil, "" },
  }

  for _, case in ipairs(cases) do
    local text, message, line, environment, prefix = table.unpack(case, 1, 5)
    it("is told: " .. text:gsub("\n", " "), function()
      local opened, err, dir = load(
        { ["neap.lua"] = "return " .. text },
        { environment = environment }
      )
      assert.is_nil(opened)
      assert.equal("usage", err.kind)
      assert.equal((prefix or "neap.lua: ") .. message, err.message)
      assert.equal(dir .. "/neap.lua" .. (line and ":" .. line or ""), err.at)
    end)
  end

  it("is told when neap.lua is bytecode, a directory or no UTF-8 text", function()
    local _, err = load({ ["neap.lua"] = string.dump(function() end) })
    assert.truthy(err.message:find("binary chunk", 1, true))
    local dir = support.tempdir()
    os.execute("mkdir " .. dir .. "/neap.lua")
    _, err = host.open({ config = dir .. "/neap.lua" })
    assert.truthy(err.message:find("it is a directory", 1, true))
  end)

  it("never shows a URL's password", function()
    local _, err = load({ ["neap.lua"] = 'return { url = { "postgresql://me:hunter2@db/x" } }' })
    assert.is_nil(err.message:find("hunter2", 1, true))
  end)
end)

describe("hooks", function()
  local text = [[
local seen = 0
return {
  hooks = {
    before_revision = function(fields)
      seen = seen + 1
      print(seen, fields.revision, fields.direction)
    end,
    after_revision = function()
      error("no")
    end,
    after_write = function(fields)
      print(require("tidy")(fields.path))
    end,
  },
}]]
  local files = {
    ["neap.lua"] = text,
    ["helpers/tidy.lua"] = "return function(path) return '<' .. path .. '>' end",
  }

  it("are called with their facts, and may require helpers", function()
    local opened = assert(load(files))
    local result = opened:hook("before_revision", { "revision", "1f2e", "direction", "upgrade" })
    assert.is_true(result.ok)
    assert.same({ "1\t1f2e\tupgrade" }, result.prints)
    assert.same({ "2\tnil\tnil" }, opened:hook("before_revision", {}).prints)
    assert.same({ "<m/a.lua>" }, opened:hook("after_write", { "path", "m/a.lua" }).prints)
  end)

  it("fail with their place in neap.lua", function()
    local opened, _, dir = load(files)
    local result = opened:hook("after_revision", {})
    assert.is_false(result.ok)
    assert.equal("failed", result.error.kind)
    assert.equal("no", result.error.message)
    assert.equal(dir .. "/neap.lua:9", result.error.at)
  end)

  it("need not be there", function()
    local opened = assert(load({ ["neap.lua"] = "return {}" }))
    assert.is_true(opened:hook("after_write", {}).ok)
  end)
end)
