op.set_owner("tabel", "account", "me")
