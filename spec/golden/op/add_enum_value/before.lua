op.add_enum_value("public.mood", "meh", { before = "sad" })
