op.create_sequence("ids", { schema = "main" })
