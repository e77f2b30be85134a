op.alter_column("thing", "id", { identity = { sequence = "thing_numbers" } })
