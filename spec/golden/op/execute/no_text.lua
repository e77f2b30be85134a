op.execute({ "UPDATE account" })
