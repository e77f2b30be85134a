--- Rows and raw SQL.

local check = require("neap.op.check")
local marks = require("neap.marks")
local readers = require("neap.dialect.rows")

local shape = check.shape
local data = {}

---Run SQL text: one statement or many, sent byte for byte.
---
---    op.execute("UPDATE account SET email = lower(email)")
---    op.execute("DELETE FROM account WHERE id = $1 OR email = $2", { 5, "x@y.z" })
---    op.execute("DELETE FROM account WHERE id = :id", { id = 5 })
---
---Without params nothing in the text is replaced, and statements are split with the database's own rules (dollar
---quotes, nested comments, BEGIN ATOMIC, SQLite's trigger bodies). With params it is one statement, and the values
---travel beside it (offline: as quoted literals): a list for the database's placeholders (`$1`; `?` and `?1` on
---SQLite), a table with names for `:name`. Values are numbers, strings, booleans, `op.null`, `op.bytes(s)`; a
---list becomes an array on PostgreSQL and JSON on SQLite, any other table JSON.
---
---BEGIN, COMMIT, ROLLBACK and the like are refused: `op.commit`, `op.autocommit` and `op.savepoint` do that.
---@param sql string
---@param params table?
---@return Execute
function data.execute(sql, params)
  if type(sql) == "table" and marks.is_sql(sql) then
    sql = sql.sql
  end
  if type(sql) ~= "string" then
    check.wrong(1, "SQL text", sql)
  end
  return {
    kind = "execute",
    sql = params and check.text(sql, 1, "SQL text") or sql,
    params = check.params(params, 2),
  }
end

local bulk_insert_options = {
  schema = shape.name,
  columns = {
    expected = 'a table { column = "type" }, or { "column", "column" } of values in an order',
    test = function(value)
      if type(value) ~= "table" then
        return false
      end
      local named = {}
      for name, text in next, value do
        local place = math.type(name) == "integer" and name >= 1 and name <= #value
        if type(text) ~= "string" or not place and type(name) ~= "string" then
          return false
        elseif place and (text == "" or named[text]) then
          return false
        elseif place then
          named[text] = true
        end
      end
      return true
    end,
  },
}

---Insert many rows.
---
---    op.bulk_insert("product", {
---      { id = 1, name = "Firefox", tags = { "browser", "gecko" } },
---      { id = 2, name = "Thunderbird", released = "2004-12-07", icon = op.bytes(png) },
---    }, { columns = { tags = "text[]" } })
---
---For many rows, `rows` may be a function that is called for one after the other until it gives nil (it may give the
---same table again, with other values); it cannot call op itself. So a million of them need no memory:
---
---    local i = 0
---    op.bulk_insert("day", function()
---      i = i + 1
---      return i <= 1000000 and { number = i, name = "day " .. i } or nil
---    end)
---
---Rows of many columns are given fastest without tables: `columns` names them in an order, and the function gives
---values in that order, until the first of them is nil (op.null is NULL). A list of rows has lists then.
---
---    local i = 0
---    op.bulk_insert("day", function()
---      i = i + 1
---      if i <= 1000000 then
---        return i, "day " .. i
---      end
---    end, { columns = { "number", "name" } })
---
---Values are untyped literals, so `"5"` or `"2014-04-01"` fits any column. A list or a table goes by the column's type:
---an array, or json; the catalog is asked, unless `columns = { tags = "text[]" }` says so (offline it must). An empty
---table is an empty list; write `"{}"` for an empty JSON object. A key that a row lacks is DEFAULT, `op.null` is NULL,
---`op.sql "..."` is an expression. Options: columns (types, or an order, or both: `{ "id", "tags", tags = "text[]" }`),
---schema.
---
---PostgreSQL: INSERT with many rows each, and COPY for a thousand rows or more that all have the same plain columns.
---SQLite: one prepared statement, run once for each row; arrays are JSON text there. Offline: INSERTs. However many
---statements it takes, in a stepwise revision they are one step, committed once.
---
---An error names the row. A list is looked through before anything is sent, a function's rows as they come.
---@param table_name string
---@param rows table[]|fun(): ...any
---@param opts table?
---@return BulkInsert
function data.bulk_insert(table_name, rows, opts)
  local schema, name = check.object(table_name, 1, "the table's name", opts)
  if type(rows) ~= "function" then
    if type(rows) ~= "table" or rows.kind ~= nil and rows[1] == nil then
      check.wrong(2, "a list of rows, or a function that gives them", rows)
    end
    local count = #rows
    if count == 0 and next(rows) ~= nil then
      check.wrong(2, "a list of rows { { column = value }, ... }", rows)
    end
  end
  local operation = check.options(
    { kind = "bulk_insert", schema = schema, table = name, rows = rows },
    opts,
    bulk_insert_options,
    3
  )
  local names = readers.names(operation.columns)
  for i = 1, type(rows) == "table" and #rows or 0 do
    if names then
      readers.check_values(rows[i], i, names)
    else
      readers.check(rows[i], i)
    end
  end
  return operation
end

local transaction = check.one_of({ "ignore", "refuse" })
local order = check.one_of({ "name", "dependency" })
local load_sql_options = {
  transaction = transaction,
  keep = shape.boolean,
  order = order,
  skip_unchanged = shape.boolean,
  tidy = shape.boolean,
}

-- One file, or a list of them.
local function file_names(files, may_be_nil)
  if may_be_nil and files == nil then
    return nil
  elseif type(files) ~= "table" then
    return check.name(files, 1, "a file's name, relative to the sql directory")
  end
  if #files == 0 then
    check.wrong(1, "a file's name or a list of them", files)
  end
  for _, file in ipairs(files) do
    check.name(file, 1, "a list of file names, relative to the sql directory")
  end
  return files
end

---Run SQL files, relative to the `sql` directory of neap.lua.
---
---    op.load_sql("procs/update_adu.sql")
---    op.load_sql({ "types/mood.sql", "procs/find_mood.sql" })
---    op.load_sql("dump.sql", { transaction = "ignore" })
---
---A file is sent byte for byte; COPY ... FROM stdin with its data is understood. A backslash command of psql is an
---error with its line. BEGIN and COMMIT are refused; `transaction = "ignore"` passes over the outer pair. A path that
---leaves the directory is refused. Copies that `neap freeze` made for this revision go first. All files are read before
---the first is sent.
---
---Options: `keep = true` keeps, in the table neap_definition, what the files replace, for `revert_sql`; order,
---skip_unchanged and tidy: see `load_sql_dir`. On PostgreSQL, with any of them, a routine or view that CREATE OR REPLACE
---cannot change (another result, other names of arguments, fewer columns, a procedure instead of a function) is dropped
---and made anew, and gets its owner, grants and comment back; so are the views, triggers, rules, policies, defaults and
---routines that depend on it. What cannot be made anew by itself (an index, a constraint, a generated column) is named in
---an error. A type or materialized view is not replaced: its file drops it first (`DROP TYPE IF EXISTS`). On SQLite, with
---keep or skip_unchanged, a file takes the place of the views and triggers that it made before, without any DROP in it.
---
---Offline, on PostgreSQL, files go into the script as they stand: nothing is dropped to be made anew, so a file that changes
---a result or takes columns away must drop first; with any of these options no body is looked at.
---@param file string|string[]
---@param opts table?
---@return LoadSql
function data.load_sql(file, opts)
  return check.options({ kind = "load_sql", file = file_names(file) }, opts, load_sql_options, 2)
end

---Put back functions, procedures, aggregates, views, materialized views, triggers and types as they were before this
---revision loaded the files with `keep`, and drop those that were new. `procedures.revert` is the same.
---
---    op.revert_sql("procs/update_adu.sql")
---    op.revert_sql()   -- every file that this revision has kept
---
---They come back byte for byte, with owner, grants and comment, a materialized view with its indexes. What depends on a
---thing that must be made anew for that is made anew with it; a table that uses a type that has changed is named in an
---error. What else the files made (operators, indexes, policies) is the downgrade's to drop, before this. Fails when the
---files were not loaded with `keep`. Offline: an error, for the text is in the database.
---@param file string|string[]|nil
---@return RevertSql
function data.revert_sql(file)
  return { kind = "revert_sql", file = file_names(file, true) }
end

local load_dir_options = {
  transaction = transaction,
  pattern = shape.string,
  recursive = shape.boolean,
  keep = shape.boolean,
  order = order,
  skip_unchanged = shape.boolean,
  tidy = shape.boolean,
}

---Run every `.sql` file of a directory, in name order (the bytes of the whole name).
---
---    op.load_sql_dir("views")
---    op.load_sql_dir("procs", { recursive = true, pattern = "report_*.sql" })
---    op.load_sql_dir("procs", { order = "dependency", skip_unchanged = true })
---
---Options: pattern, recursive, order, skip_unchanged, tidy, keep (see `load_sql`), transaction ("ignore": see `load_sql`). All
---files are read before the first is sent. A directory without any such file is an error.
---
---`order = "dependency"` puts a file after those that create what it uses: a view after the function that it calls, a
---trigger after its function. Two files that need each other are an error that names both. Names in the body of a
---plpgsql function are looked up when it runs, so such functions may call each other. PostgreSQL: a function whose body
---names a table that is not there yet is loaded without a look at its body, and a warning says so; a view, an argument or
---a result of such a type needs it at once.
---
---`skip_unchanged = true` loads only files whose text is another one than the last time, or whose functions, views,
---triggers or types are not what the file had made of them. Functions that a file made the last time and makes no more (an
---overload with other arguments) are dropped, and a warning names them; `tidy = true` does that alone, for files that are
---all loaded. Offline all files are written, and on PostgreSQL nothing is made anew: see `load_sql`.
---@param directory string
---@param opts table?
---@return LoadSqlDir
function data.load_sql_dir(directory, opts)
  return check.options({
    kind = "load_sql_dir",
    directory = check.name(directory, 1, "a directory, relative to the sql directory"),
  }, opts, load_dir_options, 2)
end

return data
