op.rename_enum_value("mood", "ok", "so so")
