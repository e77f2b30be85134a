op.run({ kind = "drop_tabel", table = "account" })
