--- Which functions, views, triggers and types a file may be about, also within quotes: for what is kept before it is
--- loaded. What a file certainly creates is neap.sql's `objects`.

-- What a statement may be about.
local KINDS = {
  "function",
  "procedure",
  "routine",
  "aggregate",
  "view",
  "materialized%s+view",
  "trigger",
  "type",
  "domain",
}

-- An identifier at a position: its name, folded as the server does, and where it ends.
local function identifier(sql, at)
  local quoted = sql:match('^"(.-)"', at)
  if quoted then
    local stop = at
    repeat
      stop = sql:find('"', stop + 1, true)
      local doubled = stop and sql:sub(stop + 1, stop + 1) == '"'
      stop = doubled and stop + 1 or stop
    until not stop or not doubled
    stop = stop or #sql
    return sql:sub(at + 1, stop - 1):gsub('""', '"'), stop + 1
  end
  local word = sql:match("^[%a_\128-\255][%w_$\128-\255]*", at)
  return word and word:lower(), word and at + #word
end

-- "name" or "schema.name" at a position.
local function qualified(sql, at)
  local first, stop = identifier(sql, at)
  if first and sql:sub(stop, stop) == "." then
    local second, after = identifier(sql, stop + 1)
    if second then
      return first, second, after
    end
  end
  return nil, first, stop
end

-- Where the words (a pattern) end that stand at a position, or nil.
local function after(sql, words, at)
  local _, stop = sql:find("^" .. words .. "%s+", at)
  return stop and stop + 1
end

-- Words before the kind: CREATE OR REPLACE VIEW, DROP VIEW, ALTER VIEW, COMMENT ON VIEW, GRANT ... ON FUNCTION.
local VERBS =
  { create = { "or%s+replace", "constraint", "recursive" }, drop = {}, alter = {}, on = {} }

-- The kind of object that the words at a position begin to create, change or drop, and where its name stands.
local function subject(lower, verb, at)
  at = after(lower, verb, at)
  for _, words in ipairs(at and VERBS[verb] or {}) do
    at = after(lower, words, at) or at
  end
  for i = 1, at and #KINDS or 0 do
    local name = after(lower, KINDS[i], at)
    if name then
      name = after(lower, "if%s+exists", name) or after(lower, "if%s+not%s+exists", name) or name
      return KINDS[i], name
    end
  end
  return nil
end

-- The place after a name and its arguments, when another name follows: DROP FUNCTION a(integer), b.
local function next_name(sql, at)
  at = sql:match("^%s*()", at)
  at = sql:match("^%b()%s*()", at) or at
  return sql:match("^,%s*()", at)
end

---The objects that a file creates, replaces, changes or drops. Too many do no harm, so text in quotes is looked at too.
---@param sql string
---@param objects table[]   neap.sql's, which tell where the search_path is set
---@return { kind: string, schema: string?, name: string, table_schema: string?, table: string? }[]
return function(sql, objects)
  local lower, found, seen = sql:lower(), {}, {}
  local function default_schema(at)
    local schema
    for _, object in ipairs(objects) do
      if object.kind == "search_path" and object.start < at then
        schema = object.schema
      end
    end
    return schema
  end
  local function add(kind, start)
    local schema, name, stop = qualified(sql, start)
    schema = schema or default_schema(start)
    if not name then
      return nil
    end
    local one = { kind = kind, schema = schema, name = name }
    if kind == "trigger" then
      local on = select(2, lower:find("%f[%w_]on%s+", stop))
      one.table_schema, one.table = qualified(sql, (on or #sql) + 1)
      one.table_schema = one.table_schema or default_schema(start)
    end
    local key = table.concat({ kind, schema or "", name, one.table or "" }, "\0")
    if not seen[key] then
      seen[key] = true
      found[#found + 1] = one
    end
    return next_name(sql, stop)
  end
  for at, word in lower:gmatch("()%f[%w_](%a+)%f[^%w_]") do
    local kind, start
    if VERBS[word] then
      kind, start = subject(lower, word, at)
    end
    while kind and start do
      start = add(kind, start)
    end
  end
  return found
end
