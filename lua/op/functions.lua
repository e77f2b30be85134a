--- Functions, aggregates and triggers.

local check = require("neap.op.check")
local marks = require("neap.marks")
local errors = require("neap.errors")

local shape = check.shape
local functions = {}

-- The text without the blanks and comments before its first word.
local function first_words(sql)
  local at = 1
  while true do
    at = sql:find("%S", at) or #sql + 1
    if sql:sub(at, at + 1) == "--" then
      at = (sql:find("\n", at, true) or #sql) + 1
    elseif sql:sub(at, at + 1) == "/*" then
      at = (select(2, sql:find("*/", at, true)) or #sql) + 1
    else
      return sql:sub(at, at + 200)
    end
  end
end

-- What the comment in opts is on: the object that the statement names.
local function commented(operation, sql, find, opts)
  if opts == nil then
    return operation
  end
  check.options(operation, opts, { comment = shape.comment }, 2)
  if operation.comment ~= nil then
    local object = require("neap.op.signatures")[find](sql)
    if not object then
      errors.usage(
        'option "comment": the name is not clear from the statement, use op.set_comment after it'
      )
    end
    operation.commented = object
  end
  return operation
end

-- A whole CREATE statement.
local function creating(kind, sql, what, words)
  local text = check.text(sql, 1, "the whole CREATE statement as SQL text")
  local start = first_words(text):upper():gsub("%s+", " ")
  for _, word in ipairs(words) do
    if start:find("^CREATE " .. word .. '[ "]') then
      return { kind = kind, sql = text }
    end
  end
  return errors.usage(
    'bad argument #1: expected the whole statement, "CREATE %s ...", got "%s"',
    what,
    start:sub(1, 40)
  )
end

-- Not create_function("f(integer)", "SELECT ...").
local function whole_statement(name, opts)
  if opts ~= nil and type(opts) ~= "table" then
    check.none(opts, 2, name .. " takes one, the whole statement, and a table of options")
  end
end

---Create a function or procedure; PostgreSQL only.
---
---    op.create_function([[
---      CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer
---      LANGUAGE sql IMMUTABLE AS $$ SELECT a * 2 $$
---    ]])
---
---Takes the whole statement and sends it byte for byte. For many of them: `op.load_sql_dir`. Options: comment.
---Source: PostgreSQL manual, CREATE FUNCTION, CREATE PROCEDURE
---@param sql string
---@param opts table?
---@return CreateFunction
function functions.create_function(sql, opts)
  whole_statement("create_function", opts)
  return commented(
    creating("create_function", sql, "FUNCTION", {
      "FUNCTION",
      "OR REPLACE FUNCTION",
      "PROCEDURE",
      "OR REPLACE PROCEDURE",
    }),
    sql,
    "routine",
    opts
  )
end

---Create an aggregate; PostgreSQL only.
---
---    op.create_aggregate("CREATE AGGREGATE product (numeric) (sfunc = numeric_mul, stype = numeric)")
---
---Takes the whole statement and sends it byte for byte. Options: comment. Source: PostgreSQL manual, CREATE AGGREGATE
---@param sql string
---@param opts table?
---@return CreateAggregate
function functions.create_aggregate(sql, opts)
  whole_statement("create_aggregate", opts)
  return commented(
    creating("create_aggregate", sql, "AGGREGATE", { "AGGREGATE", "OR REPLACE AGGREGATE" }),
    sql,
    "routine",
    opts
  )
end

---Create a trigger.
---
---    op.create_trigger([[
---      CREATE TRIGGER touch BEFORE UPDATE ON account
---      FOR EACH ROW EXECUTE FUNCTION set_updated()
---    ]])
---
---Takes the whole statement, in the database's own words, and sends it byte for byte. PostgreSQL takes SHARE ROW
---EXCLUSIVE on the table. Options: comment (PostgreSQL; SQLite has none and leaves it out).
---Source: PostgreSQL manual, CREATE TRIGGER; sqlite.org/lang_createtrigger.html
---@param sql string
---@param opts table?
---@return CreateTrigger
function functions.create_trigger(sql, opts)
  whole_statement("create_trigger", opts)
  return commented(
    creating("create_trigger", sql, "TRIGGER", {
      "TRIGGER",
      "OR REPLACE TRIGGER",
      "CONSTRAINT TRIGGER",
      "OR REPLACE CONSTRAINT TRIGGER",
      "TEMP TRIGGER",
      "TEMPORARY TRIGGER",
    }),
    sql,
    "trigger",
    opts
  )
end

-- "name(argument types)": the types are SQL, and a dot in them splits nothing.
local function signature(text, position, opts)
  check.name(text, position, 'the function as "name(argument types)"')
  local name, arguments = text:match("^%s*(.-)%s*(%b())%s*$")
  local schema, bare = marks.split(name or text, type(opts) == "table" and opts.schema or nil)
  return schema, bare, arguments
end
functions.signature = signature

local drop_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  definition = shape.expression,
}

-- A drop that says the whole statement that would make the thing anew.
local function defined(operation, create)
  return check.creates(operation, { "definition" }, function(given)
    return create(given.definition)
  end)
end

---Drop a function; PostgreSQL only.
---
---    op.drop_function("twice(integer)", { if_exists = true })
---
---Without argument types the name must be the only one of its kind. Options: schema, if_exists, cascade,
---kind ("function", "procedure", "aggregate", "routine": any of them); for `op.reverse`: definition, the CREATE.
---Source: PostgreSQL manual, DROP FUNCTION
---@param name string  "name(argument types)" or "schema.name(argument types)"
---@param opts table?
---@return DropFunction
function functions.drop_function(name, opts)
  local schema, bare, arguments = signature(name, 1, opts)
  local operation = { schema = schema, name = bare, arguments = arguments }
  check.options(operation, opts, {
    schema = shape.name,
    if_exists = shape.boolean,
    cascade = shape.boolean,
    kind = check.one_of({ "function", "procedure", "aggregate", "routine" }),
    definition = shape.expression,
  }, 2)
  operation.routine = operation.kind
  operation.kind = "drop_function"
  return defined(operation, functions.create_function)
end

---Drop an aggregate; PostgreSQL only.
---
---    op.drop_aggregate("product(numeric)")
---
---Options: schema, if_exists, cascade; for `op.reverse`: definition, the CREATE.
---Source: PostgreSQL manual, DROP AGGREGATE
---@param name string  "name(argument types)"
---@param opts table?
---@return DropAggregate
function functions.drop_aggregate(name, opts)
  local schema, bare, arguments = signature(name, 1, opts)
  local operation = { kind = "drop_aggregate", schema = schema, name = bare, arguments = arguments }
  check.options(operation, opts, drop_options, 2)
  return defined(operation, functions.create_aggregate)
end

---Drop a trigger.
---
---    op.drop_trigger("touch", "account", { if_exists = true })
---
---Options: schema (of the table), if_exists, cascade (PostgreSQL); for `op.reverse`: definition, the CREATE.
---PostgreSQL takes ACCESS EXCLUSIVE on the table.
---Source: PostgreSQL manual, DROP TRIGGER; sqlite.org/lang_droptrigger.html
---@param name string
---@param table_name string
---@param opts table?
---@return DropTrigger
function functions.drop_trigger(name, table_name, opts)
  check.name(name, 1, "the trigger's name")
  local schema, bare = check.object(table_name, 2, "the table's name", opts)
  local operation = { kind = "drop_trigger", name = name, schema = schema, table = bare }
  check.options(operation, opts, drop_options, 3)
  return defined(operation, functions.create_trigger)
end

return functions
