--- Columns, as CREATE TABLE and ADD COLUMN write them.

local column_types = require("neap.dialect.sqlite.column_types")
local constraints = require("neap.dialect.sqlite.constraints")
local errors = require("neap.errors")
local indexes = require("neap.dialect.sqlite.indexes")
local shared = require("neap.dialect.shared")
local text = require("neap.dialect.sqlite.text")

local columns = {}

local function generated(value)
  local expression, options = shared.named_text(value)
  return "GENERATED ALWAYS AS ("
    .. expression
    .. ")"
    .. (options.stored and " STORED" or " VIRTUAL")
end

---Raises for options of an identity that SQLite's counter does not have.
function columns.check_identity(name, identity)
  if type(identity) ~= "table" then
    return
  end
  for _, option in ipairs({ "start", "increment", "minvalue", "maxvalue", "cycle", "sequence" }) do
    if identity[option] and not (identity[option] == 1 and option ~= "maxvalue") then
      errors.usage('column "%s": identity on SQLite takes no "%s"', name, option)
    end
  end
end

-- A column whose key is the row's number: the type must be exactly INTEGER.
local function rowid_key(column, primary)
  local identity = column.identity
  if not column.autoincrement and not identity then
    return nil
  end
  local what = column.autoincrement and "autoincrement" or "identity"
  if not primary then
    errors.usage(
      'column "%s": %s works on SQLite only where the column alone is the primary key',
      column.name,
      what
    )
  elseif not column_types.is_integer(column.type) then
    errors.usage('column "%s": %s takes an integer type, not %s', column.name, what, column.type)
  end
  columns.check_identity(column.name, identity)
  return column.autoincrement and "PRIMARY KEY AUTOINCREMENT" or "PRIMARY KEY"
end

---One column of CREATE TABLE or ADD COLUMN.
---@param where { schema: string?, table: string, strict: boolean? }
---@param primary boolean?      write PRIMARY KEY here
---@param in_key boolean?       part of the primary key, here or below
function columns.write(run, column, where, primary, in_key)
  local schema, table_name = where.schema, where.table
  local rowid = rowid_key(column, primary)
  local type_name = rowid and "integer" or column_types.map(column.type, where.strict)
  local parts = { text.name(column.name) .. (type_name ~= "" and " " .. type_name or "") }
  local function add(sql)
    parts[#parts + 1] = sql
  end
  local is_rowid = primary and type_name:lower() == "integer" and not where.without_rowid
  -- SQLite would take NULL in a primary key; the number of a row never is.
  if column.nullable == false or (in_key and not is_rowid) then
    add("NOT NULL")
  end
  if primary then
    add(
      constraints.label(run, "pk", shared.column_facts(column, schema, table_name))
        .. (rowid or "PRIMARY KEY")
    )
  end
  if column.unique and not column.index then
    local name = type(column.unique) == "string" and column.unique or nil
    add(
      constraints.label(run, "uq", shared.column_facts(column, schema, table_name, name))
        .. "UNIQUE"
    )
  end
  if column.check then
    add(shared.column_check(run, column, schema, table_name, constraints.label))
  end
  if column.generated then
    add(generated(column.generated))
  elseif column.server_default ~= nil then
    add("DEFAULT " .. text.default(column.server_default))
  end
  if column.collation then
    add("COLLATE " .. text.name(column.collation))
  end
  local reference = column.references
  if reference then
    local known = shared.column_facts(column, schema, table_name, reference.name)
    known.referred_table = reference.table
    add(
      constraints.label(run, "fk", known)
        .. constraints.references(
          schema,
          reference.schema,
          reference.table,
          reference.columns,
          reference
        )
    )
  end
  return table.concat(parts, " ")
end

---The index that `index = true` asks for.
function columns.index(run, column, where)
  local name = type(column.index) == "string" and column.index
    or type(column.unique) == "string" and column.unique
    or nil
  return indexes.write(
    run,
    { name = name, columns = { column.name }, unique = column.unique and true or nil },
    where
  )
end

return columns
