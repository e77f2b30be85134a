--- bulk_insert: COPY or INSERT.

local marks = require("neap.marks")
local errors = require("neap.errors")
local readers = require("neap.dialect.rows")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")
local values = require("neap.dialect.values")

local data = {}

local COPY_ROWS = 1000 -- fewer are as fast as INSERT
local INSERT_BYTES = 262144 -- of one INSERT's text

-- What rows[first] to rows[last] hold: columns, in the order given or of their names, and whether COPY could take them.
local function survey(rows, first, last, names)
  local counts, plain, tabular = {}, true, {}
  for i = first, last do
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
  if names then
    columns = {}
    for _, name in ipairs(names) do
      columns[#columns + 1] = counts[name] and name or nil
    end
  end
  for _, name in ipairs(columns) do
    plain = plain and counts[name] == last - first + 1 -- COPY has no DEFAULT for some of the rows
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

-- How a list or table is written for this column; asks the catalog only when it must.
local function notation_for(operation, run, name, lookup)
  local type_name = operation.columns and operation.columns[name]
  if type_name then
    return notation(type_name)
      or errors.usage(
        'column "%s" is typed %s, and a list or table goes into an array, json or jsonb',
        name,
        type_name
      )
  elseif run.offline then
    errors.usage(
      'column "%s" has a list or a table, and a script cannot look up its type: '
        .. 'add columns = { %s = "text[]" } or "jsonb"',
      name,
      name
    )
  end
  local known = lookup()
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
  return column.notation
end

-- What type input reads for this value: COPY's data before escapes, the inside of an INSERT's literal. Both give
-- the same, whatever the column's type makes of it.
local function input(value, how)
  local kind = type(value)
  if kind == "number" then
    return values.special(value) and text.literal(value):sub(2, -2) or values.digits(value)
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "table" and not marks.is_bytes(value) then
    return how == "array" and values.array(value) or values.json(value)
  end
  return nil
end

local function insert_value(value, how)
  if value == nil then
    return "DEFAULT"
  elseif not marks.is_marked_sql(value) then
    local written = input(value, how)
    if written then
      return text.string(written)
    end
  end
  return text.literal(value)
end

-- The INSERTs for rows[first] to rows[last]. `base`: how many rows came before the first.
local function inserts(operation, rows, first, last, base, columns, by_column)
  local name = text.object(operation.schema, operation.table)
  if #columns == 0 then
    local statements = {}
    for i = first, last do
      statements[i - first + 1] = { sql = "INSERT INTO " .. name .. " DEFAULT VALUES" }
    end
    return statements
  end
  local head = "INSERT INTO " .. name .. " (" .. text.names(columns) .. ") VALUES"
  local gap = first == last and " " or "\n    "
  local statements, lines, bytes = {}, {}, 0
  local function finish()
    if #lines > 0 then
      statements[#statements + 1] = { sql = head .. gap .. table.concat(lines, ",\n    ") }
      lines, bytes = {}, 0
    end
  end
  local cells = {}
  for i = first, last do
    local row = rows[i]
    for j = 1, #columns do
      local column = columns[j]
      local ok, written = pcall(insert_value, rawget(row, column), by_column[column])
      if not ok then
        readers.fail(written, operation.source, base + i - first + 1, column)
      end
      cells[j] = written
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

-- Sends the rows until they are no longer like rows[1], or at an end.
local function copy_rows(operation, run, reader, columns, lookup, session)
  local sql = ("COPY %s (%s) FROM STDIN"):format(
    text.object(operation.schema, operation.table),
    text.names(columns)
  )
  local by_column = {}
  local encode = readers.encoder(reader, function(value, name)
    if type(value) == "string" then
      errors.usage("a string holds a NUL byte: for bytea write op.bytes(s), text cannot hold one")
    elseif type(value) ~= "table" then
      errors.usage("expected a value, got %s", marks.describe(value))
    end
    by_column[name] = by_column[name] or notation_for(operation, run, name, lookup)
    return input(value, by_column[name])
  end)
  session:copy_rows(sql, columns, encode, reader, reader.source)
end

-- The next rows as INSERTs, or nil when COPY is better; and their columns.
---@return Statement[]? statements, string[] columns, integer rows
local function compile_rows(operation, run, reader, lookup)
  local first, last = readers.look(reader, COPY_ROWS)
  local columns, plain, tabular =
    survey(reader.ahead, first, last, readers.names(operation.columns))
  local count = last - first + 1
  local many = plain and #columns > 0 and count >= COPY_ROWS
  if many and not run.offline and copyable(lookup(), columns) then
    return nil, columns, count
  end
  local by_column = {}
  for _, name in ipairs(shared.sorted_keys(tabular)) do
    by_column[name] = notation_for(operation, run, name, lookup)
  end
  local statements =
    inserts(operation, reader.ahead, first, last, reader.number, columns, by_column)
  return statements, columns, count
end

local function run_all(session, statements, source)
  for _, statement in ipairs(statements) do
    session:run(statement.sql, nil, source)
  end
end

-- Sends what the reader gives, a thousand rows at a time, or with COPY as many as are alike.
local function send_rows(operation, run, reader, lookup, session)
  local first, last = readers.look(reader, COPY_ROWS)
  while first <= last do
    local ok, statements, columns, count = pcall(compile_rows, operation, run, reader, lookup)
    if not ok then
      readers.fail(statements, reader.source)
    elseif statements then
      run_all(session, statements, reader.source)
      readers.take(reader, count)
    else
      copy_rows(operation, run, reader, columns, lookup, session)
    end
    first, last = readers.look(reader, COPY_ROWS)
  end
end

function data.bulk_insert(operation, run)
  local rows, known, few = readers.named(operation.rows, operation.columns), nil, nil
  local is_list = type(rows) == "table"
  if is_list and #rows == 0 then
    return {}
  end
  local function lookup()
    known = known or catalog(operation, run)
    return known
  end
  if is_list and #rows < COPY_ROWS then
    few = compile_rows(operation, run, readers.reader(rows, operation.source), lookup)
    if #few == 1 then
      return few
    end
  end
  local function fill(session, source)
    if few then
      run_all(session, few, source)
    else
      local reader = readers.reader(rows, source, operation.columns)
      send_rows(operation, run, reader, lookup, session)
    end
  end
  local head = "INSERT INTO " .. text.object(operation.schema, operation.table)
  return { { sql = head, send = "group", fill = fill } }
end

function data.revert_sql(operation, run)
  return require("neap.dialect.postgresql.revert")(operation, run)
end

return data
