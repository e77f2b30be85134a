--- The tables of what files of views and triggers have replaced and made, and what loading and its way back share.
---
--- neap_definition: for each load of a file with `keep` one row of type "file", then one for every object that it is
--- about, as it was, or without a text when it is new; "unchanged" of a file that was passed over. neap_loaded: what each
--- file has made when it was loaded last.
---
--- Source: sqlite.org/schematab.html, sqlite.org/lang_dropview.html

local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local kept = {}

kept.TABLES = {
  "CREATE TABLE IF NOT EXISTS main.neap_loaded (project text NOT NULL, file text NOT NULL, hash text NOT NULL, "
    .. "type text NOT NULL, name text NOT NULL, definition text)",
  "CREATE TABLE IF NOT EXISTS main.neap_definition (id integer PRIMARY KEY, project text NOT NULL, revision text NOT NULL, "
    .. "file text NOT NULL, type text NOT NULL, name text NOT NULL, definition text)",
}

kept.KINDS = { view = true, trigger = true }

local kinds = kept.KINDS

-- "'a', 'b'" of objects, all or of one kind, dropped ones too.
function kept.names_of(objects, kind)
  local parts = {}
  for _, object in ipairs(objects) do
    if kinds[object.kind] and (kind == nil or object.kind == kind) then
      parts[#parts + 1] = text.string(object.name)
    end
  end
  return table.concat(parts, ", ")
end

function kept.query(run, statement, source)
  return run.session:query(statement, nil, source)
end

function kept.has_table(run, name, source)
  local rows = kept.query(
    run,
    ("SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = %s"):format(
      text.string(name)
    ),
    source
  )
  return #rows > 0
end

-- The triggers on views that are dropped, and which nobody else will make.
function kept.find_triggers(run, views, source)
  if run.offline or #views == 0 then
    return {}
  end
  return kept.query(
    run,
    (
      "SELECT name, tbl_name AS view, sql FROM main.sqlite_master WHERE type = 'trigger' "
      .. "AND tbl_name COLLATE NOCASE IN (%s) ORDER BY name"
    ):format(kept.names_of(views)),
    source
  )
end

-- Where the view is there again, and the trigger is not.
function kept.make_triggers(run, triggers, source)
  for _, trigger in ipairs(triggers) do
    local rows = kept.query(
      run,
      (
        "SELECT 1 FROM main.sqlite_master WHERE type = 'view' AND name = %s COLLATE NOCASE AND NOT EXISTS "
        .. "(SELECT 1 FROM main.sqlite_master WHERE type = 'trigger' AND name = %s COLLATE NOCASE)"
      ):format(text.string(trigger.view), text.string(trigger.name)),
      source
    )
    if #rows > 0 then
      run.session:run(trigger.sql, nil, source)
    end
  end
end

function kept.drop(session, object, source)
  session:run(
    ("DROP %s IF EXISTS main.%s"):format(object.kind:upper(), text.name(object.name)),
    nil,
    source
  )
end

---Whose rows are meant.
function kept.values_of(operation, run)
  return {
    project = text.string(run.config and run.config.version_table or "neap_version"),
    revision = text.string(shared.revision_of(operation, run)),
  }
end

---Loads of one run of a revision belong together: a text that no run before has had.
function kept.run_of(run, source)
  if not run.kept_run then
    local rows = not run.offline
      and kept.query(run, "SELECT COALESCE(max(id), 0) AS id FROM main.neap_definition", source)
    run.kept_run = rows and rows[1] and ("%d"):format(rows[1].id) or "script"
  end
  return run.kept_run
end

return kept
