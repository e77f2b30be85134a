op.create_unique_constraint(
  "uq",
  "thing",
  "id",
  { with = { fillfactor = 70 }, tablespace = "pg_default" }
)
