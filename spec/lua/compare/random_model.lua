--- Random models, as Lua text: tables with columns, keys, indexes and checks; enums, views and functions on PostgreSQL.
--- The same seed gives the same model.

local random_model = {}

local TYPES = {
  postgresql = {
    "integer",
    "bigint",
    "smallint",
    "text",
    "varchar(20)",
    "varchar(200)",
    "char(3)",
    "numeric(10,2)",
    "boolean",
    "date",
    "timestamptz",
    "timestamp",
    "uuid",
    "jsonb",
    "text[]",
    "double precision",
    "interval",
    "bytea",
  },
  sqlite = {
    "integer",
    "bigint",
    "text",
    "varchar(20)",
    "numeric(10,2)",
    "boolean",
    "real",
    "blob",
    "date",
  },
}

local DEFAULTS = {
  integer = { "0", "42", "-1" },
  bigint = { "0", "7" },
  smallint = { "1" },
  text = { '""', '"x"', '"it\'s"' },
  ["varchar(20)"] = { '"abc"' },
  ["numeric(10,2)"] = { "0", "1.5" },
  boolean = { "true", "false" },
  date = { 'op.sql("CURRENT_DATE")' },
  timestamptz = { 'op.sql("now()")' },
  timestamp = { 'op.sql("CURRENT_TIMESTAMP")' },
}

-- What a check may say of a column of that type.
local CHECKS = {
  integer = { "%s > 0", "%s BETWEEN 1 AND 10", "%s IN (1, 2, 3)", "%s <> 5 OR %s IS NULL" },
  bigint = { "%s >= 0" },
  text = { "%s <> ''", "length(%s) < 100", "%s LIKE 'a%%'" },
  ["numeric(10,2)"] = { "%s >= 0.5" },
}

-- A generator of its own: Lua's differs between versions and is shared.
local function generator(seed)
  local state = seed * 2654435761 % 2147483647 + 1
  return function(n)
    state = state * 48271 % 2147483647
    return state % n + 1
  end
end

local function pick(roll, list)
  return list[roll(#list)]
end

local function column(roll, name, kind)
  local options = {}
  local function add(text)
    options[#options + 1] = text
  end
  if roll(3) == 1 and DEFAULTS[kind] then
    add("server_default = " .. pick(roll, DEFAULTS[kind]))
    if roll(2) == 1 then
      add("nullable = false")
    end
  end
  if roll(6) == 1 and kind ~= "jsonb" then
    add("unique = true")
  elseif roll(6) == 1 and kind ~= "jsonb" then
    add("index = true")
  end
  if roll(8) == 1 then
    add(('comment = "about %s"'):format(name))
  end
  if roll(6) == 1 and CHECKS[kind] then
    add(('check = "%s"'):format(pick(roll, CHECKS[kind]):gsub("%%s", name):gsub("%%%%", "%%")))
  end
  local tail = #options > 0 and ", { " .. table.concat(options, ", ") .. " }" or ""
  return ('  op.column("%s", "%s"%s),'):format(name, kind, tail)
end

local function indexes(roll, lines, table_name, names, dialect)
  for i = 1, roll(3) - 1 do
    local name, other = pick(roll, names), pick(roll, names)
    local columns = name == other and ('"%s"'):format(name) or ('"%s", "%s"'):format(name, other)
    local options = {}
    if roll(3) == 1 then
      options[1] = ('where = "%s IS NOT NULL"'):format(name)
    end
    if roll(5) == 1 and dialect == "postgresql" and name ~= other then
      columns = ('{ "%s", desc = true }, "%s"'):format(name, other)
    end
    local tail = #options > 0 and ", { " .. table.concat(options, ", ") .. " }" or ""
    lines[#lines + 1] = ('  op.index("ix_%s_%d", { %s }%s),'):format(table_name, i, columns, tail)
  end
end

local function make_table(roll, dialect, known, name)
  local lines = { ('op.create_table("%s", {'):format(name) }
  local key = roll(4)
  if key == 1 then
    lines[2] = '  op.column("id", "integer", { primary_key = true, autoincrement = true }),'
  elseif key == 2 and dialect == "postgresql" then
    lines[2] = '  op.column("id", "bigint", { primary_key = true, identity = true }),'
  else
    lines[2] = '  op.column("id", "integer", { primary_key = true }),'
  end
  local names, seen = {}, {}
  for _ = 1, roll(6) do
    local each = "c" .. roll(9)
    if not seen[each] then
      seen[each] = true
      local kind = pick(roll, TYPES[dialect])
      lines[#lines + 1] = column(roll, each, kind)
      if kind ~= "jsonb" then
        names[#names + 1] = each
      end
    end
  end
  if #known > 0 and roll(2) == 1 then
    local actions = { "cascade", "set null", "restrict" }
    lines[#lines + 1] = ('  op.column("ref", "integer", { references = { "%s", "id", ondelete = "%s" } }),'):format(
      pick(roll, known),
      pick(roll, actions)
    )
  end
  if #names > 0 then
    indexes(roll, lines, name, names, dialect)
  end
  lines[#lines + 1] = roll(4) == 1 and ('}, { comment = "table %s" })'):format(name) or "})"
  return table.concat(lines, "\n"), names
end

local VALUES = { "a", "b", "c", "d", "e" }

---@param seed integer
---@param dialect "postgresql"|"sqlite"
---@return string
function random_model.make(seed, dialect)
  local roll = generator(seed)
  local parts, known, columns = {}, {}, {}
  local enum = dialect == "postgresql" and roll(2) == 1
  if enum then
    local values = {}
    for _, value in ipairs(VALUES) do
      if roll(3) > 1 then
        values[#values + 1] = ('"%s"'):format(value)
      end
    end
    values[#values + 1] = '"z"'
    parts[1] = ('op.create_enum("letter", { %s })'):format(table.concat(values, ", "))
  end
  for i = 1, roll(4) do
    local name = "t" .. (i * 2 - roll(2))
    parts[#parts + 1], columns[name] = make_table(roll, dialect, known, name)
    -- A key that is 64 bits wide is referred to by nothing here.
    if not parts[#parts]:find('"id", "bigint"', 1, true) then
      known[#known + 1] = name
    end
    columns[#columns + 1] = name
  end
  if enum then
    parts[#parts + 1] =
      'op.create_table("lettered", { op.column("l", "letter", { server_default = "z" }) })'
  end
  for i, name in ipairs(columns) do
    if roll(3) == 1 and #columns[name] > 0 then
      local wanted = pick(roll, columns[name])
      parts[#parts + 1] = ('op.create_view("v%d", "SELECT id, %s AS x FROM %s")'):format(
        i,
        wanted,
        name
      )
    end
  end
  if dialect == "postgresql" and roll(2) == 1 then
    parts[#parts + 1] = ("op.create_function([[CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql AS $$ SELECT n + %d $$]])"):format(
      roll(5)
    )
  end
  return table.concat(parts, "\n") .. "\n"
end

return random_model
