--- What few databases have: collations, operators, casts, foreign tables, publications and the like, each as the
--- statement that makes it. Their kinds are listed in neap.schema (`schema.defined`).
--- Source: PostgreSQL manual, "System Catalogs"; src/bin/pg_dump/pg_dump.c

local schema = require("neap.schema")

local others = {}

-- Kind, class, oid, namespace, name (with the arguments when they are part of it), what DROP and COMMENT ON call it,
-- owner; of a cast: whether it is between the server's own types. Nothing that belongs to an extension.
local OTHERS = [[
SELECT 'publication', '6104', p.oid, NULL::pg_catalog.oid, p.pubname::pg_catalog.text, pg_catalog.quote_ident(p.pubname), p.pubowner, NULL::pg_catalog.bool
FROM pg_catalog.pg_publication p
UNION ALL
SELECT 'foreign_data_wrapper', '2328', f.oid, NULL, f.fdwname, pg_catalog.quote_ident(f.fdwname), f.fdwowner, NULL
FROM pg_catalog.pg_foreign_data_wrapper f
WHERE f.oid NOT IN (@MEMBERS 2328@)
UNION ALL
SELECT 'foreign_server', '1417', s.oid, NULL, s.srvname, pg_catalog.quote_ident(s.srvname), s.srvowner, NULL
FROM pg_catalog.pg_foreign_server s WHERE s.oid NOT IN (@MEMBERS 1417@)
UNION ALL
SELECT 'cast', '2605', c.oid, NULL, t.text, t.text, NULL,
    a.typnamespace = '11'::pg_catalog.oid AND b.typnamespace = '11'::pg_catalog.oid
FROM pg_catalog.pg_cast c
JOIN pg_catalog.pg_type a ON a.oid = c.castsource
JOIN pg_catalog.pg_type b ON b.oid = c.casttarget
CROSS JOIN LATERAL (SELECT pg_catalog.format('(%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
    pg_catalog.format_type(c.casttarget, NULL))) t (text)
WHERE c.oid >= '16384'::pg_catalog.oid
    AND (a.typnamespace IN (@SCHEMAS@) OR b.typnamespace IN (@SCHEMAS@)
        OR a.typnamespace = '11'::pg_catalog.oid AND b.typnamespace = '11'::pg_catalog.oid)
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend d
        WHERE d.classid = '2605'::pg_catalog.oid AND d.objid = c.oid AND d.deptype IN ('e', 'i')
    )
UNION ALL
SELECT 'language', '2612', l.oid, NULL, l.lanname, pg_catalog.quote_ident(l.lanname), l.lanowner, NULL
FROM pg_catalog.pg_language l
WHERE l.oid >= '16384'::pg_catalog.oid AND l.oid NOT IN (@MEMBERS 2612@)
UNION ALL
SELECT 'access_method', '2601', m.oid, NULL, m.amname, pg_catalog.quote_ident(m.amname), NULL, NULL
FROM pg_catalog.pg_am m
WHERE m.oid >= '16384'::pg_catalog.oid AND m.oid NOT IN (@MEMBERS 2601@)
UNION ALL
SELECT 'operator', '2617', o.oid, o.oprnamespace, o.oprname || a.text,
    pg_catalog.format('%I.%s %s', n.nspname, o.oprname, a.text), o.oprowner, NULL
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
CROSS JOIN LATERAL (SELECT pg_catalog.format('(%s, %s)',
    CASE WHEN o.oprleft = '0'::pg_catalog.oid THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END,
    CASE WHEN o.oprright = '0'::pg_catalog.oid THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END)) a (text)
WHERE o.oprnamespace IN (@SCHEMAS@) AND o.oid NOT IN (@MEMBERS 2617@)
UNION ALL
SELECT 'operator_family', '2753', f.oid, f.opfnamespace, pg_catalog.concat(f.opfname, ' using ', m.amname),
    pg_catalog.format('%I.%I USING %I', n.nspname, f.opfname, m.amname), f.opfowner, NULL
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
WHERE f.opfnamespace IN (@SCHEMAS@) AND f.oid NOT IN (@MEMBERS 2753@) AND NOT EXISTS (
    SELECT
    FROM pg_catalog.pg_opclass o
    WHERE o.opcfamily = f.oid AND o.opcname = f.opfname AND o.opcnamespace = f.opfnamespace
)
UNION ALL
SELECT 'operator_class', '2616', o.oid, o.opcnamespace, pg_catalog.concat(o.opcname, ' using ', m.amname),
    pg_catalog.format('%I.%I USING %I', n.nspname, o.opcname, m.amname), o.opcowner, NULL
FROM pg_catalog.pg_opclass o
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
WHERE o.opcnamespace IN (@SCHEMAS@) AND o.oid NOT IN (@MEMBERS 2616@)
UNION ALL
SELECT 'collation', '3456', c.oid, c.collnamespace, c.collname, pg_catalog.format('%I.%I', n.nspname, c.collname),
    c.collowner, NULL
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
WHERE c.collnamespace IN (@SCHEMAS@) AND c.oid NOT IN (@MEMBERS 3456@)
UNION ALL
SELECT 'conversion', '2607', c.oid, c.connamespace, c.conname, pg_catalog.format('%I.%I', n.nspname, c.conname),
    c.conowner, NULL
FROM pg_catalog.pg_conversion c
JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.connamespace IN (@SCHEMAS@) AND c.oid NOT IN (@MEMBERS 2607@)
UNION ALL
SELECT 'text_search_configuration', '3602', c.oid, c.cfgnamespace, c.cfgname,
    pg_catalog.format('%I.%I', n.nspname, c.cfgname), c.cfgowner, NULL
FROM pg_catalog.pg_ts_config c
JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
WHERE c.cfgnamespace IN (@SCHEMAS@) AND c.oid NOT IN (@MEMBERS 3602@)
UNION ALL
SELECT 'text_search_dictionary', '3600', c.oid, c.dictnamespace, c.dictname,
    pg_catalog.format('%I.%I', n.nspname, c.dictname), c.dictowner, NULL
FROM pg_catalog.pg_ts_dict c
JOIN pg_catalog.pg_namespace n ON n.oid = c.dictnamespace
WHERE c.dictnamespace IN (@SCHEMAS@) AND c.oid NOT IN (@MEMBERS 3600@)]]

-- Each gives the oid and the statement (some: several, one a line) for @LIST@; and, as "class oid,class oid", what its
-- members need. %OPTIONS x% are the options of foreign
-- things, or NULL.
local definitions = {}

definitions.publication = [[
SELECT p.oid, pg_catalog.concat(
    pg_catalog.format('CREATE PUBLICATION %I', p.pubname),
    CASE WHEN p.puballtables THEN E'\nFOR ALL TABLES' ELSE E'\nFOR ' || NULLIF(pg_catalog.concat_ws(', ',
        (SELECT 'TABLE ' || pg_catalog.string_agg(pg_catalog.concat(
                r.prrelid::pg_catalog.regclass,
                @15 (SELECT ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY u.place) || ')'
                    FROM pg_catalog.unnest(r.prattrs::pg_catalog.int2[]) WITH ORDINALITY u (number, place)
                    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = u.number)@,
                @15 ' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid)@),
            ', TABLE ' ORDER BY r.prrelid::pg_catalog.regclass::pg_catalog.text)
        FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid),
        @15 (SELECT 'TABLES IN SCHEMA ' || pg_catalog.string_agg(pg_catalog.quote_ident(n.nspname), ', ' ORDER BY n.nspname)
            FROM pg_catalog.pg_publication_namespace s JOIN pg_catalog.pg_namespace n ON n.oid = s.pnnspid
            WHERE s.pnpubid = p.oid)@), '') END,
    pg_catalog.format(E'\nWITH (publish = %L, publish_via_partition_root = %s%s)', pg_catalog.concat_ws(', ',
        CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
        CASE WHEN p.pubviaroot THEN 'true' ELSE 'false' END,
        @18 CASE p.pubgencols WHEN 's' THEN ', publish_generated_columns = stored' END@))
FROM pg_catalog.pg_publication p
WHERE p.oid IN (@LIST@)]]

definitions.foreign_data_wrapper = [[
SELECT f.oid, pg_catalog.concat(
    pg_catalog.format('CREATE FOREIGN DATA WRAPPER %I', f.fdwname),
    ' HANDLER ' || NULLIF(f.fdwhandler, '0'::pg_catalog.oid)::pg_catalog.regproc,
    ' VALIDATOR ' || NULLIF(f.fdwvalidator, '0'::pg_catalog.oid)::pg_catalog.regproc,
    %OPTIONS f.fdwoptions%)
FROM pg_catalog.pg_foreign_data_wrapper f
WHERE f.oid IN (@LIST@)]]

definitions.foreign_server = [[
SELECT s.oid, pg_catalog.concat(
    pg_catalog.format('CREATE SERVER %I', s.srvname),
    ' TYPE ' || pg_catalog.quote_literal(s.srvtype), ' VERSION ' || pg_catalog.quote_literal(s.srvversion),
    pg_catalog.format(' FOREIGN DATA WRAPPER %I', f.fdwname), %OPTIONS s.srvoptions%)
FROM pg_catalog.pg_foreign_server s
JOIN pg_catalog.pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE s.oid IN (@LIST@)]]

definitions.foreign_table = [[
SELECT c.oid, pg_catalog.concat(
    pg_catalog.format('CREATE FOREIGN TABLE %I.%I (', n.nspname, c.relname),
    E'\n    ' || pg_catalog.concat_ws(E',\n    ',
        (SELECT pg_catalog.string_agg(pg_catalog.concat(pg_catalog.quote_ident(a.attname), ' ',
                pg_catalog.format_type(a.atttypid, a.atttypmod), %OPTIONS a.attfdwoptions%,
                CASE WHEN a.attcollation <> t.typcollation
                    THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation END,
                CASE WHEN a.attgenerated <> '' THEN pg_catalog.format(' GENERATED ALWAYS AS (%s) STORED',
                        pg_catalog.pg_get_expr(d.adbin, d.adrelid))
                    ELSE ' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                CASE WHEN a.attnotnull THEN ' NOT NULL' END), E',\n    ' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > '0'::pg_catalog.int2 AND NOT a.attisdropped AND a.attislocal),
        (SELECT pg_catalog.string_agg(pg_catalog.format('CONSTRAINT %I %s', k.conname,
                pg_catalog.pg_get_constraintdef(k.oid)), E',\n    ' ORDER BY k.conname)
            FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conislocal)),
    E'\n)',
    (SELECT ' INHERITS (' || pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::pg_catalog.text, ', ' ORDER BY i.inhseqno) || ')'
        FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
    pg_catalog.format(E'\nSERVER %I', s.srvname), %OPTIONS f.ftoptions%)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
WHERE c.oid IN (@LIST@)]]

definitions.cast = [[
SELECT c.oid, pg_catalog.concat(
    pg_catalog.format('CREATE CAST (%s AS %s)', pg_catalog.format_type(c.castsource, NULL),
        pg_catalog.format_type(c.casttarget, NULL)),
    CASE c.castmethod WHEN 'f' THEN ' WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
        WHEN 'i' THEN ' WITH INOUT' ELSE ' WITHOUT FUNCTION' END,
    CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END)
FROM pg_catalog.pg_cast c
WHERE c.oid IN (@LIST@)]]

definitions.language = [[
SELECT l.oid, pg_catalog.concat('CREATE ', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' END,
    pg_catalog.format('LANGUAGE %I', l.lanname),
    ' HANDLER ' || NULLIF(l.lanplcallfoid, '0'::pg_catalog.oid)::pg_catalog.regproc,
    ' INLINE ' || NULLIF(l.laninline, '0'::pg_catalog.oid)::pg_catalog.regproc,
    ' VALIDATOR ' || NULLIF(l.lanvalidator, '0'::pg_catalog.oid)::pg_catalog.regproc)
FROM pg_catalog.pg_language l
WHERE l.oid IN (@LIST@)]]

definitions.access_method = [[
SELECT m.oid, pg_catalog.format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', m.amname,
    CASE m.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, m.amhandler)
FROM pg_catalog.pg_am m
WHERE m.oid IN (@LIST@)]]

definitions.operator = [[
SELECT o.oid, pg_catalog.format(E'CREATE OPERATOR %I.%s (\n    %s\n)', n.nspname, o.oprname, pg_catalog.concat_ws(E',\n    ',
    'FUNCTION = ' || o.oprcode::pg_catalog.text,
    'LEFTARG = ' || pg_catalog.format_type(NULLIF(o.oprleft, '0'::pg_catalog.oid), NULL),
    'RIGHTARG = ' || pg_catalog.format_type(NULLIF(o.oprright, '0'::pg_catalog.oid), NULL),
    (SELECT pg_catalog.format('COMMUTATOR = OPERATOR(%I.%s)', p_n.nspname, p.oprname)
        FROM pg_catalog.pg_operator p JOIN pg_catalog.pg_namespace p_n ON p_n.oid = p.oprnamespace WHERE p.oid = o.oprcom),
    (SELECT pg_catalog.format('NEGATOR = OPERATOR(%I.%s)', p_n.nspname, p.oprname)
        FROM pg_catalog.pg_operator p JOIN pg_catalog.pg_namespace p_n ON p_n.oid = p.oprnamespace WHERE p.oid = o.oprnegate),
    'RESTRICT = ' || NULLIF(o.oprrest, '0'::pg_catalog.oid)::pg_catalog.regproc,
    'JOIN = ' || NULLIF(o.oprjoin, '0'::pg_catalog.oid)::pg_catalog.regproc,
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END))
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid IN (@LIST@) AND o.oprcode <> '0'::pg_catalog.oid]]

definitions.operator_family = [[
SELECT f.oid, pg_catalog.format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname)
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
WHERE f.oid IN (@LIST@)]]

definitions.operator_class = [[
SELECT o.oid, pg_catalog.concat(
    pg_catalog.format('CREATE OPERATOR CLASS %I.%I', n.nspname, o.opcname), CASE WHEN o.opcdefault THEN ' DEFAULT' END,
    pg_catalog.format(' FOR TYPE %s USING %I', pg_catalog.format_type(o.opcintype, NULL), m.amname),
    CASE WHEN f.opfname <> o.opcname OR f.opfnamespace <> o.opcnamespace
        THEN pg_catalog.format(' FAMILY %I.%I', f_n.nspname, f.opfname) END,
    E' AS\n    ', pg_catalog.concat_ws(E',\n    ',
        'STORAGE ' || pg_catalog.format_type(NULLIF(o.opckeytype, '0'::pg_catalog.oid), NULL),
        (SELECT pg_catalog.string_agg(pg_catalog.concat('OPERATOR ', p.amopstrategy, ' ', p.amopopr::pg_catalog.regoperator,
                (SELECT pg_catalog.format(' FOR ORDER BY %I.%I', s_n.nspname, s.opfname)
                    FROM pg_catalog.pg_opfamily s JOIN pg_catalog.pg_namespace s_n ON s_n.oid = s.opfnamespace
                    WHERE s.oid = p.amopsortfamily)), E',\n    ' ORDER BY p.amopstrategy, p.amopopr::pg_catalog.regoperator::pg_catalog.text)
            FROM pg_catalog.pg_amop p
            JOIN pg_catalog.pg_depend d ON d.classid = '2602'::pg_catalog.oid AND d.objid = p.oid
                AND d.refclassid = '2616'::pg_catalog.oid AND d.refobjid = o.oid),
        (SELECT pg_catalog.string_agg(pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum,
                pg_catalog.format_type(p.amproclefttype, NULL), pg_catalog.format_type(p.amprocrighttype, NULL),
                p.amproc::pg_catalog.oid::pg_catalog.regprocedure), E',\n    '
                ORDER BY p.amprocnum, p.amproc::pg_catalog.oid::pg_catalog.regprocedure::pg_catalog.text)
            FROM pg_catalog.pg_amproc p
            JOIN pg_catalog.pg_depend d ON d.classid = '2603'::pg_catalog.oid AND d.objid = p.oid
                AND d.refclassid = '2616'::pg_catalog.oid AND d.refobjid = o.oid))),
    (SELECT pg_catalog.string_agg(pg_catalog.concat(d.refclassid, ' ', d.refobjid), ',')
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_depend i ON i.classid = d.classid AND i.objid = d.objid
            AND i.refclassid = '2616'::pg_catalog.oid AND i.refobjid = o.oid
        WHERE d.classid IN ('2602'::pg_catalog.oid, '2603'::pg_catalog.oid)
            AND d.refclassid IN ('2617'::pg_catalog.oid, '1255'::pg_catalog.oid))
FROM pg_catalog.pg_opclass o
JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = o.opcfamily
JOIN pg_catalog.pg_namespace f_n ON f_n.oid = f.opfnamespace
WHERE o.oid IN (@LIST@)]]

-- Columns of pg_collation have come and changed their names (ICU's locale: PostgreSQL 15 and 17; rules: 16).
definitions.collation = [[
SELECT c.oid, pg_catalog.format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname, pg_catalog.concat_ws(', ',
    'PROVIDER = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
    'LOCALE = ' || pg_catalog.quote_literal(l.locale),
    CASE WHEN l.locale IS NULL THEN 'LC_COLLATE = ' || pg_catalog.quote_literal(c.collcollate) END,
    CASE WHEN l.locale IS NULL THEN 'LC_CTYPE = ' || pg_catalog.quote_literal(c.collctype) END,
    'RULES = ' || pg_catalog.quote_literal(l.rules),
    CASE WHEN NOT c.collisdeterministic THEN 'DETERMINISTIC = false' END))
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (SELECT COALESCE(r.row ->> 'colllocale', r.row ->> 'colliculocale',
        CASE WHEN c.collprovider = 'i' THEN c.collcollate END), r.row ->> 'collicurules'
    FROM (SELECT pg_catalog.to_jsonb(c)) r (row)) l (locale, rules)
WHERE c.oid IN (@LIST@)]]

definitions.conversion = [[
SELECT c.oid, pg_catalog.format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' END,
    n.nspname, c.conname, pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding),
    c.conproc)
FROM pg_catalog.pg_conversion c
JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE c.oid IN (@LIST@)]]

definitions.text_search_dictionary = [[
SELECT d.oid, pg_catalog.format('CREATE TEXT SEARCH DICTIONARY %I.%I (%s)', n.nspname, d.dictname, pg_catalog.concat_ws(', ',
    pg_catalog.format('TEMPLATE = %I.%I', t_n.nspname, t.tmplname), NULLIF(d.dictinitoption, '')))
FROM pg_catalog.pg_ts_dict d
JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace t_n ON t_n.oid = t.tmplnamespace
WHERE d.oid IN (@LIST@)]]

definitions.text_search_configuration = [[
SELECT c.oid, pg_catalog.concat(
    pg_catalog.format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = %I.%I)', n.nspname, c.cfgname, p_n.nspname, p.prsname),
    (SELECT pg_catalog.string_agg(pg_catalog.format(
            E';\nALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %s WITH %s', n.nspname, c.cfgname, m.tokens, m.dictionaries),
            '' ORDER BY m.tokens)
        FROM (
            SELECT pg_catalog.string_agg(t.alias, ', ' ORDER BY t.alias), k.dictionaries
            FROM (
                SELECT u.maptokentype, pg_catalog.string_agg(u.mapdict::pg_catalog.regdictionary::pg_catalog.text, ', '
                    ORDER BY u.mapseqno)
                FROM pg_catalog.pg_ts_config_map u
                WHERE u.mapcfg = c.oid
                GROUP BY u.maptokentype
            ) k (token, dictionaries)
            JOIN pg_catalog.ts_token_type(c.cfgparser) t ON t.tokid = k.token
            GROUP BY k.dictionaries
        ) m (tokens, dictionaries)))
FROM pg_catalog.pg_ts_config c
JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_catalog.pg_namespace p_n ON p_n.oid = p.prsnamespace
WHERE c.oid IN (@LIST@)]]

local OPTIONS =
  [[(SELECT ' OPTIONS (' || pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', '
        ORDER BY o.option_name) || ')'
    FROM pg_catalog.pg_options_to_table(COLUMN) o)]]

---An object by its class and oid.
function others.find(context, class, id)
  return context.others[class .. " " .. id]
end

function others.ask(context)
  context:ask(OTHERS, function(kind, class, id, namespace, name, subject, owner, built_in)
    local of_database = schema.of_database[kind] and (kind ~= "cast" or built_in)
    local object = schema.add(context.snapshot, {
      kind = kind,
      schema = namespace and context.namespaces[namespace],
      name = name,
      subject = subject,
      owner = context.roles[owner],
      of_database = of_database or nil,
    })
    context.others[class .. " " .. id] = object
    others.describe_later(context, id, object)
  end)
end

---Its statement is asked for when it is known which there are.
function others.describe_later(context, id, object)
  local list = context.undescribed[object.kind] or {}
  context.undescribed[object.kind] = list
  list[#list + 1] = id
  list[id] = object
end

function others.ask_definitions(context)
  for kind, list in next, context.undescribed do
    local sql = definitions[kind]:gsub("%%OPTIONS ([%w_.]+)%%", function(column)
      return (OPTIONS:gsub("COLUMN", column))
    end)
    context:ask(sql, function(id, definition, needs)
      list[id].definition = definition
      for class, needed in (needs or ""):gmatch("(%d+) (%d+)") do
        context:depend(
          list[id],
          context.others[class .. " " .. needed] or context.functions[needed]
        )
      end
    end, list)
  end
end

---A shell of an operator, which is there because another one names it, is none.
function others.finish(context)
  for _, list in next, context.undescribed do
    for _, id in ipairs(list) do
      if not list[id].definition then
        context:drop(list[id])
      end
    end
  end
end

return others
