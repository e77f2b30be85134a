op.execute("UPDATE raws SET raw = :raw", { raw = op.bytes("\0\1") })
