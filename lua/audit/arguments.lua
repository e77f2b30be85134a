--- The arguments of routines as statements write them, brought to what tells overloads apart: their types.
---
--- Source: PostgreSQL manual, CREATE FUNCTION: [ argmode ] [ argname ] argtype [ { DEFAULT | = } default_expr ]

local type_names = require("neap.schema.type_names")

local arguments = {}

local modes = { ["in"] = true, out = true, inout = true, variadic = true }

-- Types of more than one word, by the first; then a word before them is a name.
local openers = {
  double = "^double precision",
  character = "^character varying",
  char = "^char varying",
  bit = "^bit varying",
  timestamp = "^timestamp",
  time = "^time",
  interval = "^interval",
  national = "^national char",
}

-- Splits at commas outside parentheses, brackets and quotes.
local function split(list)
  local parts, depth, quote, from = {}, 0, nil, 1
  for at = 1, #list do
    local char = list:sub(at, at)
    if quote then
      quote = char ~= quote and quote or nil
    elseif char == '"' or char == "'" then
      quote = char
    elseif char == "(" or char == "[" then
      depth = depth + 1
    elseif char == ")" or char == "]" then
      depth = depth - 1
    elseif char == "," and depth == 0 then
      parts[#parts + 1] = list:sub(from, at - 1)
      from = at + 1
    end
  end
  parts[#parts + 1] = list:sub(from)
  return parts
end

-- The first word, with what is quoted in it, and the rest.
local function first_word(text)
  local at = 1
  while at <= #text and not text:find("^%s", at) do
    at = (text:sub(at, at) == '"' and text:find('"', at + 1, true) or at) + 1
  end
  return text:sub(1, at - 1), text:match("^%s*(.*)$", at)
end

-- A type without its schema and its size: those may be written or not.
local function bare_type(text)
  text = text:gsub("%b()", ""):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  local array = text:match("%[[%[%]%d]*$") and "[]" or ""
  text = text:gsub("%s*%[[%[%]%d]*$", "")
  text = text:match('%.("[^"]*")$') or text:match('%.([^%."]+)$') or text
  local plain = text:match('^"([%l_][%l%d_]*)"$') or text
  return type_names.canonical(plain):gsub("%b()", "") .. array
end

-- One argument: its type, and whether it counts for the identity of the routine.
local function read(text)
  text = text:match("^%s*(.-)%s*$")
  local lower = (text .. " "):lower()
  local cut = lower:find("%sdefault%s") or text:find("=", 1, true)
  text = cut and text:sub(1, cut - 1):gsub("%s+$", "") or text
  local word, rest = first_word(text)
  local mode = rest ~= "" and modes[word:lower()] and word:lower() or nil
  if mode then
    text = rest
    word, rest = first_word(text)
  end
  local opener = openers[word:lower()]
  if rest ~= "" and not rest:match("^[%(%[]") and not (opener and text:lower():find(opener)) then
    text = rest
  end
  return bare_type(text), mode ~= "out"
end

---"(a integer DEFAULT 1, OUT b text)" -> "integer"; nil stays nil.
---@param list string?
---@return string?
function arguments.types(list)
  local inner = list and list:match("^%s*%((.*)%)%s*$")
  if not inner then
    return nil
  elseif inner:match("^%s*$") then
    return ""
  end
  local types = {}
  for _, part in ipairs(split(inner)) do
    local name, counts = read(part)
    if counts then
      types[#types + 1] = name
    end
  end
  return table.concat(types, ", ")
end

return arguments
