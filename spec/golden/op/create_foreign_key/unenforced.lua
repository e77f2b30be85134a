options({ server_version = { postgresql = 180000 } })
op.create_foreign_key("fk", "report", "product", "product_id", "id", { enforced = false })
