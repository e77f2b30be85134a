--- Constraints within CREATE TABLE: a column's and the table's.
--- Source: sqlite.org/lang_createtable.html; SQLite's parse.y, "ccons" and "tcons"

local tokens = require("neap.reflect.sqlite.tokens")

local constraint = {}

---@class Piece
---@field kind string       "primary_key", "not_null", "null", "unique", "check", "default", "collate", "references",
---                         "generated", "foreign_key"; "name": a lone CONSTRAINT name
---@field start integer     in the text; CONSTRAINT name is a part of it
---@field stop integer
---@field name string?
---@field name_token Token?
---@field columns string[]?   of a key
---@field expression string?  of a check or generated column
---@field table string?       that a foreign key refers to
---@field stored boolean?
---@field autoincrement boolean?
---@field desc boolean?

local are, name_of = tokens.are, tokens.name

-- [ON CONFLICT word]
local function skip_conflict(list, i)
  return are(list, i, "on", "conflict") and i + 3 or i
end

-- ( names ), with COLLATE and ASC or DESC passed over
local function columns(list, i, last)
  local names = {}
  for k, range in ipairs(tokens.split(list, i + 1, last - 1)) do
    names[k] = name_of(list[range[1]])
  end
  return names
end

local function skip_references(list, i, piece)
  piece.table = name_of(list[i + 1])
  i = i + 2
  if are(list, i, "(") then
    local close = tokens.close(list, i)
    piece.referred = columns(list, i, close)
    i = close + 1
  end
  while list[i] do
    if are(list, i, "on") and not are(list, i + 1, "conflict") then
      local two = are(list, i + 2, "set") or are(list, i + 2, "no")
      i = i + (two and 4 or 3)
    elseif are(list, i, "match") or are(list, i, "initially") then
      i = i + 2
    elseif are(list, i, "not", "deferrable") then
      i = i + 2
    elseif are(list, i, "deferrable") then
      i = i + 1
    else
      break
    end
  end
  return i
end

-- A number may be several tokens that touch: -1.5e-3.
local function skip_number(list, i)
  while list[i + 1] and list[i + 1].start == list[i].stop + 1 do
    local text, following = list[i].text, list[i + 1]
    local sign = following.text:find("^[+-]$") and text:find("^%d+[eE]$")
    if not (following.word or following.text == "." or sign) then
      break
    end
    i = i + 1
  end
  return i + 1
end

local function skip_default(list, i)
  if are(list, i, "(") then
    return tokens.close(list, i) + 1
  end
  if are(list, i, "+") or are(list, i, "-") then
    i = i + 1
  end
  local token, following = list[i], list[i + 1]
  if not token then
    return i
  elseif token.text:find("^[%d.]") then
    return skip_number(list, i)
  elseif
    token.word == "x"
    and following
    and following.kind == "string"
    and following.start == token.stop + 1
  then
    return i + 2
  end
  return i + 1
end

-- (expression)
local function skip_expression(text, list, i, piece)
  local close = tokens.close(list, i)
  piece.expression = text:sub(list[i].stop + 1, list[close].start - 1)
  return close + 1
end

-- Each is given the place of its first word and gives the place after it; nil: it is none.
local readers = {}

function readers.primary(_, list, i, piece)
  piece.kind, i = "primary_key", i + 2
  if are(list, i, "(") then
    local close = tokens.close(list, i)
    piece.columns = columns(list, i, close)
    piece.autoincrement = are(list, close - 1, "autoincrement")
    return skip_conflict(list, close + 1)
  end
  if are(list, i, "asc") or are(list, i, "desc") then
    piece.desc = are(list, i, "desc")
    i = i + 1
  end
  i = skip_conflict(list, i)
  piece.autoincrement = are(list, i, "autoincrement")
  return piece.autoincrement and i + 1 or i
end

function readers.unique(_, list, i, piece)
  piece.kind, i = "unique", i + 1
  if are(list, i, "(") then
    local close = tokens.close(list, i)
    piece.columns, i = columns(list, i, close), close + 1
  end
  return skip_conflict(list, i)
end

readers["not"] = function(_, list, i, piece)
  if not are(list, i + 1, "null") then
    return nil
  end
  piece.kind = "not_null"
  return skip_conflict(list, i + 2)
end

function readers.null(_, list, i, piece)
  piece.kind = "null"
  return skip_conflict(list, i + 1)
end

function readers.check(text, list, i, piece)
  piece.kind = "check"
  return skip_conflict(list, skip_expression(text, list, i + 1, piece))
end

function readers.default(_, list, i, piece)
  piece.kind = "default"
  return skip_default(list, i + 1)
end

function readers.collate(_, _, i, piece)
  piece.kind = "collate"
  return i + 2
end

function readers.references(_, list, i, piece)
  piece.kind = "references"
  return skip_references(list, i, piece)
end

function readers.foreign(_, list, i, piece)
  piece.kind, i = "foreign_key", i + 2
  local close = tokens.close(list, i)
  piece.columns = columns(list, i, close)
  return skip_references(list, close + 1, piece)
end

function readers.generated(text, list, i, piece)
  return are(list, i + 1, "always") and readers.as(text, list, i + 2, piece) or nil
end

function readers.as(text, list, i, piece)
  if not are(list, i + 1, "(") then
    return nil
  end
  piece.kind = "generated"
  i = skip_expression(text, list, i + 1, piece)
  piece.stored = are(list, i, "stored")
  return (piece.stored or are(list, i, "virtual")) and i + 1 or i
end

---True when a constraint begins at i.
function constraint.begins(list, i)
  local word = list[i] and list[i].word
  if word == "generated" then
    return are(list, i + 1, "always")
  end
  return word == "constraint" or (word ~= nil and readers[word] ~= nil)
end

---Reads the constraint at i.
---@return Piece, integer next
function constraint.read(text, list, i)
  local piece = { start = list[i].start }
  local following
  if are(list, i, "constraint") then
    piece.name_token = list[i + 1]
    piece.name = list[i + 1] and name_of(list[i + 1])
    i = i + 2
  end
  local reader = list[i] and readers[list[i].word]
  following = reader and reader(text, list, i, piece)
  if not following then -- a lone name, or words that are not known
    piece.kind = "name"
    following = piece.name and i or i + 1
  end
  piece.body = list[i] and list[i].start
  piece.stop = list[math.min(following, #list + 1) - 1].stop
  return piece, following
end

return constraint
