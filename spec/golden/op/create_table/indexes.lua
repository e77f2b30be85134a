op.create_table("report", {
  op.column("id", "integer"),
  op.column("email", "text", { index = true, unique = true }),
  op.column("created", "timestamptz", { index = "ix_when" }),
  op.index(
    "ix_lower",
    { op.sql("lower(email)"), { "id", desc = true } },
    { unique = true, where = "id > 0" }
  ),
  op.index(nil, { "id", "email" }),
})
