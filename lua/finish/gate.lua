--- The compile gate: functions, views and triggers that the revision has broken, before it is committed.
---
--- Bodies of functions are text to PostgreSQL, and views and triggers are to SQLite: dropping a column that they use
--- succeeds, and the application fails. So what mentions a name that the revision has dropped, renamed or given another
--- type is looked at, and nothing else.

local errors = require("neap.errors")
local repeatable = require("neap.finish.repeatable")
local sql = require("neap.sql")

local gate = {}

-- A change of the type of these may break what uses them.
local alters = { type = true, ["set data type"] = true }
-- Names that may be gone.
local kinds = {
  table = true,
  column = true,
  view = true,
  materialized_view = true,
  ["function"] = true,
  procedure = true,
  aggregate = true,
  type = true,
  domain = true,
  sequence = true,
  schema = true,
}

-- SQLSTATEs of what is not there.
local ABSENT =
  { ["42P01"] = true, ["42703"] = true, ["42883"] = true, ["42704"] = true, ["3F000"] = true }

local function mode_of(pipe)
  local mode = pipe.run.config and pipe.run.config.compile_gate
  return mode == nil and "error" or mode
end

-- Cheap: most revisions only make things.
---@param pipe Pipe
function gate.wanted(pipe)
  local session = pipe.run.session
  if pipe.run.offline or mode_of(pipe) == false then
    return false
  elseif pipe.run.changed_code then
    return true
  end
  local changes = session:changes()
  return changes:find(" drop ", 1, true) ~= nil
    or changes:find(" rename ", 1, true) ~= nil
    or changes:find(" alter column ", 1, true) ~= nil
end

-- What may be missed: { [name] = place }, and whether a type or a routine is another one now.
local function changed_names(pipe)
  local names, list, other = {}, {}, false
  local function add(name, change)
    if not names[name] then
      names[name] = change or { place = "-" }
      list[#list + 1] = name
    elseif change ~= names[name] then
      names[name].alone = true -- of several things: look for it everywhere
    end
  end
  for _, change in ipairs(sql.read_changes(pipe.run.session:changes())) do
    local name = change.name[#change.name]:lower()
    if kinds[change.kind] and (change.verb == "drop" or change.verb == "rename") then
      add(name, change)
    elseif change.kind == "column" and change.verb == "alter" and alters[change.what] then
      add(name, change)
      other = true
    end
  end
  for name in next, pipe.run.changed_code or {} do
    add(name)
    other = true
  end
  table.sort(list)
  return names, list, other
end

-- The changed name that a message is about.
local function blamed(message, list)
  message = message:lower()
  for _, name in ipairs(list) do
    local escaped = name:gsub("%W", "%%%0")
    if message:find("%f[%w_]" .. escaped .. "%f[^%w_]") then
      return name
    end
  end
  return nil
end

-- --- PostgreSQL ---

local function made_of(candidate)
  return {
    kind = "function",
    schema = candidate.schema,
    name = candidate.name,
    text = candidate.body,
  }
end

local function add_body(tries, candidate, interesting, tables, broken)
  local plpgsql = require("neap.finish.plpgsql")
  local arguments = {}
  for name in (candidate.arguments or ""):gmatch("[^\n]+") do
    arguments[#arguments + 1] = name:lower()
  end
  local statements, fields = plpgsql.statements(candidate.body, arguments, interesting)
  for _, one in ipairs(statements) do
    tries[#tries + 1] =
      { candidate = candidate, line = one.line, path = candidate.path, sql = "EXPLAIN " .. one.sql }
  end
  local triggered = {}
  for name in (candidate.tables or ""):gmatch("[^\n]+") do
    triggered[#triggered + 1] = name:lower()
  end
  for _, one in ipairs(fields) do
    for _, name in ipairs(one.table and { one.table } or triggered) do
      if tables[name .. "." .. one.field] then
        broken[#broken + 1] = {
          what = "function " .. candidate.signature,
          made = made_of(candidate),
          line = one.line,
          message = ('record "%s" has no field "%s"'):format(one.record, one.field),
          name = one.field,
        }
      end
    end
  end
end

-- With plpgsql_check: what it says of a function, of a trigger's for each table that has it. False when it cannot look
-- at it: a trigger's function on no table.
local function ask_checker(run, dialect, schema, candidate, report)
  local source, session = run.source(), run.session
  local relations = {}
  for relation in (candidate.relations or ""):gmatch("[^\n]+") do
    relations[#relations + 1] = relation
  end
  if candidate.trigger and #relations == 0 then
    return false
  end
  local path = session:query(dialect.ADD_SCHEMA, { candidate.schema }, source)[1].path
  for i = 1, math.max(1, #relations) do
    session:savepoint(source)
    local text = dialect.check(schema, candidate.oid, relations[i])
    local ok, rows = pcall(session.query, session, text, nil, source)
    if ok then
      session:release()
    else
      session:rollback_to()
      if not errors.is(rows) or not rows.sqlstate then
        error(rows, 0)
      end
      -- What it cannot compile: a variable of a type that is gone.
      rows = { { state = rows.sqlstate, message = rows.message, context = rows.detail } }
    end
    for _, row in ipairs(rows) do
      report(candidate, row.line, row)
    end
  end
  session:query(dialect.SET_PATH, { path }, source)
  return true
end

-- plpgsql says of account.email%TYPE, when there is no such column, that it is a syntax error; before PostgreSQL 14 the
-- message names it, since then the context, and since 17 it is an error of its own.
local function no_type(failure)
  local pattern = '"([^"\n]*%%[Rr]?[Oo]?[Ww]?[Tt][Yy][Pp][Ee])"'
  local name = failure.state == "42601"
    and ((failure.context or ""):match(pattern) or failure.message:match(pattern))
  if name then
    return "42704", name .. " does not exist"
  end
  return failure.state, failure.message
end

-- { ["account.email"] = true }
local function gone_columns(pipe, dialect)
  local columns, gone = {}, {}
  for _, change in ipairs(sql.read_changes(pipe.run.session:changes())) do
    if change.kind == "column" and (change.verb == "drop" or change.verb == "rename") then
      local name = change.name
      columns[#columns + 1] = { name[#name - 1]:lower(), name[#name]:lower() }
    end
  end
  if #columns > 0 then
    local run = pipe.run
    for _, row in ipairs(run.session:query(dialect.gone(columns), nil, run.source())) do
      gone[row.table .. "." .. row.name] = true
    end
  end
  return gone
end

-- The names that count by themselves, and those of columns by their tables.
local function apart(names, list)
  local others, columns = {}, {}
  for _, name in ipairs(list) do
    local change = names[name]
    if change.kind == "column" and #change.name > 1 and not change.alone then
      local table_name = change.name[#change.name - 1]:lower()
      columns[table_name] = columns[table_name] or {}
      table.insert(columns[table_name], name)
    else
      others[#others + 1] = name
    end
  end
  return others, columns
end

local function postgresql(pipe, names, list, other)
  local run, broken, tries = pipe.run, {}, {}
  local dialect, source = require("neap.dialect.postgresql.gate"), run.source()
  local others, columns = apart(names, list)
  local candidates = run.session:query(dialect.candidates(others, columns), nil, source)
  if #candidates == 0 then
    return broken
  end
  local function report(candidate, line, failure)
    local state, message = no_type(failure)
    local name = blamed(message, list)
    local fits = other and not candidate.polymorphic and not (ABSENT[state] and state ~= "42883")
    if state and state:sub(1, 2) == "42" and state ~= "42601" and (name or fits) then
      broken[#broken + 1] = {
        what = "function " .. candidate.signature,
        made = made_of(candidate),
        line = line,
        message = message,
        name = name,
      }
    end
  end
  -- It is asked within a savepoint.
  local checker = run.session:in_transaction()
    and run.session:query(dialect.CHECKER, nil, source)[1]
  local tables = gone_columns(pipe, dialect)
  for _, candidate in ipairs(candidates) do
    local asked = checker
      and candidate.language == "plpgsql"
      and ask_checker(run, dialect, checker.schema, candidate, report)
    if not asked then
      tries[#tries + 1] = {
        candidate = candidate,
        path = candidate.path,
        sql = dialect.validator(candidate.language, candidate.oid),
      }
      if candidate.language == "plpgsql" then
        add_body(tries, candidate, names, tables, broken)
      end
    end
  end
  if #tries > 0 then
    for i, one in ipairs(tries) do
      one.number = i
      one.schema = one.candidate.schema
    end
    run.session:query(dialect.try(tries), nil, source)
    for _, row in ipairs(run.session:query(dialect.FAILED, nil, source)) do
      local one = tries[row.number]
      report(one.candidate, one.line, row)
    end
  end
  return broken
end

-- --- SQLite ---

local function sqlite(pipe, names, list)
  local run, broken = pipe.run, {}
  local dialect, source = require("neap.dialect.sqlite.gate"), run.source()
  for _, object in ipairs(run.session:query(dialect.OBJECTS, nil, source)) do
    local mentioned = false
    for _, token in ipairs(sql.tokens(object.sql, "sqlite")) do
      mentioned = mentioned or names[token.text:lower():gsub('^["`%[](.*)["`%]]$', "%1")] ~= nil
    end
    for _, statement in ipairs(mentioned and dialect.tries(object, run, source) or {}) do
      local rows, err = run.session:attempt(statement, source)
      local message = not rows and tostring(err)
      local name = message and blamed(message, list)
      if name then
        broken[#broken + 1] = {
          what = object.type .. " " .. object.name,
          message = message,
          name = name,
          made = {
            kind = object.type,
            name = object.name:lower(),
            text = object.sql,
          },
        }
        break
      end
    end
  end
  return broken
end

-- --- what is said ---

-- One line for each object and message; the revision's line that did it.
local function describe(broken, names)
  local lines, seen, place = {}, {}, nil
  for _, one in ipairs(broken) do
    local line = one.what
      .. (one.line and (", line %d"):format(one.line) or "")
      .. ": "
      .. one.message
    if not seen[line] then
      seen[line] = true
      lines[#lines + 1] = line
    end
    local change = one.name and names[one.name]
    place = place or change and change.place:match("^%d+")
  end
  table.sort(lines)
  return lines, place
end

local function file_of(pipe)
  for i = #pipe.operations, 1, -1 do
    local source = pipe.operations[i].source
    local file = source and source.at and source.at:match("^(.*):%d+$")
    if file then
      return file
    end
  end
  return nil
end

-- What will be made anew: said, for until then it is broken.
local function warn_of_waiting(run, dialect, waiting)
  local lines, seen = {}, {}
  for _, one in ipairs(waiting) do
    local line = ("%s (%s)"):format(one.what, one.file)
    if not seen[line] then
      seen[line] = true
      lines[#lines + 1] = line
    end
  end
  table.sort(lines)
  if #lines > 0 then
    local text = "broken by this revision until the repeatable files are run: "
    dialect.warn(run, text .. table.concat(lines, ", "))
  end
end

---@param pipe Pipe
function gate.run(pipe)
  local names, list, other = changed_names(pipe)
  if #list == 0 then
    return
  end
  local run = pipe.run
  local dialect = require("neap.dialect." .. run.dialect .. ".gate")
  local broken = (run.dialect == "postgresql" and postgresql or sqlite)(pipe, names, list, other)
  if #broken == 0 then
    return
  end
  local waiting
  broken, waiting = repeatable.sort_out(run, broken)
  warn_of_waiting(run, dialect, waiting)
  if #broken == 0 then
    return
  end
  local lines, place = describe(broken, names)
  local message = ("the revision breaks %s: %s"):format(
    #lines == 1 and "what uses the thing it changes"
      or ("%d things that use what it changes"):format(#lines),
    table.concat(lines, "; ")
  )
  if mode_of(pipe) == "warn" then
    return dialect.warn(run, message)
  elseif not run.session:in_transaction() then
    -- transaction = false: what was done is done.
    return dialect.warn(run, message .. " (outside a transaction nothing of it is undone)")
  end
  local file = file_of(pipe)
  errors.raise("failed", message, { at = file and place and file .. ":" .. place or file }, {
    advice = "Change it in the same revision (op.load_sql, op.create_function, op.create_view), or set "
      .. 'compile_gate = "warn" in neap.lua.',
  })
end

return gate
