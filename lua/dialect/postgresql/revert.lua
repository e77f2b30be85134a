--- What files have replaced, put back as it was just before; what they had made anew is dropped.

local careful = require("neap.dialect.postgresql.careful")
local creation = require("neap.dialect.postgresql.creation")
local definitions = require("neap.dialect.postgresql.definitions")
local errors = require("neap.errors")
local live = require("neap.dialect.postgresql.live")
local replaced = require("neap.dialect.postgresql.replaced")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

-- The loads of each file in the last run of this revision, and what they have met; the first one counts.
local KEPT = [[
WITH file AS (
    SELECT d.file, d.id, d.state, pg_catalog.max(d.id) OVER (PARTITION BY d.file) AS newest FROM @DEFINITION@ d
    WHERE d.kind OPERATOR(pg_catalog.=) 'file' AND d.project OPERATOR(pg_catalog.=) @PROJECT@
        AND d.revision OPERATOR(pg_catalog.=) @REVISION@ @FILES@
), last AS (
    SELECT f.file, pg_catalog.min(f.id) AS id
    FROM file f JOIN file n ON n.file OPERATOR(pg_catalog.=) f.file AND n.id OPERATOR(pg_catalog.=) n.newest
    WHERE f.id OPERATOR(pg_catalog.=) n.id OR f.state OPERATOR(pg_catalog.=) n.state
    GROUP BY f.file
)
SELECT d.id, d.file, d.kind, d.identity, d.hash, t.definition
FROM last l
JOIN @DEFINITION@ d ON d.id OPERATOR(pg_catalog.>=) l.id AND d.file OPERATOR(pg_catalog.=) l.file
    AND d.project OPERATOR(pg_catalog.=) @PROJECT@ AND d.revision OPERATOR(pg_catalog.=) @REVISION@
LEFT JOIN @TEXT@ t ON t.hash OPERATOR(pg_catalog.=) d.hash
WHERE d.kind OPERATOR(pg_catalog.<>) 'unchanged'
UNION ALL
SELECT d.id, d.file, d.kind, d.identity, d.hash, NULL
FROM @DEFINITION@ d
WHERE d.kind OPERATOR(pg_catalog.=) 'unchanged' AND d.project OPERATOR(pg_catalog.=) @PROJECT@
    AND d.revision OPERATOR(pg_catalog.=) @REVISION@ @FILES@
ORDER BY 1]]

-- Owner, grants and comments where they are not what they were; then the rows are forgotten, and what the files have
-- made is what they had made before, of a text that is not known.
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
        'pg_proc'::regclass::oid AS class, p.oid, p.oid::regprocedure::text AS identity
    FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, 'pg_class'::regclass::oid, c.oid,
        format('%I.%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND n.nspname <> 'pg_catalog'
    UNION ALL
    SELECT 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid, format('%I ON %I.%I', t.tgname, n.nspname, c.relname)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'TYPE', 'pg_type'::regclass::oid, t.oid, format('%I.%I', n.nspname, t.typname)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype IN ('e', 'c', 'd', 'r') AND n.nspname <> 'pg_catalog'
    ) o]]

-- Of what was kept more than once the first is what was there before.
local EXTRAS = [[
    SELECT d.extras
    FROM (
        SELECT DISTINCT ON (k.kind, k.identity) k.* FROM ~DEFINITION~ k WHERE k.id = ANY ($1)
        ORDER BY k.kind, k.identity, k.id
    ) d
    JOIN @ALL@ ON o.kind = d.kind AND o.identity = d.identity
    WHERE d.extras IS NOT NULL AND d.hash <> '' AND d.state IS DISTINCT FROM (@STATE@)
    ORDER BY d.id]]

-- What a file had made before its first load; what it only names or changes is not its own.
local LOADED = [[
    WITH gone AS (
        DELETE FROM ~LOADED~ l WHERE l.project = @PROJECT@
            AND l.file IN (SELECT d.file FROM ~DEFINITION~ d WHERE d.id = ANY ($1) AND d.kind = 'file')
    ), kept AS (
        SELECT d.*, count(*) FILTER (WHERE d.kind = 'file') OVER (PARTITION BY d.file ORDER BY d.id) AS load
        FROM ~DEFINITION~ d WHERE d.id = ANY ($1)
    )
    INSERT INTO ~LOADED~ (project, file, hash, kind, identity, class, oid)
    SELECT @PROJECT@, k.file, '', o.kind, COALESCE((SELECT @MARK@ FROM pg_proc p
            WHERE o.class = 'pg_proc'::regclass AND p.oid = o.oid), o.identity), o.class::bigint, o.oid::bigint
    FROM kept k JOIN @ALL@ ON o.kind = k.state AND o.identity = k.identity
    WHERE k.kind = 'made' AND k.load = 1]]

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

-- How an object is found, dropped, and made anew with what depends on it.
local routine = { class = "pg_proc", drop = "ROUTINE" }
local classes = {
  FUNCTION = routine,
  PROCEDURE = routine,
  AGGREGATE = routine,
  VIEW = { class = "pg_class", drop = "VIEW" },
  ["MATERIALIZED VIEW"] = { class = "pg_class", drop = "MATERIALIZED VIEW" },
  TYPE = { class = "pg_type", drop = "TYPE" },
  TRIGGER = { class = "pg_trigger", drop = "TRIGGER" },
}

local function key_of(row)
  return classes[row.kind].class .. " " .. row.identity
end

-- What is there under the name of a materialized view or type: its text, and whether it is of the same kind.
local THERE = {
  ["MATERIALIZED VIEW"] = "SELECT "
    .. creation.VIEW
    .. " AS definition, c.relkind = 'm' AS same FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    .. "WHERE c.oid = to_regclass($1) AND c.relkind IN ('v', 'm')",
  TYPE = "SELECT "
    .. creation.TYPE
    .. " AS definition, true AS same FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = to_regtype($1)",
}

-- The error shows the text that cannot be put back, not the block that made room for it.
local function explained(ok, err, row)
  if not ok and errors.is(err) and (err.sql or ""):find("^DO %$neap") then
    local told = errors.new(err.kind, err.message, err)
    told.sql, told.sqlstate = row.definition, err.sqlstate
    told.detail = err.detail and err.detail:gsub("\n?HINT: .*$", ""):gsub("\n?CONTEXT: .*$", "")
    told.advice = ("Change or drop in downgrade() what depends on it, before procedures.revert() puts back the %s %s."):format(
      row.kind:lower(),
      row.identity
    )
    return false, told
  end
  return ok, err
end

-- Drops what is there, makes what was there, and then what depends on it.
local function put_anew(session, row, name, source)
  local ok, err = careful.attempt(session, source, function()
    run_sql(session, replaced.save(classes[row.kind].class, name), source)
    session:text(row.definition, source)
    run_sql(session, replaced.restore(name), source)
  end)
  return explained(ok, err, row)
end

local function put_relation_or_type(session, row, source)
  local there = session:query(THERE[row.kind], { row.identity }, source)[1]
  if not there then
    return careful.attempt(session, source, function()
      session:text(row.definition, source)
    end)
  elseif there.definition == row.definition then
    return true
  end
  return put_anew(session, row, row.identity, source)
end

-- CREATE OR REPLACE, or everything anew when that is not enough.
local function put_back(session, row, source)
  if THERE[row.kind] then
    return put_relation_or_type(session, row, source)
  end
  local ok, err = careful.attempt(session, source, function()
    if row.kind == "TRIGGER" then
      run_sql(session, "DROP TRIGGER IF EXISTS " .. row.identity, source)
    end
    run_sql(session, row.definition, source)
  end)
  if ok or row.kind == "TRIGGER" or not careful.must_be_anew(err) then
    return ok, err
  end
  return put_anew(session, row, row.identity, source)
end

-- Another kind of thing has its name now (a procedure instead of a function): it makes room.
local function clear(session, row, source)
  return careful.attempt(session, source, function()
    run_sql(session, ("DROP %s IF EXISTS %s"):format(classes[row.kind].drop, row.identity), source)
  end)
end

-- A routine with another signature: what depends on it goes over to the one that is back.
local function drop(session, row, source, siblings)
  local back = classes[row.kind] == routine and siblings[name_of(row.identity)]
  local ok, err = clear(session, row, source)
  if ok or not back or err.sqlstate ~= "2BP01" then
    return ok, err
  end
  ok, err = careful.attempt(session, source, function()
    run_sql(session, replaced.save("pg_proc", row.identity), source)
    run_sql(session, replaced.restore(row.identity, row.identity, back), source)
  end)
  return explained(ok, err, row)
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
      if first.sqlstate == "2BP01" then
        first.advice = first.advice
          or "Drop that in downgrade(), before procedures.revert() drops what the files made."
      end
      error(first, 0)
    end
    rows = left
  end
end

-- What was there, what is new, and what is new under a name that was another kind's.
local function sort_out(rows)
  local back, new, ids, seen, by_key = {}, {}, {}, {}, {}
  for _, row in ipairs(rows) do
    ids[#ids + 1] = ("%d"):format(row.id)
    local key = classes[row.kind] and row.kind .. " " .. row.identity
    if key and not seen[key] then
      seen[key] = true
      if row.definition then
        back[#back + 1] = row
        by_key[key_of(row)] = row
      elseif not row.hash then
        table.insert(new, 1, row)
      end
    end
  end
  local gone, others = {}, {}
  for _, row in ipairs(new) do
    local list = by_key[key_of(row)] and gone or others
    list[#list + 1] = row
  end
  return back, others, gone, "ARRAY[" .. table.concat(ids, ", ") .. "]::bigint[]"
end

local function put_all_back(session, rows, source)
  local back, new, gone, ids = sort_out(rows)
  local siblings = {}
  for _, row in ipairs(back) do
    if classes[row.kind] == routine then
      siblings[name_of(row.identity)] = row.identity
    end
  end
  all_of(gone, function(row)
    -- A routine is replaced together with what depends on it.
    return classes[row.kind] == routine or clear(session, row, source)
  end)
  table.move(new, 1, #new, #back + 1, back)
  all_of(back, function(row)
    return (row.definition and put_back or drop)(session, row, source, siblings)
  end)
  return ids
end

local function finish(session, ids, values, source)
  local facts = setmetatable(
    { IDS = ids, ALL = OBJECTS, STATE = live.STATE, MARK = live.MARK },
    { __index = values }
  )
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
    shared.refuse_not_kept(files, rows, shared.revision_of(operation, run))
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
