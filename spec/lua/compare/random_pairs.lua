--- Random pairs of schemas A and B of all kinds: a database at A, with rows, is taken to B and back by what is generated;
--- check is clean on the way, it ends as it began, and the rows of what is on both sides are still there.
---
---     local pairs = require("spec.lua.compare.random_pairs")
---     pairs.converge(support.databases[1], 1, 6)   -- seeds 1 to 6 at once; raises what is wrong
---     pairs.rows                                   -- how many were kept so far

local catalog = require("spec.support.catalog")
local random_postgresql = require("spec.lua.compare.random_postgresql")
local random_sqlite = require("spec.lua.compare.random_sqlite")
local support = require("spec.support")

local random_pairs = { rows = 0 }

-- A line for each column and the like: columns that went and came again stand at the end. Each line once: a column that
-- comes again to a table that inherits it is the table's own, too, and nothing clears pg_attribute.attislocal.
local function sorted(text)
  local lines, seen = {}, {}
  for line in text:gmatch("[^\n]+") do
    line = line:gsub(",$", ""):gsub("^%s+", "")
    lines[#lines + 1] = not seen[line] and line or nil
    seen[line] = true
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

local function text_of(made)
  return table.concat(made.statements, ";\n") .. ";\n"
end

-- What reads the columns that are the same on both sides, of tables that have rows on both.
local function untouched(a, b, queries)
  local by_name = {}
  for _, record in ipairs(b.tables) do
    by_name[record.name] = record
  end
  for _, record in ipairs(a.tables) do
    local other = by_name[record.name]
    if record.rows and other then
      local there, names = {}, { "id" }
      for _, column in ipairs(other.columns) do
        there[column.sql or ""] = true
      end
      for _, column in ipairs(record.columns) do
        if column.sql and there[column.sql] then
          names[#names + 1] = '"' .. column.name:gsub('"', '""') .. '"'
        end
      end
      queries[#queries + 1] = ("SELECT %s FROM %s ORDER BY 1;"):format(
        table.concat(names, ", "),
        record.sql or '"' .. record.name:gsub('"', '""') .. '"'
      )
    end
  end
end

local version

local makers = {
  postgresql = function(seed, side)
    version = version or tonumber(support.psql(support.server(), "SHOW server_version_num"))
    return random_postgresql.make(seed, side, { version = version, rows = true })
  end,
  sqlite = function(seed, side)
    return random_sqlite.make(seed, side, { rows = true })
  end,
}

-- Both models, the rows and the queries of these seeds.
local function pairs_of(dialect, from, to)
  local found = { a = {}, b = {}, rows = {}, queries = {} }
  for seed = from, to do
    local a, b = makers[dialect](seed, "a"), makers[dialect](seed, "b")
    table.insert(found.a, text_of(a))
    table.insert(found.b, text_of(b))
    table.insert(found.rows, #a.rows > 0 and table.concat(a.rows, ";\n") .. ";" or nil)
    untouched(a, b, found.queries)
  end
  for name, list in pairs(found) do
    found[name] = table.concat(list, "\n")
  end
  return found
end

---@param database table  of support.databases
function random_pairs.converge(database, from, to)
  local made, url = pairs_of(database.dialect, from, to), database.new()
  if database.dialect == "postgresql" then
    database.query(url, "SET client_min_messages = error;" .. random_postgresql.roles)
  end
  local dir = support.project({
    ["neap.lua"] = ('return { url = %q, model = "schema.sql", settings = %s }\n'):format(
      url,
      database.dialect == "postgresql" and '{ client_min_messages = "warning" }' or "nil"
    ),
    ["schema.sql"] = made.a,
  })
  local path
  local function must(...)
    local ran = support.run({ "neap", ... }, { cwd = dir, timeout = 300 })
    if ran.status ~= 0 then
      local written = path and support.read(dir .. "/" .. path) or ""
      error(table.concat({ ... }, " ") .. "\n" .. ran.stdout .. ran.stderr .. written, 0)
    end
    return ran.stdout
  end
  local function same(what, expected, actual)
    local found = catalog.difference(expected, actual)
    if found ~= "" then
      error(what .. "\n" .. found .. support.read(dir .. "/" .. path), 0)
    end
  end
  local function generate(id)
    path = must("revision", "-m", id, "--autogenerate", "--rev-id", id):match("(migrations/%S+)")
    must("upgrade", "head")
    must("check")
  end
  generate("ra")
  database.query(url, made.rows)
  local before, rows = catalog.schema(url), database.query(url, made.queries)
  support.write(dir .. "/schema.sql", made.b)
  generate("rb")
  same("rows after the upgrade", rows, database.query(url, made.queries))
  must("downgrade", "ra")
  support.write(dir .. "/schema.sql", made.a)
  must("check")
  same("rows after the downgrade", rows, database.query(url, made.queries))
  if database.dialect == "postgresql" then
    same("the catalog", sorted(before), sorted(catalog.schema(url)))
  end
  random_pairs.rows = random_pairs.rows + select(2, rows:gsub("[^\n]+", ""))
end

return random_pairs
