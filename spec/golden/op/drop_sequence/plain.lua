op.drop_sequence("ids", { if_exists = true, cascade = true })
