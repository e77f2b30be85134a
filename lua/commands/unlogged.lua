--- `neap setup --unlogged`: every table of a test database is made UNLOGGED.
---
--- A permanent table must not refer to an unlogged one (PostgreSQL manual, CREATE TABLE, "UNLOGGED"), so a table comes
--- after all that refer to it. What cannot be unlogged stays: partitioned tables (their partitions are what is stored),
--- tables in a ring of foreign keys or referred to by one that stays, tables that are published.
local candidates = [[
SELECT c.oid::pg_catalog.text AS oid, c.oid::pg_catalog.regclass::pg_catalog.text AS name,
  c.relkind::pg_catalog.text AS kind,
  c.relpersistence OPERATOR(pg_catalog.=) 'p'
    AND c.relkind OPERATOR(pg_catalog.=) 'r'
    AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_publication_rel p WHERE p.prrelid OPERATOR(pg_catalog.=) c.oid)
    AS wanted
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
  AND c.relpersistence OPERATOR(pg_catalog.=) 'p'
  AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
  AND NOT (c.relname OPERATOR(pg_catalog.=) ANY ($1::pg_catalog.text[]))
  AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'e')
ORDER BY c.oid]]

-- Pairs of tables, the first of which refers to the second.
local references = [[
SELECT conrelid::pg_catalog.text AS source, confrelid::pg_catalog.text AS target FROM pg_catalog.pg_constraint
WHERE contype OPERATOR(pg_catalog.=) 'f' AND conrelid OPERATOR(pg_catalog.<>) confrelid]]

local function quote_array(list)
  local quoted = {}
  for i, item in ipairs(list) do
    quoted[i] = '"' .. item:gsub('[\\"]', "\\%0") .. '"'
  end
  return "{" .. table.concat(quoted, ",") .. "}"
end

-- oid -> the oids that refer to it.
local function read_references(run)
  local by_target = {}
  for _, row in ipairs(run.session:query(references, nil, run.source())) do
    local sources = by_target[row.target] or {}
    by_target[row.target] = sources
    sources[#sources + 1] = row.source
  end
  return by_target
end

local function is_free(oid, referrers, logged)
  for _, source in ipairs(referrers[oid] or {}) do
    if logged[source] then
      return false
    end
  end
  return true
end

return function(run, options)
  local own = quote_array(options.own)
  local tables = run.session:query(candidates, { own }, run.source())
  local referrers, logged, left, changed = read_references(run), {}, {}, {}
  for _, row in ipairs(tables) do
    logged[row.oid] = true
  end
  local progress = true
  while progress do
    progress = false
    for _, row in ipairs(tables) do
      if row.wanted and logged[row.oid] and is_free(row.oid, referrers, logged) then
        run.session:run(("ALTER TABLE %s SET UNLOGGED"):format(row.name), nil, run.source())
        logged[row.oid] = nil
        changed[#changed + 1] = row.name
        progress = true
      end
    end
  end
  for _, row in ipairs(tables) do
    if logged[row.oid] and row.kind == "r" then
      left[#left + 1] = row.name
    end
  end
  return {
    value = { changed = run.array(changed), left = run.array(left) },
    history = #changed > 0
        and ("%d table%s made unlogged"):format(#changed, #changed == 1 and "" or "s")
      or nil,
  }
end
