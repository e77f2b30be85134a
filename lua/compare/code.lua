--- Views, functions, triggers, rules, policies, sequences, statistics: what is on both sides.
---
--- Each function says what changes in place and returns true, or false: it has to be dropped and made anew.

local columns = require("neap.compare.columns")
local grants = require("neap.compare.grants")
local others = require("neap.compare.others")
local same = require("neap.compare.same")
local shapes = require("neap.compare.shapes")
local tables = require("neap.compare.tables")

local equal, execute, object, quote = same.equal, shapes.execute, shapes.object, shapes.quote
-- What is nothing but its statement has a file of its own.
local code = setmetatable({}, { __index = others })

local outside =
  { key = true, depends = true, owner = true, grants = true, revokes = true, comment = true }
code.outside = outside

-- True when nothing but these fields differs.
local function only(a, b, fields)
  local without = {}
  for _, set in ipairs({ outside, fields }) do
    for name in next, set do
      without[name] = true
    end
  end
  return same.but(a, b, without)
end

-- Views -------------------------------------------------------------------------------------------

local function starts_with(list, start)
  return list ~= nil and start ~= nil and (list .. ","):sub(1, #start + 1) == start .. ","
end

local view_details =
  { column_comments = true, column_defaults = true, with = true, check_option = true, sql = true }

function code.view(plan, a, b)
  if plan.dialect == "sqlite" or not only(a, b, view_details) then
    return false
  end
  if a.sql ~= b.sql or not equal(a.with, b.with) or a.check_option ~= b.check_option then
    local old, new = plan.from.view_columns or {}, plan.to.view_columns or {}
    if not starts_with(new[b.key], old[a.key]) then
      return false
    end
    plan:add("main", {
      kind = "create_view",
      schema = b.schema,
      name = b.name,
      sql = b.sql,
      replace = true,
      with = b.with,
      check_option = b.check_option,
    })
  end
  local old, new = a.column_defaults or {}, b.column_defaults or {}
  for name, value in next, new do
    if not equal(old[name], value) then
      local sql = ("ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s"):format(
        object(b.schema, b.name),
        quote(name),
        value.sql
      )
      plan:add("main", execute(sql))
    end
  end
  for name in next, old do
    if new[name] == nil then
      local sql = ("ALTER VIEW %s ALTER COLUMN %s DROP DEFAULT"):format(
        object(b.schema, b.name),
        quote(name)
      )
      plan:add("main", execute(sql))
    end
  end
  grants.compare_column_comments(plan, a, b)
  return true
end

local materialized_details = {
  column_comments = true,
  indexes = true,
  with = true,
  tablespace = true,
  clustered_on = true,
  with_data = true,
}

function code.materialized_view(plan, a, b)
  if not only(a, b, materialized_details) then
    return false
  end
  local function alter(action)
    plan:add(
      "main",
      execute("ALTER MATERIALIZED VIEW " .. object(b.schema, b.name) .. " " .. action)
    )
  end
  tables.compare_indexes(plan, a, b, {})
  tables.compare_parameters(a, b, alter)
  if a.tablespace ~= b.tablespace then
    alter("SET TABLESPACE " .. quote(b.tablespace or "pg_default"))
  end
  if a.clustered_on ~= b.clustered_on then
    alter(b.clustered_on and "CLUSTER ON " .. quote(b.clustered_on) or "SET WITHOUT CLUSTER")
  end
  grants.compare_column_comments(plan, a, b)
  return true
end

-- Functions ---------------------------------------------------------------------------------------

-- Name, arguments and result: what CREATE OR REPLACE cannot change.
local function head(definition)
  return definition:match("^CREATE OR REPLACE [^\n]*\n RETURNS[^\n]*")
    or definition:match("^CREATE OR REPLACE [^\n]*")
end

code["function"] = function(plan, a, b)
  if
    a.routine ~= b.routine
    or b.routine == "aggregate"
    or head(a.definition) ~= head(b.definition)
  then
    return a.definition == b.definition and a.routine == b.routine
  end
  if a.definition ~= b.definition then
    plan:add("main", { kind = "create_function", sql = b.definition })
  end
  return true
end

-- Triggers, rules -----------------------------------------------------------------------------------

local states =
  { disabled = "DISABLE", replica = "ENABLE REPLICA", always = "ENABLE ALWAYS", enabled = "ENABLE" }

local function switch(plan, b, word)
  local sql = ("ALTER TABLE %s %s %s %s"):format(
    object(b.schema, b.table),
    states[b.enabled or "enabled"],
    word,
    quote(b.name)
  )
  plan:add("main", execute(sql))
end

local enabled = { enabled = true }

function code.trigger(plan, a, b)
  if not only(a, b, enabled) then
    return false
  elseif a.enabled ~= b.enabled then
    switch(plan, b, "TRIGGER")
  end
  return true
end

function code.rule(plan, a, b)
  if not only(a, b, enabled) then
    return false
  elseif a.enabled ~= b.enabled then
    switch(plan, b, "RULE")
  end
  return true
end

function code.event_trigger(plan, a, b)
  if not only(a, b, enabled) then
    return false
  elseif a.enabled ~= b.enabled then
    local sql = ("ALTER EVENT TRIGGER %s %s"):format(quote(b.name), states[b.enabled or "enabled"])
    plan:add("main", execute(sql))
  end
  return true
end

-- Policies ------------------------------------------------------------------------------------------

local conditions = { to = true, using = true, with_check = true }

function code.policy(plan, a, b)
  if not only(a, b, conditions) then
    return false
  end
  local operation = { kind = "alter_policy", schema = b.schema, table = b.table, name = b.name }
  local changed = false
  for name in next, conditions do
    if not equal(a[name], b[name]) then
      operation[name] = b[name]
      if b[name] == nil and name ~= "to" then
        return false -- a condition cannot be taken away
      elseif b[name] == nil then
        operation.to = { "public" }
      end
      changed = true
    end
  end
  if changed then
    plan:add("main", operation)
  end
  return true
end

-- Sequences -----------------------------------------------------------------------------------------

local sequence_defaults =
  { increment = 1, cache = 1, cycle = false, minvalue = false, maxvalue = false }

-- Where a sequence begins when nothing is said.
local function start_of(sequence)
  local down = sequence.increment and sequence.increment < 0
  return sequence.start or down and (sequence.maxvalue or -1) or sequence.minvalue or 1
end

-- A sequence that has not come as far as its new least number is brought there.
local function reach_minimum(plan, a, b)
  local least = b.minvalue or 1
  local up = (a.increment or 1) > 0 and (b.increment or 1) > 0
  if up and (a.minvalue or 1) < least then
    local name = object(b.schema, b.name)
    local literal = require("neap.dialect.postgresql.text").string(name)
    local sql = "SELECT pg_catalog.setval(%s, %d, false) FROM %s WHERE last_value < %d"
    plan:add("main", execute(sql:format(literal, least, name, least)))
  end
end

function code.sequence(plan, a, b)
  if a.implied or b.implied then
    return a.implied == b.implied
  end
  local operation = { kind = "alter_sequence", schema = b.schema, name = b.name }
  local changed = false
  for _, name in ipairs({
    "as",
    "start",
    "increment",
    "minvalue",
    "maxvalue",
    "cache",
    "cycle",
    "owned_by",
  }) do
    if a[name] ~= b[name] then
      local value = b[name]
      if value == nil and name == "owned_by" then
        value = "none"
      elseif value == nil and name == "as" then
        value = "bigint"
      elseif value == nil and name == "start" then
        value = start_of(b)
      elseif value == nil then
        value = sequence_defaults[name]
      end
      operation[name], changed = value, true
    end
  end
  if changed and start_of(a) ~= start_of(b) then
    operation.start = start_of(b)
  end
  columns.turn_around(operation, a, b)
  if changed then
    reach_minimum(plan, a, b)
    plan:add("main", operation)
  end
  if (not a.unlogged) ~= not b.unlogged then
    local sql = ("ALTER SEQUENCE %s SET %s"):format(
      object(b.schema, b.name),
      b.unlogged and "UNLOGGED" or "LOGGED"
    )
    plan:add("main", execute(sql))
  end
  return true
end

function code.statistics(_, a, b)
  return a.definition == b.definition
end

function code.schema()
  return true
end

function code.extension(plan, a, b)
  if a.schema ~= b.schema and b.schema then
    local sql = ("ALTER EXTENSION %s SET SCHEMA %s"):format(quote(b.name), quote(b.schema))
    plan:add("main", execute(sql))
  end
  -- Looked at when the model says one. There is no way back: few extensions have scripts for it.
  if b.wanted and a.version ~= b.version then
    local sql = ("ALTER EXTENSION %s UPDATE TO %s"):format(quote(b.name), quote(b.version))
    plan:add("main", execute(sql))
  end
  return true
end

return code
