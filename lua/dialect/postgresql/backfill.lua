--- Backfills in batches. Keys travel as text parameters, which the server reads as the column's type.

local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local values = require("neap.dialect.values")

local backfill = {}

local PRIMARY = [[
SELECT a.attname::pg_catalog.text AS name, NOT a.attnotnull AS nullable
FROM pg_catalog.pg_index i
CROSS JOIN pg_catalog.unnest(i.indkey) WITH ORDINALITY k (attnum, place)
JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) i.indrelid
    AND a.attnum OPERATOR(pg_catalog.=) k.attnum
WHERE i.indrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass AND i.indisprimary
    AND k.place OPERATOR(pg_catalog.<=) i.indnkeyatts
ORDER BY k.place]]

local NAMED = [[
SELECT a.attname::pg_catalog.text AS name, NOT a.attnotnull AS nullable
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.unnest($2::pg_catalog.text[]) WITH ORDINALITY k (name, place)
    ON k.name OPERATOR(pg_catalog.=) a.attname::pg_catalog.text
WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass AND a.attnum OPERATOR(pg_catalog.>) 0
    AND NOT a.attisdropped
ORDER BY k.place]]

---The key's columns: the primary key's, or those that are given.
---@return Statement
function backfill.find_key(operation)
  local params = { text.object(operation.schema, operation.table), n = 1 }
  if not operation.key then
    return { sql = PRIMARY, params = params }
  end
  params[2], params.n = values.array(shared.list(operation.key)), 2
  return { sql = NAMED, params = params }
end

---@return Backfill
function backfill.steps(operation, key, dialect)
  local columns, texts = text.names(key), {}
  for i, name in ipairs(key) do
    texts[i] = text.name(name) .. "::pg_catalog.text"
  end
  -- "(a, b) > ($1, $2)"
  local function compare(operator, first)
    local places = {}
    for i in ipairs(key) do
      places[i] = "$" .. first + i - 1
    end
    return ("(%s) %s (%s)"):format(columns, operator, table.concat(places, ", "))
  end
  local steps = { nulls = shared.nulls(operation, dialect, key) }

  function steps.bound(last)
    local above = last and compare(">", 1)
    return { sql = shared.bound(operation, dialect, columns, texts, above), params = last }
  end

  function steps.update(last, upper)
    local conditions, params = {}, { n = 0 }
    for _, limit in ipairs({ { last or false, ">" }, { upper or false, "<=" } }) do
      if limit[1] then
        conditions[#conditions + 1] = compare(limit[2], params.n + 1)
        table.move(limit[1], 1, #key, params.n + 1, params)
        params.n = params.n + #key
      end
    end
    local keys = #conditions > 0 and table.concat(conditions, " AND ") or nil
    local statement = shared.update(operation, dialect, keys)
    statement.params = params.n > 0 and params or nil
    return statement
  end

  return steps
end

return backfill
