--- The journal of DDL on PostgreSQL: a table, and event triggers that fill it with what was done outside neap.
---
--- The function runs as its owner, a superuser, in everyone's sessions. So: what it names is qualified until it has set
--- the search_path, and found in pg_catalog from then on; it calls nothing that the owner of the schema could drop and
--- make anew, and is held itself by the event triggers; it inserts only into a table of its own owner, looked at under
--- a lock; and an error in it is nobody's error: it undoes what the function did, settings included. neap's own
--- sessions are told by the setting neap.revision, and by their application_name, which outlives a RESET ALL.
--- Source: PostgreSQL manual, "Event Triggers", "Writing SECURITY DEFINER Functions Safely"

local sql = require("neap.sql")

local ddl = {}

local function name(text)
  return sql.quote_name(text, "postgresql")
end

local function string(text)
  return sql.quote_string(text, "postgresql")
end

local table_text = [[
CREATE TABLE IF NOT EXISTS {schema}.neap_ddl (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recorded text NOT NULL,
    database_user text NOT NULL,
    role text,
    application_name text,
    client_address text,
    backend bigint NOT NULL,
    started text NOT NULL,
    search_path text,
    tag text NOT NULL,
    objects text,
    statement text,
    settled text
)]]

local note_text = [[
CREATE OR REPLACE FUNCTION {schema}.neap_ddl_note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $neap$
DECLARE
  path text;
  patience text;
  touched text;
  query text;
BEGIN
  IF pg_catalog.length(pg_catalog.current_setting('neap.revision', true)) OPERATOR(pg_catalog.>) 0
    OR pg_catalog.starts_with(pg_catalog.current_setting('application_name'), 'neap host ') THEN
    RETURN;
  END IF;
  path := pg_catalog.current_setting('search_path');
  patience := pg_catalog.current_setting('lock_timeout');
  PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
    pg_catalog.set_config('lock_timeout', '1s', true);
  IF tg_event = 'sql_drop' AND tg_tag LIKE 'DROP %' THEN
    SELECT string_agg(o.object_type || ' ' || o.object_identity, E'\n') INTO touched
    FROM pg_event_trigger_dropped_objects() o WHERE o.original AND NOT o.is_temporary;
  ELSIF tg_event = 'ddl_command_end' AND tg_tag NOT IN ('REFRESH MATERIALIZED VIEW', 'REINDEX') THEN
    SELECT string_agg(lower(o.object_type) || coalesce(' ' || o.object_identity, ''), E'\n'
      ORDER BY o.command_tag = tg_tag DESC) INTO touched
    FROM pg_event_trigger_ddl_commands() o
    WHERE NOT o.in_extension AND coalesce(o.schema_name, '') NOT LIKE 'pg\_temp%';
  END IF;
  IF touched IS NOT NULL THEN
    LOCK TABLE {schema}.neap_ddl IN ROW EXCLUSIVE MODE;
    PERFORM 1 FROM pg_class c WHERE c.oid = to_regclass({table}) AND c.relkind = 'r'
      AND pg_get_userbyid(c.relowner) = current_user;
    IF FOUND THEN
      query := left(current_query(), 1000000);
      IF tg_tag ~ '(USER MAPPING|SUBSCRIPTION|SERVER|FOREIGN DATA)' THEN
        query := NULL;
      ELSIF query ~* 'password' THEN
        query := regexp_replace(query, '(password[\s=]+)(''(?:[^'']|'''')*''|[^\s'';]+)', '\1''***''', 'gi');
      END IF;
      INSERT INTO {schema}.neap_ddl (recorded, database_user, role, application_name, client_address, backend,
        started, search_path, tag, objects, statement)
      VALUES (to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), session_user,
        nullif(current_setting('role'), 'none'), current_setting('application_name'), host(inet_client_addr()),
        pg_backend_pid(), to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        path, tg_tag, touched, query);
    END IF;
  END IF;
  PERFORM pg_catalog.set_config('search_path', path, true), pg_catalog.set_config('lock_timeout', patience, true);
EXCEPTION WHEN OTHERS THEN
  RAISE LOG 'neap journal: %', SQLERRM;
END
$neap$]]

local function fill(text, schema)
  local values = { schema = name(schema), table = string(name(schema) .. ".neap_ddl") }
  return (text:gsub("{(%w+)}", values))
end

local function trigger_names(schema)
  local suffix = schema == "public" and "" or "_" .. schema
  return name(("neap_ddl" .. suffix):sub(1, 63)), name(("neap_drop" .. suffix):sub(1, 63))
end

---The statements that install it. Run again they bring an older one up to date and keep what it holds.
---@param schema string   of the version table
---@param owner string?   the role that reads it and settles entries: the version table's owner
---@return string[]
function ddl.install(schema, owner)
  local on_end, on_drop = trigger_names(schema)
  local list = {
    fill(table_text, schema),
    fill("REVOKE ALL ON TABLE {schema}.neap_ddl FROM PUBLIC", schema),
    fill(note_text, schema),
    fill("REVOKE ALL ON FUNCTION {schema}.neap_ddl_note() FROM PUBLIC", schema),
    "DROP EVENT TRIGGER IF EXISTS " .. on_end,
    "DROP EVENT TRIGGER IF EXISTS " .. on_drop,
    ("CREATE EVENT TRIGGER %s ON ddl_command_end EXECUTE FUNCTION %s.neap_ddl_note()"):format(
      on_end,
      name(schema)
    ),
    ("CREATE EVENT TRIGGER %s ON sql_drop EXECUTE FUNCTION %s.neap_ddl_note()"):format(
      on_drop,
      name(schema)
    ),
  }
  if owner then
    table.insert(
      list,
      3,
      fill("GRANT SELECT, UPDATE (settled) ON TABLE {schema}.neap_ddl TO ", schema) .. name(owner)
    )
  end
  return list
end

---@param schema string
---@return string[]
function ddl.uninstall(schema)
  local on_end, on_drop = trigger_names(schema)
  return {
    "DROP EVENT TRIGGER IF EXISTS " .. on_end,
    "DROP EVENT TRIGGER IF EXISTS " .. on_drop,
    fill("DROP FUNCTION IF EXISTS {schema}.neap_ddl_note()", schema),
    fill("DROP TABLE IF EXISTS {schema}.neap_ddl", schema),
  }
end

---@class DdlRow
---@field id integer
---@field recorded string
---@field database_user string
---@field role string?
---@field application_name string?
---@field client_address string?
---@field backend integer
---@field started string
---@field search_path string?
---@field tag string
---@field objects string?    "type identity" lines
---@field statement string?  what the client sent; absent when it may hold a password
---@field settled string?    the revision that took it over, or "dismissed"

---"absent", "unreadable" or "installed".
---@param run Run
---@param schema string
function ddl.state(run, schema)
  local rows = run.session:query(
    [[SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') AS readable
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.name AND c.relname OPERATOR(pg_catalog.=) 'neap_ddl'
AND c.relkind OPERATOR(pg_catalog.=) 'r']],
    { schema },
    { at = "" }
  )
  return not rows[1] and "absent" or rows[1].readable and "installed" or "unreadable"
end

---Oldest first.
---@param run Run
---@param schema string
---@param all boolean?  settled ones too
---@return DdlRow[]
function ddl.read(run, schema, all)
  return run.session:query(
    ("SELECT * FROM %s.neap_ddl%s ORDER BY id"):format(
      name(schema),
      all and "" or " WHERE settled IS NULL"
    ),
    {},
    { at = "" }
  )
end

---What one client sent at once is one change, though it held several commands.
---@param rows DdlRow[]
---@return { first: DdlRow, rows: DdlRow[] }[]
function ddl.group(rows)
  local groups, by_key = {}, {}
  for _, row in ipairs(rows) do
    local key = ("%d\0%s\0%s"):format(row.backend, row.started, row.statement or row.id)
    local group = by_key[key]
    if not group then
      group = { first = row, rows = {} }
      by_key[key] = group
      groups[#groups + 1] = group
    end
    group.rows[#group.rows + 1] = row
    -- The script of an extension may drop something before it is made.
    local text = row.statement and row.statement:gsub("^%s+", ""):upper()
    if text and text:sub(1, #row.tag) == row.tag and group.first.tag ~= row.tag then
      group.first = row
    end
  end
  return groups
end

---Marks rows as settled by `what`.
function ddl.settle(run, schema, ids, what)
  local list = {}
  for i, id in ipairs(ids) do
    list[i] = ("%d"):format(id)
  end
  run.session:run(
    ("UPDATE %s.neap_ddl SET settled = $1 WHERE id OPERATOR(pg_catalog.=) ANY ($2::pg_catalog.int8[])"):format(
      name(schema)
    ),
    { what, "{" .. table.concat(list, ",") .. "}" },
    { at = "" }
  )
end

-- "table column public.a.b" -> the line of sql/changes.h that stands for it.
local kinds = {
  ["table column"] = "column",
  ["table constraint"] = "constraint",
  ["materialized view"] = "materialized_view",
  ["foreign table"] = "table",
}

---The line of sql/changes.h that says where unqualified names are.
---@param path string?
function ddl.path_line(path)
  local encoded = (path or "public"):gsub("[%c %%%.,=@]", function(c)
    return ("%%%02X"):format(c:byte())
  end)
  return "- path " .. encoded
end

---What a group changed, as lines of sql/changes.h: as its text says, or where a function or a block did it, as the
---server told.
---@param group { first: DdlRow, rows: DdlRow[] }
---@return string
function ddl.lines(group)
  local text = group.first.statement
  local lines = text and sql.changes(text, "postgresql", "-") or ""
  if lines:gsub("%- run [^\n]*", ""):find("[^\n]") then
    return lines
  end
  local list = {}
  for _, row in ipairs(group.rows) do
    local verb = row.tag:match("^%a+"):lower()
    for object in (row.objects or ""):gmatch("[^\n]+") do
      local kind, identity = object:match("^(%l[%l ]-) (%S+)$")
      if kind and (verb == "create" or verb == "alter" or verb == "drop") then
        kind = (kinds[kind] or kind):gsub(" ", "_")
        identity = identity:gsub("%(.*$", ""):gsub('"', "")
        list[#list + 1] = ("- %s %s %s"):format(verb, kind, identity)
      end
    end
  end
  return table.concat(list, "\n")
end

---@param run Run
---@param schema string
---@return Entry[]  as if each group was a revision: `outside` is its first row
function ddl.entries(run, schema)
  local entries = {}
  if run.dialect ~= "postgresql" or not schema or ddl.state(run, schema) ~= "installed" then
    return entries
  end
  for i, group in ipairs(ddl.group(ddl.read(run, schema))) do
    local row = group.first
    entries[i] = {
      id = 0,
      direction = "outside",
      message = row.statement or row.tag,
      started = row.recorded,
      database_user = row.database_user,
      objects = ddl.path_line(row.search_path) .. "\n" .. ddl.lines(group),
      outside = row,
    }
  end
  return entries
end

return ddl
