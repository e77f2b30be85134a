options({ files = { ["procs/rows.sql"] = "SELECT 1;\n" } })
op.load_sql("procs/rows.sql", { keep = true })
