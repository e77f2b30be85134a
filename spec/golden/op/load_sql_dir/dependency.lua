options({ files = { ["procs/a.sql"] = "SELECT 1;" } })
op.load_sql_dir("procs", { order = "dependency" })
