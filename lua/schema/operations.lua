--- A snapshot as the operations that make it from nothing.

local order = require("neap.schema.order")
local rights = require("neap.schema.rights")
local schema = require("neap.schema")
local tables = require("neap.schema.tables")

local execute, quote, name_of = rights.execute, rights.quote, rights.name
local operations = {}

---@class CreateOptions
---@field null userdata                   op.null
---@field snapshot Snapshot?              where the object is from: for the parents of a table that inherits
---@field dialect string?
---@field foreign_keys "last"?            all of them late, not only those of `cut`
---@field cut table<string, boolean>?     keys of tables that come later, so that foreign keys to them are late
---@field owners boolean?                 false: leave owners out
---@field grants boolean?                 false: leave grants out
---@field keeps (fun(type: string, strict: boolean?): boolean)?  SQLite: whether op writes the type as it is; a table
---                                       with others is made by its own statement

local makers = { table = tables.create }

function makers.schema(object)
  if object.name == "public" then
    return {} -- every database has it
  end
  return { { kind = "create_schema", name = object.name } }
end

function makers.extension(object)
  return {
    {
      kind = "create_extension",
      name = object.name,
      schema = object.schema,
      version = object.wanted,
    },
  }
end

function makers.enum(object)
  return {
    {
      kind = "create_enum",
      schema = object.schema,
      name = object.name,
      values = object.values,
    },
  }
end

function makers.domain(object)
  local checks = object.checks or {}
  local first = checks[1] and not checks[1].not_valid and checks[1] or nil
  local made = {
    {
      kind = "create_domain",
      schema = object.schema,
      name = object.name,
      type = object.type,
      collation = object.collation,
      server_default = object.server_default,
      nullable = object.nullable,
      check = first and { first.expression, name = first.name },
    },
  }
  local name = name_of(object.schema, object.name)
  for i, check in ipairs(checks) do
    if i > 1 or not first then
      made[#made + 1] = execute(
        ("ALTER DOMAIN %s ADD CONSTRAINT %s CHECK (%s)%s"):format(
          name,
          quote(check.name),
          check.expression,
          check.not_valid and " NOT VALID" or ""
        )
      )
    end
    rights.add_comment(
      made,
      object,
      check.comment,
      { kind = "domain_constraint", name = check.name }
    )
  end
  return made
end

-- "schema.name" split at its first dot, as SQL.
local function qualified(name)
  local first, rest = name:match("^(.-)%.(.+)$")
  return first and name_of(first, rest) or quote(name)
end

function makers.composite(object)
  local parts, comments = {}, {}
  local name = name_of(object.schema, object.name)
  for i, attribute in ipairs(object.attributes) do
    local collation = attribute.collation
    parts[i] = quote(attribute.name)
      .. " "
      .. attribute.type
      .. (collation and " COLLATE " .. qualified(collation) or "")
    rights.add_comment(
      comments,
      object,
      attribute.comment,
      { kind = "column", name = attribute.name }
    )
  end
  local list = #parts > 0 and "(\n    " .. table.concat(parts, ",\n    ") .. "\n)" or "()"
  local made = { execute("CREATE TYPE " .. name .. " AS " .. list) }
  return table.move(comments, 1, #comments, 2, made)
end

function makers.range(object)
  return {
    execute(
      ("CREATE TYPE %s AS RANGE %s"):format(name_of(object.schema, object.name), object.definition)
    ),
  }
end

local sequence_options = { "as", "start", "increment", "minvalue", "maxvalue", "cache", "cycle" }

function makers.sequence(object)
  if object.implied then
    return {}
  end
  local operation = { kind = "create_sequence", schema = object.schema, name = object.name }
  for _, name in ipairs(sequence_options) do
    operation[name] = object[name]
  end
  local made, late = { operation }, {}
  if object.unlogged then
    made[2] =
      execute(("ALTER SEQUENCE %s SET UNLOGGED"):format(name_of(object.schema, object.name)))
  end
  if object.owned_by then
    -- Its table comes after it, for a default of the table may use it.
    late[1] = {
      kind = "alter_sequence",
      schema = object.schema,
      name = object.name,
      owned_by = object.owned_by,
    }
  end
  return made, late
end

local function sorted_names(map)
  local names = {}
  for name in next, map or {} do
    names[#names + 1] = name
  end
  table.sort(names)
  return names
end

local function add_column_comments(made, object)
  for _, name in ipairs(sorted_names(object.column_comments)) do
    rights.add_comment(made, object, object.column_comments[name], { kind = "column", name = name })
  end
end

function makers.view(object, opts)
  local made = {
    {
      kind = "create_view",
      schema = object.schema,
      name = object.name,
      sql = object.sql,
      columns = object.column_names,
      with = object.with,
      check_option = object.check_option,
    },
  }
  if opts.dialect == "sqlite" then
    return made
  end
  for _, name in ipairs(sorted_names(object.column_defaults)) do
    made[#made + 1] = execute(
      ("ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s"):format(
        name_of(object.schema, object.name),
        quote(name),
        object.column_defaults[name].sql
      )
    )
  end
  add_column_comments(made, object)
  return made
end

function makers.materialized_view(object)
  local made = {
    {
      kind = "create_materialized_view",
      schema = object.schema,
      name = object.name,
      sql = object.sql,
      with = object.with,
      using = object.using,
      tablespace = object.tablespace,
      with_data = object.with_data,
    },
  }
  for _, index in ipairs(object.indexes) do
    local operation = {}
    for name, value in next, index do
      operation[name] = value
    end
    operation.kind, operation.schema, operation.table = "create_index", object.schema, object.name
    operation.invalid, operation.statistics = nil, nil
    made[#made + 1] = operation
  end
  if object.clustered_on then
    made[#made + 1] = execute(
      ("ALTER MATERIALIZED VIEW %s CLUSTER ON %s"):format(
        name_of(object.schema, object.name),
        quote(object.clustered_on)
      )
    )
  end
  add_column_comments(made, object)
  return made
end

makers["function"] = function(object)
  local kind = object.routine == "aggregate" and "create_aggregate" or "create_function"
  return { { kind = kind, sql = object.definition } }
end

-- ENABLE, DISABLE ... of a trigger or rule.
local enabling = { disabled = "DISABLE", replica = "ENABLE REPLICA", always = "ENABLE ALWAYS" }

local function add_enabling(made, object)
  local words = enabling[object.enabled]
  if words then
    made[#made + 1] = execute(
      ("ALTER TABLE %s %s %s %s"):format(
        name_of(object.schema, object.table),
        words,
        object.kind:upper(),
        quote(object.name)
      )
    )
  end
  return made
end

function makers.trigger(object)
  return add_enabling({ { kind = "create_trigger", sql = object.definition } }, object)
end

function makers.rule(object)
  return add_enabling({ execute(object.definition) }, object)
end

function makers.policy(object)
  return {
    {
      kind = "create_policy",
      schema = object.schema,
      table = object.table,
      name = object.name,
      as = object.as,
      command = object.command,
      to = object.to,
      using = object.using,
      with_check = object.with_check,
    },
  }
end

function makers.statistics(object)
  local made = { execute(object.definition) }
  if object.target then
    made[2] = execute(
      ("ALTER STATISTICS %s SET STATISTICS %d"):format(
        name_of(object.schema, object.name),
        object.target
      )
    )
  end
  return made
end

function makers.event_trigger(object)
  local made = { execute(object.definition) }
  local words = enabling[object.enabled]
  if words then
    made[2] = execute(("ALTER EVENT TRIGGER %s %s"):format(quote(object.name), words))
  end
  return made
end

for kind in next, schema.defined do
  makers[kind] = function(object)
    local made = execute(object.definition)
    made.words = ("create %s %s"):format(kind:gsub("_", " "), object.name)
    local list = { made }
    add_column_comments(list, object)
    return list
  end
end

function makers.default_privileges()
  return {}
end

-- Kinds whose own operation says the comment.
local has_comment = { table = true, default_privileges = true }

---What makes one object: with its comment, owner and grants.
---@param object Object
---@param opts CreateOptions
---@return Operation[] made
---@return Operation[] late   when all tables are there: foreign keys, and whom sequences belong to
function operations.create(object, opts)
  local made, late = makers[object.kind](object, opts)
  if opts.dialect == "sqlite" then
    return made, late or {}
  end
  if object.comment and not has_comment[object.kind] then
    rights.add_comment(made, object, object.comment)
  end
  if opts.owners ~= false and not object.implied then
    rights.add_owner(made, object)
  end
  if opts.grants ~= false then
    rights.add_grants(made, object)
  end
  return made, late or {}
end

---All that makes a snapshot, in an order that runs.
---@param snapshot Snapshot
---@param opts CreateOptions
---@return Operation[]
function operations.all(snapshot, opts)
  local list, last = {}, {}
  local inline = opts.foreign_keys ~= "last"
  local objects, cut = order.objects(snapshot, { foreign_keys = inline })
  for _, object in ipairs(objects) do
    local made, late = operations.create(object, {
      null = opts.null,
      snapshot = snapshot,
      dialect = snapshot.dialect,
      foreign_keys = opts.foreign_keys,
      cut = cut[object.key],
      keeps = opts.keeps,
      owners = opts.owners,
      grants = opts.grants,
    })
    table.move(made, 1, #made, #list + 1, list)
    table.move(late, 1, #late, #last + 1, last)
  end
  return table.move(last, 1, #last, #list + 1, list)
end

return operations
