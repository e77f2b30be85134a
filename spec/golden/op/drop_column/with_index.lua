op.drop_column("kept", "b")
op.drop_column("kept", "c")
op.drop_column("kept", "id")
