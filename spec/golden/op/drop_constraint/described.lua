op.drop_constraint("uq_name", "person", { type = "unique", columns = "name" })
