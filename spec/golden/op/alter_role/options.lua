op.alter_role("neap golden", {
  login = true,
  createdb = false,
  connection_limit = 5,
  valid_until = "infinity",
  settings = { ["my.own"] = "it's", statement_timeout = op.null, enable_seqscan = false },
  comment = "for the specs",
  new_name = "neap_golden",
})
