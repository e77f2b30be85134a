--- One CREATE TABLE, taken apart: what is not changed is written again byte for byte.
---
--- Tolerant: it knows where a column, its type and its constraints begin and end, and reads no expression.

local constraint = require("neap.reflect.sqlite.constraint")
local tokens = require("neap.reflect.sqlite.tokens")

---@class TableItem
---@field kind "column"|"constraint"
---@field lead string        blanks and comments before it
---@field core string        its text
---@field trail string       blanks and comments after it
---@field name string?       of a column
---@field type string?       of a column, as written
---@field pieces Piece[]?    of a column
---@field piece Piece?       of a constraint
---@field from string|false|nil  the column of the old table; nil: a new one

---@class TableDefinition
---@field name string
---@field items TableItem[]
---@field tail string        from the closing parenthesis on
---@field strict boolean
---@field without_rowid boolean

local item = {}
item.__index = item

local function read_column(self)
  local list = tokens.read(self.core)
  self.name, self.name_stop, self.pieces = tokens.name(list[1]), list[1].stop, {}
  local i, first = 2, nil
  while list[i] and not constraint.begins(list, i) do
    first = first or list[i]
    i = tokens.are(list, i, "(") and tokens.close(list, i) or i
    self.type_stop = list[i].stop
    i = i + 1
  end
  self.type_start = first and first.start
  self.type = first and self.core:sub(first.start, self.type_stop)
  while list[i] do
    self.pieces[#self.pieces + 1], i = constraint.read(self.core, list, i)
  end
end

local function read_constraint(self)
  self.piece = constraint.read(self.core, tokens.read(self.core), 1)
end

function item:read()
  return (self.kind == "column" and read_column or read_constraint)(self)
end

---The column's first constraint of a kind.
---@return Piece?
function item:find(kind)
  for _, piece in ipairs(self.pieces) do
    if piece.kind == kind then
      return piece
    end
  end
  return nil
end

---Writes text instead of the bytes from start to stop.
function item:replace(start, stop, text)
  self.core = self.core:sub(1, start - 1) .. text .. self.core:sub(stop + 1)
  self:read()
end

---Takes a constraint out, and the blanks before it.
function item:remove(piece)
  local start = piece.start
  while self.core:find("^%s", start - 1) do
    start = start - 1
  end
  self:replace(start, piece.stop, "")
end

function item:append(text)
  self:replace(#self.core + 1, #self.core, " " .. text)
end

---A type, where there may have been none.
function item:set_type(text)
  if self.type then
    local blank = text == "" and self.core:find("^%s", self.type_start - 1) and 1 or 0
    self:replace(self.type_start - blank, self.type_stop, text)
  elseif text ~= "" then
    self:replace(self.name_stop + 1, self.name_stop, " " .. text)
  end
end

---True for `INTEGER`, which makes a key the number of the row. Source: sqlite.org/lang_createtable.html#rowid
function item:is_integer()
  return self.type ~= nil and tokens.normal(self.type) == "integer"
end

local definition = {}
definition.__index = definition

local constraint_words =
  { constraint = true, primary = true, unique = true, check = true, foreign = true }

local function new_item(kind, lead, core, trail)
  local self = setmetatable({ kind = kind, lead = lead, core = core, trail = trail }, item)
  self:read()
  return self
end

-- Constraints of a table may follow each other without commas.
local function add_constraints(items, text, list, range, from, upto)
  local i = range[1]
  while i <= range[2] do
    local _, following = constraint.read(text, list, i)
    following = math.min(math.max(following, i + 1), range[2] + 1)
    local last = following > range[2]
    items[#items + 1] = new_item(
      "constraint",
      text:sub(from, list[i].start - 1),
      text:sub(list[i].start, list[following - 1].stop),
      last and text:sub(list[range[2]].stop + 1, upto) or ""
    )
    from = list[following - 1].stop + 1
    i = following
  end
end

---Reads the text that sqlite_schema holds; nil when it is no ordinary table's.
---@param text string
---@return TableDefinition?
local function read(text)
  local list = tokens.read(text)
  if not tokens.are(list, 1, "create", "table") or not tokens.are(list, 4, "(") then
    return nil
  end
  local close = tokens.close(list, 4)
  local self = setmetatable({ name = tokens.name(list[3]), items = {} }, definition)
  self.gap = text:sub(list[3].stop + 1, list[4].start - 1)
  local from = list[4].stop + 1
  for _, range in ipairs(tokens.split(list, 5, close - 1)) do
    local upto = list[range[2] + 1].start - 1
    local first = list[range[1]]
    if constraint_words[first.word] then
      add_constraints(self.items, text, list, range, from, upto)
    else
      self.items[#self.items + 1] = new_item(
        "column",
        text:sub(from, first.start - 1),
        text:sub(first.start, list[range[2]].stop),
        text:sub(list[range[2]].stop + 1, upto)
      )
      self.items[#self.items].from = self.items[#self.items].name
    end
    from = upto + 2
  end
  self.tail = text:sub(list[close].start)
  for i = close + 1, #list do
    self.strict = self.strict or tokens.are(list, i, "strict")
    self.without_rowid = self.without_rowid or tokens.are(list, i, "without", "rowid")
  end
  return self
end

---The text again, for a table called name (quoted already).
function definition:write(name)
  local parts = {}
  for i, each in ipairs(self.items) do
    parts[i] = each.lead .. each.core .. each.trail
  end
  return "CREATE TABLE " .. name .. self.gap .. "(" .. table.concat(parts, ",") .. self.tail
end

---@return TableItem?, integer?
function definition:column(name)
  name = name:lower()
  for i, each in ipairs(self.items) do
    if each.kind == "column" and each.name:lower() == name then
      return each, i
    end
  end
  return nil
end

---@return TableItem[]
function definition:columns()
  local list = {}
  for _, each in ipairs(self.items) do
    list[#list + 1] = each.kind == "column" and each or nil
  end
  return list
end

---Every constraint: fun() -> piece, item. A column's know their column.
function definition:constraints()
  local list = {}
  for _, each in ipairs(self.items) do
    if each.kind == "constraint" then
      list[#list + 1] = { each.piece, each, each.piece.columns }
    else
      for _, piece in ipairs(each.pieces) do
        list[#list + 1] = { piece, each, { each.name } }
      end
    end
  end
  local i = 0
  return function()
    i = i + 1
    if list[i] then
      return table.unpack(list[i])
    end
  end
end

---The primary key: its piece, item and columns.
---@return Piece?, TableItem?, string[]?
function definition:primary_key()
  for piece, where, columns in self:constraints() do
    if piece.kind == "primary_key" then
      return piece, where, columns
    end
  end
  return nil
end

---The column whose value is the row's number, or nil.
---@return TableItem?
function definition:rowid_column()
  local piece, where, columns = self:primary_key()
  if not piece or self.without_rowid or #columns ~= 1 then
    return nil
  end
  local column = self:column(columns[1])
  if not column or not column:is_integer() or (where.kind == "column" and piece.desc) then
    return nil
  end
  return column
end

-- Where the last item of a kind stands; 0 when there is none.
local function last_of(self, kind)
  for i = #self.items, 1, -1 do
    if self.items[i].kind == kind then
      return i
    end
  end
  return 0
end

---Adds a column after the last one, or a constraint after everything.
---@return TableItem
function definition:add(kind, core)
  local place = kind == "column" and last_of(self, "column") or #self.items
  local before = self.items[place]
  local lead = before.lead:find("^%s*$") and before.lead:find("\n") and before.lead or " "
  local added = new_item(kind, lead, core, "")
  if place == #self.items and before.trail:find("^%s*$") then
    before.trail, added.trail = "", before.trail
  elseif place == #self.items and before.trail:find("%-%-[^\n]*$") then
    before.trail = before.trail .. "\n"
  end
  table.insert(self.items, place + 1, added)
  return added
end

function definition:remove(where)
  for i, each in ipairs(self.items) do
    if each == where then
      table.remove(self.items, i)
      local first = self.items[1]
      if i == 1 and first and first.lead:find("^%s*$") then
        first.lead = where.lead
      end
      local last = self.items[#self.items]
      if i == #self.items + 1 and last and last.trail == "" then
        last.trail = where.trail
      end
      return
    end
  end
end

return { read = read }
