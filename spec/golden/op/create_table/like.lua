op.create_table(
  "child",
  { op.check("id > 5", { name = "ck" }) },
  { inherits = "public.parent", like = "public.parent" }
)
