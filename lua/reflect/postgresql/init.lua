--- The snapshot of a PostgreSQL database, 13 to 18, by a score of queries over its catalog, none of them per table. They
--- are sent together: the server works on one while the answer to another is read.
---
--- Texts are what the server prints with a search_path of nothing but `home` (and pg_catalog): so the same object
--- always prints the same, whoever asks.

local acl = require("neap.reflect.postgresql.acl")
local code = require("neap.reflect.postgresql.code")
local constraints = require("neap.reflect.postgresql.constraints")
local dependencies = require("neap.reflect.postgresql.dependencies")
local others = require("neap.reflect.postgresql.others")
local relations = require("neap.reflect.postgresql.relations")
local schema = require("neap.schema")
local types = require("neap.reflect.postgresql.types")
local quote_string = require("neap.sql").quote_string
local quote_name = require("neap.sql").quote_name

local context = {}
context.__index = context

-- What the output of the catalog's functions depends on.
local settings = {
  { "quote_all_identifiers", "off" },
  { "extra_float_digits", "1" },
  { "DateStyle", "ISO, MDY" },
  { "IntervalStyle", "postgres" },
  { "TimeZone", "UTC" },
  { "bytea_output", "hex" },
  { "xmlbinary", "base64" },
  { "lc_monetary", "C" },
}

local COLLATION = [[(SELECT CASE
        WHEN n.nspname IN ('pg_catalog', @HOME@) AND pg_catalog.strpos(c.collname::pg_catalog.text, '.') = '0'::pg_catalog.int4
        THEN c.collname::pg_catalog.text ELSE pg_catalog.concat(n.nspname, '.', c.collname) END
        FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
        WHERE c.oid = %s)]]
local MEMBERS = "SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.refclassid = '3079'::pg_catalog.oid "
  .. "AND d.deptype = 'e' AND d.classid = '%s'::pg_catalog.oid"

local function quoted_list(ids)
  local list = {}
  for i, id in ipairs(ids) do
    list[i] = ("'%s'"):format(id)
  end
  return table.concat(list, ", ")
end

---Asks a query. With the next context:receive its rows come, as values: take(value, ...). In its text: @SCHEMAS@ the
---oids of the schemas, @MEMBERS class@ a query for what belongs to extensions, @COLLATION id@ a collation's name,
---@15 expression@ NULL before that version, @STATISTICS a@ a column's target, @LIST@ the given ids.
---@param sql string
---@param take fun(...)
---@param ids string[]?
function context:ask(sql, take, ids)
  local macros = self.macros
  sql = sql
    :gsub("@(%d+) (.-)@", function(version, expression)
      return self.version >= tonumber(version) * 10000 and expression or "NULL"
    end)
    :gsub("@([A-Z]+) ?([^@]*)@", function(name, argument)
      if name == "LIST" then
        return quoted_list(ids)
      end
      return (macros[name]:gsub("%%s", argument))
    end)
  self.asked[#self.asked + 1] = { sql, take }
end

---The same with each row as a list: take(row).
---@param take fun(row: table)
function context:ask_rows(sql, take, ids)
  self:ask(sql, function(...)
    take({ ... })
  end, ids)
end

---Sends what was asked, all at once, and takes the answers: query by query, in order.
---@param meanwhile fun()?  is called while the server works
function context:receive(meanwhile)
  local asked = self.asked
  self.asked = {}
  self.session:ask(asked, self.source, meanwhile)
end

---Notes that object needs another one first.
function context:depend(object, needed)
  if not needed or object == needed then
    return
  end
  local set = self.needs[object]
  if not set then
    set = {}
    self.needs[object] = set
  end
  set[needed] = true
end

---The object that a type's id stands for; an array's elements are given.
function context:type_of(id)
  return self.types[id] or self.relations[self.row_types[id]]
end

---Something that no snapshot describes.
function context:other(what)
  table.insert(self.snapshot.others, what)
end

---Takes an object out again.
function context:drop(object)
  self.snapshot.objects[object.key] = nil
end

---A sequence that a column makes: it stays for what it has of its own.
function context:imply(sequence, owner, column)
  sequence.implied = ("%s.%s.%s"):format(owner.schema, owner.name, column.name)
  self.implied[sequence] = owner
end

local NAMESPACES = [[
SELECT n.oid, n.nspname, n.nspowner, pg_catalog.array_to_string(n.nspacl, E'\n'),
    n.oid IN (@MEMBERS 2615@)
FROM pg_catalog.pg_namespace n]]

-- The server's own, and those of temporary tables.
local function is_system(name)
  return name:find("^pg_") ~= nil or name == "information_schema"
end

local function ask_namespaces(self, wanted)
  local names = self.snapshot.schemas
  local function is_wanted(name)
    if not wanted then
      return not is_system(name)
    end
    for _, one in ipairs(wanted) do
      if one == name then
        return true
      end
    end
    return false
  end
  self:ask(NAMESPACES, function(id, name, owner, privileges, member)
    self.namespaces[id] = name
    if is_wanted(name) then
      self.schema_ids[#self.schema_ids + 1] = id
      names[#names + 1] = name
      if not member then
        local object = schema.add(self.snapshot, { kind = "schema", name = name })
        object.owner = self.roles[owner]
        object.grants, object.revokes =
          self.acl:read(name == "public" and "public_schema" or "schema", object.owner, privileges)
        self.schemas[id] = object
      end
    end
  end)
end

local function choose_schemas(self)
  table.sort(self.snapshot.schemas)
  self.macros.SCHEMAS = #self.schema_ids > 0 and quoted_list(self.schema_ids) or "'0'"
end

local EXTENSIONS = [[
SELECT e.oid, e.extname, e.extnamespace, e.extversion, e.extowner
FROM pg_catalog.pg_extension e
WHERE e.oid >= '16384'::pg_catalog.oid]]

local AVAILABLE = [[
SELECT x.name, x.comment FROM pg_catalog.pg_available_extensions() x (name, version, comment)]]

local function ask_extensions(self)
  self:ask(EXTENSIONS, function(id, name, namespace, version, owner)
    self.extensions[id] = schema.add(self.snapshot, {
      kind = "extension",
      name = name,
      schema = self.namespaces[namespace],
      version = version,
      owner = self.roles[owner],
    })
  end)
end

-- The comment that CREATE EXTENSION gives is none of the user's.
local function drop_usual_comments(self)
  if next(self.extensions) == nil then
    return
  end
  self:ask(AVAILABLE, function(name, comment)
    for _, extension in next, self.extensions do
      if extension.name == name and extension.comment == comment then
        extension.comment = nil
      end
    end
  end)
end

local ROLES = [[
SELECT r.oid, r.rolname FROM pg_catalog.pg_roles r]]

local function ask_roles(self)
  self:ask(ROLES, function(id, name)
    self.roles[id] = name
  end)
end

-- Sequences of serials and identities: only those with something of their own remain.
local function keep_implied(self)
  for sequence, owner in next, self.implied do
    if
      sequence.owner == owner.owner
      and not (sequence.grants or sequence.revokes or sequence.comment)
    then
      self:drop(sequence)
    else
      self:depend(sequence, owner)
    end
  end
end

-- neap's own tables, and what hangs on them, stand apart.
local function set_own_apart(self)
  local snapshot = self.snapshot
  for _, object in ipairs(self.own_objects) do
    self:drop(object)
    snapshot.own[object.key] = object
  end
  for object, set in next, self.needs do
    for needed in next, set do
      if (object.table or object.implied) and snapshot.own[needed.key] then
        self:drop(object)
      end
    end
  end
end

-- Lists of keys instead of sets of objects.
local function write_depends(self)
  for object, set in next, self.needs do
    local keys, seen = {}, {}
    for needed in next, set do
      needed = self.implied[needed] or needed
      if needed ~= object and not seen[needed] then
        seen[needed] = true
        keys[#keys + 1] = needed.key
      end
    end
    table.sort(keys)
    object.depends = #keys > 0 and keys or nil
  end
end

-- What set_config gives is known.
local function nothing() end

-- The first is the session's own; all are set back at the end.
local function set_path(self, home)
  local columns, values = {}, { "pg_catalog.current_setting('search_path')" }
  for i, setting in ipairs(settings) do
    values[i + 1] = ("pg_catalog.current_setting('%s')"):format(setting[1])
    columns[i + 1] = ("pg_catalog.set_config('%s', '%s', true)"):format(setting[1], setting[2])
  end
  local path = home and quote_name(home, "postgresql") or ""
  columns[1] = ("pg_catalog.set_config('search_path', %s, true)"):format(
    quote_string(path, "postgresql")
  )
  self:ask("SELECT " .. table.concat(values, ", "), function(...)
    self.settings = { ... }
  end)
  self:ask("SELECT " .. table.concat(columns, ", "), nothing)
end

local function set_back(self)
  local columns = {}
  for i, value in ipairs(self.settings) do
    columns[i] = ("pg_catalog.set_config('%s', %s, true)"):format(
      i == 1 and "search_path" or settings[i - 1][1],
      quote_string(value, "postgresql")
    )
  end
  self:ask("SELECT " .. table.concat(columns, ", "), nothing)
end

-- neap's own tables, and what the journal is made of.
local function own_names(config)
  local own = {
    neap_source = true,
    neap_journal = true,
    neap_definition = true,
    neap_definition_text = true,
    neap_loaded = true,
    neap_ddl = true,
    neap_ddl_note = true,
  }
  own[config.version_table or "neap_version"] = true
  own[config.history_table or "neap_history"] = true
  own.neap_version, own.neap_history = true, true
  return own
end

local function new(run, opts)
  local self = setmetatable({
    session = run.session,
    source = run.source(),
    version = run.server_version(),
    home = opts.home,
    own = own_names(run.config or {}),
    needs = {},
    implied = {},
  }, context)
  for _, name in ipairs({
    "asked",
    "namespaces",
    "schema_ids",
    "roles",
    "schemas",
    "extensions",
    "relations",
    "columns",
    "strangers",
    "column_grants",
    "types",
    "row_types",
    "functions",
    "aggregates",
    "indexes",
    "odd_indexes",
    "index_owners",
    "index_constraints",
    "constraints",
    "constraint_owners",
    "far_keys",
    "not_nulls",
    "triggers",
    "rules",
    "policies",
    "statistics",
    "event_triggers",
    "own_objects",
    "others",
    "undescribed",
    "parts",
  }) do
    self[name] = {}
  end
  self.snapshot = schema.new("postgresql", self.version)
  self.snapshot.home = opts.home
  self.acl = acl.new(self.version)
  self.macros = {
    MEMBERS = MEMBERS,
    COLLATION = COLLATION:gsub("@HOME@", function()
      return quote_string(opts.home or "pg_catalog", "postgresql")
    end),
    STATISTICS = self.version >= 170000 and "%s.attstattarget" or "NULLIF(%s.attstattarget, -1)",
  }
  return self
end

---@class ReflectOptions
---@field schemas string[]?   nil: all but the server's own
---@field home string?        its names stand bare in texts; nil: all names are qualified

---@param run Run
---@param opts ReflectOptions?
---@param meanwhile fun()?   is called while the server works
---@return Snapshot
return function(run, opts, meanwhile)
  opts = opts or {}
  local self = new(run, opts)
  set_path(self, opts.home)
  ask_roles(self)
  ask_namespaces(self, opts.schemas)
  ask_extensions(self)
  self:receive()
  choose_schemas(self)

  -- What comes later refers to what came before. Where there is a choice, long answers are last: the server goes on
  -- until the line is full.
  others.ask(self)
  code.ask_functions(self)
  code.ask_event_triggers(self)
  code.ask_default_privileges(self)
  relations.ask(self)
  relations.ask_parents(self)
  types.ask(self)
  code.ask_triggers(self)
  code.ask_policies(self)
  code.ask_statistics(self)
  relations.ask_columns(self)
  relations.ask_sequences(self)
  constraints.ask_indexes(self)
  constraints.ask(self)
  constraints.ask_not_null(self)
  dependencies.ask(self)
  dependencies.ask_comments(self)
  self:receive(meanwhile)

  -- Questions that few databases need.
  code.ask_aggregates(self)
  others.ask_definitions(self)
  constraints.ask_index_columns(self)
  constraints.ask_strangers(self)
  drop_usual_comments(self)
  set_back(self)
  self:receive()

  others.finish(self)
  relations.finish(self)
  constraints.finish(self)
  dependencies.finish(self)
  keep_implied(self)
  set_own_apart(self)
  write_depends(self)
  local public = self.snapshot.objects["schema public"]
  if public and public.comment == "standard public schema" then
    public.comment = nil
  end
  table.sort(self.snapshot.others)
  return self.snapshot
end
