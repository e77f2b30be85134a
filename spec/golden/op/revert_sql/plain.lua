options({
  files = {
    ["procs/twice.sql"] = [[
CREATE OR REPLACE FUNCTION twice(a integer) RETURNS integer LANGUAGE sql AS $$ SELECT a * 2 $$;
]],
  },
})
op.load_sql("procs/twice.sql", { keep = true })
op.revert_sql("procs/twice.sql")
