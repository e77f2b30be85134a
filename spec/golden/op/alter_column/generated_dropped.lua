op.alter_column("sums", "total", { generated = op.null })
