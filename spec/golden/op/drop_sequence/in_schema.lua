op.drop_sequence("ids", { schema = "main" })
