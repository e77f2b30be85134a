--- with_dependents: two blocks that run on the server, so that a script does the same as a run. The first finds what
--- depends on a table, drops it, and keeps the statements that make it anew in a setting that ends with the
--- transaction; the second executes them.

local text = require("neap.dialect.postgresql.text")

local dependents = {}

local FIND = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    root oid := @TABLE@::pg_catalog.regclass;
    acting text := CASE pg_catalog.current_setting('role') WHEN 'none' THEN 'SET LOCAL ROLE none'
        ELSE pg_catalog.format('SET LOCAL ROLE %I', pg_catalog.current_setting('role')) END;
    base oid[];
    waiting oid[];
    ready oid[];
    views oid[] := '{}';
    rules oid[];
    triggers oid[];
    policies oid[];
    indexes oid[];
    gone text[];
    anew text[];
    one text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    -- The table and what inherits from it; a change goes down to all of them.
    WITH RECURSIVE t (id) AS (
        SELECT root UNION SELECT i.inhrelid FROM t JOIN pg_inherits i ON i.inhparent = t.id
    )
    SELECT array_agg(t.id) INTO base FROM t;
    WITH RECURSIVE v (id) AS (
        SELECT b FROM unnest(base) b
        UNION
        SELECT r.ev_class
        FROM v
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = v.id
            AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid
        JOIN pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
    )
    SELECT COALESCE(array_agg(v.id), '{}') INTO waiting FROM v WHERE v.id <> ALL (base);
    -- Each after those that it reads.
    WHILE waiting <> '{}' LOOP
        SELECT array_agg(w.id ORDER BY n.nspname, c.relname) INTO ready
        FROM unnest(waiting) w (id)
        JOIN pg_class c ON c.oid = w.id
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT EXISTS (
            SELECT
            FROM pg_rewrite r
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
                AND d.refclassid = 'pg_class'::regclass
            WHERE r.ev_class = w.id AND r.rulename = '_RETURN' AND d.refobjid <> w.id AND d.refobjid = ANY (waiting)
        );
        IF ready IS NULL THEN
            RAISE EXCEPTION 'the views that depend on % depend on each other', root::regclass;
        END IF;
        views := views || ready;
        waiting := ARRAY(SELECT w FROM unnest(waiting) w WHERE w <> ALL (ready));
    END LOOP;
    rules := ARRAY(
        SELECT r.oid
        FROM pg_rewrite r
        JOIN pg_class c ON c.oid = r.ev_class
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE r.rulename <> '_RETURN' AND (r.ev_class = ANY (views) OR EXISTS (
            SELECT
            FROM pg_depend d
            WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                AND (d.refobjid = ANY (views) OR d.refobjid = ANY (base) AND d.refobjsubid > 0)
        ))
        ORDER BY n.nspname, c.relname, r.rulename
    );
    triggers := ARRAY(
        SELECT t.oid
        FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND (t.tgrelid = ANY (views) OR EXISTS (
            SELECT
            FROM pg_depend d
            WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_class'::regclass
                AND d.refobjid = ANY (base) AND d.refobjsubid > 0
        ))
        ORDER BY n.nspname, c.relname, t.tgname
    );
    policies := ARRAY(
        SELECT p.oid
        FROM pg_policy p
        JOIN pg_class c ON c.oid = p.polrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE EXISTS (
            SELECT
            FROM pg_depend d
            WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass
                AND (d.refobjid = ANY (views) OR d.refobjid = ANY (base) AND (d.refobjsubid > 0 OR p.polrelid <> ALL (base)))
        )
        ORDER BY n.nspname, c.relname, p.polname
    );
]]

-- From the arrays views, rules, triggers and policies: the statements that drop them, views last, and those that make
-- them anew, views first.
local STATEMENTS = [[
    indexes := ARRAY(
        SELECT i.indexrelid
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indrelid = ANY (views)
        ORDER BY n.nspname, c.relname
    );
    gone := ARRAY(
        SELECT format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass)
        FROM unnest(policies) WITH ORDINALITY o (id, place) JOIN pg_policy p ON p.oid = o.id ORDER BY o.place
    ) || ARRAY(
        SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
        FROM unnest(triggers) WITH ORDINALITY o (id, place) JOIN pg_trigger t ON t.oid = o.id
        WHERE t.tgrelid <> ALL (views) ORDER BY o.place
    ) || ARRAY(
        SELECT format('DROP RULE %I ON %s', r.rulename, r.ev_class::regclass)
        FROM unnest(rules) WITH ORDINALITY o (id, place) JOIN pg_rewrite r ON r.oid = o.id
        WHERE r.ev_class <> ALL (views) ORDER BY o.place
    ) || ARRAY(
        SELECT format('DROP %s %s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, c.oid::regclass)
        FROM unnest(views) WITH ORDINALITY o (id, place) JOIN pg_class c ON c.oid = o.id ORDER BY o.place DESC
    );
    anew := ARRAY(
        SELECT format(
            'CREATE %s %s%s%s%s AS %s%s',
            CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
            c.oid::regclass,
            ' USING ' || quote_ident(m.amname),
            (SELECT format(' WITH (%s)', string_agg(format('%I = %L', w.option_name, w.option_value), ', '))
                FROM pg_options_to_table(c.reloptions) w HAVING count(*) > 0),
            ' TABLESPACE ' || quote_ident(s.spcname),
            rtrim(pg_get_viewdef(c.oid), ';'),
            CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN ' WITH NO DATA' END
        )
        FROM unnest(views) WITH ORDINALITY o (id, place)
        JOIN pg_class c ON c.oid = o.id
        LEFT JOIN pg_am m ON m.oid = c.relam
        LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
        ORDER BY o.place
    ) || ARRAY(
        SELECT format('ALTER TABLE %s OWNER TO %s', c.oid::regclass, c.relowner::regrole)
        FROM unnest(views) WITH ORDINALITY o (id, place) JOIN pg_class c ON c.oid = o.id
        WHERE c.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
        ORDER BY o.place
    ) || ARRAY(
        SELECT pg_get_indexdef(o.id) FROM unnest(indexes) WITH ORDINALITY o (id, place) ORDER BY o.place
    ) || ARRAY(
        SELECT format('ALTER MATERIALIZED VIEW %s CLUSTER ON %I', i.indrelid::regclass, c.relname)
        FROM unnest(indexes) WITH ORDINALITY o (id, place)
        JOIN pg_index i ON i.indexrelid = o.id AND i.indisclustered
        JOIN pg_class c ON c.oid = o.id
        ORDER BY o.place
    ) || ARRAY(
        SELECT format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', f.adrelid::regclass, a.attname,
            pg_get_expr(f.adbin, f.adrelid))
        FROM unnest(views) WITH ORDINALITY o (id, place)
        JOIN pg_attrdef f ON f.adrelid = o.id
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
        ORDER BY o.place, a.attnum
    ) || ARRAY(
        SELECT pg_get_ruledef(r.oid) || CASE r.ev_enabled WHEN 'O' THEN '' ELSE format(
            ' ALTER TABLE %s %s RULE %I', r.ev_class::regclass,
            CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename) END
        FROM unnest(rules) WITH ORDINALITY o (id, place) JOIN pg_rewrite r ON r.oid = o.id ORDER BY o.place
    ) || ARRAY(
        SELECT pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE format(
            '; ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
            CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname) END
        FROM unnest(triggers) WITH ORDINALITY o (id, place) JOIN pg_trigger t ON t.oid = o.id ORDER BY o.place
    ) || ARRAY(
        SELECT format(
            'CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s',
            p.polname,
            p.polrelid::regclass,
            CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
                ELSE 'ALL' END,
            (SELECT string_agg(CASE u WHEN 0 THEN 'PUBLIC' ELSE u::regrole::text END, ', ') FROM unnest(p.polroles) u),
            ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
            ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'
        )
        FROM unnest(policies) WITH ORDINALITY o (id, place) JOIN pg_policy p ON p.oid = o.id ORDER BY o.place
    ) || ARRAY(
        -- Default privileges may give a new view to others than the old one had.
        SELECT format('REVOKE ALL ON TABLE %s FROM %s', c.oid::regclass,
            string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, ', '))
        FROM unnest(views) WITH ORDINALITY o (id, place)
        JOIN pg_class c ON c.oid = o.id
        CROSS JOIN pg_default_acl d
        CROSS JOIN aclexplode(d.defaclacl) a
        WHERE d.defaclobjtype = 'r' AND a.grantee <> c.relowner
        GROUP BY c.oid, o.place
        ORDER BY o.place
    ) || ARRAY(
        SELECT format('REVOKE ALL ON TABLE %s FROM %s', c.oid::regclass, c.relowner::regrole)
        FROM unnest(views) WITH ORDINALITY o (id, place) JOIN pg_class c ON c.oid = o.id
        WHERE c.relacl IS NOT NULL ORDER BY o.place
    ) || ARRAY(
        SELECT CASE WHEN g.grantor = g.relowner THEN g.granting
            ELSE format('SET LOCAL ROLE %s; %s; %s', g.grantor::regrole, g.granting, acting) END
        FROM (
            SELECT c.place, c.relowner, a.grantor, c.attnum, min(a.number) AS number, format(
                'GRANT %s ON TABLE %s TO %s%s',
                string_agg(a.privilege_type || COALESCE(' (' || quote_ident(c.attname) || ')', ''), ', ' ORDER BY a.privilege_type),
                c.id::regclass,
                CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
            ) AS granting
            FROM (
                SELECT o.id, o.place, c.relowner, 0 AS attnum, NULL::name AS attname, c.relacl AS acl
                FROM unnest(views) WITH ORDINALITY o (id, place) JOIN pg_class c ON c.oid = o.id
                UNION ALL
                SELECT o.id, o.place, c.relowner, t.attnum, t.attname, t.attacl
                FROM unnest(views) WITH ORDINALITY o (id, place)
                JOIN pg_class c ON c.oid = o.id
                JOIN pg_attribute t ON t.attrelid = o.id AND t.attacl IS NOT NULL
            ) c
            CROSS JOIN aclexplode(c.acl) WITH ORDINALITY a (grantor, grantee, privilege_type, is_grantable, number)
            GROUP BY c.id, c.place, c.relowner, c.attnum, a.grantor, a.grantee, a.is_grantable
        ) g
        -- As they were given: a grant option before its use.
        ORDER BY g.place, g.attnum, g.number
    ) || ARRAY(
        SELECT format('COMMENT ON %s IS %L', k.what, k.description)
        FROM (
            SELECT 1 AS kind, o.place, d.objsubid, d.description, CASE
                WHEN d.objsubid > 0 THEN format('COLUMN %s.%I', o.id::regclass, a.attname)
                WHEN c.relkind = 'v' THEN format('VIEW %s', o.id::regclass)
                ELSE format('MATERIALIZED VIEW %s', o.id::regclass) END AS what
            FROM unnest(views) WITH ORDINALITY o (id, place)
            JOIN pg_class c ON c.oid = o.id
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = o.id
            LEFT JOIN pg_attribute a ON a.attrelid = o.id AND a.attnum = d.objsubid AND d.objsubid > 0
            UNION ALL
            SELECT 2, o.place, 0, d.description, format('INDEX %s', o.id::regclass)
            FROM unnest(indexes) WITH ORDINALITY o (id, place)
            JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = o.id
            UNION ALL
            SELECT 3, o.place, 0, d.description, format('RULE %I ON %s', r.rulename, r.ev_class::regclass)
            FROM unnest(rules) WITH ORDINALITY o (id, place)
            JOIN pg_rewrite r ON r.oid = o.id
            JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = o.id
            UNION ALL
            SELECT 4, o.place, 0, d.description, format('TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
            FROM unnest(triggers) WITH ORDINALITY o (id, place)
            JOIN pg_trigger t ON t.oid = o.id
            JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = o.id
            UNION ALL
            SELECT 5, o.place, 0, d.description, format('POLICY %I ON %s', p.polname, p.polrelid::regclass)
            FROM unnest(policies) WITH ORDINALITY o (id, place)
            JOIN pg_policy p ON p.oid = o.id
            JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = o.id
        ) k
        ORDER BY k.kind, k.place, k.objsubid
    );
]]

local DROP = [[
    FOREACH one IN ARRAY gone LOOP
        EXECUTE one;
    END LOOP;
    PERFORM set_config(@SETTING@, anew::text, true);
    PERFORM set_config('search_path', path, true);
END
]]

local SAVE = FIND .. STATEMENTS .. DROP

local RESTORE = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    anew text[] := NULLIF(pg_catalog.current_setting(@SETTING@, true), '')::text[];
    one text;
BEGIN
    IF anew IS NULL THEN
        RAISE EXCEPTION 'what stood in the way of the change is not known any more: the transaction is another one';
    END IF;
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    FOREACH one IN ARRAY anew LOOP
        BEGIN
            EXECUTE one;
        EXCEPTION WHEN OTHERS THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE,
                MESSAGE = 'what depends on the table does not fit it any more: ' || SQLERRM,
                DETAIL = one,
                HINT = 'Drop it before op.with_dependents, and create it anew after it.';
        END;
    END LOOP;
    PERFORM set_config(@SETTING@, '', true);
    PERFORM set_config('search_path', path, true);
END
]]

local function block(template, operation)
  local facts = {
    TABLE = text.string(text.object(operation.schema, operation.table)),
    -- One inside another has a setting of its own.
    SETTING = text.string(("neap.dependents_%d"):format(operation.depth)),
  }
  local body = template:gsub("@(%u+)@", facts)
  local tag = "$neap$"
  while body:find(tag, 1, true) do
    tag = tag:sub(1, -2) .. "_$"
  end
  return { sql = "DO " .. tag .. body .. tag }
end

---For what else stands in the way: see replaced.lua.
dependents.STATEMENTS = STATEMENTS

---Finds, keeps and drops what depends on a table.
---@return Statement
function dependents.save(operation)
  return block(SAVE, operation)
end

---Makes it anew.
---@return Statement
function dependents.restore(operation)
  return block(RESTORE, operation)
end

return dependents
