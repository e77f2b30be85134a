options({ naming = { uq = "uq_{tabel}" } })
op.create_table("report", { op.column("age", "integer", { unique = true }) })
