op.alter_column("sums", "total", { generated = "a + 1" })
