--- Random tables of SQLite with everything that a rebuild could lose, and random changes of them.
---
--- A table knows its parts as texts, so that a spec can say which of them a change leaves alone.

local random_tables = {}

local function pick(list)
  return list[math.random(#list)]
end

local function chance(percent)
  return math.random(100) <= percent
end

-- A name, as it is and as SQL writes it.
local function name_pair(name)
  if name:find("^[%a_][%w_]*$") and name ~= "select" and not chance(15) then
    return name
  end
  return pick({ '"' .. name .. '"', "[" .. name .. "]", "`" .. name .. "`" })
end

local types = {
  loose = {
    "integer",
    "INT",
    "text",
    "varchar(20)",
    "numeric(10, 2)",
    "real",
    "blob",
    "",
    "timestamp",
  },
  strict = { "INTEGER", "INT", "TEXT", "REAL", "ANY", "BLOB" },
}

-- A value that fits a column's type in a STRICT table, too.
local function value(column)
  if column.nullable and chance(15) then
    return "NULL"
  end
  local kind = column.type:lower()
  column.count = (column.count or 0) + math.random(3)
  if kind:find("int") or kind:find("numeric") then
    return tostring(column.count)
  elseif kind == "real" then
    return column.count .. ".5"
  elseif kind == "blob" then
    return ("x'%08x'"):format(column.count)
  end
  return ("'value %d'"):format(column.count)
end

local function default_of(kind)
  kind = kind:lower()
  if kind:find("int") or kind:find("numeric") then
    return pick({ "7", "-3", "(1 + 1)", "+2" })
  elseif kind == "real" then
    return pick({ "1.5e-3", "-.25", "(0.5 * 2)" })
  elseif kind == "blob" then
    return "x'00ff'"
  end
  return pick({ "'it''s'", "('a' || 'b')", "CURRENT_TIMESTAMP", "NULL", "'-- no, (comment'" })
end

local function plain_column(table_, name)
  local kind = pick(types[table_.strict and "strict" or "loose"])
  local label = name:gsub(" ", "_")
  local column =
    { name = name, sql = name_pair(name), type = kind, nullable = chance(60), pieces = {} }
  local text_like = kind == "" or kind:lower():find("text") or kind:lower():find("char")
  local parts = { column.sql .. (kind ~= "" and " " .. kind or "") }
  if not column.nullable then
    parts[#parts + 1] =
      pick({ "NOT NULL", "CONSTRAINT nn_" .. label .. " NOT NULL ON CONFLICT FAIL" })
  end
  if chance(40) then
    parts[#parts + 1] = "DEFAULT " .. default_of(kind)
  end
  if text_like and chance(40) then
    parts[#parts + 1] = pick({ "COLLATE NOCASE", "collate RTRIM" })
  end
  if chance(25) then
    column.check = ("CHECK (%s IS NOT 'never')"):format(column.sql)
    if chance(50) then
      column.check = ("CONSTRAINT ck_%s %s"):format(label, column.check)
      column.named = "ck_" .. label
    end
    parts[#parts + 1] = column.check
  end
  if chance(15) then
    column.unique = true
    parts[#parts + 1] = pick({ "UNIQUE", "UNIQUE ON CONFLICT REPLACE" })
  end
  if kind:lower():find("^int") and column.nullable and not column.unique and chance(40) then
    column.references = true
    parts[#parts + 1] = "REFERENCES parent (id) ON DELETE "
      .. pick({ "CASCADE", "SET NULL DEFERRABLE INITIALLY DEFERRED", "RESTRICT" })
  end
  column.text = table.concat(parts, chance(20) and " /* here */ " or " ")
  return column
end

local function generated_column(table_, name, from)
  local stored = chance(50)
  local text = ("%s%s GENERATED ALWAYS AS (%s || '!')%s"):format(
    name,
    table_.strict and " TEXT" or pick({ "", " text" }),
    from.sql,
    stored and " STORED" or pick({ "", " VIRTUAL" })
  )
  return { name = name, sql = name, generated = true, from = from, text = text, type = "" }
end

local function key_column(table_)
  local styles = { "rowid", "autoincrement", "none", "text", "desc" }
  table_.key = table_.without_rowid and "text" or pick(styles)
  if table_.key == "none" then
    return nil
  elseif table_.key == "text" then
    return {
      name = "id",
      sql = "id",
      type = "text",
      key = true,
      text = "id TEXT NOT NULL PRIMARY KEY",
    }
  end
  local text = ({
    rowid = "id INTEGER PRIMARY KEY",
    autoincrement = "id INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT",
    desc = "id INTEGER PRIMARY KEY DESC",
  })[table_.key]
  return { name = "id", sql = "id", type = "integer", key = true, text = text }
end

local function add_constraints(table_, plain)
  local a, b = plain[1], plain[2]
  if chance(40) and b then
    table.insert(table_.constraints, {
      name = "uq_ab",
      columns = { a, b },
      text = ("CONSTRAINT uq_ab UNIQUE (%s COLLATE BINARY DESC, %s)"):format(a.sql, b.sql),
    })
  end
  if chance(40) then
    table.insert(table_.constraints, {
      name = nil,
      columns = { a },
      check = ("%s IS NOT 'neither'"):format(a.sql),
      text = ("CHECK (%s IS NOT 'neither')"):format(a.sql),
    })
  end
  if chance(30) and b then
    table.insert(table_.constraints, {
      name = "ck_both",
      columns = { a, b },
      text = ("CONSTRAINT ck_both CHECK (%s.%s IS NOT 'x' OR %s IS NOT 'y')"):format(
        table_.sql,
        a.sql,
        b.sql
      ),
      qualified = true,
    })
  end
end

local function indexes(table_, plain)
  local list = {}
  local function add(format, ...)
    list[#list + 1] = ("CREATE INDEX ix_%d ON "):format(#list + 1) .. format:format(...)
  end
  local a = plain[1]
  if chance(60) then
    add("%s (%s DESC)", table_.sql, a.sql)
  end
  if chance(40) then
    add("%s(lower(%s) COLLATE NOCASE) WHERE %s IS NOT NULL", table_.sql, a.sql, a.sql)
  end
  return list
end

---@return table  { setup = SQL, columns, constraints, ... }
function random_tables.new()
  local self = { columns = {}, constraints = {} }
  self.name = pick({ "t", "Order", "my table", "tä" })
  self.sql = self.name == "t" and "t" or '"' .. self.name .. '"'
  self.strict = chance(25)
  self.without_rowid = chance(20)
  self.columns[1] = key_column(self)
  local plain = {}
  for _, name in ipairs({ "a", "b", "c d", "e", "select" }) do
    if #plain == 0 or chance(70) then
      local column = plain_column(self, name)
      plain[#plain + 1] = column
      self.columns[#self.columns + 1] = column
    end
  end
  if chance(40) then
    self.columns[#self.columns + 1] = generated_column(self, "g", plain[1])
  end
  self.plain = plain
  add_constraints(self, plain)
  self.indexes = indexes(self, plain)
  local items = {}
  for _, item in ipairs(self.columns) do
    items[#items + 1] = item.text
  end
  for _, item in ipairs(self.constraints) do
    items[#items + 1] = item.text
  end
  local options = {}
  options[#options + 1] = self.strict and "STRICT" or nil
  options[#options + 1] = self.without_rowid and "WITHOUT ROWID" or nil
  self.create = ("CREATE TABLE %s%s(%s%s%s)%s"):format(
    self.sql,
    pick({ " ", "" }),
    pick({ "\n    ", "", " -- first\n  " }),
    table.concat(items, pick({ ",\n    ", ", ", " ,-- next\n" })),
    pick({ "\n", "" }),
    #options > 0 and " " .. table.concat(options, ", ") or ""
  )
  return self
end

---Everything around the table: parent, child, views, triggers, rows.
function random_tables.setup(self)
  local lines = {
    "PRAGMA foreign_keys = OFF",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
    "INSERT INTO parent VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20), (21), (22), (23), (24), (25), (26), (27), (28), (29), (30), (31), (32), (33), (34), (35), (36), (37), (38), (39), (40)",
    "CREATE TABLE log (what)",
    self.create,
  }
  for _, sql in ipairs(self.indexes) do
    lines[#lines + 1] = sql
  end
  local a = self.plain[1].sql
  lines[#lines + 1] = ("CREATE VIEW seen AS SELECT %s AS one FROM %s"):format(a, self.sql)
  lines[#lines + 1] = "CREATE VIEW seen_again (two) AS SELECT one FROM seen"
  for i = 1, math.random(0, 8) do
    local names, values = {}, {}
    for _, column in ipairs(self.columns) do
      if column.name == "id" and self.key ~= "text" then
        if chance(50) or self.key == "desc" then
          names[#names + 1], values[#values + 1] = "id", tostring(i * 3)
        end
      elseif column.name == "id" then
        names[#names + 1], values[#values + 1] = "id", ("'key %d'"):format(i)
      elseif not column.generated then
        names[#names + 1], values[#values + 1] = column.sql, value(column)
      end
    end
    lines[#lines + 1] = ("INSERT INTO %s (%s) VALUES (%s)"):format(
      self.sql,
      table.concat(names, ", "),
      table.concat(values, ", ")
    )
  end
  if not self.without_rowid then
    lines[#lines + 1] = ("DELETE FROM %s WHERE rowid = (SELECT max(rowid) FROM %s) AND rowid > 3"):format(
      self.sql,
      self.sql
    )
  end
  if self.columns[1].key then
    lines[#lines + 1] = ("CREATE TABLE child (id INTEGER PRIMARY KEY, t %s REFERENCES %s (id) ON DELETE CASCADE ON UPDATE CASCADE)"):format(
      self.key == "text" and "text" or "integer",
      self.sql
    )
    lines[#lines + 1] = ("INSERT INTO child (t) SELECT id FROM %s"):format(self.sql)
  end
  lines[#lines + 1] = ("CREATE TRIGGER on_insert AFTER INSERT ON %s WHEN new.%s IS NOT 'no' BEGIN INSERT INTO log VALUES (new.%s); END"):format(
    self.sql,
    a,
    a
  )
  lines[#lines + 1] = ("CREATE TRIGGER on_log AFTER INSERT ON log BEGIN UPDATE %s SET %s = %s WHERE 0; END"):format(
    self.sql,
    a,
    a
  )
  if chance(30) then
    lines[#lines + 1] = "ANALYZE"
  end
  return lines
end

local function quoted(name)
  return ("%q"):format(name)
end

-- Changes: each gives Lua text for a batch (batch.*), the items it touches, and how many items it adds.
local changes = {}

function changes.nullable(self)
  local column = pick(self.plain)
  return ("batch.alter_column(%s, { nullable = %s })"):format(
    quoted(column.name),
    tostring(chance(50))
  ),
    { column }
end

function changes.default(self)
  local column = pick(self.plain)
  return ("batch.alter_column(%s, { server_default = %s })"):format(
    quoted(column.name),
    pick({ "op.null", "5", '"it\'s"', 'op.sql "1 + 1"' })
  ),
    { column }
end

function changes.type(self)
  local column = pick(self.plain)
  return ('batch.alter_column(%s, { type = "%s" })'):format(
    quoted(column.name),
    pick({ "text", "integer", "numeric", "varchar(7)" })
  ),
    { column }
end

function changes.add_unique(self)
  local column = pick(self.plain)
  return ('batch.create_unique_constraint("uq_new", { %s })'):format(quoted(column.name)), {}, 1
end

function changes.add_check(self)
  local column = pick(self.plain)
  return ('batch.create_check_constraint("ck_new", %s)'):format(
    quoted('"' .. column.name .. "\" IS NOT 'nowhere'")
  ),
    {},
    1
end

function changes.add_foreign_key(self)
  local column = pick(self.plain)
  return ('batch.create_foreign_key("fk_new", "parent", { %s }, { "id" }, { ondelete = "set null" })'):format(
    quoted(column.name)
  ),
    {},
    1
end

function changes.add_column()
  local kind = pick({
    'op.column("n", "text", { server_default = op.sql "lower(\'N\')" })',
    'op.column("n", "integer", { unique = true })',
    'op.column("n", "text", { generated = { "\'x\'", stored = true } })',
    'op.column("n", "integer", { references = { "parent", "id", ondelete = "cascade" }, server_default = 1 })',
    'op.column("n", "timestamp", { nullable = false, server_default = op.sql "now()", index = true })',
  })
  return "batch.add_column(" .. kind .. ")", {}, 1
end

function changes.drop_column(self)
  local column = pick(self.plain)
  return ("batch.drop_column(%s)"):format(quoted(column.name)), { column }, -1, true
end

function changes.drop_check(self)
  for _, column in ipairs(self.plain) do
    if column.named then
      return ('batch.drop_constraint("%s")'):format(column.named), { column }
    end
  end
  return changes.add_check(self)
end

function changes.drop_constraint(self)
  for _, item in ipairs(self.constraints) do
    if item.name then
      return ('batch.drop_constraint("%s")'):format(item.name), { item }, -1
    end
  end
  return changes.drop_unnamed(self)
end

function changes.drop_unnamed(self)
  for _, item in ipairs(self.constraints) do
    if item.check then
      return ("batch.drop_constraint(nil, { check = %s })"):format(quoted(item.check)), { item }, -1
    end
  end
  return changes.add_unique(self)
end

function changes.rename_constraint(self)
  for _, item in ipairs(self.constraints) do
    if item.name then
      return ('batch.rename_constraint("%s", "renamed")'):format(item.name), { item }
    end
  end
  return changes.default(self)
end

local names = {}
for name in pairs(changes) do
  names[#names + 1] = name
end
table.sort(names)

---@return table  { text = Lua, touched = set of items, more = items added, may_fail = boolean, name = }
function random_tables.change(self)
  local result = { touched = {}, more = 0, names = {} }
  local lines = {}
  for _ = 1, chance(30) and 2 or 1 do
    local name = pick(names)
    local text, touched, more = changes[name](self)
    lines[#lines + 1] = text
    result.names[#result.names + 1] = name
    result.more = result.more + (more or 0)
    for _, item in ipairs(touched) do
      result.touched[item] = true
    end
  end
  result.text = table.concat(lines, "\n")
  return result
end

return random_tables
