--- A function or view that CREATE OR REPLACE cannot change: it is dropped with what depends on it, made anew by its
--- file, and gets its owner, grants and comments back; then what depended on it is made anew.
---
--- As with_dependents, two blocks that run on the server. What cannot be made anew (an index, a constraint, a
--- generated column, an operator ...) is named, and nothing is dropped.

local creation = require("neap.dialect.postgresql.creation")
local dependents = require("neap.dialect.postgresql.dependents")
local text = require("neap.dialect.postgresql.text")

local replaced = {}

-- root: the object; objects: it and all that depends on it, each deeper than what it depends on.
local FIND = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    acting text := CASE pg_catalog.current_setting('role') WHEN 'none' THEN 'SET LOCAL ROLE none'
        ELSE pg_catalog.format('SET LOCAL ROLE %I', pg_catalog.current_setting('role')) END;
    root_class oid := '@CLASS@'::pg_catalog.regclass;
    root oid := @ROOT@;
    classes oid[];
    ids oid[];
    levels integer[];
    views oid[];
    rules oid[];
    triggers oid[];
    policies oid[];
    indexes oid[];
    routines oid[];
    defaults oid[];
    stubborn text;
    gone text[];
    anew text[];
    last text[];
    one text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    WITH RECURSIVE d (class, id, level) AS (
        SELECT root_class, root, 0
        UNION
        SELECT x.class, x.id, d.level + 1
        FROM d
        LEFT JOIN pg_class t ON d.class = 'pg_class'::regclass AND t.oid = d.id
        LEFT JOIN pg_type y ON y.oid = CASE WHEN d.class = 'pg_type'::regclass THEN d.id ELSE t.reltype END
        JOIN pg_depend p ON p.deptype IN ('n', 'a') AND (p.refclassid = d.class AND p.refobjid = d.id
            OR p.refclassid = 'pg_type'::regclass AND p.refobjid IN (y.oid, y.typarray) AND p.refobjid <> 0
            OR p.refclassid = 'pg_class'::regclass AND p.refobjid = y.typrelid AND y.typrelid <> 0)
        LEFT JOIN pg_rewrite r ON p.classid = 'pg_rewrite'::regclass AND r.oid = p.objid AND r.rulename = '_RETURN'
        CROSS JOIN LATERAL (SELECT CASE WHEN r.oid IS NULL THEN p.classid ELSE 'pg_class'::regclass END,
            COALESCE(r.ev_class, p.objid)) x (class, id)
        WHERE (x.class, x.id) <> (d.class, d.id) AND d.level < 100
            -- What goes and comes with its type: the constructors of a range.
            AND NOT (x.class = 'pg_proc'::regclass AND EXISTS (
                SELECT FROM pg_depend i WHERE i.classid = x.class AND i.objid = x.id AND i.deptype = 'i'))
    ), o AS (
        SELECT d.class, d.id, max(d.level) AS level FROM d GROUP BY d.class, d.id
    )
    SELECT array_agg(o.class ORDER BY o.level, o.id), array_agg(o.id ORDER BY o.level, o.id),
        array_agg(o.level ORDER BY o.level, o.id)
    INTO classes, ids, levels
    FROM o;
]]

-- Most routines have nothing that depends on them: then little has to be planned.
local ALONE = [[
    IF cardinality(ids) = 1 AND root_class = 'pg_proc'::regclass THEN
        routines := ARRAY[root];
        views := '{}';
        gone := ARRAY[format('DROP ROUTINE %s', root::regprocedure)];
        anew := '{}';
    ELSE
]]

local GATHER = [[
    views := ARRAY(
        SELECT o.id FROM unnest(classes, ids) WITH ORDINALITY o (class, id, place)
        JOIN pg_class c ON c.oid = o.id AND c.relkind IN ('v', 'm')
        WHERE o.class = 'pg_class'::regclass
            -- The text that makes a materialized view has its indexes; whoever has it sees to the rest, too.
            AND NOT (c.relkind = 'm' AND c.oid = root AND root_class = 'pg_class'::regclass)
        ORDER BY o.place
    );
    rules := ARRAY(
        SELECT r.oid FROM pg_rewrite r
        WHERE r.rulename <> '_RETURN' AND (r.ev_class = ANY (views)
            OR ('pg_rewrite'::regclass, r.oid) IN (SELECT o.class, o.id FROM unnest(classes, ids) o (class, id)))
    );
    triggers := ARRAY(
        SELECT t.oid FROM pg_trigger t
        WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND (t.tgrelid = ANY (views)
            OR ('pg_trigger'::regclass, t.oid) IN (SELECT o.class, o.id FROM unnest(classes, ids) o (class, id)))
    );
    policies := ARRAY(
        SELECT p.oid FROM unnest(classes, ids) o (class, id) JOIN pg_policy p ON p.oid = o.id
        WHERE o.class = 'pg_policy'::regclass
    );
    routines := ARRAY(
        SELECT p.oid FROM unnest(classes, ids) o (class, id) JOIN pg_proc p ON p.oid = o.id
        WHERE o.class = 'pg_proc'::regclass AND p.oid <> root
    );
    defaults := ARRAY(
        SELECT f.oid FROM unnest(classes, ids) o (class, id)
        JOIN pg_attrdef f ON f.oid = o.id
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated = ''
        WHERE o.class = 'pg_attrdef'::regclass AND f.adrelid <> ALL (views)
    );
    SELECT string_agg(pg_describe_object(o.class, o.id, 0), ', ' ORDER BY o.place) INTO stubborn
    FROM unnest(classes, ids) WITH ORDINALITY o (class, id, place)
    WHERE o.place > 1 AND o.id <> ALL (views || rules || triggers || policies || routines || defaults)
        AND NOT EXISTS (
            SELECT FROM pg_attrdef f WHERE o.class = 'pg_attrdef'::regclass AND f.oid = o.id AND f.adrelid = ANY (views)
        ) AND NOT EXISTS (
            SELECT FROM pg_class c
            WHERE o.class = 'pg_class'::regclass AND c.oid = o.id
                AND c.oid IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = ANY (root || views))
        ) AND NOT EXISTS (
            SELECT FROM pg_trigger t WHERE o.class = 'pg_trigger'::regclass AND t.oid = o.id AND t.tgparentid <> 0
        );
    IF stubborn IS NOT NULL THEN
        RAISE dependent_objects_still_exist USING
            MESSAGE = format('%s cannot be changed in place, and what depends on it cannot be made anew by itself: %s',
                pg_describe_object(root_class, root, 0), stubborn),
            HINT = 'Drop that before the file is loaded, and create it anew after it.';
    END IF;
]]

-- Views and routines in the order of their levels; the root is made by its file.
local REARRANGE = [[
    gone := gone[1 : cardinality(gone) - cardinality(views)] || ARRAY(
        SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', f.adrelid::regclass, a.attname)
        FROM unnest(defaults) o (id)
        JOIN pg_attrdef f ON f.oid = o.id
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
    ) || ARRAY(
        SELECT CASE WHEN o.class = 'pg_proc'::regclass THEN format('DROP ROUTINE %s', o.id::regprocedure)
            ELSE format('DROP %s %s', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, c.oid::regclass) END
        FROM unnest(classes, ids) WITH ORDINALITY o (class, id, place)
        LEFT JOIN pg_class c ON o.class = 'pg_class'::regclass AND c.oid = o.id
        WHERE o.class = 'pg_class'::regclass AND (o.id = ANY (views) OR o.place = 1)
            OR o.class = 'pg_proc'::regclass AND (o.id = ANY (routines) OR o.place = 1)
        ORDER BY o.place DESC
    ) || CASE WHEN root_class = 'pg_type'::regclass THEN ARRAY[format('DROP TYPE %s', root::regtype)] ELSE '{}' END;
    anew := ARRAY(
        ]] .. "SELECT CASE WHEN o.class = 'pg_proc'::regclass THEN " .. creation.ROUTINE .. [[

            ELSE anew[array_position(views, o.id)] END
        FROM unnest(classes, ids) WITH ORDINALITY o (class, id, place)
        LEFT JOIN pg_proc p ON o.class = 'pg_proc'::regclass AND p.oid = o.id
        WHERE o.id <> root AND (o.class = 'pg_class'::regclass AND o.id = ANY (views)
            OR o.class = 'pg_proc'::regclass AND o.id = ANY (routines))
        ORDER BY o.place
    ) || ARRAY(
        SELECT format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', f.adrelid::regclass, a.attname,
            pg_get_expr(f.adbin, f.adrelid))
        FROM unnest(defaults) o (id)
        JOIN pg_attrdef f ON f.oid = o.id
        JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
    ) || anew[cardinality(views) + 1 :];
    IF root_class = 'pg_proc'::regclass THEN
        routines := root || routines;
    END IF;
    END IF;
]]

-- Owners, grants and comments of the routines.
local RIGHTS = [[
    anew := anew || ARRAY(
        SELECT format('ALTER ROUTINE %s OWNER TO %s', p.oid::regprocedure, p.proowner::regrole)
        FROM unnest(routines) o (id) JOIN pg_proc p ON p.oid = o.id
        WHERE p.proowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
    ) || ARRAY(
        SELECT format('REVOKE ALL ON ROUTINE %s FROM PUBLIC, %s%s', p.oid::regprocedure, p.proowner::regrole, (
            SELECT string_agg(DISTINCT ', ' || a.grantee::regrole, '')
            FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) a
            WHERE d.defaclobjtype = 'f' AND a.grantee NOT IN (0, p.proowner)))
        FROM unnest(routines) o (id) JOIN pg_proc p ON p.oid = o.id
        WHERE p.proacl IS NOT NULL OR EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclobjtype = 'f')
    ) || ARRAY(
        SELECT format('GRANT %s ON ROUTINE %s TO %s%s', a.privilege_type, p.oid::regprocedure,
            CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
            CASE WHEN a.is_grantable AND a.grantee <> 0 AND a.grantee <> p.proowner THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM unnest(routines) o (id)
        JOIN pg_proc p ON p.oid = o.id
        CROSS JOIN aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) WITH ORDINALITY
            a (grantor, grantee, privilege_type, is_grantable, number)
        WHERE p.proacl IS NOT NULL OR EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclobjtype = 'f')
        ORDER BY p.oid, a.number
    ) || ARRAY(
        SELECT format('COMMENT ON ROUTINE %s IS %L', p.oid::regprocedure, d.description)
        FROM unnest(routines) o (id)
        JOIN pg_proc p ON p.oid = o.id
        JOIN pg_description d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
    );
]]

local DROP = [[
    FOREACH one IN ARRAY gone LOOP
        EXECUTE one;
    END LOOP;
    PERFORM set_config('neap.replaced', anew::text, true);
    PERFORM set_config('search_path', path, true);
END
]]

-- A grant or comment on a column that the new view has not any more goes with the column.
local RESTORE = [[

DECLARE
    path text := pg_catalog.current_setting('search_path');
    anew text[] := NULLIF(pg_catalog.current_setting('neap.replaced', true), '')::text[];
    one text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    FOREACH one IN ARRAY COALESCE(anew, '{}') LOOP
        -- What belonged to a routine without a successor, and a comment where the successor has its own.
        CONTINUE WHEN @OLD@ <> '' AND strpos(one, ' ON ROUTINE ' || @OLD@) + strpos(one, 'ALTER ROUTINE ' || @OLD@) > 0
            AND (@NEW@ = '' OR one LIKE 'COMMENT %' AND obj_description(to_regprocedure(@NEW@), 'pg_proc') IS NOT NULL);
        BEGIN
            EXECUTE replace(one, @OLD@, @NEW@);
        EXCEPTION
            WHEN undefined_column THEN
                IF one !~ '^(GRANT|COMMENT ON COLUMN|ALTER VIEW .* SET DEFAULT)' THEN
                    RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = @WHAT@ || SQLERRM, DETAIL = one, HINT = @HINT@;
                END IF;
                RAISE WARNING 'not restored: %: %', SQLERRM, one;
            WHEN OTHERS THEN
                RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = @WHAT@ || SQLERRM, DETAIL = one, HINT = @HINT@;
        END;
    END LOOP;
    PERFORM set_config('neap.replaced', '', true);
    PERFORM set_config('search_path', path, true);
END
]]

local HINT = "Change the file that makes it too, or drop it before the files are loaded."

---A DO block of a template in which @NAME@ stands for a value.
function replaced.block(template, values)
  local body = template:gsub("@(%u+)@", values)
  local tag = "$neap$"
  while body:find(tag, 1, true) do
    tag = tag:sub(1, -2) .. "_$"
  end
  return "DO " .. tag .. body .. tag
end

local references = { pg_proc = "regprocedure", pg_class = "regclass", pg_type = "regtype" }

---Drops a routine, view or type, and keeps what it takes to have all again but itself.
---@param class "pg_proc"|"pg_class"|"pg_type"
---@param name string   SQL of its name, for regprocedure, regclass or regtype
---@param first string?   a statement of plpgsql to execute before anything is dropped: of the views and the routines
---@param names string?   declarations that it needs
function replaced.save(class, name, first, names)
  local kind = references[class]
  local body = FIND
    .. ALONE
    .. GATHER
    .. dependents.STATEMENTS
    .. REARRANGE
    .. RIGHTS
    .. (first or "")
    .. DROP
  if names then
    body = "\nDECLARE" .. names .. "BEGIN" .. body:gsub("\n$", ";\n") .. "END\n"
  end
  return replaced.block(body, {
    CLASS = class,
    ROOT = text.string(name) .. "::pg_catalog." .. kind,
  })
end

---Makes what was dropped anew, when the file has made the thing itself.
---@param old string?  the routine's signature, when it is another one now: `new`
function replaced.restore(shown, old, new)
  return replaced.block(RESTORE, {
    OLD = text.string(old or ""),
    NEW = text.string(new or ""),
    WHAT = text.string(
      ("what depends on %s does not fit it any more: "):format((shown:gsub("%%", "%%%%")))
    ),
    HINT = text.string(HINT),
  })
end

return replaced
