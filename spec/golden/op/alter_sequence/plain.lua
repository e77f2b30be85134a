op.alter_sequence("ids", { restart = 5000, increment = 10, owned_by = "none" })
