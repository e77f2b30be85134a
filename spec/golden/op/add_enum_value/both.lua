op.add_enum_value("mood", "meh", { before = "sad", after = "ok" })
