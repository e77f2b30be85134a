op.bulk_insert("Order.Select", { { ["a.b"] = 1 } }, { schema = "main" })
