--- Backfills in batches. Keys travel as SQL literals, which keep their type.

local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")
local values = require("neap.dialect.values")

local backfill = {}

-- A table has its primary key, else the row's number, unless all its names are taken.
local PRIMARY = [[
WITH columns AS (SELECT name, "notnull", pk, type FROM pragma_table_info(?1) WHERE ?2 IS NULL
    UNION ALL SELECT name, "notnull", pk, type FROM pragma_table_info(?1, ?2) WHERE ?2 IS NOT NULL),
numbers (name) AS (VALUES ('rowid'), ('_rowid_'), ('oid'))
SELECT name, nullable FROM (
    SELECT name, "notnull" = 0 AS nullable, pk FROM columns WHERE pk > 0
    UNION ALL
    SELECT min(n.name), 0, 1 FROM numbers n
    WHERE EXISTS (SELECT 1 FROM columns) AND NOT EXISTS (SELECT 1 FROM columns WHERE pk > 0)
        AND n.name NOT IN (SELECT lower(name) FROM columns)
    HAVING count(*) > 0
) ORDER BY pk]]

local NAMED = [[
SELECT c.name, c."notnull" = 0 AS nullable
FROM json_each(?3) k
JOIN (SELECT name, "notnull" FROM pragma_table_info(?1) WHERE ?2 IS NULL
    UNION ALL SELECT name, "notnull" FROM pragma_table_info(?1, ?2) WHERE ?2 IS NOT NULL) c
    ON lower(c.name) = lower(k.value)
ORDER BY k.key]]

---@return Statement
function backfill.find_key(operation, null)
  local params = { operation.table, operation.schema or null, n = 2 }
  if not operation.key then
    return { sql = PRIMARY, params = params }
  end
  params[3], params.n = values.json(shared.list(operation.key)), 3
  return { sql = NAMED, params = params }
end

---@return Backfill
function backfill.steps(operation, key, dialect)
  local columns, texts = text.names(key), {}
  for i, name in ipairs(key) do
    texts[i] = "quote(" .. text.name(name) .. ")"
  end
  local function compare(operator, limit)
    return ("(%s) %s (%s)"):format(columns, operator, table.concat(limit, ", "))
  end
  local steps = { nulls = shared.nulls(operation, dialect, key) }

  function steps.bound(last)
    return {
      sql = shared.bound(operation, dialect, columns, texts, last and compare(">", last)),
    }
  end

  function steps.update(last, upper)
    local conditions = {}
    if last then
      conditions[1] = compare(">", last)
    end
    if upper then
      conditions[#conditions + 1] = compare("<=", upper)
    end
    local keys = #conditions > 0 and table.concat(conditions, " AND ") or nil
    return shared.update(operation, dialect, keys)
  end

  return steps
end

return backfill
