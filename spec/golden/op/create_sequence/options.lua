op.create_sequence("public.ids", {
  if_not_exists = true,
  as = "integer",
  start = 1000,
  increment = -5,
  minvalue = 1,
  maxvalue = 1000,
  cache = 10,
  cycle = true,
  owned_by = "account.id",
  comment = "numbers",
})
