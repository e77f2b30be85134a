op.add_column("account", op.column('Größe "x"', "numeric(4,1)"))
