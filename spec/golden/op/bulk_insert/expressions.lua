op.bulk_insert("account", { { id = op.sql("1 + 1"), name = op.sql("lower('A')") } })
