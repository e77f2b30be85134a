--- A `run` without a database, for specs of op: everything that is sent is written down as text.
---
---     local fake = require("spec.support.fake_run")
---     local run = fake.new("sqlite")
---     fake.op(run).drop_table("account")
---     assert.equal("DROP TABLE account;\n", run.text())

-- In a plain interpreter neap's modules are files, and neap.sql is the shim.
local function search(name)
  local path = name:match("^neap%.(.+)$")
  if not path then
    return nil
  end
  path = "lua/" .. path:gsub("%.", "/")
  for _, file in ipairs({ path .. ".lua", path .. "/init.lua" }) do
    local chunk = loadfile(file)
    if chunk then
      return chunk
    end
  end
  return name == "neap.sql" and loadfile("spec/support/neap_sql.lua") or nil
end
if not pcall(require, "neap.op.check") or not pcall(require, "neap.sql") then
  table.insert(package.searchers, search)
end

local fake = {}

-- `op.null` is a light userdata, which plain Lua code only gets this way.
fake.null = debug.upvalueid(search, 1)

local function show(value)
  local marks = require("neap.marks")
  if type(value) == "string" then
    return "'" .. value .. "'"
  elseif type(value) == "userdata" then
    return "NULL"
  elseif marks.is_bytes(value) then
    return "bytes '"
      .. value.bytes:gsub("[^ -~]", function(char)
        return ("\\x%02x"):format(char:byte())
      end)
      .. "'"
  end
  return tostring(value)
end

local function show_params(params)
  local parts = {}
  for i = 1, params.n or #params do
    parts[i] = show(params[i])
  end
  return table.concat(parts, ", ")
end

local session = {}
session.__index = session

function session:write(text)
  self.lines[#self.lines + 1] = text
end

function session:statement(sql)
  self:write(sql .. (sql:find(";%s*$") and "" or ";"))
end

function session:text(sql, source, options)
  assert(source, "source")
  if options then
    self:write(
      "-- "
        .. options.file
        .. (options.ignore_transaction and ", without its BEGIN and COMMIT" or "")
    )
  end
  self:statement(sql)
end

function session:run(sql, params, source)
  assert(source, "source")
  self.ask(sql)
  if params then
    self:write("-- with " .. show_params(params))
  end
  self:statement(sql)
end

-- Closed by an error like the host's, but nothing remembers it.
local group = { __close = function() end }
group.__index = group

function group.finish() end

function group.is_open()
  return true
end

function session.group(_, sql, source)
  assert(sql, "sql")
  assert(source, "source")
  return setmetatable({}, group)
end

-- Gives each row that is like the columns to `write`, as runner/host/lua_rows.c does.
local function feed(reader, columns, encode, write)
  local rows, marks = require("neap.dialect.rows"), require("neap.marks")
  while true do
    local first, last = rows.look(reader, 1)
    local row, values, count = reader.ahead[first], { n = #columns }, 0
    if first > last then
      return
    end
    for _ in pairs(row) do
      count = count + 1
    end
    for i, name in ipairs(columns) do
      values[i] = row[name]
      if values[i] == nil then
        return
      elseif marks.is_marked_sql(values[i]) then
        return
      elseif type(values[i]) == "table" and not marks.is_bytes(values[i]) then
        values[i] = encode(values[i], name, reader.number + 1)
      end
    end
    if count ~= #columns then
      return
    end
    write(values)
    rows.take(reader, 1)
  end
end

function session:copy_rows(sql, columns, encode, reader, source)
  assert(source, "source")
  self:statement(sql)
  feed(reader, columns, encode, function(values)
    self:write(show_params(values))
  end)
  self:write("\\.")
end

function session:insert_rows(sql, columns, encode, reader, source)
  assert(source, "source")
  feed(reader, columns, encode, function(values)
    self:write("-- with " .. show_params(values))
  end)
  self:statement(sql)
end

function session:query(sql, params, source)
  assert(source, "source")
  if sql:find("sqlite_master", 1, true) then
    self:write("-- look at the table")
    return assert(self.ask(sql))
  end
  self:write("-- query" .. (params and ", with " .. show_params(params) or ""))
  self:statement(sql)
  return table.remove(self.answers, 1) or {}
end

---Asks the database that options.ask stands for.
function session:attempt(sql)
  if not sql:find("^EXPLAIN") and not sql:find("^SELECT") then
    self:statement(sql)
  end
  return self.ask(sql)
end

function session.passed()
  return false
end

function session:rebuild(begin)
  self:write(begin and "-- rebuild" or "-- rebuilt")
  self.ask("PRAGMA foreign_keys = " .. (begin and "OFF" or "ON"))
  self.ask("PRAGMA legacy_alter_table = " .. (begin and "ON" or "OFF"))
end

function session:check_later(sql)
  self:write("-- before the commit: " .. sql)
end

function session:savepoint(source)
  assert(source, "source")
  self:write("-- savepoint")
end

function session:release()
  self:write("-- release")
  return true
end

function session:rollback_to()
  self:write("-- roll back to the savepoint")
end

function session:commit(source)
  assert(source, "source")
  self:write("-- commit, begin")
end

function session.changes()
  return ""
end

function session.in_transaction()
  return true
end

function session:keep(text)
  self:write("-- keep " .. text)
end

function session.kept()
  return nil
end

function session:autocommit(begin, source)
  assert(source, "source")
  self:write(begin and "-- commit" or "-- begin")
end

---@param dialect "postgresql"|"sqlite"
---@param options table|nil  naming, offline, files (for load_sql), server_version (a number, or by dialect),
---                          ask: fun(sql) -> rows | nil, err
function fake.new(dialect, options)
  options = options or {}
  local version = options.server_version
  if type(version) == "table" then
    version = version[dialect]
  end
  local sent = setmetatable({ lines = {}, answers = options.answers or {} }, session)
  sent.ask = options.ask or function()
    return {}
  end
  local files = options.files or {}
  local run = {
    dialect = dialect,
    offline = options.offline,
    naming = options.naming or {},
    null = fake.null,
    config = {},
    session = sent,
  }
  function run.server_version()
    return not options.offline and (version or 150018) or nil
  end
  function run.source()
    return { at = "migrations/x.lua:1" }
  end
  function run.read_sql(path)
    return assert(files[path], path), path
  end
  function run.list_sql(directory)
    local paths = {}
    for path in pairs(files) do
      if path:sub(1, #directory + 1) == directory .. "/" then
        paths[#paths + 1] = path
      end
    end
    table.sort(paths)
    return paths
  end
  function run.text()
    return #sent.lines > 0 and table.concat(sent.lines, "\n") .. "\n" or ""
  end
  return run
end

function fake.op(run)
  return require("neap.op").new(run)
end

return fake
