--- The parts of a CREATE TABLE and a CREATE INDEX in op's shapes.

local marks = require("neap.marks")
local tokens = require("neap.reflect.sqlite.tokens")

local shapes = {}

local are = tokens.are

local function trim(text)
  return (text:match("^%s*(.-)%s*$"))
end

-- "(a)" as "a", when the parentheses belong together.
local function bare(text)
  local list = tokens.read(text)
  if are(list, 1, "(") and tokens.close(list, 1) == #list then
    return bare(trim(text:sub(2, -2)))
  end
  return text
end

local actions = { cascade = "cascade", restrict = "restrict" }

-- What follows REFERENCES: actions, match, deferral.
local function read_reference(text, key)
  local list = tokens.read(text)
  for i = 1, #list do
    if are(list, i, "on", "delete") or are(list, i, "on", "update") then
      local word = list[i + 2] and list[i + 2].word
      local two = (word == "set" or word == "no") and list[i + 3]
      local action = two and word .. " " .. two.word or actions[word]
      if action ~= "no action" then
        key["on" .. list[i + 1].word] = action
      end
    elseif are(list, i, "match") and list[i + 1].word ~= "simple" then
      key.match = list[i + 1].word
    elseif are(list, i, "deferrable") and not are(list, i - 1, "not") then
      key.deferrable = true
    elseif are(list, i, "initially", "deferred") then
      key.initially = "deferred"
    end
  end
  if not key.deferrable then
    key.initially = nil
  end
  return key
end

-- Words that op cannot say.
local function has_conflict_clause(text)
  local list = tokens.read(text)
  for i = 1, #list do
    if are(list, i, "on", "conflict") then
      return true
    end
  end
  return false
end

-- Remembers what op has no words for, in a form that can be compared.
local function add_extra(object, where, text)
  object.irregular = true
  object.extras = object.extras or {}
  table.insert(object.extras, where .. ": " .. tokens.normal(text))
end

-- The columns of a key are more than names.
local function is_plain_list(text)
  local list = tokens.read(text)
  for i = 1, #list do
    if are(list, i, "(") then
      for _, range in ipairs(tokens.split(list, i + 1, tokens.close(list, i) - 1)) do
        if range[1] ~= range[2] and not are(list, range[2], "autoincrement") then
          return false
        end
      end
      return true
    end
  end
  return true
end

local constraint_kinds = {
  primary_key = "primary_key",
  unique = "unique",
  check = "check",
  references = "foreign_key",
  foreign_key = "foreign_key",
}

-- A constraint's piece, of a column (then with its name) or of the table.
local function read_constraint(object, piece, text, column)
  local kind = constraint_kinds[piece.kind]
  local shape = { kind = kind, name = piece.name }
  if kind == "check" then
    shape.expression = trim(piece.expression)
  elseif kind == "foreign_key" then
    shape.columns = column and { column } or piece.columns
    shape.referent, shape.referred = piece.table, piece.referred
    read_reference(text, shape)
  else
    shape.columns = column and { column } or piece.columns
    if piece.desc or (not column and not is_plain_list(text)) then
      add_extra(object, column or kind, text)
    end
  end
  if has_conflict_clause(text) then
    add_extra(object, column or kind, text)
  end
  table.insert(object.constraints, shape)
end

-- A name alone is a string there. Source: sqlite.org/quirks.html, 8
local function default_text(text)
  local list = tokens.read(text)
  if #list == 1 and list[1].kind == "name" then
    return "'" .. tokens.name(list[1]):gsub("'", "''") .. "'"
  end
  return bare(text)
end

local column_readers = {
  not_null = function(column)
    column.nullable = false
  end,
  default = function(column, _, text)
    column.server_default = marks.new_sql(default_text(trim(text:match("^%s*%a+(.*)$"))))
  end,
  collate = function(column, _, text)
    column.collation = tokens.name(tokens.read(text)[2])
  end,
  generated = function(column, piece)
    column.generated = { trim(piece.expression), stored = piece.stored or false }
  end,
}

local function read_column(object, item)
  local column = { kind = "column", name = item.name, type = item.type or "" }
  for _, piece in ipairs(item.pieces) do
    local text = item.core:sub(piece.body or piece.start, piece.stop)
    if constraint_kinds[piece.kind] then
      read_constraint(object, piece, text, item.name)
      column.autoincrement = piece.autoincrement or column.autoincrement
    elseif column_readers[piece.kind] then
      column_readers[piece.kind](column, piece, text)
      if has_conflict_clause(text) or piece.name ~= nil then
        add_extra(object, item.name, (piece.name or "") .. " " .. text)
      end
    else
      add_extra(object, item.name, text)
    end
  end
  table.insert(object.columns, column)
end

-- SQLite takes NULL in the columns of a key that is not the number of the row; op does not.
local function check_key(object, definition)
  local piece, _, columns = definition:primary_key()
  local rowid = definition:rowid_column()
  for _, name in ipairs(piece and columns or {}) do
    for _, column in ipairs(object.columns) do
      local is_rowid = rowid and rowid.name == column.name and not piece.name
      if column.name:lower() == name:lower() and not is_rowid and column.nullable ~= false then
        add_extra(object, column.name, "null")
      end
    end
  end
  if piece and piece.name and piece.autoincrement then
    add_extra(object, "primary_key", piece.name .. " autoincrement")
  end
end

local places = { primary_key = 1, unique = 2, check = 3, foreign_key = 4 }

local function sort_key(shape)
  return ("%d\0%s\0%s\0%s"):format(
    places[shape.kind],
    shape.name or "\255",
    table.concat(shape.columns or {}, ","),
    shape.expression or shape.referent or ""
  )
end

---@param object TableObject  is filled in
---@param definition TableDefinition
function shapes.read_table(object, definition)
  object.columns, object.constraints, object.indexes = {}, {}, {}
  object.strict = definition.strict or nil
  object.without_rowid = definition.without_rowid or nil
  for _, item in ipairs(definition.items) do
    if item.kind == "column" then
      read_column(object, item)
    elseif constraint_kinds[item.piece.kind] then
      local piece = item.piece
      read_constraint(object, piece, item.core:sub(piece.body or piece.start, piece.stop))
      if piece.autoincrement then
        add_extra(object, "primary_key", "autoincrement")
      end
    else
      add_extra(object, "table", item.core)
    end
  end
  check_key(object, definition)
  table.sort(object.extras or {})
  local keys = {}
  for _, shape in ipairs(object.constraints) do
    keys[shape] = sort_key(shape)
  end
  table.sort(object.constraints, function(a, b)
    return keys[a] < keys[b]
  end)
end

-- name [COLLATE x] [ASC|DESC], or an expression.
local function index_column(text, list, first, last)
  local options = {}
  local desc = are(list, last, "desc")
  if desc or are(list, last, "asc") then
    options.desc = desc or nil
    last = last - 1
  end
  if last > first + 1 and are(list, last - 1, "collate") then
    options.collation = tokens.name(list[last])
    last = last - 2
  end
  local column
  if first == last and tokens.is_name(list[first]) then
    column = tokens.name(list[first])
  else
    column = marks.new_sql(bare(trim(text:sub(list[first].start, list[last].stop))))
  end
  if next(options) == nil then
    return column
  end
  options[1] = column
  return options
end

---CREATE [UNIQUE] INDEX name ON table (columns) [WHERE condition]
---@return IndexShape
function shapes.read_index(name, text)
  local list = tokens.read(text)
  local i = 1
  while not are(list, i, "(") do
    i = i + 1
  end
  local close = tokens.close(list, i)
  local index = {
    kind = "index",
    name = name,
    unique = are(list, 2, "unique") or nil,
    columns = {},
    definition = text,
  }
  for k, range in ipairs(tokens.split(list, i + 1, close - 1)) do
    index.columns[k] = index_column(text, list, range[1], range[2])
  end
  if are(list, close + 1, "where") then
    index.where = marks.new_sql(bare(trim(text:sub(list[close + 1].stop + 1))))
  end
  return index
end

---CREATE VIEW name [(columns)] AS query
---@return string sql, string[]? columns
function shapes.read_view(text)
  local list = tokens.read(text)
  local i, columns = 1, nil
  while not are(list, i, "as") do
    if are(list, i, "(") then
      local close = tokens.close(list, i)
      columns = {}
      for k, range in ipairs(tokens.split(list, i + 1, close - 1)) do
        columns[k] = tokens.name(list[range[1]])
      end
      i = close
    end
    i = i + 1
  end
  return trim(text:sub(list[i].stop + 1)), columns
end

return shapes
