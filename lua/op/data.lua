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
    expected = 'a table { column = "type" }',
    test = function(value)
      if type(value) ~= "table" then
        return false
      end
      for name, type_name in next, value do
        if type(name) ~= "string" or type(type_name) ~= "string" then
          return false
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
---Values are untyped literals, so `"5"` or `"2014-04-01"` fits any column. A list or a table goes by the column's type:
---an array, or json; the catalog is asked, unless `columns = { tags = "text[]" }` says so (offline it must). An empty
---table is an empty list; write `"{}"` for an empty JSON object. A key that a row lacks is DEFAULT, `op.null` is NULL,
---`op.sql "..."` is an expression. Options: columns, schema.
---
---PostgreSQL: INSERT with many rows each, and COPY for a thousand rows or more that all have the same plain columns.
---SQLite: one prepared statement, run once for each row; arrays are JSON text there. Offline: INSERTs. However many
---statements it takes, in a stepwise revision they are one step, committed once.
---
---An error names the row. A list is looked through before anything is sent, a function's rows as they come.
---@param table_name string
---@param rows table<string, any>[]|fun(): table<string, any>?
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
    for i = 1, count do
      readers.check(rows[i], i)
    end
  end
  return check.options(
    { kind = "bulk_insert", schema = schema, table = name, rows = rows },
    opts,
    bulk_insert_options,
    3
  )
end

local transaction = check.one_of({ "ignore", "refuse" })
local load_sql_options = { transaction = transaction, keep = shape.boolean }

---Run one SQL file, relative to the `sql` directory of neap.lua.
---
---    op.load_sql("procs/update_adu.sql")
---    op.load_sql("dump.sql", { transaction = "ignore" })
---
---The file is sent byte for byte; COPY ... FROM stdin with its data is understood. A backslash command of psql is an
---error with its line. BEGIN and COMMIT are refused; `transaction = "ignore"` passes over the outer pair. A path that
---leaves the directory is refused. Copies that `neap freeze` made for this revision go first.
---
---With `keep = true` (PostgreSQL) the definitions of the functions, procedures, views and triggers that the file
---replaces are kept in the table neap_definition, for `revert_sql`.
---@param file string
---@param opts table?
---@return LoadSql
function data.load_sql(file, opts)
  return check.options({
    kind = "load_sql",
    file = check.name(file, 1, "a file's name, relative to the sql directory"),
  }, opts, load_sql_options, 2)
end

---Put back the functions, procedures, views and triggers as they were before this revision loaded the file with
---`keep`, and drop those that were new. PostgreSQL; `procedures.revert` does it for a list of files.
---
---    op.revert_sql("procs/update_adu.sql")
---
---Fails when nothing was kept. Owners and grants of what is replaced stay; an object that must be dropped because its
---result changed loses its grants. An aggregate that was replaced cannot be put back.
---@param file string
---@return RevertSql
function data.revert_sql(file)
  return {
    kind = "revert_sql",
    file = check.name(file, 1, "a file's name, relative to the sql directory"),
  }
end

local load_dir_options = {
  transaction = transaction,
  pattern = shape.string,
  recursive = shape.boolean,
  order = check.one_of({ "name", "dependency" }),
  skip_unchanged = shape.boolean,
}

---Run every `.sql` file of a directory, in name order (the bytes of the whole name).
---
---    op.load_sql_dir("views")
---    op.load_sql_dir("procs", { recursive = true, pattern = "report_*.sql" })
---
---Options: pattern, recursive, order ("name"), transaction ("ignore": see `load_sql`). All files are read before the
---first is sent. A directory without any such file is an error.
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
