op.create_table("booking", {
  op.column("room", "int4range"),
  op.column("during", "tsrange"),
  op.exclude(
    { { "room", "=" }, { "during", "&&" } },
    { name = "no_overlap", where = "room IS NOT NULL", initially = "deferred" }
  ),
})
