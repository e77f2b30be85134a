--- Constraints and indexes.

local marks = require("neap.marks")
local text = require("neap.reflect.postgresql.text")

local constraints = {}

-- Indexes with other than default operator classes, collations or parameters are told from the others by sets, which
-- the server makes once.
local INDEXES = [[
SELECT i.indexrelid, i.indrelid, c.relname, NULLIF(am.amname, 'btree'),
    CASE WHEN i.indisunique THEN true END, i.indkey::pg_catalog.text, i.indnkeyatts,
    i.indoption::pg_catalog.text, pg_catalog.pg_get_expr(i.indpred, i.indrelid),
    pg_catalog.array_to_string(c.reloptions, E'\n'), spc.spcname,
    CASE WHEN i.indisclustered THEN true END, CASE WHEN i.indisreplident THEN true END,
    CASE WHEN NOT i.indisvalid THEN true END, @15 CASE WHEN i.indnullsnotdistinct THEN true END@,
    CASE WHEN i.indexprs IS NOT NULL OR i.indisexclusion OR i.indclass::pg_catalog.oid[] OPERATOR(pg_catalog.&&) (
        SELECT pg_catalog.array_agg(o.oid) FROM pg_catalog.pg_opclass o WHERE NOT o.opcdefault
    ) OR i.indexrelid IN (
        SELECT a.attrelid
        FROM pg_catalog.pg_index x
        JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indexrelid
            AND (a.attcollation <> '0'::pg_catalog.oid OR a.attoptions IS NOT NULL)
        JOIN pg_catalog.pg_attribute key ON key.attrelid = x.indrelid
            AND key.attnum = x.indkey[a.attnum - '1'::pg_catalog.int2]
        WHERE a.attcollation <> key.attcollation OR a.attoptions IS NOT NULL
    ) THEN true END
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_tablespace spc ON spc.oid = c.reltablespace
WHERE c.relnamespace IN (@SCHEMAS@) AND c.relkind IN ('i', 'I')]]

-- The columns of indexes that are more than columns.
local INDEX_COLUMNS = [[
SELECT i.indexrelid, a.attnum, pg_catalog.pg_get_indexdef(i.indexrelid, a.attnum::pg_catalog.int4, false),
    CASE WHEN NOT o.opcdefault OR a.attoptions IS NOT NULL THEN
        CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN pg_catalog.quote_ident(o.opcname)
        ELSE pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.', pg_catalog.quote_ident(o.opcname)) END
    END,
    pg_catalog.array_to_string(a.attoptions, ', '),
    CASE WHEN a.attcollation <> COALESCE(key.attcollation, t.typcollation) THEN @COLLATION a.attcollation@ END,
    @STATISTICS a@
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indexrelid
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attribute key ON key.attrelid = i.indrelid
    AND key.attnum = i.indkey[a.attnum - '1'::pg_catalog.int2]
LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[a.attnum - '1'::pg_catalog.int2]
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
WHERE i.indexrelid IN (@LIST@)
ORDER BY i.indexrelid, a.attnum]]

-- "ASC", "NULLS FIRST" ... as bits. Source: PostgreSQL, src/include/catalog/pg_index.h
local DESC, NULLS_FIRST = 1, 2

-- Sets what differs from ascending with NULLs last, or descending with NULLs first.
local function set_order(column, option)
  local desc, first = option & DESC ~= 0, option & NULLS_FIRST ~= 0
  column.desc = desc or nil
  if desc ~= first then
    column.nulls = first and "first" or "last"
  end
end

-- The columns of an index as op keeps them; details: rows of INDEX_COLUMNS by place.
local function index_columns(context, row, details)
  local numbers, options = text.integers(row[6]), text.integers(row[8])
  local names, columns, include = context.columns[row[2]] or {}, {}, nil
  for place, number in ipairs(numbers) do
    local known, detail = names[number], details and details[place]
    local name = known and known.name or detail and number ~= 0 and text.name(detail[3])
    if place > row[7] then
      include = include or {}
      include[#include + 1] = name
    elseif not detail and options[place] == 0 then
      columns[place] = name
    else
      local column = { name or marks.new_sql(text.bare(detail[3])) }
      set_order(column, options[place])
      if detail then
        column.opclass = detail[4]
        if detail[5] then
          column.opclass = ("%s (%s)"):format(detail[4], detail[5])
        end
        column.collation = detail[6]
      end
      columns[place] = next(column, next(column)) and column or column[1]
    end
  end
  return columns, include
end

local function index_statistics(row, details)
  local statistics
  for place, number in ipairs(text.integers(row[6])) do
    if number == 0 and details and details[place][7] then
      statistics = statistics or {}
      statistics[place] = details[place][7]
    end
  end
  return statistics
end

local function read_details(context, special)
  local details = {}
  if #special > 0 then
    for _, row in ipairs(context:rows(INDEX_COLUMNS, special)) do
      details[row[1]] = details[row[1]] or {}
      details[row[1]][row[2]] = row
    end
  end
  return details
end

---All indexes as shapes, by oid in context.indexes.
function constraints.read_indexes(context)
  local rows, special = context:rows(INDEXES), {}
  for _, row in ipairs(rows) do
    local owner = context.relations[row[2]]
    if owner and owner.kind == "materialized_view" then
      row[16] = true -- its columns are not known by number
    end
    if owner and row[16] then
      special[#special + 1] = row[1]
    end
  end
  local details = read_details(context, special)
  for _, row in ipairs(rows) do
    local owner = context.relations[row[2]]
    if owner then
      local index = {
        kind = "index",
        name = row[3],
        using = row[4],
        unique = row[5],
        where = row[9] and marks.new_sql(text.bare(row[9])),
        with = text.options(row[10]),
        tablespace = row[11],
        invalid = row[14],
        nulls_not_distinct = row[15],
        statistics = index_statistics(row, details[row[1]]),
      }
      index.columns, index.include = index_columns(context, row, details[row[1]])
      if row[12] then
        owner.clustered_on = index.name
      end
      if row[13] then
        owner.replica_identity = index.name
      end
      context.indexes[row[1]] = index
      context.index_owners[row[1]] = owner
    end
  end
end

local CONSTRAINTS = [[
SELECT con.oid, con.conrelid, con.contypid, con.conname, con.contype, CASE WHEN con.condeferrable THEN true END,
    CASE WHEN con.condeferred THEN true END, CASE WHEN NOT con.convalidated THEN true END,
    CASE WHEN con.contype = 'c' AND con.connoinherit THEN true END, con.conkey::pg_catalog.text, con.confrelid,
    con.confkey::pg_catalog.text, con.confupdtype, con.confdeltype, con.confmatchtype,
    CASE WHEN NOT con.conislocal THEN true END, con.conindid,
    CASE con.contype WHEN 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid) END,
    @15 con.confdelsetcols::pg_catalog.text@,
    CASE WHEN con.contype = 'x' THEN pg_catalog.array_to_string(ARRAY(
        SELECT CASE WHEN pg_catalog.pg_operator_is_visible(o.oid) THEN o.oprname::pg_catalog.text
            ELSE pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) END
        FROM pg_catalog.unnest(con.conexclop) WITH ORDINALITY u (id, place)
        JOIN pg_catalog.pg_operator o ON o.oid = u.id
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
        ORDER BY u.place
    ), E'\n') END,
    @18 CASE WHEN con.conperiod OR NOT con.conenforced THEN pg_catalog.pg_get_constraintdef(con.oid) END@
FROM pg_catalog.pg_constraint con
WHERE con.connamespace IN (@SCHEMAS@) AND con.contype IN ('c', 'f', 'p', 'u', 'x')
    AND (con.contype <> 'f' OR con.conparentid = '0'::pg_catalog.oid)]]

local kinds = { p = "primary_key", u = "unique", x = "exclude", c = "check", f = "foreign_key" }
local places = { primary_key = 1, unique = 2, exclude = 3, check = 4, foreign_key = 5 }
local actions = { c = "cascade", r = "restrict", n = "set null", d = "set default" }

local function names(context, relation, numbers)
  local known, list = context.columns[relation], {}
  for i, number in ipairs(text.integers(numbers)) do
    list[i] = known[number].name
  end
  return list
end

local readers = {}

-- What a key takes from its index.
local function read_key(constraint, _, row, context)
  local index = context.indexes[row[17]]
  constraint.columns, constraint.include = index.columns, index.include
  constraint.nulls_not_distinct = index.nulls_not_distinct
  constraint.with, constraint.tablespace = index.with, index.tablespace
end
readers.p, readers.u = read_key, read_key

function readers.x(constraint, _, row, context)
  local index = context.indexes[row[17]]
  local elements, operators = {}, text.lines(row[20])
  for place, column in ipairs(index.columns) do
    local element = type(column) == "table" and not column.sql and column or { column }
    table.insert(element, 2, operators[place])
    elements[place] = element
  end
  constraint.elements, constraint.include = elements, index.include
  constraint.using = index.using or "btree"
  constraint.where = index.where
  constraint.with, constraint.tablespace = index.with, index.tablespace
end

function readers.c(constraint, _, row)
  constraint.expression = text.bare(row[18])
  constraint.no_inherit = row[9]
end

function readers.f(constraint, _, row, context)
  local referent = context.relations[row[11]] or context.strangers[row[11]]
  constraint.columns = names(context, row[2], row[10])
  constraint.referent_schema, constraint.referent = referent.schema, referent.name
  constraint.referred = names(context, row[11], row[12])
  constraint.onupdate, constraint.ondelete = actions[row[13]], actions[row[14]]
  constraint.match = row[15] == "f" and "full" or nil
  if row[19] then
    constraint.ondelete_columns = names(context, row[2], row[19])
  end
end

local function read_domain_check(domain, row)
  domain.checks = domain.checks or {}
  table.insert(domain.checks, {
    name = row[4],
    expression = text.bare(row[18]),
    not_valid = row[8],
  })
  return domain.checks[#domain.checks]
end

local function before(a, b)
  if a.kind ~= b.kind then
    return places[a.kind] < places[b.kind]
  end
  return a.name < b.name
end

local function by_name(a, b)
  return a.name < b.name
end

local STRANGERS = [[
SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > '0'::pg_catalog.int2
WHERE c.oid IN (@LIST@)]]

-- Tables outside of what is looked at, that foreign keys refer to.
local function find_strangers(context, rows)
  local wanted, seen = {}, {}
  for _, row in ipairs(rows) do
    local id = row[5] == "f" and row[11]
    if id and not context.columns[id] and not seen[id] then
      seen[id] = true
      wanted[#wanted + 1] = id
    end
  end
  if #wanted == 0 then
    return
  end
  for _, row in ipairs(context:rows(STRANGERS, wanted)) do
    context.strangers[row[1]] = context.strangers[row[1]] or { schema = row[2], name = row[3] }
    context.columns[row[1]] = context.columns[row[1]] or {}
    context.columns[row[1]][row[4]] = { name = row[5] }
  end
end

function constraints.read(context)
  local rows = context:rows(CONSTRAINTS)
  find_strangers(context, rows)
  for _, row in ipairs(rows) do
    local object = context.relations[row[2]]
    if object then
      local constraint = { kind = kinds[row[5]], name = row[4] }
      constraint.deferrable = row[6]
      constraint.initially = row[7] and "deferred"
      constraint.not_valid = row[8]
      constraint.inherited = row[5] == "c" and row[16] or nil
      constraint.definition = row[21]
      readers[row[5]](constraint, object, row, context)
      object.constraints[#object.constraints + 1] = constraint
      context.constraints[row[1]] = constraint
      context.constraint_owners[row[1]] = object
      if row[5] ~= "f" and row[5] ~= "c" then
        context.index_constraints[row[17]] = constraint
      end
    elseif context.types[row[3]] then
      context.constraints[row[1]] = read_domain_check(context.types[row[3]], row)
      context.constraint_owners[row[1]] = context.types[row[3]]
    end
  end
end

---Hands the indexes that are no constraint's to their tables, and puts all lists in order.
function constraints.finish(context)
  for id, index in next, context.indexes do
    local owner = context.index_owners[id]
    if not context.index_constraints[id] then
      owner.indexes[#owner.indexes + 1] = index
    end
  end
  for _, object in next, context.relations do
    if object.constraints and object.constraints[2] then
      table.sort(object.constraints, before)
    end
    if object.indexes and object.indexes[2] then
      table.sort(object.indexes, by_name)
    end
  end
  for _, domain in next, context.types do
    if domain.checks then
      table.sort(domain.checks, by_name)
    end
  end
end

return constraints
