--- Enums and domains.

local errors = require("neap.errors")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local types = {}

-- A label of an enum; the server takes 63 bytes, as of a name.
local function label(value)
  if #value > text.LIMIT then
    errors.usage('the value "%s" has %d bytes, and PostgreSQL takes 63', value, #value)
  end
  return text.string(value)
end

local function with_comment(statements, what, operation)
  if operation.comment ~= nil then
    statements[#statements + 1] = text.comment(what, operation.comment)
  end
  return statements
end

function types.create_enum(operation)
  local name, labels = text.object(operation.schema, operation.name), {}
  for i, value in ipairs(operation.values) do
    labels[i] = label(value)
  end
  local sql = "CREATE TYPE " .. name .. " AS ENUM (" .. table.concat(labels, ", ") .. ")"
  return with_comment({ { sql = sql } }, "TYPE " .. name, operation)
end

local function alter_type(operation)
  return "ALTER TYPE " .. text.object(operation.schema, operation.name)
end

function types.add_enum_value(operation)
  local sql = alter_type(operation)
    .. " ADD VALUE "
    .. (operation.if_not_exists and "IF NOT EXISTS " or "")
    .. label(operation.value)
  if operation.before then
    sql = sql .. " BEFORE " .. label(operation.before)
  elseif operation.after then
    sql = sql .. " AFTER " .. label(operation.after)
  end
  return { { sql = sql } }
end

function types.rename_enum_value(operation)
  return {
    {
      sql = alter_type(operation) .. " RENAME VALUE " .. label(operation.value) .. " TO " .. label(
        operation.new_value
      ),
    },
  }
end

function types.drop_type(operation)
  return text.drop("DROP TYPE", operation, text.object(operation.schema, operation.name))
end

function types.create_domain(operation)
  local name = text.object(operation.schema, operation.name)
  local sql = "CREATE DOMAIN " .. name .. " AS " .. operation.type
  if operation.collation then
    sql = sql .. " COLLATE " .. text.qualified(operation.collation)
  end
  if operation.server_default ~= nil then
    sql = sql .. " DEFAULT " .. text.literal(operation.server_default)
  end
  if operation.nullable == false then
    sql = sql .. " NOT NULL"
  end
  if operation.check then
    local expression, options = shared.named_text(operation.check)
    local constraint = options.name or operation.constraint_name
    sql = sql .. (constraint and " CONSTRAINT " .. text.name(constraint) or "")
    sql = sql .. " CHECK (" .. expression .. ")"
  end
  return with_comment({ { sql = sql } }, "DOMAIN " .. name, operation)
end

function types.drop_domain(operation)
  return text.drop("DROP DOMAIN", operation, text.object(operation.schema, operation.name))
end

return types
