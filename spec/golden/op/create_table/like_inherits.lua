op.create_table(
  "child",
  { op.check("id > 5", { name = "ck" }) },
  { like = "parent", inherits = "parent" }
)
