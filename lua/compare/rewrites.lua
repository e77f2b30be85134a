--- What makes PostgreSQL write a table anew under ACCESS EXCLUSIVE, or read all of it: for a database in use there is
--- no recipe, only a word of warning.
---
--- Source: PostgreSQL manual, ALTER TABLE, "Notes"; CREATE CAST (WITHOUT FUNCTION)

local rewrites = {}

local LOCKS = "locks %s while it is written anew"
local PERHAPS = "locks %s while it is written anew, if the default is another one for each row"

-- Of what a default calls: another value each time it is asked.
local volatile = {
  clock_timestamp = true,
  gen_random_bytes = true,
  gen_random_uuid = true,
  nextval = true,
  random = true,
  random_normal = true,
  timeofday = true,
  uuid_generate_v1 = true,
  uuid_generate_v1mc = true,
  uuid_generate_v4 = true,
  uuidv4 = true,
  uuidv7 = true,
}

-- The same for all rows of one statement.
local stable = {
  age = true,
  concat = true,
  current_database = true,
  current_schema = true,
  current_setting = true,
  date_part = true,
  date_trunc = true,
  floor = true,
  json_build_array = true,
  json_build_object = true,
  jsonb_build_array = true,
  jsonb_build_object = true,
  length = true,
  lower = true,
  make_date = true,
  make_interval = true,
  md5 = true,
  now = true,
  replace = true,
  round = true,
  statement_timestamp = true,
  substr = true,
  timezone = true,
  to_char = true,
  to_date = true,
  to_timestamp = true,
  transaction_timestamp = true,
  upper = true,
}

-- What is called in an expression as the catalog prints it: keywords are in capitals there.
local function default_note(sql)
  local text = sql:gsub("'[^']*'", ""):gsub('::[%w_ ."]+%b()', "")
  local note = nil
  for name in text:gmatch("([%l_][%w_]*)%s*%(") do
    if volatile[name] then
      return LOCKS
    elseif not stable[name] then
      note = PERHAPS
    end
  end
  return note
end

local function add_column_note(column)
  local generated, default = column.generated, column.server_default
  if column.identity or column.autoincrement then
    return LOCKS
  elseif generated then
    return type(generated) == "table" and generated.stored and LOCKS or nil
  end
  return type(default) == "table" and default.sql and default_note(default.sql) or nil
end

-- "numeric(10,2)": "numeric", 10, 2
local function parts(type_name)
  local bare = type_name:gsub("%b()", ""):gsub("%s+", " ")
  local first, second = type_name:match("%((%d+)%s*,?%s*(%-?%d*)%)")
  return bare, tonumber(first), tonumber(second)
end

-- Whose values stay as they are when there is room for more.
local grow = {
  ["bit varying"] = true,
  ["character varying"] = true,
  numeric = true,
  ["time without time zone"] = true,
  ["time with time zone"] = true,
  ["timestamp without time zone"] = true,
  ["timestamp with time zone"] = true,
}

local alike = {
  ["character varying text"] = true,
  ["text character varying"] = true,
  ["cidr inet"] = true,
}

---Whether values of one type stand in a table as those of the other do.
---@param from string
---@param to string
---@return boolean
function rewrites.same_bytes(from, to)
  if from == to then
    return true
  elseif from:find("[]", 1, true) or to:find("[]", 1, true) then
    return false
  end
  local a, a_size, a_scale = parts(from)
  local b, b_size, b_scale = parts(to)
  if a ~= b then
    return alike[a .. " " .. b] ~= nil and b_size == nil
  end
  local fits = not b_size or a_size ~= nil and a_size <= b_size
  return grow[a] ~= nil and fits and (not b_size or (a_scale or 0) == (b_scale or 0))
end

---What is to be said of an operation, with the table's name for %s.
---@param operation Operation
---@param old_type string?  of the column that is altered; nil: unknown
---@return string?
function rewrites.note(operation, old_type)
  if operation.kind == "add_column" then
    return add_column_note(operation.column)
  end
  local generated = operation.generated
  if type(generated) == "table" and generated.stored then
    return LOCKS
  elseif not operation.type then
    return nil
  elseif operation.using or not old_type or not rewrites.same_bytes(old_type, operation.type) then
    return LOCKS
  end
  return nil
end

return rewrites
