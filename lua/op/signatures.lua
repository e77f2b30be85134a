--- What a CREATE FUNCTION, PROCEDURE, AGGREGATE or TRIGGER makes, as its DROP names it.

local signatures = {}

-- Where the blank or comment at a position ends, or nil.
local function blank(sql, at)
  local _, stop = sql:find("^%s+", at)
  if stop then
    return stop + 1
  elseif sql:find("^%-%-", at) then
    return (sql:find("\n", at, true) or #sql) + 1
  elseif sql:find("^/%*", at) then
    return (select(2, sql:find("*/", at, true)) or #sql) + 1
  end
  return nil
end

-- The token at a position or after it: its text, where it begins and ends.
local function token(sql, at)
  local next_at = blank(sql, at)
  while next_at do
    at, next_at = next_at, blank(sql, next_at)
  end
  for _, pattern in ipairs({ '^"[^"]*"', "^'[^']*'", "^[%w_$\128-\255]+", "^." }) do
    local start, stop = sql:find(pattern, at)
    -- "a""b" is one name.
    while start and sql:sub(stop + 1, stop + 1) == sql:sub(start, start) and pattern:find("%]%*") do
      stop = sql:find(sql:sub(start, start), stop + 2, true)
    end
    if start and stop then
      return sql:sub(start, stop), start, stop
    end
  end
  return nil
end

-- The word at a position, in upper case, and what stands after it.
local function word(sql, at)
  local text, _, stop = token(sql, at)
  return text and text:upper(), stop and stop + 1
end

local function name_part(text)
  if text:sub(1, 1) == '"' then
    return (text:sub(2, -2):gsub('""', '"'))
  end
  return text:find("^[%a_\128-\255]") and text:lower() or nil
end

-- schema.name at a position, and what stands after it.
local function qualified(sql, at)
  local text, _, stop = token(sql, at)
  local first = text and name_part(text)
  if not first then
    return nil
  end
  local dot, _, after = token(sql, stop + 1)
  if dot ~= "." then
    return nil, first, stop + 1
  end
  text, _, stop = token(sql, after + 1)
  return first, text and name_part(text), stop and stop + 1
end

-- The arguments in parentheses, without defaults, which a DROP does not take.
local function arguments(sql, at)
  local open, _, stop = token(sql, at)
  if open ~= "(" then
    return nil
  end
  local depth, parts, from, skipping = 1, {}, stop + 1, false
  at = stop + 1
  while depth > 0 do
    local text, start, last = token(sql, at)
    if not text then
      return nil
    end
    local top = depth == 1
    if text == "(" or text == "[" then
      depth = depth + 1
    elseif text == ")" or text == "]" then
      depth = depth - 1
    end
    if top and (text == "=" or text:upper() == "DEFAULT") and not skipping then
      parts[#parts + 1], skipping = sql:sub(from, start - 1), true
    elseif depth == 0 or top and text == "," then
      if not skipping then
        parts[#parts + 1] = sql:sub(from, start - 1)
      end
      parts[#parts + 1], from, skipping = depth == 0 and "" or ", ", last + 1, false
    end
    at = last + 1
  end
  for i, part in ipairs(parts) do
    parts[i] = part == ", " and part or part:match("^%s*(.-)%s*$")
  end
  return "(" .. table.concat(parts) .. ")"
end

-- CREATE [OR REPLACE] up to the kind: whether it replaces, the kind, and what stands after it.
local function head(sql)
  local text, at = word(sql, 1)
  local replace = false
  while
    text
    and text ~= "FUNCTION"
    and text ~= "PROCEDURE"
    and text ~= "AGGREGATE"
    and text ~= "TRIGGER"
  do
    replace = replace or text == "REPLACE"
    text, at = word(sql, at)
  end
  return replace, text, at
end

---@param sql string
---@return { schema: string?, name: string, arguments: string, routine: string, replace: boolean }?
function signatures.routine(sql)
  local replace, kind, at = head(sql)
  if not kind then
    return nil
  end
  local schema, name, after = qualified(sql, at)
  local list = name and arguments(sql, after)
  if not list or kind == "AGGREGATE" and list:find("=", 1, true) then
    return nil
  end
  -- The old form of an aggregate has its definition where the arguments should be.
  if kind == "AGGREGATE" and list:lower():find("sfunc") then
    return nil
  end
  return {
    schema = schema,
    name = name,
    arguments = list,
    routine = kind == "PROCEDURE" and "procedure" or nil,
    replace = replace or nil,
  }
end

---@param sql string
---@return { schema: string?, name: string, table: string, replace: boolean, if_not_exists: boolean }?
function signatures.trigger(sql)
  local replace, kind, at = head(sql)
  if not kind then
    return nil
  end
  local text, after = word(sql, at)
  local if_not_exists = text == "IF" or nil
  if if_not_exists then
    after = select(2, word(sql, after))
    at = select(2, word(sql, after))
  end
  local schema, name
  schema, name, at = qualified(sql, at)
  while name and text and text ~= "ON" do
    text, at = word(sql, at)
  end
  if not name or not text then
    return nil
  end
  local table_schema, table_name = qualified(sql, at)
  return table_name
    and {
      -- SQLite names the trigger's schema, PostgreSQL the table's.
      schema = schema or table_schema,
      name = name,
      table = table_name,
      replace = replace or nil,
      if_not_exists = if_not_exists,
    }
end

return signatures
