op.create_table("report", {
  op.column("day", "date", { nullable = false }),
  op.column("id", "bigint", { nullable = false }),
  op.primary_key({ "day", "id" }),
}, { partition_by = { "range", "day" } })
