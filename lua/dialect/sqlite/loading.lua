--- Files of views and triggers: in the order of what they need, without those that have not changed, with what they
--- replace kept, and the way back.
---
--- SQLite keeps the text of a view or trigger as it was written, in sqlite_master. With `keep` or `skip_unchanged` a file
--- takes the place of what it made before: that is dropped first, and so is what has the name of something that it
--- creates. A dropped view takes its INSTEAD OF triggers along: those are made anew.
---
--- Source: sqlite.org/schematab.html, sqlite.org/lang_dropview.html

local kept = require("neap.dialect.sqlite.kept")
local load_order = require("neap.dialect.load_order")
local shared = require("neap.dialect.shared")
local sql = require("neap.sql")
local text = require("neap.dialect.sqlite.text")

local loading = {}

local drop, names_of = kept.drop, kept.names_of

-- What a file creates: views and triggers.
local function created(file)
  local list = {}
  for _, object in ipairs(file.objects) do
    if not object.drop and kept.KINDS[object.kind] and object.schema ~= "temp" then
      list[#list + 1] = object
    end
  end
  return list
end

-- { [file] = { hash, sound, { type, name }... } }: sound when all that it made is as it was.
local function read_loaded(run, project, source)
  local known = {}
  if run.offline or not kept.has_table(run, "neap_loaded", source) then
    return known
  end
  local rows = kept.query(
    run,
    ([[
SELECT l.file, l.hash, l.type, l.name, l.definition IS m.sql AND (m.sql IS NOT NULL OR l.type = '') AS sound
FROM main.neap_loaded l
LEFT JOIN main.sqlite_master m ON m.type = l.type AND m.name = l.name COLLATE NOCASE
WHERE l.project = %s]]):format(project),
    source
  )
  for _, row in ipairs(rows) do
    local one = known[row.file] or { hash = row.hash, sound = true }
    known[row.file] = one
    one.sound = one.sound and row.sound == 1
    if row.type ~= "" then
      one[#one + 1] = { kind = row.type, name = row.name }
    end
  end
  return known
end

-- Those whose text or objects are others, and those with triggers on their views, which go with a view.
local function changed(files, known)
  local wanted, views = {}, {}
  for i, file in ipairs(files) do
    local one = known[file.path]
    wanted[i] = not one or one.hash ~= file.hash or not one.sound
    for _, object in ipairs(wanted[i] and created(file) or {}) do
      views[object.name:lower()] = object.kind == "view" or nil
    end
  end
  local list = {}
  for i, file in ipairs(files) do
    for _, object in ipairs(created(file)) do
      wanted[i] = wanted[i] or object.on ~= nil and views[object.on:lower()] == true
    end
    if wanted[i] then
      list[#list + 1] = file
    end
  end
  return list
end

-- As it was, before anything is touched.
local function keep(session, file, values, source)
  session:run(
    ("INSERT INTO main.neap_definition (project, revision, file, type, name, definition) VALUES (%s, %s, %s, 'file', %s, %s)"):format(
      values.project,
      values.revision,
      text.string(file.path),
      text.string(file.path),
      text.string(values.run)
    ),
    nil,
    source
  )
  session:run(
    ([[
INSERT INTO main.neap_definition (project, revision, file, type, name, definition)
SELECT %s, %s, %s, m.type, m.name, m.sql FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND (m.name COLLATE NOCASE IN (%s) OR m.name IN (%s)
    OR m.type = 'trigger' AND m.tbl_name COLLATE NOCASE IN (%s))
ORDER BY m.type DESC, m.name]]):format(
      values.project,
      values.revision,
      text.string(file.path),
      names_of(file.objects),
      names_of(file.made),
      names_of(file.objects, "view")
    ),
    nil,
    source
  )
end

-- What the file has made, and what of it is new.
local function note(session, file, operation, values, source)
  local path, names = text.string(file.path), names_of(created(file))
  session:run(
    ("DELETE FROM main.neap_loaded WHERE project = %s AND file = %s"):format(values.project, path),
    nil,
    source
  )
  session:run(
    ([[
INSERT INTO main.neap_loaded (project, file, hash, type, name, definition)
SELECT %s, %s, %s, COALESCE(m.type, ''), COALESCE(m.name, ''), m.sql
FROM (SELECT 1) LEFT JOIN main.sqlite_master m ON m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN (%s)]]):format(
      values.project,
      path,
      text.string(file.hash or ""),
      names
    ),
    nil,
    source
  )
  if not operation.keep then
    return
  end
  session:run(
    ([[
INSERT INTO main.neap_definition (project, revision, file, type, name)
SELECT %s, %s, %s, m.type, m.name FROM main.sqlite_master m
WHERE m.type IN ('view', 'trigger') AND m.name COLLATE NOCASE IN (%s) AND NOT EXISTS (
    SELECT 1 FROM main.neap_definition d
    WHERE d.project = %s AND d.revision = %s AND d.file = %s AND d.type = m.type AND d.name = m.name COLLATE NOCASE
        AND d.id > (SELECT max(f.id) FROM main.neap_definition f
            WHERE f.project = %s AND f.revision = %s AND f.file = %s AND f.type = 'file'))]]):format(
      values.project,
      values.revision,
      path,
      names,
      values.project,
      values.revision,
      path,
      values.project,
      values.revision,
      path
    ),
    nil,
    source
  )
end

local function sorted(files, operation)
  return operation.order == "dependency" and load_order.all(files, "sqlite") or files
end

-- All files, with what they replace.
local function load(files, operation, run, values, source)
  local session, gone, views = run.session, {}, {}
  for _, statement in ipairs(kept.TABLES) do
    session:run(statement, nil, source)
  end
  values.run = operation.keep and kept.run_of(run, source)
  for _, file in ipairs(files) do
    for _, list in ipairs({ created(file), file.made }) do
      for _, object in ipairs(list) do
        table.insert(object.kind == "view" and views or gone, object)
      end
    end
    if operation.keep then
      keep(session, file, values, source)
    end
  end
  local triggers = kept.find_triggers(run, views, source)
  table.move(views, 1, #views, #gone + 1, gone)
  for _, object in ipairs(gone) do
    drop(session, object, source)
  end
  for _, file in ipairs(files) do
    session:text(file.sql, source, file)
  end
  kept.make_triggers(run, triggers, source)
  for _, file in ipairs(files) do
    note(session, file, operation, values, source)
  end
end

---@param operation Operation   load_sql or load_sql_dir
---@param files LoadFile[]
---@return Statement[]
function loading.load(operation, run, files)
  for _, file in ipairs(files) do
    file.objects = sql.objects(file.sql, "sqlite")
  end
  if not operation.keep and not operation.skip_unchanged then
    return sorted(files, operation)
  end
  local values = kept.values_of(operation, run)
  local name = operation.directory or table.concat(shared.list(operation.file), ", ")

  local function plan()
    local known = read_loaded(run, values.project, operation.source)
    local wanted = operation.skip_unchanged and not run.offline and changed(files, known) or files
    for _, file in ipairs(wanted) do
      file.made = known[file.path] or {}
    end
    wanted = sorted(wanted, operation)
    return function(_, source)
      if #wanted > 0 or operation.keep then
        load(wanted, operation, run, values, source)
      end
      if operation.keep then
        loading.note_unchanged(run.session, files, wanted, values, source)
      end
    end
  end
  return { { sql = "load " .. name, send = "group", plan = plan, label = "op." .. operation.kind } }
end

---Files that are passed over: a revert finds that there is nothing to put back.
function loading.note_unchanged(session, files, wanted, values, source)
  local loaded = {}
  for _, file in ipairs(wanted) do
    loaded[file] = true
  end
  for _, file in ipairs(files) do
    if not loaded[file] then
      session:run(
        ("INSERT INTO main.neap_definition (project, revision, file, type, name) VALUES (%s, %s, %s, 'unchanged', %s)"):format(
          values.project,
          values.revision,
          text.string(file.path),
          text.string(file.path)
        ),
        nil,
        source
      )
    end
  end
end

return loading
