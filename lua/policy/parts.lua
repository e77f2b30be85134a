--- What statements say beside the names that they change: columns that have a sequence, the table of SELECT INTO, the
--- elements of CREATE SCHEMA, who is granted what. Sources: PostgreSQL manual, CREATE TABLE, SELECT INTO, CREATE SCHEMA, GRANT

local sql = require("neap.sql")

local parts = {}

local function read(statement)
  local tokens, depth = sql.tokens(statement, "postgresql"), 0
  for _, token in ipairs(tokens) do
    if token.text == ")" then
      depth = depth - 1
    end
    token.depth = depth
    if token.text == "(" then
      depth = depth + 1
    end
    if token.kind == "word" then
      token.word, token.name = token.text:upper(), token.text:lower()
    elseif token.kind == "name" then
      token.name = token.text:sub(2, -2):gsub('""', '"')
    end
  end
  return tokens
end

local function word_at(tokens, at)
  return tokens[at] and tokens[at].word
end

-- The place after schema.name, and the two.
local function qualified(tokens, at)
  local first = tokens[at] and tokens[at].name
  if tokens[at + 1] and tokens[at + 1].text == "." then
    return at + 3, first, tokens[at + 2] and tokens[at + 2].name
  end
  return at + 1, nil, first
end

-- Lists of the tokens between commas of one depth, from a place to the end of that depth.
local function between_commas(tokens, at, depth)
  local list, part = {}, {}
  while tokens[at] and tokens[at].depth >= depth do
    if tokens[at].text == "," and tokens[at].depth == depth then
      list[#list + 1], part = part, {}
    else
      part[#part + 1] = tokens[at]
    end
    at = at + 1
  end
  list[#list + 1] = part
  return list
end

local serials = {
  SERIAL = true,
  SERIAL2 = true,
  SERIAL4 = true,
  SERIAL8 = true,
  SMALLSERIAL = true,
  BIGSERIAL = true,
}

-- "id serial", "id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME s)": { column, schema, name }; a column that is
-- altered has no type here.
local function sequence_of(part, at)
  local column = part[at] and part[at].name
  local found = serials[word_at(part, at + 1)]
  local schema, name
  for i = at + 1, #part do
    if word_at(part, i) == "IDENTITY" and word_at(part, i - 1) == "AS" then
      found = true
    elseif found and word_at(part, i) == "SEQUENCE" and word_at(part, i + 1) == "NAME" then
      local _
      _, schema, name = qualified(part, i + 2)
    end
  end
  return column and found and { column = column, schema = schema, name = name } or nil
end

-- ADD [COLUMN] [IF NOT EXISTS] name type; ALTER [COLUMN] name ADD GENERATED.
local function altered(part)
  local at = 1
  if word_at(part, at) ~= "ADD" and word_at(part, at) ~= "ALTER" then
    return nil
  end
  at = word_at(part, at + 1) == "COLUMN" and at + 2 or at + 1
  if word_at(part, at) == "IF" then
    at = at + 3
  end
  return sequence_of(part, at)
end

---The columns of a CREATE TABLE or ALTER TABLE that get a sequence, and their table.
---@return { column: string, schema: string?, name: string? }[] list, string? schema, string? table
function parts.sequences(statement)
  local tokens = read(statement)
  local at, alters = 1, word_at(tokens, 1) == "ALTER"
  while tokens[at] and tokens[at].word ~= "TABLE" and at < 6 do
    at = at + 1
  end
  if word_at(tokens, at) ~= "TABLE" then
    return {}
  end
  at = at + 1
  while word_at(tokens, at) == "IF" or word_at(tokens, at) == "ONLY" do
    at = tokens[at].word == "ONLY" and at + 1 or at + (alters and 2 or 3)
  end
  local schema, name
  at, schema, name = qualified(tokens, at)
  local list = {}
  if not alters and not (tokens[at] and tokens[at].text == "(") then
    return list
  end
  for _, part in ipairs(between_commas(tokens, alters and at or at + 1, alters and 0 or 1)) do
    if alters then
      list[#list + 1] = altered(part)
    else
      list[#list + 1] = sequence_of(part, 1)
    end
  end
  return list, schema, name
end

---The table that a SELECT makes.
---@return string? schema, string? table
function parts.selected(statement)
  local first = statement:match("^[%s%(]*(%a+)")
  first = first and first:upper()
  if first ~= "SELECT" and first ~= "WITH" then
    return nil
  end
  local tokens = read(statement)
  for i, token in ipairs(tokens) do
    local word = token.depth == 0 and token.word
    if word == "INSERT" or word == "MERGE" or word == "UPDATE" or word == "DELETE" then
      return nil
    elseif word == "INTO" then
      local at = i + 1
      if word_at(tokens, at) == "UNLOGGED" then
        at = at + 1
      end
      if word_at(tokens, at) == "TABLE" then
        at = at + 1
      end
      local temporary = word_at(tokens, at) == "TEMP" or word_at(tokens, at) == "TEMPORARY"
      if temporary and tokens[at + 1] and tokens[at + 1].name and tokens[at + 1].word ~= "FROM" then
        return nil
      end
      local _, schema, name = qualified(tokens, at)
      return schema, name
    end
  end
  return nil
end

---The schema that CREATE SCHEMA makes, and the statements in it.
---@return string? schema, string[] statements
function parts.schema(statement)
  local tokens = read(statement)
  local at = word_at(tokens, 3) == "IF" and 6 or 3
  if word_at(tokens, at) == "AUTHORIZATION" then
    at = at + 1
  end
  local list, from = {}, nil
  for i = at + 1, #tokens do
    local word = tokens[i].depth == 0 and tokens[i].word
    if word == "CREATE" or word == "GRANT" and word_at(tokens, i - 1) ~= "WITH" then
      list[#list + 1] = from and statement:sub(from, tokens[i].start - 1)
      from = tokens[i].start
    end
  end
  list[#list + 1] = from and statement:sub(from)
  return tokens[at] and tokens[at].name, list
end

-- "SELECT, UPDATE (a, b)" up to ON.
local function privileges(tokens)
  local list, at = {}, 2
  while tokens[at] and not (tokens[at].word == "ON" and tokens[at].depth == 0) do
    local token = tokens[at]
    if token.depth == 0 and token.word and token.word ~= "PRIVILEGES" then
      list[#list + 1] = { privilege = token.name }
    elseif token.depth == 1 and token.name and list[1] then
      local last = list[#list]
      last.columns = last.columns or {}
      table.insert(last.columns, token.name)
    end
    at = at + 1
  end
  return list, at
end

---What a GRANT on objects that it names gives, and to whom; nil for all others, those on all that is in a schema too.
---@return { privileges: table[], roles: string[], with_grant_option: boolean? }?
function parts.granted(statement)
  local tokens = read(statement)
  if word_at(tokens, 1) ~= "GRANT" then
    return nil
  end
  local list, at = privileges(tokens)
  if not tokens[at] or word_at(tokens, at + 1) == "ALL" then
    return nil
  end
  local granted = { privileges = list, roles = {} }
  while tokens[at] and not (tokens[at].word == "TO" and tokens[at].depth == 0) do
    at = at + 1
  end
  for i = at + 1, #tokens do
    local token = tokens[i]
    if token.word == "WITH" then
      granted.with_grant_option = true
      break
    elseif token.word == "GRANTED" then
      break
    elseif token.name and not (token.word == "GROUP" and tokens[i + 1] and tokens[i + 1].name) then
      table.insert(granted.roles, token.name)
    end
  end
  return granted
end

return parts
