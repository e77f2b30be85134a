op.rename_table("bixie.account", "bixie.person")
