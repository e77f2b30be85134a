options({ files = {} })
op.load_sql_dir("procs")
