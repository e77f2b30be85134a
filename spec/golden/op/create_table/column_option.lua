op.create_table("account", { op.column("id", "integer", { nulable = false }) })
