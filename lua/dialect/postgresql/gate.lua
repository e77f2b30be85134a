--- SQL of the compile gate: which functions mention a name, and what the server says of their bodies.

local replaced = require("neap.dialect.postgresql.replaced")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local gate = {}

-- Functions of the user's, late-bound, that mention one of the names; with what their triggers are on.
local CANDIDATES = [[
SELECT p.oid::pg_catalog.int8 AS oid, p.oid::pg_catalog.regprocedure::pg_catalog.text AS signature,
    l.lanname::pg_catalog.text AS language, p.prosrc AS body,
    pg_catalog.array_to_string(p.proargnames, E'\n') AS arguments,
    (SELECT pg_catalog.substr(s, 13) FROM pg_catalog.unnest(p.proconfig) s WHERE s LIKE 'search_path=%%') AS path,
    (SELECT pg_catalog.string_agg(c.relname, E'\n') FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
        WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid) AS tables,
    (SELECT pg_catalog.string_agg(t.tgrelid::pg_catalog.text, ' ') FROM pg_catalog.pg_trigger t
        WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid) AS relations
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
WHERE l.lanname IN ('sql', 'plpgsql') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND (%s)
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.objid OPERATOR(pg_catalog.=) p.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
    )
ORDER BY 2]]

local function mentions(names)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = name:gsub("[^%w_\128-\255]", "\\%0")
  end
  return "p.prosrc OPERATOR(pg_catalog.~*) "
    .. text.string("\\m(" .. table.concat(parts, "|") .. ")\\M")
end

-- A column is used where its table is named too, or by a trigger on it.
local function uses_column(table_name, columns)
  return (
    "(%s AND (%s OR EXISTS (SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c "
    .. "ON c.oid OPERATOR(pg_catalog.=) t.tgrelid WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid "
    .. "AND pg_catalog.lower(c.relname::pg_catalog.text) OPERATOR(pg_catalog.=) %s)))"
  ):format(mentions(columns), mentions({ table_name }), text.string(table_name))
end

---@param names string[]                       folded
---@param columns table<string, string[]>     by the table's name; all folded
function gate.candidates(names, columns)
  local parts = {}
  if #names > 0 then
    parts[1] = mentions(names)
  end
  for _, table_name in ipairs(shared.sorted_keys(columns)) do
    parts[#parts + 1] = uses_column(table_name, columns[table_name])
  end
  return CANDIDATES:format(table.concat(parts, " OR "))
end

-- plpgsql_check, when it is there: the schema that it is in.
gate.CHECKER = [[
SELECT pg_catalog.quote_ident(n.nspname) AS schema
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
WHERE p.proname OPERATOR(pg_catalog.=) 'plpgsql_check_function_tb' LIMIT 1]]

---The errors that plpgsql_check finds in a function; of a trigger's function, on one table.
function gate.check(schema, oid, relation)
  return (
    "SELECT lineno AS line, sqlstate AS state, message FROM %s.plpgsql_check_function_tb(%d%s, fatal_errors => false) "
    .. "WHERE level = 'error'"
  ):format(schema, oid, relation and (", " .. relation) or "")
end

-- Each by itself; what fails is in the setting neap.gate, as JSON.
local TRY = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    bodies text := pg_catalog.current_setting('check_function_bodies');
    failed pg_catalog.jsonb := '[]';
    numbers integer[] := @NUMBERS@;
    paths text[] := @PATHS@;
    texts text[] := @TEXTS@;
BEGIN
    PERFORM pg_catalog.set_config('check_function_bodies', 'on', true);
    FOR i IN 1 .. pg_catalog.array_length(texts, 1) LOOP
        PERFORM pg_catalog.set_config('search_path', COALESCE(paths[i], path), true);
        BEGIN
            EXECUTE texts[i];
        EXCEPTION WHEN OTHERS THEN
            failed := failed OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_array(
                pg_catalog.jsonb_build_array(numbers[i], SQLSTATE, SQLERRM));
        END;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', path, true);
    PERFORM pg_catalog.set_config('check_function_bodies', bodies, true);
    PERFORM pg_catalog.set_config('neap.gate', failed::text, true);
END
]]

gate.FAILED = [[
SELECT (f OPERATOR(pg_catalog.->>) 0)::pg_catalog.int4 AS number, f OPERATOR(pg_catalog.->>) 1 AS state,
    f OPERATOR(pg_catalog.->>) 2 AS message
FROM pg_catalog.jsonb_array_elements(pg_catalog.current_setting('neap.gate')::pg_catalog.jsonb) f]]

---@param tries { number: integer, path: string?, sql: string }[]
function gate.try(tries)
  local numbers, paths, texts = {}, {}, {}
  for i, one in ipairs(tries) do
    numbers[i] = ("%d"):format(one.number)
    paths[i] = one.path and text.string(one.path) or "NULL"
    texts[i] = text.string(one.sql)
  end
  return replaced.block(TRY, {
    NUMBERS = "ARRAY[" .. table.concat(numbers, ", ") .. "]",
    PATHS = "ARRAY[" .. table.concat(paths, ", ") .. "]::text[]",
    TEXTS = "ARRAY[" .. table.concat(texts, ", ") .. "]",
  })
end

---The validator of a function's language looks at its body.
function gate.validator(language, oid)
  return ("SELECT pg_catalog.%s(%d)"):format(
    language == "sql" and "fmgr_sql_validator" or "plpgsql_validator",
    oid
  )
end

---A line that is shown, whatever the verbosity.
function gate.warn(run, message)
  local block =
    replaced.block("BEGIN RAISE WARNING '%', @MESSAGE@; END", { MESSAGE = text.string(message) })
  run.session:query(block, nil, run.source())
end

return gate
