op.rename_table("account", "Person")
