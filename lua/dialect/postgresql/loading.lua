--- Files of functions, views and other code: in the order of what they need, without those that have not changed,
--- with what they replace kept, and a changed signature made anew.
---
--- All files go in one piece, as fast as they can. Only when that fails for a reason that can be mended (a result's
--- type has changed, something is not there yet) it is undone, and they are gone through statement by statement.

local careful = require("neap.dialect.postgresql.careful")
local definitions = require("neap.dialect.postgresql.definitions")
local errors = require("neap.errors")
local live = require("neap.dialect.postgresql.live")
local replaced = require("neap.dialect.postgresql.replaced")
local with_mentioning = require("neap.dialect.postgresql.mentions")
local load_order = require("neap.dialect.load_order")
local sql = require("neap.sql")

-- The same row of pg_proc is the same function; another one may be, after a GRANT.
-- The files whose text and whose objects are what they were when they were loaded last.
local UNCHANGED = [[
WITH o AS (
    SELECT l.file, l.hash, l.class::oid AS class, l.oid::oid AS oid, l.fingerprint,
        COALESCE(l.version = concat_ws('/', p.oid, p.ctid, p.xmin), false) AS same
    FROM %s l
    LEFT JOIN pg_proc p ON p.oid = l.oid::oid AND l.version IS NOT NULL
    WHERE l.project = %s
)
SELECT o.file, o.hash FROM o
GROUP BY o.file, o.hash
HAVING bool_and(o.class = 0::oid OR o.same OR o.fingerprint = (%s))]]

local function query(run, text, source)
  return run.session:query(text, nil, source)
end

-- path -> hash of what need not be loaded.
local function find_unchanged(run, source, values)
  local there = query(
    run,
    (
      "SELECT pg_catalog.to_regclass(%s) IS NOT NULL AS there, pg_catalog.current_setting('search_path') AS path, "
      .. "pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(c.relname)) AS name FROM (SELECT 1) o "
      .. "LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(%s) "
      .. "LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
    ):format(values.LOADEDREGCLASS, values.LOADEDREGCLASS),
    source
  )[1]
  local hashes = {}
  if not (there and there.there) then
    return hashes
  end
  run.session:run("SELECT pg_catalog.set_config('search_path', 'pg_catalog', true)", nil, source)
  local rows = query(run, UNCHANGED:format(there.name, values.PROJECT, live.FINGERPRINT), source)
  run.session:run("SELECT pg_catalog.set_config('search_path', $1, true)", { there.path }, source)
  for _, row in ipairs(rows) do
    hashes[row.file] = row.hash
  end
  return hashes
end

-- What gives the files of a list one by one.
local function each(files)
  local place = 0
  return function()
    place = place + 1
    return files[place]
  end
end

local function send_plain(session, files, source)
  for file in files do
    session:text(file.sql, source, file)
  end
end

-- duplicate_object, duplicate_table, duplicate_function.
local DUPLICATE = { ["42710"] = true, ["42P07"] = true, ["42723"] = true }

local function advise(err)
  if errors.is(err) and DUPLICATE[err.sqlstate] then
    err.advice = err.advice
      or "A file that has changed is run again: write CREATE OR REPLACE in it, or DROP ... IF EXISTS before the CREATE."
  end
end

-- A script cannot see which body names what is not there yet: it has none of them looked at, as a run those that fail.
local UNCHECKED = [[

BEGIN
    PERFORM pg_catalog.set_config('neap.bodies', pg_catalog.current_setting('check_function_bodies'), true);
    PERFORM pg_catalog.set_config('check_function_bodies', 'off', true);
END
]]
local CHECKED = [[

BEGIN
    PERFORM pg_catalog.set_config('check_function_bodies', COALESCE(
        NULLIF(pg_catalog.current_setting('neap.bodies', true), ''),
        pg_catalog.current_setting('check_function_bodies')), true);
END
]]

local function send_offline(session, files, source)
  session:run(replaced.block(UNCHECKED, {}), nil, source)
  send_plain(session, files, source)
  session:run(replaced.block(CHECKED, {}), nil, source)
end

-- All at once; careful when that fails and care can help. `files` gives them one by one. `meanwhile` is called when the
-- server is at work on the last of them.
local function send(run, files, source, meanwhile)
  local session = run.session
  if run.offline then
    return send_offline(session, files, source)
  end
  local given = {}
  local function next_file()
    local file = files()
    given[#given + 1] = file
    return file
  end
  session:savepoint(source)
  local ok, err = pcall(send_plain, session, next_file, source)
  if meanwhile then
    meanwhile()
  end
  if ok then
    ok, err = session:release()
  end
  if not ok then
    session:rollback_to()
    if not careful.can_mend(err) then
      advise(err)
      error(err, 0)
    end
    for _ in next_file do -- those that were not sent any more
    end
    ok, err = pcall(careful.send, run, given, source)
    if not ok then
      advise(err)
      error(err, 0)
    end
  end
end

-- Groups of files, one after the other, in which no two make a routine of the same name: what a file has made can be
-- told from the names then.
local function by_names(files)
  local groups, names = { {} }, {}
  for _, file in ipairs(files) do
    local own, clash = {}, false
    for _, object in ipairs(file.objects) do
      local name = not object.drop and object.language and object.name
      if name then
        own[name] = true
        clash = clash or names[name] or false
      end
    end
    if clash then
      groups[#groups + 1], names = {}, {}
    end
    for name in next, own do
      names[name] = true
    end
    table.insert(groups[#groups], file)
  end
  return groups
end

-- Of each routine that a file made before and makes no more: its signature, how it is shown, its name, and the signature
-- of the only other one of that name.
local LOST = [[
SELECT l.v[i][1] AS signature, l.v[i][2] AS shown, l.v[i][3] AS file, o.proname::pg_catalog.text AS name, (
    SELECT pg_catalog.min(p.oid::pg_catalog.regprocedure::pg_catalog.text)
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace OPERATOR(pg_catalog.=) o.pronamespace AND p.proname OPERATOR(pg_catalog.=) o.proname
        AND p.oid OPERATOR(pg_catalog.<>) o.oid
    HAVING pg_catalog.count(*) OPERATOR(pg_catalog.=) 1) AS other
FROM (SELECT pg_catalog.current_setting('neap.left')::pg_catalog.text[] AS v) l
CROSS JOIN LATERAL pg_catalog.generate_subscripts(l.v, 1) i
JOIN pg_catalog.pg_proc o ON o.oid OPERATOR(pg_catalog.=) l.v[i][1]::pg_catalog.regprocedure]]

-- Routines that a file made before and makes no more. What depends on one goes over to the only one of that name.
local function drop_lost(operation, run, source, values)
  local session = run.session
  local settings = query(
    run,
    "SELECT pg_catalog.current_setting('neap.left') AS lost, pg_catalog.current_setting('neap.path') AS path, "
      .. "pg_catalog.current_setting('search_path') AS theirs",
    source
  )[1]
  if not settings or settings.lost == "{}" then
    return
  end
  -- Names are qualified then, as the blocks that restore need them.
  local set = "SELECT pg_catalog.set_config('search_path', $1, true)"
  session:run(set, { "pg_catalog, pg_temp" }, source)
  local rows = query(run, LOST, source)
  session:run(set, { settings.path }, source)
  for _, row in ipairs(rows) do
    local save = operation.keep and definitions.save_lost(row.signature, row.file, values)
      or replaced.save("pg_proc", row.signature)
    session:run(save, nil, source)
    careful.note_change(run, row.name)
    session:run(replaced.restore(row.signature, row.signature, row.other), nil, source)
    session:run(
      ("DO $neap$ BEGIN RAISE WARNING 'dropped, because its file does not make it any more: %%', %s; END $neap$"):format(
        sql.quote_string(row.shown, "postgresql")
      ),
      nil,
      source
    )
  end
  session:run(set, { settings.theirs }, source)
end

-- `order` gives the files one by one.
local function load_group(files, order, operation, run, source, values)
  local session, hashes = run.session, {}
  for i, file in ipairs(files) do
    hashes[i] = file.hash or ""
  end
  local before, after = definitions.around(files, hashes, operation, run, values)
  session:run(before, nil, source)
  local sql_after, settings
  local function write_after()
    if not sql_after then
      sql_after, settings = after()
    end
  end
  send(run, order, source, write_after)
  write_after()
  if settings then
    local calls = {}
    for i = 1, #settings, 2 do
      calls[#calls + 1] = ("pg_catalog.set_config($%d, $%d, true)"):format(i, i + 1)
    end
    session:run("SELECT " .. table.concat(calls, ", "), settings, source)
  end
  session:run(sql_after, nil, source)
  if not run.offline then
    drop_lost(operation, run, source, values)
  end
end

-- Names without a schema are those of the search_path that the file has set before them.
local function with_schemas(objects)
  local schema
  for _, object in ipairs(objects) do
    if object.kind == "search_path" then
      schema = object.schema
    else
      object.schema = object.schema or schema
      object.on_schema = object.on_schema or object.on and schema or nil
    end
  end
  return objects
end

local function parse(files)
  for _, file in ipairs(files) do
    file.objects = with_schemas(sql.objects(file.sql, "postgresql"))
  end
end

---@param operation Operation   load_sql or load_sql_dir
---@param files LoadFile[]
---@return Statement[]
return function(operation, run, files)
  local records = operation.keep or operation.skip_unchanged or operation.tidy
  local values = definitions.names(operation, run)
  local name = operation.directory or operation.file
  name = type(name) == "table" and table.concat(name, ", ") or name

  local function plan()
    local wanted, passed = files, {}
    if operation.skip_unchanged and not run.offline then
      local unchanged = find_unchanged(run, operation.source, values)
      wanted = {}
      for _, file in ipairs(files) do
        local list = unchanged[file.path] ~= file.hash and wanted or passed
        list[#list + 1] = file
      end
      if #wanted > 0 and #passed > 0 then
        wanted, passed = with_mentioning(wanted, passed)
      end
    end
    return function(session, source)
      if #wanted == 0 and not operation.keep then
        return
      elseif records then
        session:run(definitions.prepare(values), nil, source) -- while the texts are looked at
      end
      parse(wanted)
      local order = each(wanted)
      if operation.order == "dependency" then
        order = load_order.each(wanted, "postgresql")
      end
      if not records then
        return send(run, order, source)
      end
      if operation.keep and #passed > 0 then
        session:run(definitions.note_unchanged(passed, values), nil, source)
      end
      if #wanted == 0 then
        return
      elseif not operation.keep and #by_names(wanted) == 1 then
        return load_group(wanted, order, operation, run, source, values)
      end
      local sorted = {}
      for file in order do
        sorted[#sorted + 1] = file
      end
      for _, group in ipairs(by_names(sorted)) do
        load_group(group, each(group), operation, run, source, values)
      end
    end
  end

  return { { sql = "load " .. name, send = "group", plan = plan, label = "op." .. operation.kind } }
end
