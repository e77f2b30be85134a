--- Names that neap makes up: of indexes, and of constraints when neap.lua has `naming`.

local errors = require("neap.errors")

local naming = {}

-- FNV-1a, 32 bits: tells two long names apart; nothing secret.
local function hash(text)
  local sum = 0x811c9dc5
  for i = 1, #text do
    sum = ((sum ~ text:byte(i)) * 0x01000193) & 0xffffffff
  end
  return ("%08x"):format(sum)
end

---Cuts a name to `limit` bytes, at a character's end, with a hash of all of it.
---@param limit integer?  nil: any length
function naming.cut(name, limit)
  if not limit or #name <= limit then
    return name
  end
  local keep = limit - 9
  while keep > 0 and (name:byte(keep + 1) & 0xc0) == 0x80 do
    keep = keep - 1
  end
  return name:sub(1, keep) .. "_" .. hash(name)
end

-- A column's part in a name: an expression gives its words.
local function word(column)
  if type(column) == "table" then
    column = column[1] or column
  end
  if type(column) == "table" then
    return (column.sql:gsub("[^%w_]+", "_"):gsub("^_+", ""):gsub("_+$", ""))
  end
  return column
end

local function words(columns)
  local parts = {}
  for i = 1, #columns do
    parts[i] = word(columns[i])
  end
  return table.concat(parts, "_")
end

local labels = {
  ix = "index",
  uq = "unique constraint",
  ck = "check constraint",
  fk = "foreign key",
  pk = "primary key",
}

local function expand(template, kind, facts)
  return (
    template:gsub("{([%w_]*)}", function(place)
      local value = facts[place]
      if value then
        return value
      elseif place == "constraint_name" then
        errors.usage(
          'naming.%s = "%s" needs a name: give the %s one with name = "..."',
          kind,
          template,
          labels[kind]
        )
      end
      errors.usage(
        'naming.%s = "%s": unknown placeholder {%s}; there are {table}, {schema}, {columns}, '
          .. "{referred_table} and {constraint_name}",
        kind,
        template,
        place
      )
    end)
  )
end

---What a constraint is called: its own name, or by the template, or nil (the database's choice).
---A template with {constraint_name} applies to names that are given, too, unless they begin as it does.
---@param run Run
---@param kind "ix"|"uq"|"ck"|"fk"|"pk"
---@param facts { table: string, schema: string?, columns: any[]?, referred_table: string?, name: string? }
---@param limit integer?
---@return string?
function naming.constraint(run, kind, facts, limit)
  local template, name = run.naming and run.naming[kind], facts.name
  if not template then
    return name
  end
  local around = template:find("{constraint_name}", 1, true)
  if name and not around then
    return name
  end
  local places = {
    table = facts.table,
    schema = facts.schema or "",
    columns = facts.columns and words(facts.columns) or "",
    referred_table = facts.referred_table or "",
    constraint_name = name,
  }
  if name then
    local prefix = expand(template:sub(1, around - 1), kind, places)
    if prefix ~= "" and name:sub(1, #prefix) == prefix then
      return name
    end
  end
  return naming.cut(expand(template, kind, places), limit)
end

---What an index without a name is called: `ix_<table>_<columns>`, `ix_<schema>_<table>_<columns>`.
function naming.index(run, facts, limit)
  if facts.name then
    return facts.name
  end
  if run.naming and run.naming.ix then
    return naming.constraint(run, "ix", facts, limit)
  end
  local prefix = facts.schema and "ix_" .. facts.schema or "ix"
  return naming.cut(prefix .. "_" .. facts.table .. "_" .. words(facts.columns), limit)
end

return naming
