op.add_enum_value("mood", "meh")
