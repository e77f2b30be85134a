--- Constraints: written inside CREATE TABLE.

local errors = require("neap.errors")
local naming = require("neap.dialect.naming")
local shared = require("neap.dialect.shared")
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

local UNENFORCED =
  'option "enforced" is PostgreSQL\'s, SQLite has nothing like it: leave the constraint out there'

local function refuse_unenforced(options)
  if options.enforced == false then
    errors.usage(UNENFORCED)
  end
end

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
  refuse_unenforced(options)
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
  with = "",
  tablespace = "",
  nulls_not_distinct = "a unique index on coalesce(column, ...) comes near it",
  using_index = "name the columns",
  without_overlaps = "a trigger that raises can do it, through op.create_trigger",
}
local never_invalid = "every row is looked at there; leave it out"

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
      text.refuse(options, { no_inherit = "leave it out", not_valid = never_invalid })
      refuse_unenforced(options)
      return "CHECK (" .. shared.line_text(options.expression) .. ")"
    end,
  },
  foreign_key = {
    prefix = "fk",
    write = function(options, schema)
      text.refuse(options, {
        not_valid = never_invalid,
        ondelete_columns = "it sets all of them",
        period = "a trigger that raises can do it, through op.create_trigger",
      })
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
  not_null = {
    write = function()
      text.lacks("NOT NULL that stands apart from its column", "say nullable = false of the column")
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

-- ALTER TABLE knows next to none: the table is rebuilt.
local function change(operation, run)
  return require("neap.dialect.sqlite.change").compile(operation, run)
end

constraints.create_primary_key = change
constraints.create_unique_constraint = change
constraints.create_check_constraint = change
constraints.create_foreign_key = change
constraints.drop_constraint = change
constraints.rename_constraint = change

function constraints.create_not_null_constraint()
  bodies.not_null.write()
end

function constraints.create_exclude_constraint()
  bodies.exclude.write()
end

function constraints.validate_constraint()
  text.lacks(
    "VALIDATE CONSTRAINT",
    "a constraint there is never NOT VALID: leave this line out on SQLite"
  )
end

return constraints
