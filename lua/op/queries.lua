--- Questions to the database. They see what the lines before them did, and need a live database.

local marks = require("neap.marks")
local data = require("neap.op.data")
local errors = require("neap.errors")

local queries = {}

local writing = {
  insert = true,
  update = true,
  delete = true,
  merge = true,
  replace = true,
  truncate = true,
  create = true,
  alter = true,
  drop = true,
}

-- Does it say that it writes? What a function does is not looked at.
local function writes(sql)
  local rest = sql
  repeat
    local before = rest
    rest = rest:gsub("^%s+", ""):gsub("^%-%-[^\n]*", ""):gsub("^/%*.-%*/", "")
  until rest == before
  local first = (rest:match("^%a+") or ""):lower()
  if first ~= "with" then
    return writing[first] or false
  end
  for word in rest:lower():gmatch("[%(%)]%s*(%a+)%f[%A]") do
    if writing[word] and word ~= "replace" then
      return true
    end
  end
  return false
end

-- What is journalled is statements; a query is asked again by the run that goes on after a failure.
local function note_writing(pipe, label, source)
  local where = { label = label, at = source.at or source }
  if not pipe.run.session:in_transaction() then
    errors.raise(
      "usage",
      label .. ": it writes, and outside a transaction nobody could tell later that it has",
      source,
      { advice = "Write with op.execute, and read with op.query what it wrote." }
    )
  end
  pipe.query_wrote = pipe.query_wrote or where
end

local function fetch(pipe, label, sql, params)
  local run = pipe.run
  local source = run.source()
  local ok, statement = pcall(function()
    return pipe.dialect.parameters(data.execute(sql, params))
  end)
  if not ok then
    pipe:fail(label, statement, source)
  end
  if run.offline then
    errors.raise("usage", label .. ": a script cannot ask the database", source, {
      sql = statement.sql,
      advice = "Guard it with `if not neap.offline then`, or do it in SQL alone: "
        .. "op.execute with a DO block or INSERT ... SELECT",
    })
  end
  if writes(statement.sql) then
    note_writing(pipe, label, source)
  end
  return run.session:query(statement.sql, statement.params, source)
end

---Run a query; its rows as a list of tables by column name.
---
---    for _, row in ipairs(op.query("SELECT id, email FROM account WHERE age > $1", { 17 })) do
---      print(row.id, row.email)
---    end
---
---Integers, floats and booleans are Lua's, everything else is the database's text, NULL is absent. Parameters
---as for `execute`. Offline it is an error, which says what to do. More than 256 MB of rows is an error.
---
---A query may write (`INSERT ... RETURNING`) in a revision that is one transaction, and in the last step of one that has
---several; elsewhere that is an error, because a run that goes on after a failure asks its queries again.
---@param sql string
---@param params table?
---@return table<string, any>[]
function queries.query(pipe, _, sql, params)
  return fetch(pipe, "op.query", sql, params)
end

---The first row of a query, or nil.
---
---    local account = op.row("SELECT * FROM account WHERE id = :id", { id = 5 })
---@param sql string
---@param params table?
---@return table<string, any>?
function queries.row(pipe, _, sql, params)
  return fetch(pipe, "op.row", sql, params)[1]
end

---The one value of a query, or nil for NULL and for no row. More than one column is an error.
---
---    if op.scalar("SELECT count(*) FROM account") == 0 then ... end
---@param sql string
---@param params table?
---@return any
function queries.scalar(pipe, _, sql, params)
  local row = fetch(pipe, "op.scalar", sql, params)[1]
  if row == nil then
    return nil
  end
  local name, value = next(row)
  if name ~= nil and next(row, name) ~= nil then
    errors.raise(
      "usage",
      "op.scalar: the query gives more than one column; use op.row",
      pipe.run.source(),
      { sql = marks.is_sql(sql) and sql.sql or sql }
    )
  end
  return value
end

return queries
