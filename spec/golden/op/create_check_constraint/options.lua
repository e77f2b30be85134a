op.create_check_constraint(
  "ck_age",
  "public.account",
  op.sql("age > 0"),
  { not_valid = true, no_inherit = true }
)
