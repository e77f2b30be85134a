--- Owners, grants and comments of an object, as operations.

local sql = require("neap.sql")

local rights = {}

local function quote(name)
  return sql.quote_name(name, "postgresql")
end

---@return string  "schema.name" as SQL
function rights.name(schema_name, name)
  return schema_name and quote(schema_name) .. "." .. quote(name) or quote(name)
end

rights.quote = quote

function rights.execute(text)
  return { kind = "execute", sql = text }
end
local execute = rights.execute

-- What SQL and op.grant call a kind.
local words = {
  schema = "schema",
  enum = "type",
  composite = "type",
  range = "type",
  domain = "domain",
  sequence = "sequence",
  table = "table",
  view = "view",
  materialized_view = "materialized view",
  statistics = "statistics",
  foreign_table = "foreign table",
  foreign_server = "foreign server",
  foreign_data_wrapper = "foreign data wrapper",
  collation = "collation",
  language = "language",
  publication = "publication",
}

---"table", "function" ...: nil for what has no owner of its own.
---@return string?
function rights.word(object)
  return object.kind == "function" and object.routine or words[object.kind]
end

local function named(object)
  if not object.schema then
    return { name = object.name }
  end
  return { schema = object.schema, name = object.name, arguments = object.arguments }
end

local rows_of = { view = true, ["materialized view"] = true, ["foreign table"] = true }

local function granting(kind, object, grant)
  local word = rights.word(object)
  return {
    kind = kind,
    privileges = grant.privileges,
    object_kind = rows_of[word] and "table" or word,
    objects = { named(object) },
    roles = { grant.role },
    columns = grant.columns,
    with_grant_option = kind == "grant" and grant.grant_option or nil,
  }
end

local function default_privileges(kind, object, grant)
  local operation = {
    kind = "alter_default_privileges",
    for_role = { object.role },
    schema = object.schema and { object.schema },
    on = object.on,
    [kind] = grant.privileges,
  }
  operation[kind == "grant" and "to" or "from"] = { grant.role }
  operation.with_grant_option = kind == "grant" and grant.grant_option or nil
  return operation
end

---Grants and revokes, appended to list.
function rights.add_grants(list, object)
  local make = object.kind == "default_privileges" and default_privileges or granting
  for _, grant in ipairs(object.revokes or {}) do
    list[#list + 1] = make("revoke", object, grant)
  end
  for _, grant in ipairs(object.grants or {}) do
    list[#list + 1] = make("grant", object, grant)
  end
end

function rights.add_owner(list, object)
  local word = object.owner and rights.word(object)
  if word then
    list[#list + 1] =
      { kind = "set_owner", object_kind = word, object = named(object), role = object.owner }
  elseif object.owner and object.kind == "event_trigger" then
    list[#list + 1] = execute(
      ("ALTER EVENT TRIGGER %s OWNER TO %s"):format(quote(object.name), quote(object.owner))
    )
  end
end

-- Whose names are said together with what they are part of.
local parts = {
  trigger = true,
  rule = true,
  policy = true,
  column = true,
  constraint = true,
  domain_constraint = "domain",
}

-- Kinds that op.set_comment does not know.
local by_statement = {
  cast = true,
  conversion = true,
  operator = true,
  operator_family = true,
  operator_class = true,
}

---The comment of an object of a snapshot, or of a part of one: a column, constraint, index.
---@param object Object
---@param comment string|userdata   op.null drops it
---@param part { kind: string, name: string }?   kind: column, constraint, domain_constraint, index
---@return Operation
function rights.comment(object, comment, part)
  local kind = part and part.kind or object.kind
  if by_statement[kind] then
    return execute(
      ("COMMENT ON %s %s IS %s"):format(
        kind:upper():gsub("_", " "),
        object.subject,
        type(comment) == "string" and sql.quote_string(comment, "postgresql") or "NULL"
      )
    )
  end
  local operation = { kind = "set_comment", comment = comment }
  if parts[kind] then
    local of = parts[kind] == "domain" and "domain" or "table"
    operation.object_kind = of == "domain" and "constraint" or kind
    operation.of =
      { kind = of, schema = object.schema, name = part and object.name or object.table }
    operation.object = { name = part and part.name or object.name }
    return operation
  elseif part then
    operation.object_kind, operation.object = kind, { schema = object.schema, name = part.name }
    return operation
  end
  operation.object_kind = rights.word(object) or kind:gsub("_", " ")
  operation.object = kind == "extension" and { name = object.name } or named(object)
  return operation
end

---The comment, appended to list when there is one.
function rights.add_comment(list, object, comment, part)
  if comment then
    list[#list + 1] = rights.comment(object, comment, part)
  end
end

return rights
