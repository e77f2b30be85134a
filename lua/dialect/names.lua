--- Names as SQL text, for one dialect.

local quote_name = require("neap.sql").quote_name

---@param dialect string
---@param check nil|fun(name: string)  raises what this database does not take
---@return fun(name: string): string  one name
---@return fun(schema: string|nil, name: string): string  "schema.name", or the name alone
---@return fun(list: string|string[]): string  names with commas between
return function(dialect, check)
  -- Names as they were quoted: a run has few and says them often. Begun anew when it grows.
  local known, count = {}, 0

  local function quote(name)
    local quoted = known[name]
    if quoted then
      return quoted
    end
    if check then
      check(name)
    end
    if count == 1000 then
      known, count = {}, 0
    end
    quoted = quote_name(name, dialect)
    known[name], count = quoted, count + 1
    return quoted
  end

  local function object(schema, name)
    if schema then
      return quote(schema) .. "." .. quote(name)
    end
    return quote(name)
  end

  local function names(list)
    if type(list) == "string" then
      return quote(list)
    end
    local parts = {}
    for i = 1, #list do
      parts[i] = quote(list[i])
    end
    return table.concat(parts, ", ")
  end

  return quote, object, names
end
