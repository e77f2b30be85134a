--- The tokens of SQL text as SQLite reads it, and steps over what a parser passes by.

local sql = require("neap.sql")

local tokens = {}

---@class Token
---@field kind "word"|"name"|"string"|"other"|"open"
---@field text string
---@field start integer
---@field stop integer
---@field word string?   of a word: in lower case

---@param text string
---@return Token[]
function tokens.read(text)
  local list = sql.tokens(text, "sqlite")
  for i = 1, #list do
    local token = list[i]
    if token.kind == "word" then
      token.word = token.text:lower()
    end
  end
  return list
end

---True when the tokens from i on are these words; "(" and the like stand for themselves.
function tokens.are(list, i, ...)
  for k = 1, select("#", ...) do
    local token, wanted = list[i + k - 1], select(k, ...)
    if not token or (token.word or (token.kind == "other" and token.text)) ~= wanted then
      return false
    end
  end
  return true
end

local closing = { ['"'] = '"', ["`"] = "`", ["["] = "]", ["'"] = "'" }

---The name that a token stands for.
function tokens.name(token)
  local quote = token.text:sub(1, 1)
  if not closing[quote] then
    return token.text
  end
  local inner = token.text:sub(2, -2)
  return quote == "[" and inner or (inner:gsub(quote .. quote, quote))
end

---True for a token that can be a name.
function tokens.is_name(token)
  return token ~= nil and (token.kind == "word" or token.kind == "name" or token.kind == "string")
end

---The place of the parenthesis that closes the one at i.
function tokens.close(list, i)
  local depth = 0
  for k = i, #list do
    local token = list[k]
    if token.kind == "other" then
      if token.text == "(" then
        depth = depth + 1
      elseif token.text == ")" then
        depth = depth - 1
        if depth == 0 then
          return k
        end
      end
    end
  end
  return #list
end

---Ranges of tokens between the commas from i to last, parentheses counted as one.
---@return integer[][]  { first, last }
function tokens.split(list, i, last)
  local ranges, first = {}, i
  while i <= last do
    if tokens.are(list, i, "(") then
      i = tokens.close(list, i)
    elseif tokens.are(list, i, ",") then
      ranges[#ranges + 1] = { first, i - 1 }
      first = i + 1
    end
    i = i + 1
  end
  if first <= last then
    ranges[#ranges + 1] = { first, last }
  end
  return ranges
end

---The names that the text holds, in lower case, as keys. Words of the language are among them.
---@return table<string, boolean>
function tokens.names(text)
  local found = {}
  for _, token in ipairs(tokens.read(text)) do
    if token.kind == "word" or token.kind == "name" then
      found[tokens.name(token):lower()] = true
    end
  end
  return found
end

---The name in CREATE [UNIQUE] INDEX name.
function tokens.index_name(text)
  local list = tokens.read(text)
  return tokens.name(list[tokens.are(list, 2, "unique") and 4 or 3])
end

---Text with one blank between tokens and words in lower case: equal when it means the same.
function tokens.normal(text)
  local parts = {}
  for i, token in ipairs(tokens.read(text)) do
    parts[i] = token.kind == "string" and token.text or tokens.name(token):lower()
  end
  return table.concat(parts, " ")
end

return tokens
