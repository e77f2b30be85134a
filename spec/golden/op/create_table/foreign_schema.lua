op.create_table("a", { op.column("a", "integer", { references = "other.product.id" }) })
