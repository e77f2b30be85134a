--- What operations make, by name: for scripts, where no catalog can be asked, and for what is committed at once.

local arguments_of = require("neap.policy.arguments")
local inventory = require("neap.policy.inventory")
local kinds = require("neap.policy.kinds")
local parts = require("neap.policy.parts")
local signatures = require("neap.op.signatures")
local sql = require("neap.sql")

local created = {}

local NAME_BYTES = 63

-- TABLE_COLUMN_seq: of the longer name as much is cut off as is too long.
local function sequence_name(table_name, column)
  local room = NAME_BYTES - #"__seq"
  while #table_name + #column > room do
    if #table_name > #column then
      table_name = table_name:sub(1, -2)
    else
      column = column:sub(1, -2)
    end
  end
  return table_name .. "_" .. column .. "_seq"
end

local function link_sequence(state, schema, table_name, name)
  local owner = state.made:find("table", schema, table_name)
  state.made:add("sequence", schema, name, { linked = owner or true })
end

-- A serial's or identity's sequence is named after the column, or has the identity's own name.
local function add_sequence(state, schema, table_name, column)
  local serial = tostring(column.type):lower():find("serial", 1, true)
  local own = type(column.identity) == "table" and column.identity.sequence
  if serial or column.autoincrement or column.identity then
    link_sequence(state, schema, table_name, own or sequence_name(table_name, column.name))
  end
end

-- The same in SQL text.
local function add_sequences(state, statement)
  local list, schema, table_name = parts.sequences(statement)
  for _, found in ipairs(list) do
    link_sequence(
      state,
      found.schema or schema,
      table_name,
      found.name or sequence_name(table_name, found.column)
    )
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

local add_text

-- CREATE SCHEMA with what stands in it.
local function add_schema(state, statement)
  local name, elements = parts.schema(statement)
  if not name then
    return
  end
  state.made:add("schema", nil, name)
  local schema = state.made.schema
  state.made.schema = name
  for _, element in ipairs(elements) do
    add_text(state, element)
  end
  state.made.schema = schema
end

local function add_statement(state, statement)
  local words = words_of(statement)
  local kind, at = head(words)
  if kind == "schema" then
    return add_schema(state, statement)
  elseif not kind then
    local selected_schema, selected = parts.selected(statement)
    if selected then
      state.made:add("table", selected_schema, selected)
    end
    return
  end
  local first = words[at] and words[at].name
  if not first then
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
    local types = arguments and arguments_of.types(arguments)
    -- ALTER ROUTINE takes an aggregate by its types.
    state.made:add(kind, schema, name, {
      arguments = kind == "aggregate" and types or arguments,
      types = types,
    })
  elseif name then
    state.made:add(kind, schema, name)
    if kind == "table" then
      add_sequences(state, statement)
    end
  end
end

-- What was there before is there by its new name now.
local function renamed(state, kind, schema, name, to, new_schema)
  local object = state.made:find(kind, schema, name)
    or state.made:add(kind, schema, name, { stamp = 0 })
  state.made:rename(object, to, new_schema)
end

local routines = { ["function"] = true, procedure = true, aggregate = true, routine = true }

-- The known objects that a statement means, or one that was there before.
local function meant(state, kind, schema, name, arguments)
  local found
  if routines[kind] then
    found = state.made:routines(schema, name, arguments)
    if #found == 0 and kind ~= "routine" then
      local types = arguments and arguments_of.types(arguments)
      found[1] = state.made:add(kind, schema, name, {
        arguments = kind == "aggregate" and types or arguments or nil,
        types = types,
        stamp = 0,
      })
    end
    return found
  end
  found = state.made:find(kind, schema, name)
  return { found or state.made:add(kind, schema, name, { stamp = 0, unsure = true }) }
end

-- Another owner: that takes grants along, too.
local function owned(state, kind, schema, name, arguments)
  for _, object in ipairs(meant(state, kind, schema, name, arguments)) do
    object.stamp, object.unsure = state.made.stamp, nil
  end
end

-- GRANT ON TABLE is for all that has rows, so of what was there before it is not known what it is.
local function granted(state, kind, place, granted_now)
  for _, object in ipairs(meant(state, kind, place.schema, place.name, place.arguments)) do
    object.stamp = state.made.stamp
    object.unsure = object.unsure and kinds.is_relation(kind) or nil
    inventory.give(object, granted_now)
  end
end

-- What sql.changes calls otherwise.
local called = { server = "foreign server", fdw = "foreign data wrapper" }

-- One line of sql.changes.
local function follow_change(state, change, granted_now)
  local kind = called[change.kind] or change.kind:gsub("_", " ")
  local name = change.name[#change.name]
  local schema = #change.name > 1 and change.name[1] or nil
  if not (kinds.privileges[kind] or routines[kind]) then
    return
  elseif change.verb == "drop" and routines[kind] then
    state.made:drop_routine(schema, name, change.args)
  elseif change.verb == "drop" then
    state.made:remove(kind, schema, name)
  elseif change.verb == "rename" and routines[kind] then
    for _, object in ipairs(meant(state, kind, schema, name, change.args)) do
      state.made:rename(object, change.to and change.to[#change.to], change.schema)
    end
  elseif change.verb == "rename" then
    renamed(state, kind, schema, name, change.to and change.to[#change.to], change.schema)
  elseif change.verb == "alter" and change.what == "owner" then
    owned(state, kind, schema, name, change.args)
  elseif change.verb == "alter" and change.what == "grant" and granted_now then
    granted(state, kind, { schema = schema, name = name, arguments = change.args }, granted_now)
  end
end

-- DROP, RENAME TO, SET SCHEMA, OWNER TO, GRANT, and columns that ALTER TABLE adds.
local function follow(state, statement)
  local granted_now
  for i, change in ipairs(sql.read_changes(sql.changes(statement, "postgresql"))) do
    granted_now = granted_now or i == 1 and parts.granted(statement)
    follow_change(state, change, granted_now)
  end
  if statement:find("^%s*[Aa][Ll][Tt][Ee][Rr]%f[%W]") then
    add_sequences(state, statement)
  end
end

function add_text(state, text)
  for _, statement in ipairs(sql.statements(text, "postgresql")) do
    if statement.kind == "statement" then
      add_statement(state, statement.sql)
      follow(state, statement.sql)
    end
  end
end

local function file(state, path, operation)
  add_text(state, (state.run.read_sql(path, operation.source)))
end

local readers = {}

function readers.create_table(state, operation)
  state.made:add("table", operation.schema, operation.table, {
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

function readers.alter_column(state, operation)
  if operation.identity and operation.existing_identity ~= true then
    add_sequence(state, operation.schema, operation.table, {
      name = operation.new_name or operation.column,
      identity = operation.identity,
    })
  end
end

function readers.set_owner(state, operation)
  local place = operation.object
  if kinds.privileges[operation.object_kind] then
    owned(state, operation.object_kind, place.schema, place.name, place.arguments)
  end
end

function readers.grant(state, operation)
  local list = {}
  for i, privilege in ipairs(operation.privileges or {}) do
    list[i] = { privilege = privilege, columns = operation.columns }
  end
  for _, place in ipairs(kinds.privileges[operation.object_kind] and operation.objects or {}) do
    granted(state, operation.object_kind, place, {
      privileges = list,
      roles = operation.roles,
      with_grant_option = operation.with_grant_option,
    })
  end
end

function readers.create_partition(state, operation)
  state.made:add("table", operation.partition_schema, operation.partition, { partition = true })
end

function readers.rename_table(state, operation)
  renamed(state, "table", operation.schema, operation.table, operation.new_name)
end

function readers.drop_table(state, operation)
  state.made:remove("table", operation.schema, operation.table)
end

local function named(kind)
  return function(state, operation)
    if not operation.temporary then
      state.made:add(kind, operation.schema, operation.name)
    end
  end
end

local function dropped(kind)
  return function(state, operation)
    state.made:remove(kind, operation.schema, operation.name)
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

local function dropped_routine(state, operation)
  state.made:drop_routine(operation.schema, operation.name, operation.arguments)
end
readers.drop_function, readers.drop_aggregate = dropped_routine, dropped_routine

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
---@param after integer?  only what those after this one have made or renamed
---@return PolicyObject[]
function created.objects(operations, run, after)
  local state = { made = inventory.new(home(run.config or {})), run = run }
  for i, operation in ipairs(operations) do
    local reader = readers[operation.kind]
    state.made.stamp = i
    if reader and not operation.temporary then
      reader(state, operation)
    end
  end
  local list = {}
  for _, object in ipairs(state.made.list) do
    list[#list + 1] = object.stamp > (after or 0) and object or nil
  end
  return list
end

return created
