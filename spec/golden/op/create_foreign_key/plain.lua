op.create_foreign_key("fk_product", "report", "product", "product_id", "id")
