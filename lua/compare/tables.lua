--- Tables that are on both sides: their columns, constraints, indexes and options.

local columns = require("neap.compare.columns")
local created = require("neap.schema.tables")
local kinds = require("neap.compare.kinds")
local marks = require("neap.marks")
local not_null = require("neap.compare.not_null")
local rights = require("neap.schema.rights")
local same = require("neap.compare.same")
local schema = require("neap.schema")
local sequences = require("neap.compare.sequences")
local shapes = require("neap.compare.shapes")
local shared = require("neap.dialect.shared")
local types = require("neap.compare.types")

local copy, equal, execute = marks.copy, same.equal, shapes.execute
local tables = {}

-- Columns -------------------------------------------------------------------------------------

-- What stands on a dropped column alone goes with it; not when its name is wanted before that.
local function goes_along(plan, where, item, gone, coming)
  for _, each in ipairs(coming) do
    if each.name == item.name then
      return false
    end
  end
  for _, column in ipairs(item.columns or {}) do
    if type(column) ~= "string" or not gone[column] then
      return false
    end
  end
  return item.columns ~= nil
    and #item.columns == 1
    and not kinds.has_name(plan.to, where.schema, item.name)
end

local function add_column(plan, where, column)
  local element = shapes.column(column)
  local operation =
    { kind = "add_column", schema = where.schema, table = where.name, column = element }
  if
    column.nullable == false
    and column.server_default == nil
    and not column.identity
    and not column.generated
    and not column.autoincrement
  then
    operation.note = ("rows that are there have no value for %s: give it a server_default, or fill it"):format(
      column.name
    )
  end
  plan:add("main", operation)
  plan:add_all("main", shapes.column_settings(where, nil, column))
end

local function drop_column(plan, where, column, phase)
  local operation = {
    kind = "drop_column",
    schema = where.schema,
    table = where.name,
    column = column.name,
  }
  if not column.generated then
    operation.note = ("loses what %s.%s holds"):format(
      shapes.shown(where.schema, where.name, plan.home),
      column.name
    )
  end
  plan:add(phase, operation)
end

local function set_number(plan, where, column, sequence, number)
  local step = execute(
    ("SELECT pg_catalog.setval(%s, %s, false) FROM %s"):format(
      sequence,
      number,
      shapes.object(where.schema, where.name)
    )
  )
  step.note = ("%s goes on after the numbers that are there"):format(column.name)
  step.words = ("let the numbers of %s.%s go on"):format(where.name, column.name)
  plan:add("main", step)
end

-- The numbers go on after those that are there, but where they go round or down.
local function go_on(plan, where, column)
  local options = type(column.identity) == "table" and column.identity or {}
  if options.cycle or (options.increment or 1) < 0 then
    return
  end
  local literal = require("neap.dialect.postgresql.text").string
  local number = ("COALESCE(max(%s), 0) + 1"):format(shapes.quote(column.name))
  local least = options.start or options.minvalue
  if options.maxvalue then
    number = ("LEAST(%s, %d)"):format(number, options.maxvalue)
  end
  if least then
    number = ("GREATEST(%s, %d)"):format(number, least)
  end
  set_number(
    plan,
    where,
    column,
    ("pg_catalog.pg_get_serial_sequence(%s, %s)"):format(
      literal(shapes.object(where.schema, where.name)),
      literal(column.name)
    ),
    number
  )
end

-- The same for a column that gets its numbers from a new sequence, and had others.
local function go_on_by(plan, where, a, b)
  local source = plan.dialect == "postgresql" and sequences.of(plan.to, where, b)
  local key = source and schema.key("sequence", source.schema, source.name)
  local sequence = key and not plan.from.objects[key] and plan.to.objects[key]
  local bounded = sequence
    and (sequence.implied or sequence.maxvalue or (sequence.increment or 1) < 0)
  if not sequence or bounded or not sequences.of(plan.from, where, a) then
    return
  end
  local name = shapes.object(source.schema, source.name)
  local number = ("GREATEST((SELECT last_value FROM %s), max(%s) + 1)"):format(
    name,
    shapes.quote(b.name)
  )
  set_number(plan, where, b, require("neap.dialect.postgresql.text").string(name), number)
end

-- The sequence of a serial; it has to have the table's owner before it can belong to it.
local function own_sequence(plan, where, column, name)
  local owned_by = where.schema .. "." .. where.name .. "." .. column.name
  local owner = plan.from and plan.from.objects[where.key].owner
  local other = owner and plan.user and owner ~= plan.user
  plan:add("main", {
    kind = "create_sequence",
    schema = where.schema,
    name = name,
    as = column.type ~= "bigint" and column.type or nil,
    owned_by = not other and owned_by or nil,
  })
  if other then
    plan:add("main", {
      kind = "set_owner",
      object_kind = "sequence",
      object = { schema = where.schema, name = name },
      role = owner,
    })
    plan:add(
      "main",
      { kind = "alter_sequence", schema = where.schema, name = name, owned_by = owned_by }
    )
  end
end

-- An integer or identity that becomes a serial, or the other way round. Gives what is left to compare.
local function change_serial(plan, where, a, b)
  local sequence = require("neap.schema.names").object(where.name, b.name, "seq")
  local quoted = shapes.object(where.schema, sequence):gsub("'", "''")
  local function alter(fields)
    fields.kind, fields.schema, fields.table, fields.column =
      "alter_column", where.schema, where.name, b.name
    plan:add("main", fields)
  end
  if b.autoincrement then
    if a.identity then
      alter({ identity = false })
      a.identity = nil
    end
    own_sequence(plan, where, b, sequence)
    b.server_default, b.nullable = marks.new_sql("nextval('" .. quoted .. "'::regclass)"), false
  else
    alter({ server_default = plan.null })
    plan:add("main", { kind = "drop_sequence", schema = where.schema, name = sequence })
    a.nullable = false
  end
  a.autoincrement, b.autoincrement = nil, nil
end

-- Tables that inherit are compared for themselves; partitions follow their parent.
local function has_children(plan, where)
  if not plan.parents then
    plan.parents = {}
    for _, object in next, plan.from.objects do
      for _, parent in ipairs(object.kind == "table" and object.inherits or {}) do
        plan.parents[parent] = true
      end
    end
  end
  return plan.parents[where.schema .. "." .. where.name]
end

local narrower = { smallint = 1, integer = 2, bigint = 3 }

-- The limits of an identity have to fit its type at any time: a narrower type comes after them.
local function limits_first(plan, operation, a, b)
  local old, new = narrower[a.type], narrower[b.type]
  if operation.existing_identity and operation.type and old and new and new < old then
    plan:add("main", {
      kind = "alter_column",
      schema = operation.schema,
      table = operation.table,
      column = operation.column,
      identity = operation.identity,
      existing_identity = true,
    })
    operation.identity, operation.existing_identity = nil, nil
  end
end

local function alter_column(plan, where, a, b)
  local had, gets = a, b
  local numbered = b.autoincrement or b.identity
  local new_numbers = numbered
    and not (a.autoincrement and b.autoincrement or a.identity and b.identity)
  if (not a.autoincrement) ~= not b.autoincrement and plan.dialect == "postgresql" then
    a, b = copy(a), copy(b)
    change_serial(plan, where, a, b)
  end
  if columns.turns_around(a, b) or a.identity and not b.identity and a.type ~= b.type then
    plan:add("main", {
      kind = "alter_column",
      schema = where.schema,
      table = where.name,
      column = b.name,
      identity = false,
    })
    a = copy(a)
    a.identity = nil
  end
  local operation = columns.alter(where, a, b, plan)
  if operation then
    limits_first(plan, operation, a, b)
    plan:alter(where, operation)
  end
  if plan.dialect == "postgresql" then
    if gets.server_default and not equal(had.server_default, gets.server_default) then
      go_on_by(plan, where, had, gets)
    end
    if new_numbers then
      go_on(plan, where, b)
    end
    plan:add_all("main", shapes.column_settings(where, a, b, has_children(plan, where)))
  end
end

-- True when one has a parent that the other has not: what came from it is the table's own from there on, and what will
-- come from it has to be there before.
local function has_other_parent(one, other)
  local known = {}
  for _, parent in ipairs(other.inherits or {}) do
    known[parent] = true
  end
  for _, parent in ipairs(one.inherits or {}) do
    if not known[parent] then
      return true
    end
  end
  return false
end

local comes_down = { "type", "collation", "nullable", "server_default", "generated" }

-- The column as it will be when its parent has changed.
local function after_parent(plan, where, a, b)
  local before, after =
    schema.parent_column(plan.from, where, b.name), schema.parent_column(plan.to, where, b.name)
  if not (a.inherited and b.inherited) or not before or not after then
    return a
  end
  a = copy(a)
  for _, field in ipairs(comes_down) do
    if not equal(before[field], after[field]) then
      a[field] = after[field]
    end
  end
  return a
end

-- A generated column that becomes a plain one does so before the columns that it is made of change.
local function free_expression(plan, where, column)
  plan:add("aside", {
    kind = "alter_column",
    schema = where.schema,
    table = where.name,
    column = column.name,
    generated = plan.null,
  })
  local free = copy(column)
  free.generated = nil
  return free
end

-- A default that stands on what comes anew steps aside.
local function free_default(plan, where, column)
  plan:add("aside", {
    kind = "alter_column",
    schema = where.schema,
    table = where.name,
    column = column.name,
    server_default = plan.null,
  })
  local free = copy(column)
  free.server_default = nil
  return free
end

-- Partitions that nobody compares keep the defaults that they have of their own. They may not be there elsewhere.
local function keep_own_defaults(plan, where, column)
  local lists = (plan.back and plan.to or plan.from).own_defaults
  if not lists then
    return
  end
  for _, own in ipairs(lists[where.schema .. "." .. where.name .. "." .. column.name] or {}) do
    local value = own.server_default
    local step = execute(
      ("ALTER TABLE IF EXISTS ONLY %s ALTER COLUMN %s %s"):format(
        shapes.object(own.schema, own.table),
        shapes.quote(column.name),
        value == nil and "DROP DEFAULT"
          or "SET DEFAULT " .. require("neap.dialect.postgresql.text").literal(value)
      )
    )
    step.note = ("the partition %s has a default of its own"):format(own.table)
    step.words = ("keep the default of the partition %s.%s"):format(own.table, column.name)
    plan:add("main", step)
  end
end

-- What is on both sides.
local function change_column(plan, where, before, column, not_nulls)
  local settled = types.settled(plan, where, before)
  if where.of_type and settled.type ~= column.type then
    settled = copy(settled) -- its type changes it
    settled.type, settled.collation = column.type, column.collation
  end
  if plan.again[before] and settled == before then
    settled = free_default(plan, where, before)
  end
  local touched = settled ~= before and before.server_default ~= nil
  local plain = before.generated and not column.generated and not before.inherited
  if plain and plan.dialect == "postgresql" then
    settled = free_expression(plan, where, settled)
  end
  local after
  settled, after = not_null.columns(not_nulls, settled, column)
  if not equal(settled, after) then
    alter_column(plan, where, after_parent(plan, where, settled, after), after)
  end
  if touched or not equal(before.server_default, column.server_default) then
    keep_own_defaults(plan, where, column)
  end
end

-- Generated columns stand on the others: they go before them.
local function as_they_go(list)
  local made, plain = {}, {}
  for _, column in ipairs(list) do
    table.insert(column.generated and made or plain, column)
  end
  return table.move(plain, 1, #plain, #made + 1, made)
end

-- Drops what goes and what comes anew; gives their names.
local function drop_columns(plan, a, b)
  local new, gone = shapes.by_name(b.columns), {}
  local phase = plan.dialect == "sqlite" and "main" or "aside"
  local leaves = has_other_parent(a, b)
  for _, column in ipairs(as_they_go(a.columns)) do
    local other = new[column.name]
    local anew = other
      and (columns.replaced(column, other, plan) or column.generated and plan.again[column])
    -- A typed table's columns come and go with its type.
    local own = not column.inherited and not (a.of_type and b.of_type)
    if own and (not other or anew) or leaves and not other then
      gone[column.name] = true
      local again = plan.again[column]
      if again and not other and not column.generated then
        free_default(plan, b, column)
      end
      local early = other or again and column.generated
      drop_column(plan, b, column, early and phase or "columns")
    end
  end
  return gone
end

-- Columns; gives the names of those that are dropped.
local function compare_columns(plan, a, b, not_nulls)
  local old, gone, late = shapes.by_name(a.columns), drop_columns(plan, a, b), {}
  local joins, typed = has_other_parent(b, a), a.of_type and b.of_type
  for _, column in ipairs(b.columns) do
    local before = not gone[column.name] and old[column.name]
    if before then
      change_column(plan, b, before, column, not_nulls)
    elseif column.generated and plan.dialect == "postgresql" then
      late[#late + 1] = column -- a type cannot change under it
    elseif not typed and (not column.inherited or joins) then
      add_column(plan, b, column)
    end
  end
  for _, column in ipairs(late) do
    if not column.inherited or joins then
      add_column(plan, b, column)
    end
  end
  return gone
end

-- Constraints -----------------------------------------------------------------------------------

local constraint_names = { name = true, comment = true, not_valid = true, inherited = true }

local function alike(a, b)
  return a.kind == b.kind and same.but(a, b, constraint_names)
end

local function comment_constraint(plan, where, constraint)
  local part = { kind = "constraint", name = constraint.name }
  plan:add("main", rights.comment(where, constraint.comment or plan.null, part))
end

local function create_constraint(plan, where, constraint)
  local phase = constraint.kind == "foreign_key" and "foreign_keys" or "main"
  plan:add_all(phase, shapes.create_constraint(where, constraint))
end

local function drop_constraint(plan, where, constraint)
  local phase = constraint.kind == "foreign_key" and "first" or "early"
  plan:add(phase, shapes.drop_constraint(where, constraint))
end

-- Takes pairs that differ in their names alone out of both lists.
local function find_renamed(only_a, only_b, rename)
  local left = {}
  for _, a in ipairs(only_a) do
    local found
    for i, b in ipairs(only_b) do
      if a.name and b.name and a.kind == b.kind and rename.alike(a, b) then
        found = i
        break
      end
    end
    if found then
      rename.apply(a, table.remove(only_b, found))
    else
      left[#left + 1] = a
    end
  end
  return left
end

local function keep_constraint(plan, a, b, pair)
  local before, after = pair[1], pair[2]
  if not before.not_valid and after.not_valid then
    drop_constraint(plan, a, before)
    create_constraint(plan, b, after)
    return
  elseif before.not_valid and not after.not_valid then
    plan:add("validations", {
      kind = "validate_constraint",
      schema = b.schema,
      table = b.name,
      name = after.name,
    })
  end
  if before.comment ~= after.comment then
    comment_constraint(plan, b, after)
  end
end

-- The table's own ones, or all of them; not those that the other side has from a parent.
local function own_constraints(object, all, other)
  local from_parent, list = {}, {}
  for _, constraint in ipairs(other.constraints) do
    if constraint.inherited and constraint.name then
      from_parent[constraint.name] = constraint
    end
  end
  for _, constraint in ipairs(object.constraints) do
    local twin = not constraint.inherited and from_parent[constraint.name]
    local wanted = all or not constraint.inherited and not (twin and alike(constraint, twin))
    list[#list + 1] = wanted and constraint.kind ~= "not_null" and constraint or nil
  end
  return list
end

-- Names of constraints and indexes that a table has: none of them can be taken before it is free.
local function names_of(object)
  local taken = {}
  for _, list in ipairs({ object.constraints or {}, object.indexes or {} }) do
    for _, item in ipairs(list) do
      taken[item.name or ""] = true
    end
  end
  return taken
end

local alike_indexes

-- The name that a constraint or index of a table gets, when it is renamed.
local function next_name(plan, a, b, name)
  local before, after = names_of(a), names_of(b)
  for field, is_alike in next, { constraints = alike, indexes = alike_indexes } do
    for _, item in ipairs(a[field] or {}) do
      for _, other in ipairs(item.name == name and not after[name] and b[field] or {}) do
        if not before[other.name or ""] and not plan.again[item] and is_alike(item, other) then
          return other.name
        end
      end
    end
  end
  return nil
end

-- Whether the name of something else is free when its turn has come: another table's constraint or index has it, and gets
-- one itself.
local function is_passed_on(plan, space, name, seen)
  if seen[name] or not kinds.has_name(plan.from, space, name) then
    return true
  end
  seen[name] = true
  for key, object in next, plan.from.objects do
    local other = object.kind == "table" and object.schema == space and plan.to.objects[key]
    local new_name = other and next_name(plan, object, other, name)
    if new_name then
      return is_passed_on(plan, space, new_name, seen)
    end
  end
  return false
end

-- fun(name): whether a constraint or index of the table has the name, or something else: it can be taken when it is free.
local function taken_names(plan, object)
  local taken = names_of(object)
  return function(name)
    return taken[name] or not is_passed_on(plan, object.schema, name, {})
  end
end

-- Those that PostgreSQL keeps by an index have its name, which is one of the schema's.
local has_index = { primary_key = true, unique = true, exclude = true }

local function rename_constraint(plan, where, before, after)
  local function make(old, new)
    return {
      kind = "rename_constraint",
      schema = where.schema,
      table = where.name,
      name = old,
      new_name = new,
    }
  end
  if has_index[before.kind] then
    plan:rename(where.schema, before.name, after.name, make)
  else
    plan:add("renames", make(before.name, after.name))
  end
end

local function compare_constraints(plan, a, b, gone)
  local both, only_a, only_b = same.pair(
    own_constraints(a, has_other_parent(a, b), b),
    own_constraints(b, has_other_parent(b, a), a),
    alike
  )
  for _, pair in ipairs(both) do
    local again = plan.again[pair[1]]
    if again or not alike(pair[1], pair[2]) then
      only_a[#only_a + 1], only_b[#only_b + 1] = pair[1], pair[2]
    else
      keep_constraint(plan, a, b, pair)
    end
  end
  if plan.dialect == "postgresql" then
    local is_taken = taken_names(plan, a)
    only_a = find_renamed(only_a, only_b, {
      alike = function(x, y)
        local invalidated = not x.not_valid and y.not_valid -- which is a new one
        return not plan.again[x] and not is_taken(y.name) and not invalidated and alike(x, y)
      end,
      apply = function(x, y)
        rename_constraint(plan, b, x, y)
        keep_constraint(plan, a, b, { x, y })
      end,
    })
  end
  for _, constraint in ipairs(only_a) do
    -- One that stands on a key that goes cannot wait for its column, nor one that a logged table cannot have.
    local waits = goes_along(plan, b, constraint, gone, only_b)
      and (not a.unlogged) == not b.unlogged
    if not waits or plan.again[constraint] then
      drop_constraint(plan, b, constraint)
    end
  end
  for _, constraint in ipairs(only_b) do
    create_constraint(plan, b, constraint)
  end
end

-- Indexes -----------------------------------------------------------------------------------------

local index_extras = { name = true, comment = true, statistics = true }

local index_extras_of_sqlite = { name = true, definition = true }

function alike_indexes(a, b, dialect)
  return same.but(a, b, dialect == "sqlite" and index_extras_of_sqlite or index_extras)
end

local function keep_index(plan, b, before, after)
  if before.comment ~= after.comment then
    local part = { kind = "index", name = after.name }
    plan:add("main", rights.comment(b, after.comment or plan.null, part))
  end
  local old, new = before.statistics or {}, after.statistics or {}
  for place = 1, #after.columns do
    if old[place] ~= new[place] then
      plan:add("main", shapes.index_statistics(b, after, place, new[place] or -1))
    end
  end
end

---Also used for materialized views.
function tables.compare_indexes(plan, a, b, gone)
  local both, only_a, only_b = same.pair(a.indexes or {}, b.indexes or {}, alike_indexes)
  for _, pair in ipairs(both) do
    if alike_indexes(pair[1], pair[2], plan.dialect) and not plan.again[pair[1]] then
      keep_index(plan, b, pair[1], pair[2])
    else
      only_a[#only_a + 1], only_b[#only_b + 1] = pair[1], pair[2]
    end
  end
  if plan.dialect == "postgresql" then
    local is_taken = taken_names(plan, a)
    only_a = find_renamed(only_a, only_b, {
      alike = function(x, y)
        return not plan.again[x] and not is_taken(y.name) and alike_indexes(x, y)
      end,
      apply = function(x, y)
        plan:rename(b.schema, x.name, y.name, function(old, new)
          return execute(
            ("ALTER INDEX %s RENAME TO %s"):format(shapes.object(b.schema, old), shapes.quote(new))
          )
        end)
        keep_index(plan, b, x, y)
      end,
    })
  end
  for _, index in ipairs(only_a) do
    if not goes_along(plan, b, index, gone, only_b) or index.where then
      plan:add("early", shapes.drop_index(b, index))
    end
  end
  for _, index in ipairs(only_b) do
    plan:add_all("main", shapes.create_index(b, index))
  end
end

-- The table itself --------------------------------------------------------------------------------

local function alter_table(plan, where, action, phase)
  plan:add(
    phase or "main",
    execute("ALTER TABLE " .. shapes.object(where.schema, where.name) .. " " .. action)
  )
end

-- WITH (...): what is new or different, and what is gone.
function tables.compare_parameters(a, b, alter)
  local old, new, text = a.with or {}, b.with or {}, require("neap.dialect.postgresql.text")
  local set, reset = {}, {}
  for name, value in next, new do
    if old[name] ~= value then
      set[name] = value
    end
  end
  for _, name in ipairs(shared.sorted_keys(old)) do
    if new[name] == nil then
      reset[#reset + 1] = name
    end
  end
  if next(set) then
    alter("SET (" .. text.parameters(set) .. ")")
  end
  if #reset > 0 then
    alter("RESET (" .. table.concat(reset, ", ") .. ")")
  end
end

local function compare_comment(plan, a, b)
  if a.comment == b.comment then
    return
  end
  local operation = { schema = b.schema, table = b.name, comment = b.comment }
  operation.kind = b.comment and "create_table_comment" or "drop_table_comment"
  plan:add("main", operation)
end

local function qualified(name)
  return shapes.object(marks.split(name))
end

local function compare_parents(plan, a, b)
  local old, new = {}, {}
  for _, parent in ipairs(a.inherits or {}) do
    old[parent] = true
  end
  for _, parent in ipairs(b.inherits or {}) do
    new[parent] = true
    if not old[parent] then
      -- When the columns that the parent loses are gone.
      alter_table(plan, b, "INHERIT " .. qualified(parent), "last")
    end
  end
  for _, parent in ipairs(a.inherits or {}) do
    if not new[parent] then
      -- Then its columns and checks are its own.
      alter_table(plan, b, "NO INHERIT " .. qualified(parent), "first")
    end
  end
end

local function compare_security(plan, a, b)
  if (a.row_security or false) ~= (b.row_security or false) then
    local kind = b.row_security and "enable_row_security" or "disable_row_security"
    plan:add("main", { kind = kind, schema = b.schema, table = b.name })
  end
  if (a.force_row_security or false) ~= (b.force_row_security or false) then
    local kind = b.force_row_security and "force_row_security" or "no_force_row_security"
    plan:add("main", { kind = kind, schema = b.schema, table = b.name })
  end
end

-- A partition that goes elsewhere, or takes other rows.
local function compare_partition(plan, a, b)
  if equal(a.partition_of, b.partition_of) then
    return
  end
  if a.partition_of then
    plan:add("first", created.detach(a))
  end
  if b.partition_of then
    local step = created.attach(b)
    step.note = ("rows of %s that do not fit make it fail"):format(b.name)
    plan:add("last", step)
  end
end

local identities = { full = "FULL", nothing = "NOTHING" }

-- Words for what has been read; "full" may also be an index's name, but then it is no word of SQL.
function tables.replica_identity(value)
  if value == nil then
    return "DEFAULT"
  end
  return identities[value] or "USING INDEX " .. shapes.quote(value)
end

local function compare_rest(plan, a, b)
  if (not a.unlogged) ~= not b.unlogged then
    alter_table(plan, b, b.unlogged and "SET UNLOGGED" or "SET LOGGED")
  end
  if a.tablespace ~= b.tablespace then
    alter_table(plan, b, "SET TABLESPACE " .. shapes.quote(b.tablespace or "pg_default"))
  end
  if a.using ~= b.using then
    alter_table(plan, b, "SET ACCESS METHOD " .. shapes.quote(b.using or "heap"))
  end
  tables.compare_parameters(a, b, function(action)
    alter_table(plan, b, action)
  end)
end

-- After the indexes that they name.
local function compare_markers(plan, a, b)
  local where = "ALTER TABLE " .. shapes.object(b.schema, b.name) .. " "
  if a.replica_identity ~= b.replica_identity then
    plan:add(
      "last",
      execute(where .. "REPLICA IDENTITY " .. tables.replica_identity(b.replica_identity))
    )
  end
  if a.clustered_on ~= b.clustered_on then
    local action = b.clustered_on and "CLUSTER ON " .. shapes.quote(b.clustered_on)
      or "SET WITHOUT CLUSTER"
    plan:add("last", execute(where .. action))
  end
end

-- What a table cannot change.
local fixed = { "partition_by", "of_type", "strict", "without_rowid" }

---True when the table has to be made anew.
function tables.replaced(a, b)
  for _, name in ipairs(fixed) do
    if not equal(a[name], b[name]) then
      return true
    end
  end
  return false
end

---Columns and constraints; gives the names of the columns that are dropped.
---@param plan Plan
---@param a TableObject
---@param b TableObject
function tables.compare_parts(plan, a, b)
  local not_nulls = not_null.pairs(a, b)
  local gone = compare_columns(plan, a, b, not_nulls)
  compare_constraints(plan, a, b, gone)
  not_null.compare(plan, not_nulls, a, b, gone)
  return gone
end

---@param plan Plan
---@param a TableObject
---@param b TableObject
function tables.compare(plan, a, b)
  -- SQLite rebuilds a table for most of it: once is enough.
  local own = plan.dialect == "sqlite" and plan:branch() or plan
  local gone = tables.compare_parts(own, a, b)
  plan.gone[b.key] = gone
  tables.compare_indexes(own, a, b, gone)
  if own ~= plan then
    return plan:join(own, b)
  end
  compare_parents(plan, a, b)
  compare_partition(plan, a, b)
  compare_rest(plan, a, b)
  compare_comment(plan, a, b)
  compare_security(plan, a, b)
  compare_markers(plan, a, b)
end

return tables
