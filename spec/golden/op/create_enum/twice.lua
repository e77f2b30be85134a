op.create_enum("mood", { "a", "a" })
