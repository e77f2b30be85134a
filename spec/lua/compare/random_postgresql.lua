--- A random schema of PostgreSQL as a list of SQL statements that run in their order, with all kinds of objects and odd
--- names; and the one that it becomes: the sides "a" and "b" of a seed have most choices in common.
---
---     local made = require("spec.lua.compare.random_postgresql").make(7, "a", "app")
---     made.statements, made.rows   -- rows: INSERTs that fit both sides

local choices = require("spec.support.choices")

local random_postgresql = {}

local schema = {}
schema.__index = schema

local words = {
  "account",
  "Order",
  "line item",
  "select",
  "a.b",
  'with"quote',
  "naïve",
  "x",
  "_private",
  "user",
  "Mixed",
  "événement",
  "t$1",
  "it's",
  "back\\slash",
  "ünï-cödé",
  "100%",
  "-- no comment",
}

local LONGEST = 63 -- bytes

local function quote(name)
  return '"' .. name:gsub('"', '""') .. '"'
end

local function literal(text)
  return "'" .. text:gsub("'", "''") .. "'"
end

-- A name that nothing else has, and that both sides have.
function schema:name(key)
  local place = self.places[key]
  if not place then
    self.count = self.count + 1
    place = key:gsub("[^%w]", "")
    self.places[key] = place
  end
  if self.choices:both(key .. "/long", 25) == 1 then
    return place .. ("l"):rep(LONGEST - #place)
  end
  return self.choices:pick_both(key .. "/name", words) .. "_" .. place
end

function schema:add(text, ...)
  self.statements[#self.statements + 1] = select("#", ...) > 0 and text:format(...) or text
end

function schema:qualified(name)
  return self.where .. "." .. quote(name)
end

function schema:roll(key, n)
  return self.choices:roll(key, n)
end

function schema:chance(key, percent)
  return self.choices:chance(key, percent)
end

function schema:pick(key, list)
  return self.choices:pick(key, list)
end

local remarks = { "it's", "two\nlines", "plain", "back\\slash", 'a "b" $$ $1 %s', "é" }

function schema:comment(key, what)
  if self:chance(key .. "/comment", 15) then
    self:add("COMMENT ON %s IS %s", what, literal(self:pick(key .. "/remark", remarks)))
  end
end

function schema:grant(key, what, privileges)
  if self:chance(key .. "/grant", 12) then
    self:add(
      "GRANT %s ON %s TO %s%s",
      self:pick(key .. "/privileges", privileges),
      what,
      self:pick(key .. "/grantee", { "reflect_reader", "reflect_owner", '"Reflect odd"' }),
      self:chance(key .. "/option", 20) and " WITH GRANT OPTION" or ""
    )
  end
  if self:chance(key .. "/revoke", 5) then
    self:add("REVOKE ALL ON %s FROM PUBLIC", what)
  end
end

function schema:own(key, what)
  if self:chance(key .. "/owner", 6) then
    self:add("ALTER %s OWNER TO reflect_owner", what)
  end
end

-- Types -------------------------------------------------------------------------------------------------

local labels = { "a", "b", "it's", "Ünder", "two words", "z" }

function schema:enums()
  for i = 1, 2 do
    local key = "e" .. i
    if self.choices:both(key, 100) <= 45 then
      local name, values = self:qualified(self:name(key)), { "'first'" }
      for _, label in ipairs(self.choices:some(key .. "/values", labels, 70)) do
        values[#values + 1] = literal(label)
      end
      self:add("CREATE TYPE %s AS ENUM (%s)", name, table.concat(values, ", "))
      self.types[#self.types + 1] =
        { sql = name, default = "'first'", value = "'first'", comparable = true }
      self:comment(key, "TYPE " .. name)
      self:grant(key, "TYPE " .. name, { "USAGE" })
      self:own(key, "TYPE " .. name)
    end
  end
end

local domains = {
  { "integer", "%s > -100", "5" },
  { "text", "%s <> 'never'", "'x'" },
  { "numeric(8,3)", "%s < 10000", "1.5" },
  { "varchar(10)", "length(%s::text) < 20", "'abc'" },
}

function schema:domains()
  for i = 1, 2 do
    local key = "d" .. i
    if self.choices:both(key, 100) <= 45 then
      local name, base =
        self:qualified(self:name(key)), self.choices:pick_both(key .. "/base", domains)
      self:add(
        "CREATE DOMAIN %s AS %s%s%s%s%s%s",
        name,
        base[1],
        base[1] == "text" and self:chance(key .. "/collate", 30) and ' COLLATE "C"' or "",
        self:chance(key .. "/default", 40) and " DEFAULT " .. base[3] or "",
        self:chance(key .. "/null", 15) and not self.with_rows and " NOT NULL" or "",
        self:chance(key .. "/check", 40) and " CHECK (" .. base[2]:format("VALUE") .. ")" or "",
        self:chance(key .. "/named", 30)
            and (" CONSTRAINT %s CHECK (VALUE IS NOT NULL OR 1 < %d)"):format(
              quote(self:name(key .. "k")),
              self:roll(key .. "/limit", 3) + 1
            )
          or ""
      )
      self.types[#self.types + 1] = { sql = name, value = base[3], comparable = true }
      self:comment(key, "DOMAIN " .. name)
      self:own(key, "DOMAIN " .. name)
    end
  end
end

function schema:composites()
  if self.choices:both("c1", 100) <= 35 then
    local name = self:qualified(self:name("c1"))
    local parts = { "a integer" }
    for i, part in ipairs({
      ('%s text COLLATE "C"'):format(quote(self:name("c1x"))),
      "b numeric(6,2)",
      "d date[]",
    }) do
      parts[#parts + 1] = self:chance("c1/" .. i, 60) and part or nil
    end
    self:add("CREATE TYPE %s AS (%s)", name, table.concat(parts, ", "))
    self.types[#self.types + 1] = { sql = name, value = "NULL", odd = true }
    self:comment("c1", "TYPE " .. name)
  end
  if self.choices:both("r1", 100) <= 20 then
    local name = self:qualified(self:name("r1"))
    self:add(
      "CREATE TYPE %s AS RANGE (subtype = %s)",
      name,
      self:pick("r1/of", { "float8", "time", "inet" })
    )
    self.types[#self.types + 1] = { sql = name, value = "NULL", odd = true }
  end
end

function schema:make_sequences()
  for i = 1, 2 do
    local key = "s" .. i
    if self:chance(key, 35) then
      local name = self:qualified(self:name(key))
      self:add(
        "CREATE SEQUENCE %s%s INCREMENT %d%s%s%s",
        name,
        self:pick(key .. "/as", { "", "", " AS integer", " AS smallint" }),
        self:pick(key .. "/by", { 1, 3, -1 }),
        self:pick(key .. "/min", { "", " MINVALUE -50" }),
        self:pick(key .. "/cache", { "", " CACHE 5" }),
        self:pick(key .. "/cycle", { "", " CYCLE" })
      )
      self.sequences[#self.sequences + 1] = name
      self:comment(key, "SEQUENCE " .. name)
      self:grant(key, "SEQUENCE " .. name, { "USAGE", "SELECT, UPDATE", "ALL" })
      self:own(key, "SEQUENCE " .. name)
    end
  end
end

-- Columns -----------------------------------------------------------------------------------------------

-- By family: values of one fit the others, as far as these values go.
local families = {
  {
    { "integer", "7", "(1 + 2)" },
    { "bigint", "-3", "8" },
    { "smallint", "2" },
    { "numeric(10,2)", "1.50", "0" },
    { "numeric", "3" },
    { "double precision", "1e10", "3" },
    value = "%d",
    check = "%s > -1000",
    number = true,
  },
  {
    { "text", "'x'", "'it''s'", "lower('ABC')", "current_user", "'a\\b'", "E'tab\\t'" },
    { "varchar(20)", "'abc'" },
    { "varchar", "'n'::varchar || 'm'" },
    { "char(9)", "'ab'" },
    value = "'v%d'",
    check = "%s <> 'never' AND length(%s::text) < 50",
    text = true,
  },
  {
    { "timestamptz", "now()", "CURRENT_TIMESTAMP", "'2020-01-01 00:00:00+02'" },
    { "timestamp", "CURRENT_TIMESTAMP", "(now() AT TIME ZONE 'utc')" },
    { "date", "CURRENT_DATE", "'2024-02-29'" },
    { "timestamptz(3)", "clock_timestamp()" },
    value = "'2021-05-%02d'",
    check = "%s > '2001-01-01'",
  },
  { { "boolean", "true", "false", "(1 < 2)" }, value = "true", same = true },
  {
    { "interval", "'1 day'", "'90 minutes'" },
    { "interval(3)", "'1 s'" },
    value = "'%d hours'",
    check = "%s < '1 year'::interval",
  },
  { { "uuid", "gen_random_uuid()" }, value = "'00000000-0000-0000-0000-0000000000%02d'" },
  { { "jsonb", "'{}'", "'{\"a\": [1, 2]}'" }, value = "'[%d]'", gin = true },
  {
    { "text[]", "'{}'", "ARRAY['a', 'b']" },
    { "varchar(20)[]", "'{x}'" },
    value = "'{v%d}'",
    gin = true,
  },
  { { "integer[]", "'{{1,2},{3,4}}'" }, value = "'{%d}'", gin = true },
  { { "bytea", "'\\x00ff'" }, value = "'\\x%02d'" },
  { { "bit(3)", "B'101'" }, { "varbit(9)", "B'1'" }, value = "B'101'", same = true },
  {
    { "tstzrange", "'[2020-01-01,2021-01-01)'" },
    value = "'[2021-05-%02d,2021-06-01)'",
    gist = true,
  },
  { { "int4range", "int4range(1, 5)" }, value = "'[%d,100)'", gist = true },
  { { "point", "'(1,2)'" }, value = "'(%d,1)'", odd = true, gist = true },
  { { "time(3)", "'12:00'" }, value = "'10:%02d'" },
  { { "inet", "'10.0.0.1'" }, { "cidr", "'10.0.0.0/8'" }, value = "'10.0.0.%d'" },
  { { "json", "'{}'" }, value = "'[%d]'", odd = true },
  { { "tsvector" }, value = "'w%d'", gin = true },
  { { "xml" }, value = "NULL", odd = true, same = true },
  { { "name" }, value = "'n%d'", text = true },
  { { '"char"' }, value = "'c'", same = true },
}

-- A type that the schema has itself.
local function own_type(self, key, column)
  local type_ = self.types[self.choices:both(key .. "/own", #self.types)]
  column.type, column.odd, column.value, column.same = type_.sql, type_.odd, type_.value, true
  column.own = true
  if type_.default and self:chance(key .. "/default", 50) then
    return " DEFAULT " .. type_.default
  end
  return ""
end

local function identity(self, key)
  return (" GENERATED %s AS IDENTITY%s"):format(
    self:pick(key .. "/always", { "ALWAYS", "BY DEFAULT" }),
    self:chance(key .. "/start", 40) and " (START 100 INCREMENT 5 CACHE 3)" or ""
  )
end

local function generated(self, key, from)
  if from.number then
    return (" GENERATED ALWAYS AS (%s * %d) STORED"):format(
      quote(from.name),
      self:roll(key .. "/by", 3)
    )
  end
  return (" GENERATED ALWAYS AS (upper(%s::text)) STORED"):format(quote(from.name))
end

-- What may stand after the type of a column of a known family.
local function details(self, key, column, family, kind, base)
  local parts = {}
  if family.text and column.type ~= "name" and self:chance(key .. "/collate", 12) then
    parts[1] =
      self:pick(key .. "/collation", { ' COLLATE "C"', ' COLLATE "POSIX"', ' COLLATE "ucs_basic"' })
  end
  local can_generate = base and (column.type == "integer" or column.type == "text")
  if
    can_generate
    and (column.type == "integer") == (base.number or false)
    and self:chance(key .. "/generated", 25)
  then
    parts[#parts + 1] = generated(self, key, base)
    column.generated = true
  elseif #kind > 1 and self:chance(key .. "/default", 40) then
    parts[#parts + 1] = " DEFAULT " .. kind[self:roll(key .. "/value", #kind - 1) + 1]
    column.default = true
  elseif
    family.number
    and #self.sequences > 0
    and kind[1] == "bigint"
    and self:chance(key .. "/next", 30)
  then
    parts[#parts + 1] = (" DEFAULT nextval(%s)"):format(literal(self.sequences[1]))
    column.default = true
  end
  return table.concat(parts)
end

function schema:column(record, key)
  local column = { name = self:name(key), key = key }
  local tail = ""
  if #self.types > 0 and self.choices:both(key .. "/type", 100) <= 15 then
    tail = own_type(self, key, column)
  else
    local family = families[self.choices:both(key .. "/family", #families)]
    if not record.rows and self:chance(key .. "/other", 10) then
      family = self:pick(key .. "/which", families)
    end
    local kind = self:pick(key .. "/kind", family)
    column.type, column.odd, column.same = kind[1], family.odd, family.same
    column.number, column.text, column.gin, column.gist =
      family.number, family.text, family.gin, family.gist
    column.value, column.check = family.value, family.check
    local big = kind[1] == "bigint" or kind[1] == "integer"
    if big and not record.rows and self:chance(key .. "/numbered", 12) then
      tail, column.default = identity(self, key), true
    elseif big and not record.rows and self:chance(key .. "/serial", 8) then
      column.shown, column.default = kind[1] == "bigint" and "bigserial" or "serial", true
    else
      tail = details(self, key, column, family, kind, record.base)
      if (column.number or kind[1] == "text") and not column.generated and not record.base then
        record.base = column
      end
    end
  end
  if
    self:chance(key .. "/null", 25)
    and not column.generated
    and (not record.rows or column.default)
  then
    tail = tail .. " NOT NULL"
    column.required = true
  end
  column.sql = quote(column.name) .. " " .. (column.shown or column.type) .. tail
  return column
end

-- What is said of a column after the table is there.
local function column_settings(self, record, column)
  local key, at =
    column.key, ("ALTER TABLE %s ALTER %s SET "):format(record.sql, quote(column.name))
  self:comment(key, ("COLUMN %s.%s"):format(record.sql, quote(column.name)))
  if self:chance(key .. "/statistics", 6) then
    self:add("%sSTATISTICS %d", at, self:pick(key .. "/target", { 50, 500 }))
  end
  if column.type == "text" and self:chance(key .. "/storage", 15) then
    self:add("%sSTORAGE %s", at, self:pick(key .. "/stored", { "EXTERNAL", "MAIN" }))
  end
  if self:chance(key .. "/options", 4) then
    self:add("%s(n_distinct = %d)", at, self:pick(key .. "/distinct", { 100, 200 }))
  end
  if self:chance(key .. "/granted", 5) then
    self:add(
      "GRANT %s (%s) ON %s TO reflect_reader",
      self:pick(key .. "/granting", { "SELECT", "UPDATE", "REFERENCES" }),
      quote(column.name),
      record.sql
    )
  end
end

-- Tables ------------------------------------------------------------------------------------------------

local function usable(record)
  local list = {}
  for _, column in ipairs(record.columns) do
    if not column.odd then
      list[#list + 1] = column
    end
  end
  return list
end

local function any_column(self, key, record, list)
  list = list or usable(record)
  return list[self:roll(key, math.max(#list, 1))]
end

local function checks(self, record, lines)
  for i = 1, 2 do
    local key = record.key .. "k" .. i
    local column = any_column(self, key .. "/of", record)
    if column and self:chance(key, 35) then
      local name = quote(column.name)
      local text = ("%s IS NOT NULL OR 1 < %d"):format(name, self:roll(key .. "/n", 2) + 1)
      if column.check and self:chance(key .. "/typical", 70) then
        text = column.check:gsub("%%s", (name:gsub("%%", "%%%%")))
      end
      lines[#lines + 1] = (
        self:chance(key .. "/named", 60) and ("CONSTRAINT %s "):format(quote(self:name(key))) or ""
      )
        .. ("CHECK (%s)%s"):format(
          text,
          record.kind == "plain" and self:chance(key .. "/no_inherit", 15) and " NO INHERIT" or ""
        )
    end
  end
end

local function keys(self, record, lines)
  local key = record.key
  local deferrable = { "", "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED" }
  if record.id then
    lines[#lines + 1] = (
      self:chance(key .. "/pk", 30) and ("CONSTRAINT %s "):format(quote(self:name(key .. "pk")))
      or ""
    )
      .. ("PRIMARY KEY (%s)%s"):format(
        record.kind == "parted" and record.by .. ", id" or "id",
        self:chance(key .. "/fill", 10) and " WITH (fillfactor = 60)" or ""
      )
  end
  for i = 1, 2 do
    local at = key .. "u" .. i
    local column = any_column(self, at .. "/of", record)
    if column and record.kind ~= "parted" and self:chance(at, 30) then
      lines[#lines + 1] = (
        self:chance(at .. "/named", 60) and ("CONSTRAINT %s "):format(quote(self:name(at))) or ""
      )
        .. ("UNIQUE %s(%s%s)%s%s"):format(
          self.version >= 150000 and self:chance(at .. "/nulls", 15) and "NULLS NOT DISTINCT " or "",
          record.rows and "id, " or "",
          quote(column.name),
          self:chance(at .. "/include", 15) and record.id and not record.rows and " INCLUDE (id)"
            or "",
          self:pick(at .. "/deferrable", deferrable)
        )
    end
  end
  local column = any_column(self, key .. "x/of", record)
  if column and record.kind == "plain" and self:chance(key .. "x", 15) then
    local name = quote(column.name)
    lines[#lines + 1] = ("CONSTRAINT %s EXCLUDE USING %s (%s%s WITH %s)%s%s"):format(
      quote(self:name(key .. "x")),
      column.gist and not record.rows and "gist" or "btree",
      record.rows and "id WITH =, " or "",
      name,
      column.gist and not record.rows and column.type ~= "point" and "&&" or "=",
      self:chance(key .. "x/where", 40) and (" WHERE (%s IS NOT NULL)"):format(name) or "",
      self:pick(key .. "x/deferrable", deferrable)
    )
  end
end

local storage = {
  "",
  "",
  "",
  "",
  " WITH (fillfactor = 90)",
  " WITH (fillfactor = 70, toast.autovacuum_enabled = false)",
  " WITH (autovacuum_vacuum_scale_factor = 0.2)",
}

local partitions = {
  range = { "PARTITION BY RANGE (%s)", "FOR VALUES FROM (%d0) TO (%d9)" },
  list = { "PARTITION BY LIST (%s)", "FOR VALUES IN (%d0, %d1)" },
  hash = { "PARTITION BY HASH (%s)", "FOR VALUES WITH (MODULUS 3, REMAINDER %d)" },
}

local function add_partitions(self, record)
  local form = partitions[record.how][2]
  for i = 0, 2 do
    local key = record.key .. "p" .. i
    if self:chance(key, 60) then
      local bound = record.how == "hash" and form:format(i) or form:format(i + 1, i + 1)
      self:add(
        "CREATE TABLE %s PARTITION OF %s %s",
        self:qualified(self:name(key)),
        record.sql,
        bound
      )
    end
  end
  if record.how ~= "hash" and self:chance(record.key .. "pd", 40) then
    self:add(
      "CREATE TABLE %s PARTITION OF %s DEFAULT",
      self:qualified(self:name(record.key .. "pd")),
      record.sql
    )
  end
end

local function table_tail(self, record, parent)
  local key = record.key
  if record.kind == "child" then
    return (" INHERITS (%s)"):format(parent.sql) .. self:pick(key .. "/with", storage)
  elseif record.kind == "parted" then
    return " " .. partitions[record.how][1]:format(record.by)
  end
  return self:pick(key .. "/with", storage)
end

local function table_columns(self, record)
  local lines = {}
  if record.id then
    lines[1] = "id integer NOT NULL"
      .. self:pick(record.key .. "/id", record.rows and { "" } or { "", "", " DEFAULT 7" })
  end
  if record.kind == "parted" then
    record.by = "part_key"
    lines[#lines + 1] = "part_key integer NOT NULL"
  end
  for i = 1, 7 do
    local key = record.key .. "c" .. i
    if self:chance(key, 55) then
      local column = self:column(record, key)
      record.columns[#record.columns + 1] = column
      lines[#lines + 1] = column.sql
    end
  end
  return lines
end

local function rows_of(self, record)
  if not record.rows then
    return
  end
  for i = 1, 3 do
    local names, values = { "id" }, { tostring(i) }
    for _, column in ipairs(record.columns) do
      if column.value and not column.generated then
        names[#names + 1], values[#values + 1] = quote(column.name), column.value:format(i)
      end
    end
    self.rows[#self.rows + 1] = ("INSERT INTO %s (%s) VALUES (%s)"):format(
      record.sql,
      table.concat(names, ", "),
      table.concat(values, ", ")
    )
  end
end

local function table_settings(self, record)
  local key, sql = record.key, record.sql
  self:comment(key, "TABLE " .. sql)
  self:grant(key, "TABLE " .. sql, { "SELECT", "INSERT, UPDATE", "ALL", "TRIGGER, REFERENCES" })
  self:own(key, "TABLE " .. sql)
  for _, column in ipairs(record.columns) do
    column_settings(self, record, column)
  end
  if record.kind == "plain" and self:chance(key .. "/replica", 8) then
    self:add(
      "ALTER TABLE %s REPLICA IDENTITY %s",
      sql,
      self:pick(key .. "/identity", { "FULL", "NOTHING" })
    )
  end
  if self:chance(key .. "/security", 15) then
    self:add(
      "ALTER TABLE %s %s ROW LEVEL SECURITY",
      sql,
      self:pick(key .. "/force", { "ENABLE", "FORCE" })
    )
  end
end

function schema:table(i)
  local key = "t" .. i
  local kinds = { "plain", "plain", "plain", "plain", "parted", "child" }
  local record = { key = key, columns = {}, name = self:name(key) }
  record.kind = self.choices:pick_both(key .. "/kind", kinds)
  record.rows = self.with_rows
    and record.kind == "plain"
    and self.choices:both(key .. "/rows", 2) == 1
  -- The same parent on both sides: what a table has inherited once is its own for ever.
  local parent
  for _, other in ipairs(self.tables) do
    parent = other.key == "t" .. self.choices:both(key .. "/parent", math.max(i - 1, 1)) and other
      or parent
  end
  -- "schema.table" of a parent splits at its first dot.
  local dotted = self.where:find(".", 1, true)
  if record.kind == "child" and not parent and i > 1 then
    return
  elseif record.kind == "child" and (i == 1 or parent.kind ~= "plain" or parent.rows or dotted) then
    record.kind = "plain"
  end
  record.how = self.choices:pick_both(key .. "/how", { "range", "list", "hash" })
  record.id = record.rows or record.kind ~= "child" and self.choices:both(key .. "/key", 100) <= 75
  record.sql = self:qualified(record.name)
  record.unlogged = record.kind == "plain"
    and not record.rows
    and self:chance(key .. "/unlogged", 8)
  local lines = table_columns(self, record)
  checks(self, record, lines)
  keys(self, record, lines)
  self:add(
    "CREATE %sTABLE %s (%s)%s",
    record.unlogged and "UNLOGGED " or "",
    record.sql,
    table.concat(lines, ", "),
    table_tail(self, record, parent)
  )
  if record.kind == "parted" then
    add_partitions(self, record)
  end
  if record.kind == "child" then
    record.columns = {}
  end
  if record.id then
    table.insert(
      record.columns,
      1,
      { name = "id", key = key .. "id", type = "integer", number = true }
    )
  end
  table_settings(self, record)
  self.tables[#self.tables + 1] = record
end

-- Indexes, foreign keys ---------------------------------------------------------------------------------

local function index_part(self, key, column)
  local name = quote(column.name)
  if self:chance(key .. "/expression", 20) then
    name = column.text and ("lower(%s::text)"):format(name) or ("(%s IS NULL)"):format(name)
  elseif column.type == "text" and self:chance(key .. "/class", 30) then
    name = name
      .. self:pick(
        key .. "/of",
        { " text_pattern_ops", ' COLLATE "C"', ' COLLATE "POSIX" text_pattern_ops' }
      )
  end
  return name .. self:pick(key .. "/order", { "", "", " DESC", " NULLS FIRST", " DESC NULLS LAST" })
end

local function btree_parts(self, key, record)
  local parts, seen = {}, {}
  for k = 1, self:roll(key .. "/parts", 3) do
    local column = any_column(self, key .. "/column" .. k, record)
    if column and not seen[column] then
      seen[column] = true
      parts[#parts + 1] = index_part(self, key .. k, column)
    end
  end
  return table.concat(parts, ", ")
end

local function special_parts(self, key, record)
  for _, column in ipairs(record.columns) do
    local name = quote(column.name)
    if column.gin then
      local jsonb = column.type == "jsonb" and self:chance(key .. "/path", 50)
      return "gin", name .. (jsonb and " jsonb_path_ops" or "")
    elseif column.gist then
      return "gist", name
    elseif column.number or column.type == "date" then
      return self:pick(key .. "/method", { "brin", "hash" }), name
    end
  end
end

function schema:index(record, i)
  local key = record.key .. "i" .. i
  if
    #usable(record) == 0
    or record.kind == "child" and #record.columns == 0
    or not self:chance(key, 50)
  then
    return
  end
  local method, parts = "btree", nil
  if self:chance(key .. "/special", 25) then
    method, parts = special_parts(self, key, record)
  end
  if not parts then
    method, parts = "btree", btree_parts(self, key, record)
  end
  local unique = method == "btree" and record.kind == "plain" and self:chance(key .. "/unique", 20)
  if unique and record.rows then
    parts = "id, " .. parts
  end
  local name = self:name(key)
  self:add(
    "CREATE %sINDEX %s ON %s USING %s (%s)%s%s%s%s",
    unique and "UNIQUE " or "",
    quote(name),
    record.sql,
    method,
    parts,
    method == "btree"
        and self:chance(key .. "/include", 15)
        and (" INCLUDE (%s)"):format(
          quote(any_column(self, key .. "/more", record, record.columns).name)
        )
      or "",
    unique and self.version >= 150000 and self:chance(key .. "/nulls", 20) and " NULLS NOT DISTINCT"
      or "",
    method == "btree" and self:chance(key .. "/fill", 12) and " WITH (fillfactor = 55)" or "",
    self:chance(key .. "/where", 25)
        and (" WHERE %s IS NOT NULL"):format(quote(any_column(self, key .. "/if", record).name))
      or ""
  )
  self:comment(key, "INDEX " .. self:qualified(name))
end

function schema:statistics(record)
  local key = record.key .. "st"
  local list = {}
  for _, column in ipairs(usable(record)) do
    if not column.generated and not column.own and not column.gin and not column.gist then
      list[#list + 1] = quote(column.name)
    end
  end
  if #list >= 2 and record.kind ~= "child" and self:chance(key, 15) then
    self:add(
      "CREATE STATISTICS %s (%s) ON %s, %s FROM %s",
      self:qualified(self:name(key)),
      self:pick(key .. "/what", { "dependencies", "ndistinct", "mcv, ndistinct" }),
      list[1],
      list[2],
      record.sql
    )
  end
end

function schema:foreign_key(record, i)
  local key = record.key .. "f" .. i
  local targets = {}
  for _, other in ipairs(self.tables) do
    if
      other.id
      and other.kind == "plain"
      and not other.unlogged
      and (not record.rows or other.rows)
    then
      targets[#targets + 1] = other
    end
  end
  local other = targets[self:roll(key .. "/to", math.max(#targets, 1))]
  if not other or record.unlogged or record.kind == "child" or not self:chance(key, 40) then
    return
  end
  local own = self:name(key)
  self:add("ALTER TABLE %s ADD COLUMN %s integer", record.sql, quote(own))
  local valid = record.kind == "parted" and { "" } or { "", "", "", " NOT VALID" }
  self:add(
    "ALTER TABLE %s ADD %sFOREIGN KEY (%s) REFERENCES %s (id)%s%s%s%s",
    record.sql,
    self:chance(key .. "/named", 50) and ("CONSTRAINT %s "):format(quote(self:name(key .. "n")))
      or "",
    quote(own),
    other.sql,
    self:pick(key .. "/match", { "", "", " MATCH FULL" }),
    self:pick(
      key .. "/delete",
      { "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT" }
    ),
    self:pick(key .. "/update", { "", "", " ON UPDATE SET DEFAULT", " ON UPDATE CASCADE" }),
    self:pick(key .. "/deferrable", { "", "", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED" })
      .. self:pick(key .. "/valid", valid)
  )
end

-- Code --------------------------------------------------------------------------------------------------

function schema:view(i)
  local key = "v" .. i
  local source = self.readable[self:roll(key .. "/from", #self.readable)]
  local column = any_column(self, key .. "/of", source)
  if not column or not self:chance(key, 60) then
    return
  end
  local materialized = self.choices:both(key .. "/materialized", 4) == 1
  local name, alias = self:qualified(self:name(key)), self:name(key .. "n")
  local of, empty = quote(column.name), materialized and self:chance(key .. "/no_data", 30)
  local forms = {
    "SELECT a.%s, count(*) AS %s FROM %s a WHERE a.%s IS NOT NULL GROUP BY a.%s",
    "SELECT DISTINCT a.%s, 1 AS %s FROM %s a LEFT JOIN LATERAL (SELECT 1 AS one WHERE a.%s IS NULL) b ON true WHERE a.%s IS NOT NULL",
    "WITH w AS (SELECT * FROM (SELECT 1) u(one)) SELECT a.%s, row_number() OVER () AS %s FROM %s a, w WHERE a.%s IS NOT NULL OR a.%s IS NULL ORDER BY 2 DESC",
    "SELECT a.%s, CASE WHEN true THEN 'it''s' ELSE NULL END AS %s FROM %s a WHERE (a.%s IS NULL) = (a.%s IS NULL) UNION ALL SELECT NULL, 'x'",
  }
  local form = self:pick(key .. "/form", forms)
  self:add(
    "CREATE %sVIEW %s%s AS " .. form .. "%s",
    materialized and "MATERIALIZED " or "",
    name,
    not materialized and self:chance(key .. "/barrier", 15) and " WITH (security_barrier = true)"
      or "",
    of,
    quote(alias),
    source.sql,
    of,
    of,
    empty and " WITH NO DATA" or ""
  )
  if materialized and self:chance(key .. "/index", 50) then
    self:add("CREATE INDEX %s ON %s (%s)", quote(self:name(key .. "i")), name, quote(alias))
  end
  self:comment(key, (materialized and "MATERIALIZED VIEW " or "VIEW ") .. name)
  self:comment(key .. "c", ("COLUMN %s.%s"):format(name, quote(alias)))
  self:grant(key, "TABLE " .. name, { "SELECT", "ALL" })
  if empty then
    self:own(key, "MATERIALIZED VIEW " .. name)
  else
    self.readable[#self.readable + 1] = { sql = name, columns = { { name = alias } } }
  end
end

local bodies = {
  {
    args = "a integer, b text DEFAULT 'x;'",
    types = "integer, text",
    rest = "RETURNS bigint LANGUAGE sql %s AS $f$ SELECT count(*) + a + %d FROM %s $f$",
  },
  {
    args = "INOUT a numeric, OUT c text",
    types = "numeric",
    rest = "LANGUAGE plpgsql %s AS $f$\nBEGIN\n  c := 'n%d'; -- %s\nEND $f$",
  },
  {
    args = "VARIADIC a text[]",
    types = "text[]",
    rest = "RETURNS TABLE (x integer, \"Y\" text) LANGUAGE sql %s AS $f$SELECT %d, 'it' FROM %s$f$",
  },
  {
    args = "",
    types = "",
    rest = "RETURNS SETOF integer LANGUAGE sql %s BEGIN ATOMIC SELECT %d FROM %s; SELECT 1; END",
  },
}

local manners = {
  "",
  "STABLE",
  "IMMUTABLE STRICT",
  "SECURITY DEFINER SET search_path = pg_catalog, pg_temp",
  "COST 7 PARALLEL SAFE",
}

function schema:functions()
  for i = 1, 2 do
    local name = self:qualified(self:name("fn" .. i))
    for k, body in ipairs(bodies) do
      local key = "fn" .. i .. "b" .. k
      if self:chance(key, 25) and not (body.types == "" and self.version < 140000) then
        self:add(
          ("CREATE FUNCTION %s(%s) %s"):format((name:gsub("%%", "%%%%")), body.args, body.rest),
          self:pick(key .. "/manner", manners),
          self:roll(key .. "/n", 5),
          self.tables[self:roll(key .. "/from", #self.tables)].sql
        )
        self:comment(key, ("FUNCTION %s(%s)"):format(name, body.types))
        self:grant(key, ("FUNCTION %s(%s)"):format(name, body.types), { "EXECUTE" })
      end
    end
  end
  if self:chance("pr", 25) then
    self:add(
      "CREATE PROCEDURE %s(a integer) LANGUAGE plpgsql AS 'BEGIN PERFORM %d; END'",
      self:qualified(self:name("pr")),
      self:roll("pr/n", 3)
    )
  end
  if self:chance("ag", 20) then
    self:add(
      "CREATE AGGREGATE %s(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '%d')",
      self:qualified(self:name("ag")),
      self:roll("ag/n", 3)
    )
  end
end

local function trigger_when(self, key, record)
  local column = any_column(self, key .. "/when", record)
  if
    record.kind == "plain"
    and column
    and not column.generated
    and self:chance(key .. "/if", 30)
  then
    return ("WHEN (NEW.%s IS NOT NULL) "):format(quote(column.name))
  end
  return ""
end

function schema:triggers()
  if not self:chance("tf", 60) then
    return
  end
  local trigger = self:qualified(self:name("tf"))
  self:add(
    "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; -- %d\nEND'",
    trigger,
    self:roll("tf/n", 2)
  )
  for i = 1, 3 do
    local key = "tr" .. i
    local record = self.tables[self:roll(key .. "/on", #self.tables)]
    if self:chance(key, 50) then
      local name = quote(self:name(key))
      local arguments =
        self:pick(key .. "/arguments", { "", "'a'", "'b', 'it''s'", "'back\\slash'" })
      if self.choices:both(key .. "/row", 3) == 1 then
        self:add(
          "CREATE TRIGGER %s %s ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(%s)",
          name,
          self:pick(
            key .. "/event",
            { "BEFORE INSERT", "AFTER UPDATE OR DELETE", "AFTER TRUNCATE" }
          ),
          record.sql,
          trigger,
          arguments
        )
      elseif self.choices:both(key .. "/row", 3) == 2 then
        local when = trigger_when(self, key, record)
        self:add(
          "CREATE TRIGGER %s %s ON %s FOR EACH ROW %sEXECUTE FUNCTION %s(%s)",
          name,
          self:pick(key .. "/event", { "BEFORE INSERT", "BEFORE INSERT OR UPDATE", "AFTER UPDATE" }),
          record.sql,
          when,
          trigger,
          arguments
        )
      else
        self:add(
          "CREATE CONSTRAINT TRIGGER %s AFTER INSERT ON %s %s FOR EACH ROW EXECUTE FUNCTION %s(%s)",
          name,
          record.sql,
          self:pick(key .. "/deferrable", { "", "DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED" }),
          trigger,
          arguments
        )
      end
      if record.kind ~= "parted" and self:chance(key .. "/state", 20) then
        self:add(
          "ALTER TABLE %s %s TRIGGER %s",
          record.sql,
          self:pick(key .. "/how", { "DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA" }),
          name
        )
      end
      self:comment(key, ("TRIGGER %s ON %s"):format(name, record.sql))
    end
  end
end

function schema:policies()
  for i = 1, 2 do
    local key = "po" .. i
    local record = self.tables[self:roll(key .. "/on", #self.tables)]
    if self:chance(key, 30) then
      local for_what = self:pick(key .. "/for", { "SELECT", "ALL", "DELETE", "UPDATE" })
      local column = any_column(self, key .. "/of", record)
      self:add(
        "CREATE POLICY %s ON %s AS %s FOR %s TO %s USING (%s)%s",
        quote(self:name(key)),
        record.sql,
        self:pick(key .. "/as", { "PERMISSIVE", "RESTRICTIVE" }),
        for_what,
        self:pick(key .. "/to", { "PUBLIC", "reflect_reader", 'reflect_owner, "Reflect odd"' }),
        column and quote(column.name) .. " IS NOT NULL" or "true",
        (for_what == "ALL" or for_what == "UPDATE")
            and self:chance(key .. "/check", 50)
            and " WITH CHECK (true)"
          or ""
      )
    end
  end
  local record = self.tables[self:roll("ru/on", #self.tables)]
  if record.kind == "plain" and self:chance("ru", 20) then
    self:add(
      "CREATE RULE %s AS ON DELETE TO %s DO %s",
      quote(self:name("ru")),
      record.sql,
      self:pick("ru/do", { "INSTEAD NOTHING", "ALSO NOTIFY gone" })
    )
  end
  if self:chance("dp", 15) then
    self:add(
      "ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT %s TO reflect_reader",
      self.where,
      self:pick("dp/what", { "SELECT ON TABLES", "EXECUTE ON FUNCTIONS", "USAGE ON SEQUENCES" })
    )
  end
end

-- ---------------------------------------------------------------------------------------------------------

--- Roles that the statements name; they belong to the whole server.
random_postgresql.roles = [[
DO $$ BEGIN CREATE ROLE reflect_owner; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE reflect_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "Reflect odd"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
]]

--- The name of a seed's schema, bare.
function random_postgresql.schema_name(seed)
  local prefixes = { "s", "Odd one ", "select", "a.b", 'q"', "é" }
  return prefixes[seed % #prefixes + 1] .. seed
end

---@param seed integer
---@param side "a"|"b"
---@param options { version: integer, rows: boolean? }
---@return { statements: string[], rows: string[] }
function random_postgresql.make(seed, side, options)
  local name = random_postgresql.schema_name(seed)
  local self = setmetatable({
    choices = choices.new(seed, side),
    version = options.version,
    with_rows = options.rows,
    statements = {},
    rows = {},
    places = {},
    count = 0,
    types = {},
    sequences = {},
    tables = {},
    readable = {},
    where = quote(name),
  }, schema)
  self:add("CREATE SCHEMA %s", self.where)
  self:comment("schema", "SCHEMA " .. self.where)
  self:grant("schema", "SCHEMA " .. self.where, { "USAGE", "ALL" })
  self:enums()
  self:domains()
  self:composites()
  self:make_sequences()
  for i = 1, 5 do
    if i == 1 or self:chance("t" .. i, 65) then
      self:table(i)
    end
  end
  for _, record in ipairs(self.tables) do
    rows_of(self, record)
    for i = 1, 3 do
      self:index(record, i)
    end
    for i = 1, 2 do
      self:foreign_key(record, i)
    end
    self:statistics(record)
    self.readable[#self.readable + 1] = record
  end
  for i = 1, 4 do
    self:view(i)
  end
  self:functions()
  self:triggers()
  self:policies()
  return self
end

return random_postgresql
