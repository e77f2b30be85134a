DO $neap$
DECLARE
    wrong text;
    one text;
    acting text := pg_catalog.current_setting('role');
BEGIN
    PERFORM pg_catalog.set_config('role', 'none', true);
    IF true AND pg_catalog.to_regclass('neap_definition') IS NULL THEN
        CREATE TABLE neap_definition (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            hash text,
            state text,
            extras text
        );
    END IF;
    IF true AND pg_catalog.to_regclass('neap_definition_text') IS NULL THEN
        CREATE TABLE neap_definition_text (hash text PRIMARY KEY, definition text NOT NULL);
    END IF;
    IF pg_catalog.to_regclass('neap_loaded') IS NULL THEN
        CREATE TABLE neap_loaded (
            project text NOT NULL,
            file text NOT NULL,
            hash text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            class bigint NOT NULL,
            oid bigint NOT NULL,
            version text,
            fingerprint text
        );
    END IF;
    FOREACH one IN ARRAY ARRAY['neap_definition', 'neap_definition_text', 'neap_loaded'] LOOP
        IF acting OPERATOR(pg_catalog.<>) 'none' AND pg_catalog.to_regclass(one) IS NOT NULL
            AND NOT pg_catalog.has_table_privilege(acting, one, 'INSERT') THEN
            EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO %I', one, acting);
        END IF;
    END LOOP;
    PERFORM pg_catalog.set_config('role', acting, true);
    SELECT pg_catalog.string_agg(pg_catalog.format('the table %s is not as neap made it: %s owns it, or it has triggers',
        c.relname, pg_catalog.pg_get_userbyid(c.relowner)), '; ') INTO wrong
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) ANY (ARRAY[pg_catalog.to_regclass('neap_definition'), pg_catalog.to_regclass('neap_definition_text'), pg_catalog.to_regclass('neap_loaded')]::pg_catalog.oid[])
        AND (c.relkind OPERATOR(pg_catalog.<>) 'r' OR c.relhasrules OR c.relhastriggers OR c.relrowsecurity
            OR pg_catalog.pg_get_userbyid(c.relowner) OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong;
    END IF;
END
$neap$;
DO $neap$
DECLARE
    path text := pg_catalog.current_setting('search_path');
    here name := pg_catalog.current_schema();
    definition_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition'));
    text_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition_text'));
    loaded_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_loaded'));
    before text[];
    files text[] := '{"procs/rows.sql"}'::text[];
    hashes text[] := '{""}'::text[];
    about_file text[] := '{}'::text[];
    about_kind text[] := '{}'::text[];
    about_schema name[] := '{}'::name[];
    about_name name[] := '{}'::name[];
    about_on_table name[] := '{}'::name[];
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    IF COALESCE(current_setting('neap.run', true), '') = '' THEN
        PERFORM set_config('neap.run', clock_timestamp()::text, false);
    END IF;
    EXECUTE replace(replace(replace($statement$    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
    SELECT s.file, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid, p.oid::regprocedure::text AS identity,
        CASE WHEN true THEN CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
    COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
    pg_catalog.concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.text,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        'SSPACE = ' || NULLIF(a.aggtransspace, 0),
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn::pg_catalog.text <> '-' THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
        'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.text, '-'),
        'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
        'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
        'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmtranstype <> '0'::pg_catalog.oid THEN
            'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
        'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn::pg_catalog.text <> '-' THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', o_n.nspname, o.oprname)
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
            WHERE o.oid = a.aggsortop),
        CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
    )), '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END ELSE '' END AS definition,
        concat_ws('/', p.oid, p.ctid, p.xmin) AS version
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
    WHERE s.kind = 'routine'
    UNION ALL
    SELECT s.file, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
        'pg_class'::regclass::oid, c.oid, format('%I.%I', n.nspname, c.relname),
        CASE WHEN true THEN CASE c.relkind WHEN 'v' THEN
        format('CREATE OR REPLACE VIEW %I.%I%s AS %s', n.nspname, c.relname,
            ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
    ELSE array_to_string(ARRAY[
            format('CREATE MATERIALIZED VIEW %I.%I%s%s%s AS %s%s', n.nspname, c.relname,
                (SELECT ' USING ' || quote_ident(m.amname) FROM pg_am m WHERE m.oid = c.relam),
                (SELECT format(' WITH (%s)', string_agg(format('%I = %L', w.option_name, w.option_value), ', '))
                    FROM pg_options_to_table(c.reloptions) w HAVING count(*) > 0),
                (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace),
                rtrim(pg_get_viewdef(c.oid), ';'), CASE WHEN NOT c.relispopulated THEN ' WITH NO DATA' END)
        ] || ARRAY(
            SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid ORDER BY i.indexrelid::regclass::text
        ) || ARRAY(
            SELECT format('ALTER MATERIALIZED VIEW %I.%I CLUSTER ON %I', n.nspname, c.relname, x.relname)
            FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered
        ) || ARRAY(
            SELECT format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, d.description)
            FROM pg_index i
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
            WHERE i.indrelid = c.oid ORDER BY 1
        ), E';\n')
    END ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind IN ('v', 'm')
    WHERE s.kind = 'view'
    UNION ALL
    SELECT s.file, 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid,
        format('%I ON %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid), NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.on_table
    JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = s.name AND NOT t.tgisinternal
    WHERE s.kind = 'trigger'
    UNION ALL
    SELECT s.file, 'TYPE', 'pg_type'::regclass::oid, t.oid, format('%I.%I', n.nspname, t.typname),
        CASE WHEN true THEN format('CREATE %s %I.%I AS %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname,
    CASE t.typtype
    WHEN 'e' THEN (
        SELECT format('ENUM (%s)', string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
        FROM pg_enum e WHERE e.enumtypid = t.oid)
    WHEN 'c' THEN (
        SELECT format('(%s)', string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), (
                SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = a.atttypid
                WHERE l.oid = a.attcollation AND a.attcollation <> y.typcollation)), ', ' ORDER BY a.attnum))
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
    WHEN 'd' THEN concat(format_type(t.typbasetype, t.typtypmod), (
            SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
            FROM pg_collation l
            JOIN pg_namespace o ON o.oid = l.collnamespace
            JOIN pg_type y ON y.oid = t.typbasetype
            WHERE l.oid = t.typcollation AND t.typcollation <> y.typcollation
        ), ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN ' NOT NULL' END, (
            SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')), ''
                ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
        ))
    WHEN 'r' THEN (
        SELECT format('RANGE (%s)', concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
            -- New in 14.
            'multirange_type_name = ' || format_type((to_jsonb(r) ->> 'rngmultitypid')::oid, NULL),
            (SELECT format('subtype_opclass = %I.%I', o.nspname, c.opcname)
                FROM pg_opclass c JOIN pg_namespace o ON o.oid = c.opcnamespace WHERE c.oid = r.rngsubopc AND NOT c.opcdefault),
            (SELECT format('collation = %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = r.rngsubtype
                WHERE l.oid = r.rngcollation AND r.rngcollation <> y.typcollation),
            'canonical = ' || NULLIF(r.rngcanonical::text, '-'),
            'subtype_diff = ' || NULLIF(r.rngsubdiff::text, '-')))
        FROM pg_range r WHERE r.rngtypid = t.oid)
    END) ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = s.name AND t.typtype IN ('e', 'c', 'd', 'r')
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE s.kind = 'type' AND COALESCE(c.relkind, 'c') = 'c'
    ), earlier AS (
        SELECT DISTINCT l.file, 'routine' AS kind, n.nspname AS schema, p.proname AS name, NULL::name AS on_table
        FROM ~LOADED~ l
        JOIN pg_proc p ON p.oid = l.oid AND l.class = 'pg_proc'::regclass::oid::bigint
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE l.project = 'neap_version' AND l.file = ANY ($3)
    ), found AS (
        SELECT * FROM live
        UNION ALL
        SELECT * FROM (
            WITH subject AS (SELECT * FROM earlier)
    SELECT s.file, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid, p.oid::regprocedure::text AS identity,
        CASE WHEN true THEN CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
    COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
    pg_catalog.concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.text,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        'SSPACE = ' || NULLIF(a.aggtransspace, 0),
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn::pg_catalog.text <> '-' THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
        'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.text, '-'),
        'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
        'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
        'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmtranstype <> '0'::pg_catalog.oid THEN
            'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
        'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn::pg_catalog.text <> '-' THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', o_n.nspname, o.oprname)
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
            WHERE o.oid = a.aggsortop),
        CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
    )), '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END ELSE '' END AS definition,
        concat_ws('/', p.oid, p.ctid, p.xmin) AS version
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
    WHERE s.kind = 'routine'
    UNION ALL
    SELECT s.file, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
        'pg_class'::regclass::oid, c.oid, format('%I.%I', n.nspname, c.relname),
        CASE WHEN true THEN CASE c.relkind WHEN 'v' THEN
        format('CREATE OR REPLACE VIEW %I.%I%s AS %s', n.nspname, c.relname,
            ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
    ELSE array_to_string(ARRAY[
            format('CREATE MATERIALIZED VIEW %I.%I%s%s%s AS %s%s', n.nspname, c.relname,
                (SELECT ' USING ' || quote_ident(m.amname) FROM pg_am m WHERE m.oid = c.relam),
                (SELECT format(' WITH (%s)', string_agg(format('%I = %L', w.option_name, w.option_value), ', '))
                    FROM pg_options_to_table(c.reloptions) w HAVING count(*) > 0),
                (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace),
                rtrim(pg_get_viewdef(c.oid), ';'), CASE WHEN NOT c.relispopulated THEN ' WITH NO DATA' END)
        ] || ARRAY(
            SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid ORDER BY i.indexrelid::regclass::text
        ) || ARRAY(
            SELECT format('ALTER MATERIALIZED VIEW %I.%I CLUSTER ON %I', n.nspname, c.relname, x.relname)
            FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered
        ) || ARRAY(
            SELECT format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, d.description)
            FROM pg_index i
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
            WHERE i.indrelid = c.oid ORDER BY 1
        ), E';\n')
    END ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind IN ('v', 'm')
    WHERE s.kind = 'view'
    UNION ALL
    SELECT s.file, 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid,
        format('%I ON %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid), NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.on_table
    JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = s.name AND NOT t.tgisinternal
    WHERE s.kind = 'trigger'
    UNION ALL
    SELECT s.file, 'TYPE', 'pg_type'::regclass::oid, t.oid, format('%I.%I', n.nspname, t.typname),
        CASE WHEN true THEN format('CREATE %s %I.%I AS %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname,
    CASE t.typtype
    WHEN 'e' THEN (
        SELECT format('ENUM (%s)', string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
        FROM pg_enum e WHERE e.enumtypid = t.oid)
    WHEN 'c' THEN (
        SELECT format('(%s)', string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), (
                SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = a.atttypid
                WHERE l.oid = a.attcollation AND a.attcollation <> y.typcollation)), ', ' ORDER BY a.attnum))
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
    WHEN 'd' THEN concat(format_type(t.typbasetype, t.typtypmod), (
            SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
            FROM pg_collation l
            JOIN pg_namespace o ON o.oid = l.collnamespace
            JOIN pg_type y ON y.oid = t.typbasetype
            WHERE l.oid = t.typcollation AND t.typcollation <> y.typcollation
        ), ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN ' NOT NULL' END, (
            SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')), ''
                ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
        ))
    WHEN 'r' THEN (
        SELECT format('RANGE (%s)', concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
            -- New in 14.
            'multirange_type_name = ' || format_type((to_jsonb(r) ->> 'rngmultitypid')::oid, NULL),
            (SELECT format('subtype_opclass = %I.%I', o.nspname, c.opcname)
                FROM pg_opclass c JOIN pg_namespace o ON o.oid = c.opcnamespace WHERE c.oid = r.rngsubopc AND NOT c.opcdefault),
            (SELECT format('collation = %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = r.rngsubtype
                WHERE l.oid = r.rngcollation AND r.rngcollation <> y.typcollation),
            'canonical = ' || NULLIF(r.rngcanonical::text, '-'),
            'subtype_diff = ' || NULLIF(r.rngsubdiff::text, '-')))
        FROM pg_range r WHERE r.rngtypid = t.oid)
    END) ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = s.name AND t.typtype IN ('e', 'c', 'd', 'r')
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE s.kind = 'type' AND COALESCE(c.relkind, 'c') = 'c'
        ) e
    ), kept AS (
        SELECT DISTINCT ON (o.file, o.class, o.oid) o.*,
            CASE WHEN o.definition <> '' THEN encode(sha256(convert_to(o.definition, 'UTF8')), 'hex') END AS hash,
            (    CASE o.class
    WHEN 'pg_proc'::regclass THEN (
        SELECT jsonb_build_array(p.proowner::regrole::text, p.proacl::text, obj_description(p.oid, 'pg_proc'))::text
        FROM pg_proc p WHERE p.oid = o.oid)
    WHEN 'pg_class'::regclass THEN (
        SELECT jsonb_build_array(c.relowner::regrole::text, c.relacl::text, obj_description(c.oid, 'pg_class'), (
            SELECT jsonb_agg(jsonb_build_array(a.attname, a.attacl::text, col_description(c.oid, a.attnum)) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0))::text
        FROM pg_class c WHERE c.oid = o.oid)
    WHEN 'pg_trigger'::regclass THEN (
        SELECT jsonb_build_array(t.tgenabled, obj_description(t.oid, 'pg_trigger'))::text
        FROM pg_trigger t WHERE t.oid = o.oid)
    WHEN 'pg_type'::regclass THEN (
        SELECT jsonb_build_array(t.typowner::regrole::text, t.typacl::text, obj_description(t.oid, 'pg_type'), (
            SELECT jsonb_agg(col_description(t.typrelid, a.attnum) ORDER BY a.attnum)
            FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0))::text
        FROM pg_type t WHERE t.oid = o.oid)
    END) AS state, (    CASE o.class
    WHEN 'pg_proc'::regclass THEN (
        SELECT ARRAY[format('ALTER ROUTINE %s OWNER TO %s', o.identity, p.proowner::regrole),
                format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, %s', o.identity, p.proowner::regrole)] || ARRAY(
            SELECT format('GRANT %s ON ROUTINE %s TO %s%s', a.privilege_type, o.identity,
                CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                CASE WHEN a.is_grantable AND a.grantee NOT IN (0, p.proowner) THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) WITH ORDINALITY
                a (grantor, grantee, privilege_type, is_grantable, number)
            ORDER BY a.number
        ) || format('COMMENT ON ROUTINE %s IS %L', o.identity, obj_description(p.oid, 'pg_proc'))
        FROM pg_proc p WHERE p.oid = o.oid)
    WHEN 'pg_class'::regclass THEN (
        SELECT ARRAY[format('ALTER TABLE %s OWNER TO %s', o.identity, c.relowner::regrole),
                format('REVOKE ALL ON TABLE %s FROM PUBLIC, %s', o.identity, c.relowner::regrole)] || ARRAY(
            SELECT format('GRANT %s ON TABLE %s TO %s%s', a.privilege_type || COALESCE(' (' || quote_ident(k.name) || ')', ''),
                o.identity, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                CASE WHEN a.is_grantable AND a.grantee NOT IN (0, c.relowner) THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM (
                SELECT 0 AS number, NULL::name AS name, COALESCE(c.relacl, acldefault('r', c.relowner)) AS acl
                UNION ALL
                SELECT t.attnum, t.attname, t.attacl FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attacl IS NOT NULL
            ) k
            CROSS JOIN aclexplode(k.acl) WITH ORDINALITY a (grantor, grantee, privilege_type, is_grantable, number)
            ORDER BY k.number, a.number
        ) || format('COMMENT ON %s %s IS %L', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, o.identity,
            obj_description(c.oid, 'pg_class')) || ARRAY(
            SELECT format('COMMENT ON COLUMN %s.%I IS %L', o.identity, a.attname, col_description(c.oid, a.attnum))
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum
        )
        FROM pg_class c WHERE c.oid = o.oid)
    WHEN 'pg_trigger'::regclass THEN (
        SELECT ARRAY[format('ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass, CASE t.tgenabled
                WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname),
            format('COMMENT ON TRIGGER %s IS %L', o.identity, obj_description(t.oid, 'pg_trigger'))]
        FROM pg_trigger t WHERE t.oid = o.oid)
    WHEN 'pg_type'::regclass THEN (
        SELECT ARRAY[format('ALTER TYPE %s OWNER TO %s', o.identity, t.typowner::regrole),
                format('REVOKE ALL ON TYPE %s FROM PUBLIC, %s', o.identity, t.typowner::regrole)] || ARRAY(
            SELECT format('GRANT %s ON TYPE %s TO %s%s', a.privilege_type, o.identity,
                CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                CASE WHEN a.is_grantable AND a.grantee NOT IN (0, t.typowner) THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM aclexplode(COALESCE(t.typacl, acldefault('T', t.typowner))) WITH ORDINALITY
                a (grantor, grantee, privilege_type, is_grantable, number)
            ORDER BY a.number
        ) || format('COMMENT ON TYPE %s IS %L', o.identity, obj_description(t.oid, 'pg_type')) || ARRAY(
            SELECT format('COMMENT ON COLUMN %s.%I IS %L', o.identity, a.attname, col_description(t.typrelid, a.attnum))
            FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        )
        FROM pg_type t WHERE t.oid = o.oid)
    END)::text AS extras
        FROM found o
    ), texts AS (
        INSERT INTO ~TEXT~ (hash, definition)
        SELECT DISTINCT k.hash, k.definition FROM kept k WHERE k.hash IS NOT NULL
        ON CONFLICT (hash) DO NOTHING
    ), rows AS (
        INSERT INTO ~DEFINITION~ (project, revision, file, kind, identity, hash, state, extras)
        SELECT 'neap_version', 'x.lua', r.file, r.kind, r.identity, r.hash, r.state, r.extras
        FROM (
            SELECT f.file, 'file' AS kind, f.file AS identity, NULL AS hash, current_setting('neap.run') AS state,
                NULL AS extras,
                f.place, 0::oid AS oid
            FROM unnest($3) WITH ORDINALITY f (file, place)
            UNION ALL
            SELECT k.file, k.kind, k.identity, COALESCE(k.hash, ''), k.state, k.extras, f.place, k.oid
            FROM kept k JOIN unnest($3) WITH ORDINALITY f (file, place) ON f.file = k.file
            UNION ALL
            SELECT k.file, 'made', k.identity, NULL, k.kind, NULL, f.place, k.oid
            FROM kept k JOIN unnest($3) WITH ORDINALITY f (file, place) ON f.file = k.file
            WHERE ((k.file, k.class::bigint, k.oid::bigint) IN (
                SELECT l.file, l.class, l.oid FROM ~LOADED~ l WHERE l.project = 'neap_version')) IS TRUE
        ) r
        ORDER BY r.place, r.kind <> 'file', r.oid
    )
    SELECT array_agg(l.version) FROM live l WHERE l.version IS NOT NULL$statement$, '~LOADED~', COALESCE(loaded_table, '')), '~DEFINITION~', COALESCE(definition_table, '')), '~TEXT~', COALESCE(text_table, '')) INTO before USING here, before, files, hashes, about_file, about_kind, about_schema, about_name, about_on_table;
    PERFORM set_config('neap.before', COALESCE(before, '{}')::text, true);
    PERFORM set_config('neap.path', path, true);
    PERFORM set_config('search_path', path, true);
END
$neap$;
-- savepoint
-- procs/rows.sql
SELECT 1;

-- release
DO $neap$
DECLARE
    -- Files may have changed it, and go on with theirs.
    theirs text := pg_catalog.current_setting('search_path');
BEGIN
PERFORM pg_catalog.set_config('search_path',
    COALESCE(NULLIF(pg_catalog.current_setting('neap.path', true), ''), theirs), true);
DECLARE
    path text := pg_catalog.current_setting('search_path');
    here name := pg_catalog.current_schema();
    definition_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition'));
    text_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_definition_text'));
    loaded_table text := (
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('neap_loaded'));
    before text[] := COALESCE(NULLIF(pg_catalog.current_setting('neap.before', true), ''), '{}')::text[];
    files text[] := '{"procs/rows.sql"}'::text[];
    hashes text[] := '{""}'::text[];
    made_file text[] := '{}'::text[];
    made_kind text[] := '{}'::text[];
    made_schema name[] := '{}'::name[];
    made_name name[] := '{}'::name[];
    made_on_table name[] := '{}'::name[];
    about_file text[] := '{}'::text[];
    about_kind text[] := '{}'::text[];
    about_schema name[] := '{}'::name[];
    about_name name[] := '{}'::name[];
    about_on_table name[] := '{}'::name[];
    nested text := pg_catalog.current_setting('enable_nestloop');
    lost text[]; -- of each its signature, how it is shown, its file
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    PERFORM set_config('enable_nestloop', nested, true);
    EXECUTE replace(replace(replace($statement$    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
    SELECT s.file, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid, p.oid::regprocedure::text AS identity,
        CASE WHEN false THEN CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
    COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
    pg_catalog.concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.text,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        'SSPACE = ' || NULLIF(a.aggtransspace, 0),
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn::pg_catalog.text <> '-' THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
        'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.text, '-'),
        'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
        'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
        'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmtranstype <> '0'::pg_catalog.oid THEN
            'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
        'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn::pg_catalog.text <> '-' THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', o_n.nspname, o.oprname)
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
            WHERE o.oid = a.aggsortop),
        CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
    )), '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END ELSE '' END AS definition,
        concat_ws('/', p.oid, p.ctid, p.xmin) AS version
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
    WHERE s.kind = 'routine'
    UNION ALL
    SELECT s.file, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
        'pg_class'::regclass::oid, c.oid, format('%I.%I', n.nspname, c.relname),
        CASE WHEN false THEN CASE c.relkind WHEN 'v' THEN
        format('CREATE OR REPLACE VIEW %I.%I%s AS %s', n.nspname, c.relname,
            ' WITH (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
    ELSE array_to_string(ARRAY[
            format('CREATE MATERIALIZED VIEW %I.%I%s%s%s AS %s%s', n.nspname, c.relname,
                (SELECT ' USING ' || quote_ident(m.amname) FROM pg_am m WHERE m.oid = c.relam),
                (SELECT format(' WITH (%s)', string_agg(format('%I = %L', w.option_name, w.option_value), ', '))
                    FROM pg_options_to_table(c.reloptions) w HAVING count(*) > 0),
                (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace),
                rtrim(pg_get_viewdef(c.oid), ';'), CASE WHEN NOT c.relispopulated THEN ' WITH NO DATA' END)
        ] || ARRAY(
            SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid ORDER BY i.indexrelid::regclass::text
        ) || ARRAY(
            SELECT format('ALTER MATERIALIZED VIEW %I.%I CLUSTER ON %I', n.nspname, c.relname, x.relname)
            FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisclustered
        ) || ARRAY(
            SELECT format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, d.description)
            FROM pg_index i
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
            WHERE i.indrelid = c.oid ORDER BY 1
        ), E';\n')
    END ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind IN ('v', 'm')
    WHERE s.kind = 'view'
    UNION ALL
    SELECT s.file, 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid,
        format('%I ON %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid), NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.on_table
    JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = s.name AND NOT t.tgisinternal
    WHERE s.kind = 'trigger'
    UNION ALL
    SELECT s.file, 'TYPE', 'pg_type'::regclass::oid, t.oid, format('%I.%I', n.nspname, t.typname),
        CASE WHEN false THEN format('CREATE %s %I.%I AS %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname,
    CASE t.typtype
    WHEN 'e' THEN (
        SELECT format('ENUM (%s)', string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder))
        FROM pg_enum e WHERE e.enumtypid = t.oid)
    WHEN 'c' THEN (
        SELECT format('(%s)', string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod), (
                SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = a.atttypid
                WHERE l.oid = a.attcollation AND a.attcollation <> y.typcollation)), ', ' ORDER BY a.attnum))
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
    WHEN 'd' THEN concat(format_type(t.typbasetype, t.typtypmod), (
            SELECT format(' COLLATE %I.%I', o.nspname, l.collname)
            FROM pg_collation l
            JOIN pg_namespace o ON o.oid = l.collnamespace
            JOIN pg_type y ON y.oid = t.typbasetype
            WHERE l.oid = t.typcollation AND t.typcollation <> y.typcollation
        ), ' DEFAULT ' || pg_get_expr(t.typdefaultbin, 0), CASE WHEN t.typnotnull THEN ' NOT NULL' END, (
            SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')), ''
                ORDER BY k.conname)
            FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
        ))
    WHEN 'r' THEN (
        SELECT format('RANGE (%s)', concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
            -- New in 14.
            'multirange_type_name = ' || format_type((to_jsonb(r) ->> 'rngmultitypid')::oid, NULL),
            (SELECT format('subtype_opclass = %I.%I', o.nspname, c.opcname)
                FROM pg_opclass c JOIN pg_namespace o ON o.oid = c.opcnamespace WHERE c.oid = r.rngsubopc AND NOT c.opcdefault),
            (SELECT format('collation = %I.%I', o.nspname, l.collname)
                FROM pg_collation l
                JOIN pg_namespace o ON o.oid = l.collnamespace
                JOIN pg_type y ON y.oid = r.rngsubtype
                WHERE l.oid = r.rngcollation AND r.rngcollation <> y.typcollation),
            'canonical = ' || NULLIF(r.rngcanonical::text, '-'),
            'subtype_diff = ' || NULLIF(r.rngsubdiff::text, '-')))
        FROM pg_range r WHERE r.rngtypid = t.oid)
    END) ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = s.name AND t.typtype IN ('e', 'c', 'd', 'r')
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE s.kind = 'type' AND COALESCE(c.relkind, 'c') = 'c'
    ), last AS (
        SELECT d.file, max(d.id) AS id FROM ~DEFINITION~ d
        WHERE d.kind = 'file' AND d.project = 'neap_version' AND d.revision = 'x.lua' AND d.file = ANY ($3)
        GROUP BY d.file
    )
    INSERT INTO ~DEFINITION~ (project, revision, file, kind, identity)
    SELECT 'neap_version', 'x.lua', l.file, l.kind, l.identity
    FROM (SELECT DISTINCT o.file, o.kind, o.identity, o.oid FROM live o) l
    JOIN last t ON t.file = l.file
    WHERE NOT EXISTS (
        SELECT FROM ~DEFINITION~ d
        WHERE d.id > t.id AND d.file = l.file AND d.identity = l.identity AND d.kind = l.kind
            AND d.project = 'neap_version' AND d.revision = 'x.lua'
    )
    ORDER BY l.oid$statement$, '~LOADED~', COALESCE(loaded_table, '')), '~DEFINITION~', COALESCE(definition_table, '')), '~TEXT~', COALESCE(text_table, '')) USING here, before, files, hashes, about_file, about_kind, about_schema, about_name, about_on_table;
    EXECUTE replace(replace(replace($statement$    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
    SELECT s.file, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid, concat_ws(' ', p.pronamespace, p.proname, p.proargtypes) AS identity,
        CASE WHEN false THEN CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
    COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
    pg_catalog.concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.text,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        'SSPACE = ' || NULLIF(a.aggtransspace, 0),
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn::pg_catalog.text <> '-' THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
        'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.text, '-'),
        'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
        'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
        'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmtranstype <> '0'::pg_catalog.oid THEN
            'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
        'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn::pg_catalog.text <> '-' THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', o_n.nspname, o.oprname)
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
            WHERE o.oid = a.aggsortop),
        CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
    )), '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END ELSE '' END AS definition,
        concat_ws('/', p.oid, p.ctid, p.xmin) AS version
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, $1)
    JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
    WHERE s.kind = 'routine'
    ), made AS (
        SELECT l.* FROM live l LEFT JOIN unnest($2) b (version) ON b.version = l.version WHERE b.version IS NULL
    ), gone AS (
        DELETE FROM ~LOADED~ d WHERE d.project = 'neap_version' AND d.file = ANY ($3)
        RETURNING d.file, d.kind, d.identity, d.class, d.oid
    ), rows AS (
        INSERT INTO ~LOADED~ (project, file, hash, kind, identity, class, oid, version, fingerprint)
        SELECT 'neap_version', o.file, o.hash, o.kind, o.identity, o.class::bigint, o.oid::bigint, o.version,
            CASE WHEN p.oid IS NULL THEN (NULL) ELSE hashtextextended(CASE WHEN p.prokind = 'a' THEN CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
    COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
    pg_catalog.concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::pg_catalog.text,
        'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
        'SSPACE = ' || NULLIF(a.aggtransspace, 0),
        'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
        'FINALFUNC = ' || NULLIF(a.aggfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn::pg_catalog.text <> '-' THEN 'FINALFUNC_MODIFY = ' ||
            CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::pg_catalog.text, '-'),
        'SERIALFUNC = ' || NULLIF(a.aggserialfn::pg_catalog.text, '-'),
        'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::pg_catalog.text, '-'),
        'MSFUNC = ' || NULLIF(a.aggmtransfn::pg_catalog.text, '-'),
        'MINVFUNC = ' || NULLIF(a.aggminvtransfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmtranstype <> '0'::pg_catalog.oid THEN
            'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, NULL) END,
        'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
        'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::pg_catalog.text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        CASE WHEN a.aggmfinalfn::pg_catalog.text <> '-' THEN 'MFINALFUNC_MODIFY = ' ||
            CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
        (SELECT pg_catalog.format('SORTOP = OPERATOR(%I.%s)', o_n.nspname, o.oprname)
            FROM pg_catalog.pg_operator o
            JOIN pg_catalog.pg_namespace o_n ON o_n.oid = o.oprnamespace
            WHERE o.oid = a.aggsortop),
        CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END,
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END
    )), '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END
            WHEN p.prosrc = '' THEN pg_get_functiondef(p.oid)
            ELSE concat_ws('|', p.pronamespace, p.proname, p.prokind, p.prolang, p.procost, p.prorows, p.provariadic,
                p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile, p.proparallel, p.prorettype,
                p.proargtypes, COALESCE(p.proallargtypes::text, '-'), COALESCE(p.proargmodes::text, '-'),
                COALESCE(p.proargnames::text, '-'), COALESCE(p.proargdefaults::text, '-'),
                COALESCE(p.protrftypes::text, '-'), COALESCE(p.probin, '-'), COALESCE(p.proconfig::text, '-'),
                p.prosrc) END COLLATE "C", 0)::text END
        FROM (
            SELECT DISTINCT f.file, f.hash, COALESCE(m.kind, '') AS kind, COALESCE(m.identity, '') AS identity,
                COALESCE(m.class, 0::oid) AS class, COALESCE(m.oid, 0::oid) AS oid, m.version
            FROM unnest($3, $4) f (file, hash)
            LEFT JOIN made m ON m.file = f.file
        ) o
        LEFT JOIN pg_proc p ON p.oid = o.oid AND o.class = 'pg_proc'::regclass
    )
    SELECT array_agg(ARRAY[p.oid::regprocedure::text, format('%s %s (%s)', g.kind, p.oid::regprocedure, g.file), g.file])
    FROM gone g
    JOIN pg_proc p ON p.oid = g.oid AND g.class = 'pg_proc'::regclass::oid::bigint
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE g.identity = concat_ws(' ', p.pronamespace, p.proname, p.proargtypes)
        AND p.oid NOT IN (SELECT m.oid FROM made m WHERE m.class = 'pg_proc'::regclass)
        AND NOT EXISTS (
            SELECT FROM ~LOADED~ other
            WHERE other.oid = g.oid AND other.class = g.class AND NOT (other.project = 'neap_version' AND other.file = ANY ($3))
        )$statement$, '~LOADED~', COALESCE(loaded_table, '')), '~DEFINITION~', COALESCE(definition_table, '')), '~TEXT~', COALESCE(text_table, '')) INTO lost USING here, before, files, hashes, made_file, made_kind, made_schema, made_name, made_on_table;
    PERFORM set_config('enable_nestloop', nested, true);
    PERFORM set_config('neap.left', COALESCE(lost, '{}')::text, true);
END;
PERFORM pg_catalog.set_config('search_path', theirs, true);
END
$neap$;
-- query
SELECT pg_catalog.current_setting('neap.left') AS lost, pg_catalog.current_setting('neap.path') AS path, pg_catalog.current_setting('search_path') AS theirs;
