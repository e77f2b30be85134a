--- One column that is on both sides: what op.alter_column has to say.

local same = require("neap.compare.same")
local shapes = require("neap.compare.shapes")

local columns = {}

-- Types between which PostgreSQL casts by itself when values are assigned; nothing is lost to the right.
local families = {
  { "smallint", "integer", "bigint", "numeric", "real", "double precision" },
  { "character", "character varying", "text" },
  { "date", "timestamp without time zone", "timestamp with time zone" },
  { "json" },
  { "jsonb" },
}
local TEXTS = 2
local place_of = {}
for f, list in ipairs(families) do
  for i, name in ipairs(list) do
    place_of[name] = { f, i }
  end
end

-- "numeric(10,2)": its bare name and what stands in parentheses; "[]" of an array goes with both.
local function parts(type_name)
  local bare = type_name:gsub("%b()", ""):gsub("%s+", " ")
  local size = type_name:match("%((.-)%)")
  return bare, size
end

local function sizes(text)
  local first, second = text:match("^(%d+)%s*,%s*(%-?%d+)$")
  first = first or text:match("^%d+$")
  return tonumber(first), tonumber(second) or 0
end

-- With a cast that has to be said.
local always_fits = { ["boolean integer"] = true, ["jsonb json"] = true }

---Whether every value of one type fits the other, and whether PostgreSQL casts by itself.
---@return boolean fits, boolean casts
function columns.compatible(from, to)
  local from_element, to_element = from:match("^(.+)%[%]$"), to:match("^(.+)%[%]$")
  if from_element and to_element then
    return columns.compatible(from_element, to_element)
  end
  local a, a_size = parts(from)
  local b, b_size = parts(to)
  if a == b then
    if not b_size then
      return true, true
    elseif not a_size then
      return false, true
    end
    local a1, a2 = sizes(a_size)
    local b1, b2 = sizes(b_size)
    return a1 ~= nil and b1 ~= nil and a1 - a2 <= b1 - b2 and a2 <= b2, true
  end
  local x, y = place_of[a], place_of[b]
  if always_fits[a .. " " .. b] then
    return true, false
  elseif not x or not y or x[1] ~= y[1] then
    return b == "text", b == "text"
  end
  return y[2] > x[2] and not b_size, true
end

-- Explicit casts that PostgreSQL has besides; what has none goes through text.
local explicit = {
  ["boolean integer"] = true,
  ["integer boolean"] = true,
  ["json jsonb"] = true,
  ["jsonb json"] = true,
  ["jsonb boolean"] = true,
  ["jsonb integer"] = true,
  ["jsonb bigint"] = true,
  ["jsonb numeric"] = true,
  ["timestamp with time zone time without time zone"] = true,
  ["timestamp without time zone time without time zone"] = true,
}

function columns.has_cast(from, to)
  local a, b = parts(from), parts(to)
  local family = place_of[a]
  return family ~= nil and family[1] == TEXTS or explicit[a .. " " .. b] or false
end

-- What a type does not keep of another, though nothing fails.
local losses = {
  ["timestamp without time zone date"] = "%s loses the time of day",
  ["timestamp with time zone date"] = "%s loses the time of day",
  ["timestamp with time zone timestamp without time zone"] = "%s loses the time zone: it becomes the session's",
  ["json jsonb"] = "%s loses blanks, the order of keys and keys that come twice",
  ["integer boolean"] = "%s loses its numbers: all but 0 become true",
}

-- Their place in `families`; the first three numbers have no fractions.
local NUMBERS, WHOLE = 1, 3

local function rounds(from, to)
  local a, b = place_of[(parts(from))], place_of[(parts(to))]
  return a ~= nil and b ~= nil and a[1] == NUMBERS and b[1] == NUMBERS and a[2] > WHOLE
end

local function add_note(operation, note)
  local before = operation.note
  operation.note = before and before .. "; " .. note or note
end

-- BINARY is what a column of SQLite has when it says nothing.
local function collation(column)
  return (column.collation or "BINARY"):upper()
end

local function change_type(operation, a, b, dialect)
  operation.type, operation.collation = b.type, b.collation
  if dialect == "sqlite" and collation(a) ~= collation(b) then
    operation.collation = collation(b)
  end
  if dialect == "sqlite" or a.type == b.type then
    return
  end
  local fits, casts = columns.compatible(a.type, b.type)
  if not casts then
    local through = columns.has_cast(a.type, b.type) and "::" or "::text::"
    operation.using = shapes.quote(b.name) .. through .. b.type
  end
  if not fits then
    local loss = losses[parts(a.type) .. " " .. parts(b.type)]
    operation.note = loss and loss:format(b.name)
      or ("%s holds %s: what does not fit %s fails%s"):format(
        b.name,
        a.type,
        b.type,
        rounds(a.type, b.type) and " or is rounded" or ""
      )
  end
end

-- What a sequence has when nothing is said.
local sequence_defaults =
  { start = 1, increment = 1, minvalue = false, maxvalue = false, cache = 1, cycle = false }

-- "always", "by default" or a table, as a table.
local function identity_options(identity)
  return type(identity) == "table" and identity or { always = identity ~= "by default" }
end

---Counting down has other limits than counting up. NO MAXVALUE of a sequence that also gets another type would be the
---type's greatest number, so -1 is said.
function columns.turn_around(changed, old, new)
  local up = (new.increment or 1) > 0
  if ((old.increment or 1) > 0) ~= up then
    changed.minvalue = new.minvalue or up and 1 or false
    changed.maxvalue = new.maxvalue or not up and -1 or false
    changed.start = changed.start or new.start or up and changed.minvalue or changed.maxvalue
    changed.restart = true
  end
end

-- An identity with all that SET has to say: what is different.
local function changed_identity(a, b)
  local old, new = identity_options(a), identity_options(b)
  local changed = { always = new.always }
  for name, usual in next, sequence_defaults do
    if old[name] ~= new[name] then
      changed[name] = new[name]
      if new[name] == nil then
        changed[name] = usual
      end
    end
  end
  if next(changed, next(changed)) == nil then
    return new.always and "always" or "by default"
  end
  return changed
end

local function change_identity(operation, a, b)
  if same.equal(a.identity, b.identity) then
    return
  elseif not b.identity then
    operation.identity = false
    return
  end
  operation.identity = b.identity
  if a.identity then
    operation.existing_identity = true
    operation.identity = changed_identity(a.identity, b.identity)
  end
end

-- Two words for the same in STRICT tables.
local function one_word(type_name, strict)
  return strict and type_name == "int" and "integer" or type_name
end

---SQLite has fewer types than op, and writes them as they were written.
---@param strict boolean?  in a STRICT table
function columns.same_type(a, b, dialect, strict)
  if dialect ~= "sqlite" then
    return a.collation == b.collation and a.type == b.type
  elseif collation(a) ~= collation(b) then
    return false
  elseif a.type == b.type then
    return true
  end
  local map = require("neap.dialect.sqlite.column_types").map
  return one_word(map(a.type, strict):lower(), strict)
    == one_word(map(b.type, strict):lower(), strict)
end

-- TRUE and FALSE are numbers there. Source: sqlite.org/datatype3.html, 2.1
local numbers = { ["true"] = "1", ["false"] = "0" }

local function same_default(a, b, dialect)
  if dialect ~= "sqlite" or a == nil or b == nil then
    return same.equal(a, b)
  end
  local x, y = a.sql:lower(), b.sql:lower()
  return same.equal(a, b) or (numbers[x] or x) == (numbers[y] or y)
end

---A change that ALTER COLUMN cannot make: the column is dropped and added.
function columns.replaced(a, b, opts)
  if same.equal(a.generated, b.generated) then
    return false
  elseif opts.dialect == "sqlite" then
    return (a.generated ~= nil) ~= (b.generated ~= nil)
  end
  if not a.generated then
    return true
  elseif not b.generated then
    return not a.generated.stored -- DROP EXPRESSION is for stored ones
  end
  return a.generated.stored ~= b.generated.stored or (opts.version or 0) < 170000
end

function columns.nulls_note(column)
  return ("rows that hold NULL in %s make it fail: fill them before"):format(column.name)
end

local about = { note = true, kind = true, schema = true, table = true, column = true }

---Whether an identity counts the other way round: it is dropped and added then.
function columns.turns_around(a, b)
  local old, new = a.identity, b.identity
  return old
    and new
    and ((identity_options(old).increment or 1) > 0)
      ~= ((identity_options(new).increment or 1) > 0)
end

---@return Operation?  nil: nothing changed that op.alter_column knows
function columns.alter(where, a, b, opts)
  local null = opts.null
  local operation =
    { kind = "alter_column", schema = where.schema, table = where.name, column = b.name }
  if not columns.same_type(a, b, opts.dialect, where.strict) then
    change_type(operation, a, b, opts.dialect)
  end
  if (a.nullable == false) ~= (b.nullable == false) then
    operation.nullable = b.nullable ~= false
    if b.nullable == false and not b.identity then
      add_note(operation, columns.nulls_note(b))
    end
  end
  if not same_default(a.server_default, b.server_default, opts.dialect) then
    operation.server_default = b.server_default == nil and null or b.server_default
  end
  change_identity(operation, a, b)
  if opts.dialect == "sqlite" and (a.autoincrement or false) ~= (b.autoincrement or false) then
    operation.autoincrement = b.autoincrement or false
  end
  if not same.equal(a.generated, b.generated) then
    operation.generated = b.generated or null
  end
  if a.comment ~= b.comment then
    operation.comment = b.comment or null
  end
  for name in next, operation do
    if not about[name] then
      if
        operation.server_default ~= nil
        and not operation.type
        and opts.dialect == "postgresql"
      then
        operation.existing_type = b.type -- a literal is shown as one when its type is known
      end
      return operation
    end
  end
  return nil
end

return columns
