--- Operations on their way into an order that runs: phases, and within `main` the order of the objects.

local order = require("neap.schema.order")

---@class Plan
---@field dialect "postgresql"|"sqlite"
---@field version integer
---@field null userdata
---@field lists table<string, Operation[]>   by phase
---@field back boolean?                      undoes another plan
---@field again table<table, boolean>        constraints, indexes, columns that step aside though they are the same
---@field retyped table<string, boolean>     keys of types that are made anew beside the old one
---@field in_the_way table<string, boolean>  keys of what goes before something else gets its name
---@field settled table<string, table>       by "schema.table.column": the column as changes of types have left it
---@field gone table<string, table<string, boolean>>   by key of a table: columns that are dropped, also to come anew
---@field dependents table<string, boolean>  keys of tables that views and the like stand on, which stay
---@field turns Turn[]                       renames of relations: of indexes, of constraints that have one, of sequences

local turns = require("neap.compare.turns")

local plan = {}
plan.__index = plan

-- What is in the way goes first, what others need goes last.
local phases = {
  "renames",
  "detach", -- views, triggers, rules, policies that go, or come anew
  "first", -- foreign keys that go
  "early", -- other constraints, indexes that go
  "aside", -- generated columns and defaults that come again
  "replaced", -- functions and tables that come anew
  "schemas",
  "types",
  "retype", -- columns of types that came anew
  "main", -- what comes, and what changes
  "foreign_keys",
  "columns", -- columns that go
  "last",
  "validations",
  "drops",
  "old_types",
}
plan.phases = phases

---@return Plan
function plan.new(fields)
  local self = setmetatable(fields, plan)
  self.gone = {}
  self.lists, self.again, self.dependents = {}, self.again or {}, self.dependents or {}
  self.retyped, self.settled = self.retyped or {}, self.settled or {}
  self.in_the_way, self.turns = {}, {}
  for _, phase in ipairs(phases) do
    self.lists[phase] = {}
  end
  return self
end

function plan:add(phase, operation)
  local list = self.lists[phase]
  list[#list + 1] = operation
end

function plan:add_all(phase, operations)
  for _, operation in ipairs(operations) do
    self:add(phase, operation)
  end
end

---A rename of what has its name among the relations of a schema, where tables may have been swapped.
---@param space string
---@param make fun(old: string, new: string): Operation
function plan:rename(space, old, new, make)
  self.turns[#self.turns + 1] = { family = space, old = old, new = new, make = make }
end

---How many operations there are.
function plan:count()
  local count = #self.turns
  for _, phase in ipairs(phases) do
    count = count + #self.lists[phase]
  end
  return count
end

---A change of a column: a new type needs what stands on the table out of the way.
function plan:alter(where, operation, phase)
  phase = phase or "main"
  if not operation.type or not self.dependents[where.key] then
    return self:add(phase, operation)
  end
  local list = self.lists[phase]
  local last = list[#list]
  if
    last
    and last.kind == "with_dependents"
    and last.schema == where.schema
    and last.table == where.name
  then
    last.operations[#last.operations + 1] = operation
    return
  end
  self:add(phase, {
    kind = "with_dependents",
    schema = where.schema,
    table = where.name,
    operations = { operation },
  })
end

---A plan for one table.
function plan:branch()
  return plan.new({
    dialect = self.dialect,
    version = self.version,
    null = self.null,
    again = self.again,
    from = self.from,
    to = self.to,
  })
end

-- What one rebuild can do together.
local members = {
  add_column = true,
  alter_column = true,
  drop_column = true,
  create_primary_key = true,
  create_unique_constraint = true,
  create_check_constraint = true,
  create_foreign_key = true,
  drop_constraint = true,
}

---Where a table of SQLite is rebuilt: early when its rows hold back a table that is in the way of something else.
function plan:rebuild_phase(key)
  local object = self.from.objects[key]
  for _, needed in ipairs(object and next(self.in_the_way) and order.referred(object) or {}) do
    if self.in_the_way[needed] then
      return "aside"
    end
  end
  return "main"
end

---Puts what a branch holds into `main`: as one batch, when it is more than one. Indexes that go do so before anything
---comes that may have their names.
function plan:join(branch, where)
  local before, together, after = {}, {}, {}
  for _, operation in ipairs(branch:operations(true)) do
    local into = operation.kind == "drop_index" and before
      or members[operation.kind] and together
      or after
    into[#into + 1] = operation
  end
  if #together > 1 then
    together = {
      {
        kind = "batch_alter_table",
        schema = where.schema,
        table = where.name,
        operations = together,
      },
    }
  end
  self:add_all("early", before)
  self:add_all(self:rebuild_phase(where.key), together)
  self:add_all("main", after)
end

-- Within one rebuild the columns that go are out of the way of the indexes that come.
local phases_of_rebuild = { "early", "first", "columns", "main", "foreign_keys", "last" }

---Everything, in order.
---@param rebuild boolean?
---@return Operation[]
function plan:operations(rebuild)
  local all = {}
  turns(self.turns, function(operation)
    all[#all + 1] = operation
  end)
  for _, phase in ipairs(rebuild and phases_of_rebuild or phases) do
    for _, operation in ipairs(self.lists[phase]) do
      all[#all + 1] = operation
    end
  end
  return all
end

return plan
