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
local name_of = rights.name

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
}

---"table", "function" ...: nil for what has no owner of its own.
---@return string?
function rights.word(object)
  return object.kind == "function" and object.routine or words[object.kind]
end

local function named(object)
  if object.kind == "schema" then
    return { name = object.name }
  end
  return { schema = object.schema, name = object.name, arguments = object.arguments }
end

local rows_of = { view = true, ["materialized view"] = true }

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

---COMMENT ON what IS comment, appended to list when there is one.
function rights.add_comment(list, what, comment)
  if comment then
    list[#list + 1] =
      execute(("COMMENT ON %s IS %s"):format(what, sql.quote_string(comment, "postgresql")))
  end
end

---What COMMENT ON calls an object.
function rights.subject(object)
  local kind = object.kind
  if kind == "function" then
    return object.routine:upper() .. " " .. name_of(object.schema, object.name) .. object.arguments
  elseif object.table then
    return ("%s %s ON %s"):format(
      kind:upper(),
      quote(object.name),
      name_of(object.schema, object.table)
    )
  elseif kind == "extension" or kind == "event_trigger" then
    return kind:upper():gsub("_", " ") .. " " .. quote(object.name)
  end
  return rights.word(object):upper() .. " " .. name_of(object.schema, object.name)
end

return rights
