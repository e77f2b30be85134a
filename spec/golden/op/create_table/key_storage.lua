op.create_table("thing", {
  op.column("id", "integer"),
  op.column("other", "integer"),
  op.column("room", "int4range"),
  op.primary_key("id", { name = "pk", with = { fillfactor = 70 }, tablespace = "pg_default" }),
  op.unique("other", { name = "uq", with = { fillfactor = 70 }, tablespace = "pg_default" }),
  op.exclude(
    { { "room", "&&" } },
    { name = "ex", include = "id", with = { fillfactor = 70 }, tablespace = "pg_default" }
  ),
})
