--- What a database holds besides neap's own tables, as text that can be compared.
local support = require("spec.support")

local catalog = {}

local function sqlite_path(url)
  return (url:gsub("^sqlite:", ""))
end

-- Newer pg_dumps write a random word at both ends.
local function without_restrict(dump)
  return (dump:gsub("\n\\u?n?restrict [^\n]*", ""))
end

local function pg_dump(url, ...)
  return without_restrict(support.must({ "pg_dump", "-T", "neap_*", url, ... }))
end

local sqlite_schema = [[
SELECT type, name, sql FROM sqlite_schema
WHERE tbl_name NOT LIKE 'neap\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY type, name;]]

--- Tables, types, functions, views, triggers, grants: all that pg_dump -s or sqlite_schema knows.
function catalog.schema(url)
  if url:match("^sqlite:") then
    return support.sqlite(sqlite_path(url), sqlite_schema)
  end
  return pg_dump(url, "-s")
end

--- Schema and rows.
function catalog.everything(url)
  if not url:match("^sqlite:") then
    return pg_dump(url)
  end
  local copy = support.tempdir() .. "/copy.db"
  support.must({ "cp", sqlite_path(url), copy })
  local own = support.sqlite(
    copy,
    [[SELECT 'DROP TABLE "' || name || '";' FROM sqlite_schema
      WHERE type = 'table' AND name LIKE 'neap\_%' ESCAPE '\';]]
  )
  support.sqlite(copy, own)
  -- One of neap's tables counts its rows.
  return (support.sqlite(copy, ".dump"):gsub("\nDELETE FROM sqlite_sequence;", ""))
end

--- All rows of all tables.
function catalog.row_count(url)
  local query, names
  if url:match("^sqlite:") then
    query = function(sql)
      return support.sqlite(sqlite_path(url), sql)
    end
    names = [[SELECT '"' || name || '"' FROM sqlite_schema WHERE type = 'table'
      AND name NOT LIKE 'neap\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\';]]
  else
    query = function(sql)
      return support.psql(url, sql)
    end
    names = [[SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relname !~ '^neap_'
      AND relnamespace = 'public'::regnamespace;]]
  end
  local counts = {}
  for name in query(names):gmatch("[^\n]+") do
    table.insert(counts, ("(SELECT count(*) FROM %s)"):format(name))
  end
  if #counts == 0 then
    return 0, 0
  end
  return tonumber(query("SELECT " .. table.concat(counts, " + ") .. ";")), #counts
end

--- Nothing when both texts are the same, otherwise the lines that differ.
function catalog.difference(expected, actual)
  if expected == actual then
    return ""
  end
  local dir = support.tempdir()
  support.write(dir .. "/expected", expected .. "\n")
  support.write(dir .. "/actual", actual .. "\n")
  return support.run({ "diff", "-U2", "expected", "actual" }, { cwd = dir }).stdout
end

--- The roles of the server that begin with a prefix.
function catalog.roles(url, prefix)
  return support.psql(
    url,
    ("SELECT rolname FROM pg_roles WHERE starts_with(rolname, '%s') ORDER BY 1"):format(prefix)
  )
end

return catalog
