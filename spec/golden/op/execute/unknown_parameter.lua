op.execute("UPDATE account SET name = :name", { name = "x", nmae = "y" })
