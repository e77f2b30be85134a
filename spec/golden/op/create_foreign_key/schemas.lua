op.create_foreign_key(
  "fk",
  "report",
  "product",
  "product_id",
  nil,
  { source_schema = "bixie", referent_schema = "public" }
)
