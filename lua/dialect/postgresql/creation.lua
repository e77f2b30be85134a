--- The text that makes an object anew as it is, as SQL expressions over rows of the catalog. They run with search_path =
--- pg_catalog, so that names in them are qualified.
---
--- Source: PostgreSQL manual, "System Information Functions", CREATE TYPE, CREATE DOMAIN, CREATE MATERIALIZED VIEW

local code = require("neap.reflect.postgresql.code")

local creation = {}

-- Of p in pg_proc. A function's text takes the place of what is there, an aggregate's too.
creation.ROUTINE = [[CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
        SELECT regexp_replace(]] .. code.AGGREGATE .. [[, '^CREATE', 'CREATE OR REPLACE')
        FROM pg_aggregate a JOIN pg_namespace n ON n.oid = p.pronamespace WHERE a.aggfnoid = p.oid) END]]

-- Of a relation c in a namespace n. Of a materialized view with its indexes.
creation.VIEW = [[CASE c.relkind WHEN 'v' THEN
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
    END]]

-- Of t in pg_type, in a namespace n: enums, composite types, domains and ranges.
creation.TYPE =
  [[format('CREATE %s %I.%I AS %s', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname,
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
    END)]]

return creation
