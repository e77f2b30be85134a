--- What belongs to the database and to no schema of it: publications, foreign servers, languages ... Others may manage
--- them, so they are compared when the model makes one of their kind.

local outside = {}

-- By kind: how a statement that makes one begins, with single blanks and in upper case.
local begins = {
  language = { "CREATE LANGUAGE", "CREATE TRUSTED LANGUAGE", "CREATE OR REPLACE LANGUAGE" },
  access_method = { "CREATE ACCESS METHOD" },
  foreign_data_wrapper = { "CREATE FOREIGN DATA WRAPPER" },
  foreign_server = { "CREATE SERVER" },
  cast = { "CREATE CAST" },
  publication = { "CREATE PUBLICATION" },
}

---The kinds of which a model makes some.
---@param model Model
---@return table<string, boolean>
function outside.kinds(model)
  local texts = {}
  for _, step in ipairs(model.steps) do
    local operation = step.operation
    texts[#texts + 1] = step.sql or operation.kind == "execute" and operation.sql or nil
  end
  local all = table.concat(texts, "\n"):gsub("%s+", " "):upper()
  local kinds = {}
  for kind, list in next, begins do
    for _, words in ipairs(list) do
      kinds[kind] = kinds[kind] or all:find(words, 1, true) ~= nil
    end
  end
  return kinds
end

---Takes out what the model does not speak of, and what has stepped aside.
---@param snapshot Snapshot
---@param kinds table<string, boolean>
function outside.settle(snapshot, kinds)
  for key, object in next, snapshot.objects do
    if object.of_database and (not kinds[object.kind] or object.name:find("^neap_old_")) then
      snapshot.objects[key] = nil
    end
  end
end

local ASIDE = {
  publication = "SELECT pg_catalog.format('ALTER PUBLICATION %I RENAME TO %I', p.pubname, pg_catalog.left('neap_old_' || p.pubname, 63)) AS sql "
    .. "FROM pg_catalog.pg_publication p",
  foreign_server = "SELECT pg_catalog.format('ALTER SERVER %I RENAME TO %I', s.srvname, pg_catalog.left('neap_old_' || s.srvname, 63)) AS sql "
    .. "FROM pg_catalog.pg_foreign_server s",
  foreign_data_wrapper = "SELECT pg_catalog.format('ALTER FOREIGN DATA WRAPPER %I RENAME TO %I', f.fdwname, "
    .. "pg_catalog.left('neap_old_' || f.fdwname, 63)) AS sql FROM pg_catalog.pg_foreign_data_wrapper f "
    .. "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = '2328'::pg_catalog.oid AND d.objid = f.oid "
    .. "AND d.deptype = 'e')",
  language = "SELECT pg_catalog.format('ALTER LANGUAGE %I RENAME TO %I', l.lanname, pg_catalog.left('neap_old_' || l.lanname, 63)) AS sql "
    .. "FROM pg_catalog.pg_language l WHERE l.oid >= '16384'::pg_catalog.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d "
    .. "WHERE d.classid = '2612'::pg_catalog.oid AND d.objid = l.oid AND d.deptype = 'e')",
  cast = "SELECT pg_catalog.format('DROP CAST (%s AS %s) CASCADE', pg_catalog.format_type(c.castsource, NULL), "
    .. "pg_catalog.format_type(c.casttarget, NULL)) AS sql FROM pg_catalog.pg_cast c "
    .. "JOIN pg_catalog.pg_type a ON a.oid = c.castsource AND a.typnamespace = '11'::pg_catalog.oid "
    .. "JOIN pg_catalog.pg_type b ON b.oid = c.casttarget AND b.typnamespace = '11'::pg_catalog.oid "
    .. "WHERE c.oid >= '16384'::pg_catalog.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d "
    .. "WHERE d.classid = '2605'::pg_catalog.oid AND d.objid = c.oid AND d.deptype = 'e')",
}

---Renames what is there, in a transaction that is rolled back, so that the model can make its own.
---@param run Run
---@param kinds table<string, boolean>
function outside.step_aside(run, kinds)
  for _, kind in ipairs({
    "publication",
    "foreign_server",
    "foreign_data_wrapper",
    "language",
    "cast",
  }) do
    for _, row in ipairs(kinds[kind] and run.session:query(ASIDE[kind], nil, {}) or {}) do
      run.session:run(row.sql, nil, {})
    end
  end
end

return outside
