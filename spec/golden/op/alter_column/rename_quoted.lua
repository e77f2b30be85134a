op.alter_column("account", "age", { new_name = 'Age in "years"' })
