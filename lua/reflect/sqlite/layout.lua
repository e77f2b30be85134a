--- CREATE TABLE and CREATE INDEX in one layout, whatever ALTER TABLE made of them: one blank between what had any, names
--- quoted only when they need it, a line for each column and constraint.

local sql = require("neap.sql")
local tokens = require("neap.reflect.sqlite.tokens")

local layout = {}

-- True when something but blanks stands between the tokens: a comment, which is kept as it is.
local function has_comments(text, list)
  local from = 1
  for _, token in ipairs(list) do
    if text:sub(from, token.start - 1):find("%S") then
      return true
    end
    from = token.stop + 1
  end
  return text:find("%S", from) ~= nil
end

-- "x" may be a string where an expression stands, so only a name that is surely one loses its quotes.
local function write(token, is_name)
  if token.kind == "name" and (is_name or token.text:sub(1, 1) ~= '"') then
    return sql.quote_name(tokens.name(token), "sqlite")
  end
  return token.text
end

-- Tokens from first to last; a blank where the text has some, none inside of parentheses.
local function join(list, first, last)
  local parts = { write(list[first], true) }
  for i = first + 1, last do
    local previous, token = list[i - 1], list[i]
    local apart = previous.stop + 1 < token.start
    if previous.text == "," then
      apart = true
    elseif previous.text == "(" or token.text == ")" or token.text == "," then
      apart = false
    end
    parts[#parts + 1] = (apart and " " or "") .. write(token)
  end
  return table.concat(parts)
end

---@param text string  a statement of sqlite_master
---@return string
function layout.table(text)
  local list = tokens.read(text)
  if
    has_comments(text, list)
    or not tokens.are(list, 1, "create", "table")
    or not tokens.are(list, 4, "(")
  then
    return text
  end
  local close = tokens.close(list, 4)
  local items = {}
  for i, range in ipairs(tokens.split(list, 5, close - 1)) do
    items[i] = "    " .. join(list, range[1], range[2])
  end
  local tail = close < #list and " " .. join(list, close + 1, #list) or ""
  return "CREATE TABLE "
    .. write(list[3], true)
    .. " (\n"
    .. table.concat(items, ",\n")
    .. "\n)"
    .. tail
end

---@param text string
---@return string
function layout.index(text)
  local list = tokens.read(text)
  return has_comments(text, list) and text or join(list, 1, #list)
end

return layout
