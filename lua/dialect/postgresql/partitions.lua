--- Partitions.

local tables = require("neap.dialect.postgresql.tables")
local text = require("neap.dialect.postgresql.text")
local versions = require("neap.dialect.postgresql.versions")

local partitions = {}

local function values(list)
  local parts = {}
  for i, value in ipairs(list) do
    parts[i] = text.literal(value)
  end
  return "(" .. table.concat(parts, ", ") .. ")"
end

local function bound_sql(bound)
  if bound.default then
    return "DEFAULT"
  elseif bound.from then
    return "FOR VALUES FROM " .. values(bound.from) .. " TO " .. values(bound.to)
  elseif bound.values then
    return "FOR VALUES IN " .. values(bound.values)
  end
  return ("FOR VALUES WITH (MODULUS %d, REMAINDER %d)"):format(bound.modulus, bound.remainder)
end

local function parent_name(operation)
  return text.object(operation.schema, operation.table)
end

local function partition_name(operation)
  return text.object(operation.partition_schema, operation.partition)
end

function partitions.create_partition(operation, run)
  local name = partition_name(operation)
  local statements = {
    {
      sql = "CREATE TABLE "
        .. (operation.if_not_exists and "IF NOT EXISTS " or "")
        .. name
        .. " PARTITION OF "
        .. parent_name(operation)
        .. " "
        .. bound_sql(operation.bound)
        .. tables.options(operation, run),
    },
  }
  if operation.comment ~= nil then
    statements[2] = text.comment("TABLE " .. name, operation.comment)
  end
  return statements
end

function partitions.attach_partition(operation)
  return {
    {
      sql = "ALTER TABLE " .. parent_name(operation) .. " ATTACH PARTITION " .. partition_name(
        operation
      ) .. " " .. bound_sql(operation.bound),
    },
  }
end

function partitions.detach_partition(operation, run)
  for _, option in ipairs({ "concurrently", "finalize" }) do
    if operation[option] then
      versions.need(
        run,
        14,
        ('option "%s" of a detach'):format(option),
        "without it the parent is locked for an instant"
      )
    end
  end
  local statement = {
    sql = "ALTER TABLE " .. parent_name(operation) .. " DETACH PARTITION " .. partition_name(
      operation
    ) .. (operation.concurrently and " CONCURRENTLY" or operation.finalize and " FINALIZE" or ""),
  }
  if operation.concurrently then
    statement.transactional = false
  end
  return { statement }
end

local DIRECT = [[
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE i.inhparent OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" %s, c.relname::pg_catalog.text COLLATE pg_catalog."C" %s]]

local LEAVES = [[
WITH RECURSIVE tree AS (
    SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
    UNION
    SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) t.inhrelid
)
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound
FROM tree t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.<>) 'p'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) t.inhrelid)
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" %s, c.relname::pg_catalog.text COLLATE pg_catalog."C" %s]]

---The partitions of a table, for each_partition.
---@return Statement
function partitions.list(operation)
  local order = operation.order == "desc" and "DESC" or "ASC"
  local query = operation.leaves and LEAVES or DIRECT
  return { sql = query:format(order, order), params = { parent_name(operation), n = 1 } }
end

---For the open transaction.
---@return Statement[]
function partitions.set_lock_timeout(duration)
  return { { sql = "SET LOCAL lock_timeout = " .. text.literal(duration) } }
end

return partitions
