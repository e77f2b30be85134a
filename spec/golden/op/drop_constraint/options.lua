op.drop_constraint(
  "gone",
  "public.account",
  { if_exists = true, cascade = true, type_ = "foreignkey" }
)
