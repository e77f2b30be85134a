options({
  files = {
    ["procs/a.sql"] = "BEGIN; CREATE VIEW a AS SELECT 1 AS one; COMMIT;",
    ["procs/below/ab.sql"] = "CREATE VIEW ab AS SELECT 1 AS one;",
  },
})
op.load_sql_dir("procs", { pattern = "a*.sql", recursive = true, transaction = "ignore" })
