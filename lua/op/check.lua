--- Arguments of op functions: what they must look like, and how a wrong one is told.
---
--- Everything here raises kind "usage" without the directive's name and place; `neap.op` adds both.

local errors = require("neap.errors")
local marks = require("neap.marks")

local article, describe, is_list, split = marks.articles, marks.describe, marks.is_list, marks.split

local check = {}

---@class Shape
---@field expected string  "a string"
---@field test fun(value: any): boolean
---@field names table<string, any>?  the words it takes, for the nearest one

---@param position integer
---@param expected string
function check.wrong(position, expected, value)
  errors.usage("bad argument #%d: expected %s, got %s", position, expected, describe(value))
end
local wrong = check.wrong

local function no_nul(text, what)
  if text:find("\0", 1, true) then
    errors.usage("%s holds a NUL byte, which no database takes", what)
  end
end

---A name that is not split: a column, a constraint, a role.
function check.name(value, position, what)
  if type(value) ~= "string" or value == "" then
    wrong(position, what, value)
  end
  if value:find("\0", 1, true) then
    no_nul(value, ("the name in argument #%d"):format(position))
  end
  return value
end

---SQL text, byte for byte.
function check.text(value, position, what)
  if type(value) == "table" and marks.is_sql(value) then
    value = value.sql
  end
  if type(value) ~= "string" or value == "" then
    wrong(position, what, value)
  end
  if value:find("\0", 1, true) then
    no_nul(value, ("the text in argument #%d"):format(position))
  end
  return value
end

---A table, view, sequence, type ...: its schema (or nil) and its name.
function check.object(value, position, what, opts)
  check.name(value, position, what)
  return split(value, type(opts) == "table" and opts.schema or nil)
end

local function is_name(value)
  return type(value) == "string" and value ~= "" and not value:find("\0", 1, true)
end

local function is_names(value)
  if not is_list(value) then
    return false
  end
  for i = 1, #value do
    if not is_name(value[i]) then
      return false
    end
  end
  return true
end

---Column names: a list, or one name. Always gives a list.
function check.names(value, position, what)
  if is_name(value) then
    return { value }
  end
  if not is_names(value) then
    wrong(position, what or "a list of column names", value)
  end
  return value
end

-- Shapes of options -------------------------------------------------------------------------

local shape = {}
check.shape = shape

local function define(name, expected, test)
  shape[name] = { expected = expected, test = test }
end

define("boolean", "true or false", function(value)
  return type(value) == "boolean"
end)
define("string", "a string", function(value)
  return type(value) == "string" and not value:find("\0", 1, true)
end)
define("name", "a name", is_name)
define("integer", "an integer", function(value)
  return math.type(value) == "integer"
end)
define("names", "a name or a list of names", function(value)
  return is_name(value) or is_names(value)
end)
define("expression", "SQL text", function(value)
  return is_name(value) or marks.is_sql(value)
end)
define("type", "a type", function(value)
  return value == "" or is_name(value) or marks.is_sql(value)
end)
define("comment", "a string or op.null", function(value)
  return shape.string.test(value) or marks.is_null(value)
end)
define("value", "a string, a number, a boolean, op.null or op.sql", function(value)
  local kind = type(value)
  return kind == "number"
    or kind == "boolean"
    or kind == "userdata"
    or shape.string.test(value)
    or marks.is_sql(value)
    or marks.is_bytes(value)
end)
define("integer_or_false", "an integer, or false for none", function(value)
  return value == false or math.type(value) == "integer"
end)
define("name_or_boolean", "true, false or a name", function(value)
  return type(value) == "boolean" or is_name(value)
end)
define("named_expression", 'SQL text, or { "SQL text", name = ... }', function(value)
  return is_name(value)
    or marks.is_sql(value)
    or (type(value) == "table" and (is_name(value[1]) or marks.is_sql(value[1])))
end)
define("parameters", "a table { name = value }", function(value)
  if type(value) ~= "table" then
    return false
  end
  for name, setting in next, value do
    local kind = type(setting)
    if not is_name(name) or (kind ~= "string" and kind ~= "number" and kind ~= "boolean") then
      return false
    end
  end
  return true
end)

---@param words string[]  lower case
---@return Shape
function check.one_of(words)
  local names, quoted = {}, {}
  for i, word in ipairs(words) do
    names[word] = true
    quoted[i] = ('"%s"'):format(word)
  end
  return {
    expected = table.concat(quoted, ", "),
    names = names,
    test = function(value)
      return names[value] ~= nil
    end,
  }
end

shape.action = check.one_of({ "cascade", "restrict", "set null", "set default", "no action" })
shape.initially = check.one_of({ "deferred", "immediate" })
shape.match = check.one_of({ "full", "partial", "simple" })
shape.generated = {
  expected = 'SQL text, or { "SQL text", stored = true or false }',
  test = function(value)
    return is_name(value)
      or marks.is_sql(value)
      or (type(value) == "table" and (is_name(value[1]) or marks.is_sql(value[1])))
  end,
}

local function wrong_option(name, expected, value)
  local hint = ""
  if expected.names then
    hint = errors.hint(value, expected.names)
  end
  local shown = expected.secret and "a " .. type(value) or describe(value)
  errors.usage('option "%s" takes %s, got %s%s', name, expected.expected, shown, hint)
end

---Checks opts and copies them into the operation.
---@param operation table
---@param opts table?
---@param allowed table<string, Shape>  by option
---@param position integer              of opts among the arguments
function check.options(operation, opts, allowed, position)
  if opts == nil then
    return operation
  end
  if type(opts) ~= "table" or getmetatable(opts) ~= nil or article[opts.kind] then
    wrong(position, "a table of options", opts)
  end
  for name, value in next, opts do
    local expected = allowed[name]
    if expected == nil then
      if type(name) ~= "string" then
        wrong(position, "a table of options { name = value }", opts)
      end
      errors.usage('unknown option "%s"%s', name, errors.hint(name, allowed))
    end
    if not expected.test(value) then
      wrong_option(name, expected, value)
    end
    if name ~= "schema" then
      operation[name] = value
    end
  end
  return operation
end

shape.options = {
  expected = "a table of options, as for the create",
  test = function(value)
    return type(value) == "table" and getmetatable(value) == nil
  end,
}

---What a drop says of the thing that it drops becomes the operation that makes it anew, for op.reverse.
---@param operation table
---@param needs string[]  options of the drop; the first must be there; `options` are those of the create
---@param build fun(given: table, opts: table): Operation
function check.creates(operation, needs, build)
  local given, some = {}, operation.options and "options"
  for _, name in ipairs(needs) do
    given[name], operation[name] = operation[name], nil
    some = some or given[name] ~= nil and name
  end
  local opts = { schema = operation.schema }
  for name, value in next, operation.options or {} do
    opts[name] = value
  end
  operation.options = nil
  if some and (#needs == 0 or given[needs[1]] ~= nil) then
    operation.creates = build(given, opts)
  elseif some then
    errors.usage('option "%s" goes with "%s"', some, needs[1])
  end
  return operation
end

---No argument may stand at this position or after it: says what was meant instead.
function check.none(value, position, why)
  if value ~= nil then
    errors.usage("bad argument #%d: %s", position, why)
  end
end

---@param value any
---@param kind string  "column", "index" ...
function check.element(value, kind, position)
  if type(value) ~= "table" or value.kind ~= kind then
    wrong(position, ("%s (op.%s)"):format(article[kind], kind), value)
  end
  return value
end

---The list of create_table.
function check.elements(value, position)
  if type(value) ~= "table" or value.kind ~= nil or getmetatable(value) ~= nil then
    wrong(position, 'a list of elements { op.column("id", "bigint"), ... }', value)
  end
  local count = 0
  for key, element in next, value do
    if math.type(key) ~= "integer" then
      errors.usage(
        'bad argument #%d: "%s" is a key in the list of elements; options go into the next argument',
        position,
        tostring(key)
      )
    end
    if type(element) ~= "table" or not article[element.kind] then
      errors.usage(
        "bad argument #%d: element %d is %s; expected op.column(...), op.primary_key(...) and the like",
        position,
        key,
        describe(element)
      )
    end
    count = count + 1
  end
  if count ~= #value then
    errors.usage("bad argument #%d: the list of elements has a hole (a nil)", position)
  end
  return value
end

local index_column_keys = {
  desc = shape.boolean,
  nulls = check.one_of({ "first", "last" }),
  opclass = shape.name,
  collation = shape.name,
}

local function index_column(value, position)
  if is_name(value) or marks.is_sql(value) then
    return value
  end
  if type(value) ~= "table" or not (is_name(value[1]) or marks.is_sql(value[1])) then
    wrong(position, 'column names, op.sql "expression" or { "name", desc = true }', value)
  end
  for name, setting in next, value do
    if name ~= 1 then
      local expected = index_column_keys[name]
      if not expected then
        errors.usage(
          'unknown option "%s" of an index column%s',
          tostring(name),
          errors.hint(name, index_column_keys)
        )
      end
      if not expected.test(setting) then
        wrong_option(name, expected, setting)
      end
    end
  end
  return value
end

local function has_column_key(value)
  for name in next, value do
    if index_column_keys[name] then
      return true
    end
  end
  return false
end

---What an index is on: a list of columns, or a single one. Always gives a list.
function check.index_columns(value, position)
  if is_name(value) or marks.is_sql(value) then
    return { value }
  end
  if type(value) ~= "table" or value[1] == nil then
    wrong(position, "a list of columns", value)
  end
  if has_column_key(value) then
    return { index_column(value, position) }
  end
  if not is_list(value) then
    for name in next, value do
      if type(name) == "string" then
        errors.usage(
          'bad argument #%d: "%s" is a key in the list of columns; options go into the next argument',
          position,
          name
        )
      end
    end
    wrong(position, "a list of columns", value)
  end
  for i = 1, #value do
    index_column(value[i], position)
  end
  return value
end

---The elements of an exclusion constraint: { { "room", "=" }, { op.sql "expression", "&&" } }.
function check.exclusions(value, position)
  local expected = 'a list of pairs { { "room", "=" }, { "during", "&&" } }'
  if not is_list(value) then
    wrong(position, expected, value)
  end
  for i = 1, #value do
    local pair = value[i]
    if
      type(pair) ~= "table"
      or not (is_name(pair[1]) or marks.is_sql(pair[1]))
      or not is_name(pair[2])
    then
      wrong(position, expected, pair)
    end
  end
  return value
end

---"table.column" or "schema.table.column", split at the last dot, or { "table", "column", ondelete = ... }.
---@return table  { schema, table, columns, and the options of a foreign key }
function check.references(value, allowed)
  if type(value) == "string" then
    local table_name, column = value:match("^(.+)%.([^.]+)$")
    if not table_name then
      errors.usage(
        'option "references" takes "table.column" or { "table", "column" }, got "%s"',
        value
      )
    end
    local schema, name = split(table_name)
    return { schema = schema, table = name, columns = { column } }
  end
  if
    type(value) ~= "table"
    or not is_name(value[1])
    or not (value[2] == nil or is_name(value[2]))
  then
    errors.usage(
      'option "references" takes "table.column" or { "table", "column", ondelete = ... }, got %s',
      describe(value)
    )
  end
  local schema, name = split(value[1], value.schema)
  local reference = { schema = schema, table = name, columns = value[2] and { value[2] } }
  for key, setting in next, value do
    if key ~= 1 and key ~= 2 then
      local expected = allowed[key]
      if not expected then
        errors.usage(
          'unknown option "%s" in references%s',
          tostring(key),
          errors.hint(key, allowed)
        )
      end
      if not expected.test(setting) then
        wrong_option(key, expected, setting)
      end
      if key ~= "schema" then
        reference[key] = setting
      end
    end
  end
  return reference
end

---Values sent as parameters. Lists become arrays (JSON on SQLite), other tables JSON.
function check.params(params, position)
  if params == nil then
    return nil
  end
  if type(params) ~= "table" or marks.is_sql(params) or marks.is_bytes(params) then
    wrong(position, "a list of values or a table { name = value }", params)
  end
  -- { n = 3, ... } of table.pack is a list; a lone { n = 3 } is the parameter :n.
  local packed = params[1] ~= nil and math.type(params.n) == "integer"
  local listed, named, highest = 0, 0, packed and params.n or 0
  for key in next, params do
    if math.type(key) == "integer" and key >= 1 then
      listed, highest = listed + 1, math.max(highest, key)
    elseif type(key) == "string" then
      named = named + (packed and key == "n" and 0 or 1)
    else
      errors.usage("bad argument #%d: %s is no parameter's name", position, describe(key))
    end
  end
  if listed > 0 and named > 0 then
    errors.usage("bad argument #%d: parameters are a list or named, not both", position)
  end
  if named == 0 and highest ~= listed then
    errors.usage(
      "bad argument #%d: the list of parameters has a hole (a nil); write op.null for NULL",
      position
    )
  end
  for key, value in next, params do
    local kind = type(value)
    if marks.is_marked_sql(value) or kind == "function" or kind == "thread" then
      errors.usage(
        "parameter %s: expected a value, got %s",
        type(key) == "string" and ":" .. key or tostring(key),
        describe(value)
      )
    end
  end
  return params
end

return check
