--- A random schema of PostgreSQL as a list of SQL statements that run in their order.
---
---     math.randomseed(7)
---     local statements = require("spec.lua.reflect.random_schema")()

local function pick(list)
  return list[math.random(#list)]
end

local function chance(percent)
  return math.random(100) <= percent
end

-- Names that need quotes, and names that do not.
local words = {
  "account",
  "Order",
  "line item",
  "select",
  "a.b",
  'with"quote',
  "naïve",
  "x",
  "customer",
  "_private",
  "user",
  "Mixed",
  "long_name_that_goes_on_and_on_until_it_is_near_the_limit_of_63",
  "k",
  "événement",
  "t$1",
}

local function quote(name)
  return '"' .. name:gsub('"', '""') .. '"'
end

local function literal(text)
  return "'" .. text:gsub("'", "''") .. "'"
end

local schema = {}
schema.__index = schema

function schema:add(text, ...)
  self.statements[#self.statements + 1] = select("#", ...) > 0 and text:format(...) or text
end

-- A name that nothing else has.
function schema:name(prefix)
  self.count = self.count + 1
  local name = pick(words):sub(1, 24):gsub("[\128-\191]+$", ""):gsub("[\192-\255]$", "")
  return ("%s%s%d"):format(prefix or "", name, self.count)
end

function schema:qualified(name)
  return self.where .. "." .. quote(name)
end

function schema:comment(what)
  if chance(15) then
    self:add(
      "COMMENT ON %s IS %s",
      what,
      literal(pick({ "it's", "two\nlines", "plain", "back\\slash" }))
    )
  end
end

function schema:grant(what, privileges)
  if chance(15) then
    self:add(
      "GRANT %s ON %s TO %s%s",
      pick(privileges),
      what,
      pick({ "reflect_reader", "reflect_owner" }),
      chance(20) and " WITH GRANT OPTION" or ""
    )
  end
  if chance(8) then
    self:add("REVOKE ALL ON %s FROM PUBLIC", what)
  end
end

function schema:types()
  for _ = 1, math.random(0, 2) do
    local name = self:qualified(self:name("e"))
    self:add("CREATE TYPE %s AS ENUM ('a', 'it''s', %s)", name, literal(self:name()))
    self.enums[#self.enums + 1] = name
    self:comment("TYPE " .. name)
  end
  for _ = 1, math.random(0, 2) do
    local name = self:qualified(self:name("d"))
    self:add(
      "CREATE DOMAIN %s AS %s%s%s%s",
      name,
      pick({ "integer", "text", "numeric(8,3)", "varchar(10)" }),
      chance(40) and " NOT NULL" or "",
      chance(30) and " CHECK (VALUE IS NOT NULL)" or "",
      chance(30) and (" CONSTRAINT %s CHECK (VALUE::text <> 'x')"):format(quote(self:name())) or ""
    )
    self.domains[#self.domains + 1] = name
    self:comment("DOMAIN " .. name)
  end
  if chance(40) then
    local name = self:qualified(self:name("c"))
    self:add('CREATE TYPE %s AS (a integer, %s text COLLATE "C")', name, quote(self:name()))
    self.composites[#self.composites + 1] = name
  end
end

local column_types = {
  { "integer", "7", "(1 + 2)" },
  { "bigint", "-3", "8" },
  { "text", "'x'", "'it''s'", "lower('ABC')", "current_user" },
  { "varchar(20)", "'abc'" },
  { "char(3)", "'ab'" },
  { "numeric(10,2)", "1.50", "0" },
  { "double precision", "1e10", "'NaN'" },
  { "boolean", "true", "false" },
  { "timestamptz", "now()", "CURRENT_TIMESTAMP", "'2020-01-01 00:00:00+02'" },
  { "date", "CURRENT_DATE", "'2024-02-29'" },
  { "interval", "'1 day'", "'90 minutes'" },
  { "uuid", "gen_random_uuid()" },
  { "jsonb", "'{}'", "'{\"a\": [1, 2]}'" },
  { "text[]", "'{}'", "ARRAY['a', 'b']" },
  { "integer[][]", "'{{1,2},{3,4}}'" },
  { "bytea", "'\\x00ff'" },
  { "bit(3)", "B'101'" },
  { "tstzrange", "'[2020-01-01,2021-01-01)'" },
  { "point", "'(1,2)'" },
  { "time(3)", "'12:00'" },
}

function schema:column(table_record)
  local name = self:name("c")
  local column = { name = name }
  local sql
  if chance(10) and #self.enums > 0 then
    column.type = pick(self.enums) .. (chance(30) and "[]" or "")
    sql = column.type .. (chance(50) and not column.type:find("]$") and " DEFAULT 'a'" or "")
  elseif chance(10) and #self.domains > 0 then
    column.type = pick(self.domains)
    sql = column.type
  elseif chance(5) and #self.composites > 0 then
    column.type, column.odd = pick(self.composites), true
    sql = column.type
  elseif chance(6) then
    column.type = "integer"
    sql = pick({ "serial", "bigserial", "smallserial" })
  elseif chance(8) then
    column.type = "bigint"
    sql = "bigint GENERATED "
      .. pick({ "ALWAYS", "BY DEFAULT" })
      .. " AS IDENTITY"
      .. (chance(40) and " (START 100 INCREMENT 5 CACHE 3)" or "")
  else
    local kind = pick(column_types)
    column.type, column.odd = kind[1], kind[1]:find("json") or kind[1]:find("point")
    sql = kind[1]
    if (kind[1] == "text" or kind[1]:find("char")) and chance(15) then
      sql = sql .. pick({ ' COLLATE "C"', ' COLLATE "POSIX"' })
    end
    if chance(40) then
      sql = sql .. " DEFAULT " .. kind[math.random(2, #kind)]
    elseif kind[1] == "integer" and table_record.number and chance(30) then
      sql = sql .. (" GENERATED ALWAYS AS (%s * 2) STORED"):format(quote(table_record.number))
    elseif kind[1] == "integer" then
      table_record.number = name
    end
  end
  if chance(30) and not sql:find("serial") then
    sql = sql .. " NOT NULL"
  end
  column.sql = quote(name) .. " " .. sql
  return column
end

-- Columns that can be indexed by a b-tree.
local function indexable(record)
  local list = {}
  for _, column in ipairs(record.columns) do
    if not column.odd then
      list[#list + 1] = column
    end
  end
  return list
end

function schema:constraint(record, lines)
  local usable = indexable(record)
  if #usable == 0 then
    return
  end
  local label = chance(50) and ("CONSTRAINT %s "):format(quote(self:name("k"))) or ""
  local column = pick(usable)
  local what = math.random(3)
  if what == 1 and not record.key then
    record.key = column
    lines[#lines + 1] = label .. ("PRIMARY KEY (%s)"):format(quote(column.name))
  elseif what == 2 then
    lines[#lines + 1] = label
      .. ("UNIQUE (%s)%s"):format(
        quote(column.name),
        chance(20)
            and pick({ " DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE", " WITH (fillfactor = 60)" })
          or ""
      )
  else
    lines[#lines + 1] = label
      .. ("CHECK (%s IS NOT NULL OR %s = %s)%s"):format(
        quote(column.name),
        quote(column.name),
        quote(column.name),
        chance(20) and " NO INHERIT" or ""
      )
  end
end

function schema:table()
  local record = { columns = {}, sql = nil }
  record.name = self:name("t")
  record.sql = self:qualified(record.name)
  local lines = {}
  for i = 1, math.random(1, 7) do
    record.columns[i] = self:column(record)
    lines[i] = record.columns[i].sql
  end
  for _ = 1, math.random(0, 3) do
    self:constraint(record, lines)
  end
  local options = chance(15)
  record.unlogged = chance(8)
  self:add(
    "CREATE %sTABLE %s (%s)%s",
    record.unlogged and "UNLOGGED " or "",
    record.sql,
    table.concat(lines, ", "),
    options and " WITH (fillfactor = 90, toast.autovacuum_enabled = false)" or ""
  )
  self:comment("TABLE " .. record.sql)
  self:comment(("COLUMN %s.%s"):format(record.sql, quote(record.columns[1].name)))
  self:grant("TABLE " .. record.sql, { "SELECT", "INSERT, UPDATE", "ALL" })
  if chance(10) then
    self:add("GRANT SELECT (%s) ON %s TO reflect_reader", quote(record.columns[1].name), record.sql)
  end
  if chance(10) then
    self:add("ALTER TABLE %s OWNER TO reflect_owner", record.sql)
  end
  if chance(10) then
    self:add("ALTER TABLE %s ALTER %s SET STATISTICS 50", record.sql, quote(record.columns[1].name))
  end
  -- What a dropped column leaves behind is its TOAST table.
  if not options and chance(12) then
    self:add(
      "ALTER TABLE %s DROP COLUMN %s CASCADE",
      record.sql,
      quote(table.remove(record.columns).name)
    )
    if #record.columns == 0 then
      self:add('ALTER TABLE %s ADD COLUMN "only" integer', record.sql)
      record.columns[1] = { name = "only", type = "integer" }
    end
  end
  self.tables[#self.tables + 1] = record
end

function schema:index(record)
  local usable = indexable(record)
  if #usable == 0 then
    return
  end
  local parts, seen = {}, {}
  for _ = 1, math.random(1, 3) do
    local column = pick(usable)
    if not seen[column] then
      seen[column] = true
      local expression = quote(column.name)
      if chance(20) then
        expression = ("(%s IS NULL)"):format(expression)
      elseif column.type == "text" and chance(30) then
        expression = expression .. pick({ " text_pattern_ops", ' COLLATE "C"' })
      end
      parts[#parts + 1] = expression
        .. pick({ "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST" })
    end
  end
  local name = self:name("i")
  self:add(
    "CREATE %sINDEX %s ON %s (%s)%s%s",
    chance(25) and "UNIQUE " or "",
    quote(name),
    record.sql,
    table.concat(parts, ", "),
    chance(15) and (" INCLUDE (%s)"):format(quote(pick(record.columns).name)) or "",
    chance(25) and (" WHERE %s IS NOT NULL"):format(quote(usable[1].name)) or ""
  )
  self:comment("INDEX " .. self:qualified(name))
end

function schema:foreign_key(record)
  local other = pick(self.tables)
  local unique = self:name("u")
  local target = indexable(other)[1]
  if not target or other.unlogged ~= record.unlogged then
    return
  end
  local own = self:name("f")
  self:add(
    "ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (%s)",
    other.sql,
    quote(unique),
    quote(target.name)
  )
  self:add("ALTER TABLE %s ADD COLUMN %s %s", record.sql, quote(own), target.type)
  self:add(
    "ALTER TABLE %s ADD %sFOREIGN KEY (%s) REFERENCES %s (%s)%s%s",
    record.sql,
    chance(50) and ("CONSTRAINT %s "):format(quote(self:name("fk"))) or "",
    quote(own),
    other.sql,
    quote(target.name),
    pick({
      "",
      " ON DELETE CASCADE",
      " ON UPDATE SET NULL",
      " MATCH FULL",
      " ON DELETE SET DEFAULT",
    }),
    pick({ "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", " NOT VALID" })
  )
end

function schema:view()
  local source = pick(self.readable)
  if #indexable(source) == 0 then
    return
  end
  local name = self:qualified(self:name("v"))
  local column = quote(pick(indexable(source)).name)
  local materialized, alias = chance(25), self:name("n")
  self:add(
    "CREATE %sVIEW %s AS SELECT a.%s, count(*) AS %s FROM %s a WHERE a.%s IS NOT NULL GROUP BY a.%s",
    materialized and "MATERIALIZED " or "",
    name,
    column,
    quote(alias),
    source.sql,
    column,
    column
  )
  self:comment((materialized and "MATERIALIZED VIEW " or "VIEW ") .. name)
  self:grant("TABLE " .. name, { "SELECT" })
  self.readable[#self.readable + 1] =
    { sql = name, columns = { { name = alias, type = "bigint" } } }
end

function schema:code()
  local name = self:qualified(self:name("fn"))
  local source = pick(self.readable)
  self:add(
    "CREATE FUNCTION %s(a integer, b text DEFAULT 'x;') RETURNS bigint LANGUAGE sql AS $f$ SELECT count(*) + a FROM %s $f$",
    name,
    source.sql
  )
  self:comment(("FUNCTION %s(integer, text)"):format(name))
  self:grant(("FUNCTION %s(integer, text)"):format(name), { "EXECUTE" })
  local trigger = self:qualified(self:name("tf"))
  self:add(
    "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    trigger
  )
  local record, trigger_name = pick(self.tables), quote(self:name("tr"))
  self:add(
    "CREATE TRIGGER %s %s ON %s FOR EACH %s EXECUTE FUNCTION %s(%s)",
    trigger_name,
    pick({ "BEFORE INSERT", "AFTER UPDATE OR DELETE", "AFTER TRUNCATE" }),
    record.sql,
    "STATEMENT",
    trigger,
    pick({ "", "'a'", "'b', 'it''s'" })
  )
  if chance(30) then
    self:add("ALTER TABLE %s DISABLE TRIGGER %s", record.sql, trigger_name)
  end
  if chance(40) then
    self:add(
      "CREATE POLICY %s ON %s FOR %s USING (true)",
      quote(self:name("p")),
      record.sql,
      pick({ "SELECT", "ALL", "DELETE" })
    )
    self:add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", record.sql)
  end
end

function schema:families()
  if chance(40) then
    local parent = pick(self.tables)
    local name = self:qualified(self:name("h"))
    self:add("CREATE TABLE %s (own text DEFAULT 'y') INHERITS (%s)", name, parent.sql)
  end
  if chance(40) then
    local name = self:name("part")
    local sql = self:qualified(name)
    self:add(
      "CREATE TABLE %s (id integer NOT NULL, day date NOT NULL%s) PARTITION BY RANGE (day)",
      sql,
      chance(50) and ", PRIMARY KEY (id, day)" or ""
    )
    if chance(60) then
      self:add("CREATE INDEX %s ON %s (id DESC)", quote(self:name("i")), sql)
    end
    for year = 2020, 2020 + math.random(0, 2) do
      self:add(
        "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('%d-01-01') TO ('%d-01-01')",
        self:qualified(self:name("p")),
        sql,
        year,
        year + 1
      )
    end
    if chance(50) then
      self:add("CREATE TABLE %s PARTITION OF %s DEFAULT", self:qualified(self:name("p")), sql)
    end
  end
end

---@return string[]
return function()
  local self = setmetatable({
    statements = {},
    count = 0,
    enums = {},
    domains = {},
    composites = {},
    tables = {},
    readable = {},
    where = pick({ "public", "app", '"Odd one"' }),
  }, schema)
  if self.where ~= "public" then
    self:add("CREATE SCHEMA %s", self.where)
  end
  self:types()
  if chance(40) then
    self:add("CREATE SEQUENCE %s INCREMENT %d", self:qualified(self:name("s")), pick({ 1, 3, -1 }))
  end
  for _ = 1, math.random(1, 5) do
    self:table()
  end
  for _, record in ipairs(self.tables) do
    for _ = 1, math.random(0, 2) do
      self:index(record)
    end
    if chance(50) then
      self:foreign_key(record)
    end
    self.readable[#self.readable + 1] = record
  end
  self:families()
  for _ = 1, math.random(0, 3) do
    self:view()
  end
  if chance(60) then
    self:code()
  end
  return self.statements
end
