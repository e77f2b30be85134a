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

---Whether every value of one type fits the other, and whether PostgreSQL casts by itself.
---@return boolean fits, boolean casts
function columns.compatible(from, to)
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
  if not x or not y or x[1] ~= y[1] then
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

local function change_type(operation, a, b, dialect)
  operation.type, operation.collation = b.type, b.collation
  if dialect == "sqlite" or a.type == b.type then
    return
  end
  local fits, casts = columns.compatible(a.type, b.type)
  if not casts then
    local through = columns.has_cast(a.type, b.type) and "::" or "::text::"
    operation.using = shapes.quote(b.name) .. through .. b.type
  end
  if not fits then
    operation.note = ("%s holds %s: what does not fit %s fails or is rounded"):format(
      b.name,
      a.type,
      b.type
    )
  end
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
    operation.identity = columns.whole_identity(b.identity)
  end
end

-- Every option that may have to go back to its default.
local sequence_defaults = { start = 1, increment = 1, minvalue = 1, cache = 1, cycle = false }

---An identity with all that SET takes said: SET leaves alone what it is not told.
function columns.whole_identity(identity)
  local whole = {}
  if type(identity) == "table" then
    for name, value in next, identity do
      whole[name] = value
    end
  else
    whole.always = identity ~= "by default"
  end
  for name, value in next, sequence_defaults do
    if whole[name] == nil then
      whole[name] = value
    end
  end
  return whole
end

---SQLite has fewer types than op, and writes them as they were written.
function columns.same_type(a, b, dialect)
  if a.collation ~= b.collation then
    return false
  elseif a.type == b.type or dialect ~= "sqlite" then
    return a.type == b.type
  end
  local map = require("neap.dialect.sqlite.column_types").map
  return map(a.type):lower() == map(b.type):lower()
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
  end
  return b.generated ~= nil and (opts.version or 0) < 170000
end

local about = { kind = true, schema = true, table = true, column = true }

---@return Operation?  nil: nothing changed that op.alter_column knows
function columns.alter(where, a, b, opts)
  local null = opts.null
  local operation =
    { kind = "alter_column", schema = where.schema, table = where.name, column = b.name }
  if not columns.same_type(a, b, opts.dialect) then
    change_type(operation, a, b, opts.dialect)
  end
  if (a.nullable == false) ~= (b.nullable == false) then
    operation.nullable = b.nullable ~= false
  end
  if not same.equal(a.server_default, b.server_default) then
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
      return operation
    end
  end
  return nil
end

return columns
