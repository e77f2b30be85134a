--- `neap permissions`: what the policy table of neap.lua wants, what the database has, and the statements between.
---
--- options: fix (send them), sql (print the statements alone), all (list what agrees, too), strict (an entry that
--- matches nothing is an error), optional (no policy is no error).

local apply = require("neap.policy.apply")
local errors = require("neap.errors")
local match = require("neap.policy.match")
local privileges = require("neap.dialect.postgresql.privileges")
local read = require("neap.policy.read")

local PENDING = 3
local SOURCE = { at = "permissions in neap.lua" }

local function no_policy(options)
  if options.optional then
    return { status = 0, text = "" }
  end
  return errors.raise(
    "usage",
    "neap.lua has no permissions: there is no policy to compare with",
    nil,
    {
      advice = 'permissions = { { schema = "app", kind = "table", owner = "app_owner", grants = { app_rw = "select" } } }',
    }
  )
end

local function no_roles(run)
  return {
    status = 0,
    text = "SQLite has no roles: the policy is for PostgreSQL, and there is nothing to compare.\n",
    document = {
      dialect = run.dialect,
      governed = 0,
      differing = run.array({}),
      statements = run.array({}),
      unmatched = run.array({}),
      status = 0,
    },
  }
end

-- "entry 2 (table, view bixie.*)"
local function describe(entry)
  local places = {}
  for _, schema in ipairs(entry.schemas or { "" }) do
    for _, name in ipairs(entry.names) do
      places[#places + 1] = schema == "" and name or schema .. "." .. name
    end
  end
  local words = #entry.kinds > 3 and "any kind" or table.concat(entry.kinds, ", ")
  return ("entry %d (%s %s)"):format(entry.number, words, table.concat(places, ", "))
end

-- Which objects the policy speaks of, and the entries that speak of none.
local function governed(objects, policy, entries)
  local list, seen, unmatched = {}, {}, {}
  for _, object in ipairs(objects) do
    local wanted = match.wanted(policy, object)
    for _, number in ipairs(wanted and wanted.entries or {}) do
      seen[number] = true
    end
    if wanted and (wanted.owner or wanted.grants) then
      list[#list + 1] = object
    end
  end
  for _, entry in ipairs(entries) do
    if not seen[entry.number] then
      unmatched[#unmatched + 1] = entry
    end
  end
  return list, unmatched
end

-- A name with a dot was probably meant to be one in a schema.
local function hint(entry)
  for _, name in ipairs(entry.schemas and {} or entry.names) do
    local schema, bare = name:match("^([^.(]+)%.([^.]+)$")
    if schema then
      return (': a name holds no schema, write schema = "%s", name = "%s"'):format(schema, bare)
    end
  end
  return ""
end

local function tell_unmatched(run, options, unmatched)
  for _, entry in ipairs(unmatched) do
    local message = ("permissions in neap.lua: %s matches nothing%s"):format(
      describe(entry),
      hint(entry)
    )
    if options.strict then
      errors.raise("usage", message, nil, {
        advice = "Correct its schema, kind or name; without --strict it is a warning.",
      })
    end
    run.warn(message)
  end
end

-- --fix raises for those that its statements need.
local function tell_missing_roles(run, options, entries)
  local parts = apply.missing_roles(run, entries, match.roles(entries), SOURCE)
  if #parts > 0 then
    local message = ("permissions in neap.lua: there is no role %s"):format(
      table.concat(parts, ", ")
    )
    if options.strict then
      errors.raise(
        "usage",
        message,
        nil,
        { advice = "Create it, or correct its name in the entry." }
      )
    end
    run.warn(message)
  end
end

local function statements_of(run, differences)
  local compile = require("neap.dialect.postgresql").compile
  local list = {}
  local back = run.config.role or run.null
  local acting = apply.acting(run, differences, SOURCE)
  for _, operation in ipairs(apply.operations(differences, back, acting)) do
    for _, statement in ipairs(compile(operation, run)) do
      list[#list + 1] = statement.sql
    end
  end
  return list
end

local function line(what, has, wants)
  local nothing = "-"
  return ("  %-12s  %s, should be %s\n"):format(
    what,
    has == "" and nothing or has,
    wants == "" and nothing or wants
  )
end

local function text_of_difference(difference)
  local text = read.label(difference.object) .. "\n"
  if difference.owner then
    text = text .. line("owner", difference.owner.has, difference.owner.wants)
  end
  for _, grant in ipairs(difference.grants) do
    text = text .. line(grant.role, grant.has, grant.wants)
  end
  return text
end

local function plural(count, what)
  return ("%d %s%s"):format(count, what, count == 1 and "" or "s")
end

local function grants_of(run, difference)
  local list = run.array({})
  for i, grant in ipairs(difference.grants) do
    list[i] = { role = grant.role, has = grant.has, wants = grant.wants }
  end
  return list
end

local function document_of(run, found)
  local differing = run.array({})
  for i, difference in ipairs(found.differences) do
    local object = difference.object
    differing[i] = {
      kind = object.kind,
      schema = object.schema,
      name = object.name,
      arguments = object.arguments,
      owner = difference.owner,
      grants = grants_of(run, difference),
      entries = run.array(difference.entries),
    }
  end
  local unmatched = run.array({})
  for i, entry in ipairs(found.unmatched) do
    unmatched[i] = entry.number
  end
  return {
    dialect = run.dialect,
    governed = #found.governed,
    differing = differing,
    statements = run.array(found.statements),
    unmatched = unmatched,
  }
end

local function script(statements)
  return #statements > 0 and table.concat(statements, ";\n") .. ";\n" or ""
end

local function add_all_governed(parts, found)
  local differs = {}
  for _, difference in ipairs(found.differences) do
    differs[difference.object] = true
  end
  for _, object in ipairs(found.governed) do
    if not differs[object] then
      parts[#parts + 1] = read.label(object) .. "\n  as it should be\n"
    end
  end
end

local function text_of(found, options)
  if options.sql then
    return script(found.statements)
  end
  local parts, count = {}, #found.differences
  for _, difference in ipairs(found.differences) do
    parts[#parts + 1] = text_of_difference(difference)
  end
  if options.all then
    add_all_governed(parts, found)
  end
  if count > 0 then
    parts[#parts + 1] = "\n" .. script(found.statements) .. "\n"
  end
  local all = plural(#found.governed, "object")
  if count == 0 then
    parts[#parts + 1] = ("%s %s as the policy says.\n"):format(
      all,
      #found.governed == 1 and "is" or "are"
    )
  elseif options.fix then
    parts[#parts + 1] = ("%d of %s brought to what the policy says.\n"):format(count, all)
  else
    parts[#parts + 1] = ("%d of %s differ%s from the policy; `neap permissions --fix` sends the statements above.\n"):format(
      count,
      all,
      count == 1 and "s" or ""
    )
  end
  return table.concat(parts)
end

local function look(run, policy)
  local statement = privileges.of_all()
  local objects = read.objects(run.session:query(statement.sql, statement.params, SOURCE))
  local found = { differences = apply.differences(objects, policy, run.server_version()) }
  found.governed, found.unmatched = governed(objects, policy, run.config.permissions)
  found.statements = statements_of(run, found.differences)
  return found
end

local function fix(run, policy, found)
  local compile = require("neap.dialect.postgresql").compile
  apply.bring(run, policy, privileges.of_all, function(operation)
    for _, statement in ipairs(compile(operation, run)) do
      run.session:run(statement.sql, statement.params, operation.source)
    end
    if operation.kind == "set_owner" then
      -- What is refused is told here, by its statement, and not by a later one.
      run.session:query("SELECT 1", nil, operation.source)
    end
  end, run.config.role or run.null, SOURCE)
  return ("%s brought to the policy"):format(plural(#found.differences, "object"))
end

return function(run, options)
  local entries = run.config.permissions
  if run.dialect == "sqlite" then
    return no_roles(run)
  elseif not entries then
    return no_policy(options)
  end
  local policy = match.compile(entries, run.config)
  -- Compiling the one query would take longer than running it.
  run.session:run("SET LOCAL jit = off", nil, SOURCE)
  local found = look(run, policy)
  tell_unmatched(run, options, found.unmatched)
  tell_missing_roles(run, options, entries)
  local answer = { status = #found.differences > 0 and PENDING or 0 }
  if options.fix and #found.differences > 0 then
    answer.history, answer.status = fix(run, policy, found), 0
  end
  answer.text, answer.document = text_of(found, options), document_of(run, found)
  answer.document.status = answer.status
  answer.document.fixed = options.fix and true or false
  return answer
end
