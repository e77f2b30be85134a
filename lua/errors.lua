--- Errors are tables: what the raiser knew, and a `tostring` that gives the message.
---
--- `kind` decides the exit status ("usage", "failed", "locked" ...); `at` and `via` are the places in
--- the revision and in its helpers; `sql`, `sqlstate`, `position` and `detail` are the database's.
--- The host makes the same tables from its own errors, with the same metatable.

---@class Error
---@field kind string
---@field message string
---@field at string?       "migrations/x.lua:14"
---@field via string?      "helpers/a.lua:31", outermost first, one a line
---@field sql string?
---@field sqlstate string?
---@field position integer?
---@field detail string?
---@field advice string?

local errors = {}

errors.metatable = {
  __name = "neap.error",
  __tostring = function(self)
    return self.message
  end,
}

---@param kind string
---@param message string
---@param source { at: string?, via: string? }?
---@param fields table<string, any>?
---@return Error
function errors.new(kind, message, source, fields)
  local err = { kind = kind, message = message }
  if source then
    err.at, err.via = source.at, source.via
  end
  for name, value in next, fields or {} do
    err[name] = value
  end
  return setmetatable(err, errors.metatable)
end

---Raises; without a position of its own in the message, because `at` has it.
function errors.raise(kind, message, source, fields)
  error(errors.new(kind, message, source, fields), 0)
end

---True for the tables that this module and the host make.
function errors.is(value)
  return type(value) == "table" and getmetatable(value) == errors.metatable
end

---Raises a wrong argument: `errors.usage('expected %s, got %s', ...)`.
function errors.usage(format, ...)
  errors.raise("usage", select("#", ...) > 0 and format:format(...) or format)
end

---The name in `names` (a table with names as keys) that `word` was probably meant to be, or nil.
---Optimal string alignment distance; at most a third of the letters may be wrong.
---@param word string
---@param names table<string, any>
---@return string?
function errors.nearest(word, names)
  local best, least = nil, math.max(1, #word // 3) + 1
  for name in next, names do
    local distance = type(name) == "string" and errors.distance(word, name) or least
    if distance < least or (distance == least and best and name < best) then
      best, least = name, distance
    end
  end
  return best
end

---How many letters to insert, remove, change or swap to turn a into b.
function errors.distance(a, b)
  local before, last, row = {}, {}, {}
  for j = 0, #b do
    last[j] = j
  end
  for i = 1, #a do
    row[0] = i
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last, row = last, row, before
  end
  return last[#b]
end

---" (did you mean ...?)" or "".
function errors.hint(word, names)
  local name = type(word) == "string" and errors.nearest(word, names)
  return name and (' (did you mean "%s"?)'):format(name) or ""
end

return errors
