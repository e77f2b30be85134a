op.create_schema(
  "Bixie.2",
  { if_not_exists = true, authorization = "current_user", comment = "crashes" }
)
