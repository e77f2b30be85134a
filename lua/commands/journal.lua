--- `neap journal`: what is done outside neap, recorded by the server.

local adopt = require("neap.audit.adopt")
local ddl = require("neap.audit.ddl")
local errors = require("neap.errors")
local shown = require("neap.audit.shown")

local SOURCE = { at = "" }

local actions = {}

local function fail(message, advice)
  errors.raise("failed", message, nil, { advice = advice })
end

-- Services whose administrators are no superusers, and may make event triggers all the same.
local administrators = [[
SELECT r.rolsuper OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles a WHERE a.rolname OPERATOR(pg_catalog.=) ANY
  ('{rds_superuser,cloudsqlsuperuser,azure_pg_admin,alloydbsuperuser}'::pg_catalog.name[])
  AND pg_catalog.pg_has_role(a.oid, 'MEMBER')) AS may, r.rolname::pg_catalog.text AS name
FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) SESSION_USER]]

local function version_owner(run, tables)
  local rows = run.session:query(
    [[SELECT pg_catalog.pg_get_userbyid(c.relowner)::pg_catalog.text AS owner FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.name]],
    { tables.schema, tables.version_table },
    SOURCE
  )
  return rows[1] and rows[1].owner
end

local function script(statements)
  local text = {
    "-- To be run by a superuser: psql -X -v ON_ERROR_STOP=1 -f FILE",
    "BEGIN;",
    "SET LOCAL neap.revision = 'journal';",
  }
  for _, statement in ipairs(statements) do
    text[#text + 1] = statement .. ";"
  end
  text[#text + 1] = "COMMIT;"
  local whole = table.concat(text, "\n") .. "\n"
  return { status = 0, text = whole, document = { sql = whole } }
end

local function run_all(run, statements)
  local may = run.session:query(administrators, {}, SOURCE)[1]
  if not may or not may.may then
    fail(
      ("only a superuser may create event triggers, and %s is none"):format(
        may and may.name or "this role"
      ),
      "Nothing was changed. `neap journal install --sql` (or uninstall) prints what a superuser has to run."
    )
  end
  for _, statement in ipairs(statements) do
    run.session:run(statement, {}, SOURCE)
  end
end

function actions.install(run, options)
  local schema = options.tables.schema
  local statements = ddl.install(schema, version_owner(run, options.tables))
  if options.sql then
    return script(statements)
  end
  run_all(run, statements)
  return {
    status = 0,
    text = ("What is done outside neap is recorded in %s.neap_ddl from now on.\n"):format(schema),
    document = { installed = true, schema = schema },
    history = "journal install",
  }
end

function actions.uninstall(run, options)
  local schema = options.tables.schema
  local statements = ddl.uninstall(schema)
  if options.sql then
    return script(statements)
  end
  run_all(run, statements)
  return {
    status = 0,
    text = "The journal and what it held are gone.\n",
    document = { installed = false, schema = schema },
    history = "journal uninstall",
  }
end

local function groups_of(run, options, all)
  local schema = options.tables.schema
  local state = ddl.state(run, schema)
  if state == "absent" then
    fail("there is no journal in this database", "`neap journal install` makes it (PostgreSQL).")
  elseif state == "unreadable" then
    fail(
      ("%s.neap_ddl belongs to another role and cannot be read"):format(schema),
      "Let its owner grant SELECT and UPDATE (settled) on it."
    )
  end
  return ddl.group(ddl.read(run, schema, all))
end

local function document_of(group)
  local row = group.first
  local objects, ids = {}, {}
  for i, each in ipairs(group.rows) do
    ids[i] = each.id
    for object in (each.objects or ""):gmatch("[^\n]+") do
      objects[#objects + 1] = object
    end
  end
  return {
    id = row.id,
    ids = ids,
    time = row.recorded,
    user = row.database_user,
    role = row.role,
    application = row.application_name,
    client = row.client_address,
    search_path = row.search_path,
    tag = row.tag,
    objects = objects,
    statement = row.statement,
    settled = row.settled,
  }
end

function actions.show(run, options)
  local lines, list = {}, run.array({})
  for i, group in ipairs(groups_of(run, options, options.all)) do
    local row = group.first
    local object = (row.objects or ""):match("^[^\n]*"):match(" (.*)$")
    list[i] = document_of(group)
    run.array(list[i].objects)
    local words = {
      ("%d"):format(row.id),
      shown.time(row.recorded),
      shown.line(object and row.tag .. " " .. object or row.tag),
      shown.line("by " .. row.database_user .. (row.role and " as " .. row.role or "")),
    }
    for _, word in ipairs({ row.application_name or "", row.client_address or "" }) do
      words[#words + 1] = word ~= "" and shown.line(word) or nil
    end
    words[#words + 1] = row.settled and "(" .. shown.line(row.settled) .. ")"
    lines[#lines + 1] = table.concat(words, "  ")
    lines[#lines + 1] = "    " .. shown.line(row.statement or "(statement not kept)", 200)
  end
  return {
    status = 0,
    text = #lines > 0 and table.concat(lines, "\n") .. "\n"
      or options.all and "Nothing was done outside neap since the journal was installed.\n"
      or "Nothing that was done outside neap is open.\n",
    document = list,
  }
end

-- The groups that hold these entries; all of them when none are named.
local function chosen(groups, ids, everything)
  if everything then
    return groups
  end
  local wanted, list = {}, {}
  for _, word in ipairs(ids) do
    local id = math.tointeger(tonumber(word))
    if not id then
      errors.raise(
        "usage",
        ('"%s" is no entry of the journal: see `neap journal show`'):format(word)
      )
    end
    wanted[id] = true
  end
  for _, group in ipairs(groups) do
    local is_wanted = false
    for _, row in ipairs(group.rows) do
      is_wanted = is_wanted or wanted[row.id]
    end
    if is_wanted then
      list[#list + 1] = group
      for _, row in ipairs(group.rows) do
        wanted[row.id] = nil
      end
    end
  end
  local missing = next(wanted)
  if missing then
    errors.raise(
      "usage",
      ("the journal has no open entry %d: see `neap journal show`"):format(missing)
    )
  end
  return list
end

function actions.dismiss(run, options)
  local groups = groups_of(run, options)
  local ids = {}
  for _, group in ipairs(chosen(groups, options.ids, options.all)) do
    for _, row in ipairs(group.rows) do
      ids[#ids + 1] = row.id
    end
  end
  if #ids > 0 then
    ddl.settle(run, options.tables.schema, ids, "dismissed")
  end
  return {
    status = 0,
    text = ("%d %s dismissed.\n"):format(#ids, #ids == 1 and "entry" or "entries"),
    document = { dismissed = run.array(ids) },
    history = #ids > 0 and "journal dismiss " .. table.concat(ids, " ") or nil,
  }
end

function actions.adopt(run, options)
  local groups = chosen(groups_of(run, options), options.ids, #options.ids == 0)
  if #groups == 0 then
    fail("the journal holds nothing that was done outside neap", "There is nothing to adopt.")
  end
  local default = run.session:query(
    "SELECT reset_val FROM pg_catalog.pg_settings WHERE name OPERATOR(pg_catalog.=) 'search_path'",
    {},
    SOURCE
  )
  return { status = 0, value = adopt.bodies(groups, default[1] and default[1].reset_val) }
end

---@param run Run
---@param options { action: string, sql: boolean?, all: boolean?, ids: string[], tables: table }
return function(run, options)
  if run.dialect ~= "postgresql" then
    errors.raise(
      "usage",
      "SQLite tells nobody what changes the schema: the journal is PostgreSQL's",
      nil,
      { advice = "`neap blame` and `neap log --object` work on both." }
    )
  end
  -- neap's tables belong to who connects; neap.lua's role need not see them.
  run.session:run("SET LOCAL ROLE NONE", {}, SOURCE)
  return actions[options.action](run, options)
end
