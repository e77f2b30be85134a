--- Changes of a table, made in its definition.

local columns = require("neap.dialect.sqlite.columns")
local column_types = require("neap.dialect.sqlite.column_types")
local constraints = require("neap.dialect.sqlite.constraints")
local errors = require("neap.errors")
local look_at_drop = require("neap.dialect.sqlite.drop_column")
local marks = require("neap.marks")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")
local tokens = require("neap.reflect.sqlite").tokens

local edits = {}

local function column_of(plan, name)
  local column = plan.definition:column(name)
  if not column then
    local names = {}
    for _, each in ipairs(plan.definition:columns()) do
      names[each.name] = true
    end
    errors.usage('the table "%s" has no column "%s"%s', plan.table, name, errors.hint(name, names))
  end
  return column
end

-- Columns ----------------------------------------------------------------------------------

local function refuse_second_key(plan)
  local piece = plan.definition:primary_key()
  if piece then
    errors.usage(
      'the table "%s" has a primary key already%s: drop that before',
      plan.table,
      piece.name and (', "%s"'):format(piece.name) or ""
    )
  end
end

function edits.add_column(plan, operation)
  local column = operation.column
  if plan.definition:column(column.name) then
    if operation.if_not_exists then
      return
    end
    errors.usage('the table "%s" has a column "%s" already', plan.table, column.name)
  end
  if column.primary_key then
    refuse_second_key(plan)
  end
  local where = {
    schema = operation.schema,
    table = operation.table,
    strict = plan.definition.strict,
    without_rowid = plan.definition.without_rowid,
  }
  plan.definition:add(
    "column",
    columns.write(plan.run, column, where, column.primary_key, column.primary_key)
  )
  if column.index then
    table.insert(plan.after, columns.index(plan.run, column, operation))
  end
end

function edits.drop_column(plan, operation)
  if operation.if_exists and not plan.definition:column(operation.column) then
    return
  end
  local column = column_of(plan, operation.column)
  local found = look_at_drop(plan.definition, plan.known, plan.index_rows, operation.column)
  if column:find("primary_key") and plan.definition.without_rowid then
    errors.usage(
      '"%s" is the primary key of "%s", and a table WITHOUT ROWID needs one',
      column.name,
      plan.table
    )
  end
  for _, item in ipairs(found.constraints) do
    plan.definition:remove(item)
  end
  for _, index in ipairs(found.indexes) do
    plan:forget_index(index.name)
  end
  plan.definition:remove(column)
end

local function set_piece(column, kind, sql)
  local piece = column:find(kind)
  if piece and sql then
    column:replace(piece.body, piece.stop, sql)
  elseif piece then
    column:remove(piece)
  elseif sql then
    column:append(sql)
  end
end

-- SQLite's integers have 64 bits whatever they are called, and the key that is the row's number must be INTEGER.
local function set_type(plan, column, operation)
  if plan.definition:rowid_column() == column and column_types.is_integer(operation.type) then
    return
  end
  column:set_type(column_types.map(operation.type, plan.definition.strict))
end

local function set_nullable(plan, column, nullable)
  local _, _, key = plan.definition:primary_key()
  for _, name in ipairs(nullable and key or {}) do
    if name:lower() == column.name:lower() then
      errors.usage('column "%s" is in the primary key, which is never NULL', column.name)
    end
  end
  local piece = column:find("null")
  if piece then
    column:remove(piece)
  end
  if nullable or not column:find("not_null") then
    set_piece(column, "not_null", not nullable and "NOT NULL" or nil)
  end
end

local function set_default(column, value)
  if column:find("generated") then
    errors.usage('column "%s" is generated, and has no default', column.name)
  end
  set_piece(
    column,
    "default",
    not marks.is_null(value) and "DEFAULT " .. text.default(value) or nil
  )
end

local function refuse_null_key(plan, name)
  table.insert(plan.checks, {
    sql = ("SELECT 1 FROM %s WHERE %s IS NULL LIMIT 1"):format(
      text.object(plan.schema, plan.old.name),
      text.name(name)
    ),
    message = ('column "%s" of "%s" holds NULL, which a primary key does not'):format(
      name,
      plan.table
    ),
  })
end

local function set_identity(plan, column, value)
  columns.check_identity(column.name, value)
  local key, where, names = plan.definition:primary_key()
  if value == false then
    if key and key.autoincrement and where == column then
      local from, to = column.core:lower():find("%s*autoincrement", key.start)
      column:replace(from, to, "")
    end
    return
  end
  if not key or #names ~= 1 or names[1]:lower() ~= column.name:lower() then
    errors.usage(
      'column "%s": identity works on SQLite only where the column alone is the primary key',
      column.name
    )
  elseif not plan.definition:rowid_column() then
    column:set_type("INTEGER")
    refuse_null_key(plan, column.from)
  end
end

local function set_autoincrement(plan, column, value)
  if not value then
    return set_identity(plan, column, false)
  end
  local key, where = plan.definition:primary_key()
  if not key or where ~= column then
    errors.usage(
      'column "%s": autoincrement works on SQLite only where the column says PRIMARY KEY',
      column.name
    )
  elseif not key.autoincrement then
    column:replace(key.stop + 1, key.stop, " AUTOINCREMENT")
    column:set_type("INTEGER")
  end
end

local function set_generated(column, value)
  local piece = column:find("generated")
  if marks.is_null(value) then
    if piece then
      column:remove(piece)
    end
    return
  end
  local expression, options = shared.named_text(value)
  local stored = options.stored
  if stored == nil then
    stored = piece and piece.stored
  end
  local default = column:find("default")
  if default then
    column:remove(default)
  end
  set_piece(
    column,
    "generated",
    "GENERATED ALWAYS AS (" .. expression .. ")" .. (stored and " STORED" or " VIRTUAL")
  )
end

function edits.alter_column(plan, operation)
  local column = column_of(plan, operation.column)
  if operation.type ~= nil then
    set_type(plan, column, operation)
  end
  if operation.using ~= nil then
    if tokens.normal(shared.text(operation.using)):find(": :", 1, true) then
      errors.usage(
        'option "using": SQLite has no "::", write CAST(column AS type) on both databases'
      )
    end
    column.copy = "(" .. shared.line_text(operation.using) .. ")"
  end
  if operation.collation ~= nil then
    set_piece(column, "collate", "COLLATE " .. text.name(operation.collation))
  end
  if operation.nullable ~= nil then
    set_nullable(plan, column, operation.nullable)
  end
  if operation.server_default ~= nil then
    set_default(column, operation.server_default)
  end
  if operation.generated ~= nil then
    set_generated(column, operation.generated)
  end
  if operation.autoincrement ~= nil then
    set_autoincrement(plan, column, operation.autoincrement)
  end
  if operation.identity ~= nil then
    set_identity(plan, column, operation.identity)
  end
end

-- Constraints ------------------------------------------------------------------------------

local function refuse_known_name(plan, name)
  for piece in plan.definition:constraints() do
    if name and piece.name and piece.name:lower() == name:lower() then
      errors.usage('the table "%s" has a constraint "%s" already', plan.table, name)
    end
  end
end

local function add_constraint(kind)
  return function(plan, operation)
    refuse_known_name(plan, operation.name)
    for _, name in ipairs(operation.columns or {}) do
      column_of(plan, name)
    end
    plan.definition:add(
      "constraint",
      constraints.write(plan.run, kind, operation, operation.schema, operation.table)
    )
  end
end

edits.create_unique_constraint = add_constraint("unique")
edits.create_check_constraint = add_constraint("check")
edits.create_foreign_key = add_constraint("foreign_key")
local add_primary_key = add_constraint("primary_key")

-- SQLite would take NULL in a key, and number it in an INTEGER one.
function edits.create_primary_key(plan, operation)
  refuse_second_key(plan)
  add_primary_key(plan, operation)
  local number = plan.definition:rowid_column()
  for _, name in ipairs(operation.columns) do
    local column = column_of(plan, name)
    if column == number and column.from then
      refuse_null_key(plan, column.from)
    end
    if not column:find("not_null") and column ~= number then
      set_nullable(plan, column, false)
    end
  end
end

local kinds = {
  primary = { primary_key = true },
  unique = { unique = true },
  check = { check = true },
  foreignkey = { foreign_key = true, references = true },
}
local keys = { primary_key = true, unique = true, foreign_key = true, references = true }

local function same_names(a, b)
  if #a ~= #b then
    return false
  end
  for i = 1, #a do
    if a[i]:lower() ~= b[i]:lower() then
      return false
    end
  end
  return true
end

-- Whether drop_constraint means this one.
local function is_meant(operation, piece, names)
  if operation.type and not (kinds[operation.type] or {})[piece.kind] then
    return false
  elseif operation.name then
    return piece.name ~= nil and piece.name:lower() == operation.name:lower()
  elseif operation.check then
    return piece.kind == "check"
      and tokens.normal(piece.expression) == tokens.normal(shared.text(operation.check))
  end
  return keys[piece.kind] ~= nil and same_names(names or {}, shared.list(operation.columns))
end

local function named(operation)
  if operation.name then
    return ('constraint "%s"'):format(operation.name)
  elseif operation.check then
    return ("check (%s)"):format(shared.text(operation.check))
  end
  return ("constraint on (%s)"):format(table.concat(shared.list(operation.columns), ", "))
end

local function refuse_missing(plan, operation)
  if operation.if_exists then
    return nil
  end
  local names = {}
  for piece in plan.definition:constraints() do
    if piece.name then
      names[piece.name] = true
    end
  end
  local index = operation.name and plan.known.objects[operation.name:lower()]
  errors.usage(
    'the table "%s" has no %s%s',
    plan.table,
    named(operation),
    index and index.type == "index" and ': "' .. index.name .. '" is an index, for op.drop_index'
      or operation.name and errors.hint(operation.name, names)
      or ""
  )
end

---The constraint that drop_constraint means: its piece and item; nil when there is none and need be none.
---@return Piece?, TableItem?
function edits.find_constraint(plan, operation)
  local found = {}
  for piece, item, names in plan.definition:constraints() do
    if is_meant(operation, piece, names) then
      -- What was said without a name is one that has none, when there are several.
      local first = not operation.name and not piece.name and found[1] and found[1][1].name
      table.insert(found, first and 1 or #found + 1, { piece, item })
    end
  end
  if #found == 0 then
    return refuse_missing(plan, operation)
  elseif #found > 1 and found[1][1].kind ~= found[2][1].kind then
    errors.usage(
      'the table "%s" has more than one %s: say which with type = "primary", "unique", "check" or "foreignkey"',
      plan.table,
      named(operation)
    )
  end
  return found[1][1], found[1][2]
end

function edits.drop_constraint(plan, operation)
  local piece, item = edits.find_constraint(plan, operation)
  if not piece then
    return
  end
  if piece.kind == "primary_key" and plan.definition.without_rowid then
    errors.usage('the table "%s" is WITHOUT ROWID, and needs a primary key', plan.table)
  end
  if item.kind == "column" then
    item:remove(piece)
  else
    plan.definition:remove(item)
  end
end

function edits.rename_constraint(plan, operation)
  for piece, item in plan.definition:constraints() do
    if piece.name and piece.name:lower() == operation.name:lower() then
      refuse_known_name(
        plan,
        operation.new_name:lower() ~= operation.name:lower() and operation.new_name or nil
      )
      item:replace(piece.name_token.start, piece.name_token.stop, text.name(operation.new_name))
      return
    end
  end
  refuse_missing(plan, operation)
end

-- Indexes ----------------------------------------------------------------------------------

function edits.create_index(plan, operation)
  table.insert(
    plan.after,
    require("neap.dialect.sqlite.indexes").write(plan.run, operation, operation)
  )
end

function edits.drop_index(plan, operation)
  if not plan:forget_index(operation.name) then
    table.insert(plan.after, require("neap.dialect.sqlite.indexes").drop_index(operation)[1])
  end
end

function edits.create_table_comment() end
edits.drop_table_comment = edits.create_table_comment

return edits
