options({ offline = true })
op.query("SELECT 1")
