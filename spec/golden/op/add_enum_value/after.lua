op.add_enum_value("mood", "meh", { after = "sad", if_not_exists = true })
