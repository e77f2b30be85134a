op.rename_enum_value("mood", "sad", "down", { schema = "main" })
