--- Functions, procedures, aggregates, triggers, rules, policies, statistics, event triggers.

local schema = require("neap.schema")
local text = require("neap.reflect.postgresql.text")

local code = {}

local FUNCTIONS = [[
SELECT p.oid, p.pronamespace, p.proname, p.prokind, p.proowner, pg_catalog.array_to_string(p.proacl, E'\n'),
    CASE WHEN p.prokind = 'a' THEN pg_catalog.pg_get_function_identity_arguments(p.oid) ELSE (
        SELECT pg_catalog.string_agg(pg_catalog.format_type(u.type, NULL), ', ' ORDER BY u.place)
        FROM pg_catalog.unnest(p.proargtypes::pg_catalog.oid[]) WITH ORDINALITY u (type, place)
    ) END,
    CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END
FROM pg_catalog.pg_proc p
WHERE p.pronamespace IN (@SCHEMAS@) AND p.oid NOT IN (@MEMBERS 1255@)
    AND NOT EXISTS (
        SELECT
        FROM pg_catalog.pg_depend d
        WHERE d.classid = '1255'::pg_catalog.oid AND d.objid = p.oid AND d.deptype = 'i'
    )]]

local routines = { f = "function", w = "function", p = "procedure", a = "aggregate" }

-- Source: PostgreSQL manual, CREATE AGGREGATE; src/bin/pg_dump/pg_dump.c, dumpAgg
-- Of an aggregate a, p (pg_proc), n (its schema).
code.AGGREGATE =
  [[pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', n.nspname, p.proname,
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
    ))]]

local AGGREGATES = "SELECT p.oid, "
  .. code.AGGREGATE
  .. [[

FROM pg_catalog.pg_aggregate a
JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid IN (@LIST@)]]

function code.ask_functions(context)
  context:ask_rows(FUNCTIONS, function(row)
    if not context.own[row[3]] then
      local routine = routines[row[4]]
      local arguments = row[7] or ""
      if routine == "aggregate" then
        table.insert(context.aggregates, row[1])
        arguments = arguments == "" and "*" or arguments
      end
      local object = {
        kind = "function",
        schema = context.namespaces[row[2]],
        name = row[3],
        routine = routine,
        arguments = "(" .. arguments .. ")",
        definition = row[8] and row[8]:gsub("\n$", ""),
        owner = context.roles[row[5]],
      }
      object.grants, object.revokes = context.acl:read("function", object.owner, row[6])
      context.functions[row[1]] = schema.add(context.snapshot, object)
    end
  end)
end

function code.ask_aggregates(context)
  if #context.aggregates > 0 then
    context:ask(AGGREGATES, function(id, definition)
      context.functions[id].definition = definition
    end, context.aggregates)
  end
end

local enabled = { D = "disabled", R = "replica", A = "always" }

-- What hangs on a table or view, under its own name.
local function add_to(context, into, row, object)
  local owner = context.relations[row[2]]
  if owner then
    object.schema, object.table, object.name = owner.schema, owner.name, row[3]
    into[row[1]] = schema.add(context.snapshot, object)
    context:depend(object, owner)
  end
end

local TRIGGERS = [[
SELECT t.oid, t.tgrelid, t.tgname, t.tgenabled, pg_catalog.pg_get_triggerdef(t.oid)
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace IN (@SCHEMAS@) AND NOT t.tgisinternal AND t.tgparentid = '0'::pg_catalog.oid]]

local RULES = [[
SELECT r.oid, r.ev_class, r.rulename, r.ev_enabled, pg_catalog.pg_get_ruledef(r.oid)
FROM pg_catalog.pg_rewrite r
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
WHERE c.relnamespace IN (@SCHEMAS@) AND r.rulename <> '_RETURN']]

function code.ask_triggers(context)
  context:ask_rows(TRIGGERS, function(row)
    add_to(context, context.triggers, row, {
      kind = "trigger",
      definition = row[5],
      enabled = enabled[row[4]],
    })
  end)
  context:ask_rows(RULES, function(row)
    add_to(context, context.rules, row, {
      kind = "rule",
      definition = (row[5]:gsub("^%s+", ""):gsub(";%s*$", "")),
      enabled = enabled[row[4]],
    })
  end)
end

local POLICIES = [[
SELECT p.oid, p.polrelid, p.polname, p.polpermissive, p.polcmd, pg_catalog.array_to_string(p.polroles, ' '),
    pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
WHERE c.relnamespace IN (@SCHEMAS@)]]

local commands = { r = "select", a = "insert", w = "update", d = "delete" }

-- Nothing for everybody.
local function policy_roles(context, value)
  local list = {}
  for id in value:gmatch("%d+") do
    list[#list + 1] = id ~= "0" and context.roles[id] or nil
  end
  table.sort(list)
  return #list > 0 and list or nil
end

function code.ask_policies(context)
  context:ask_rows(POLICIES, function(row)
    add_to(context, context.policies, row, {
      kind = "policy",
      as = not row[4] and "restrictive" or nil,
      command = commands[row[5]],
      to = policy_roles(context, row[6]),
      using = row[7] and text.bare(row[7]),
      with_check = row[8] and text.bare(row[8]),
    })
  end)
end

local STATISTICS = [[
SELECT s.oid, s.stxnamespace, s.stxname, s.stxowner, s.stxrelid, pg_catalog.pg_get_statisticsobjdef(s.oid),
    NULLIF(s.stxstattarget, -1)
FROM pg_catalog.pg_statistic_ext s
WHERE s.stxnamespace IN (@SCHEMAS@) AND s.oid NOT IN (@MEMBERS 3381@)]]

-- The columns by name: the server prints them as they stand in the table, where they may stand in another order.
local function with_sorted_columns(definition)
  local words = text.split(definition, " ")
  local first, last
  for i, word in ipairs(words) do
    first = not first and word == "ON" and i + 1 or first
    last = first and word == "FROM" and i - 1 or last
  end
  if not first or not last then
    return definition
  end
  local columns = text.split(table.concat(words, " ", first, last), ",")
  table.sort(columns)
  local head, tail = table.concat(words, " ", 1, first - 1), table.concat(words, " ", last + 1)
  return head .. " " .. table.concat(columns, ", ") .. " " .. tail
end

function code.ask_statistics(context)
  context:ask_rows(STATISTICS, function(row)
    local owner = context.relations[row[5]]
    if owner then
      context.statistics[row[1]] = schema.add(context.snapshot, {
        kind = "statistics",
        schema = context.namespaces[row[2]],
        name = row[3],
        owner = context.roles[row[4]],
        definition = with_sorted_columns(row[6]),
        target = row[7],
      })
      context:depend(context.statistics[row[1]], owner)
    end
  end)
end

local EVENT_TRIGGERS = [[
SELECT e.oid, e.evtname, e.evtenabled, e.evtowner, pg_catalog.concat(
    pg_catalog.format(E'CREATE EVENT TRIGGER %I ON %I', e.evtname, e.evtevent),
    (SELECT E'\n  WHEN TAG IN (' || pg_catalog.string_agg(pg_catalog.quote_literal(u.tag), ', ' ORDER BY u.place) || ')'
        FROM pg_catalog.unnest(e.evttags) WITH ORDINALITY u (tag, place)),
    E'\n  EXECUTE FUNCTION ', e.evtfoid::pg_catalog.regproc, '()'), p.pronamespace, p.oid
FROM pg_catalog.pg_event_trigger e
JOIN pg_catalog.pg_proc p ON p.oid = e.evtfoid
WHERE e.oid NOT IN (@MEMBERS 3466@) AND p.pronamespace IN (@SCHEMAS@)]]

function code.ask_event_triggers(context)
  context:ask_rows(EVENT_TRIGGERS, function(row)
    if context.functions[row[7]] then
      local object = schema.add(context.snapshot, {
        kind = "event_trigger",
        name = row[2],
        enabled = enabled[row[3]],
        owner = context.roles[row[4]],
        definition = row[5],
      })
      context.event_triggers[row[1]] = object
      context:depend(object, context.functions[row[7]])
    end
  end)
end

local DEFAULTS = [[
SELECT d.defaclrole, d.defaclnamespace, d.defaclobjtype, pg_catalog.array_to_string(d.defaclacl, E'\n')
FROM pg_catalog.pg_default_acl d
WHERE d.defaclnamespace IN (@SCHEMAS@, '0')]]

local object_types = {
  r = { "tables", "table" },
  S = { "sequences", "sequence" },
  f = { "functions", "function" },
  T = { "types", "type" },
  n = { "schemas", "schema" },
  L = { "large objects", "large_object" },
}

function code.ask_default_privileges(context)
  context:ask_rows(DEFAULTS, function(row)
    local what = object_types[row[3]]
    local role, in_schema = context.roles[row[1]], context.namespaces[row[2]]
    if what and role then
      local object = {
        kind = "default_privileges",
        name = in_schema and role .. " in " .. in_schema or role,
        role = role,
        schema = in_schema,
        on = what[1],
      }
      -- In a schema they are added to what the role gives everywhere.
      object.grants, object.revokes =
        context.acl:read(in_schema and "column" or what[2], role, row[4])
      if object.grants or object.revokes then
        schema.add(context.snapshot, object)
      end
    end
  end)
end

return code
