op.create_table("part", {
  op.column("id", "integer", { primary_key = true }),
  op.column(
    "whole",
    "integer",
    { references = { "part", "id", deferrable = true, initially = "deferred" } }
  ),
})
