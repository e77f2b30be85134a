op.create_enum("mood", { "sad", "it's" })
op.rename_enum_value("mood", "sad", "glum")
op.add_enum_value("mood", "new", { before = "glum" })
