--- Where a snapshot comes from: a database, the model, an SQL dump.

local errors = require("neap.errors")
local models = require("neap.model.load")
local project = require("neap.model.project")
local reflect = require("neap.reflect")
local scratch = require("neap.model.scratch")

local sources = {}

---@class Side
---@field word string        as given
---@field url string?        of a database that is read
---@field model string[]?    paths of the model or of a dump

-- "model", an SQL file or directory, a URL.
local function describe(run, word, opened)
  if word == "model" then
    return { word = word, model = run.config.model or {} }
  elseif opened then
    return { word = word, url = opened }
  elseif word:find("^sqlite:") or word:find("^postgres") or word:find("=", 1, true) then
    return { word = word, url = word }
  elseif word:find("%.sql$") or word:find("%.lua$") or word:find("/$") then
    if not run.has_model(word) then
      errors.raise("usage", ("there is no file %s"):format(word))
    end
    return { word = word, model = { word } }
  end
  errors.raise(
    "usage",
    ('"%s" is no database, model, SQL file or revision'):format(word),
    nil,
    { advice = "Give database, a URL, model, a file that ends with .sql, or rev:ID." }
  )
end

-- The dialect of a URL.
local function dialect_of(url)
  return url:find("^sqlite:") and "sqlite" or "postgresql"
end

---@param run Run
---@param words string[]           two
---@param opened table<integer, string>  URLs that were made for revisions
---@return Side[]
function sources.describe(run, words, opened)
  local sides = {}
  for i, word in ipairs(words) do
    sides[i] = describe(run, word, opened[i])
  end
  local dialect
  for _, side in ipairs(sides) do
    local own = side.url and dialect_of(side.url)
    if own and dialect and own ~= dialect then
      errors.raise("usage", "a PostgreSQL database and an SQLite one cannot be compared")
    end
    dialect = dialect or own
  end
  if dialect and dialect ~= run.dialect then
    for _, side in ipairs(sides) do
      if side.model then
        errors.raise(
          "usage",
          ("%s is built in the project's database, which is not %s: give -u"):format(
            side.word,
            dialect
          )
        )
      end
    end
  end
  return sides
end

local function read_database(run, side, scope)
  local other = run.open(side.url, { read_only = true })
  local own = scope
  if other.dialect == "postgresql" then
    own = project.scope(other, nil)
    own.schemas = scope and scope.schemas or own.schemas
  end
  local snapshot = project.filter(run, reflect.snapshot(other, own))
  snapshot.view_columns = scratch.view_columns(other, own.schemas or {})
  run.close(other)
  return snapshot
end

local function build_model(run, side, scope)
  local model = models.load(run, side.model)
  local session = run.session
  if run.dialect == "postgresql" then
    session:savepoint({})
  end
  local snapshot = scratch.build(run, model, scope)
  snapshot.view_columns = scratch.view_columns(run, scope.schemas)
  if run.dialect == "postgresql" then
    session:rollback_to()
  end
  return project.filter(run, snapshot)
end

-- The schemas of all sides.
local function scope_of(run, sides)
  local scope, found = nil, {}
  for _, side in ipairs(sides) do
    local own
    if side.model then
      own = project.scope(run, models.load(run, side.model))
    else
      local other = run.open(side.url, { read_only = true })
      own = project.scope(other, nil)
      if other.dialect == "postgresql" and #(run.config.schemas or {}) == 0 then
        local everything = reflect.snapshot(other, { home = own.home })
        own.schemas = everything.schemas
      end
      run.close(other)
    end
    scope = scope or { home = own.home, user = own.user, schemas = {} }
    for _, name in ipairs(own.schemas) do
      if not found[name] then
        found[name] = true
        table.insert(scope.schemas, name)
      end
    end
  end
  return scope
end

---The snapshots of both sides.
---@param run Run
---@param sides Side[]
---@return Snapshot from
---@return Snapshot to
---@return ScratchOptions scope
function sources.read(run, sides)
  local scope = scope_of(run, sides)
  local snapshots = {}
  for i, side in ipairs(sides) do
    local snapshot = side.model and build_model(run, side, scope) or read_database(run, side, scope)
    if scope.home then
      snapshot.objects["schema " .. scope.home] = nil -- that both have it is no matter of theirs
    end
    snapshots[i] = snapshot
  end
  return snapshots[1], snapshots[2], scope
end

return sources
