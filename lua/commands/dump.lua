--- `neap dump`: what a database is made of, as SQL that makes it again; the same bytes for the same schema, whatever
--- it grew out of.

local errors = require("neap.errors")
local reflect = require("neap.reflect")
local schema = require("neap.schema")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local tokens = require("neap.reflect.sqlite.tokens")

-- What psql would have to be told first. Functions may name what comes after them.
local HEAD = [[
-- The schema of a PostgreSQL database, written by `neap dump`.

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET client_min_messages = warning;
SET search_path = '';
]]

local SQLITE_HEAD = [[
-- The schema of an SQLite database, written by `neap dump`.
]]

-- A comment on one line, whatever is in a name.
local function heading(text)
  return "\n-- " .. text:gsub("[\r\n]", " ") .. "\n"
end

-- The run that a dialect needs to compile: no names are made up.
local function compiling(run, snapshot)
  return {
    dialect = snapshot.dialect,
    naming = {},
    null = run.null,
    offline = true,
    source = run.source,
    server_version = function()
      return snapshot.version
    end,
  }
end

local function add_operations(parts, list, dialect, run)
  for _, operation in ipairs(list) do
    for _, statement in ipairs(dialect.compile(operation, run)) do
      parts[#parts + 1] = statement.sql
      parts[#parts + 1] = shared.ends_open(statement.sql) and "\n;\n" or ";\n"
    end
  end
end

-- What writes a PostgreSQL snapshot, loaded while the server works.
local function load_writers()
  require("neap.schema.operations")
  require("neap.dialect.postgresql")
  require("neap.dialect.postgresql.tables")
end

-- The objects of a PostgreSQL snapshot; foreign keys come at the end, so that tables stay in the order of their names.
local function add_objects(parts, run, snapshot, options)
  local operations = require("neap.schema.operations")
  local order = require("neap.schema.order")
  local dialect = require("neap.dialect.postgresql")
  local compile_run, late = compiling(run, snapshot), {}
  for _, object in ipairs(order.objects(snapshot)) do
    local made, after = operations.create(object, {
      null = run.null,
      snapshot = snapshot,
      foreign_keys = "last",
      owners = options.owners,
      grants = options.grants,
    })
    if #made > 0 then
      parts[#parts + 1] = heading(object.key)
      add_operations(parts, made, dialect, compile_run)
    end
    if #after > 0 then
      late[#late + 1] = { object = object, operations = after }
    end
  end
  for i, each in ipairs(late) do
    parts[#parts + 1] = i == 1 and heading("what stands between tables") or ""
    add_operations(parts, each.operations, dialect, compile_run)
  end
end

-- SQLite keeps the statements themselves, with a comment behind the last expression, which would take the semicolon
-- along; who loads the dump may keep it or not.
local function without_comment(text)
  local list = tokens.read(text)
  local unclosed = list[#list].kind == "open" and list[#list].text:sub(1, 2) == "/*"
  return text:sub(1, list[unclosed and #list - 1 or #list].stop)
end

local function add_definitions(parts, snapshot)
  local layout = require("neap.reflect.sqlite.layout")
  for _, object in ipairs(schema.sorted(snapshot)) do
    local is_table = object.kind == "table"
    local definition = is_table and layout.table(object.definition) or object.definition
    parts[#parts + 1] = "\n" .. without_comment(definition) .. ";\n"
    for _, index in ipairs(object.indexes or {}) do
      parts[#parts + 1] = layout.index(without_comment(index.definition)) .. ";\n"
    end
  end
end

-- The version table that a run finds, with its rows.
local function version_table(run, snapshot)
  local name = run.config.version_table or "neap_version"
  local schema_name = run.config.version_table_schema
  local found
  for _, object in next, snapshot.own do
    if
      object.kind == "table"
      and object.name == name
      and (not schema_name or object.schema == schema_name)
    then
      found = (not found or object.key < found.key) and object or found
    end
  end
  return found
end

local function add_stamp(parts, run, snapshot)
  local object = version_table(run, snapshot)
  if not object then
    return
  end
  local quote = require("neap.dialect." .. snapshot.dialect).quote
  local name = (object.schema and quote(object.schema) .. "." or "") .. quote(object.name)
  local rows = run.session:rows("SELECT version_num FROM " .. name, nil, run.source())
  local ids = {}
  for i, row in ipairs(rows) do
    ids[i] = row[1]
  end
  if #ids == 0 then
    return
  end
  table.sort(ids)
  parts[#parts + 1] = heading("the revisions that it is at")
  if snapshot.dialect == "sqlite" then
    parts[#parts + 1] = object.definition .. ";\n"
  else
    local operations = require("neap.schema.operations")
    local made = operations.create(object, { owners = false, grants = false })
    add_operations(parts, made, require("neap.dialect.postgresql"), compiling(run, snapshot))
  end
  for _, id in ipairs(ids) do
    parts[#parts + 1] = ("INSERT INTO %s (version_num) VALUES (%s);\n"):format(
      name,
      sql.quote_string(id, snapshot.dialect)
    )
  end
end

-- Names a schema that is not there.
local function check_schemas(snapshot, wanted)
  for _, name in ipairs(wanted or {}) do
    local found = false
    for _, known in ipairs(snapshot.schemas) do
      found = found or known == name
    end
    if not found then
      errors.raise("usage", ('there is no schema "%s" in this database'):format(name))
    end
  end
end

return function(run, options)
  local schemas = #options.schemas > 0 and options.schemas or nil
  if schemas and run.dialect == "sqlite" then
    errors.raise("usage", "SQLite has no schemas: leave --schema out")
  end
  local snapshot = reflect.snapshot(run, { schemas = schemas }, function()
    if run.dialect == "postgresql" then
      load_writers()
    end
  end)
  check_schemas(snapshot, schemas)
  for key, object in next, schemas and snapshot.objects or {} do
    if object.of_database then
      snapshot.objects[key] = nil
    end
  end
  for _, what in ipairs(snapshot.others) do
    run.warn("not in the dump: " .. what)
  end
  local parts
  if snapshot.dialect == "sqlite" then
    parts = { SQLITE_HEAD }
    add_definitions(parts, snapshot)
  else
    parts = { HEAD }
    add_objects(parts, run, snapshot, options)
  end
  if options.stamp then
    add_stamp(parts, run, snapshot)
  end
  local text = table.concat(parts)
  if options.json then
    return { document = { dialect = snapshot.dialect, sql = text } }
  end
  return { text = text }
end
