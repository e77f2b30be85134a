op.rename_table("account", "Konto")
