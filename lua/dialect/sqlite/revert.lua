--- What files of views and triggers have replaced, put back as it was just before; what they had made anew is dropped.

local errors = require("neap.errors")
local kept = require("neap.dialect.sqlite.kept")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

-- The loads of each file in the last run of this revision, and what they have met; the first one counts.
local KEPT = [[
WITH file AS (
    SELECT d.file, d.id, d.definition AS run, max(d.id) OVER (PARTITION BY d.file) AS newest FROM main.neap_definition d
    WHERE d.type = 'file' AND d.project = %s AND d.revision = %s %s
), last AS (
    SELECT f.file, min(f.id) AS id FROM file f JOIN file n ON n.file = f.file AND n.id = n.newest
    WHERE f.id = n.id OR f.run = n.run GROUP BY f.file
)
SELECT d.id, d.file, d.type AS kind, d.name, d.definition
FROM last l JOIN main.neap_definition d ON d.id >= l.id AND d.file = l.file AND d.project = %s AND d.revision = %s
UNION
SELECT d.id, d.file, d.type, d.name, NULL FROM main.neap_definition d
WHERE d.type = 'unchanged' AND d.project = %s AND d.revision = %s %s
ORDER BY 1]]

local function strings(list)
  local parts = {}
  for i, one in ipairs(list) do
    parts[i] = text.string(one)
  end
  return table.concat(parts, ", ")
end

-- Each object once, as the first load of it met it: triggers before views.
local function objects_of(rows)
  local list, seen = { trigger = {}, view = {} }, {}
  for _, row in ipairs(rows) do
    local key = row.kind .. " " .. row.name:lower()
    if kept.KINDS[row.kind] and not seen[key] then
      seen[key] = true
      table.insert(list[row.kind], row)
    end
  end
  return list
end

local function put_back(run, rows, values, source)
  local session, list, files, ids = run.session, objects_of(rows), {}, {}
  local triggers = kept.find_triggers(run, list.view, source)
  for _, kind in ipairs({ "trigger", "view" }) do
    for _, row in ipairs(list[kind]) do
      kept.drop(session, row, source)
    end
  end
  for _, kind in ipairs({ "view", "trigger" }) do
    for _, row in ipairs(list[kind]) do
      if row.definition then
        session:run(row.definition, nil, source)
      end
    end
  end
  local ours = {}
  for _, row in ipairs(list.trigger) do
    ours[row.name:lower()] = true
  end
  for i = #triggers, 1, -1 do
    if ours[triggers[i].name:lower()] then
      table.remove(triggers, i)
    end
  end
  kept.make_triggers(run, triggers, source)
  for i, row in ipairs(rows) do
    ids[i] = ("%d"):format(row.id)
    files[#files + 1] = row.kind ~= "unchanged" and row.file or nil
  end
  for _, statement in ipairs({
    ("DELETE FROM main.neap_definition WHERE id IN (%s)"):format(table.concat(ids, ", ")),
    ("UPDATE main.neap_loaded SET hash = '' WHERE project = %s AND file IN (%s)"):format(
      values.project,
      strings(files)
    ),
  }) do
    session:run(statement, nil, source)
  end
end

---@param operation Operation   revert_sql
---@return Statement[]
return function(operation, run)
  if run.offline then
    errors.usage(
      "what was there before is in the database, and a script (--sql) cannot ask it: run the downgrade online"
    )
  end
  local values, source = kept.values_of(operation, run), operation.source
  local files = operation.file and shared.list(operation.file)
  local only = files and ("AND d.file IN (%s)"):format(strings(files)) or ""
  local p, r = values.project, values.revision

  local function plan()
    local rows = {}
    if kept.has_table(run, "neap_definition", source) then
      rows = kept.query(run, KEPT:format(p, r, only, p, r, p, r, only), source)
    end
    shared.refuse_not_kept(files, rows, shared.revision_of(operation, run))
    return function()
      put_back(run, rows, values, source)
    end
  end
  local name = files and table.concat(files, ", ") or "all"
  return { { sql = "revert " .. name, send = "group", plan = plan, label = "op.revert_sql" } }
end
