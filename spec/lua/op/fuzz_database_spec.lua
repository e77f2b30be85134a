--- Names, comments, defaults and values of random bytes: each is one statement, and the catalog gives the bytes back,
--- after a run and after its script. NEAP_SEED=n repeats a run; NEAP_SOAK=1 takes 10,000 cases instead of 40.

local support = require("spec.support")

local PORTION = 40 -- cases of one revision
local PORTIONS = os.getenv("NEAP_SOAK") and 250 or 1

local seed = tonumber(os.getenv("NEAP_SEED")) or os.time() % 1000000

-- What quoting can trip over, and what it should not look at.
local pieces = {
  '"',
  '""',
  "'",
  "''",
  "\\",
  "\\'",
  "\\\\",
  "$$",
  "$a$",
  "$1",
  "?",
  ":name",
  "%s",
  "{table}",
  ";",
  "; DROP TABLE x",
  "--",
  "/*",
  "*/",
  "\n",
  "\r\n",
  "\t",
  " ",
  ".",
  ",",
  "(",
  ")",
  "[",
  "]",
  "`",
  "E'",
  'U&"',
  "select",
  "A",
  "a",
  "0",
  "\1",
  "\27",
  "\127",
  "é",
  "日本",
  "\u{1F600}",
  "\u{FEFF}",
  "\u{202E}",
}

local function a_character(dialect)
  local kind = math.random(10)
  if kind <= 7 then
    return pieces[math.random(#pieces)]
  elseif kind == 8 then
    return string.char(math.random(1, 127))
  elseif dialect == "sqlite" then
    return string.char(math.random(128, 255)) -- SQLite does not look
  end
  local code = math.random(0x80, 0x10ffff)
  return utf8.char((code >= 0xd800 and code < 0xe000) and 0xe9 or code)
end

-- Between `least` and `most` bytes.
local function text(dialect, least, most)
  local size = math.random(least, most)
  local parts, length = {}, 0
  while true do
    local char = a_character(dialect)
    if length + #char > most then
      break
    end
    parts[#parts + 1], length = char, length + #char
    if length >= size then
      break
    end
  end
  local result = table.concat(parts)
  return #result < least and result .. ("x"):rep(least - #result) or result
end

local function bytes()
  local parts = {}
  for i = 1, math.random(0, 40) do
    parts[i] = string.char(math.random(0, 255))
  end
  return table.concat(parts)
end

local function a_case(dialect, number)
  local case = { n = number, bytes = bytes() }
  for _, name in ipairs({ "table", "column", "second", "index", "check", "view", "schema", "type" }) do
    -- The number keeps names apart.
    case[name] = text(dialect, 1, 50) .. number .. name:sub(1, 3)
  end
  for _, name in ipairs({ "comment", "column_comment", "default", "value", "label" }) do
    case[name] = text(dialect, 1, name == "label" and 60 or 200)
  end
  return case
end

local function lua(value)
  return ("%q"):format(value)
end

local function as_lua(case)
  local parts = {}
  for name, value in pairs(case) do
    parts[#parts + 1] = ("[%q] = %s"):format(name, type(value) == "string" and lua(value) or value)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local CREATE = [[
-- With a schema nothing splits at a dot.
local schema = neap.dialect == "postgresql" and case.schema or "main"
if neap.dialect == "postgresql" then
  op.create_schema(schema, { comment = case.comment })
  op.create_enum(case.type, { case.label, "ok" }, { schema = schema, comment = case.comment })
end
op.create_table(case.table, {
  op.column(case.column, "text", { server_default = case.default, comment = case.column_comment }),
  op.column(case.second, "bytea"),
  op.check("1 = 1", { name = case.check }),
  op.index(case.index, { case.column }),
}, { schema = schema, comment = case.comment })
op.bulk_insert(case.table, { { [case.column] = case.value, [case.second] = op.bytes(case.bytes) }, { [case.second] = op.null } },
  { schema = schema, columns = { [case.column] = "text", [case.second] = "bytea" } })
op.create_view(case.view, "SELECT 1 AS one", { schema = schema, comment = case.comment })
]]

-- Quoted in the simplest way there is, by the standard's rules.
local CHECK = [[
local function equal(expected, got, what)
  if expected ~= got then
    error(("%s: expected %q, got %q"):format(what, tostring(expected), tostring(got)), 0)
  end
end
local function quote(name)
  return '"' .. name:gsub('"', '""') .. '"'
end
local where = neap.dialect == "postgresql" and quote(case.schema) .. "." or ""
local object = where .. quote(case.table)
local rows = op.query("SELECT " .. quote(case.column) .. " AS a, " .. quote(case.second) .. " AS b FROM " .. object)
equal(2, #rows, "rows")
for _, row in ipairs(rows) do
  if row.b then
    equal(case.value, row.a, "value")
    equal(neap.dialect == "postgresql" and "\\x" .. case.bytes:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
      or case.bytes, row.b, "bytes")
  else
    equal(case.default, row.a, "default")
  end
end
if neap.dialect == "sqlite" then
  for _, kind in ipairs({ "table", "index", "view" }) do
    equal(1, op.scalar("SELECT count(*) FROM sqlite_schema WHERE type = ? AND name = ?", { kind, case[kind] }), kind)
  end
  local columns = op.query("SELECT name FROM pragma_table_info(?) ORDER BY cid", { case.table })
  equal(case.column, columns[1].name, "column")
  equal(case.second, columns[2].name, "column")
  equal(2, #columns, "columns")
else
  local row = op.row([=[
    SELECT c.relname, a.attname, b.attname AS second, obj_description(c.oid, 'pg_class') AS comment,
      col_description(c.oid, 1::integer) AS column_comment, k.conname, n.nspname,
      (SELECT relname FROM pg_class x JOIN pg_index i ON i.indexrelid = x.oid WHERE i.indrelid = c.oid) AS index,
      (SELECT relname FROM pg_class v WHERE v.relnamespace = n.oid AND v.relkind = 'v') AS view,
      (SELECT typname FROM pg_type t WHERE t.typnamespace = n.oid AND t.typtype = 'e') AS type,
      (SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
        WHERE t.typnamespace = n.oid ORDER BY enumsortorder LIMIT 1) AS label
    FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind = 'r'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1
    JOIN pg_attribute b ON b.attrelid = c.oid AND b.attnum = 2
    JOIN pg_constraint k ON k.conrelid = c.oid
    WHERE n.nspname = $1]=], { case.schema })
  for field, name in pairs({ relname = "table", attname = "column", second = "second", comment = "comment",
    column_comment = "column_comment", conname = "check", nspname = "schema", index = "index", view = "view",
    type = "type", label = "label" }) do
    equal(case[name], row[field], name)
  end
end
]]

local function revision(cases, body)
  local parts = { 'revision = "a"\nfunction upgrade()' }
  for _, case in ipairs(cases) do
    parts[#parts + 1] = "do local case = " .. as_lua(case)
    parts[#parts + 1] = body .. "end"
  end
  return table.concat(parts, "\n") .. "\nend\n"
end

local function run(source, dialect, url)
  local dir = support.project()
  local host = assert(require("neap.host").open({ config = dir .. "/neap.lua" }))
  local path = dir .. "/migrations/case.lua"
  local result = host:run({ path = path, text = source, dialect = dialect, url = url })
  host:close()
  local err = result.error or {}
  assert.is_true(
    result.ok,
    ("seed %d: %s\n%s"):format(seed, tostring(err.message), tostring(err.sql))
  )
  return result.sql
end

for _, database in ipairs(support.databases) do
  local dialect = database.dialect

  for portion = 1, PORTIONS do
    describe(("random bytes on %s (%d)"):format(dialect, portion), function()
      local cases = {}

      setup(function()
        math.randomseed(seed, portion)
        for i = 1, PORTION do
          cases[i] = a_case(dialect, i)
        end
      end)

      it(("come back after a run (NEAP_SEED=%d)"):format(seed), function()
        if portion == 1 then
          print(
            ("\nrandom bytes on %s: NEAP_SEED=%d, %d cases"):format(
              dialect,
              seed,
              PORTION * PORTIONS
            )
          )
        end
        local url = database.new()
        run(revision(cases, CREATE), dialect, url)
        run(revision(cases, CHECK), dialect, url)
        if dialect == "sqlite" then
          assert.equal(
            tostring(3 * PORTION),
            database.query(url, "SELECT count(*) FROM sqlite_schema")
          )
        end
      end)

      it("come back after a script", function()
        local url = database.new()
        local script = run(revision(cases, CREATE), dialect, nil)
        database.query(url, "BEGIN;\n" .. script .. "\nCOMMIT;\n")
        run(revision(cases, CHECK), dialect, url)
      end)

      it("are one statement each", function()
        local sql = require("neap.sql")
        local quote = require("neap.dialect." .. dialect)
        local checked = 0
        for _, case in ipairs(cases) do
          for _, value in pairs(case) do
            if type(value) == "string" and not value:find("\0", 1, true) then
              local name = #value <= 63 and quote.quote(value) or "x"
              local statement = ("SELECT %s AS %s"):format(quote.literal(value), name)
              assert.equal(1, #sql.statements(statement .. "; SELECT 1", dialect) - 1, statement)
              checked = checked + 1
            end
          end
        end
        assert.is_true(checked > PORTION * 10)
      end)
    end)
  end
end
