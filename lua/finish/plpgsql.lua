--- The SQL in the body of a plpgsql function, as statements that EXPLAIN takes: only those that hold a word of
--- interest. Variables become NULL, INTO and its targets go; what that makes of a statement may be no SQL any more,
--- and whoever tries it passes over syntax errors. Fields of NEW and OLD are told apart.
---
--- Source: PostgreSQL manual, "PL/pgSQL: Basic Statements", "Control Structures"

local sql = require("neap.sql")

local plpgsql = {}

local begins = {
  select = true,
  insert = true,
  update = true,
  delete = true,
  merge = true,
  with = true,
  perform = true,
  create = true, -- TABLE ... AS
}
-- An expression follows, up to the word.
local conditions = {
  ["if"] = "then",
  elsif = "then",
  ["elseif"] = "then",
  ["while"] = "loop",
  ["return"] = ";",
  case = "when",
}
local after_keyword = {
  ["begin"] = true,
  ["then"] = true,
  ["else"] = true,
  loop = true,
  query = true,
  ["in"] = true,
  ["for"] = true,
}

local function fold(token)
  if token.kind == "word" then
    return token.text:lower()
  elseif token.kind == "name" then
    return (token.text:sub(2, -2):gsub('""', '"'))
  end
  return token.text
end

-- Names after DECLARE and its semicolons, and of FOR loops.
local function variables_of(words, arguments)
  local known, declaring = { found = true }, false
  for _, name in ipairs(arguments) do
    known[name] = true
  end
  for i, word in ipairs(words) do
    if word == "declare" then
      declaring = true
      known[words[i + 1] or ""] = true
    elseif word == "begin" then
      declaring = false
    elseif declaring and word == ";" then
      known[words[i + 1] or ""] = true
    elseif word == "for" and words[i + 2] == "in" then
      known[words[i + 1]] = true
    end
  end
  known["begin"], known[""] = nil, nil
  return known
end

-- Where the statement that begins at a token ends: the index of the token after it.
local function stop_of(words, at, stop)
  local depth = 0
  for i = at, #words do
    local word = words[i]
    if word == "(" then
      depth = depth + 1
    elseif word == ")" then
      depth = depth - 1
    elseif depth <= 0 and (word == ";" or word == stop or (stop == nil and word == "loop")) then
      return i
    end
  end
  return #words + 1
end

-- The index after what the parenthesis at an index closes with.
local function after_parentheses(words, at)
  local depth = 0
  for i = at, #words do
    depth = depth + (words[i] == "(" and 1 or words[i] == ")" and -1 or 0)
    if depth == 0 then
      return i + 1
    end
  end
  return #words + 1
end

-- "a", "a.b", "a, b": the index after a list of targets.
local function skip_targets(words, at, stop)
  if words[at] == "strict" then
    at = at + 1
  end
  at = at + 1
  while at < stop and (words[at] == "." or words[at] == ",") do
    at = at + 2
  end
  return at
end

local function is_name(token)
  return token.kind == "word" or token.kind == "name"
end

-- The text of tokens [first, last), with variables as NULL and without INTO. Blanks stay, so that lines do.
local function text_of(body, tokens, words, first, last, known)
  local parts, from, i, columns = {}, tokens[first].start, first, false
  local inserting = words[first] == "insert"
  local function put(index, replacement)
    parts[#parts + 1] = body:sub(from, tokens[index].start - 1) .. replacement
  end
  while i < last do
    local word, token = words[i], tokens[i]
    if word == "into" and words[i - 1] ~= "insert" and words[i - 1] ~= "merge" then
      put(i, "")
      i = skip_targets(words, i + 1, last)
      from = tokens[i] and tokens[i].start or #body + 1
    elseif inserting and word == "(" and not columns then
      columns = true
      i = after_parentheses(words, i) -- its column list
    elseif is_name(token) and known[word] and words[i - 1] ~= "." and words[i + 1] ~= "(" then
      put(i, "NULL")
      while words[i + 1] == "." and tokens[i + 2] and is_name(tokens[i + 2]) do
        i = i + 2
      end
      from = tokens[i].stop + 1
      i = i + 1
    elseif word == "$" and words[i + 1] and words[i + 1]:find("^%d") then
      put(i, "NULL")
      from = tokens[i + 1].stop + 1
      i = i + 2
    else
      i = i + 1
    end
  end
  local stop = tokens[last] and tokens[last].start - 1 or #body
  return table.concat(parts) .. body:sub(from, stop)
end

local function line_of(body, at)
  return select(2, body:sub(1, at):gsub("\n", "")) + 1
end

local function has_word(words, first, last, interesting)
  for i = first, last - 1 do
    if interesting[words[i]] then
      return true
    end
  end
  return false
end

-- The statement or expression that begins at a token: where it ends, and what stands in front of it for EXPLAIN.
local function piece_at(words, i)
  local word = words[i]
  local previous = words[i - 1]
  if begins[word] and (i == 1 or previous == ";" or after_keyword[previous] or previous == "=") then
    return stop_of(words, i, nil),
      word == "perform" and "SELECT" or "",
      word == "perform" and i + 1 or i
  elseif conditions[word] and (i == 1 or previous == ";" or after_keyword[previous]) then
    local next_word = words[i + 1]
    if next_word ~= "query" and next_word ~= "next" and next_word ~= ";" then
      return stop_of(words, i + 1, conditions[word]), "SELECT", i + 1
    end
  elseif word == ":" and words[i + 1] == "=" and not begins[words[i + 2]] then
    return stop_of(words, i + 2, ";"), "SELECT", i + 2
  end
  return nil
end

-- The last part of the name at an index, and the index after it.
local function last_part(words, at)
  while words[at + 1] == "." and words[at + 2] do
    at = at + 2
  end
  return words[at], at + 1
end

-- SELECT * FROM a table alone: its name.
local function all_of(words, at)
  if words[at] == "select" and words[at + 1] == "*" and words[at + 2] == "from" then
    local name, after = last_part(words, at + 3)
    local nothing_else = { where = true, order = true, limit = true, loop = true, [";"] = true }
    return nothing_else[words[after]] and name or nil
  end
  return nil
end

-- SELECT * INTO a record FROM a table alone, INTO at an index: the record, and the table or false.
local function into_record(words, at)
  local record = words[at + 1] == "strict" and at + 2 or at + 1
  if words[at - 2] ~= "select" or words[at - 1] ~= "*" or words[record + 1] ~= "from" then
    return words[record], false
  end
  local name, after = last_part(words, record + 2)
  local alone = words[after] == ";" or words[after] == "where" or words[after] == "order"
  return words[record], alone and name or false
end

-- Records that hold a row of one table and no other: { r = "account" }.
local function rows_of(words)
  local declared, filled = {}, {}
  local function note(record, table_name)
    if record and filled[record] == nil then
      filled[record] = table_name
    elseif record and filled[record] ~= table_name then
      filled[record] = false
    end
  end
  for i, word in ipairs(words) do
    if word == "%" and words[i + 1] == "rowtype" then
      local first = i - 1
      while words[first - 1] == "." do
        first = first - 2
      end
      declared[words[first - 1] or ""] = words[i - 1]
    elseif word == "for" and words[i + 2] == "in" then
      note(words[i + 1], all_of(words, i + 3) or false)
    elseif word == "into" then
      note(into_record(words, i))
    elseif word == ":" and words[i + 1] == "=" then
      note(words[i - 1], false)
    end
  end
  for record, table_name in next, declared do
    filled[record] = table_name
  end
  return filled
end

---@param body string
---@param arguments string[]                  names of its arguments
---@param interesting table<string, boolean>  folded words
---@return { line: integer, sql: string }[]
---@return { line: integer, field: string, record: string, table: string? }[] fields  of interest: NEW.field and OLD.field, and
---those of a record that holds a row of a table
function plpgsql.statements(body, arguments, interesting)
  local tokens, words = sql.tokens(body, "postgresql"), {}
  for i, token in ipairs(tokens) do
    words[i] = fold(token)
  end
  local known = variables_of(words, arguments)
  known.new, known.old = true, true
  local rows = rows_of(words)
  local found, fields, i = {}, {}, 1
  while i <= #words do
    local stop, front, first = piece_at(words, i)
    if stop and first < stop then
      if has_word(words, first, stop, interesting) then
        local text = text_of(body, tokens, words, first, stop, known)
        found[#found + 1] =
          { line = line_of(body, tokens[first].start), sql = front .. " " .. text }
      end
    end
    local table_name = rows[words[i]]
    if
      (words[i] == "new" or words[i] == "old" or table_name)
      and words[i + 1] == "."
      and words[i - 1] ~= "."
      and interesting[words[i + 2]]
    then
      fields[#fields + 1] = {
        line = line_of(body, tokens[i].start),
        field = words[i + 2],
        record = words[i],
        table = table_name or nil,
      }
    end
    i = i + 1
  end
  return found, fields
end

return plpgsql
