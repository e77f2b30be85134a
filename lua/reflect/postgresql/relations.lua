--- Tables, views, sequences, composite types: what pg_class holds, and columns.

local marks = require("neap.marks")
local others = require("neap.reflect.postgresql.others")
local schema = require("neap.schema")
local names = require("neap.schema.names")
local text = require("neap.reflect.postgresql.text")

local relations = {}

local RELATIONS = [[
SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, c.relowner,
    pg_catalog.array_to_string(c.relacl, E'\n'), pg_catalog.array_to_string(c.reloptions, E'\n'),
    pg_catalog.array_to_string(toast.reloptions, E'\n'),
    NULLIF(am.amname, 'heap'), spc.spcname,
    c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispopulated,
    CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,
    CASE WHEN c.reloftype <> '0'::pg_catalog.oid THEN pg_catalog.format_type(c.reloftype, NULL) END,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END, c.reltype
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace spc ON spc.oid = c.reltablespace
LEFT JOIN pg_catalog.pg_class toast ON toast.oid = c.reltoastrelid AND toast.reloptions IS NOT NULL
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'c', 'f') AND c.relnamespace IN (@SCHEMAS@)
    AND c.oid NOT IN (@MEMBERS 1259@)]]

local persistence = { u = true }
local replica_identities = { f = "full", n = "nothing" }

-- By relkind: fills the object in.
local readers = {}

local function read_table(context, row)
  local object = schema.table(context.namespaces[row[2]], row[3], context.roles[row[6]])
  object.unlogged = persistence[row[5]]
  object.using = row[10]
  object.tablespace = row[11]
  object.row_security = row[12] or nil
  object.force_row_security = row[13] or nil
  object.replica_identity = replica_identities[row[14]]
  object.of_type = row[18]
  object.with = text.options(row[9], "toast.", text.options(row[8]))
  if row[16] then
    object.partition_by = text.partition_key(row[16])
  end
  if row[17] then
    object.partition_of = { bound = text.bound(row[17]) } -- its parent: see INHERITS
  end
  context.columns[row[1]] = {}
  return object, "table"
end
readers.r, readers.p = read_table, read_table

-- The query without the blank before and the semicolon after it.
local function view_query(definition)
  return (definition:gsub("^%s+", ""):gsub(";%s*$", ""))
end

function readers.v(_, row)
  local options = text.options(row[8])
  local check_option = options and options.check_option
  if check_option then
    options.check_option = nil
    options = next(options) and options
  end
  return {
    kind = "view",
    sql = view_query(row[19]),
    with = options,
    check_option = check_option,
  },
    "table"
end

function readers.m(_, row)
  local object = {
    kind = "materialized_view",
    sql = view_query(row[19]),
    with = text.options(row[9], "toast.", text.options(row[8])),
    using = row[10],
    tablespace = row[11],
    indexes = {},
  }
  if row[15] == false then
    object.with_data = false
  end
  return object, "table"
end

function readers.S(_, row)
  return { kind = "sequence", unlogged = persistence[row[5]] }, "sequence"
end

function readers.c(context, row)
  context.columns[row[1]] = {}
  return { kind = "composite", attributes = {} }, "type"
end

function readers.f(context, row)
  if row[17] then
    return context:other("partition " .. context.namespaces[row[2]] .. "." .. row[3])
  end
  local object = { kind = "foreign_table" }
  others.describe_later(context, row[1], object)
  return object, "table"
end

function relations.ask(context)
  local own = context.own
  context:ask_rows(RELATIONS, function(row)
    local object, acl_kind = readers[row[4]](context, row)
    if object then
      object.schema, object.name = context.namespaces[row[2]], row[3]
      object.owner = context.roles[row[6]]
      -- The access list of a composite type is its type's.
      if acl_kind ~= "type" then
        object.grants, object.revokes = context.acl:read(acl_kind, object.owner, row[7])
      end
      context.relations[row[1]] = schema.add(context.snapshot, object)
      context.row_types[row[20]] = row[1]
      if own[object.name] then
        context.own_objects[#context.own_objects + 1] = object
      end
    end
  end)
end

local INHERITS = [[
SELECT i.inhrelid, i.inhparent, n.nspname, p.relname
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p') AND c.relnamespace IN (@SCHEMAS@)
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
ORDER BY i.inhrelid, i.inhseqno]]

function relations.ask_parents(context)
  context:ask(INHERITS, function(child, parent, parent_schema, parent_name)
    local object = context.relations[child]
    if object then
      if object.partition_of then
        object.partition_of.schema, object.partition_of.name = parent_schema, parent_name
      else
        object.inherits = object.inherits or {}
        table.insert(object.inherits, parent_schema .. "." .. parent_name)
      end
      context:depend(object, context.relations[parent])
    end
  end)
end

-- Only what differs from the default is sent. A default names no columns, and without its table it is printed
-- much sooner. Source: PostgreSQL manual, "System Catalog Information Functions", pg_get_expr
local COLUMNS = [[
SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN true END,
    pg_catalog.pg_get_expr(d.adbin, CASE a.attgenerated WHEN '' THEN '0'::pg_catalog.oid ELSE d.adrelid END),
    NULLIF(a.attidentity, ''), NULLIF(a.attgenerated, ''),
    CASE WHEN a.attcollation <> t.typcollation THEN @COLLATION a.attcollation@ END,
    CASE WHEN NOT a.attislocal THEN true END,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
    @14 NULLIF(a.attcompression, '')@,
    @STATISTICS a@,
    pg_catalog.array_to_string(a.attoptions, E'\n'), pg_catalog.array_to_string(a.attacl, E'\n')
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace IN (@SCHEMAS@) AND a.attnum > '0'::pg_catalog.int2 AND NOT a.attisdropped
    AND (c.relkind IN ('r', 'p', 'c') OR c.relkind IN ('v', 'm') AND (a.atthasdef OR a.attacl IS NOT NULL))
ORDER BY a.attrelid, a.attnum]]

local storages = { p = "plain", e = "external", x = "extended", m = "main" }
local compressions = { p = "pglz", l = "lz4" }

-- Grants on columns, one for all columns with the same.
local function read_column_grants(context, object, name, value)
  local grants = context.acl:read("column", object.owner, value)
  local all = context.column_grants[object] or {}
  context.column_grants[object] = all
  for _, grant in ipairs(grants or {}) do
    local key = grant.role
      .. "\0"
      .. table.concat(grant.privileges, ",")
      .. tostring(grant.grant_option)
    if not all[key] then
      all[key] = {
        role = grant.role,
        privileges = grant.privileges,
        grant_option = grant.grant_option,
        columns = {},
      }
      all[#all + 1] = all[key]
    end
    table.insert(all[key].columns, name)
  end
end

function relations.ask_columns(context)
  local of_relation, places = context.relations, context.columns

  -- Of a view or the like: its defaults alone.
  local function other(object, relation, number, name, type_name, default, collation)
    if object.kind == "composite" then
      local attribute = { name = name, type = type_name, collation = collation }
      table.insert(object.attributes, attribute)
      places[relation][number] = attribute
    elseif default then
      object.column_defaults = object.column_defaults or {}
      object.column_defaults[name] = marks.new_sql(default)
    end
  end

  -- The first six are what many columns have.
  context:ask(
    COLUMNS,
    function(relation, number, name, type_name, not_null, default, identity, generated, ...)
      local object = of_relation[relation]
      if not object then
        return
      end
      local collation, inherited, storage, compression, statistics, options, privileges = ...
      if object.kind ~= "table" then
        other(object, relation, number, name, type_name, default, collation)
      else
        local plain = default and not generated and marks.new_sql(default) or nil
        local column = schema.column(name, type_name, not_null, plain)
        column.generated = generated and { text.bare(default), stored = generated == "s" }
        column.identity = identity and (identity == "a" and "always" or "by default")
        column.collation = collation
        column.inherited = inherited
        column.storage = storages[storage]
        column.compression = compressions[compression]
        column.statistics = statistics
        column.options = text.options(options)
        local columns = object.columns
        columns[#columns + 1] = column
        places[relation][number] = column
      end
      if privileges then
        read_column_grants(context, object, name, privileges)
      end
    end
  )
end

---Puts the grants on columns behind those on the whole.
function relations.finish(context)
  for object, grants in next, context.column_grants do
    local list = table.move(object.grants or {}, 1, #(object.grants or {}), 1, {})
    table.sort(grants, function(a, b)
      return a.role .. "\0" .. a.privileges[1] < b.role .. "\0" .. b.privileges[1]
    end)
    object.grants = table.move(grants, 1, #grants, #list + 1, list)
  end
end

local SEQUENCES = [[
SELECT s.seqrelid, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
    s.seqcycle, d.refobjid, d.refobjsubid, d.deptype
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid AND c.relnamespace IN (@SCHEMAS@)
LEFT JOIN pg_catalog.pg_depend d ON d.classid = '1259'::pg_catalog.oid AND d.objid = s.seqrelid
    AND d.objsubid = '0'::pg_catalog.int4 AND d.refclassid = '1259'::pg_catalog.oid AND d.deptype IN ('a', 'i')]]

local limits = {
  smallint = { 32767, -32768 },
  integer = { 2147483647, -2147483648 },
  bigint = { math.maxinteger, math.mininteger },
}

-- What differs from what CREATE SEQUENCE does by itself.
local function sequence_options(row, into)
  local increment, up = row[4], row[4] > 0
  local high, low = table.unpack(limits[row[2]])
  local least, most = up and 1 or low, up and high or -1
  into.increment = increment ~= 1 and increment or nil
  into.minvalue = row[5] ~= least and row[5] or nil
  into.maxvalue = row[6] ~= most and row[6] or nil
  local start = up and row[5] or row[6]
  into.start = row[3] ~= start and row[3] or nil
  into.cache = row[7] ~= 1 and row[7] or nil
  into.cycle = row[8] or nil
  return into
end

local function read_identity(context, column, sequence, owner, row)
  local options = sequence_options(row, {})
  local usual = names.object(owner.name, column.name, "seq")
  if sequence.name ~= usual or sequence.schema ~= owner.schema then
    options.sequence = sequence.schema .. "." .. sequence.name
  end
  if next(options) then
    options.always = column.identity == "always"
    column.identity = options
  end
  context:imply(sequence, owner, column)
end

local serials = { smallint = true, integer = true, bigint = true }

-- True for what PostgreSQL makes of a serial column; sequences of unlogged tables are unlogged since 15.
local function is_serial(context, column, sequence, owner, row)
  local default = column.server_default
  if
    not default
    or column.nullable ~= false
    or row[2] ~= column.type
    or not serials[column.type]
    or sequence.schema ~= owner.schema
    or sequence.unlogged ~= (context.version >= 150000 and owner.unlogged or nil)
    or next(sequence_options(row, {}))
    or sequence.name ~= names.object(owner.name, column.name, "seq")
  then
    return false
  end
  local quoted = default.sql:match("^nextval%('(.*)'::regclass%)$")
  if not quoted then
    return false
  end
  local schema_name, name = text.object((quoted:gsub("''", "'")))
  return name == sequence.name and (schema_name or context.home) == sequence.schema
end

local function read_sequence(context, sequence, row)
  local owner = context.relations[row[9]]
  local column = owner and context.columns[row[9]] and context.columns[row[9]][row[10]]
  if column and row[11] == "i" and column.identity then
    return read_identity(context, column, sequence, owner, row)
  elseif column and is_serial(context, column, sequence, owner, row) then
    column.autoincrement, column.server_default, column.nullable = true, nil, nil
    return context:imply(sequence, owner, column)
  end
  sequence.as = row[2] ~= "bigint" and row[2] or nil
  sequence_options(row, sequence)
  if column then
    sequence.owned_by = ("%s.%s.%s"):format(owner.schema, owner.name, column.name)
  end
end

function relations.ask_sequences(context)
  context:ask_rows(SEQUENCES, function(row)
    local sequence = context.relations[row[1]]
    if sequence then
      read_sequence(context, sequence, row)
    end
  end)
end

return relations
