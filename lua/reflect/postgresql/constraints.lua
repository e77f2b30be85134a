--- Constraints and indexes.

local marks = require("neap.marks")
local schema = require("neap.schema")
local schema_names = require("neap.schema.names")
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

-- The columns of an index as op keeps them. Columns: of the table, by number; details: by place.
local function index_columns(columns, numbers, key_count, options, details)
  local list, include = {}, nil
  for place, number in ipairs(numbers) do
    local known, detail = columns[number], details[place]
    local name = known and known.name or detail and number ~= 0 and text.name(detail.text)
    if place > key_count then
      include = include or {}
      include[#include + 1] = name
    elseif not detail and options[place] == 0 then
      list[place] = name
    else
      local column = { name or marks.new_sql(text.bare(detail.text)) }
      set_order(column, options[place])
      if detail then
        column.opclass = detail.opclass
        if detail.parameters then
          column.opclass = ("%s (%s)"):format(detail.opclass, detail.parameters)
        end
        column.collation = detail.collation
      end
      list[place] = next(column, next(column)) and column or column[1]
    end
  end
  return list, include
end

local function index_statistics(numbers, details)
  local statistics
  for place, number in ipairs(numbers) do
    if number == 0 and details[place].statistics then
      statistics = statistics or {}
      statistics[place] = details[place].statistics
    end
  end
  return statistics
end

local no_details = {}

---All indexes as shapes, by oid in context.indexes. An odd one, whose columns are more than columns, is completed when
---those are known.
function constraints.ask_indexes(context)
  context:ask(
    INDEXES,
    function(id, relation, name, method, unique, numbers, key_count, options, predicate, with, ...)
      local owner = context.relations[relation]
      if not owner then
        return
      end
      local tablespace, clustered, replica_identity, invalid, nulls_not_distinct, odd = ...
      local index = schema.index(name, unique)
      index.using = method
      index.where = predicate and marks.new_sql(text.bare(predicate))
      index.with = text.options(with)
      index.tablespace = tablespace
      index.invalid = invalid
      index.nulls_not_distinct = nulls_not_distinct
      numbers, options = text.integers(numbers), text.integers(options)
      -- The columns of a materialized view are not known by number.
      if odd or owner.kind == "materialized_view" then
        context.odd_indexes[id] = { index, relation, numbers, key_count, options, details = {} }
      else
        index.columns, index.include =
          index_columns(context.columns[relation], numbers, key_count, options, no_details)
      end
      if clustered then
        owner.clustered_on = name
      end
      if replica_identity then
        owner.replica_identity = name
      end
      context.indexes[id] = index
      context.index_owners[id] = owner
    end
  )
end

function constraints.ask_index_columns(context)
  local ids = {}
  for id in next, context.odd_indexes do
    ids[#ids + 1] = id
  end
  if #ids == 0 then
    return
  end
  table.sort(ids)
  context:ask(INDEX_COLUMNS, function(id, place, sql, opclass, parameters, collation, statistics)
    context.odd_indexes[id].details[place] = {
      text = sql,
      opclass = opclass,
      parameters = parameters,
      collation = collation,
      statistics = statistics,
    }
  end, ids)
end

local function complete_odd_indexes(context)
  for _, odd in next, context.odd_indexes do
    local index, relation, numbers, key_count, options = table.unpack(odd)
    index.columns, index.include =
      index_columns(context.columns[relation] or {}, numbers, key_count, options, odd.details)
    index.statistics = index_statistics(numbers, odd.details)
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
    @18 CASE WHEN NOT con.conenforced THEN false END@, @18 CASE WHEN con.conperiod THEN true END@
FROM pg_catalog.pg_constraint con
WHERE con.connamespace IN (@SCHEMAS@) AND con.contype IN ('c', 'f', 'p', 'u', 'x')
    AND (con.contype <> 'f' OR con.conparentid = '0'::pg_catalog.oid)]]

-- NOT NULL that op.column does not say: with another name than its own, a comment, NO INHERIT or NOT VALID. What comes
-- from a parent is the parent's.
local NOT_NULL = [[
SELECT con.oid, con.conrelid, con.conname, con.conkey[1], CASE WHEN con.connoinherit THEN true END,
    CASE WHEN NOT con.convalidated THEN true END, d.objoid
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
LEFT JOIN pg_catalog.pg_description d ON d.objoid = con.oid AND d.classoid = '2606'::pg_catalog.oid
WHERE con.contype = 'n' AND con.coninhcount = '0'::pg_catalog.int2 AND con.connamespace IN (@SCHEMAS@)
    AND (con.connoinherit OR NOT con.convalidated OR d.objoid IS NOT NULL OR con.conname::pg_catalog.text <>
        pg_catalog.concat(c.relname, '_', a.attname, '_not_null'))]]

local kinds = { p = "primary_key", u = "unique", x = "exclude", c = "check", f = "foreign_key" }
local places =
  { primary_key = 1, unique = 2, exclude = 3, check = 4, not_null = 5, foreign_key = 6 }
local actions = { c = "cascade", r = "restrict", n = "set null", d = "set default" }

local function names(columns, numbers)
  local list = {}
  for i, number in ipairs(text.integers(numbers)) do
    list[i] = columns[number].name
  end
  return list
end

-- What a constraint takes from its index.
local function take_index(constraint, index)
  constraint.include = index.include
  constraint.with, constraint.tablespace = index.with, index.tablespace
  if constraint.kind ~= "exclude" then
    constraint.columns = index.columns
    constraint.nulls_not_distinct = index.nulls_not_distinct
    return
  end
  local elements = constraint.elements
  for place, column in ipairs(index.columns) do
    local element = type(column) == "table" and not column.sql and column or { column }
    table.insert(element, 2, elements[place])
    elements[place] = element
  end
  constraint.using = index.using or "btree"
  constraint.where = index.where
end

-- The table that a foreign key refers to.
local function take_referent(constraint, referent, columns, numbers)
  constraint.referent_schema, constraint.referent = referent.schema, referent.name
  constraint.referred = names(columns, numbers)
end

local function read_domain_check(domain, name, expression, not_valid)
  local check = { name = name, expression = text.bare(expression), not_valid = not_valid }
  domain.checks = domain.checks or {}
  table.insert(domain.checks, check)
  return check
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
function constraints.ask_strangers(context)
  local ids = {}
  for _, key in ipairs(context.far_keys) do
    ids[#ids + 1] = key.referent
  end
  if #ids == 0 then
    return
  end
  context:ask(STRANGERS, function(id, schema_name, name, number, column)
    context.strangers[id] = context.strangers[id] or { schema = schema_name, name = name }
    context.columns[id] = context.columns[id] or {}
    context.columns[id][number] = { name = column }
  end, ids)
end

function constraints.ask(context)
  context:ask(
    CONSTRAINTS,
    function(
      id,
      relation,
      domain,
      name,
      kind,
      deferrable,
      deferred,
      not_valid,
      no_inherit,
      key,
      ...
    )
      local referent, referred, onupdate, ondelete, match, inherited, index = ...
      local expression, ondelete_columns, operators, enforced, with_period = select(8, ...)
      local object = context.relations[relation]
      if not object then
        object = context.types[domain]
        if object then
          context.constraints[id] = read_domain_check(object, name, expression, not_valid)
          context.constraint_owners[id] = object
        end
        return
      elseif not object.constraints then
        return -- a foreign table's stand in its definition
      end
      local constraint = schema.constraint(kinds[kind], name)
      constraint.deferrable = deferrable
      constraint.initially = deferred and "deferred"
      constraint.enforced = enforced
      constraint.not_valid = enforced == nil and not_valid or nil
      if kind == "c" then
        constraint.expression = text.bare(expression)
        constraint.no_inherit = no_inherit
        constraint.inherited = inherited
      elseif kind == "f" then
        local columns = context.columns[relation]
        constraint.columns = names(columns, key)
        constraint.onupdate, constraint.ondelete = actions[onupdate], actions[ondelete]
        constraint.match = match == "f" and "full" or nil
        constraint.period = with_period
        constraint.ondelete_columns = ondelete_columns and names(columns, ondelete_columns)
        local known = context.relations[referent]
        if known then
          take_referent(constraint, known, context.columns[referent], referred)
        else
          table.insert(context.far_keys, { constraint, referent = referent, referred = referred })
        end
      else
        constraint.elements = operators and text.lines(operators)
        constraint.without_overlaps = with_period
        context.index_constraints[index] = constraint
      end
      object.constraints[#object.constraints + 1] = constraint
      context.constraints[id] = constraint
      context.constraint_owners[id] = object
    end
  )
end

-- The name that the server gives by itself; a number follows when another table's column has taken it.
local function is_usual_name(object, column, name)
  local usual = schema_names.object(object.name, column.name, "not_null")
  return name:sub(1, #usual) == usual and not name:find("%D", #usual + 1)
end

---NOT NULL has a name since PostgreSQL 18.
function constraints.ask_not_null(context)
  if context.version < 180000 then
    return
  end
  context:ask(NOT_NULL, function(id, relation, name, number, no_inherit, not_valid, comment)
    local object = context.relations[relation]
    local column = object and object.kind == "table" and context.columns[relation][number]
    if
      column
      and (no_inherit or not_valid or comment or not is_usual_name(object, column, name))
    then
      local constraint = schema.constraint("not_null", name)
      constraint.columns = { column.name }
      constraint.no_inherit, constraint.not_valid = no_inherit, not_valid
      table.insert(object.constraints, constraint)
      context.constraints[id] = constraint
      context.not_nulls[#context.not_nulls + 1] = column
    end
  end)
end

-- It is said once; a serial has been looked for before.
local function complete_not_null(context)
  for _, column in ipairs(context.not_nulls) do
    column.nullable = nil
  end
end

local function complete_far_keys(context)
  for _, key in ipairs(context.far_keys) do
    local referent = context.strangers[key.referent]
    take_referent(key[1], referent, context.columns[key.referent], key.referred)
  end
end

---Hands the indexes that are no constraint's to their tables, and puts all lists in order.
function constraints.finish(context)
  complete_odd_indexes(context)
  complete_far_keys(context)
  complete_not_null(context)
  for id, index in next, context.indexes do
    local constraint, owner = context.index_constraints[id], context.index_owners[id]
    if constraint then
      take_index(constraint, index)
    else
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
