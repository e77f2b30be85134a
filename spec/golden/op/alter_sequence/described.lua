op.alter_sequence("ids", { increment = 5, existing = { increment = 1 } })
