op.set_comment("tabel", "account", "x")
