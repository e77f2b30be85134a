--- Which file has which directive: `lua/op/FAMILY.lua` builds its operation, `lua/dialect/*/FAMILY.lua`
--- (or `lua/dialect/shared.lua`) turns it into statements. Files are loaded when first used.

local directives = {}

local function rows(list)
  local family_by_name = {}
  for family, names in pairs(list) do
    for name in names:gmatch("%S+") do
      family_by_name[name] = family
    end
  end
  return family_by_name
end

-- Parts of a table, marks for values: returned to the revision, nothing is sent.
directives.elements = rows({
  elements = "column primary_key unique check not_null foreign_key exclude index sql bytes",
})

-- Operations: build, compile, send.
directives.operations = rows({
  tables = [[create_table drop_table rename_table add_column drop_column alter_column
    create_table_comment drop_table_comment]],
  indexes = "create_index drop_index",
  constraints = [[create_primary_key create_unique_constraint create_check_constraint create_foreign_key
    create_not_null_constraint create_exclude_constraint drop_constraint validate_constraint rename_constraint]],
  schemas = "create_schema drop_schema create_extension drop_extension create_sequence alter_sequence drop_sequence",
  types = "create_enum add_enum_value rename_enum_value drop_type create_domain drop_domain",
  views = [[create_view drop_view create_materialized_view drop_materialized_view refresh_materialized_view]],
  functions = [[create_function drop_function create_aggregate drop_aggregate create_trigger drop_trigger]],
  permissions = "set_owner grant revoke alter_default_privileges",
  roles = "create_role alter_role drop_role set_role",
  policies = [[create_policy alter_policy drop_policy enable_row_security disable_row_security force_row_security
    no_force_row_security]],
  comments = "set_comment",
  partitions = "create_partition attach_partition detach_partition",
  data = "execute bulk_insert load_sql load_sql_dir revert_sql",
})

-- What needs the session itself: answers, transactions, functions of the revision.
directives.controls = rows({
  control = "savepoint commit autocommit run register",
  queries = "query row scalar",
  each_partition = "each_partition",
  backfill = "backfill",
  dependents = "with_dependents",
  batch = "batch_alter_table",
  reverse = "reverse",
})

local ASKS = "op.reverse cannot tell what the database answered when it was applied"

-- Controls that op.reverse refuses in its function, and why.
directives.unrecorded = {
  query = ASKS,
  row = ASKS,
  scalar = ASKS,
  savepoint = "op.reverse cannot tell whether what is in it failed when it was applied",
}

directives.all = {}
for _, group in ipairs({ "elements", "operations", "controls" }) do
  for name, family in pairs(directives[group]) do
    directives.all[name] = family
  end
end
directives.all.null = "elements"

return directives
