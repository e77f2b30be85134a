op.create_enum("mood", "sad", "ok")
