op.create_view("public.adults", op.sql("SELECT id, age FROM account WHERE age > 17"), {
  with = { security_barrier = true },
  check_option = "local",
  comment = "grown up",
})
