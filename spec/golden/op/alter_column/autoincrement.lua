op.alter_column("counted", "id", { autoincrement = true })
op.alter_column("counted", "id", { autoincrement = false })
