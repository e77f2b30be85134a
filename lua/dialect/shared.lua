--- What is the same on every database.

local marks = require("neap.marks")
local errors = require("neap.errors")
local sql = require("neap.sql")

local shared = {}

---The kinds that need no dialect: fun(operation, run, dialect) -> statements.
shared.compilers = {}
local compilers = shared.compilers

---A name, or names, as a list.
function shared.list(value)
  if type(value) == "table" and value.sql == nil then
    return value
  end
  return { value }
end

---SQL text of a marked or a plain string.
function shared.text(value)
  return type(value) == "table" and value.sql or value
end

---True when SQL text ends with a comment that the line's end closes. Most texts have none at all, and that is quickly
---seen.
function shared.ends_open(text)
  return text:find("--", 1, true) ~= nil and text:find("%-%-[^\n]*$") ~= nil
end
local ends_open = shared.ends_open

---SQL text that something follows on its line: a comment at its end is closed.
function shared.line_text(value)
  local text = shared.text(value)
  return ends_open(text) and text .. "\n" or text
end

---SQL text that may end with a semicolon and blanks, without them; a comment at its end is closed.
function shared.statement_text(value)
  local text = shared.text(value):gsub("[;%s]+$", "")
  return ends_open(text) and text .. "\n" or text
end

---text with a line break at its end.
function shared.line(text)
  return text:sub(-1) == "\n" and text or text .. "\n"
end

---"SQL", or { "SQL", name = ... }: the text (see line_text) and the table's options.
function shared.named_text(value)
  if type(value) == "table" and value.sql == nil then
    return shared.line_text(value[1]), value
  end
  return shared.line_text(value), {}
end

---What a naming template may want to know about a constraint of this column.
function shared.column_facts(column, schema, table_name, name)
  return { name = name, schema = schema, table = table_name, columns = { column.name } }
end

---CHECK of a column. One without a name goes by the column's where a template asks for the name.
---@param label fun(run: Run, kind: string, facts: table): string  the dialect's CONSTRAINT name
function shared.column_check(run, column, schema, table_name, label)
  local expression, options = shared.named_text(column.check)
  local template = run.naming and run.naming.ck
  local name = options.name
    or template and template:find("{constraint_name}", 1, true) and column.name
  local facts = shared.column_facts(column, schema, table_name, name or nil)
  return label(run, "ck", facts) .. "CHECK (" .. expression .. ")"
end

---Keys of a table in name order.
function shared.sorted_keys(map)
  local keys = {}
  for key in next, map do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

-- A parameter's value as the drivers take it.
local function parameter(value, dialect)
  if type(value) ~= "table" or marks.is_bytes(value) then
    return value
  end
  return dialect.table_value(value)
end

local function named_parameters(operation, dialect)
  local params = operation.params
  local text, places = operation.sql, sql.parameters(operation.sql, dialect.name)
  local parts, sent, numbers, from = {}, { n = 0 }, {}, 1
  for _, place in ipairs(places) do
    local name = place.name
    local value = params[name]
    if value == nil then
      errors.usage("no value for the parameter :%s%s", name, errors.hint(name, params))
    end
    if not numbers[name] then
      sent.n = sent.n + 1
      numbers[name] = sent.n
      sent[sent.n] = parameter(value, dialect)
    end
    parts[#parts + 1] = text:sub(from, place.start - 1) .. dialect.placeholder .. numbers[name]
    from = place.stop + 1
  end
  for _, name in ipairs(shared.sorted_keys(params)) do
    if not numbers[name] then
      errors.usage("the SQL has no parameter :%s%s", name, errors.hint(name, numbers))
    end
  end
  return { sql = table.concat(parts) .. text:sub(from), params = sent }
end

---execute's SQL and parameters, ready for the driver.
---@return Statement
function shared.parameters(operation, dialect)
  local params = operation.params
  if not params then
    return { sql = operation.sql }
  end
  local first = next(params)
  if type(first) == "string" and params[1] == nil then
    return named_parameters(operation, dialect)
  end
  local sent = { n = params.n or #params }
  for i = 1, sent.n do
    sent[i] = parameter(params[i], dialect)
  end
  return { sql = operation.sql, params = sent }
end

function compilers.execute(operation, _, dialect)
  local statement = shared.parameters(operation, dialect)
  if not statement.params then
    statement.send = "text"
  end
  return { statement }
end

-- What follows SET.
local function assignments(set, dialect)
  if type(set) ~= "table" or marks.is_sql(set) then
    return shared.line_text(set)
  end
  local parts = {}
  for i, name in ipairs(shared.sorted_keys(set)) do
    parts[i] = dialect.quote(name) .. " = " .. dialect.literal(set[name])
  end
  return table.concat(parts, ", ")
end

---The name of an operation's table.
function shared.table_name(operation, dialect)
  local name = dialect.quote(operation.table)
  return operation.schema and dialect.quote(operation.schema) .. "." .. name or name
end

---A backfill as one UPDATE; `keys` is the condition of a batch.
---@return Statement
function shared.update(operation, dialect, keys)
  local where = operation.where and shared.text(operation.where)
  if where and keys then
    where = keys .. " AND (" .. shared.line_text(where) .. ")"
  end
  where = where or keys
  return {
    sql = "UPDATE " .. shared.table_name(operation, dialect) .. " SET " .. shared.line_text(
      assignments(operation.set, dialect)
    ) .. (where and " WHERE " .. where or ""),
  }
end

---Where a batch of a backfill ends: the key of its last row, as the texts k1, k2 ...
---@param columns string   "id, day"
---@param texts string[]   how each becomes text
function shared.bound(operation, dialect, columns, texts, above)
  local conditions = {}
  if above then
    conditions[1] = above
  end
  if operation.where then
    conditions[#conditions + 1] = "(" .. shared.line_text(operation.where) .. ")"
  end
  local selected = {}
  for i, text in ipairs(texts) do
    selected[i] = ("%s AS k%d"):format(text, i)
  end
  return "SELECT "
    .. table.concat(selected, ", ")
    .. " FROM "
    .. shared.table_name(operation, dialect)
    .. (#conditions > 0 and " WHERE " .. table.concat(conditions, " AND ") or "")
    .. (" ORDER BY %s LIMIT 1 OFFSET %d"):format(columns, operation.batch - 1)
end

---A row when one of the key's columns is NULL somewhere.
function shared.nulls(operation, dialect, key)
  local conditions = {}
  for i, name in ipairs(key) do
    conditions[i] = dialect.quote(name) .. " IS NULL"
  end
  return {
    sql = ("SELECT 1 AS found FROM %s WHERE %s LIMIT 1"):format(
      shared.table_name(operation, dialect),
      table.concat(conditions, " OR ")
    ),
  }
end

---Which revision has kept something: its id. Without one the file, without its directory and the line: the same on every
---checkout.
function shared.revision_of(operation, run)
  local id = run.revision_id and run.revision_id()
  if id then
    return id
  end
  local at = operation.source and operation.source.at or ""
  return (at:gsub(":%d+$", ""):gsub("^.*/", ""))
end

---Files that are to be put back must have been kept.
---@param files string[]?          nil: all that the revision has kept
---@param rows { file: string }[]  what it has kept
function shared.refuse_not_kept(files, rows, revision)
  if not files and #rows == 0 then
    errors.usage(
      "nothing is kept of what %s replaced: it loads no file with procedures.load or `keep = true`, or the database was "
        .. "stamped or loaded from a dump, and %s never ran here. Write in downgrade() what is to be put back",
      revision,
      revision
    )
  end
  local there, missing = {}, {}
  for _, row in ipairs(rows) do
    there[row.file] = true
  end
  for _, file in ipairs(files or {}) do
    if not there[file] then
      missing[#missing + 1] = file
    end
  end
  if #missing > 0 then
    errors.usage(
      "what %s replaced was not kept by %s: load it with procedures.load, or op.load_sql(file, { keep = true }); a "
        .. "database that was stamped or loaded from a dump has nothing kept",
      table.concat(missing, ", "),
      revision
    )
  end
end

local function read_file(path, operation, run)
  local text, shown, hash = run.read_sql(path, operation.source)
  return {
    path = path,
    hash = hash,
    sql = text,
    send = "text",
    file = shown or path,
    ignore_transaction = operation.transaction == "ignore",
    many = true,
  }
end

-- Plain files are statements as they are; what is kept, ordered or skipped is the dialect's.
local function load_files(paths, operation, run, dialect)
  local files = {}
  for i, path in ipairs(paths) do
    files[i] = read_file(path, operation, run)
  end
  if
    operation.keep
    or operation.skip_unchanged
    or operation.tidy
    or operation.order == "dependency"
  then
    return dialect.load(operation, run, files)
  end
  return files
end

function compilers.load_sql(operation, run, dialect)
  return load_files(shared.list(operation.file), operation, run, dialect)
end

function compilers.load_sql_dir(operation, run, dialect)
  local listed = { recursive = operation.recursive or false, pattern = operation.pattern }
  local paths = run.list_sql(operation.directory, listed, operation.source)
  if #paths == 0 then
    errors.usage(
      'no SQL file in "%s"%s',
      operation.directory,
      operation.pattern and (' matches "%s"'):format(operation.pattern) or ""
    )
  end
  return load_files(paths, operation, run, dialect)
end

---All of it is compiled before any of it is sent.
function compilers.batch_alter_table(operation, run, dialect)
  if operation.definition then
    errors.usage('option "definition" rebuilds a table, which SQLite needs: say here what changes')
  end
  local statements = {}
  for _, part in ipairs(operation.operations) do
    local ok, compiled = pcall(dialect.compile, part, run)
    if not ok then
      shared.locate(compiled, part)
    end
    for _, statement in ipairs(compiled) do
      statement.source = part.source
      statements[#statements + 1] = statement
    end
  end
  return statements
end

---Raises err again, with the place of the operation within a batch.
function shared.locate(err, operation)
  if errors.is(err) and err.kind == "usage" and not err.at and operation.source then
    err.message = "batch." .. operation.kind .. ": " .. err.message
    err.at, err.via = operation.source.at, operation.source.via
  end
  error(err, 0)
end

return shared
