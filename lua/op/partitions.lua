--- Partitions; PostgreSQL only. `each_partition` has a file of its own, `helpers/partitions.lua` makes them by date.

local check = require("neap.op.check")
local marks = require("neap.marks")
local errors = require("neap.errors")
local tables = require("neap.op.tables")

local shape = check.shape
local partitions = {}

local EXPECTED =
  "a bound: { from = , to = }, { values = { ... } }, { modulus = , remainder = } or { default = true }"

-- A value, or a list of values, as a list.
local function values(value)
  if type(value) == "table" and not marks.is_sql(value) and not marks.is_bytes(value) then
    for _, item in ipairs(value) do
      if not shape.value.test(item) then
        check.wrong(3, EXPECTED, value)
      end
    end
    return value
  end
  if not shape.value.test(value) then
    check.wrong(3, EXPECTED, value)
  end
  return { value }
end

local bound_keys = {
  from = shape.value,
  to = shape.value,
  values = shape.value,
  modulus = shape.integer,
  remainder = shape.integer,
  default = shape.boolean,
}

local function checked_bound(bound)
  if type(bound) ~= "table" then
    check.wrong(3, EXPECTED, bound)
  end
  for name in next, bound do
    if not bound_keys[name] then
      errors.usage('unknown key "%s" in the bound%s', tostring(name), errors.hint(name, bound_keys))
    end
  end
  local ways = 0
  for _, name in ipairs({ "from", "values", "modulus", "default" }) do
    ways = ways + (bound[name] ~= nil and 1 or 0)
  end
  if ways > 1 then
    errors.usage("the bound says more than one thing: expected %s", EXPECTED)
  elseif bound.default then
    return { default = true }
  elseif bound.from ~= nil and bound.to ~= nil then
    return { from = values(bound.from), to = values(bound.to) }
  elseif bound.values ~= nil then
    return { values = values(bound.values) }
  elseif shape.integer.test(bound.modulus) and shape.integer.test(bound.remainder) then
    return { modulus = bound.modulus, remainder = bound.remainder }
  end
  return check.wrong(3, EXPECTED, bound)
end

local function start(kind, parent, name, opts)
  local operation = { kind = kind }
  operation.schema, operation.table = check.object(parent, 1, "the parent's name", opts)
  local schema, bare = check.object(name, 2, "the partition's name", opts)
  operation.partition_schema, operation.partition = schema or operation.schema, bare
  return operation
end

---Create a partition of a table.
---
---    op.create_partition("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---    op.create_partition("account", "account_eu", { values = { "de", "fr" } })
---    op.create_partition("event", "event_0", { modulus = 4, remainder = 0 })
---    op.create_partition("report", "report_rest", { default = true })
---
---`from` and `to` are a value, or a list when the key has several columns; `op.sql "MINVALUE"` and "MAXVALUE" are
---open ends. A partition without a schema goes where its parent is. Options: if_not_exists, partition_by, with,
---tablespace, schema (of both), comment. Takes ACCESS EXCLUSIVE on the parent, and on a default partition, which it
---reads. Source: PostgreSQL manual, CREATE TABLE, "PARTITION OF"
---@param parent string
---@param name string
---@param bound table
---@param opts table?
---@return CreatePartition
function partitions.create_partition(parent, name, bound, opts)
  local operation = start("create_partition", parent, name, opts)
  operation.bound = checked_bound(bound)
  check.options(operation, opts, {
    schema = shape.name,
    if_not_exists = shape.boolean,
    partition_by = {
      expected = 'a table { "range", columns }',
      test = function(value)
        return type(value) == "table"
      end,
    },
    using = shape.name,
    with = shape.parameters,
    tablespace = shape.name,
    comment = shape.comment,
  }, 4)
  if operation.partition_by then
    operation.partition_by = tables.partition_by(operation.partition_by)
  end
  return operation
end

---Make an existing table a partition.
---
---    op.attach_partition("report", "report_20240101", { from = "2024-01-01", to = "2024-01-08" })
---
---Bounds as for `create_partition`. Options: schema (of both). Takes SHARE UPDATE EXCLUSIVE on the parent and ACCESS
---EXCLUSIVE on the table, which it reads unless a valid check proves the bound.
---Source: PostgreSQL manual, ALTER TABLE, "ATTACH PARTITION"
---@param parent string
---@param name string
---@param bound table
---@param opts table?
---@return AttachPartition
function partitions.attach_partition(parent, name, bound, opts)
  local operation = start("attach_partition", parent, name, opts)
  operation.bound = checked_bound(bound)
  return check.options(operation, opts, { schema = shape.name }, 4)
end

---Make a partition a table of its own.
---
---    op.detach_partition("report", "report_20240101", { concurrently = true })
---
---Options: concurrently (14 and later: the parent can be read and written; outside a transaction, the revision becomes
---stepwise; one that was interrupted is ended by the run that goes on), finalize (end one that somebody else left),
---schema; for `op.reverse`: bound. Else takes ACCESS EXCLUSIVE on the parent.
---Source: PostgreSQL manual, ALTER TABLE, "DETACH PARTITION"
---@param parent string
---@param name string
---@param opts table?
---@return DetachPartition
function partitions.detach_partition(parent, name, opts)
  local operation = check.options(start("detach_partition", parent, name, opts), opts, {
    schema = shape.name,
    concurrently = shape.boolean,
    finalize = shape.boolean,
    bound = shape.options,
  }, 3)
  operation.bound = operation.bound and checked_bound(operation.bound)
  return operation
end

return partitions
