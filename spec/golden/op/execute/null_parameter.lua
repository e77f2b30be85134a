op.execute("UPDATE account SET name = :name", { name = op.null })
