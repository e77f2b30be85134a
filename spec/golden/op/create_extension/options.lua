op.create_extension(
  "uuid-ossp",
  { if_not_exists = true, schema = "public", version = "1.1", cascade = true }
)
