--- Views and materialized views.

local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

local views = {}

local function columns(operation)
  return operation.columns and " (" .. text.names(operation.columns) .. ")" or ""
end

local function storage(operation)
  return operation.with and " WITH (" .. text.parameters(operation.with) .. ")" or ""
end

local function with_comment(statements, what, operation)
  if operation.comment ~= nil then
    statements[#statements + 1] = text.comment(what, operation.comment)
  end
  return statements
end

function views.create_view(operation, run)
  if operation.with and operation.with.security_invoker ~= nil then
    versions.need(run, 15, "with = { security_invoker = ... }")
  end
  if operation.if_not_exists then
    require("neap.errors").usage('a view of PostgreSQL has no "if_not_exists": use replace')
  end
  local name = text.object(operation.schema, operation.name)
  local sql = "CREATE "
    .. (operation.replace and "OR REPLACE " or "")
    .. (operation.temporary and "TEMPORARY " or "")
    .. (operation.recursive and "RECURSIVE " or "")
    .. "VIEW "
    .. name
    .. columns(operation)
    .. storage(operation)
    .. " AS\n"
    .. shared.statement_text(operation.sql)
  if operation.check_option then
    sql = shared.line(sql) .. "WITH " .. operation.check_option:upper() .. " CHECK OPTION"
  end
  return with_comment({ { sql = sql } }, "VIEW " .. name, operation)
end

function views.drop_view(operation)
  return text.drop("DROP VIEW", operation, text.object(operation.schema, operation.name))
end

function views.create_materialized_view(operation)
  local name = text.object(operation.schema, operation.name)
  local sql = "CREATE MATERIALIZED VIEW "
    .. (operation.if_not_exists and "IF NOT EXISTS " or "")
    .. name
    .. columns(operation)
    .. (operation.using and " USING " .. text.name(operation.using) or "")
    .. storage(operation)
    .. (operation.tablespace and " TABLESPACE " .. text.name(operation.tablespace) or "")
    .. " AS\n"
    .. shared.statement_text(operation.sql)
  if operation.with_data == false then
    sql = shared.line(sql) .. "WITH NO DATA"
  end
  return with_comment({ { sql = sql } }, "MATERIALIZED VIEW " .. name, operation)
end

function views.drop_materialized_view(operation)
  return text.drop(
    "DROP MATERIALIZED VIEW",
    operation,
    text.object(operation.schema, operation.name)
  )
end

function views.refresh_materialized_view(operation)
  return {
    {
      sql = "REFRESH MATERIALIZED VIEW "
        .. (operation.concurrently and "CONCURRENTLY " or "")
        .. text.object(operation.schema, operation.name)
        .. (operation.with_data == false and " WITH NO DATA" or ""),
    },
  }
end

return views
