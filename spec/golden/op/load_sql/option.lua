op.load_sql("procs/a.sql", { transactions = "ignore" })
