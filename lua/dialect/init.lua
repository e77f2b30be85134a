--- Dialects turn operations into statements. All SQL text of neap's op is written below this folder.
---
--- A dialect is a table of functions (neap.dialect.postgresql, neap.dialect.sqlite). Its files are one per
--- family of directives, as in lua/op, and loaded when first used; what is the same on all databases is in
--- `shared.lua`.

---@class Source
---@field at string?   "migrations/x.lua:14"
---@field via string?

---@class Operation
---@field kind string     the directive's name; the other fields are its arguments and options
---@field source Source?

---@class Column: Operation

---@class OnlyIf
---@field sql string
---@field params any[]?
---@field exists boolean   send when the query gives rows (true), or none (false)

---@class Statement
---@field sql string
---@field params any[]?
---@field transactional boolean?  false: the database refuses it inside a transaction
---@field send string?            "text": several statements, byte for byte; "group": all that `fill` sends is one
---                               statement, which `sql` names
---@field fill fun(session: table, source: Source)?
---@field plan fun(): fun()?       of a group: looks at the database, and gives its `fill`
---@field changes string?         of a group: what it changes, as statements, for the history
---@field label string?           of a group with a plan: the directive, for errors
---@field file string?            the SQL file that a text came from
---@field ignore_transaction boolean?
---@field only_if OnlyIf?
---@field source Source?          when it is not the operation's

---@class Run
---@field dialect "postgresql"|"sqlite"
---@field offline boolean?
---@field naming table<string, string>?
---@field null userdata
---@field server_version fun(): integer?   150018; nil offline
---@field source fun(): Source
---@field session table
---@field read_sql fun(path: string, source: Source): string, string
---@field list_sql fun(directory: string, opts: table, source: Source): string[]
---@field schema string?   where neap's own tables are; nil offline, and on SQLite
---@field revision_id (fun(): string?)?
---@field repeatable_sql fun(): { path: string, sql: string }[]

---@class Dialect
---@field name string
---@field placeholder string   what numbered parameters begin with: "$", "?"
---@field compile fun(operation: Operation, run: Run): Statement[]
---@field parameters fun(operation: Operation): Statement  execute's SQL with `:name` replaced, for queries
---@field quote fun(name: string): string
---@field literal fun(value: any): string
---@field table_value fun(value: table): string   a list or table as a parameter
---@field load fun(operation: Operation, run: Run, files: LoadFile[]): Statement[]   with keep, an order, skipping
---@field find_key fun(operation: Operation): Statement    rows { name, nullable }: backfill's key columns
---@field backfill fun(operation: Operation, key: string[]): Backfill
---@field dependents fun(operation: Operation, what: "save"|"restore"): Statement
---@field compilers table<string, function>?  its own of kinds that shared.lua has
---@field list_partitions fun(operation: Operation): Statement   rows { name, bound, ... }
---@field partition_ranges fun(): table          need, check, compare: which of these rows are wanted, in what order
---@field partitioned_there fun(operation: table): Statement     is there the table of each_partition?
---@field set_lock_timeout fun(duration: string): Statement[]    for the open transaction

---@class Backfill   the statements of one batch: the keys above `last` up to `upper`, each a list of texts
---@field nulls Statement                                  a row when a key is NULL
---@field bound fun(last: string[]?): Statement            a row k1, k2 ...: where the batch ends; none: it is the last
---@field update fun(last: string[]?, upper: string[]?): Statement

local directives = require("neap.directives")
local errors = require("neap.errors")
local shared = require("neap.dialect.shared")

local dialect = {}

---Fills in `compile` of a dialect: looks a kind up in the family's file of that dialect, else in shared.lua.
---@param self Dialect
function dialect.define(self)
  local compilers = {}

  local function find(kind)
    local family = directives.operations[kind]
    local compiler = self.compilers and self.compilers[kind] or shared.compilers[kind]
    if not compiler and family then
      compiler = require("neap.dialect." .. self.name .. "." .. family)[kind]
    end
    if not compiler then
      errors.usage(
        'unknown operation "%s"%s',
        tostring(kind),
        errors.hint(kind, directives.operations)
      )
    end
    compilers[kind] = compiler
    return compiler
  end

  function self.compile(operation, run)
    local kind = operation.kind
    return (compilers[kind] or find(kind))(operation, run, self)
  end

  return self
end

return dialect
