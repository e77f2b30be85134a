--- Files of code, statement by statement, where sending them as they are has failed.
---
--- A routine or view that CREATE OR REPLACE cannot change is dropped with its dependents and made anew. A routine whose
--- body names what is not there yet is made without a look at its body. A file that needs what is not there at all
--- waits for the others; when none of those that wait gets on, the first one's error is the answer.

local errors = require("neap.errors")
local replaced = require("neap.dialect.postgresql.replaced")
local sql = require("neap.sql")

local careful = {}

-- CREATE OR REPLACE cannot: invalid_function_definition, invalid_table_definition.
local IN_PLACE = { ["42P13"] = true, ["42P16"] = true }
-- wrong_object_type: a procedure where a function was.
local OTHER_KIND = "42809"
-- Not there (yet): a table, column, function, other object, schema.
local ABSENT = {
  ["42P01"] = true,
  ["42703"] = true,
  ["42883"] = true,
  ["42704"] = true,
  ["3F000"] = true,
}
-- account.id%TYPE, account%ROWTYPE
local TYPE_OF = "%%%s*[Rr]?[Oo]?[Ww]?[Tt][Yy][Pp][Ee]"
local routines = { ["function"] = true, procedure = true, aggregate = true }

-- "account.id%TYPE" of an error that names it: in the message before PostgreSQL 14, in the detail since.
local function type_named(err)
  local pattern = '"([^"\n]*' .. TYPE_OF .. ')"'
  return err.message:match(pattern) or (err.detail or ""):match(pattern)
end

---Is something that the statement names not there (yet)? plpgsql says of account.id%TYPE that it is no type.
---Not every server tells which type that is, and none in a language that is known: then it stopped at the "%".
function careful.is_absent(err)
  if err.sqlstate ~= "42601" then
    return ABSENT[err.sqlstate] or false
  end
  return type_named(err) ~= nil
    or err.message:find('"%"', 1, true) ~= nil and (err.sql or ""):find(TYPE_OF) ~= nil
end
local is_absent = careful.is_absent

---Is it something that CREATE OR REPLACE cannot change: another result, or a procedure instead of a function?
function careful.must_be_anew(err)
  return IN_PLACE[err.sqlstate] or err.sqlstate == OTHER_KIND or false
end
local must_be_anew = careful.must_be_anew

function careful.can_mend(err)
  return errors.is(err) and (must_be_anew(err) or is_absent(err)) or false
end

local function attempt(session, source, fn)
  session:savepoint(source)
  local ok, err = pcall(fn)
  if ok then
    ok, err = session:release()
  end
  if not ok then
    session:rollback_to()
    return false, err
  end
  return true
end

-- A part of a file, on its line.
local function send(session, file, source, part)
  local options =
    { file = file.file, ignore_transaction = file.ignore_transaction, many = file.many }
  session:text(("\n"):rep(part.line - 1) .. part.sql, source, options)
end

-- The statements that create code, and what is between them.
local function parts_of(file)
  local parts, at, line = {}, 1, 1
  local function add(stop, object)
    local text = file.sql:sub(at, stop)
    if text:find("%S") then
      parts[#parts + 1] = { sql = text, line = line, object = object }
    end
    line = line + select(2, text:gsub("\n", ""))
    at = stop + 1
  end
  for _, object in ipairs(file.objects) do
    if not object.drop and (routines[object.kind] or object.kind == "view") then
      -- A semicolon before it belongs to what is before it.
      add(object.start - 1)
      add(object.stop, object)
      local semicolon = file.sql:match("^%s*;()", at)
      if semicolon then
        add(semicolon - 1)
      end
    end
  end
  add(#file.sql)
  for i = #parts, 1, -1 do
    if parts[i].sql:find("^%s*;%s*$") then
      table.remove(parts, i)
    end
  end
  return parts
end

-- "f(integer)" of the routine that is in the way: the server's hint names it, in whatever language.
local function routine_of(err)
  local detail = err.detail or ""
  local start = detail:match("DROP %u+ ()")
  local at = start
  while at do
    -- A name, perhaps quoted, a dot and another one; then the types.
    local stop = detail:match('^"[^"]*"()', at) or detail:match('^[^%s".(]+()', at)
    if not stop and detail:sub(at, at) == "(" then
      stop = detail:match("^%b()()", at)
      return stop and detail:sub(start, stop - 1)
    end
    at = stop and (detail:match("^%.()", stop) or stop)
  end
  return nil
end

local function name_of(object)
  local name = sql.quote_name(object.name, "postgresql")
  return object.schema and sql.quote_name(object.schema, "postgresql") .. "." .. name or name
end

---What the compile gate looks for: a routine or view of this name is another one now.
function careful.note_change(run, name)
  local bare = name:match('"([^"]*)"$') or name:match("([^.]*)$")
  run.changed_code = run.changed_code or {}
  run.changed_code[bare] = true
end

-- The error says where the file is that cannot be loaded, and shows its statement, not the block that made room for it.
local function of_file(first, err)
  local told = errors.new(err.kind, err.message, first)
  told.sql, told.sqlstate = first.sql, err.sqlstate
  local detail = (err.detail or ""):gsub("\n?CONTEXT: .*$", "")
  told.advice = detail:match("HINT: ([^\n]*)")
  detail = detail:gsub("\n?HINT: [^\n]*", "")
  told.detail = detail ~= "" and detail or nil
  return told
end

-- Routines of this name of another kind: one of them is in the way, and the server does not say which.
local OTHERS = [[
SELECT p.oid::pg_catalog.regprocedure::pg_catalog.text AS name
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
WHERE p.proname OPERATOR(pg_catalog.=) $1 AND n.nspname OPERATOR(pg_catalog.=) COALESCE(NULLIF($2, ''), pg_catalog.current_schema())
    AND p.prokind OPERATOR(pg_catalog.<>) $3 ORDER BY 1]]
local kinds = { ["function"] = "f", procedure = "p", aggregate = "a" }

local function in_the_way(run, source, part, err)
  local names = { routine_of(err) }
  if err.sqlstate == OTHER_KIND then
    local object = part.object
    local params = { object.name, object.schema or "", kinds[object.kind] }
    for i, row in ipairs(run.session:query(OTHERS, params, source)) do
      names[i] = row.name
    end
  end
  return names
end

local function make_anew(run, file, source, part, first)
  local session = run.session
  local class, names = "pg_class", { name_of(part.object) }
  if routines[part.object.kind] then
    class, names = "pg_proc", in_the_way(run, source, part, first)
  end
  local err = first
  for _, name in ipairs(names) do
    local sending = false
    local ok, failure = attempt(session, source, function()
      -- Asked, so that each answers for itself.
      session:query(replaced.save(class, name), nil, source)
      sending = true
      send(session, file, source, part)
      session:query("SELECT 1", nil, source)
      sending = false
      session:query(replaced.restore(name), nil, source)
      careful.note_change(run, part.object.name)
    end)
    if ok then
      return true
    end
    err = not sending and errors.is(failure) and of_file(first, failure) or failure
  end
  return false, err
end

local function without_bodies(run, file, source, part)
  local session = run.session
  return attempt(session, source, function()
    local rows = session:query("SHOW check_function_bodies", nil, source)
    session:run("SET LOCAL check_function_bodies = off", nil, source)
    send(session, file, source, part)
    session:run("SET LOCAL check_function_bodies = " .. rows[1].check_function_bodies, nil, source)
  end)
end

-- One part; false and the error when it may succeed later.
local function try(run, file, source, part, unchecked)
  local session = run.session
  local ok, err = attempt(session, source, function()
    send(session, file, source, part)
  end)
  if not ok and part.object and must_be_anew(err) then
    ok, err = make_anew(run, file, source, part, err)
  elseif not ok and is_absent(err) and part.object and routines[part.object.kind] then
    local first = err
    ok, err = without_bodies(run, file, source, part)
    if ok then
      unchecked[#unchecked + 1] = { file = file, part = part, err = first }
    end
  end
  if not ok and not is_absent(err) then
    error(err, 0)
  end
  return ok, err
end

-- Goes on with a file, from the part where it was left.
local function advance(run, source, waiting, unchecked)
  local moved = false
  while waiting.at <= #waiting.parts do
    local ok, err = try(run, waiting.file, source, waiting.parts[waiting.at], unchecked)
    if not ok then
      waiting.err = err
      return moved
    end
    moved = true
    waiting.at = waiting.at + 1
  end
  return true
end

-- What was made without a look at its body: with one now, when all is there.
local function check_bodies(run, source, unchecked)
  local left = {}
  for _, one in ipairs(unchecked) do
    -- CREATE without OR REPLACE cannot be sent again.
    local again = one.part.object.replace
    local ok, err = false, one.err
    if again then
      ok, err = attempt(run.session, source, function()
        send(run.session, one.file, source, one.part)
      end)
    end
    if not ok and not is_absent(err) then
      error(err, 0)
    elseif not ok then
      local type_name = err.sqlstate == "42601" and type_named(err)
      local why = type_name and type_name .. " is not there" or tostring(err)
      left[#left + 1] = ("%s (%s)"):format(one.part.object.name, why)
    end
  end
  if #left > 0 then
    local text = ("loaded without a look at their bodies, for something is not there yet: %s"):format(
      table.concat(left, ", ")
    )
    run.session:run(
      ("DO $neap$ BEGIN RAISE WARNING '%%', %s; END $neap$"):format(
        sql.quote_string(text, "postgresql")
      ),
      nil,
      source
    )
  end
end

local function refuse(waiting)
  local err = waiting[1].err
  err.advice = err.advice
    or "No other file makes it: create it before the files are loaded. A result or argument of that type, and a view, "
      .. "need it at once; the bodies of functions do not."
  error(err, 0)
end

---@param files LoadFile[]   with their objects, in order
function careful.send(run, files, source)
  local waiting, unchecked = {}, {}
  for i, file in ipairs(files) do
    waiting[i] = { file = file, parts = parts_of(file), at = 1 }
  end
  while #waiting > 0 do
    local left, moved = {}, false
    for _, one in ipairs(waiting) do
      moved = advance(run, source, one, unchecked) or moved
      if one.at <= #one.parts then
        left[#left + 1] = one
      end
    end
    if #left > 0 and not moved then
      refuse(left)
    end
    waiting = left
  end
  check_bodies(run, source, unchecked)
end

careful.attempt = attempt

return careful
