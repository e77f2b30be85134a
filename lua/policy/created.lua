--- What operations make, by name: for scripts, where no catalog can be asked, and for what is committed at once.

local kinds = require("neap.policy.kinds")
local signatures = require("neap.op.signatures")
local sql = require("neap.sql")

local created = {}

-- Public has these by itself.
local PUBLIC = {
  ["function"] = "execute",
  procedure = "execute",
  aggregate = "execute",
  type = "usage",
  domain = "usage",
  language = "usage",
}

---@class Created
---@field list PolicyObject[]
---@field schema string       where names without a schema go

local function same(a, kind, schema, name)
  return kinds.is_relation(a.kind) == kinds.is_relation(kind)
    and (kinds.is_relation(kind) or a.kind == kind)
    and a.schema == schema
    and a.name == name
end

local function remove(state, kind, schema, name)
  if not kinds.bare[kind] then
    schema = schema or state.schema
  end
  for i = #state.list, 1, -1 do
    if same(state.list[i], kind, schema, name) then
      return table.remove(state.list, i)
    end
  end
  return nil
end

local function add(state, kind, schema, name, fields)
  local object = { kind = kind, name = name, grants = {} }
  if not kinds.bare[kind] then
    object.schema = schema or state.schema
  end
  for key, value in next, fields or {} do
    object[key] = value
  end
  if PUBLIC[kind] then
    object.grants[1] = { role = "public", privilege = PUBLIC[kind] }
  end
  if not object.arguments then
    remove(state, kind, object.schema, name)
  end
  state.list[#state.list + 1] = object
end

local NAME_BYTES = 63

-- A serial's or identity's sequence is named after the column.
local function add_sequence(state, schema, table_name, column)
  local type_name = tostring(column.type):lower()
  local name = table_name .. "_" .. column.name .. "_seq"
  local serial = column.autoincrement or type_name:find("serial", 1, true)
  if (serial or column.identity) and #name <= NAME_BYTES then
    add(state, "sequence", schema, name, { linked = true })
  end
end

-- A statement's words, names as the server folds them.
local function words_of(statement)
  local words = {}
  for i, token in ipairs(sql.tokens(statement, "postgresql")) do
    if token.kind == "word" then
      words[i] = { word = token.text:upper(), name = token.text:lower() }
    elseif token.kind == "name" then
      words[i] = { name = token.text:sub(2, -2):gsub('""', '"') }
    else
      words[i] = { other = token.text }
    end
    if i > 24 then
      break
    end
  end
  return words
end

local long_types = {
  bit = true,
  character = true,
  double = true,
  interval = true,
  national = true,
  time = true,
  timestamp = true,
}

-- "(IN a integer, OUT b text)" -> "(integer)": as the catalog says the types, as far as the text says them.
local function types_of(arguments)
  local list = {}
  local inner =
    arguments:sub(2, -2):gsub("^%s*%*%s*$", ""):gsub("%s+[Oo][Rr][Dd][Ee][Rr]%s+[Bb][Yy]%s+", ", ")
  for part in inner:gmatch("[^,]+") do
    local text = part:match("^%s*(.-)%s*$")
    local mode = (text:match("^(%a+)%s") or ""):lower()
    if mode == "in" or mode == "inout" or mode == "variadic" or mode == "out" then
      text = text:gsub("^%a+%s+", "")
    end
    local first = text:match("^(%S+)%s")
    if first and not long_types[first:lower()] then
      text = text:gsub("^%S+%s+", "")
    end
    if mode ~= "out" then
      list[#list + 1] = text
    end
  end
  return "(" .. table.concat(list, ", ") .. ")"
end

local noise = {
  OR = true,
  REPLACE = true,
  GLOBAL = true,
  LOCAL = true,
  UNLOGGED = true,
  RECURSIVE = true,
  TRUSTED = true,
}
local made = {
  TABLE = "table",
  VIEW = "view",
  SEQUENCE = "sequence",
  FUNCTION = "function",
  PROCEDURE = "procedure",
  AGGREGATE = "aggregate",
  TYPE = "type",
  DOMAIN = "domain",
  SCHEMA = "schema",
  SERVER = "foreign server",
  LANGUAGE = "language",
}

-- The kind that a statement makes, and where its name stands; nothing for any other.
local function head(words)
  if not words[1] or words[1].word ~= "CREATE" then
    return nil
  end
  local at, prefix = 2, nil
  while words[at] and noise[words[at].word] do
    at = at + 1
  end
  if
    words[at]
    and words[at].word == "FOREIGN"
    and words[at + 1]
    and words[at + 1].word == "DATA"
  then
    return "foreign data wrapper", at + 3
  elseif words[at] and (words[at].word == "MATERIALIZED" or words[at].word == "FOREIGN") then
    prefix, at = words[at].word:lower() .. " ", at + 1
  end
  local kind = words[at] and made[words[at].word]
  if not kind or prefix and kind ~= "table" and kind ~= "view" then
    return nil
  end
  at = at + 1
  if words[at] and words[at].word == "IF" then
    at = at + 3
  end
  return prefix and prefix .. kind or kind, at
end

local function add_statement(state, statement)
  local words = words_of(statement)
  local kind, at = head(words)
  local first = kind and words[at] and words[at].name
  if not first or kind == "schema" and words[at].word == "AUTHORIZATION" then
    return
  end
  local schema, name
  if words[at + 1] and words[at + 1].other == "." then
    schema, name = first, words[at + 2] and words[at + 2].name
  else
    name = first
  end
  if kind == "function" or kind == "procedure" or kind == "aggregate" then
    local signature = signatures.routine(statement)
    local arguments = signature and signature.arguments
    local types = arguments and types_of(arguments)
    -- ALTER ROUTINE takes an aggregate by its types.
    add(state, kind, schema, name, {
      arguments = kind == "aggregate" and types or arguments,
      types = types,
    })
  elseif name then
    add(state, kind, schema, name)
  end
end

local function add_text(state, text)
  for _, statement in ipairs(sql.statements(text, "postgresql")) do
    if statement.kind == "statement" then
      add_statement(state, statement.sql)
    end
  end
end

local function file(state, path, operation)
  add_text(state, (state.run.read_sql(path, operation.source)))
end

local readers = {}

function readers.create_table(state, operation)
  add(state, "table", operation.schema, operation.table, {
    partitioned = operation.partition_by and true or nil,
  })
  for _, element in ipairs(operation.elements or {}) do
    if element.kind == "column" then
      add_sequence(state, operation.schema, operation.table, element)
    end
  end
end

function readers.add_column(state, operation)
  add_sequence(state, operation.schema, operation.table, operation.column)
end

function readers.create_partition(state, operation)
  add(state, "table", operation.partition_schema, operation.partition, { partition = true })
end

function readers.rename_table(state, operation)
  local object = remove(state, "table", operation.schema, operation.table)
  add(state, object and object.kind or "table", operation.schema, operation.new_name)
end

function readers.drop_table(state, operation)
  remove(state, "table", operation.schema, operation.table)
end

local function named(kind)
  return function(state, operation)
    if not operation.temporary then
      add(state, kind, operation.schema, operation.name)
    end
  end
end

local function dropped(kind)
  return function(state, operation)
    remove(state, kind, operation.schema, operation.name)
  end
end

for kind, word in pairs({
  view = "view",
  ["materialized view"] = "materialized_view",
  sequence = "sequence",
  schema = "schema",
  domain = "domain",
}) do
  readers["create_" .. word], readers["drop_" .. word] = named(kind), dropped(kind)
end
readers.create_enum, readers.drop_type = named("type"), dropped("type")

function readers.create_function(state, operation)
  add_text(state, operation.sql)
end
readers.create_aggregate = readers.create_function
readers.execute = readers.create_function

function readers.load_sql(state, operation)
  local paths = type(operation.file) == "table" and operation.file or { operation.file }
  for _, path in ipairs(paths) do
    file(state, path, operation)
  end
end

function readers.load_sql_dir(state, operation)
  for _, path in ipairs(state.run.list_sql(operation.directory, operation, operation.source)) do
    file(state, path, operation)
  end
end

-- Where a name without a schema goes, as far as neap.lua says.
local function home(config)
  local path = config.settings and config.settings.search_path
  for part in (path or ""):gmatch("[^,]+") do
    local name = part:match('^%s*"?(.-)"?%s*$')
    if name ~= "$user" and name ~= "" then
      return name
    end
  end
  return "public"
end

---What is there after these operations and was not before, as far as they say.
---@param operations Operation[]
---@param run table
---@return PolicyObject[]
function created.objects(operations, run)
  local state = { list = {}, run = run, schema = home(run.config or {}) }
  for _, operation in ipairs(operations) do
    local reader = readers[operation.kind]
    if reader and not operation.temporary then
      reader(state, operation)
    end
  end
  return state.list
end

return created
