--- SQL of the compile gate: which functions mention a name, and what the server says of their bodies.

local replaced = require("neap.dialect.postgresql.replaced")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local gate = {}

-- Functions of the user's, late-bound, that mention one of the names; with what their triggers are on.
local CANDIDATES = [[
SELECT p.oid::pg_catalog.int8 AS oid, p.oid::pg_catalog.regprocedure::pg_catalog.text AS signature,
    n.nspname::pg_catalog.text AS schema, p.proname::pg_catalog.text AS name,
    l.lanname::pg_catalog.text AS language, p.prosrc AS body,
    pg_catalog.array_to_string(p.proargnames, E'\n') AS arguments,
    (SELECT pg_catalog.substr(s, 13) FROM pg_catalog.unnest(p.proconfig) s WHERE s LIKE 'search_path=%%') AS path,
    (SELECT pg_catalog.string_agg(c.relname, E'\n') FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.tgrelid
        WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid) AS tables,
    (SELECT pg_catalog.string_agg(DISTINCT pg_catalog.concat_ws(', ', t.tgrelid::pg_catalog.text,
            'oldtable => ' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(t.tgoldtable),
            'newtable => ' OPERATOR(pg_catalog.||) pg_catalog.quote_literal(t.tgnewtable)), E'\n')
        FROM pg_catalog.pg_trigger t
        WHERE t.tgfoid OPERATOR(pg_catalog.=) p.oid AND t.tgparentid OPERATOR(pg_catalog.=) 0::pg_catalog.oid) AS relations,
    p.prorettype OPERATOR(pg_catalog.=) 'pg_catalog.trigger'::pg_catalog.regtype AS trigger,
    EXISTS (SELECT FROM pg_catalog.pg_type y
        WHERE y.typtype OPERATOR(pg_catalog.=) 'p' AND y.oid OPERATOR(pg_catalog.=) ANY (p.proargtypes)) AS polymorphic
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

---Of columns that were dropped or renamed, those that are not there again.
---@param columns { [1]: string, [2]: string }[]  table and column, folded
function gate.gone(columns)
  local tables, names = {}, {}
  for i, one in ipairs(columns) do
    tables[i], names[i] = text.string(one[1]), text.string(one[2])
  end
  return ([[
SELECT o.t AS table, o.c AS name
FROM ROWS FROM (pg_catalog.unnest(ARRAY[%s]), pg_catalog.unnest(ARRAY[%s])) o (t, c)
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class r ON r.oid OPERATOR(pg_catalog.=) a.attrelid
    WHERE pg_catalog.lower(r.relname::pg_catalog.text) OPERATOR(pg_catalog.=) o.t
        AND pg_catalog.lower(a.attname::pg_catalog.text) OPERATOR(pg_catalog.=) o.c)]]):format(
    table.concat(tables, ", "),
    table.concat(names, ", ")
  )
end

-- plpgsql_check, when it is there: the schema that it is in. The extension itself, and no function of its name that
-- somebody has made, for it runs with the rights of whoever migrates.
gate.CHECKER = [[
SELECT pg_catalog.quote_ident(n.nspname) AS schema
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
WHERE e.extname OPERATOR(pg_catalog.=) 'plpgsql_check']]

---The errors that plpgsql_check finds in a function; of a trigger's function, on one table. What it warns of (types that
---differ, what is never read, dynamic SQL, what costs time) is no matter of the gate.
---Source: github.com/okbob/plpgsql_check, README
---@param relation string?  the table's oid, and the names of transition tables
function gate.check(schema, oid, relation)
  return (
    "SELECT lineno AS line, sqlstate AS state, message, context FROM %s.plpgsql_check_function_tb(%d%s, fatal_errors => false) "
    .. "WHERE level OPERATOR(pg_catalog.=) 'error'"
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
    schemas text[] := @SCHEMAS@;
    texts text[] := @TEXTS@;
    context text;
BEGIN
    PERFORM pg_catalog.set_config('check_function_bodies', 'on', true);
    FOR i IN 1 .. pg_catalog.array_length(texts, 1) LOOP
        -- Without a path of its own a function is called with one that has its schema.
        PERFORM pg_catalog.set_config('search_path', COALESCE(paths[i],
            pg_catalog.concat_ws(', ', NULLIF(path, ''), pg_catalog.quote_ident(schemas[i]))), true);
        BEGIN
            EXECUTE texts[i];
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
            failed := failed OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_array(
                pg_catalog.jsonb_build_array(numbers[i], SQLSTATE, SQLERRM, context));
        END;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', path, true);
    PERFORM pg_catalog.set_config('check_function_bodies', bodies, true);
    PERFORM pg_catalog.set_config('neap.gate', failed::text, false); -- also outside a transaction
END
]]

gate.FAILED = [[
SELECT (f OPERATOR(pg_catalog.->>) 0)::pg_catalog.int4 AS number, f OPERATOR(pg_catalog.->>) 1 AS state,
    f OPERATOR(pg_catalog.->>) 2 AS message, f OPERATOR(pg_catalog.->>) 3 AS context
FROM pg_catalog.jsonb_array_elements(pg_catalog.current_setting('neap.gate')::pg_catalog.jsonb) f]]

-- The search_path with the schema of a function, and back.
gate.ADD_SCHEMA = "SELECT pg_catalog.current_setting('search_path') AS path, pg_catalog.set_config('search_path', "
  .. "pg_catalog.concat_ws(', ', NULLIF(pg_catalog.current_setting('search_path'), ''), pg_catalog.quote_ident($1)), true)"
gate.SET_PATH = "SELECT pg_catalog.set_config('search_path', $1, true)"

---@param tries { number: integer, path: string?, schema: string, sql: string }[]
function gate.try(tries)
  local numbers, paths, schemas, texts = {}, {}, {}, {}
  for i, one in ipairs(tries) do
    numbers[i] = ("%d"):format(one.number)
    paths[i] = one.path and text.string(one.path) or "NULL"
    schemas[i] = text.string(one.schema)
    texts[i] = text.string(one.sql)
  end
  return replaced.block(TRY, {
    NUMBERS = "ARRAY[" .. table.concat(numbers, ", ") .. "]",
    PATHS = "ARRAY[" .. table.concat(paths, ", ") .. "]::text[]",
    SCHEMAS = "ARRAY[" .. table.concat(schemas, ", ") .. "]::text[]",
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
