options({ server_version = { postgresql = 160000 } })
op.grant(nil, "role", "pg_read_all_stats", "pg_monitor", { inherit = false, set = false })
op.grant(nil, "role", "pg_read_all_stats", "pg_monitor", {
  with_admin_option = true,
  inherit = true,
  set = true,
})
