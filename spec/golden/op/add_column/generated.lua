op.add_column("account", op.column("upper_name", "text", { generated = "upper(name)" }))
