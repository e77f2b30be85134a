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

-- What each_partition knows of a partition: its bound, the range that it or the partition it is a part of has directly
-- below the parent, the type of the parent's key, and for a table that inherits the range that a check says.
local COLUMNS = [[
SELECT pg_catalog.concat(n.nspname, '.', c.relname) AS name, n.nspname AS schema,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
    CASE WHEN p.partstrat OPERATOR(pg_catalog.=) 'r' THEN pg_catalog.pg_get_expr(top.relpartbound, top.oid) END AS range,
    (SELECT pg_catalog.format_type(y.oid, -1) FROM pg_catalog.pg_type y
        WHERE y.oid OPERATOR(pg_catalog.=) COALESCE(a.atttypid, o.opcintype)
        AND y.typtype OPERATOR(pg_catalog.<>) 'p' AND p.partstrat OPERATOR(pg_catalog.=) 'r') AS key_type,
    CASE WHEN p.partstrat OPERATOR(pg_catalog.=) 'r' AND p.partcollation[0] OPERATOR(pg_catalog.<>) 0
        THEN p.partcollation[0]::pg_catalog.regcollation::pg_catalog.text END AS key_collation,
    k.range[2] AS check_from, k.range[3] AS check_to
FROM t
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) t.oid
JOIN pg_catalog.pg_class top ON top.oid OPERATOR(pg_catalog.=) t.top
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
LEFT JOIN pg_catalog.pg_partitioned_table p ON p.partrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)
LEFT JOIN pg_catalog.pg_opclass o ON o.oid OPERATOR(pg_catalog.=) p.partclass[0]
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) p.partrelid
    AND a.attnum OPERATOR(pg_catalog.=) p.partattrs[0] AND a.attnum OPERATOR(pg_catalog.>) 0
LEFT JOIN LATERAL (
    SELECT m.range
    FROM pg_catalog.pg_constraint h CROSS JOIN LATERAL (
        SELECT pg_catalog.regexp_match(pg_catalog.pg_get_expr(h.conbin, h.conrelid),
            '^\(\((\S+|"[^"]+") >= (''[^'']+''::(?:date|timestamp[a-z ]*))\) AND '
            '\(\1 < (''[^'']+''::(?:date|timestamp[a-z ]*))\)\)$') AS range
    ) m
    WHERE c.relpartbound IS NULL AND h.conrelid OPERATOR(pg_catalog.=) c.oid AND h.contype OPERATOR(pg_catalog.=) 'c'
        AND h.convalidated AND m.range IS NOT NULL
    ORDER BY m.range[3] DESC LIMIT 1
) k ON true
]]

local ORDER = [[
ORDER BY n.nspname::pg_catalog.text COLLATE pg_catalog."C" %s, c.relname::pg_catalog.text COLLATE pg_catalog."C" %s]]

local DIRECT = [[
WITH t AS (
    SELECT i.inhrelid AS oid, i.inhrelid AS top FROM pg_catalog.pg_inherits i
    WHERE i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)
)
]]

local LEAVES = [[
WITH RECURSIVE t AS (
    SELECT i.inhrelid AS oid, i.inhrelid AS top FROM pg_catalog.pg_inherits i
    WHERE i.inhparent OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)
    UNION
    SELECT i.inhrelid, t.top FROM t JOIN pg_catalog.pg_inherits i ON i.inhparent OPERATOR(pg_catalog.=) t.oid
)
]]

local ONLY_LEAVES = [[
WHERE c.relkind OPERATOR(pg_catalog.<>) 'p'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent OPERATOR(pg_catalog.=) t.oid)
]]

---The partitions of a table, for each_partition.
---@return Statement
function partitions.list(operation)
  local order = ORDER:format(
    operation.order == "desc" and "DESC" or "ASC",
    operation.order == "desc" and "DESC" or "ASC"
  )
  local query = operation.leaves and LEAVES .. COLUMNS .. ONLY_LEAVES or DIRECT .. COLUMNS
  return { sql = query .. order, params = { parent_name(operation), n = 1 } }
end

---Is there such a table?
---@return Statement
function partitions.there(operation)
  return {
    sql = "SELECT pg_catalog.to_regclass($1::pg_catalog.text) IS NOT NULL AS there",
    params = { parent_name(operation), n = 1 },
  }
end

---For the open transaction.
---@return Statement[]
function partitions.set_lock_timeout(duration)
  return { { sql = "SET LOCAL lock_timeout = " .. text.literal(duration) } }
end

return partitions
