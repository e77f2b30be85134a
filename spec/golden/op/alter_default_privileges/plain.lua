op.alter_default_privileges({
  schema = "public",
  grant = "select, insert",
  on = "tables",
  to = "pg_monitor",
})
op.alter_default_privileges({
  for_role = "current_user",
  revoke = "execute",
  on = "functions",
  from = { "public" },
  cascade = true,
})
op.alter_default_privileges({
  grant = { "usage" },
  on = "types",
  to = "public",
  with_grant_option = false,
})
