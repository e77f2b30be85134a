op.drop_column("kept", "b")
