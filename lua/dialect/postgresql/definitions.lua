--- The tables of what files of code objects have replaced and made, and the blocks that write them.
---
--- neap_definition: for each load of a file with `keep` one row of kind "file", then one for every object that it
--- names: as it was, or without a hash when it was not there; hash '' when it cannot be put back; and of kind "made" what
--- the file itself had made the last time, with its kind as state. The texts are in
--- neap_definition_text, once each, by their SHA-256. neap_loaded: what each file has made when it was loaded last,
--- with the file's hash and a fingerprint of each object.
---
--- All of it is SQL that runs on the server, so a script does the same as a run. Definitions are executed, so the
--- tables must not be another role's: who could write to them could have SQL run by whoever migrates.

local creation = require("neap.dialect.postgresql.creation")
local find_subjects = require("neap.dialect.postgresql.subjects")
local live = require("neap.dialect.postgresql.live")
local replaced = require("neap.dialect.postgresql.replaced")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.postgresql.text")

local definitions = {}

local MANY = 50

local CHECK = [[
    SELECT pg_catalog.string_agg(pg_catalog.format('the table %s is not as neap made it: %s owns it, or it has triggers',
        c.relname, pg_catalog.pg_get_userbyid(c.relowner)), '; ') INTO wrong
    FROM pg_catalog.pg_class c
    WHERE c.oid OPERATOR(pg_catalog.=) ANY (ARRAY[@REGCLASSES@]::pg_catalog.oid[])
        AND (c.relkind OPERATOR(pg_catalog.<>) 'r' OR c.relhasrules OR c.relhastriggers OR c.relrowsecurity
            OR pg_catalog.pg_get_userbyid(c.relowner) OPERATOR(pg_catalog.<>) ALL (ARRAY[current_user, session_user]));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION '%', wrong;
    END IF;
]]

-- The role of neap.lua need not be able to make anything where neap's tables are. So they are made by who connects, as
-- neap's other ones are, and the role may write to them.
local PREPARE = [[

DECLARE
    wrong text;
    one text;
    acting text := pg_catalog.current_setting('role');
BEGIN
    PERFORM pg_catalog.set_config('role', 'none', true);
    IF @KEEPS@ AND pg_catalog.to_regclass(@DEFINITIONREGCLASS@) IS NULL THEN
        CREATE TABLE @DEFINITION@ (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            project text NOT NULL,
            revision text NOT NULL,
            file text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            hash text,
            state text,
            extras text
        );
    END IF;
    IF @KEEPS@ AND pg_catalog.to_regclass(@TEXTREGCLASS@) IS NULL THEN
        CREATE TABLE @TEXT@ (hash text PRIMARY KEY, definition text NOT NULL);
    END IF;
    IF pg_catalog.to_regclass(@LOADEDREGCLASS@) IS NULL THEN
        CREATE TABLE @LOADED@ (
            project text NOT NULL,
            file text NOT NULL,
            hash text NOT NULL,
            kind text NOT NULL,
            identity text NOT NULL,
            class bigint NOT NULL,
            oid bigint NOT NULL,
            version text,
            fingerprint text
        );
    END IF;
    FOREACH one IN ARRAY ARRAY[@TABLES@] LOOP
        IF acting OPERATOR(pg_catalog.<>) 'none' AND pg_catalog.to_regclass(one) IS NOT NULL
            AND NOT pg_catalog.has_table_privilege(acting, one, 'INSERT') THEN
            EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO %I', one, acting);
        END IF;
    END LOOP;
    PERFORM pg_catalog.set_config('role', acting, true);
@CHECK@END
]]

-- Under a search_path of pg_catalog alone names in definitions are qualified, and neap's tables must be too: statements
-- are executed as text, in which ~LOADED~, ~DEFINITION~ and ~TEXT~ stand for them, $1 for the current schema, $2
-- for the versions before, $3 and $4 for the files and their hashes, and $5 to $9 for the columns of the subjects.
local NAMES = [[

    path text := pg_catalog.current_setting('search_path');
    here name := pg_catalog.current_schema();
    definition_table text := @QUALIFIED_DEFINITION@;
    text_table text := @QUALIFIED_TEXT@;
    loaded_table text := @QUALIFIED_LOADED@;
]]

local QUALIFIED = [[(
        SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(%s))]]

-- Before the files: what they are about, and the versions of the routines.
local BEFORE = [[

DECLARE@NAMES@    before text[];@FILES@@ABOUT@
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
@RUN@    @EXECUTEBEFORE@ INTO before USING @LOOKEDAT@;
    PERFORM set_config('neap.before', COALESCE(before, '{}')::text, true);
    PERFORM set_config('neap.path', path, true);
    PERFORM set_config('search_path', path, true);
END
]]

-- Loads of one run of a revision belong together; the setting ends with the revision.
local RUN = [[
    IF COALESCE(current_setting('neap.run', true), '') = '' THEN
        PERFORM set_config('neap.run', clock_timestamp()::text, false);
    END IF;
]]

-- Of many files without anything to keep: all routines, rather than the names once more.
local LOOK_AT_ALL = [[
    SELECT array_agg(concat_ws('/', p.oid, p.ctid, p.xmin))
    FROM pg_proc p WHERE p.pronamespace <> 'pg_catalog'::regnamespace AND $1 IS NOT NULL]]

local LOOK = [[
    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
@OBJECTS@
    )@KEEP@
    SELECT array_agg(l.version) FROM live l WHERE l.version IS NOT NULL]]

-- What was there, with its text; and what the files made the last time, which they may make no more.
local KEEP = [[
, earlier AS (
        SELECT DISTINCT l.file, 'routine' AS kind, n.nspname AS schema, p.proname AS name, NULL::name AS on_table
        FROM ~LOADED~ l
        JOIN pg_proc p ON p.oid = l.oid AND l.class = 'pg_proc'::regclass::oid::bigint
        JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE l.project = @PROJECT@ AND l.file = ANY ($3)
    ), found AS (
        SELECT * FROM live
        UNION ALL
        SELECT * FROM (
            WITH subject AS (SELECT * FROM earlier)
@OBJECTS@
        ) e
    ), kept AS (
        SELECT DISTINCT ON (o.file, o.class, o.oid) o.*,
            CASE WHEN o.definition <> '' THEN encode(sha256(convert_to(o.definition, 'UTF8')), 'hex') END AS hash,
            (@STATE@) AS state, (@EXTRAS@)::text AS extras
        FROM found o
    ), texts AS (
        INSERT INTO ~TEXT~ (hash, definition)
        SELECT DISTINCT k.hash, k.definition FROM kept k WHERE k.hash IS NOT NULL
        ON CONFLICT (hash) DO NOTHING
    ), rows AS (
        INSERT INTO ~DEFINITION~ (project, revision, file, kind, identity, hash, state, extras)
        SELECT @PROJECT@, @REVISION@, r.file, r.kind, r.identity, r.hash, r.state, r.extras
        FROM (
            SELECT f.file, 'file' AS kind, f.file AS identity, NULL AS hash, current_setting('neap.run') AS state,
                NULL AS extras,
                f.place, 0::oid AS oid
            FROM unnest($3) WITH ORDINALITY f (file, place)
            UNION ALL
            SELECT k.file, k.kind, k.identity, COALESCE(k.hash, ''), k.state, k.extras, f.place, k.oid
            FROM kept k JOIN unnest($3) WITH ORDINALITY f (file, place) ON f.file = k.file
            UNION ALL
            SELECT k.file, 'made', k.identity, NULL, k.kind, NULL, f.place, k.oid
            FROM kept k JOIN unnest($3) WITH ORDINALITY f (file, place) ON f.file = k.file
            WHERE ((k.file, k.class::bigint, k.oid::bigint) IN (
                SELECT l.file, l.class, l.oid FROM ~LOADED~ l WHERE l.project = @PROJECT@)) IS TRUE
        ) r
        ORDER BY r.place, r.kind <> 'file', r.oid
    )]]

-- After them: what is new, and what each file has made. Routines that the text of a file made the last time and does
-- not make any more are in the setting neap.left, or dropped.
local AFTER = [[

DECLARE
    -- Files may have changed it, and go on with theirs.
    theirs text := pg_catalog.current_setting('search_path');
BEGIN
PERFORM pg_catalog.set_config('search_path',
    COALESCE(NULLIF(pg_catalog.current_setting('neap.path', true), ''), theirs), true);
DECLARE@NAMES@    before text[] := COALESCE(NULLIF(pg_catalog.current_setting('neap.before', true), ''), '{}')::text[];@FILES@@CREATED@@KNOWN@
    nested text := pg_catalog.current_setting('enable_nestloop');
    lost text[]; -- of each its signature, how it is shown, its file
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog', true);
    PERFORM set_config('enable_nestloop', @NESTLOOP@, true);
@NEW@    @EXECUTEAFTER@ INTO lost USING @MADE@;
    PERFORM set_config('enable_nestloop', nested, true);
@LOST@
END;
PERFORM pg_catalog.set_config('search_path', theirs, true);
END
]]

local MADE = [[
    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
@MARKED@
    ), made AS (
        SELECT l.* FROM live l LEFT JOIN unnest($2) b (version) ON b.version = l.version WHERE b.version IS NULL
    ), gone AS (
        DELETE FROM ~LOADED~ d WHERE d.project = @PROJECT@ AND d.file = ANY ($3)
        RETURNING d.file, d.kind, d.identity, d.class, d.oid
    ), rows AS (
        INSERT INTO ~LOADED~ (project, file, hash, kind, identity, class, oid, version, fingerprint)
        SELECT @PROJECT@, o.file, o.hash, o.kind, o.identity, o.class::bigint, o.oid::bigint, o.version,
            CASE WHEN p.oid IS NULL THEN (@FINGERPRINT@) ELSE @ROUTINE@ END
        FROM (
            SELECT DISTINCT f.file, f.hash, COALESCE(m.kind, '') AS kind, COALESCE(m.identity, '') AS identity,
                COALESCE(m.class, 0::oid) AS class, COALESCE(m.oid, 0::oid) AS oid, m.version
            FROM unnest($3, $4) f (file, hash)
            LEFT JOIN made m ON m.file = f.file
        ) o
        LEFT JOIN pg_proc p ON p.oid = o.oid AND o.class = 'pg_proc'::regclass
    )
    SELECT array_agg(ARRAY[p.oid::regprocedure::text, format('%s %s (%s)', g.kind, p.oid::regprocedure, g.file), g.file])
    FROM gone g
    JOIN pg_proc p ON p.oid = g.oid AND g.class = 'pg_proc'::regclass::oid::bigint
    JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE g.identity = @MARK@
        AND p.oid NOT IN (SELECT m.oid FROM made m WHERE m.class = 'pg_proc'::regclass)
        AND NOT EXISTS (
            SELECT FROM ~LOADED~ other
            WHERE other.oid = g.oid AND other.class = g.class AND NOT (other.project = @PROJECT@ AND other.file = ANY ($3))
        )]]

local NEW = [[
    WITH subject AS (
        SELECT * FROM unnest($5, $6, $7, $8, $9) s (file, kind, schema, name, on_table)
    ), live AS (
@NAMED@
    ), last AS (
        SELECT d.file, max(d.id) AS id FROM ~DEFINITION~ d
        WHERE d.kind = 'file' AND d.project = @PROJECT@ AND d.revision = @REVISION@ AND d.file = ANY ($3)
        GROUP BY d.file
    )
    INSERT INTO ~DEFINITION~ (project, revision, file, kind, identity)
    SELECT @PROJECT@, @REVISION@, l.file, l.kind, l.identity
    FROM (SELECT DISTINCT o.file, o.kind, o.identity, o.oid FROM live o) l
    JOIN last t ON t.file = l.file
    WHERE NOT EXISTS (
        SELECT FROM ~DEFINITION~ d
        WHERE d.id > t.id AND d.file = l.file AND d.identity = l.identity AND d.kind = l.kind
            AND d.project = @PROJECT@ AND d.revision = @REVISION@
    )
    ORDER BY l.oid]]

local LEAVE = [[    PERFORM set_config('neap.left', COALESCE(lost, '{}')::text, true);]]

local DROP_LOST = [[
    FOR i IN 1 .. COALESCE(array_length(lost, 1), 0) LOOP
        EXECUTE format('DROP ROUTINE %s', lost[i][1]);
        RAISE WARNING 'dropped, because its file does not make it any more: %', lost[i][2];
    END LOOP;]]

-- What depends on a routine that is dropped, because its file makes another one: as it was.
local DEPENDENT = [[
    WITH o AS (
        SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END AS kind,
            'pg_proc'::regclass AS class, p.oid, p.oid::regprocedure::text AS identity, @ROUTINE@ AS definition
        FROM unnest($1) r (id) JOIN pg_proc p ON p.oid = r.id
        UNION ALL
        SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, 'pg_class'::regclass, c.oid,
            format('%I.%I', n.nspname, c.relname), @VIEW@
        FROM unnest($2) v (id) JOIN pg_class c ON c.oid = v.id JOIN pg_namespace n ON n.oid = c.relnamespace
    ), k AS (
        SELECT o.*, encode(sha256(convert_to(o.definition, 'UTF8')), 'hex') AS hash, (@STATE@) AS state,
            (@EXTRAS@)::text AS extras
        FROM o
    ), texts AS (
        INSERT INTO ~TEXT~ (hash, definition) SELECT DISTINCT k.hash, k.definition FROM k ON CONFLICT (hash) DO NOTHING
    )
    INSERT INTO ~DEFINITION~ (project, revision, file, kind, identity, hash, state, extras)
    SELECT @PROJECT@, @REVISION@, @FILE@, k.kind, k.identity, k.hash, k.state, k.extras FROM k ORDER BY k.oid]]

-- Files that are passed over, because nothing has changed: then a revert finds that there is nothing to put back.
local UNCHANGED = [[
INSERT INTO @DEFINITION@ (project, revision, file, kind, identity)
SELECT @PROJECT@, @REVISION@, f.file, 'unchanged', f.file FROM pg_catalog.unnest(@FILES@) f (file)]]

local function literal(value)
  return value and text.string(value) or "NULL"
end

-- What stands in an array's literal, in quotes.
local function element(value)
  return '"' .. (value:find('["\\]') and value:gsub('["\\]', "\\%0") or value) .. '"'
end

local function elements(values, count)
  if count > 0 and count == #values and not table.concat(values):find('["\\]') then
    return '"' .. table.concat(values, '","') .. '"'
  end
  local parts = {}
  for i = 1, count do
    parts[i] = values[i] and element(values[i]) or "NULL"
  end
  return table.concat(parts, ",")
end

local function all_same(values, count)
  for i = 2, count do
    if values[i] ~= values[1] then
      return false
    end
  end
  return true
end

-- An array as one literal: the server reads it much faster than ARRAY[...] of thousands. NULL where there is no value.
local function array(values, kind)
  local count = values.n or #values
  if count > MANY and all_same(values, count) then
    local value = values[1] and text.string(values[1]) or "NULL"
    return ("pg_catalog.array_fill(%s::%s, '{%d}')"):format(value, kind, count)
  end
  return ("%s::%s[]"):format(text.string("{" .. elements(values, count) .. "}"), kind)
end

-- A long array goes as a parameter into a setting: the texts of blocks are read three times.
local function carry(values, name, carried)
  carried[#carried + 1] = "neap." .. name
  carried[#carried + 1] = "{" .. elements(values, values.n or #values) .. "}"
  return ("pg_catalog.current_setting('neap.%s')"):format(name)
end

local words = {
  ["materialized view"] = "view",
  trigger = "trigger",
  view = "view",
  type = "type",
  domain = "type",
}
local routines = { ["function"] = true, procedure = true, aggregate = true, routine = true }

local function variable(name, values, kind, carried)
  local short = not carried or all_same(values, values.n or #values)
  local value = short and array(values, kind) or carry(values, name, carried)
  return ("\n    %s %s[] := %s;"):format(name, kind, value)
end

local function files_variables(paths, hashes, carried)
  return variable("files", paths, "text", carried) .. variable("hashes", hashes, "text", carried)
end

local SUBJECT = { "file", "kind", "schema", "name", "on_table" }

local function is_same(list, other)
  return #list == #other and table.concat(list, "\0") == table.concat(other, "\0")
end

-- Variables of a block, one for each column of the subjects.
local function variables(prefix, rows, paths, carried)
  local lines = {}
  for column, name in ipairs(SUBJECT) do
    local values = { n = #rows }
    for i = 1, #rows do
      values[i] = rows[i][column]
    end
    if column == 1 and is_same(values, paths) then -- each file makes one thing
      lines[column] = ("\n    %sfile text[] := files;"):format(prefix)
    else
      lines[column] = variable(prefix .. name, values, column < 3 and "text" or "name", carried)
    end
  end
  return table.concat(lines)
end

-- What a statement's $1 to $9 are.
local function using(prefix)
  return "here, before, files, hashes, " .. prefix .. table.concat(SUBJECT, ", " .. prefix)
end

local function row_of(file, one, on_schema, on)
  local kind = routines[one.kind] and "routine"
    or words[one.kind:gsub("%%s%+", " ")]
    or words[one.kind]
  if kind == "trigger" then
    return { file, kind, on_schema, one.name, on }
  end
  return kind and { file, kind, one.schema, one.name }
end

-- What the files create for certain, and what they may be about.
local function subjects_of(files, keep)
  local created, about = {}, {}
  for _, file in ipairs(files) do
    for _, one in ipairs(file.objects) do
      if not one.drop then
        created[#created + 1] = row_of(file.path, one, one.on_schema, one.on)
      end
    end
    for _, one in ipairs(keep and find_subjects(file.sql, file.objects) or {}) do
      about[#about + 1] = row_of(file.path, one, one.table_schema, one.table)
    end
    -- With comments between their words, too.
    for _, one in ipairs(keep and file.objects or {}) do
      about[#about + 1] = row_of(file.path, one, one.on_schema, one.on)
    end
  end
  return created, about
end

---The names of the tables, and whose rows are meant.
function definitions.names(operation, run)
  local config = run.config or {}
  local schema = run.schema or config.version_table_schema
  local values = {
    PROJECT = literal(config.version_table or "neap_version"),
    REVISION = literal(shared.revision_of(operation, run)),
  }
  local regclasses, tables = {}, {}
  for key, name in pairs({
    DEFINITION = "neap_definition",
    TEXT = "neap_definition_text",
    LOADED = "neap_loaded",
  }) do
    values[key] = text.object(schema, name)
    values[key .. "REGCLASS"] = literal(values[key])
    tables[#tables + 1] = literal(values[key])
    regclasses[#regclasses + 1] = ("pg_catalog.to_regclass(%s)"):format(literal(values[key]))
  end
  table.sort(regclasses)
  table.sort(tables)
  values.NAMES = NAMES:gsub("@QUALIFIED_(%u+)@", function(key)
    return QUALIFIED:format(values[key .. "REGCLASS"])
  end)
  values.REGCLASSES = table.concat(regclasses, ", ")
  values.TABLES = table.concat(tables, ", ")
  values.KEEPS = (operation.keep or operation.kind == "revert_sql") and "true" or "false"
  values.CHECK = (CHECK:gsub("@(%u+)@", values))
  return values
end

---Makes the tables when they are missing, and checks that they are neap's.
function definitions.prepare(values)
  return replaced.block(PREPARE, values)
end

local function fill(template, values)
  return (template:gsub("@(%u+)@", values))
end

---The statement of a template as plpgsql executes it.
local function execute(template, facts)
  local body = fill(fill(template, facts), facts)
  return (
    "EXECUTE replace(replace(replace($statement$%s$statement$, '~LOADED~', COALESCE(loaded_table, '')), "
    .. "'~DEFINITION~', COALESCE(definition_table, '')), '~TEXT~', COALESCE(text_table, ''))"
  ):gsub("%%s", function()
    return body
  end)
end

definitions.execute = execute

-- Only what looks for these kinds: the server takes longer to plan for the others than to do what there is.
local function only(kinds)
  local parts = {}
  for part in (live.OBJECTS .. "\n    UNION ALL\n"):gmatch("(.-)\n    UNION ALL\n") do
    if kinds[part:match("s%.kind = '(%l+)'")] then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "\n    UNION ALL\n")
end

local function objects(wanted, identity, kinds)
  return (
    (kinds and only(kinds) or live.OBJECTS)
      :gsub("%f[%w_]here%f[^%w_]", "$1")
      :gsub("~WANTED~", wanted)
      :gsub("~IDENTITY~", identity or live.IDENTITY)
  )
end

---The blocks around the loading of files. The second is made when the files were sent: the server is at work then.
---@param files LoadFile[]
---@param hashes string[]
---@return string before
---@return fun(): string, string[]? after  and settings for it: names and values
function definitions.around(files, hashes, operation, run, values)
  local paths = {}
  for i, file in ipairs(files) do
    paths[i] = file.path
  end
  local all = not operation.keep and #files > MANY
  local created, about = subjects_of(files, operation.keep)
  local kinds, others = { routine = true }, false
  for _, row in ipairs(created) do
    kinds[row[2]] = true
    others = others or row[2] ~= "routine"
  end
  local facts = setmetatable({
    OBJECTS = objects("true"),
    NAMED = objects("false"),
    MARKED = objects("false", live.MARK, kinds),
    MARK = live.MARK,
    STATE = live.STATE,
    EXTRAS = live.EXTRAS,
    FINGERPRINT = others and live.FINGERPRINT or "NULL",
    ROUTINE = live.ROUTINE,
    -- The planner takes the arrays for short ones.
    NESTLOOP = #files > MANY and "'off'" or "nested",
    LOST = run.offline and DROP_LOST or LEAVE,
    MADE = using("made_"),
    FILES = "",
    ABOUT = "",
    LOOKEDAT = "here",
    KNOWN = "",
    RUN = "",
    KEEP = "",
    NEW = "",
  }, { __index = values })
  local lookup = function(key)
    return facts[key]
  end
  if not all then
    facts.FILES = files_variables(paths, hashes)
    facts.ABOUT = variables("about_", operation.keep and about or created, paths)
    facts.LOOKEDAT = using("about_")
  end
  if operation.keep then
    facts.KNOWN = facts.ABOUT
    facts.RUN = RUN
    facts.KEEP = fill(KEEP, lookup)
    facts.NEW = ("    %s USING %s;\n"):format(execute(NEW, lookup), facts.LOOKEDAT)
  end
  facts.EXECUTEBEFORE = execute(all and LOOK_AT_ALL or LOOK, lookup)
  return replaced.block(BEFORE, lookup),
    function()
      local carried = all and not run.offline and {} or nil
      facts.FILES = files_variables(paths, hashes, carried)
      facts.CREATED = variables("made_", created, paths, carried)
      facts.EXECUTEAFTER = execute(MADE, lookup)
      return replaced.block(AFTER, lookup), carried
    end
end

---A routine is dropped that its file makes no more: what depends on it is kept first.
---@param signature string
---@param file string
function definitions.save_lost(signature, file, values)
  local facts = setmetatable({
    ROUTINE = creation.ROUTINE,
    VIEW = creation.VIEW,
    STATE = live.STATE,
    EXTRAS = live.EXTRAS,
    FILE = text.string(file),
  }, { __index = values })
  local first = "    "
    .. execute(DEPENDENT, function(key)
      return facts[key]
    end)
    .. " USING array_remove(routines, root), views;\n"
  local names = values.NAMES:gsub(" path ", " caller_path ")
  return replaced.save("pg_proc", signature, first, names)
end

---@param files LoadFile[]   that are not loaded
function definitions.note_unchanged(files, values)
  local paths = {}
  for i, file in ipairs(files) do
    paths[i] = file.path
  end
  return (
    UNCHANGED:gsub("@(%u+)@", setmetatable({ FILES = array(paths, "text") }, { __index = values }))
  )
end

return definitions
