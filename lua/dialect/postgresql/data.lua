--- bulk_insert: COPY or INSERT.

local marks = require("neap.marks")
local errors = require("neap.errors")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local values = require("neap.dialect.values")

local data = {}

local COPY_ROWS = 1000 -- fewer are as fast as INSERT
local INSERT_BYTES = 262144 -- of one INSERT's text
local CHUNK_BYTES = 65536 -- of COPY data handed over at once

-- What the rows hold: columns in name order, and whether COPY could take them.
local function survey(rows)
  local counts, plain, tabular = {}, true, {}
  for i = 1, #rows do
    for name, value in next, rows[i] do
      counts[name] = (counts[name] or 0) + 1
      if type(value) == "table" then
        if marks.is_marked_sql(value) then
          plain = false
        elseif not marks.is_bytes(value) then
          tabular[name] = true
        end
      end
    end
  end
  local columns = shared.sorted_keys(counts)
  for _, name in ipairs(columns) do
    plain = plain and counts[name] == #rows -- COPY has no DEFAULT for some of the rows
  end
  return columns, plain, tabular
end

-- "array" or "json": how a list or table is written for a column of this type.
local function notation(type_name)
  if type_name:find("[]", 1, true) or type_name:lower():find("%f[%w]array%f[%W]") then
    return "array"
  elseif type_name:lower():match("^jsonb?$") then
    return "json"
  end
  return nil
end

local CATALOG = [[
SELECT a.attname::pg_catalog.text AS name,
    CASE WHEN t.typcategory OPERATOR(pg_catalog.=) 'A' THEN 'array'
        WHEN t.oid OPERATOR(pg_catalog.=) ANY ('{json,jsonb}'::pg_catalog.regtype[]) THEN 'json'
        ELSE '' END AS notation,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    a.attidentity OPERATOR(pg_catalog.=) 'a' AS always,
    c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog."char"[])
        AND NOT c.relrowsecurity AND NOT c.relhasrules AS plain
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
JOIN pg_catalog.pg_type b ON b.oid OPERATOR(pg_catalog.=) a.atttypid
JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=)
    CASE WHEN b.typtype OPERATOR(pg_catalog.=) 'd' THEN b.typbasetype ELSE b.oid END
WHERE a.attrelid OPERATOR(pg_catalog.=) $1::pg_catalog.regclass
    AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped]]

-- The columns as the catalog has them, by name.
local function catalog(operation, run)
  local name = text.object(operation.schema, operation.table)
  local found = {}
  for _, row in ipairs(run.session:query(CATALOG, { name, n = 1 }, operation.source)) do
    found[row.name] = row
  end
  return found
end

-- How lists and tables are written, by column; asks the catalog only when it must.
local function notations(operation, run, tabular, known)
  local by_column, typed = {}, operation.columns or {}
  for _, name in ipairs(shared.sorted_keys(tabular)) do
    if typed[name] then
      by_column[name] = notation(typed[name])
        or errors.usage(
          'column "%s" is typed %s, and a list or table goes into an array, json or jsonb',
          name,
          typed[name]
        )
    elseif run.offline then
      errors.usage(
        'column "%s" has a list or a table, and a script cannot look up its type: '
          .. 'add columns = { %s = "text[]" } or "jsonb"',
        name,
        name
      )
    else
      known = known or catalog(operation, run)
      local column = known[name]
      if not column then
        errors.usage('%s has no column "%s"%s', operation.table, name, errors.hint(name, known))
      elseif column.notation == "" then
        errors.usage(
          'column "%s" is %s, and a list or table goes into an array, json or jsonb',
          name,
          column.type
        )
      end
      by_column[name] = column.notation
    end
  end
  return by_column
end

-- A value without a type of its own, as the text of a literal; nil for NULL.
local function untyped(value, how)
  if type(value) == "table" and not marks.is_bytes(value) then
    return how == "array" and values.array(value) or values.json(value)
  end
  return nil
end

local copy_escapes = { ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

-- One value of COPY's text format.
local function copy_value(value, how)
  local kind = type(value)
  if kind == "number" then
    return values.special(value) and (text.literal(value):gsub("'", "")) or values.digits(value)
  elseif kind == "boolean" then
    return value and "t" or "f"
  elseif kind == "userdata" then
    return "\\N"
  elseif kind == "table" then
    if marks.is_bytes(value) then
      return "\\\\x" .. values.hex(value.bytes)
    end
    value = untyped(value, how)
  elseif value:find("\0", 1, true) then
    errors.usage("a string holds a NUL byte: for bytea write op.bytes(s), text cannot hold one")
  end
  if value:find("[\\\n\r\t]") then
    return (value:gsub("[\\\n\r\t]", copy_escapes))
  end
  return value
end

local function insert_value(value, how, typed)
  if value == nil then
    return "DEFAULT"
  end
  local kind = type(value)
  if kind == "table" and not marks.is_bytes(value) and not marks.is_marked_sql(value) then
    return text.string(untyped(value, how))
  elseif typed and (kind == "number" or kind == "boolean") then
    return "'" .. copy_value(value) .. "'"
  end
  return text.literal(value)
end

local function inserts(operation, columns, by_column)
  local name = text.object(operation.schema, operation.table)
  local rows, typed = operation.rows, operation.columns or {}
  if #columns == 0 then
    local statements = {}
    for i = 1, #rows do
      statements[i] = { sql = "INSERT INTO " .. name .. " DEFAULT VALUES" }
    end
    return statements
  end
  local head = "INSERT INTO " .. name .. " (" .. text.names(columns) .. ") VALUES"
  local statements, lines, bytes = {}, {}, 0
  local function finish()
    if #lines > 0 then
      local gap = #rows == 1 and " " or "\n    "
      statements[#statements + 1] = { sql = head .. gap .. table.concat(lines, ",\n    ") }
      lines, bytes = {}, 0
    end
  end
  local cells = {}
  for i = 1, #rows do
    local row = rows[i]
    for j = 1, #columns do
      local column = columns[j]
      cells[j] = insert_value(row[column], by_column[column], typed[column])
    end
    local line = "(" .. table.concat(cells, ", ") .. ")"
    lines[#lines + 1] = line
    bytes = bytes + #line
    if bytes > INSERT_BYTES then
      finish()
    end
  end
  finish()
  return statements
end

-- An iterator over chunks of COPY data.
local function copy_chunks(rows, columns, by_column)
  return function()
    local at = 0
    return function()
      local lines, bytes, cells = {}, 0, {}
      while at < #rows and bytes < CHUNK_BYTES do
        at = at + 1
        local row = rows[at]
        for j = 1, #columns do
          cells[j] = copy_value(row[columns[j]], by_column[columns[j]])
        end
        local line = table.concat(cells, "\t")
        lines[#lines + 1] = line
        bytes = bytes + #line
      end
      if #lines == 0 then
        return nil
      end
      lines[#lines + 1] = ""
      return table.concat(lines, "\n")
    end
  end
end

-- COPY differs from INSERT where the table is a view, has rules, row security, or an identity that is
-- always generated: then INSERT does it.
local function copyable(known, columns)
  for _, name in ipairs(columns) do
    local column = known[name]
    if not column or not column.plain or column.always then
      return false
    end
  end
  return true
end

function data.bulk_insert(operation, run)
  local rows = operation.rows
  if #rows == 0 then
    return {}
  end
  local columns, plain, tabular = survey(rows)
  local known
  if plain and #columns > 0 and #rows >= COPY_ROWS and not run.offline then
    known = catalog(operation, run)
  end
  local by_column = notations(operation, run, tabular, known)
  if known and copyable(known, columns) then
    return {
      {
        sql = "COPY " .. text.object(operation.schema, operation.table) .. " (" .. text.names(
          columns
        ) .. ") FROM STDIN",
        send = "copy",
        next = copy_chunks(rows, columns, by_column),
      },
    }
  end
  return inserts(operation, columns, by_column)
end

function data.revert_sql(operation, run)
  return require("neap.dialect.postgresql.definitions").revert(operation, run)
end

return data
