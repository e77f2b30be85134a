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
            ('routine', NULL, 'twice', NULL),
            ('view', 'Odd', 'doubled', NULL),
            ('trigger', NULL, 'touch', 'account')
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
CREATE OR REPLACE VIEW "Odd".doubled AS SELECT twice(1) AS two;
CREATE TRIGGER touch BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();

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
            ('routine', NULL, 'twice', NULL),
            ('view', 'Odd', 'doubled', NULL),
            ('trigger', NULL, 'touch', 'account')
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
