DO $neap$
DECLARE
    owner pg_catalog.name;
    plain boolean;
BEGIN
    IF pg_catalog.to_regclass('neap_definition') IS NULL THEN
        CREATE TABLE neap_definition (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            definition text
        );
    END IF;
    SELECT pg_catalog.pg_get_userbyid(c.relowner),
        c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relhasrules AND NOT c.relhastriggers AND NOT c.relrowsecurity
    INTO owner, plain
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition');
    IF NOT plain OR owner OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]) THEN
        RAISE EXCEPTION 'the table neap_definition is not as neap made it: % owns it, or it has triggers', owner;
    END IF;
    INSERT INTO neap_definition (project, revision, file, kind, identity)
    VALUES ('neap_version', 'x.lua', 'procs/twice.sql', 'file', 'procs/twice.sql');
END
$neap$;
DO $neap$
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
            ('routine', NULL, 'twice', NULL)
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
    INSERT INTO neap_definition (project, revision, file, kind, identity, definition)
    SELECT 'neap_version', 'x.lua', 'procs/twice.sql', l.kind, l.identity, l.definition
    FROM unnest(kinds, identities, texts) WITH ORDINALITY l (kind, identity, definition, position)
    ORDER BY l.position;
END
$neap$;
-- procs/twice.sql
CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a * 2 $$;

DO $neap$
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
            ('routine', NULL, 'twice', NULL)
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
    INSERT INTO neap_definition (project, revision, file, kind, identity, definition)
    SELECT 'neap_version', 'x.lua', 'procs/twice.sql', l.kind, l.identity, NULL
    FROM unnest(kinds, identities, texts) WITH ORDINALITY l (kind, identity, definition, position)
    WHERE NOT EXISTS (
        SELECT FROM neap_definition d
        WHERE d.identity OPERATOR(pg_catalog.=) l.identity AND d.kind OPERATOR(pg_catalog.=) l.kind
            AND d.id OPERATOR(pg_catalog.>) (
                SELECT max(m.id) FROM neap_definition m WHERE m.kind OPERATOR(pg_catalog.=) 'file'
            )
    )
    ORDER BY l.position;
END
$neap$;
DO $neap$
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
    IF pg_catalog.to_regclass('neap_definition') IS NOT NULL THEN
    SELECT pg_catalog.pg_get_userbyid(c.relowner),
        c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT c.relhasrules AND NOT c.relhastriggers AND NOT c.relrowsecurity
    INTO owner, plain
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition');
    IF NOT plain OR owner OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]) THEN
        RAISE EXCEPTION 'the table neap_definition is not as neap made it: % owns it, or it has triggers', owner;
    END IF;
        SELECT max(d.id) INTO last FROM neap_definition d
        WHERE d.kind OPERATOR(pg_catalog.=) 'file' AND d.project OPERATOR(pg_catalog.=) 'neap_version' AND d.revision OPERATOR(pg_catalog.=) 'x.lua'
            AND d.file OPERATOR(pg_catalog.=) 'procs/twice.sql';
    END IF;
    IF last IS NULL THEN
        RAISE EXCEPTION USING MESSAGE = 'what procs/twice.sql replaced was not kept by x.lua: load it with procedures.load, or op.load_sql(file, { keep = true })';
    END IF;
    SELECT array_agg(d.kind ORDER BY d.id), array_agg(d.identity ORDER BY d.id), array_agg(d.definition ORDER BY d.id)
    INTO kinds, identities, texts
    FROM neap_definition d
    WHERE d.id OPERATOR(pg_catalog.>) last AND d.project OPERATOR(pg_catalog.=) 'neap_version' AND d.revision OPERATOR(pg_catalog.=) 'x.lua'
            AND d.file OPERATOR(pg_catalog.=) 'procs/twice.sql';
    DELETE FROM neap_definition d WHERE d.id OPERATOR(pg_catalog.>=) last AND d.project OPERATOR(pg_catalog.=) 'neap_version' AND d.revision OPERATOR(pg_catalog.=) 'x.lua'
            AND d.file OPERATOR(pg_catalog.=) 'procs/twice.sql';
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
$neap$;
