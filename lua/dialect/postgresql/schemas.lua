--- Schemas, extensions and sequences.

local text = require("neap.dialect.postgresql.text")

local schemas = {}

local function creating(what, operation)
  return "CREATE " .. what .. (operation.if_not_exists and " IF NOT EXISTS " or " ")
end

function schemas.create_schema(operation)
  local name = text.name(operation.name)
  local sql = creating("SCHEMA", operation) .. name
  if operation.authorization then
    sql = sql .. " AUTHORIZATION " .. text.role(operation.authorization)
  end
  local statements = { { sql = sql } }
  if operation.comment ~= nil then
    statements[2] = text.comment("SCHEMA " .. name, operation.comment)
  end
  return statements
end

function schemas.drop_schema(operation)
  return text.drop("DROP SCHEMA", operation, text.name(operation.name))
end

function schemas.create_extension(operation)
  local sql = creating("EXTENSION", operation) .. text.name(operation.name)
  if operation.schema then
    sql = sql .. " SCHEMA " .. text.name(operation.schema)
  end
  if operation.version then
    sql = sql .. " VERSION " .. text.string(operation.version)
  end
  local statements = { { sql = sql .. (operation.cascade and " CASCADE" or "") } }
  if operation.comment ~= nil then
    statements[2] = text.comment("EXTENSION " .. text.name(operation.name), operation.comment)
  end
  return statements
end

function schemas.drop_extension(operation)
  return text.drop("DROP EXTENSION", operation, text.name(operation.name))
end

-- "MINVALUE 5", "NO MINVALUE" for false.
local function limit(word, value)
  if value == nil then
    return ""
  end
  return value and (" %s %d"):format(word, value) or " NO " .. word
end

local function owner(owned_by)
  local column = owned_by:match("[^.]+$")
  if column == owned_by then
    return " OWNED BY " .. (owned_by:lower() == "none" and "NONE" or text.name(owned_by))
  end
  return " OWNED BY " .. text.qualified(owned_by:sub(1, -#column - 2)) .. "." .. text.name(column)
end

local function sequence_options(operation)
  local sql = operation.as and " AS " .. operation.as or ""
  if operation.increment then
    sql = sql .. " INCREMENT BY " .. operation.increment
  end
  sql = sql .. limit("MINVALUE", operation.minvalue) .. limit("MAXVALUE", operation.maxvalue)
  if operation.start then
    sql = sql .. " START WITH " .. operation.start
  end
  if operation.restart then
    sql = sql .. " RESTART" .. (operation.restart == true and "" or " WITH " .. operation.restart)
  end
  if operation.cache then
    sql = sql .. " CACHE " .. operation.cache
  end
  if operation.cycle ~= nil then
    sql = sql .. (operation.cycle and " CYCLE" or " NO CYCLE")
  end
  return sql .. (operation.owned_by and owner(operation.owned_by) or "")
end

function schemas.create_sequence(operation)
  local name = text.object(operation.schema, operation.name)
  local what = operation.temporary and "TEMPORARY SEQUENCE" or "SEQUENCE"
  local statements = { { sql = creating(what, operation) .. name .. sequence_options(operation) } }
  if operation.comment ~= nil then
    statements[2] = text.comment("SEQUENCE " .. name, operation.comment)
  end
  return statements
end

function schemas.alter_sequence(operation)
  local head = "ALTER SEQUENCE "
    .. (operation.if_exists and "IF EXISTS " or "")
    .. text.object(operation.schema, operation.name)
  local options, statements = sequence_options(operation), {}
  if options ~= "" then
    statements[1] = { sql = head .. options }
  end
  if operation.new_name then
    statements[#statements + 1] = { sql = head .. " RENAME TO " .. text.name(operation.new_name) }
  end
  return statements
end

function schemas.drop_sequence(operation)
  return text.drop("DROP SEQUENCE", operation, text.object(operation.schema, operation.name))
end

return schemas
