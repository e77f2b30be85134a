--- The model, built by the database itself and read back from its catalog: in its own words.
---
--- PostgreSQL: in the command's transaction, which is rolled back. The schemas step aside (a rename touches nothing but
--- one row of pg_namespace, and nobody else sees it) and come anew, empty; so every name means the same as it will.
--- SQLite: in memory.

local errors = require("neap.errors")
local late = require("neap.model.late")
local outside = require("neap.model.outside")
local pipes = require("neap.op.pipe")
local references = require("neap.model.references")
local reflect = require("neap.reflect")
local shapes = require("neap.compare.shapes")

local scratch = {}

local quote = shapes.quote
local ASIDE = "neap_old_"

local function literal(value)
  return require("neap.dialect.postgresql.text").string(value)
end

-- What is only there to be undone is not concurrent, and nothing exists before it.
local function plain(operation)
  if operation.concurrently == nil and operation.not_valid == nil then
    return operation
  end
  local copy = {}
  for name, value in next, operation do
    copy[name] = value
  end
  copy.concurrently = nil
  return copy
end

-- The text without the CREATE EXTENSION of what is installed; its lines stay where they are.
local function without_extensions(text, dialect, there)
  local sql = require("neap.sql")
  local parts, from = {}, 1
  for _, statement in ipairs(sql.statements(text, dialect)) do
    local words = text:sub(statement.start, statement.stop):gsub("%-%-[^\n]*", " ")
    local name = words
      :gsub(
        "^%s*([Cc][Rr][Ee][Aa][Tt][Ee]%s+[Ee][Xx][Tt][Ee][Nn][Ss][Ii][Oo][Nn]%s+)[Ii][Ff]%s+[Nn][Oo][Tt]%s+[Ee][Xx][Ii][Ss][Tt][Ss]%s+",
        "%1"
      )
      :match('^%s*[Cc][Rr][Ee][Aa][Tt][Ee]%s+[Ee][Xx][Tt][Ee][Nn][Ss][Ii][Oo][Nn]%s+"?([%w_-]+)')
    if name and there[name] then
      parts[#parts + 1] = text:sub(from, statement.start - 1)
      parts[#parts + 1] = text:sub(statement.start, statement.stop):gsub("[^\n]", " ")
      from = statement.stop + 1
    end
  end
  parts[#parts + 1] = text:sub(from)
  return table.concat(parts)
end

local function send_steps(run, model, skip)
  local pipe = pipes.new(run)
  for _, step in ipairs(run.dialect == "postgresql" and late.steps(model.steps) or model.steps) do
    if step.sql then
      run.session:text(
        skip.there and without_extensions(step.sql, run.dialect, skip.there) or step.sql,
        { at = step.path },
        { file = step.path, ignore_transaction = true }
      )
      if skip.after_sql then
        skip.after_sql()
      end
    elseif not skip.operation or not skip.operation(step.operation) then
      pipe:send(plain(step.operation))
    end
  end
end

-- PostgreSQL ------------------------------------------------------------------------------------------

-- Schemas that the model makes itself.
local function created_schemas(model)
  local made = {}
  for _, step in ipairs(model.steps) do
    if step.operation and step.operation.kind == "create_schema" then
      made[step.operation.name] = true
    elseif step.sql then
      local text =
        step.sql:gsub("[Ii][Ff]%s+[Nn][Oo][Tt]%s+[Ee][Xx][Ii][Ss][Tt][Ss]%s+", ""):gsub('""', "\1") -- a quote within a name
      for name in
        text:gmatch("[Cc][Rr][Ee][Aa][Tt][Ee]%s+[Ss][Cc][Hh][Ee][Mm][Aa]%s+([%w_$\128-\255]+)")
      do
        made[name:lower()] = true
      end
      for name in text:gmatch('[Cc][Rr][Ee][Aa][Tt][Ee]%s+[Ss][Cc][Hh][Ee][Mm][Aa]%s+"([^"]+)"') do
        made[(name:gsub("\1", '"'))] = true
      end
    end
  end
  return made
end
scratch.created_schemas = created_schemas

-- Extensions that the model asks for.
local function wanted_extensions(model)
  local wanted = {}
  for _, step in ipairs(model.steps) do
    if step.operation and step.operation.kind == "create_extension" then
      wanted[step.operation.name] = step.operation
    elseif step.sql then
      local text = step.sql:gsub("[Ii][Ff]%s+[Nn][Oo][Tt]%s+[Ee][Xx][Ii][Ss][Tt][Ss]%s+", "")
      for name, options in
        text:gmatch(
          '[Cc][Rr][Ee][Aa][Tt][Ee]%s+[Ee][Xx][Tt][Ee][Nn][Ss][Ii][Oo][Nn]%s+"?([%w_-]+)"?([^;]*)'
        )
      do
        local version = options:match("[Vv][Ee][Rr][Ss][Ii][Oo][Nn]%s+['\"]?([%w._-]+)")
        wanted[name] = { name = name, version = version }
      end
    end
  end
  return wanted
end

local function refuse(run, err)
  if errors.is(err) and (err.sqlstate == "42501" or err.sqlstate == "25006") then
    local role = run.config and run.config.role
    err.advice = "The model is built in the database itself, in a transaction that is rolled back. That needs the owner of "
      .. "the schemas, or a superuser, and a database that can be written to."
      .. (
        role
          and (" neap.lua's role %s builds it: it needs the schemas and GRANT CREATE ON DATABASE."):format(
            role
          )
        or ""
      )
  end
  error(err, 0)
end

-- Schemas are moved by who connects, if that is a superuser: neap.lua's role need not own them. It makes what is in
-- them, as the revisions do, and gets them in here. Gives how to go on in it.
local function act_as_self(run, source)
  local row = run.session:query(
    [[SELECT pg_catalog.current_setting('role') AS role, pg_catalog.current_database()::text AS database, r.rolsuper AS super
FROM pg_catalog.pg_roles r WHERE r.rolname = SESSION_USER]],
    nil,
    source
  )[1]
  if not row or not row.super or row.role == "none" then
    return function() end
  end
  run.session:run("SET LOCAL ROLE NONE", nil, source)
  return function(made)
    local role = quote(row.role)
    if next(made) then
      local grant = ("GRANT CREATE ON DATABASE %s TO %s"):format(quote(row.database), role)
      run.session:run(grant, nil, source)
    end
    run.session:run("SET LOCAL ROLE " .. role, nil, source)
  end,
    row.role
end

local function step_aside(run, source, schemas, made, home, owner)
  local session = run.session
  local there = {}
  for _, row in
    ipairs(
      session:query("SELECT n.nspname::text AS name FROM pg_catalog.pg_namespace n", nil, source)
    )
  do
    there[row.name] = true
  end
  for _, name in ipairs(schemas) do
    if there[name] then
      session:run(
        ("ALTER SCHEMA %s RENAME TO %s"):format(quote(name), quote((ASIDE .. name):sub(1, 63))),
        nil,
        source
      )
    end
    if not made[name] and (there[name] or name == home) then
      local authorization = owner and " AUTHORIZATION " .. quote(owner) or ""
      session:run("CREATE SCHEMA " .. quote(name) .. authorization, nil, source)
    end
  end
end

local EXTENSIONS = [[
SELECT e.extname::text AS name, n.nspname::text AS schema, e.extrelocatable AS movable
FROM pg_catalog.pg_extension e
JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE n.nspname LIKE 'neap\_old\_%']]

-- Extensions come along, so that their types have the names that they had. Gives what cannot.
local function bring_extensions(run, source, made)
  local left = false
  for _, row in ipairs(run.session:query(EXTENSIONS, nil, source)) do
    local home = row.schema:sub(#ASIDE + 1)
    if made[home] then
      run.session:run("CREATE SCHEMA IF NOT EXISTS " .. quote(home), nil, source)
      made[home] = "early"
    end
    if row.movable then
      run.session:run(
        ("ALTER EXTENSION %s SET SCHEMA %s"):format(quote(row.name), quote(home)),
        nil,
        source
      )
    else
      left = true
    end
  end
  return left
end

-- Names of what could not come along.
local function rename_texts(value)
  for key, each in next, value do
    if type(each) == "string" then
      value[key] = each:gsub(ASIDE, "")
    elseif type(each) == "table" then
      rename_texts(each)
    end
  end
end

-- They belong to the database and have no schema that steps aside; the transaction brings them back.
local function drop_event_triggers(run, source)
  local rows = run.session:query(
    "SELECT e.evtname::text AS name FROM pg_catalog.pg_event_trigger e",
    nil,
    source
  )
  for _, row in ipairs(rows) do
    run.session:run("DROP EVENT TRIGGER " .. quote(row.name), nil, source)
  end
end

local function installed(run, source)
  local names = {}
  for _, row in
    ipairs(
      run.session:query(
        "SELECT e.extname::text AS name FROM pg_catalog.pg_extension e",
        nil,
        source
      )
    )
  do
    names[row.name] = true
  end
  return names
end

local function build_postgresql(run, model, opts)
  local source = {}
  local made, wanted, there =
    created_schemas(model), wanted_extensions(model), installed(run, source)
  local kinds = outside.kinds(model)
  local go_on, owner = act_as_self(run, source)
  drop_event_triggers(run, source)
  outside.step_aside(run, kinds)
  step_aside(run, source, opts.schemas, made, opts.home, owner)
  local left = bring_extensions(run, source, made)
  go_on(made)
  local path = run.session:query(
    "SELECT pg_catalog.current_setting('search_path') AS path",
    nil,
    source
  )[1].path
  run.session:run("SET LOCAL check_function_bodies = off", nil, source)
  send_steps(run, model, {
    there = there,
    operation = function(operation)
      return operation.kind == "create_extension" and there[operation.name]
        or operation.kind == "create_schema" and made[operation.name] == "early"
    end,
    after_sql = function()
      run.session:run("SET LOCAL search_path = " .. path, nil, source)
    end,
  })
  local snapshot = reflect.snapshot(run, opts)
  outside.settle(snapshot, kinds)
  if left then
    rename_texts(snapshot.objects)
  end
  for key, object in next, snapshot.objects do
    if object.kind == "extension" then
      local asked = wanted[object.name]
      snapshot.objects[key] = asked and object or nil
      object.schema = asked and asked.schema or object.schema
      object.wanted = asked and asked.version
      object.version = object.wanted or object.version
    end
  end
  return snapshot
end

-- SQLite ----------------------------------------------------------------------------------------------

-- Takes what the model would send out of `texts`; false for what is not there, and for what no text is kept of.
local function take_statements(run, model, texts)
  local compile = require("neap.dialect.sqlite").compile
  for _, step in ipairs(model.steps) do
    if step.sql then
      return false
    end
    for _, statement in ipairs(compile(plain(step.operation), run)) do
      if statement.send or statement.only_if or not texts[statement.sql] then
        return false
      end
      texts[statement.sql] = nil
    end
  end
  return true
end

---True when an SQLite database is made of the very statements that the model says: the catalog keeps them. A model whose
---statements read otherwise may still say the same, and has to be built.
---@param run Run
---@param model Model
---@param snapshot Snapshot   of the database
---@return boolean
function scratch.is_made_of(run, model, snapshot)
  local texts = {}
  for _, object in next, snapshot.objects do
    texts[object.definition] = true
    for _, index in ipairs(object.indexes or {}) do
      texts[index.definition] = true
    end
  end
  local ok, taken = pcall(take_statements, run, model, texts)
  if not ok or not taken or next(texts) ~= nil then
    return false
  end
  references.refuse_nowhere(model, snapshot)
  return true
end

-- The catalog itself is written to by the shell alone.
local function advise_dump(err)
  if errors.is(err) and (err.sql or ""):find("^INSERT INTO sqlite_") then
    err.advice = "The shell's .dump makes virtual tables so, and they are allowed to no one else. "
      .. "Take `neap dump`, which has words for them."
  end
  error(err, 0)
end

local function build_sqlite(run, model, opts)
  local memory = run.open("sqlite::memory:")
  local ok, err = pcall(send_steps, memory, model, {})
  if not ok then
    advise_dump(err)
  end
  local snapshot = reflect.snapshot(memory, opts)
  run.close(memory)
  references.refuse_nowhere(model, snapshot)
  return snapshot
end

---@class ScratchOptions: ReflectOptions
---@field schemas string[]
---@field home string?

---@param run Run        of a command that may write and is rolled back
---@param model Model
---@param opts ScratchOptions
---@return Snapshot
function scratch.build(run, model, opts)
  if run.dialect == "sqlite" then
    return build_sqlite(run, model, opts)
  end
  local ok, snapshot = pcall(build_postgresql, run, model, opts)
  if not ok then
    refuse(run, snapshot)
  end
  return snapshot
end

---The columns of views, as text, by key: what CREATE OR REPLACE VIEW may only add to.
function scratch.view_columns(run, schemas)
  local list = {}
  if run.dialect ~= "postgresql" then
    return list
  end
  local names = {}
  for i, name in ipairs(schemas) do
    names[i] = literal(name)
  end
  local rows = run.session:query(
    [[
SELECT pg_catalog.concat('view ', n.nspname, '.', c.relname) AS key,
    pg_catalog.string_agg(pg_catalog.concat(pg_catalog.quote_ident(a.attname), ' ',
        pg_catalog.format_type(a.atttypid, a.atttypmod)), ',' ORDER BY a.attnum) AS columns
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relkind = 'v' AND n.nspname IN (]]
      .. table.concat(names, ", ")
      .. ") GROUP BY 1",
    nil,
    {}
  )
  for _, row in ipairs(rows) do
    list[row.key] = row.columns
  end
  return list
end

return scratch
