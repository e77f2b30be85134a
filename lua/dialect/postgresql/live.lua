--- SQL on code objects that are there: what makes each of them, and what belongs to it.
---
--- A *subject* is what SQL text names: (file, kind, schema, name, on_table), kind one of routine, view, trigger and
--- type; without a schema it is the one where CREATE puts it. All of it runs with search_path = pg_catalog, so that
--- names in definitions are qualified; `here` is the current_schema() of the revision.

local creation = require("neap.dialect.postgresql.creation")

local live = {}

-- One row for each object: file, kind, class, oid, identity (as DROP takes it; of a routine its types alone, for the names
-- of arguments may change), definition ('': of no interest), version.
-- ~WANTED~: false when the definitions are of no interest; ~IDENTITY~: IDENTITY, or MARK.
live.IDENTITY = "p.oid::regprocedure::text"
-- Tells whether a routine is still the one that it was. Thousands of signatures take the server as long as all the rest.
live.MARK = "concat_ws(' ', p.pronamespace, p.proname, p.proargtypes)"
live.OBJECTS = [[
    SELECT s.file, CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
        'pg_proc'::regclass::oid AS class, p.oid, ~IDENTITY~ AS identity,
        CASE WHEN ~WANTED~ THEN ]] .. creation.ROUTINE .. [[ ELSE '' END AS definition,
        concat_ws('/', p.oid, p.ctid, p.xmin) AS version
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, here)
    JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = s.name
    WHERE s.kind = 'routine'
    UNION ALL
    SELECT s.file, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
        'pg_class'::regclass::oid, c.oid, format('%I.%I', n.nspname, c.relname),
        CASE WHEN ~WANTED~ THEN ]] .. creation.VIEW .. [[ ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, here)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.name AND c.relkind IN ('v', 'm')
    WHERE s.kind = 'view'
    UNION ALL
    SELECT s.file, 'TRIGGER', 'pg_trigger'::regclass::oid, t.oid,
        format('%I ON %I.%I', t.tgname, n.nspname, c.relname), pg_get_triggerdef(t.oid), NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, here)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.on_table
    JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = s.name AND NOT t.tgisinternal
    WHERE s.kind = 'trigger'
    UNION ALL
    SELECT s.file, 'TYPE', 'pg_type'::regclass::oid, t.oid, format('%I.%I', n.nspname, t.typname),
        CASE WHEN ~WANTED~ THEN ]] .. creation.TYPE .. [[ ELSE '' END, NULL
    FROM subject s
    JOIN pg_namespace n ON n.nspname = COALESCE(s.schema, here)
    JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = s.name AND t.typtype IN ('e', 'c', 'd', 'r')
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE s.kind = 'type' AND COALESCE(c.relkind, 'c') = 'c']]

-- A routine p: its row without owner and grants. Thousands of definitions, or md5, would take longer than the rest. A
-- body that is no text is kept as a tree, in a column that older servers lack.
live.ROUTINE = [[hashtextextended(CASE WHEN p.prokind = 'a' THEN ]]
  .. creation.ROUTINE
  .. [[

            WHEN p.prosrc = '' THEN pg_get_functiondef(p.oid)
            ELSE concat_ws('|', p.pronamespace, p.proname, p.prokind, p.prolang, p.procost, p.prorows, p.provariadic,
                p.prosecdef, p.proleakproof, p.proisstrict, p.proretset, p.provolatile, p.proparallel, p.prorettype,
                p.proargtypes, COALESCE(p.proallargtypes::text, '-'), COALESCE(p.proargmodes::text, '-'),
                COALESCE(p.proargnames::text, '-'), COALESCE(p.proargdefaults::text, '-'),
                COALESCE(p.protrftypes::text, '-'), COALESCE(p.probin, '-'), COALESCE(p.proconfig::text, '-'),
                p.prosrc) END COLLATE "C", 0)::text]]

-- Of an object o (class, oid): what the text that it was made of has brought about.
live.FINGERPRINT = [[
    CASE o.class
    WHEN 'pg_proc'::regclass THEN (SELECT ]] .. live.ROUTINE .. [[

        FROM pg_proc p WHERE p.oid = o.oid)
    WHEN 'pg_class'::regclass THEN (
        SELECT md5(concat_ws('|', n.nspname, c.relname, c.relkind, c.reloptions, pg_get_viewdef(c.oid)))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = o.oid AND c.relkind IN ('v', 'm'))
    WHEN 'pg_trigger'::regclass THEN (SELECT md5(pg_get_triggerdef(t.oid)) FROM pg_trigger t WHERE t.oid = o.oid)
    WHEN 'pg_type'::regclass THEN (
        SELECT md5(concat_ws('|', t.oid::regtype, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull, t.typdefault,
            (SELECT string_agg(e.enumlabel, '|' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
            (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), '|' ORDER BY a.attnum)
                FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
            (SELECT string_agg(pg_get_constraintdef(k.oid), '|' ORDER BY k.oid) FROM pg_constraint k WHERE k.contypid = t.oid)))
        FROM pg_type t WHERE t.oid = o.oid)
    END]]

-- Of an object o (class, oid, identity): owner, grants and comment, as one text to compare.
live.STATE = [[
    CASE o.class
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
    END]]

-- The statements that bring that state about.
live.EXTRAS = [[
    CASE o.class
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
    END]]

return live
