--- Enums, domains, ranges; and the owners and grants of composite types.

local marks = require("neap.marks")
local schema = require("neap.schema")

local types = {}

local TYPES = [[
SELECT t.oid, t.typnamespace, t.typname, t.typtype, t.typowner, pg_catalog.array_to_string(t.typacl, E'\n'),
    pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull,
    pg_catalog.pg_get_expr(t.typdefaultbin, '0'::pg_catalog.oid),
    CASE WHEN t.typtype = 'd' AND t.typcollation <> (
        SELECT b.typcollation FROM pg_catalog.pg_type b WHERE b.oid = t.typbasetype
    ) THEN @COLLATION t.typcollation@ END, t.typrelid,
    CASE t.typtype WHEN 'r' THEN (
        SELECT pg_catalog.concat_ws(', ',
            'subtype = ' || pg_catalog.format_type(r.rngsubtype, NULL),
            @14 'multirange_type_name = ' || pg_catalog.format_type(r.rngmultitypid, NULL)@,
            CASE WHEN NOT o.opcdefault THEN pg_catalog.format('subtype_opclass = %I.%I', n.nspname, o.opcname) END,
            CASE WHEN r.rngcollation <> s.typcollation THEN (
                SELECT pg_catalog.format('collation = %I.%I', cn.nspname, c.collname)
                FROM pg_catalog.pg_collation c
                JOIN pg_catalog.pg_namespace cn ON cn.oid = c.collnamespace
                WHERE c.oid = r.rngcollation
            ) END,
            'canonical = ' || NULLIF(r.rngcanonical::pg_catalog.text, '-'),
            'subtype_diff = ' || NULLIF(r.rngsubdiff::pg_catalog.text, '-'))
        FROM pg_catalog.pg_range r
        JOIN pg_catalog.pg_type s ON s.oid = r.rngsubtype
        JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc
        JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
        WHERE r.rngtypid = t.oid
    ) END
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE t.typnamespace IN (@SCHEMAS@)
    AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c' OR t.typtype = 'b' AND t.typcategory <> 'A')
    AND t.oid NOT IN (@MEMBERS 1247@)]]

local readers = {}

function readers.e()
  return { kind = "enum", values = {} }
end

function readers.d(row)
  local domain = { kind = "domain", type = row[7], collation = row[10] }
  if row[8] then
    domain.nullable = false
  end
  domain.server_default = row[9] and marks.new_sql(row[9])
  return domain
end

function readers.r(row)
  return { kind = "range", definition = "(" .. row[12] .. ")" }
end

local LABELS = [[
SELECT e.enumtypid, e.enumlabel
FROM pg_catalog.pg_enum e
JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
WHERE t.typnamespace IN (@SCHEMAS@)
ORDER BY e.enumtypid, e.enumsortorder]]

function types.ask(context)
  context:ask_rows(TYPES, function(row)
    local object
    if row[4] == "c" then
      object = context.relations[row[11]]
    elseif readers[row[4]] then
      object = readers[row[4]](row)
      object.schema, object.name = context.namespaces[row[2]], row[3]
      schema.add(context.snapshot, object)
    else
      context:other(("type %s.%s"):format(context.namespaces[row[2]], row[3]))
    end
    if object then
      object.owner = context.roles[row[5]]
      object.grants, object.revokes = context.acl:read("type", object.owner, row[6])
      context.types[row[1]] = object
    end
  end)
  context:ask(LABELS, function(id, label)
    local enum = context.types[id]
    if enum then
      table.insert(enum.values, label)
    end
  end)
end

return types
