op.create_primary_key(
  "pk",
  "thing",
  "id",
  { with = { fillfactor = 70 }, tablespace = "pg_default" }
)
