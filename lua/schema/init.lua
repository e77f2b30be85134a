--- The snapshot: what a database holds, or what operations would make, as plain tables in op's own shapes.
---
---     local snapshot = schema.new("postgresql", 150018)
---     schema.add(snapshot, { kind = "enum", schema = "public", name = "mood", values = { "sad", "ok" } })
---     snapshot.objects["enum public.mood"].values
---
--- An object says what differs from the default, as the options of an op function do: a field that is absent means
--- what it means there. So two objects are alike when their tables are.

---@class Snapshot
---@field dialect "postgresql"|"sqlite"
---@field version integer               150018, 3040001
---@field schemas string[]              that were looked at, sorted; SQLite: { "main" }
---@field home string?                  its names stand bare in expressions, types and definitions; all others are qualified
---@field objects table<string, Object> by key
---@field others string[]               seen, and not described: "type public.shell", sorted
---@field own table<string, Object>     neap's own tables, by key: no part of the schema

---@class Object
---@field kind string          see `schema.rank`
---@field schema string?       always the real one; nil for what has none (schema, extension ...) and on SQLite
---@field name string          of a function the bare name
---@field key string
---@field owner string?
---@field grants Grants[]?     beyond what the kind gives by default, sorted
---@field revokes Grants[]?    what the kind gives by default and was taken away ("public" on functions), sorted
---@field comment string?
---@field depends string[]?    keys of what must be there before it, sorted; without its schema

---@class Grants
---@field role string          "public" for everybody
---@field privileges string[]  "select" ... in lower case, sorted
---@field grant_option boolean?
---@field columns string[]?

---@class TableObject: Object
---@field kind "table"
---@field columns ColumnShape[]          in their order
---@field constraints ConstraintShape[]  primary key, unique, exclude, check, not null, foreign key; each kind by name
---@field indexes IndexShape[]           by name; without those of constraints
---@field unlogged boolean?
---@field with table<string, string|number|boolean>?  storage parameters; toast's as "toast.name"
---@field using string?                  a table access method other than heap
---@field tablespace string?
---@field partition_by { method: string, columns: table }?  as op keeps it
---@field partition_of { schema: string, name: string, bound: table|table }?  bound as for op.create_partition
---@field inherits string[]?             "schema.name", quoted nowhere
---@field of_type string?                a typed table's type
---@field row_security boolean?
---@field force_row_security boolean?
---@field replica_identity string?       "full", "nothing", or the name of an index
---@field clustered_on string?           the name of an index
---@field strict boolean?                SQLite
---@field without_rowid boolean?         SQLite
---@field definition string?             SQLite: the statement as the catalog has it
---@field irregular boolean?             SQLite: it holds what op has no words for
---@field virtual boolean?               SQLite: a virtual table; nothing is known of it but its definition

---@class ColumnShape: Column  as op.column makes it: name, type, nullable = false, server_default (op.sql), identity,
---                            generated = { sql, stored = }, collation, comment, autoincrement (a serial, exactly as
---                            PostgreSQL makes one; SQLite: AUTOINCREMENT)
---@field inherited boolean?   comes from a parent of `inherits` and is not repeated here
---@field storage string?      "plain", "external", "extended", "main": not the type's own
---@field compression string?
---@field statistics integer?
---@field options table?       n_distinct ...

---@class ConstraintShape: Operation  as op.primary_key, op.unique, op.check, op.not_null, op.foreign_key, op.exclude make
---                                   it, with `name`; a NOT NULL is one only when nullable = false of its column is not all of it
---@field not_valid boolean?
---@field comment string?
---@field inherited boolean?   of a check: comes from a parent of `inherits`
---@field definition string?   PostgreSQL: as pg_get_constraintdef has it, when op has no words for it

---@class IndexShape: Operation  as op.index makes it, with `name`
---@field comment string?
---@field invalid boolean?
---@field late boolean?        it uses a function that needs the table itself; a check may be so, too
---@field statistics table<integer, integer>?  by the place of an expression
---@field definition string?   PostgreSQL: when op has no words for it

-- The other kinds; all of them Objects.
--   schema         name
--   extension      name, schema (where its objects are), version; wanted: the version that a model asks for, and only
--                  then the version is compared
--   enum           values
--   domain         type, collation, server_default, nullable, checks = { { expression =, name =, not_valid = }... }
--   composite      attributes = { { name =, type =, collation = }... }
--   range          definition (what follows AS RANGE)
--   collation, cast, operator ... publication: subject, definition; see schema.defined
--   sequence       as, start, increment, minvalue, maxvalue, cache, cycle, owned_by = "schema.table.column", unlogged;
--                  implied = "schema.table.column": a serial's or an identity's; it is listed for its owner, grants and
--                  comment alone, and only when it has some of its own
--   view           sql (without the semicolon), with, check_option, column_comments, column_defaults (by column);
--                  SQLite: sql, column_names, definition
--   materialized_view  sql, with, using, tablespace, indexes, with_data = false, column_comments, clustered_on
--   function       routine = "function"|"procedure"|"aggregate", arguments = "(integer, text)", definition
--   trigger        table, definition, enabled = nil|"disabled"|"replica"|"always"; SQLite: table, definition
--   rule           table, definition, enabled
--   policy         table, as, command, to, using, with_check: as op.create_policy
--   statistics     definition (CREATE STATISTICS ...)
--   event_trigger  definition, enabled
--   default_privileges  role, schema, on; grants, revokes

local schema = {}

---The kinds, in the order in which they are made when nothing else says.
schema.kinds = {
  "schema",
  "language",
  "extension",
  "access_method",
  "foreign_data_wrapper",
  "foreign_server",
  "collation",
  "text_search_dictionary",
  "text_search_configuration",
  "enum",
  "domain",
  "composite",
  "range",
  "sequence",
  "table",
  "foreign_table",
  "function",
  "cast",
  "conversion",
  "operator",
  "operator_family",
  "operator_class",
  "view",
  "materialized_view",
  "statistics",
  "rule",
  "trigger",
  "policy",
  "event_trigger",
  "publication",
  "default_privileges",
}

---Kinds that are nothing but the statement that makes them (`definition`; `subject` is what DROP and COMMENT ON call
---them): SQL's words for each.
schema.defined = {
  language = "LANGUAGE",
  access_method = "ACCESS METHOD",
  foreign_data_wrapper = "FOREIGN DATA WRAPPER",
  foreign_server = "SERVER",
  foreign_table = "FOREIGN TABLE",
  collation = "COLLATION",
  text_search_dictionary = "TEXT SEARCH DICTIONARY",
  text_search_configuration = "TEXT SEARCH CONFIGURATION",
  cast = "CAST",
  conversion = "CONVERSION",
  operator = "OPERATOR",
  operator_family = "OPERATOR FAMILY",
  operator_class = "OPERATOR CLASS",
  publication = "PUBLICATION",
}

---Those of them that belong to no schema: compared when the model makes one of the kind.
schema.of_database = {
  language = true,
  access_method = true,
  foreign_data_wrapper = true,
  foreign_server = true,
  cast = true, -- between types of the server
  publication = true,
}

---The place of a kind in `schema.kinds`.
---@type table<string, integer>
schema.rank = {}
for place, kind in ipairs(schema.kinds) do
  schema.rank[kind] = place
end

---@return string  "table public.account"; "table account" on SQLite
local function key(kind, schema_name, name)
  if schema_name then
    return kind .. " " .. schema_name .. "." .. name
  end
  return kind .. " " .. name
end
schema.key = key

---The key of an object, from its own fields.
---@param object Object
---@return string
function schema.key_of(object)
  local kind = object.kind
  if kind == "extension" then
    return "extension " .. object.name -- its schema may change
  elseif kind == "function" then
    return key(kind, object.schema, object.name .. object.arguments)
  elseif kind == "default_privileges" then
    return ("%s %s %s"):format(kind, object.name, object.on)
  elseif object.table and kind ~= "sequence" then
    return key(kind, object.schema, object.table .. "." .. object.name)
  end
  return key(kind, object.schema, object.name)
end

---@param dialect "postgresql"|"sqlite"
---@param version integer
---@return Snapshot
function schema.new(dialect, version)
  return { dialect = dialect, version = version, schemas = {}, objects = {}, others = {}, own = {} }
end

---Puts an object in, under its key.
---@param snapshot Snapshot
---@param object Object
---@return Object
function schema.add(snapshot, object)
  object.key = schema.key_of(object)
  snapshot.objects[object.key] = object
  return object
end

-- Most of a snapshot is what these make, with room for what most of its kind have: a table that grows field by field
-- is moved again and again.

---A table's object; add fills in the key.
---@return TableObject
function schema.table(schema_name, name, owner)
  return {
    kind = "table",
    schema = schema_name,
    name = name,
    owner = owner,
    key = nil,
    columns = {},
    constraints = {},
    indexes = {},
  }
end

---An index's shape, without its columns.
---@return IndexShape
function schema.index(name, unique)
  return { kind = "index", name = name, columns = nil, unique = unique }
end

---A constraint's shape: only its kind and its name.
---@return ConstraintShape
function schema.constraint(kind, name)
  if kind == "foreign_key" then
    return {
      kind = kind,
      name = name,
      columns = nil,
      referent_schema = nil,
      referent = nil,
      referred = nil,
    }
  end
  return { kind = kind, name = name, columns = nil }
end

---A column's shape: often it has nothing more, or NOT NULL or a default.
---@param name string
---@param type_name string
---@param not_null boolean?
---@param default table?     op.sql
---@return ColumnShape
function schema.column(name, type_name, not_null, default)
  if not (not_null or default) then
    return { kind = "column", name = name, type = type_name }
  end
  return {
    kind = "column",
    name = name,
    type = type_name,
    nullable = not_null and false, -- or nil
    server_default = default,
  }
end

---The object that a table, view or the like with this name is.
---@param snapshot Snapshot
---@return Object?
function schema.relation(snapshot, schema_name, name)
  local objects = snapshot.objects
  return objects[key("table", schema_name, name)]
    or objects[key("view", schema_name, name)]
    or objects[key("materialized_view", schema_name, name)]
    or objects[key("foreign_table", schema_name, name)]
end

---The operation that adds a constraint of this kind to a table.
schema.constraint_operations = {
  primary_key = "create_primary_key",
  unique = "create_unique_constraint",
  check = "create_check_constraint",
  not_null = "create_not_null_constraint",
  foreign_key = "create_foreign_key",
  exclude = "create_exclude_constraint",
}

-- The column with its NOT NULL, that comes down though a constraint of its own says it.
local function with_not_null(object, column)
  for _, constraint in ipairs(object.constraints) do
    if
      constraint.kind == "not_null"
      and constraint.columns[1] == column.name
      and not constraint.no_inherit
    then
      return setmetatable({ nullable = false }, { __index = column })
    end
  end
  return column
end

---A column with this name of the tables that a table inherits from.
---@param snapshot Snapshot?
---@param object TableObject
---@param name string
---@return ColumnShape?
function schema.parent_column(snapshot, object, name)
  for _, parent in ipairs(object.inherits or {}) do
    local found = snapshot and snapshot.objects["table " .. parent]
    for _, column in ipairs(found and found.columns or {}) do
      if column.name == name then
        return with_not_null(found, column)
      end
    end
  end
  return nil
end

local rank = schema.rank

---True when a comes before b: by kind, then by key. The order of lists that people read.
---@param a Object
---@param b Object
function schema.before(a, b)
  if a.kind ~= b.kind then
    return rank[a.kind] < rank[b.kind]
  end
  return a.key < b.key
end

---The objects in that order.
---@param snapshot Snapshot
---@param wanted (fun(object: Object): boolean)?
---@return Object[]
function schema.sorted(snapshot, wanted)
  local list = {}
  for _, object in next, snapshot.objects do
    if not wanted or wanted(object) then
      list[#list + 1] = object
    end
  end
  table.sort(list, schema.before)
  return list
end

return schema
