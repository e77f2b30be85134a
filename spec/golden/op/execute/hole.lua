op.execute("UPDATE account SET name = $2", { nil, "y" })
