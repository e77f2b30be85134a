op.create_policy(
  "own",
  "account",
  { command = "update", to = "neap_golden_a", using = "id > 0", with_check = "id > 1" }
)
