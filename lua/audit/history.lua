--- The history table as blame reads it: what revisions did, and what of it still counts.

local sql = require("neap.sql")

local history = {}

---@class Entry  a row of the history table
---@field id integer
---@field revision string
---@field direction string
---@field message string?
---@field started string
---@field database_user string?
---@field os_user string?
---@field host string?
---@field objects string?  lines of sql/changes.h; absent in rows that an earlier neap wrote
---@field files string?

---Oldest first: what has succeeded.
---@param run Run
---@param tables table  names, see engine/audit.c
---@return Entry[]
function history.read(run, tables)
  if not tables.history then
    return {}
  end
  local equals = run.dialect == "postgresql" and "OPERATOR(pg_catalog.=)" or "="
  return run.session:query(
    ([[SELECT id, revision, direction, message, started, database_user, os_user, host, files, %s
FROM %s WHERE version_table %s $1 AND outcome %s 'ok' ORDER BY id]]):format(
      tables.has_objects and "objects" or "NULL AS objects",
      tables.history,
      equals,
      equals
    ),
    { tables.version_table },
    { at = "" }
  )
end

---An upgrade that was undone does not count, nor does what undid it.
---@param entries Entry[]
---@return Entry[]
function history.effective(entries)
  local upgrades, gone = {}, {}
  for _, entry in ipairs(entries) do
    if entry.direction == "upgrade" then
      upgrades[entry.revision] = entry
    elseif entry.direction == "downgrade" then
      local undone = upgrades[entry.revision]
      if undone then
        gone[undone] = true
        upgrades[entry.revision] = nil
      end
      gone[entry] = true
    end
  end
  local list = {}
  for _, entry in ipairs(entries) do
    if not gone[entry] then
      list[#list + 1] = entry
    end
  end
  return list
end

---The file of the revision, from the list of what the run used.
---@param entry Entry
---@return string?
function history.path(entry)
  return entry.files and entry.files:match("^revision %x+ ([^\n]+)")
end

---@param entry Entry
---@return table[]  see sql.read_changes
function history.changes(entry)
  return entry.objects and sql.read_changes(entry.objects) or {}
end

return history
