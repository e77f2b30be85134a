op.add_enum_value("mood", "ok", { schema = "main" })
