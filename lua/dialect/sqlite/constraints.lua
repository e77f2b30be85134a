--- Constraints: written inside CREATE TABLE; ALTER TABLE knows none.

local errors = require("neap.errors")
local naming = require("neap.dialect.naming")
local text = require("neap.dialect.sqlite.text")

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

---"REFERENCES other (id) ON DELETE CASCADE ...". A foreign key stays within its schema (database file).
---@param own_schema string?  of the table that refers
function constraints.references(own_schema, schema, table_name, columns, options)
  if schema and schema ~= (own_schema or "main") then
    errors.usage(
      "a foreign key of SQLite cannot refer to another schema (%s.%s): that is another database file",
      schema,
      table_name
    )
  end
  local sql = "REFERENCES " .. text.name(table_name)
  if columns then
    sql = sql .. " (" .. text.names(columns) .. ")"
  end
  if options.ondelete then
    sql = sql .. " ON DELETE " .. actions[options.ondelete]
  end
  if options.onupdate then
    sql = sql .. " ON UPDATE " .. actions[options.onupdate]
  end
  sql = sql .. (matches[options.match] or "")
  local deferrable = options.deferrable
  if deferrable == nil and options.initially == "deferred" then
    deferrable = true
  end
  sql = sql .. (deferrable and " DEFERRABLE" or deferrable == false and " NOT DEFERRABLE" or "")
  return sql .. (deferrable ~= nil and moments[options.initially] or "")
end

local key_refusals = {
  deferrable = "only foreign keys can be deferred there",
  initially = "only foreign keys can be deferred there",
  include = "add the columns to the index, or leave them out",
  nulls_not_distinct = "a unique index on coalesce(column, ...) comes near it",
}

local function key_body(words)
  return function(options)
    text.refuse(options, key_refusals)
    return words .. " (" .. text.names(options.columns) .. ")"
  end
end

local bodies = {
  primary_key = { prefix = "pk", write = key_body("PRIMARY KEY") },
  unique = { prefix = "uq", write = key_body("UNIQUE") },
  check = {
    prefix = "ck",
    write = function(options)
      text.refuse(options, { no_inherit = "leave it out" })
      return "CHECK (" .. options.expression .. ")"
    end,
  },
  foreign_key = {
    prefix = "fk",
    write = function(options, schema)
      return "FOREIGN KEY ("
        .. text.names(options.columns)
        .. ") "
        .. constraints.references(
          schema,
          options.referent_schema,
          options.referent,
          options.referred,
          options
        )
    end,
  },
  exclude = {
    write = function()
      text.lacks(
        "exclusion constraints",
        "a trigger that raises can do it, through op.create_trigger"
      )
    end,
  },
}

---"CONSTRAINT name " or "", by the constraint's name and `naming`.
function constraints.label(run, prefix, facts)
  local name = naming.constraint(run, prefix, facts)
  return name and "CONSTRAINT " .. text.name(name) .. " " or ""
end

---A whole table constraint.
function constraints.write(run, kind, options, schema, table_name)
  local body = bodies[kind]
  local sql = body.write(options, schema)
  return constraints.label(run, body.prefix, {
    name = options.name,
    schema = schema,
    table = table_name,
    columns = options.columns,
    referred_table = options.referent,
  }) .. sql
end

local in_create_table =
  "say it in op.create_table, or make a new table, copy the rows, drop the old one and rename"

function constraints.create_primary_key()
  text.rebuild("add a primary key", in_create_table)
end

function constraints.create_unique_constraint(operation)
  text.rebuild(
    "add a unique constraint",
    ('op.create_index(%s, "%s", columns, { unique = true }) does the same'):format(
      operation.name and '"' .. operation.name .. '"' or "nil",
      operation.table
    )
  )
end

function constraints.create_check_constraint()
  text.rebuild("add a check constraint", in_create_table)
end

function constraints.create_foreign_key()
  text.rebuild("add a foreign key", in_create_table)
end

function constraints.create_exclude_constraint()
  bodies.exclude.write()
end

function constraints.drop_constraint()
  text.rebuild(
    "drop a constraint",
    "make a new table without it, copy the rows, drop the old one and rename; a unique index goes with op.drop_index"
  )
end

function constraints.validate_constraint()
  text.lacks(
    "VALIDATE CONSTRAINT",
    "a constraint there is never NOT VALID: leave this line out on SQLite"
  )
end

function constraints.rename_constraint()
  text.rebuild(
    "rename a constraint",
    'nothing refers to the name there: put the line under `if neap.dialect == "postgresql" then`'
  )
end

return constraints
