op.alter_default_privileges({
  revoke = "select",
  on = "tables",
  from = "neap_golden_reader",
  grant_option_for = true,
})
