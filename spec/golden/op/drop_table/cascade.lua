op.drop_table("bixie.account", { cascade = true, if_exists = true })
