--- Views. There are no materialized ones.

local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local views = {}

function views.create_view(operation)
  text.refuse(operation, {
    recursive = "write WITH RECURSIVE in the query",
    with = "",
    check_option = "leave it out: views there are read-only",
  })
  local name = text.object(operation.schema, operation.name)
  local statements = {}
  if operation.replace then
    statements[1] = { sql = "DROP VIEW IF EXISTS " .. name }
  end
  statements[#statements + 1] = {
    sql = (operation.temporary and "CREATE TEMPORARY VIEW " or "CREATE VIEW ")
      .. (operation.if_not_exists and "IF NOT EXISTS " or "")
      .. name
      .. (operation.columns and " (" .. text.names(operation.columns) .. ")" or "")
      .. " AS\n"
      .. shared.statement_text(operation.sql),
  }
  return statements
end

function views.drop_view(operation)
  return text.drop("DROP VIEW", operation, text.object(operation.schema, operation.name))
end

local function no_materialized_view()
  text.lacks("materialized views", "make a table from the query, with op.execute, there")
end

views.create_materialized_view = no_materialized_view
views.drop_materialized_view = no_materialized_view
views.refresh_materialized_view = no_materialized_view

return views
