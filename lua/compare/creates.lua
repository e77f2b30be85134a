--- What makes one object of a snapshot from nothing.

local grants = require("neap.compare.grants")
local schema = require("neap.schema")
local shapes = require("neap.compare.shapes")

local execute, object_name, quote = shapes.execute, shapes.object, shapes.quote

local creates = {}

-- By kind: fun(list, object, late, opts) appends operations; what must wait for other tables goes to `late`.
local makers = {}

local function append(list, operations)
  table.move(operations, 1, #operations, #list + 1, list)
end

-- Tables --------------------------------------------------------------------------------------------

local element_extras = {
  definition = true,
  comment = true,
  inherited = true,
  not_valid = true,
  statistics = true,
  invalid = true,
}

local function element(shape)
  local copy = {}
  for name, value in next, shape do
    if not element_extras[name] then
      copy[name] = value
    end
  end
  return copy
end

-- Constraints that CREATE TABLE of op can say.
local function in_table(constraint, cut)
  return not constraint.definition
    and not constraint.not_valid
    and not (constraint.kind == "foreign_key" and cut and cut[schema.key(
      "table",
      constraint.referent_schema,
      constraint.referent
    )])
    and constraint.with == nil
    and constraint.tablespace == nil
    and constraint.ondelete_columns == nil
end

local function constraint_comment(list, object, constraint)
  if constraint.comment then
    append(list, {
      shapes.comment(
        ("CONSTRAINT %s ON %s"):format(
          quote(constraint.name),
          object_name(object.schema, object.name)
        ),
        constraint.comment
      ),
    })
  end
end

local options = {
  "comment",
  "unlogged",
  "inherits",
  "with",
  "using",
  "tablespace",
  "partition_by",
  "strict",
  "without_rowid",
}

local function table_elements(list, object, late, cut)
  local elements, after = {}, {}
  for _, column in ipairs(object.columns) do
    if not column.inherited then
      elements[#elements + 1] = shapes.column(column)
    end
    append(after, shapes.column_settings(object, nil, column))
  end
  for _, constraint in ipairs(object.constraints) do
    if constraint.inherited then
      goto continue
    elseif in_table(constraint, cut) then
      elements[#elements + 1] = element(constraint)
      constraint_comment(after, object, constraint)
    else
      local into = constraint.kind == "foreign_key" and late or after
      append(into, shapes.create_constraint(object, constraint))
    end
    ::continue::
  end
  for _, index in ipairs(object.indexes or {}) do
    if index.definition or index.statistics then
      append(after, shapes.create_index(object, index))
    else
      local copy = element(index)
      copy.comment = index.comment
      elements[#elements + 1] = copy
    end
  end
  append(list, after)
  return elements
end

local function table_markers(list, object)
  local where = "ALTER TABLE " .. object_name(object.schema, object.name) .. " "
  if object.replica_identity then
    local tables = require("neap.compare.tables")
    append(
      list,
      { execute(where .. "REPLICA IDENTITY " .. tables.replica_identity(object.replica_identity)) }
    )
  end
  if object.clustered_on then
    append(list, { execute(where .. "CLUSTER ON " .. quote(object.clustered_on)) })
  end
  for _, name in ipairs({ "row_security", "force_row_security" }) do
    if object[name] then
      local kind = name == "row_security" and "enable_row_security" or name
      append(list, { { kind = kind, schema = object.schema, table = object.name } })
    end
  end
end

-- A partition has its parent's columns; what it has besides is not described yet.
local function make_partition(list, object)
  local parent = object.partition_of
  append(list, {
    {
      kind = "create_partition",
      schema = parent.schema,
      table = parent.name,
      partition_schema = object.schema,
      partition = object.name,
      bound = parent.bound,
      partition_by = object.partition_by,
      with = object.with,
      tablespace = object.tablespace,
      comment = object.comment,
    },
  })
end

function makers.table(list, object, late, opts)
  if object.partition_of then
    return make_partition(list, object)
  end
  local after = {}
  local operation = { kind = "create_table", schema = object.schema, table = object.name }
  operation.elements = table_elements(after, object, late, opts.cut)
  for _, name in ipairs(options) do
    operation[name] = object[name]
  end
  if object.of_type then
    error("a table of a type is not described yet: " .. object.name)
  end
  list[#list + 1] = operation
  append(list, after)
  table_markers(list, object)
end

-- The others ----------------------------------------------------------------------------------------

local function plain(kind, fields)
  return function(list, object)
    local operation = { kind = kind, schema = object.schema, name = object.name }
    for _, name in ipairs(fields) do
      operation[name] = object[name]
    end
    list[#list + 1] = operation
  end
end

function makers.schema(list, object)
  list[1] = { kind = "create_schema", name = object.name, comment = object.comment }
end

local function comment_on(list, what, comment)
  if comment then
    list[#list + 1] = shapes.comment(what, comment)
  end
end

function makers.extension(list, object)
  list[1] = { kind = "create_extension", name = object.name, schema = object.schema }
  comment_on(list, "EXTENSION " .. quote(object.name), object.comment)
end

makers.enum = plain("create_enum", { "values", "comment" })

function makers.domain(list, object)
  local operation = { kind = "create_domain", schema = object.schema, name = object.name }
  for _, name in ipairs({ "type", "nullable", "server_default", "collation", "comment" }) do
    operation[name] = object[name]
  end
  list[1] = operation
  for i, check in ipairs(object.checks or {}) do
    if i == 1 and not check.not_valid then
      operation.check, operation.constraint_name = check.expression, check.name
    else
      list[#list + 1] = execute(
        ("ALTER DOMAIN %s ADD CONSTRAINT %s CHECK (%s)%s"):format(
          object_name(object.schema, object.name),
          quote(check.name),
          check.expression,
          check.not_valid and " NOT VALID" or ""
        )
      )
    end
  end
end

function makers.composite(list, object)
  local parts = {}
  for i, each in ipairs(object.attributes) do
    parts[i] = quote(each.name) .. " " .. each.type
    if each.collation then
      parts[i] = parts[i]
        .. " COLLATE "
        .. require("neap.dialect.postgresql.text").qualified(each.collation)
    end
  end
  local name = object_name(object.schema, object.name)
  list[1] = execute(("CREATE TYPE %s AS (%s)"):format(name, table.concat(parts, ", ")))
  comment_on(list, "TYPE " .. name, object.comment)
end

function makers.range(list, object)
  local name = object_name(object.schema, object.name)
  list[1] = execute(("CREATE TYPE %s AS RANGE %s"):format(name, object.definition))
  comment_on(list, "TYPE " .. name, object.comment)
end

function makers.sequence(list, object, late)
  local operation = { kind = "create_sequence", schema = object.schema, name = object.name }
  for _, name in ipairs({
    "as",
    "start",
    "increment",
    "minvalue",
    "maxvalue",
    "cache",
    "cycle",
    "comment",
  }) do
    operation[name] = object[name]
  end
  list[1] = operation
  if object.owned_by then
    -- Its table has a default that needs the sequence.
    late[#late + 1] = {
      kind = "alter_sequence",
      schema = object.schema,
      name = object.name,
      owned_by = object.owned_by,
    }
  end
  if object.unlogged then
    list[2] =
      execute("ALTER SEQUENCE " .. object_name(object.schema, object.name) .. " SET UNLOGGED")
  end
end

local function column_comments(list, object)
  for _, name in ipairs(require("neap.dialect.shared").sorted_keys(object.column_comments or {})) do
    comment_on(
      list,
      "COLUMN " .. object_name(object.schema, object.name) .. "." .. quote(name),
      object.column_comments[name]
    )
  end
end

local make_view = plain("create_view", { "sql", "with", "check_option", "comment" })

function makers.view(list, object)
  make_view(list, object)
  for _, name in ipairs(require("neap.dialect.shared").sorted_keys(object.column_defaults or {})) do
    list[#list + 1] = execute(
      ("ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s"):format(
        object_name(object.schema, object.name),
        quote(name),
        object.column_defaults[name].sql
      )
    )
  end
  column_comments(list, object)
end

local make_materialized = plain("create_materialized_view", {
  "sql",
  "with",
  "using",
  "tablespace",
  "with_data",
  "comment",
})

function makers.materialized_view(list, object)
  make_materialized(list, object)
  for _, index in ipairs(object.indexes or {}) do
    append(list, shapes.create_index(object, index))
  end
  if object.clustered_on then
    list[#list + 1] = execute(
      ("ALTER MATERIALIZED VIEW %s CLUSTER ON %s"):format(
        object_name(object.schema, object.name),
        quote(object.clustered_on)
      )
    )
  end
  column_comments(list, object)
end

makers["function"] = function(list, object)
  local kind = object.routine == "aggregate" and "create_aggregate" or "create_function"
  list[1] = { kind = kind, sql = object.definition }
end

local states = { disabled = "DISABLE", replica = "ENABLE REPLICA", always = "ENABLE ALWAYS" }

local function switch(list, object, word)
  if object.enabled then
    list[#list + 1] = execute(
      ("ALTER TABLE %s %s %s %s"):format(
        object_name(object.schema, object.table),
        states[object.enabled],
        word,
        quote(object.name)
      )
    )
  end
end

function makers.trigger(list, object)
  list[1] = { kind = "create_trigger", sql = object.definition }
  switch(list, object, "TRIGGER")
end

function makers.rule(list, object)
  list[1] = execute(object.definition)
  switch(list, object, "RULE")
end

function makers.policy(list, object)
  local operation =
    { kind = "create_policy", schema = object.schema, table = object.table, name = object.name }
  for _, name in ipairs({ "as", "command", "to", "using", "with_check", "comment" }) do
    operation[name] = object[name]
  end
  list[1] = operation
end

function makers.statistics(list, object)
  list[1] = execute(object.definition)
end

function makers.event_trigger(list, object)
  list[1] = execute(object.definition)
  if object.enabled then
    list[2] =
      execute(("ALTER EVENT TRIGGER %s %s"):format(quote(object.name), states[object.enabled]))
  end
end

-- Only grants.
function makers.default_privileges() end

local commented =
  { trigger = true, rule = true, statistics = true, ["function"] = true, event_trigger = true }

---@param dialect string
---@param object Object
---@param opts { cut: table<string, boolean>? }?
---@return Operation[] now
---@return Operation[] late
function creates.of(dialect, object, opts)
  local list, late = {}, {}
  makers[object.kind](list, object, late, opts or {})
  if dialect == "postgresql" then
    local nothing = {
      kind = object.kind,
      owner = nil,
      role = object.role,
      schema = object.schema,
      on = object.on,
    }
    local into = {
      dialect = dialect,
      add = function(_, _, operation)
        list[#list + 1] = operation
      end,
    }
    if commented[object.kind] then
      grants.compare_comment(into, nothing, object)
    end
    if object.owner and grants.word(object) and object.kind ~= "extension" then
      list[#list + 1] = {
        kind = "set_owner",
        object_kind = grants.word(object),
        object = { schema = object.schema, name = object.name, arguments = object.arguments },
        role = object.owner,
      }
    end
    grants.compare(into, nothing, object)
  end
  return list, late
end

return creates
