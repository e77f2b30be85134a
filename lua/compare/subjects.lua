--- What an operation is about: the object, for people and programs that ask what differs.

local subjects = {}

---@class Subject
---@field object string?  "table", "column", "index", "constraint", "function" ...; nil: an SQL statement that is not understood
---@field schema string?
---@field name string?
---@field table string?   of a part of a table: its table

-- "schema.name" as the catalog prints it, at the start of text.
local function read_name(text)
  local parts, at = {}, text:match("^%s*()")
  repeat
    local part, after = text:match('^"([^"]*)"()', at)
    while part and text:sub(after, after) == '"' do
      local more, next_at = text:match('^([^"]*)"()', after + 1)
      if not more then
        return nil
      end
      part, after = part .. '"' .. more, next_at
    end
    if not part then
      part, after = text:match("^([%w_$\128-\255]+)()", at)
    end
    if not part then
      return nil
    end
    parts[#parts + 1] = part
    at = after + 1
  until text:sub(after, after) ~= "."
  return parts[#parts], parts[#parts - 1]
end

-- CREATE [OR REPLACE] FUNCTION schema.name(
local function routine(operation)
  local word, rest = operation.sql:match("^%s*CREATE OR REPLACE (%u+) (.*)$")
  if not word then
    word, rest = operation.sql:match("^%s*CREATE (%u+) (.*)$")
  end
  if not word then
    return {}
  end
  local name, schema = read_name(rest)
  return { object = word:lower(), schema = schema, name = name }
end

local function trigger(operation)
  local name, rest = operation.sql:match("[Tt][Rr][Ii][Gg][Gg][Ee][Rr]%s+(%S+)(.*)$")
  local on = rest and rest:match("%s[Oo][Nn]%s+(.*)$")
  if not on then
    return { object = "trigger" }
  end
  local table_name, schema = read_name(on)
  return { object = "trigger", schema = schema, name = read_name(name), table = table_name }
end

-- Of a statement that neap writes: ALTER TABLE [ONLY] x, DROP RULE x ON y, CREATE STATISTICS x.
local kinds = {
  "MATERIALIZED VIEW",
  "FOREIGN TABLE",
  "EVENT TRIGGER",
  "TABLE",
  "VIEW",
  "INDEX",
  "SEQUENCE",
  "TYPE",
  "DOMAIN",
  "FUNCTION",
  "PROCEDURE",
  "TRIGGER",
  "RULE",
  "STATISTICS",
  "PUBLICATION",
  "COLLATION",
}

local function statement(operation)
  local rest = operation.sql:match("^%s*%u+ (.*)$") or ""
  rest = rest:gsub("^OR REPLACE ", ""):gsub("^UNIQUE ", "")
  for _, kind in ipairs(kinds) do
    if rest:sub(1, #kind + 1) == kind .. " " then
      rest = rest:sub(#kind + 2):gsub("^ONLY ", "")
      local name, schema = read_name(rest)
      local subject = { object = kind:lower(), schema = schema, name = name }
      local on = (kind == "TRIGGER" or kind == "RULE") and rest:match("%sON%s+(.*)$")
      if on then
        subject.table, subject.schema = read_name(on)
      end
      return subject
    end
  end
  return {}
end

local function of_table(operation)
  return { object = "table", schema = operation.schema, name = operation.table }
end

local function column(operation)
  local each = operation.column
  return {
    object = "column",
    schema = operation.schema,
    table = operation.table,
    name = type(each) == "table" and each.name or each,
  }
end

local function constraint(operation)
  return {
    object = "constraint",
    schema = operation.schema,
    table = operation.table,
    name = operation.name,
  }
end

local function partition(operation)
  return {
    object = "table",
    schema = operation.partition_schema or operation.schema,
    name = operation.partition,
  }
end

local function on_objects(operation)
  local object, of = operation.object or operation.objects[1], operation.of
  return {
    object = operation.object_kind,
    schema = object.schema or of and of.schema,
    name = object.name,
    table = of and of.name,
  }
end

local of = {
  add_column = column,
  alter_column = column,
  drop_column = column,
  alter_default_privileges = function(operation)
    return { object = "default privileges", schema = (operation.schema or {})[1] }
  end,
  create_aggregate = routine,
  create_function = routine,
  create_trigger = trigger,
  create_partition = partition,
  attach_partition = partition,
  detach_partition = partition,
  execute = statement,
  grant = on_objects,
  revoke = on_objects,
  set_comment = on_objects,
  set_owner = on_objects,
  batch_alter_table = of_table,
  rename_table = of_table,
}
for _, kind in ipairs({ "enable", "disable", "force", "no_force" }) do
  of[kind .. "_row_security"] = of_table
end
for _, kind in ipairs({ "drop", "validate", "rename", "alter" }) do
  of[kind .. "_constraint"] = constraint
end

local types = { enum = "type", enum_value = "type" }

-- "create_materialized_view": a materialized view; what is part of a table says so.
local function by_words(operation)
  local what = operation.kind:match("^%l+_(.*)$") or operation.kind
  if what:find("constraint$") or what == "primary_key" or what == "foreign_key" then
    return constraint(operation)
  elseif what == "table" or what == "table_comment" then
    return of_table(operation)
  end
  what = types[what] or what:gsub("_", " ")
  return {
    object = what == "function" and operation.routine or what,
    schema = operation.schema,
    name = operation.name,
    table = operation.table,
  }
end

local without_schema = {
  cast = true,
  ["event trigger"] = true,
  extension = true,
  ["foreign data wrapper"] = true,
  ["foreign server"] = true,
  language = true,
  publication = true,
  schema = true,
}

---@param operation Operation
---@param home string?  the schema of names without one
---@return Subject
function subjects.of(operation, home)
  local subject = (of[operation.kind] or by_words)(operation)
  if subject.name and not subject.schema and not without_schema[subject.object] then
    subject.schema = home
  end
  return subject
end

return subjects
