op.execute("UPDATE account SET name = :name", { nmae = "y" })
