--- batch_alter_table: several changes of one table as one operation.

local check = require("neap.op.check")
local errors = require("neap.errors")

local batch = {}

-- What a batch can do, and how its arguments become those of the directive: f(table, ...) -> ...
local function table_first(name, ...)
  return name, ...
end
local function table_second(name, first, ...)
  return first, name, ...
end

local members = {
  add_column = { family = "tables", arguments = table_first },
  alter_column = { family = "tables", arguments = table_first },
  drop_column = { family = "tables", arguments = table_first },
  create_table_comment = { family = "tables", arguments = table_first },
  drop_table_comment = { family = "tables", arguments = table_first },
  create_primary_key = { family = "constraints", arguments = table_second },
  create_unique_constraint = { family = "constraints", arguments = table_second },
  create_check_constraint = { family = "constraints", arguments = table_second },
  create_foreign_key = { family = "constraints", arguments = table_second },
  create_not_null_constraint = { family = "constraints", arguments = table_second },
  create_exclude_constraint = { family = "constraints", arguments = table_second },
  drop_constraint = { family = "constraints", arguments = table_second },
  validate_constraint = { family = "constraints", arguments = table_second },
  rename_constraint = {
    family = "constraints",
    arguments = function(name, old, new, ...)
      return old, new, name, ...
    end,
  },
  create_index = { family = "indexes", arguments = table_second },
  drop_index = {
    family = "indexes",
    arguments = function(name, index, opts)
      local merged = { table = name }
      for key, value in next, type(opts) == "table" and opts or {} do
        merged[key] = value
      end
      return index, (opts == nil or type(opts) == "table") and merged or opts
    end,
  },
}

-- Alembic's other words.
local aliases = {
  create_table = "op.create_table stands outside a batch",
  rename_table = "op.rename_table stands outside a batch",
  set_comment = "op.set_comment stands outside a batch",
  execute = "op.execute stands outside a batch",
}

local function recorder(pipe, name, operations)
  local run = pipe.run
  local function member(_, directive)
    local known = members[directive]
    if not known then
      local hint = aliases[directive] and ": " .. aliases[directive]
      errors.raise(
        "usage",
        ('a batch has no "%s"%s'):format(
          tostring(directive),
          hint or errors.hint(directive, members)
        ),
        run.source()
      )
    end
    local build = require("neap.op." .. known.family)[directive]
    return function(...)
      local source = run.source()
      local ok, operation = pcall(function(...)
        return build(known.arguments(name, ...))
      end, ...)
      if not ok then
        pipe:fail("batch." .. directive, operation, source)
      end
      operation.source = source
      operations[#operations + 1] = operation
    end
  end
  return setmetatable({}, { __index = member, __name = "batch" })
end

local options_shape = {
  schema = check.shape.name,
  recreate = check.one_of({ "auto", "always", "never" }),
  copy_from = {
    expected = "a list of elements",
    test = function(value)
      return type(value) == "table"
    end,
  },
  definition = check.shape.name,
}

---Change one table in several ways at once.
---
---    op.batch_alter_table("account", {}, function(batch)
---      batch.add_column(op.column("email", "text"))
---      batch.alter_column("name", { new_name = "full_name" })
---      batch.drop_column("age")
---    end)
---
---fn gets op's directives, called with a dot and without the table's name: add_column, alter_column, drop_column,
---create_primary_key, create_unique_constraint, create_check_constraint, create_foreign_key(name, referent, local
---columns, remote columns), create_exclude_constraint, drop_constraint, validate_constraint, rename_constraint,
---create_index(name, columns), drop_index. They are sent when fn returns, after all of them have been checked: plain
---ALTERs on PostgreSQL, on SQLite too where ALTER TABLE can.
---
---What it cannot is done by one rebuild, as also without a batch: a new table is made, the rows are copied, the old table
---is dropped, the new one gets its name. What is not changed stays as it was written: AUTOINCREMENT and its counter, COLLATE,
---checks, generated columns, STRICT, WITHOUT ROWID, indexes, triggers, ANALYZE's numbers; rows keep their rowids; foreign
---keys are not enforced meanwhile, and looked at before the commit. A view or trigger that would break is named, and nothing
---has happened. It needs the room of the table once more, and the time to copy it.
---
---Options: schema; for SQLite recreate ("auto"; "always": rebuild; "never": an error instead) and copy_from: the elements
---of the table as it is, for scripts (`--sql`), which cannot look, with `strict = true` or `without_rowid = true` among them;
---there the table's triggers have to be made again in the revision; definition: the whole CREATE TABLE statement that the table
---is rebuilt to, for what op has no words for (ON CONFLICT, STRICT): columns of the same name keep their values, and there is
---no fn. Source: sqlite.org/lang_altertable.html#otheralter
---@param table_name string
---@param opts table?
---@param fn fun(batch: table)?
function batch.batch_alter_table(pipe, _, table_name, opts, fn)
  local source = pipe.run.source()
  if type(opts) == "function" and fn == nil then
    opts, fn = nil, opts
  end
  local ok, operation = pcall(function()
    local schema, bare = check.object(table_name, 1, "the table's name", opts)
    local whole = type(opts) == "table" and opts.definition ~= nil
    if type(fn) ~= "function" and not (whole and fn == nil) then
      check.wrong(3, "a function that gets the batch", fn)
    end
    return check.options(
      { kind = "batch_alter_table", schema = schema, table = bare, operations = {} },
      opts,
      options_shape,
      2
    )
  end)
  if not ok then
    pipe:fail("op.batch_alter_table", operation, source)
  end
  local name = operation.schema and operation.schema .. "." .. operation.table or operation.table
  if fn then
    fn(recorder(pipe, name, operation.operations))
  end
  operation.source = source
  pipe:send(operation)
end

return batch
