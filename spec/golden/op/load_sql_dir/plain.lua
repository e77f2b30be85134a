options({
  files = {
    ["procs/b.sql"] = "SELECT 2;",
    ["procs/B.sql"] = "SELECT 1;",
    ["views/a.sql"] = "SELECT 3;",
  },
})
op.load_sql_dir("procs")
