op.batch_alter_table("account", { schema = "public" })
