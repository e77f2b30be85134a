--- Names of objects as people write them: what they may mean.

local names = {}

---"public.account", '"odd.name".x', "f(integer)" -> its parts and its arguments; nil when it is no name.
---@param text string
---@param folds boolean  unquoted names are lower case (PostgreSQL)
---@return string[]?, string? args
function names.parse(text, folds)
  local parts, at = {}, 1
  while true do
    local quoted, after = text:match('^%s*"([^"]*)"()', at)
    while quoted and text:sub(after, after) == '"' do
      local more, next_at = text:match('^([^"]*)"()', after + 1)
      if not more then
        return nil
      end
      quoted, after = quoted .. '"' .. more, next_at
    end
    if not quoted then
      quoted, after = text:match('^%s*([^%s%.%("]+)()', at)
      quoted = quoted and (folds and quoted:lower() or quoted)
    end
    if not quoted or quoted == "" then
      return nil
    end
    parts[#parts + 1] = quoted
    if #parts > 3 then
      return nil
    end
    local rest = text:sub(after):match("^%s*(.*)$")
    if rest == "" then
      return parts
    end
    local args = rest:match("^(%b())%s*$")
    if args then
      return parts, args
    elseif rest:sub(1, 1) ~= "." then
      return nil
    end
    at = #text - #rest + 2
  end
end

---@class Meaning
---@field schema string?
---@field name string
---@field part string?  a column, constraint, trigger, rule or policy

---What the parts may mean, most likely first.
---@param parts string[]
---@return Meaning[]
function names.meanings(parts)
  if #parts == 1 then
    return { { name = parts[1] } }
  elseif #parts == 2 then
    return { { schema = parts[1], name = parts[2] }, { name = parts[1], part = parts[2] } }
  end
  return { { schema = parts[#parts - 2], name = parts[#parts - 1], part = parts[#parts] } }
end

return names
