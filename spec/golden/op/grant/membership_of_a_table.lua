op.grant("select", "table", "account", "pg_monitor", { inherit = false })
