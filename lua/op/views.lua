--- Views and materialized views.

local check = require("neap.op.check")

local shape = check.shape
local views = {}

local view_options = {
  schema = shape.name,
  replace = shape.boolean,
  if_not_exists = shape.boolean,
  temporary = shape.boolean,
  recursive = shape.boolean,
  columns = shape.names,
  with = shape.parameters,
  check_option = check.one_of({ "local", "cascaded" }),
  comment = shape.comment,
}

---Create a view.
---
---    op.create_view("active_account", "SELECT id, email FROM account WHERE active", { replace = true })
---
---Options: replace (OR REPLACE on PostgreSQL, where the columns may only grow at the end; SQLite drops and creates),
---columns (their names), temporary, schema; PostgreSQL also recursive, with ({ security_barrier = true }),
---check_option ("local", "cascaded"), comment; SQLite also if_not_exists.
---Source: PostgreSQL manual, CREATE VIEW; sqlite.org/lang_createview.html
---@param name string
---@param sql string  the query; a semicolon at its end is passed over
---@param opts table?
---@return CreateView
function views.create_view(name, sql, opts)
  local schema, bare = check.object(name, 1, "the view's name", opts)
  return check.options({
    kind = "create_view",
    schema = schema,
    name = bare,
    sql = check.text(sql, 2, "the view's query as SQL text"),
  }, opts, view_options, 3)
end

local drop_options = {
  schema = shape.name,
  if_exists = shape.boolean,
  cascade = shape.boolean,
  sql = shape.expression,
  options = shape.options,
}

---Drop a view.
---
---    op.drop_view("active_account", { if_exists = true })
---
---Options: schema, if_exists, cascade (PostgreSQL: with the views made of it); for `op.reverse`: sql and options, as
---for `create_view`.
---Source: PostgreSQL manual, DROP VIEW; sqlite.org/lang_dropview.html
---@param name string
---@param opts table?
---@return DropView
function views.drop_view(name, opts)
  local schema, bare = check.object(name, 1, "the view's name", opts)
  local operation = { kind = "drop_view", schema = schema, name = bare }
  check.options(operation, opts, drop_options, 2)
  return check.creates(operation, { "sql" }, function(given, create_opts)
    return views.create_view(bare, given.sql, create_opts)
  end)
end

local materialized_options = {
  schema = shape.name,
  if_not_exists = shape.boolean,
  columns = shape.names,
  using = shape.name,
  with = shape.parameters,
  tablespace = shape.name,
  with_data = shape.boolean,
  comment = shape.comment,
}

---Create a materialized view; PostgreSQL only.
---
---    op.create_materialized_view("report_day", "SELECT day, count(*) FROM report GROUP BY day", { with_data = false })
---
---Options: with_data (false: empty until refreshed), if_not_exists, columns, using, with, tablespace, schema, comment.
---Source: PostgreSQL manual, CREATE MATERIALIZED VIEW
---@param name string
---@param sql string
---@param opts table?
---@return CreateMaterializedView
function views.create_materialized_view(name, sql, opts)
  local schema, bare = check.object(name, 1, "the view's name", opts)
  return check.options({
    kind = "create_materialized_view",
    schema = schema,
    name = bare,
    sql = check.text(sql, 2, "the view's query as SQL text"),
  }, opts, materialized_options, 3)
end

---Drop a materialized view; PostgreSQL only.
---
---    op.drop_materialized_view("report_day", { if_exists = true })
---
---Options: schema, if_exists, cascade; for `op.reverse`: sql and options, as for `create_materialized_view`.
---Source: PostgreSQL manual, DROP MATERIALIZED VIEW
---@param name string
---@param opts table?
---@return DropMaterializedView
function views.drop_materialized_view(name, opts)
  local schema, bare = check.object(name, 1, "the view's name", opts)
  local operation = { kind = "drop_materialized_view", schema = schema, name = bare }
  check.options(operation, opts, drop_options, 2)
  return check.creates(operation, { "sql" }, function(given, create_opts)
    return views.create_materialized_view(bare, given.sql, create_opts)
  end)
end

---Fill a materialized view anew; PostgreSQL only.
---
---    op.refresh_materialized_view("report_day", { concurrently = true })
---
---Options: concurrently (it can be read meanwhile; needs a unique index; runs in the transaction like any statement),
---with_data (false: empty it), schema. Without concurrently it takes ACCESS EXCLUSIVE.
---Source: PostgreSQL manual, REFRESH MATERIALIZED VIEW
---@param name string
---@param opts table?
---@return RefreshMaterializedView
function views.refresh_materialized_view(name, opts)
  local schema, bare = check.object(name, 1, "the view's name", opts)
  return check.options(
    { kind = "refresh_materialized_view", schema = schema, name = bare },
    opts,
    { schema = shape.name, concurrently = shape.boolean, with_data = shape.boolean },
    2
  )
end

return views
