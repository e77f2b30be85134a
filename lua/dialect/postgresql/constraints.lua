--- Constraints, in CREATE TABLE and after it.

local errors = require("neap.errors")
local naming = require("neap.dialect.naming")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

local constraints = {}

local actions = {
  ["cascade"] = "CASCADE",
  ["restrict"] = "RESTRICT",
  ["set null"] = "SET NULL",
  ["set default"] = "SET DEFAULT",
  ["no action"] = "NO ACTION",
}
local matches = { full = " MATCH FULL", partial = " MATCH PARTIAL", simple = " MATCH SIMPLE" }
local moments = { deferred = " INITIALLY DEFERRED", immediate = " INITIALLY IMMEDIATE" }

local NO_OVERLAPS = 'option "without_overlaps"'
local PERIOD = 'option "period"'
local UNENFORCED = 'option "enforced"'
local DISTINCT = 'option "nulls_not_distinct"'

---Raises for a server without NULLS NOT DISTINCT.
function constraints.need_nulls_not_distinct(run)
  versions.need(run, 15, DISTINCT, 'a unique index on op.sql "coalesce(...)" does it there')
end

---" DEFERRABLE INITIALLY DEFERRED"; initially deferred implies deferrable.
function constraints.deferral(options)
  local deferrable = options.deferrable
  if deferrable == nil and options.initially == "deferred" then
    deferrable = true
  end
  local words = deferrable and " DEFERRABLE" or deferrable == false and " NOT DEFERRABLE" or ""
  return words .. (moments[options.initially] or "")
end
local deferral = constraints.deferral

-- " NOT ENFORCED" or ""; enforced is what older servers know, too.
local function enforcement(options, run)
  if options.enforced ~= false then
    return ""
  end
  versions.need(run, 18, UNENFORCED, "leave the constraint out there")
  return " NOT ENFORCED"
end

-- "a, PERIOD b"
local function foreign_columns(columns, options)
  if not options.period then
    return text.names(columns)
  end
  local list = shared.list(columns)
  local period = "PERIOD " .. text.name(list[#list])
  local others = table.move(list, 1, #list - 1, 1, {})
  return #others > 0 and text.names(others) .. ", " .. period or period
end

---"REFERENCES other (id) MATCH FULL ON DELETE CASCADE ..."
function constraints.references(schema, table_name, columns, options, run)
  local sql = "REFERENCES " .. text.object(schema, table_name)
  if columns then
    sql = sql .. " (" .. foreign_columns(columns, options) .. ")"
  end
  sql = sql .. (matches[options.match] or "")
  if options.ondelete then
    sql = sql .. " ON DELETE " .. actions[options.ondelete]
    if options.ondelete_columns then
      versions.need(run, 15, 'option "ondelete_columns"', "a trigger does it there")
      sql = sql .. " (" .. text.names(options.ondelete_columns) .. ")"
    end
  end
  if options.onupdate then
    sql = sql .. " ON UPDATE " .. actions[options.onupdate]
  end
  return sql .. deferral(options) .. enforcement(options, run)
end

-- What the index of a constraint is like.
local function index_options(options)
  local sql = options.include and " INCLUDE (" .. text.names(options.include) .. ")" or ""
  if options.with then
    sql = sql .. " WITH (" .. text.parameters(options.with) .. ")"
  end
  if options.tablespace then
    sql = sql .. " USING INDEX TABLESPACE " .. text.name(options.tablespace)
  end
  return sql
end

local function key_body(words, options, run)
  if options.using_index then
    return words .. " USING INDEX " .. text.name(options.using_index) .. deferral(options)
  end
  if options.nulls_not_distinct then
    constraints.need_nulls_not_distinct(run)
    words = words .. " NULLS NOT DISTINCT"
  end
  local columns = text.names(options.columns)
  if options.without_overlaps then
    versions.need(run, 18, NO_OVERLAPS, "an exclusion constraint does it there")
    columns = columns .. " WITHOUT OVERLAPS"
  end
  return words .. " (" .. columns .. ")" .. index_options(options) .. deferral(options)
end

---An index's or exclusion's column: name or (expression), collation, operator class, order.
function constraints.index_column(column)
  local options = column
  if type(column) == "string" then
    return text.name(column)
  elseif column.sql then
    options, column = {}, column
  else
    column = column[1]
  end
  local sql = type(column) == "table" and "(" .. shared.line_text(column) .. ")"
    or text.name(column)
  if options.collation then
    sql = sql .. " COLLATE " .. text.qualified(options.collation)
  end
  if options.opclass then
    sql = sql .. " " .. options.opclass
  end
  if options.desc then
    sql = sql .. " DESC"
  end
  if options.nulls then
    sql = sql .. (options.nulls == "first" and " NULLS FIRST" or " NULLS LAST")
  end
  return sql
end

local function exclusion_body(options)
  local parts = {}
  for i, pair in ipairs(options.elements) do
    parts[i] = constraints.index_column(pair) .. " WITH " .. pair[2]
  end
  return "EXCLUDE USING "
    .. (options.using or "gist")
    .. " ("
    .. table.concat(parts, ", ")
    .. ")"
    .. index_options(options)
    .. (options.where and " WHERE (" .. shared.line_text(options.where) .. ")" or "")
    .. deferral(options)
end

-- By element kind: the prefix of its naming template, and its text.
local bodies = {
  primary_key = {
    prefix = "pk",
    write = function(options, run)
      return key_body("PRIMARY KEY", options, run)
    end,
  },
  unique = {
    prefix = "uq",
    write = function(options, run)
      return key_body("UNIQUE", options, run)
    end,
  },
  check = {
    prefix = "ck",
    write = function(options, run)
      return "CHECK ("
        .. shared.line_text(options.expression)
        .. ")"
        .. (options.no_inherit and " NO INHERIT" or "")
        .. enforcement(options, run)
    end,
  },
  foreign_key = {
    prefix = "fk",
    write = function(options, run)
      if options.period then
        versions.need(run, 18, PERIOD, "a trigger does it there")
      end
      return "FOREIGN KEY ("
        .. foreign_columns(options.columns, options)
        .. ") "
        .. constraints.references(
          options.referent_schema,
          options.referent,
          options.referred,
          options,
          run
        )
    end,
  },
  not_null = {
    write = function(options, run)
      versions.need(run, 18, "a NOT NULL of its own", "nullable = false does it there")
      return "NOT NULL "
        .. text.name(options.columns[1])
        .. (options.no_inherit and " NO INHERIT" or "")
    end,
  },
  exclude = { write = exclusion_body },
}

---"CONSTRAINT name " or "", by the constraint's name and `naming`.
---@param prefix string?  "uq" ...
function constraints.label(run, prefix, facts)
  local name = facts.name
  if prefix then
    name = naming.constraint(run, prefix, facts, text.LIMIT)
  end
  return name and "CONSTRAINT " .. text.name(name) .. " " or ""
end

-- What a naming template may want to know about a table constraint.
local function facts(options, schema, table_name)
  return {
    name = options.name,
    schema = schema,
    table = table_name,
    columns = options.columns,
    referred_table = options.referent,
  }
end

---A whole table constraint: "CONSTRAINT uq UNIQUE (a, b)".
---@param kind string      of the element
---@param options table    the element, or an operation with the same fields
---@param table_name string
function constraints.write(run, kind, options, schema, table_name)
  local body = bodies[kind]
  local label = constraints.label(run, body.prefix, facts(options, schema, table_name))
  return label .. body.write(options, run)
end

---The comment of a table constraint, after the statements that make it.
function constraints.comment(run, kind, options, schema, table_name, statements)
  if options.comment == nil then
    return statements
  end
  local prefix, name = bodies[kind].prefix, options.name
  if prefix then
    name = naming.constraint(run, prefix, facts(options, schema, table_name), text.LIMIT)
  end
  if not name then
    errors.usage('option "comment" goes with a constraint that has a name: give it one')
  end
  local what = "CONSTRAINT " .. text.name(name) .. " ON " .. text.object(schema, table_name)
  statements[#statements + 1] = text.comment(what, options.comment)
  return statements
end

local function adder(kind)
  return function(operation, run)
    local sql = "ALTER TABLE "
      .. text.object(operation.schema, operation.table)
      .. " ADD "
      .. constraints.write(run, kind, operation, operation.schema, operation.table)
    if operation.not_valid then
      sql = sql .. " NOT VALID"
    end
    return constraints.comment(
      run,
      kind,
      operation,
      operation.schema,
      operation.table,
      { { sql = sql } }
    )
  end
end

constraints.create_primary_key = adder("primary_key")
constraints.create_unique_constraint = adder("unique")
constraints.create_check_constraint = adder("check")
constraints.create_foreign_key = adder("foreign_key")
constraints.create_not_null_constraint = adder("not_null")
constraints.create_exclude_constraint = adder("exclude")

local function alter(operation)
  return "ALTER TABLE " .. text.object(operation.schema, operation.table)
end

function constraints.drop_constraint(operation)
  local name = operation.name
  if not name then
    errors.usage(
      "bad argument #1: expected the constraint's name; PostgreSQL gives every constraint one (psql's \\d %s shows it)",
      operation.table
    )
  end
  return text.drop(alter(operation) .. " DROP CONSTRAINT", operation, text.name(name))
end

function constraints.validate_constraint(operation)
  return { { sql = alter(operation) .. " VALIDATE CONSTRAINT " .. text.name(operation.name) } }
end

function constraints.rename_constraint(operation)
  return {
    {
      sql = alter(operation)
        .. " RENAME CONSTRAINT "
        .. text.name(operation.name)
        .. " TO "
        .. text.name(operation.new_name),
    },
  }
end

return constraints
