op.set_role("pg_monitor")
op.set_role(op.null)
