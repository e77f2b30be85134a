--- The model: Lua files that say with op's words what there is, and SQL files. This is where they are read; neap.model.scratch has the database make them.

local errors = require("neap.errors")
local ops = require("neap.op")

local model = {}

---@class ModelStep   one of the two
---@field operation Operation?
---@field path string?   of an SQL file
---@field sql string?

---@class Model
---@field steps ModelStep[]
---@field paths string[]   as neap.lua says them
---@field sql boolean       some of it is SQL text, whose objects only the database knows

-- What changes things, or does things: a model only says what there is.
local refused = {
  bulk_insert = true,
  load_sql_dir = true,
  revert_sql = true,
  set_role = true,
  create_role = true,
  drop_role = true,
}

local function add_items(steps, items)
  for _, item in ipairs(items) do
    local operation = item.operation
    if not operation then
      errors.raise(
        "usage",
        "a model says what there is, and runs nothing: op."
          .. item.control
          .. " belongs into a revision",
        item.source
      )
    elseif refused[operation.kind] then
      errors.raise(
        "usage",
        ("a model says what tables and code there are: op.%s belongs into a revision"):format(
          operation.kind
        ),
        operation.source
      )
    end
    steps[#steps + 1] = { operation = operation }
  end
end

local function add_lua(run, loaded, paths)
  local items = {}
  local op = ops.new(run, items)
  run.load_models(paths, {
    op = op,
    neap = {
      dialect = run.dialect,
      offline = false,
      version = run.version,
      config = run.config,
      now = run.now,
      x = run.x or {},
    },
  })
  add_items(loaded.steps, items)
end

local function add_sql(run, loaded, path)
  loaded.sql = true
  loaded.steps[#loaded.steps + 1] = { path = path, sql = run.read_model(path) }
end

---Reads what neap.lua's `model` names.
---@param run table   of a command
---@param paths string[]
---@return Model
function model.load(run, paths)
  local loaded = { steps = {}, paths = paths, sql = false }
  local lua_files = {}
  local function flush()
    if #lua_files > 0 then
      add_lua(run, loaded, lua_files)
      lua_files = {}
    end
  end
  for _, path in ipairs(paths) do
    local files = run.list_model(path)
    if #files == 0 then
      errors.raise("usage", ("no .sql file in the model %s"):format(path))
    end
    for _, file in ipairs(files) do
      if file:find("%.sql$") then
        flush()
        add_sql(run, loaded, file)
      else
        lua_files[#lua_files + 1] = file
      end
    end
  end
  flush()
  return loaded
end

---The operations alone, when nothing is SQL text.
---@param loaded Model
---@return Operation[]
function model.operations(loaded)
  local list = {}
  for _, step in ipairs(loaded.steps) do
    list[#list + 1] = step.operation
  end
  return list
end

return model
