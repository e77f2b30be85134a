--- A random schema of SQLite, and the one that it becomes: as random_postgresql.lua. Its names hold the seed, so that the
--- schemas of several seeds fit into one database.

local choices = require("spec.support.choices")

local random_sqlite = {}

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
  "Mixed",
  "événement",
  "it's",
  "back\\slash",
  "100%",
  "-- no comment",
  "a]b",
  "tick`",
  "/* no",
}

local function quote(name)
  return '"' .. name:gsub('"', '""') .. '"'
end

function schema:add(text, ...)
  self.statements[#self.statements + 1] = select("#", ...) > 0 and text:format(...) or text
end

function schema:chance(key, percent)
  return self.choices:chance(key, percent)
end

function schema:pick(key, list)
  return self.choices:pick(key, list)
end

function schema:name(key)
  return self.choices:pick_both(key .. "/name", words)
    .. "_"
    .. key:gsub("[^%w]", "")
    .. "_"
    .. self.seed
end

-- In one of the ways of writing a name.
function schema:quoted(key, name)
  local way = self.choices:both(key .. "/quote", 6)
  if name:find("^[%a_][%w_]*$") and way > 2 then
    return name
  elseif way == 1 and not name:find("]", 1, true) then
    return "[" .. name .. "]"
  elseif way == 2 and not name:find("`", 1, true) then
    return "`" .. name .. "`"
  end
  return quote(name)
end

-- Columns -----------------------------------------------------------------------------------------------

local types = {
  {
    "integer",
    "INT",
    "bigint",
    value = "%d",
    defaults = { "7", "-3", "(1 + 1)", "+2", "0x10" },
    number = true,
    strict = "INT",
  },
  {
    "text",
    "varchar(20)",
    "VARCHAR(200)",
    "character varying(5)",
    value = "'v%d'",
    defaults = {
      "'it''s'",
      "('a' || 'b')",
      "CURRENT_TIMESTAMP",
      "NULL",
      "'-- no, (comment'",
      '"quoted"',
      "''",
    },
    text = true,
    strict = "TEXT",
  },
  {
    "numeric(10,2)",
    "decimal(8, 3)",
    "numeric",
    value = "%d.5",
    defaults = { "1.50", "0" },
    number = true,
    strict = "REAL",
  },
  {
    "real",
    "double precision",
    "float",
    value = "%d.25",
    defaults = { "1.5e-3", "-.25", "(0.5 * 2)", "1e10" },
    number = true,
    strict = "REAL",
  },
  { "blob", value = "x'%08d'", defaults = { "x'00ff'", "X''" }, strict = "BLOB" },
  {
    "date",
    "timestamp",
    "datetime",
    value = "'2021-05-%02d'",
    defaults = { "CURRENT_DATE", "(datetime('now'))", "(strftime('%%s', 'now'))" },
    strict = "TEXT",
  },
  { "boolean", value = "1", defaults = { "true", "false", "1" }, strict = "INT", same = true },
  { "", value = "%d", defaults = { "1" }, strict = "ANY" },
  { "json", value = "'[%d]'", defaults = { "'{}'" }, strict = "TEXT" },
}

local function column_checks(self, key, name, family)
  if not self:chance(key .. "/check", 20) then
    return ""
  end
  local quoted = quote(name)
  local forms = {
    ("%s IS NOT 'never'"):format(quoted),
    ("%s <> '1 < %d' or %s is null"):format(quoted, self.choices:roll(key .. "/n", 3), quoted),
  }
  if family.number then
    forms[#forms + 1] = ("%s > -1000 AND %s BETWEEN -999 AND 99999"):format(quoted, quoted)
  elseif family.text then
    forms[#forms + 1] = ("length(%s) < 500"):format(quoted)
    forms[#forms + 1] = ("%s NOT GLOB '*[?;]*' OR %s IN ('a;', 'b')"):format(quoted, quoted)
  end
  local named = self:chance(key .. "/named", 40)
      and ("CONSTRAINT %s "):format(quote(self:name(key .. "k")))
    or ""
  return (" %sCHECK (%s)"):format(named, self:pick(key .. "/form", forms))
end

local function generated(self, key, record)
  local from = record.base
  local expression = from.number
      and ("%s * %d"):format(quote(from.name), self.choices:roll(key .. "/by", 3))
    or ("upper(%s) || '%d'"):format(quote(from.name), self.choices:roll(key .. "/by", 3))
  return (" GENERATED ALWAYS AS (%s)%s"):format(
    expression,
    self:pick(key .. "/stored", { " STORED", " VIRTUAL", "" })
  )
end

function schema:column(record, key)
  local column = { name = self:name(key), key = key }
  local family = types[self.choices:both(key .. "/family", #types)]
  if not record.rows and self:chance(key .. "/other", 10) then
    family = self:pick(key .. "/which", types)
  end
  column.type = record.strict and family.strict or self:pick(key .. "/type", family)
  column.value, column.number, column.text, column.same =
    family.value, family.number, family.text, family.same
  -- What it holds then has to fit when it becomes a plain one.
  local generated_somewhere = self.choices:both(key .. "/generated", 100) <= 10
    and not (record.rows and record.strict)
  local tail = {}
  if record.base and generated_somewhere then
    tail[1], column.generated = generated(self, key, record), true
    column.type = record.strict and "ANY" or column.type
  else
    if self:chance(key .. "/default", 40) then
      tail[1], column.default =
        " DEFAULT " .. self:pick(key .. "/value", family.defaults):gsub("%%%%", "%%"), true
      if record.strict and tail[1] == " DEFAULT NULL" then
        column.default = false
      end
      column.default = column.default and not tail[1]:find("NULL")
    end
    local may = column.default and not generated_somewhere or not record.rows
    if self:chance(key .. "/null", 25) and may then
      tail[#tail + 1] =
        self:pick(key .. "/how", { " NOT NULL", " NOT NULL", " not null ON CONFLICT FAIL" })
    end
    if
      not record.base
      and (family.number or family.text)
      and not self:chance(key .. "/base", 30)
    then
      record.base = column
    end
  end
  if family.text and self:chance(key .. "/collate", 20) then
    tail[#tail + 1] =
      self:pick(key .. "/collation", { " COLLATE NOCASE", " collate rtrim", " COLLATE BINARY" })
  end
  if not (record.rows and generated_somewhere) then
    tail[#tail + 1] = column_checks(self, key, column.name, family)
  end
  if not record.rows and not column.generated and self:chance(key .. "/unique", 8) then
    tail[#tail + 1] =
      self:pick(key .. "/conflict", { " UNIQUE", " UNIQUE", " UNIQUE ON CONFLICT IGNORE" })
  end
  column.sql = self:quoted(key, column.name) .. " " .. column.type .. table.concat(tail)
  return column
end

-- Tables ------------------------------------------------------------------------------------------------

local function any_column(self, key, record)
  return record.columns[self.choices:roll(key, math.max(#record.columns, 1))]
end

local function key_line(self, record)
  local key = record.key
  if record.style == "text" then
    return "id TEXT NOT NULL PRIMARY KEY"
  elseif record.style == "rowid" then
    return "id INTEGER PRIMARY KEY"
  elseif record.style == "autoincrement" then
    return self:pick(key .. "/auto", {
      "id INTEGER PRIMARY KEY AUTOINCREMENT",
      "id INTEGER PRIMARY KEY AUTOINCREMENT",
      "id INTEGER PRIMARY KEY",
    })
  elseif record.style == "named" then
    return ("id INTEGER NOT NULL CONSTRAINT %s PRIMARY KEY"):format(quote(self:name(key .. "pk")))
  elseif record.style == "pair" then
    return "id INTEGER NOT NULL"
  end
end

local actions = {
  "",
  " ON DELETE CASCADE",
  " ON DELETE SET NULL ON UPDATE CASCADE",
  " ON DELETE RESTRICT",
  " ON DELETE SET DEFAULT",
}
local deferrable = { "", "", " DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE" }

local function foreign_keys(self, record, lines)
  for i = 1, 2 do
    local key = record.key .. "f" .. i
    local targets = { record.style ~= "none" and record.style ~= "pair" and record or nil }
    for _, other in ipairs(self.tables) do
      targets[#targets + 1] = other.style ~= "none"
          and other.style ~= "pair"
          and not other.virtual
          and other
        or nil
    end
    local other = targets[self.choices:roll(key .. "/to", math.max(#targets, 1))]
    if other and self:chance(key, 35) then
      local name, kind =
        self:name(key), other.style == "text" and "TEXT" or record.strict and "INT" or "integer"
      local reference = ("REFERENCES %s%s%s%s"):format(
        self:quoted(key .. "r", other.name),
        self:pick(key .. "/column", { " (id)", " (id)", "" }),
        self:pick(key .. "/actions", actions),
        self:pick(key .. "/deferrable", deferrable)
      )
      if self:chance(key .. "/inline", 50) then
        table.insert(lines.columns, ("%s %s %s"):format(quote(name), kind, reference))
      else
        table.insert(lines.columns, ("%s %s"):format(quote(name), kind))
        local named = self:chance(key .. "/named", 50)
            and ("CONSTRAINT %s "):format(quote(self:name(key .. "n")))
          or ""
        table.insert(
          lines.constraints,
          ("%sFOREIGN KEY (%s) %s"):format(named, quote(name), reference)
        )
      end
    end
  end
end

local function constraints(self, record, lines)
  local key = record.key
  if record.style == "pair" then
    local column = self:name(key .. "pair")
    table.insert(lines.columns, 2, quote(column) .. " TEXT NOT NULL DEFAULT 'p'")
    table.insert(
      lines.constraints,
      ("PRIMARY KEY (id, %s%s)"):format(quote(column), self:pick(key .. "/desc", { "", " DESC" }))
    )
  end
  for i = 1, 2 do
    local at = key .. "u" .. i
    local column = any_column(self, at .. "/of", record)
    if column and self:chance(at, 20) and (record.style ~= "none" or not record.rows) then
      table.insert(
        lines.constraints,
        ("%sUNIQUE (%s%s%s)"):format(
          self:chance(at .. "/named", 50) and ("CONSTRAINT %s "):format(quote(self:name(at))) or "",
          record.rows and "id, " or "",
          quote(column.name),
          self:pick(at .. "/order", { "", "", " DESC", " COLLATE NOCASE" })
        )
      )
    end
    at = key .. "k" .. i
    column = any_column(self, at .. "/of", record)
    if column and self:chance(at, 20) then
      table.insert(
        lines.constraints,
        ("%sCHECK (%s IS NOT 'x' OR 1 < %d)"):format(
          self:chance(at .. "/named", 50) and ("CONSTRAINT %s "):format(quote(self:name(at))) or "",
          quote(column.name),
          self.choices:roll(at .. "/n", 3) + 1
        )
      )
    end
  end
end

local function rows_of(self, record)
  for i = 1, record.rows and 3 or 0 do
    local names, values = {}, {}
    if record.style ~= "none" then
      names[1], values[1] = "id", record.style == "text" and ("'k%d'"):format(i) or tostring(i)
    end
    for _, column in ipairs(record.columns) do
      if column.value and not column.generated then
        names[#names + 1], values[#values + 1] = quote(column.name), column.value:format(i)
      end
    end
    if #names > 0 then
      self.rows[#self.rows + 1] = ("INSERT INTO %s (%s) VALUES (%s)"):format(
        quote(record.name),
        table.concat(names, ", "),
        table.concat(values, ", ")
      )
    end
  end
end

local virtual = {
  "CREATE VIRTUAL TABLE %s USING fts5(title, body%s)",
  "CREATE VIRTUAL TABLE %s USING rtree(id, minx, maxx%s)",
}

function schema:table(i)
  local key = "t" .. i
  local record = { key = key, columns = {}, name = self:name(key) }
  if self.choices:both(key .. "/virtual", 100) <= 6 then
    record.virtual, record.style, record.name = true, "none", ("v%d_%d"):format(i, self.seed)
    local which = self.choices:both(key .. "/module", 2)
    self:add(
      virtual[which],
      record.name,
      self:chance(key .. "/more", 30) and (which == 1 and ", extra" or ", miny, maxy") or ""
    )
    record.columns = { { name = which == 1 and "title" or "minx" } }
    self.tables[#self.tables + 1] = record
    return
  end
  record.strict = self.choices:both(key .. "/strict", 100) <= 15
  record.style = self.choices:pick_both(
    key .. "/style",
    { "rowid", "autoincrement", "autoincrement", "named", "text", "pair", "none" }
  )
  record.without_rowid = (record.style == "text" or record.style == "pair")
    and self.choices:both(key .. "/rowid", 2) == 1
  record.rows = self.with_rows
    and self.choices:both(key .. "/rows", 100) <= 70
    and record.style ~= "none"
  local lines = { columns = { key_line(self, record) }, constraints = {} }
  for k = 1, 6 do
    local at = key .. "c" .. k
    if self:chance(at, 60) or #lines.columns == 0 and k == 6 then
      local column = self:column(record, at)
      record.columns[#record.columns + 1] = column
      lines.columns[#lines.columns + 1] = column.sql
    end
  end
  foreign_keys(self, record, lines)
  constraints(self, record, lines)
  local all =
    table.move(lines.constraints, 1, #lines.constraints, #lines.columns + 1, lines.columns)
  local options = {}
  options[#options + 1] = record.strict and "STRICT" or nil
  options[#options + 1] = record.without_rowid and "WITHOUT ROWID" or nil
  self:add(
    "CREATE TABLE %s%s(%s%s)%s",
    self:quoted(key, record.name),
    self:pick(key .. "/blank", { " ", "" }),
    self:pick(key .. "/comment", { "", "", "\n  -- first, (\n  ", "/* x */ " }),
    table.concat(all, self:pick(key .. "/comma", { ", ", ",\n  ", " , " })),
    #options > 0 and " " .. table.concat(options, ", ") or ""
  )
  if record.style ~= "none" then
    record.columns[#record.columns + 1] = { name = "id" }
  end
  self.tables[#self.tables + 1] = record
end

function schema:index(record, i)
  local key = record.key .. "i" .. i
  local column = any_column(self, key .. "/of", record)
  if record.virtual or not column or not self:chance(key, 40) then
    return
  end
  local name = quote(column.name)
  local part = self:pick(key .. "/part", {
    name,
    name .. " DESC",
    name .. " COLLATE NOCASE",
    ("lower(%s)"):format(name),
    ("%s || 'x' COLLATE RTRIM DESC"):format(name),
    ("CASE WHEN %s IS NULL THEN 1 ELSE 2 END"):format(name),
  })
  local other = any_column(self, key .. "/other", record)
  local unique = (not record.rows or record.style ~= "none") and self:chance(key .. "/unique", 20)
  self:add(
    "CREATE %sINDEX %s ON %s (%s%s%s)%s",
    unique and "UNIQUE " or "",
    self:quoted(key, self:name(key)),
    self:quoted(key .. "t", record.name),
    unique and record.rows and "id, " or "",
    part,
    self:chance(key .. "/two", 40) and ", " .. quote(other.name) or "",
    self:chance(key .. "/where", 25) and (" WHERE %s IS NOT NULL"):format(quote(other.name)) or ""
  )
end

-- Code --------------------------------------------------------------------------------------------------

function schema:view(i)
  local key = "v" .. i
  local source = self.readable[self.choices:roll(key .. "/from", #self.readable)]
  local column = any_column(self, key .. "/of", source)
  if not column or not self:chance(key, 60) then
    return
  end
  local name, alias, of = self:name(key), self:name(key .. "n"), quote(column.name)
  local forms = {
    "SELECT a.%s, count(*) AS %s FROM %s a WHERE a.%s IS NOT NULL GROUP BY a.%s",
    "WITH w AS (SELECT 1 AS one) SELECT a.%s, one AS %s FROM %s a, w WHERE a.%s IS NOT 'it''s' OR a.%s IS NULL ORDER BY 2 DESC",
    "SELECT a.%s, CASE WHEN true THEN 'x;' END AS %s FROM %s AS a -- from\n WHERE (a.%s IS NULL) = (a.%s IS NULL) UNION ALL SELECT NULL, 'x'",
  }
  self:add(
    "CREATE VIEW %s%s AS " .. self:pick(key .. "/form", forms),
    quote(name),
    self:chance(key .. "/named", 25) and (" (first, %s)"):format(quote(alias)) or "",
    of,
    quote(alias),
    quote(source.name),
    of,
    of
  )
  self.readable[#self.readable + 1] = { name = name, columns = { { name = alias } }, view = true }
end

function schema:trigger(i)
  local key = "tr" .. i
  local record = self.readable[self.choices:roll(key .. "/on", #self.readable)]
  local column = any_column(self, key .. "/of", record)
  if not column or record.virtual or not self:chance(key, 45) then
    return
  end
  local of = quote(column.name)
  local log = self.tables[1]
  self:add(
    "CREATE TRIGGER %s %s ON %s %sBEGIN %s; SELECT 'end;', %s; END",
    quote(self:name(key)),
    record.view and self:pick(key .. "/instead", { "INSTEAD OF INSERT", "INSTEAD OF UPDATE" })
      or self:pick(key .. "/event", { "AFTER INSERT", "BEFORE UPDATE", "AFTER UPDATE OF " .. of }),
    quote(record.name),
    self:chance(key .. "/when", 40) and ("WHEN new.%s IS NOT 'x' "):format(of) or "",
    self:pick(key .. "/body", {
      ("SELECT new.%s"):format(of),
      ("UPDATE %s SET %s = NULL WHERE 0"):format(quote(log.name), quote(log.columns[1].name)),
      ("DELETE FROM %s WHERE 0"):format(quote(log.name)),
      "SELECT CASE WHEN 0 THEN RAISE(ABORT, 'no; never') END",
    }),
    self.choices:roll(key .. "/n", 4)
  )
end

---@param seed integer
---@param side "a"|"b"
---@param options { rows: boolean? }
---@return { statements: string[], rows: string[] }
function random_sqlite.make(seed, side, options)
  local self = setmetatable({
    seed = seed,
    choices = choices.new(seed, side),
    with_rows = options.rows,
    statements = {},
    rows = {},
    tables = {},
    readable = {},
  }, schema)
  for i = 1, 5 do
    if i == 1 or self:chance("t" .. i, 70) then
      self:table(i)
    end
  end
  for _, record in ipairs(self.tables) do
    rows_of(self, record)
    for i = 1, 3 do
      self:index(record, i)
    end
    self.readable[#self.readable + 1] = record
  end
  for i = 1, 4 do
    self:view(i)
  end
  for i = 1, 3 do
    self:trigger(i)
  end
  return self
end

return random_sqlite
