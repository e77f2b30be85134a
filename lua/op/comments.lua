--- Comments on whatever can have one.

local check = require("neap.op.check")
local errors = require("neap.errors")
local marks = require("neap.marks")
local objects = require("neap.op.objects")

local shape = check.shape
local comments = {}

-- What belongs to a table, and whose names never split.
local of_a_table = { constraint = true, trigger = true, policy = true, rule = true }

local kinds = { column = true }
for _, known in ipairs({ objects.commented, of_a_table }) do
  for kind in pairs(known) do
    kinds[kind] = true
  end
end

-- "table.column" and "schema.table.column", split at the last dot; with a table the name is the column's alone.
local function column_named(name, opts)
  local table_name, column = opts.table, name
  if not table_name then
    table_name, column = name:match("^(.+)%.([^.]+)$")
    if not table_name then
      errors.usage(
        'bad argument #2: expected "table.column", or { table = ... } with it, got "%s"',
        name
      )
    end
  end
  local schema, bare = marks.split(table_name, opts.schema)
  return { kind = "table", schema = schema, name = bare }, { name = column }
end

-- What the constraint, trigger, policy or rule is on.
local function owner(kind, opts)
  local of = opts.domain and kind == "constraint" and "domain" or "table"
  if not opts[of] then
    errors.usage('a %s belongs to a table: option "table" is missing', kind)
  end
  local schema, bare = marks.split(opts[of], opts.schema)
  return { kind = of, schema = schema, name = bare }
end

local options = {
  schema = shape.name,
  table = shape.name,
  domain = shape.name,
  existing_comment = shape.comment,
}

---Set the comment of anything that can have one, or drop it.
---
---    op.set_comment("function", "twice(integer)", "doubles a number")
---    op.set_comment("column", "bixie.report.uuid", "as the client sent it")
---    op.set_comment("constraint", "uq_account_email", "one account each", { table = "account" })
---    op.set_comment("view", "active_account", op.null)
---
---Kinds: table, column ("table.column" or "schema.table.column"), index, view, materialized view, sequence, schema,
---type, domain, extension, role, database, function, procedure and aggregate ("name(argument types)") ...; constraint,
---trigger, policy and rule, with the option table (a domain's constraint: with domain). Most create_* take `comment`
---and do the same. `op.null` drops the comment. Options: schema, table, domain; for `op.reverse`: existing_comment
---(else there was none).
---
---Takes SHARE UPDATE EXCLUSIVE on a table: it can be read and written. SQLite has no comments: nothing is sent.
---Source: PostgreSQL manual, COMMENT
---@param kind string
---@param name string
---@param text string|userdata  or op.null
---@param opts table?
---@return SetComment
function comments.set_comment(kind, name, text, opts)
  local operation = { kind = "set_comment", object_kind = objects.kind(kind, 1, kinds) }
  check.name(name, 2, "the name of the " .. kind)
  if not shape.comment.test(text) then
    check.wrong(3, "the comment, or op.null for none", text)
  end
  check.options(operation, opts, options, 4)
  operation.table, operation.domain = nil, nil
  local given = opts or {}
  if kind == "column" then
    operation.of, operation.object = column_named(name, given)
  elseif of_a_table[kind] then
    operation.of, operation.object = owner(kind, given), { name = name }
  else
    operation.object = objects.named(kind, name, 2, opts)
  end
  local wrong = (not operation.of and given.table and "table")
    or (given.domain and kind ~= "constraint" and "domain")
  if wrong then
    errors.usage('option "%s" is not for a comment on a %s', wrong, kind)
  end
  operation.comment = text
  return operation
end

return comments
