op.add_column("account", op.unique("email"))
