--- What files have replaced, put back as it was just before; what they had made anew is dropped.

local careful = require("neap.dialect.postgresql.careful")
local definitions = require("neap.dialect.postgresql.definitions")
local errors = require("neap.errors")
local live = require("neap.dialect.postgresql.live")
local replaced = require("neap.dialect.postgresql.replaced")
local text = require("neap.dialect.postgresql.text")

-- The last load of each file by this revision, and what it has met.
local KEPT = [[
WITH last AS (
    SELECT d.file, pg_catalog.max(d.id) AS id FROM @DEFINITION@ d
    WHERE d.kind OPERATOR(pg_catalog.=) 'file' AND d.project OPERATOR(pg_catalog.=) @PROJECT@
        AND d.revision OPERATOR(pg_catalog.=) @REVISION@ @FILES@
    GROUP BY d.file
)
SELECT d.id, d.file, d.kind, d.identity, d.hash, t.definition
FROM last l
JOIN @DEFINITION@ d ON d.id OPERATOR(pg_catalog.>=) l.id AND d.file OPERATOR(pg_catalog.=) l.file
    AND d.project OPERATOR(pg_catalog.=) @PROJECT@ AND d.revision OPERATOR(pg_catalog.=) @REVISION@
LEFT JOIN @TEXT@ t ON t.hash OPERATOR(pg_catalog.=) d.hash
ORDER BY d.id]]

-- Owner, grants and comments where they are not what they were; then the rows are forgotten, and what the files have
-- made is what was put back, of a text that is not known.
local FINISH = [[

DECLARE@NAMES@    done bigint[] := @IDS@;
    wanted record;
    one text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    FOR wanted IN @EXECUTEEXTRAS@ USING done LOOP
        FOREACH one IN ARRAY wanted.extras::text[] LOOP
            EXECUTE one;
        END LOOP;
    END LOOP;
    @EXECUTELOADED@ USING done;
    @EXECUTEFORGET@ USING done;
    PERFORM set_config('search_path', path, true);
END
]]

local OBJECTS = [[(
    SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid,
        format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS identity
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname <> 'pg_catalog'
    UNION ALL
    SELECT 'VIEW', 'pg_class'::regclass::oid, c.oid, format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND n.nspname <> 'pg_catalog'
    UNION ALL
    SELECT 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid, format('%I ON %I.%I', t.tgname, n.nspname, c.relname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal
    ) o]]

local EXTRAS = [[
    SELECT d.extras FROM ~DEFINITION~ d JOIN @ALL@ ON o.kind = d.kind AND o.identity = d.identity
    WHERE d.id = ANY ($1) AND d.extras IS NOT NULL AND d.hash <> '' AND d.state IS DISTINCT FROM (@STATE@)
    ORDER BY d.id]]

local LOADED = [[
    WITH gone AS (
        DELETE FROM ~LOADED~ l WHERE l.project = @PROJECT@
            AND l.file IN (SELECT d.file FROM ~DEFINITION~ d WHERE d.id = ANY ($1))
    )
    INSERT INTO ~LOADED~ (project, file, hash, kind, identity, class, oid)
    SELECT @PROJECT@, d.file, '', d.kind, d.identity, o.class::bigint, o.oid::bigint
    FROM ~DEFINITION~ d JOIN @ALL@ ON o.kind = d.kind AND o.identity = d.identity
    WHERE d.id = ANY ($1) AND d.hash <> '']]

local FORGET = [[
    WITH gone AS (DELETE FROM ~DEFINITION~ d WHERE d.id = ANY ($1))
    DELETE FROM ~TEXT~ t
    WHERE t.hash IN (SELECT d.hash FROM ~DEFINITION~ d WHERE d.id = ANY ($1))
        AND NOT EXISTS (SELECT FROM ~DEFINITION~ other WHERE other.hash = t.hash AND other.id <> ALL ($1))]]

local function run_sql(session, statement, source)
  session:run(statement, nil, source)
end

local function name_of(signature)
  return signature:match("^(.-)%(")
end

-- CREATE OR REPLACE, or everything anew when that is not enough.
local function put_back(session, row, source)
  local ok, err = careful.attempt(session, source, function()
    if row.kind == "TRIGGER" then
      run_sql(session, "DROP TRIGGER IF EXISTS " .. row.identity, source)
    end
    run_sql(session, row.definition, source)
  end)
  if ok or not careful.IN_PLACE[err.sqlstate] then
    return ok, err
  end
  local routine = row.kind ~= "VIEW"
  local name = routine and careful.routine_of(err) or row.identity
  return careful.attempt(session, source, function()
    run_sql(session, replaced.save(routine and "pg_proc" or "pg_class", name), source)
    run_sql(session, row.definition, source)
    run_sql(session, replaced.restore(name), source)
  end)
end

-- A routine with another signature: what depends on it goes over to the one that is back.
local function drop(session, row, source, siblings)
  local back = row.identity:find("(", 1, true) and siblings[name_of(row.identity)]
  local ok, err = careful.attempt(session, source, function()
    run_sql(session, ("DROP %s IF EXISTS %s"):format(row.kind, row.identity), source)
  end)
  if ok or not back or err.sqlstate ~= "2BP01" then
    return ok, err
  end
  return careful.attempt(session, source, function()
    local rows = session:query(
      "SELECT p.oid::pg_catalog.regprocedure::pg_catalog.text AS name, pg_catalog.format('%I.%I(%s)', n.nspname, "
        .. "p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS identity FROM pg_catalog.pg_proc p "
        .. "JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace "
        .. "WHERE pg_catalog.format('%I.%I(%s)', n.nspname, p.proname, "
        .. "pg_catalog.pg_get_function_identity_arguments(p.oid)) IN ($1, $2)",
      { row.identity, back },
      source
    )
    local names = {}
    for _, one in ipairs(rows) do
      names[one.identity] = one.name
    end
    run_sql(session, replaced.save("pg_proc", names[row.identity]), source)
    run_sql(session, replaced.restore(row.identity, names[row.identity], names[back]), source)
  end)
end

-- Not there yet, needed still, or one of two that are alike, the new one of which is not dropped yet.
local function may_wait(err)
  return careful.is_absent(err) or err.sqlstate == "2BP01" or err.sqlstate == "42725"
end

-- Again and again, while one of them gets on.
local function all_of(rows, fn)
  while #rows > 0 do
    local left, first = {}, nil
    for _, row in ipairs(rows) do
      local ok, err = fn(row)
      if not ok then
        if not may_wait(err) then
          error(err, 0)
        end
        first = first or err
        left[#left + 1] = row
      end
    end
    if #left == #rows then
      error(first, 0)
    end
    rows = left
  end
end

local function put_all_back(session, rows, source)
  local back, new, siblings, seen, ids = {}, {}, {}, {}, {}
  for _, row in ipairs(rows) do
    local key = row.kind .. " " .. row.identity
    ids[#ids + 1] = ("%d"):format(row.id)
    if row.kind ~= "file" and not seen[key] then
      seen[key] = true
      if row.definition then
        back[#back + 1] = row
        siblings[name_of(row.identity) or ""] = row.identity
      elseif not row.hash then
        table.insert(new, 1, row)
      end
    end
  end
  table.move(new, 1, #new, #back + 1, back)
  all_of(back, function(row)
    return (row.definition and put_back or drop)(session, row, source, siblings)
  end)
  return "ARRAY[" .. table.concat(ids, ", ") .. "]::bigint[]"
end

local function finish(session, ids, values, source)
  local facts = setmetatable({ IDS = ids, ALL = OBJECTS, STATE = live.STATE }, { __index = values })
  local function lookup(key)
    return facts[key]
  end
  facts.EXECUTEEXTRAS = definitions.execute(EXTRAS, lookup)
  facts.EXECUTELOADED = definitions.execute(LOADED, lookup)
  facts.EXECUTEFORGET = definitions.execute(FORGET, lookup)
  run_sql(session, replaced.block(FINISH, lookup), source)
end

local function list_of(files)
  local parts = {}
  for i, file in ipairs(files) do
    parts[i] = text.string(file)
  end
  return table.concat(parts, ", ")
end

-- Every file must have been kept.
local function refuse_missing(files, rows, revision)
  local there, missing = {}, {}
  for _, row in ipairs(rows) do
    there[row.file] = true
  end
  for _, file in ipairs(files or { #rows == 0 and "any file" or nil }) do
    if not there[file] then
      missing[#missing + 1] = file
    end
  end
  if #missing > 0 then
    errors.usage(
      "what %s replaced was not kept by %s: load it with procedures.load, or op.load_sql(file, { keep = true })",
      table.concat(missing, ", "),
      revision
    )
  end
end

---@param operation Operation   revert_sql
---@return Statement[]
return function(operation, run)
  if run.offline then
    errors.usage(
      "what was there before is in the database, and a script (--sql) cannot ask it: run the downgrade online"
    )
  end
  local files = operation.file
  files = type(files) == "table" and files or files and { files } or nil
  local values = definitions.names(operation, run)
  local revision = definitions.revision_of(operation)
  values.FILES = files
      and ("AND d.file OPERATOR(pg_catalog.=) ANY (ARRAY[%s]::pg_catalog.text[])"):format(
        list_of(files)
      )
    or ""

  local function plan()
    local source = operation.source
    local there = run.session:query(
      ("SELECT pg_catalog.to_regclass(%s) IS NOT NULL AS there"):format(values.DEFINITIONREGCLASS),
      nil,
      source
    )[1]
    local rows = {}
    if there and there.there then
      run.session:query(definitions.prepare(values), nil, source)
      rows = run.session:query((KEPT:gsub("@(%u+)@", values)), nil, source)
    end
    refuse_missing(files, rows, revision)
    return function(session)
      local settings = session:query(
        "SELECT pg_catalog.current_setting('search_path') AS path, "
          .. "pg_catalog.current_setting('check_function_bodies') AS bodies",
        nil,
        source
      )[1]
      local set = "SELECT pg_catalog.set_config('search_path', $1, true), "
        .. "pg_catalog.set_config('check_function_bodies', $2, true)"
      session:run(set, { "pg_catalog", "off" }, source)
      local ids = put_all_back(session, rows, source)
      session:run(set, { settings.path, settings.bodies }, source)
      finish(session, ids, values, source)
    end
  end

  local name = files and table.concat(files, ", ") or "all"
  return { { sql = "revert " .. name, send = "group", plan = plan, label = "op.revert_sql" } }
end
