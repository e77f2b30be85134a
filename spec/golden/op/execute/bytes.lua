op.execute("UPDATE account SET id = NULL WHERE other = :raw", { raw = op.bytes("\0\1") })
