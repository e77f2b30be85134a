--- Row security.

local permissions = require("neap.dialect.postgresql.permissions")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local policies = {}

local function named(operation)
  return "POLICY "
    .. text.name(operation.name)
    .. " ON "
    .. text.object(operation.schema, operation.table)
end

local function conditions(operation)
  local sql = operation.to and " TO " .. permissions.roles(operation.to) or ""
  if operation.using then
    sql = sql .. " USING (" .. shared.line_text(operation.using) .. ")"
  end
  if operation.with_check then
    sql = sql .. " WITH CHECK (" .. shared.line_text(operation.with_check) .. ")"
  end
  return sql
end

function policies.create_policy(operation)
  local sql = "CREATE "
    .. named(operation)
    .. (operation.as and " AS " .. operation.as:upper() or "")
    .. (operation.command and " FOR " .. operation.command:upper() or "")
    .. conditions(operation)
  local statements = { { sql = sql } }
  if operation.comment ~= nil then
    statements[2] = text.comment(named(operation), operation.comment)
  end
  return statements
end

function policies.alter_policy(operation)
  local statements, changed = {}, conditions(operation)
  if changed ~= "" then
    statements[1] = { sql = "ALTER " .. named(operation) .. changed }
  end
  if operation.new_name then
    local sql = "ALTER " .. named(operation) .. " RENAME TO " .. text.name(operation.new_name)
    statements[#statements + 1] = { sql = sql }
  end
  return statements
end

function policies.drop_policy(operation)
  local name = text.name(operation.name) .. " ON " .. text.object(operation.schema, operation.table)
  return text.drop("DROP POLICY", operation, name)
end

local function security(words)
  return function(operation)
    return {
      {
        sql = "ALTER TABLE " .. (operation.if_exists and "IF EXISTS " or "") .. text.object(
          operation.schema,
          operation.table
        ) .. words,
      },
    }
  end
end

policies.enable_row_security = security(" ENABLE ROW LEVEL SECURITY")
policies.disable_row_security = security(" DISABLE ROW LEVEL SECURITY")
policies.force_row_security = security(" FORCE ROW LEVEL SECURITY")
policies.no_force_row_security = security(" NO FORCE ROW LEVEL SECURITY")

return policies
