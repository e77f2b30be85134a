options({ files = { ["procs/a.sql"] = "SELECT 1;\nSELECT 2;\n" } })
op.load_sql("procs/a.sql")
op.load_sql("procs/a.sql", { transaction = "ignore" })
