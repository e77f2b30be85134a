op.create_exclude_constraint("ex", "thing", { { "room", "&&" } }, {
  include = "id",
  with = { fillfactor = 70 },
  tablespace = "pg_default",
})
