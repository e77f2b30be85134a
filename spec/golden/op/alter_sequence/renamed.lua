op.alter_sequence(
  "ids",
  { restart = true, owned_by = "public.account.id", new_name = "numbers", if_exists = true }
)
