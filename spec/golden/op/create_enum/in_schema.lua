op.create_enum("mood", { "sad" }, { schema = "main", comment = "how it is" })
