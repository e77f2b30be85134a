op.create_materialized_view("public.ages", "SELECT age FROM account -- no data;", {
  if_not_exists = true,
  columns = { "years" },
  with = { fillfactor = 70 },
  tablespace = "pg_default",
  with_data = false,
  comment = "by age",
})
