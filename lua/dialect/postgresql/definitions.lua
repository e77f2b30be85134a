--- What a file of functions, views and triggers replaces is kept, and can be put back.
---
--- All of it is SQL that runs on the server, so a script does the same as a run. The definitions are rows of
--- neap_definition: for each load of a file one row of kind "file", then one for every object that it names:
--- as it was, or with no definition when it was not there. Reverting takes the last load of the file, puts the
--- definitions back, drops what was new, and forgets the rows.
---
--- The definitions are executed, so the table must not be another role's: who could write to it could have SQL run
--- by whoever migrates.

local text = require("neap.dialect.postgresql.text")

local definitions = {}

-- What a CREATE or DROP may be about.
local KINDS = { "function", "procedure", "aggregate", "view", "trigger" }

-- An identifier at a position: its name, folded as the server does, and where it ends.
local function identifier(sql, at)
  local quoted = sql:match('^"(.-)"', at)
  if quoted then
    local stop = at
    repeat
      stop = sql:find('"', stop + 1, true)
      local doubled = stop and sql:sub(stop + 1, stop + 1) == '"'
      stop = doubled and stop + 1 or stop
    until not stop or not doubled
    stop = stop or #sql
    return sql:sub(at + 1, stop - 1):gsub('""', '"'), stop + 1
  end
  local word = sql:match("^[%a_\128-\255][%w_$\128-\255]*", at)
  return word and word:lower(), word and at + #word
end

-- "name" or "schema.name" at a position.
local function qualified(sql, at)
  local first, stop = identifier(sql, at)
  if first and sql:sub(stop, stop) == "." then
    local second, after = identifier(sql, stop + 1)
    if second then
      return first, second, after
    end
  end
  return nil, first, stop
end

-- Where the words (a pattern) end that stand at a position, or nil.
local function after(sql, words, at)
  local _, stop = sql:find("^" .. words .. "%s+", at)
  return stop and stop + 1
end

-- The kind of object that the words at a position begin to create or drop, and where its name stands.
local function subject(lower, at)
  local dropped = lower:sub(at, at) == "d"
  at = after(lower, dropped and "drop" or "create", at)
  at = at and not dropped and after(lower, "or%s+replace", at) or at
  at = at and not dropped and after(lower, "constraint", at) or at
  for i = 1, at and #KINDS or 0 do
    local name = after(lower, KINDS[i], at)
    if name then
      return KINDS[i], dropped and after(lower, "if%s+exists", name) or name
    end
  end
  return nil
end

---The objects that a file creates, replaces or drops. Too many do no harm, so text in quotes is looked at too.
---@param sql string
---@return { kind: string, schema: string?, name: string, table_schema: string?, table: string? }[]
function definitions.subjects(sql)
  local lower, found, seen = sql:lower(), {}, {}
  for at, word in lower:gmatch("()%f[%w_](%a+)%f[^%w_]") do
    local kind, start
    if word == "create" or word == "drop" then
      kind, start = subject(lower, at)
    end
    if kind then
      local schema, name, stop = qualified(sql, start)
      local one = { kind = kind, schema = schema, name = name }
      if kind == "trigger" and name then
        local on = select(2, lower:find("%f[%w_]on%s+", stop))
        one.table_schema, one.table = qualified(sql, (on or #sql) + 1)
      end
      local key = table.concat({ kind, schema or "", name or "", one.table or "" }, "\0")
      if name and not seen[key] then
        seen[key] = true
        found[#found + 1] = one
      end
    end
  end
  return found
end

local function literal(value)
  return value and text.string(value) or "NULL"
end

-- The subjects as rows of VALUES: (routine | view | trigger, schema, name, table).
local function subject_rows(subjects)
  local rows = {}
  for i, one in ipairs(subjects) do
    local kind = one.kind == "view" and "view" or one.kind == "trigger" and "trigger" or "routine"
    rows[i] = ("(%s, %s, %s, %s)"):format(
      literal(kind),
      literal(one.table and one.table_schema or one.schema),
      literal(one.name),
      literal(one.table)
    )
  end
  return table.concat(rows, ",\n            ")
end

-- A dollar quote that the body does not hold.
local function quoted(body)
  local tag = "$neap$"
  while body:find(tag, 1, true) do
    tag = tag:sub(1, -2) .. "_$"
  end
  return tag .. body .. tag
end

-- @NAME@ becomes the value of that name, literally.
local function fill(template, values)
  return (template:gsub("@(%u+)@", values))
end

local PREPARE = [[

DECLARE
    owner pg_catalog.name;
    plain boolean;
BEGIN
    IF pg_catalog.to_regclass(@REGCLASS@) IS NULL THEN
        CREATE TABLE @TABLE@ (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            definition text
        );
    END IF;
@CHECK@
    INSERT INTO @TABLE@ (project, revision, file, kind, identity)
    VALUES (@PROJECT@, @REVISION@, @FILE@, 'file', @FILE@);
END
]]

local CHECK = [[
    SELECT pg_catalog.pg_get_userbyid(c.relowner),
        c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relhasrules AND NOT c.relhastriggers AND NOT c.relrowsecurity
    INTO owner, plain
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(@REGCLASS@);
    IF NOT plain OR owner OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]) THEN
        RAISE EXCEPTION 'the table neap_definition is not as neap made it: % owns it, or it has triggers', owner;
    END IF;]]

-- Names in definitions are qualified when nothing but pg_catalog is visible.
local CAPTURE = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    here text := pg_catalog.current_schema();
    kinds text[];
    identities text[];
    texts text[];
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    WITH subject AS (
        SELECT s.kind, COALESCE(s.schema, here)::name AS schema, s.name::name AS name, s.on_table::name AS on_table
        FROM (VALUES
            @SUBJECTS@
        ) s (kind, schema, name, on_table)
    ), live AS (
        SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
            format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) AS identity,
            CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END AS definition,
            p.oid
        FROM subject s
        JOIN pg_namespace n ON n.nspname = s.schema
        JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
        WHERE s.kind = 'routine'
        UNION ALL
        SELECT 'VIEW', format('%I.%I', n.nspname, c.relname),
            format('CREATE OR REPLACE VIEW %I.%I%s AS %s', n.nspname, c.relname,
                ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid)),
            c.oid
        FROM subject s
        JOIN pg_namespace n ON n.nspname = s.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind = 'v'
        WHERE s.kind = 'view'
        UNION ALL
        SELECT 'TRIGGER', format('%I ON %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid), t.oid
        FROM subject s
        JOIN pg_namespace n ON n.nspname = s.schema
        JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.on_table
        JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = s.name AND NOT t.tgisinternal
        WHERE s.kind = 'trigger'
    )
    SELECT array_agg(l.kind ORDER BY l.oid), array_agg(l.identity ORDER BY l.oid),
        array_agg(l.definition ORDER BY l.oid)
    INTO kinds, identities, texts
    FROM (SELECT DISTINCT * FROM live) l;
    PERFORM pg_catalog.set_config('search_path', path, true);
    INSERT INTO @TABLE@ (project, revision, file, kind, identity, definition)
    SELECT @PROJECT@, @REVISION@, @FILE@, l.kind, l.identity, @DEFINITION@
    FROM unnest(kinds, identities, texts) WITH ORDINALITY l (kind, identity, definition, position)
    @WHERE@ORDER BY l.position;
END
]]

-- What was not there before the file was loaded.
local NEW = [[
WHERE NOT EXISTS (
        SELECT FROM @TABLE@ d
        WHERE d.identity OPERATOR(pg_catalog.=) l.identity AND d.kind OPERATOR(pg_catalog.=) l.kind
            AND d.id OPERATOR(pg_catalog.>) (
                SELECT max(m.id) FROM @TABLE@ m WHERE m.kind OPERATOR(pg_catalog.=) 'file'
            )
    )
    ]]

local REVERT = [[

DECLARE
    owner pg_catalog.name;
    plain boolean;
    last bigint;
    kinds text[];
    identities text[];
    texts text[];
    gone integer[] := '{}';
    again integer[];
    left_over integer[];
    stubborn boolean := false;
    why text;
    because text;
    i integer;
    path text := pg_catalog.current_setting('search_path');
    bodies text := pg_catalog.current_setting('check_function_bodies');
BEGIN
    IF pg_catalog.to_regclass(@REGCLASS@) IS NOT NULL THEN
@CHECK@
        SELECT max(d.id) INTO last FROM @TABLE@ d
        WHERE d.kind OPERATOR(pg_catalog.=) 'file' AND @MINE@;
    END IF;
    IF last IS NULL THEN
        RAISE EXCEPTION USING MESSAGE = @MISSING@;
    END IF;
    SELECT array_agg(d.kind ORDER BY d.id), array_agg(d.identity ORDER BY d.id), array_agg(d.definition ORDER BY d.id)
    INTO kinds, identities, texts
    FROM @TABLE@ d
    WHERE d.id OPERATOR(pg_catalog.>) last AND @MINE@;
    DELETE FROM @TABLE@ d WHERE d.id OPERATOR(pg_catalog.>=) last AND @MINE@;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    PERFORM pg_catalog.set_config('check_function_bodies', 'off', true);
    -- In place, where replacing is enough; not where the type of a result or the columns of a view changed.
    FOR i IN 1 .. COALESCE(array_length(kinds, 1), 0) LOOP
        IF texts[i] IS NULL THEN
            gone := i || gone;
            CONTINUE;
        END IF;
        BEGIN
            IF kinds[i] = 'TRIGGER' THEN
                EXECUTE 'DROP TRIGGER IF EXISTS ' || identities[i];
            END IF;
            EXECUTE texts[i];
        EXCEPTION WHEN invalid_function_definition OR invalid_table_definition OR wrong_object_type THEN
            stubborn := true;
            gone := i || gone;
        END;
    END LOOP;
    -- What is in the way of dropping those may be a view or a trigger of the same file.
    FOR i IN 1 .. COALESCE(array_length(kinds, 1), 0) LOOP
        IF stubborn AND kinds[i] IN ('VIEW', 'TRIGGER') AND i <> ALL (gone) THEN
            gone := i || gone;
        END IF;
    END LOOP;
    -- Each may depend on others: again and again, while some can be dropped, and then created.
    again := gone;
    WHILE again <> '{}' LOOP
        left_over := '{}';
        FOREACH i IN ARRAY again LOOP
            BEGIN
                EXECUTE 'DROP ' || kinds[i] || ' IF EXISTS ' || identities[i];
            EXCEPTION WHEN dependent_objects_still_exist THEN
                left_over := left_over || i;
                GET STACKED DIAGNOSTICS why = MESSAGE_TEXT, because = PG_EXCEPTION_DETAIL;
            END;
        END LOOP;
        IF left_over = again THEN
            RAISE dependent_objects_still_exist USING MESSAGE = why, DETAIL = because;
        END IF;
        again := left_over;
    END LOOP;
    SELECT COALESCE(array_agg(g.i ORDER BY g.i), '{}') INTO again FROM unnest(gone) g (i) WHERE texts[g.i] IS NOT NULL;
    WHILE again <> '{}' LOOP
        left_over := '{}';
        FOREACH i IN ARRAY again LOOP
            BEGIN
                EXECUTE texts[i];
            EXCEPTION WHEN syntax_error_or_access_rule_violation THEN
                left_over := left_over || i;
                GET STACKED DIAGNOSTICS why = MESSAGE_TEXT, because = PG_EXCEPTION_DETAIL;
            END;
        END LOOP;
        IF left_over = again THEN
            RAISE undefined_object USING MESSAGE = why, DETAIL = because;
        END IF;
        again := left_over;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', path, true);
    PERFORM pg_catalog.set_config('check_function_bodies', bodies, true);
END
]]

local MINE =
  [[d.project OPERATOR(pg_catalog.=) @PROJECT@ AND d.revision OPERATOR(pg_catalog.=) @REVISION@
            AND d.file OPERATOR(pg_catalog.=) @FILE@]]

-- The revision's file, without its directory and the line: the same on every checkout.
local function revision_of(operation)
  local at = operation.source and operation.source.at or ""
  return (at:gsub(":%d+$", ""):gsub("^.*/", ""))
end

local function facts(operation, run)
  local schema = run.config and run.config.version_table_schema
  local values = {
    PROJECT = literal(run.config and run.config.version_table or "neap_version"),
    REVISION = literal(revision_of(operation)),
    FILE = literal(operation.file),
    TABLE = text.object(schema, "neap_definition"),
    REGCLASS = literal(text.object(schema, "neap_definition")),
  }
  values.CHECK, values.NEW, values.MINE = fill(CHECK, values), fill(NEW, values), fill(MINE, values)
  return values
end

local function block(template, values)
  return { sql = "DO " .. quoted(fill(template, values)) }
end

---The statements of load_sql with `keep`: what is there, the file, what is new.
---@param file Statement  the file itself
---@return Statement[]
function definitions.keep(operation, run, file)
  local subjects = definitions.subjects(file.sql)
  local values = facts(operation, run)
  local statements = { block(PREPARE, values) }
  if #subjects == 0 then
    statements[2] = file
    return statements
  end
  values.SUBJECTS = subject_rows(subjects)
  values.DEFINITION, values.WHERE = "l.definition", ""
  statements[2] = block(CAPTURE, values)
  statements[3] = file
  values.DEFINITION, values.WHERE = "NULL", values.NEW
  statements[4] = block(CAPTURE, values)
  return statements
end

---Puts back what the last load of this file, by this revision, replaced.
---@return Statement[]
function definitions.revert(operation, run)
  local values = facts(operation, run)
  values.MISSING = literal(
    ("what %s replaced was not kept by %s: load it with procedures.load, or op.load_sql(file, { keep = true })"):format(
      operation.file,
      revision_of(operation)
    )
  )
  return { block(REVERT, values) }
end

return definitions
