--- Changes of an existing table: by ALTER TABLE where SQLite can, else by a rebuild.
---
--- Whether it can may depend on the table. So what is compiled here is one statement that looks first, and counts
--- as one in the journal of a stepwise revision.

local changes = require("neap.dialect.sqlite.changes")
local columns = require("neap.dialect.sqlite.columns")
local constraints = require("neap.dialect.sqlite.constraints")
local edits = require("neap.dialect.sqlite.edits")
local errors = require("neap.errors")
local indexes = require("neap.dialect.sqlite.indexes")
local look_at_drop = require("neap.dialect.sqlite.drop_column")
local marks = require("neap.marks")
local rebuild = require("neap.dialect.sqlite.rebuild")
local reflect = require("neap.reflect.sqlite")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local change = {}

---@class Part       one thing to do
---@field operation Operation
---@field native Statement[]?   what ALTER TABLE can do by itself
---@field rebuilds string?      what it cannot: "change a column's type"
---@field look fun(plan: RebuildPlan): Statement[]|false   native statements after a look at the table; false: rebuild it
---@field rename boolean?       of a column

local function alter(operation)
  return "ALTER TABLE " .. text.object(operation.schema, operation.table)
end

-- ALTER TABLE has known constraints since 3.53.0. Offline nobody knows what will run the script.
local function has_constraints(run)
  local version = not run.offline and run.server_version()
  return version and version >= 3053000
end

-- Options that look at the table, which a script cannot.
local function refuse_look_offline(operation, run, option)
  if operation[option] and run.offline then
    errors.usage(
      'option "%s" of a column needs a live database on SQLite, whose ALTER TABLE has no such words: '
        .. "leave it out of a script",
      option
    )
  end
end

-- Parts of each kind -------------------------------------------------------------------------

local parts = {}

-- Why a column cannot be added by ALTER TABLE, or nil.
local function add_column_rebuilds(column)
  if column.primary_key then
    return "add a primary key column"
  elseif column.unique and not column.index then
    return "add a unique column"
  elseif column.generated then
    return select(2, shared.named_text(column.generated)).stored and "add a stored generated column"
      or nil
  elseif column.server_default == nil then
    return nil
  end
  local _, constant = text.default(column.server_default)
  if not constant then
    return "add a column whose default is an expression"
  elseif column.references and not marks.is_null(column.server_default) then
    return "add a column that refers to another table and has a default"
  end
end

function parts.add_column(operation, run)
  local column = operation.column
  refuse_look_offline(operation, run, "if_not_exists")
  local sql = columns.write(run, column, operation, column.primary_key, column.primary_key)
  local native = { { sql = alter(operation) .. " ADD COLUMN " .. sql } }
  if column.index then
    native[2] = columns.index(run, column, operation)
  end
  local rebuilds = add_column_rebuilds(column)
  local look
  if operation.if_not_exists then
    function look(plan)
      return plan.definition:column(column.name) and {} or (not rebuilds and native)
    end
  end
  return { { operation = operation, native = native, rebuilds = rebuilds, look = look } }
end

function parts.drop_column(operation, run)
  refuse_look_offline(operation, run, "if_exists")
  local native = text.drop(
    alter(operation) .. " DROP COLUMN",
    { cascade = operation.cascade },
    text.name(operation.column)
  )
  local function look(plan)
    local column = plan.definition:column(operation.column)
    if not column then
      return operation.if_exists and {} or native
    end
    local gone = plan.gone or {}
    local found = look_at_drop(plan.definition, plan.known, plan.index_rows, column.name, gone)
    gone[column.name:lower()], plan.gone = true, gone
    if #found.constraints > 0 or column:find("primary_key") or column:find("unique") then
      return false
    end
    local statements = {}
    for i, index in ipairs(found.indexes) do
      statements[i] = { sql = "DROP INDEX " .. text.object(operation.schema, index.name) }
    end
    statements[#statements + 1] = native[1]
    return statements
  end
  return { { operation = operation, native = native, look = look } }
end

local altered = {
  { "type", "change a column's type" },
  { "nullable", "change whether a column may be NULL" },
  { "server_default", "change a column's default" },
  { "generated", "change what a column is generated from" },
  { "identity", "change a column's identity" },
  { "autoincrement", "change whether a key counts on" },
}

local function only(operation, name)
  for _, row in ipairs(altered) do
    if row[1] ~= name and operation[row[1]] ~= nil then
      return false
    end
  end
  return operation[name] ~= nil
end

local function alter_definition(operation, run)
  local rebuilds
  for i = #altered, 1, -1 do
    rebuilds = operation[altered[i][1]] ~= nil and altered[i][2] or rebuilds
  end
  if not rebuilds then
    return nil
  end
  local part = { operation = operation, rebuilds = rebuilds }
  if only(operation, "nullable") and has_constraints(run) then
    part.rebuilds = nil
    part.native = {
      {
        sql = alter(operation)
          .. " ALTER COLUMN "
          .. text.name(operation.column)
          .. (operation.nullable and " DROP NOT NULL" or " SET NOT NULL"),
      },
    }
  end
  return part
end

function parts.alter_column(operation, run)
  local list = { alter_definition(operation, run) }
  if operation.new_name and operation.new_name ~= operation.column then
    list[#list + 1] = {
      operation = operation,
      rename = true,
      native = {
        {
          sql = alter(operation)
            .. " RENAME COLUMN "
            .. text.name(operation.column)
            .. " TO "
            .. text.name(operation.new_name),
        },
      },
    }
  end
  return list
end

local function new_constraint(kind, rebuilds)
  return function(operation, run)
    local sql = constraints.write(run, kind, operation, operation.schema, operation.table)
    local part = { operation = operation, rebuilds = rebuilds }
    if kind == "check" and has_constraints(run) then
      part.rebuilds = nil
      part.native = { { sql = alter(operation) .. " ADD " .. sql } }
    end
    return { part }
  end
end

parts.create_primary_key = new_constraint("primary_key", "add a primary key")
parts.create_unique_constraint = new_constraint("unique", "add a unique constraint")
parts.create_check_constraint = new_constraint("check", "add a check constraint")
parts.create_foreign_key = new_constraint("foreign_key", "add a foreign key")

function parts.drop_constraint(operation, run)
  if operation.cascade then
    text.drop("", operation, "")
  end
  local function look(plan)
    local piece = edits.find_constraint(plan, operation)
    if not piece then
      return {}
    end
    local native = has_constraints(run) and piece.name
    if native and (piece.kind == "check" or piece.kind == "not_null") then
      return { { sql = alter(operation) .. " DROP CONSTRAINT " .. text.name(piece.name) } }
    end
    return false
  end
  return { { operation = operation, rebuilds = "drop a constraint", look = look } }
end

function parts.rename_constraint(operation)
  return { { operation = operation, rebuilds = "rename a constraint" } }
end

function parts.create_index(operation, run)
  return { { operation = operation, native = { indexes.write(run, operation, operation) } } }
end

function parts.drop_index(operation)
  return { { operation = operation, native = indexes.drop_index(operation) } }
end

function parts.create_table_comment()
  return {}
end
parts.drop_table_comment = parts.create_table_comment

-- What SQLite lacks raises here.
local function unknown(operation, run)
  return require("neap.dialect.sqlite").compile(operation, run)
end

local function parts_of(operation, run)
  return (parts[operation.kind] or unknown)(operation, run)
end

-- The table ----------------------------------------------------------------------------------

local plan_methods = {}
plan_methods.__index = plan_methods

---The index is not made again. False: the table has none of that name.
function plan_methods:forget_index(name)
  for i, row in ipairs(self.index_rows) do
    if row.name:lower() == name:lower() then
      table.remove(self.index_rows, i)
      table.remove(self.indexes, i)
      self.dropped[#self.dropped + 1] = row.name
      return true
    end
  end
  return false
end

local function new_plan(run, target, known)
  local plan = setmetatable({
    run = run,
    schema = target.schema,
    table = target.table,
    known = known,
    index_rows = table.move(known.indexes, 1, #known.indexes, 1, {}),
    indexes = {},
    after = {},
    checks = {},
    dropped = {},
  }, plan_methods)
  for i, row in ipairs(plan.index_rows) do
    plan.indexes[i] = row.sql
  end
  plan.definition = known.definition
  plan.old = reflect.read_table(known.row.sql)
  return plan
end

local function no_table(target, known)
  local row, names = known.row, {}
  if row then
    local is_virtual = row.sql:lower():find("^create%s+virtual")
    errors.usage(
      '"%s" is a %s, and cannot be changed',
      target.table,
      row.type == "view" and "view" or is_virtual and "virtual table" or "table of an unknown kind"
    )
  end
  for _, each in next, known.objects do
    names[each.name] = each.type == "table" or nil
  end
  errors.usage('there is no table "%s"%s', target.table, errors.hint(target.table, names))
end

-- The table as it is now.
local function read_plan(run, target, source)
  local query = reflect.query(text.name(target.schema or "main"))
  local known = reflect.table(run.session:query(query, nil, source), target.table)
  if not known.definition then
    no_table(target, known)
  end
  return new_plan(run, target, known)
end

-- The table as `copy_from` says.
local function given_plan(run, target, elements)
  local create = { table = target.table, elements = elements }
  create.strict, create.without_rowid = elements.strict, elements.without_rowid
  local statements = require("neap.dialect.sqlite.tables").create_table(create, run)
  local rows = {
    {
      type = "table",
      name = target.table,
      tbl_name = target.table,
      temporary = 0,
      sql = statements[1].sql,
    },
  }
  for i = 2, #statements do
    rows[i] = {
      type = "index",
      name = reflect.tokens.index_name(statements[i].sql),
      tbl_name = target.table,
      temporary = 0,
      sql = statements[i].sql,
    }
  end
  return new_plan(run, target, reflect.table(rows, target.table))
end

-- The table as a whole statement says; columns of the same name keep what they hold.
local function redefined(plan, statement)
  local definition = reflect.read_table(statement)
  if not definition then
    errors.usage('option "definition" takes a CREATE TABLE statement with its columns')
  elseif definition.name:lower() ~= plan.old.name:lower() then
    errors.usage(
      'option "definition" is of table "%s", and the batch of "%s"',
      definition.name,
      plan.old.name
    )
  end
  for _, column in ipairs(definition:columns()) do
    local old = plan.old:column(column.name)
    column.from = old and old.name or nil
  end
  plan.definition = definition
  return plan
end

-- Segments -----------------------------------------------------------------------------------

-- Names of columns that an operation says, and where; nil when it also holds SQL text, which may name any.
local function named_columns(operation)
  if
    operation.kind == "create_check_constraint"
    or operation.using
    or operation.generated
    or operation.check
    or (operation.column and type(operation.column) == "table")
  then
    return nil
  end
  local names = { operation.column }
  for _, name in ipairs(operation.columns and shared.list(operation.columns) or {}) do
    if type(name) ~= "string" then
      return nil
    end
    names[#names + 1] = name
  end
  return names
end

-- Whether a rename may be done before these parts, with their names of the column changed.
local function can_go_first(segment, rename)
  local old, new = rename.column:lower(), rename.new_name:lower()
  for _, part in ipairs(segment) do
    local names = named_columns(part.operation)
    for _, name in ipairs(names or { new }) do
      if name:lower() == new and old ~= new then
        return false
      end
    end
  end
  return true
end

local function say_new_name(segment, rename)
  local function renamed(name)
    return name:lower() == rename.column:lower() and rename.new_name or name
  end
  for _, part in ipairs(segment) do
    local operation = setmetatable({}, { __index = part.operation })
    if part.operation.column then
      operation.column = renamed(part.operation.column)
    end
    if part.operation.columns then
      operation.columns = {}
      for i, name in ipairs(shared.list(part.operation.columns)) do
        operation.columns[i] = renamed(name)
      end
    end
    part.operation = operation
  end
end

local function has_rebuild(list)
  for _, part in ipairs(list) do
    if part.rebuilds then
      return part
    end
  end
  return nil
end

-- A script has one rebuild, of the table that copy_from says, so renames follow it; what is said of the new name
-- after a rename is said of the old one.
local function renames_last(list)
  local segment, renames = {}, {}
  for _, part in ipairs(list) do
    if part.rename then
      table.insert(renames, 1, part)
    else
      for _, rename in ipairs(renames) do
        local back = { column = rename.operation.new_name, new_name = rename.operation.column }
        if not can_go_first({ part }, back) then
          errors.usage(
            "a script can rebuild the table once, before columns get new names: put what follows the new name "
              .. "into a batch of its own"
          )
        end
        say_new_name({ part }, back)
      end
      segment[#segment + 1] = part
    end
  end
  local segments = { segment }
  for i = #renames, 1, -1 do
    segments[#segments + 1] = { renames[i] }
  end
  return segments
end

-- Parts in runs that are one rebuild each, with the native renames between them: usually all in one.
local function segments_of(list, always)
  if not always and not has_rebuild(list) then
    return { list }
  end
  local segments, current = {}, {}
  for _, part in ipairs(list) do
    if not part.rename then
      current[#current + 1] = part
    elseif #current > 0 and can_go_first(current, part.operation) then
      say_new_name(current, part.operation)
      table.insert(segments, { part })
    else
      if #current > 0 then
        segments[#segments + 1] = current
      end
      segments[#segments + 1] = { part }
      current = {}
    end
  end
  if #current > 0 then
    segments[#segments + 1] = current
  end
  return segments
end

-- Raises again what went wrong in one part; of a batch with the part's place.
local function attempt(part, in_batch, fn, ...)
  local results = table.pack(pcall(fn, ...))
  if not results[1] then
    if in_batch then
      shared.locate(results[2], part.operation)
    end
    error(results[2], 0)
  end
  return table.unpack(results, 2, results.n)
end

local function append(list, more)
  return table.move(more, 1, #more, #list + 1, list)
end

-- What ALTER TABLE can do; nil: something needs a rebuild.
local function native_statements(segment, plan, in_batch)
  local statements = {}
  for _, part in ipairs(segment) do
    local native = not part.rebuilds and part.native
    if plan and part.look then
      native = attempt(part, in_batch, part.look, plan)
    end
    if not native then
      return nil
    end
    for _, statement in ipairs(native) do
      statements[#statements + 1] = {
        sql = statement.sql,
        source = in_batch and part.operation.source or nil,
      }
    end
  end
  return statements
end

-- Indexes alone have changed.
local function index_statements(plan)
  local statements = {}
  for i, name in ipairs(plan.dropped) do
    statements[i] = { sql = "DROP INDEX " .. text.object(plan.schema, name) }
  end
  return append(statements, plan.after)
end

local function is_unchanged(plan)
  for _, column in ipairs(plan.definition:columns()) do
    if column.copy then
      return false
    end
  end
  return plan.definition:write("") == plan.old:write("")
end

local function send(session, statements, source)
  for _, statement in ipairs(statements) do
    session:run(statement.sql, nil, statement.source or source)
  end
end

-- A segment, planned: fun() that does it.
local function plan_segment(job, segment, plan)
  local session, source = job.run.session, job.source
  local statements = not job.always and native_statements(segment, plan, job.in_batch)
  if not statements and job.never then
    errors.usage(
      'SQLite cannot do this without rebuilding the table, and recreate = "never" was said'
    )
  end
  if not statements then
    for _, part in ipairs(segment) do
      attempt(part, job.in_batch, edits[part.operation.kind], plan, part.operation)
    end
    if not job.always and is_unchanged(plan) then
      statements = index_statements(plan)
    end
  end
  return function()
    if statements then
      send(session, statements, source)
    elseif job.run.offline then
      rebuild.write(plan, source)
    else
      rebuild.run(plan, source)
    end
  end
end

local function only_renames(segment)
  return #segment == 1 and segment[1].rename
end

local function do_segments(job, plan)
  local first = only_renames(job.segments[1]) and job.segments[1] or nil
  local work = not first and plan_segment(job, job.segments[1], plan)
  return function()
    for i, segment in ipairs(job.segments) do
      if only_renames(segment) then
        send(job.run.session, segment[1].native, job.source)
      elseif i == 1 then
        work()
      else
        plan_segment(job, segment, read_plan(job.run, job.target, job.source))()
      end
    end
  end
end

-- What the journal knows it by: the same text whenever the revision says the same.
local function describe(value, depth)
  if type(value) ~= "table" then
    return (tostring(value):gsub("%z", "\\0"))
  elseif depth > 6 then
    return "..."
  end
  local words = {}
  for _, key in ipairs(shared.sorted_keys(value)) do
    if key ~= "source" then
      words[#words + 1] = tostring(key) .. " = " .. describe(value[key], depth + 1)
    end
  end
  return "{ " .. table.concat(words, ", ") .. " }"
end

-- sorted_keys takes one kind of key.
local function plain(value, depth)
  if type(value) ~= "table" or depth > 6 then
    return type(value) == "userdata" and "null" or value
  end
  local copy = {}
  for key, each in next, value do
    copy[tostring(key)] = plain(each, depth + 1)
  end
  return copy
end

local function group(job, plan)
  return {
    send = "group",
    label = job.label,
    sql = "ALTER TABLE " .. text.object(job.target.schema, job.target.table) .. " /* " .. describe(
      plain(job.operations, 0),
      0
    ):gsub("%*/", "* /") .. " */",
    changes = changes.of(job.target, job.operations),
    plan = plan,
  }
end

local function way_out(job)
  local part = has_rebuild(job.list)
  errors.usage(
    "SQLite cannot %s without rebuilding the table, and a script cannot read what the table is: "
      .. 'say it in op.batch_alter_table("%s", { copy_from = { op.column(...), ... } }, fn), with the elements '
      .. "that the table has",
    part and part.rebuilds or "do this",
    job.target.table
  )
end

local function compile_offline(job, copy_from)
  if not copy_from then
    return way_out(job)
  end
  local plan = given_plan(job.run, job.target, copy_from)
  return { group(job, function()
    return do_segments(job, plan)
  end) }
end

local function needs_look(list)
  for _, part in ipairs(list) do
    if part.look then
      return true
    end
  end
  return false
end

---@param job table  { run, target, operations, list, label, source, in_batch, always, never }
local function compile(job, copy_from)
  local run = job.run
  if #job.list == 0 and not job.always then
    return {}
  end
  local rebuilds = job.always or has_rebuild(job.list)
  if not rebuilds and (run.offline or not needs_look(job.list)) then
    return native_statements(job.list, nil, job.in_batch)
  elseif rebuilds and job.never then
    attempt(
      has_rebuild(job.list) or job.list[1],
      job.in_batch,
      errors.usage,
      'SQLite cannot %s without rebuilding the table, and recreate = "never" was said',
      rebuilds.rebuilds
    )
  end
  job.segments = run.offline and renames_last(job.list) or segments_of(job.list, job.always)
  if #job.segments == 0 then
    job.segments = { {} }
  end
  if run.offline then
    return compile_offline(job, copy_from)
  end
  return {
    group(job, function()
      local first = only_renames(job.segments[1])
      local plan = not first and read_plan(run, job.target, job.source) or nil
      return do_segments(job, job.definition and redefined(plan, job.definition) or plan)
    end),
  }
end

---@param operation Operation
---@param run Run
---@return Statement[]
function change.compile(operation, run)
  return compile({
    run = run,
    target = operation,
    operations = { operation },
    list = parts_of(operation, run),
    label = "op." .. operation.kind,
    source = operation.source,
  })
end

---@param operation Operation  batch_alter_table's
---@param run Run
---@return Statement[]
function change.batch(operation, run)
  if operation.definition and #operation.operations > 0 then
    errors.usage('option "definition" says the whole table: the batch has nothing else to do')
  end
  local list = {}
  for _, each in ipairs(operation.operations) do
    append(list, attempt({ operation = each }, true, parts_of, each, run))
  end
  return compile({
    run = run,
    target = operation,
    operations = operation.operations,
    list = list,
    label = "op.batch_alter_table",
    source = operation.source,
    in_batch = true,
    definition = operation.definition,
    always = operation.recreate == "always" or operation.definition ~= nil,
    never = operation.recreate == "never",
  }, operation.copy_from)
end

return change
