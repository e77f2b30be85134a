op.drop_column("account", "Odd", { column = op.column("Odd", "text") })
