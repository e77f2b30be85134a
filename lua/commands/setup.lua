--- `neap setup`, its first part: the roles, schemas and extensions that neap.lua asks for and that are missing.
---
--- options: roles, schemas, extensions, each a list of { name, options } (lua/setup.lua); owner: of schemas that name
--- none. Without a session the entries are only checked.
local errors = require("neap.errors")
local roles = require("neap.op.roles")
local schemas = require("neap.op.schemas")

local function owned(options, owner)
  local copy = {}
  for name, value in next, options do
    copy[name] = value
  end
  copy.authorization = copy.authorization or copy.owner or owner
  copy.owner = nil
  return copy
end

-- In this order: an extension may go into one of the schemas, which may belong to one of the roles.
local kinds = {
  {
    key = "roles",
    what = "role",
    build = roles.create_role,
    make = function(op, name, options)
      op.create_role(name, options)
    end,
    there = "SELECT rolname::pg_catalog.text AS name FROM pg_catalog.pg_roles",
  },
  {
    key = "schemas",
    what = "schema",
    build = schemas.create_schema,
    make = function(op, name, options)
      op.create_schema(name, options)
    end,
    there = "SELECT nspname::pg_catalog.text AS name FROM pg_catalog.pg_namespace",
  },
  {
    key = "extensions",
    what = "extension",
    build = schemas.create_extension,
    make = function(op, name, options)
      op.create_extension(name, options)
    end,
    there = "SELECT extname::pg_catalog.text AS name FROM pg_catalog.pg_extension",
  },
}

local function options_of(kind, entry, owner)
  return kind.key == "schemas" and owned(entry.options, owner) or entry.options
end

-- The directive's own check, with the entry named.
local function check(kind, entry, owner)
  local ok, err = pcall(kind.build, entry.name, options_of(kind, entry, owner))
  if not ok and errors.is(err) then
    err.message = ("neap.lua: setup.%s: %s: %s"):format(kind.key, entry.name, err.message)
  end
  if not ok then
    error(err, 0)
  end
end

local function names(run, kind)
  local set = {}
  for _, row in ipairs(run.session:query(kind.there, nil, run.source())) do
    set[row.name] = true
  end
  return set
end

local function make_missing(run, kind, list, owner, made)
  local there = names(run, kind)
  for _, entry in ipairs(list) do
    if not there[entry.name] then
      kind.make(run.op, entry.name, options_of(kind, entry, owner))
      made[#made + 1] = kind.what .. " " .. entry.name
    end
  end
end

local database = [=[
SELECT d.datname::pg_catalog.text AS name, r.rolname::pg_catalog.text AS owner
FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) d.datdba
WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()]=]

local function own_database(run, owner, made)
  local row = run.session:query(database, nil, run.source())[1]
  if owner and row.owner ~= owner then
    run.op.set_owner("database", row.name, owner)
    made[#made + 1] = "owner " .. owner
  end
end

-- What something is to belong to, or to be made as: the roles that a superuser need not be a member of.
local function owners(run, options)
  local list, there = { options.owner }, names(run, kinds[2])
  local row = run.session:query(database, nil, run.source())[1]
  local owner = options.database and options.database.owner
  if owner and owner ~= row.owner then
    list[#list + 1] = owner
  end
  for _, entry in ipairs(options.schemas or {}) do
    if not there[entry.name] then
      list[#list + 1] = owned(entry.options, options.owner).authorization
    end
  end
  return list
end

-- Who may SET ROLE to it: a member, and since PostgreSQL 16 one WITH SET.
local member = [=[
SELECT r.rolname::pg_catalog.text AS name
FROM pg_catalog.pg_roles r
WHERE pg_catalog.pg_has_role(r.oid, CASE
    WHEN pg_catalog.current_setting('server_version_num')::pg_catalog.int4 OPERATOR(pg_catalog.>=) 160000 THEN 'SET'
    ELSE 'MEMBER' END)]=]

-- Whoever may create roles may give himself those that he has made, but is no member of them.
-- Source: PostgreSQL manual, "Role Attributes", "role creation"; "Role Membership"
local function join(run, options, made)
  local known = {}
  for _, row in ipairs(run.session:query(member, nil, run.source())) do
    known[row.name] = true
  end
  for _, role in ipairs(owners(run, options)) do
    if not known[role] then
      known[role] = true
      run.op.grant(nil, "role", role, "current_user")
      made[#made + 1] = "membership in " .. role
    end
  end
end

return function(run, options)
  local made = {}
  for _, kind in ipairs(kinds) do
    for _, entry in ipairs(options[kind.key] or {}) do
      check(kind, entry, options.owner)
    end
  end
  if run.session and run.dialect == "postgresql" then
    for i, kind in ipairs(kinds) do
      make_missing(run, kind, options[kind.key] or {}, options.owner, made)
      if i == 1 then
        join(run, options, made)
        own_database(run, options.database and options.database.owner, made)
      end
    end
  end
  return { value = run.array(made), history = #made > 0 and table.concat(made, ", ") or nil }
end
