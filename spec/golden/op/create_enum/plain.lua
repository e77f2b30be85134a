op.create_enum("mood", { "sad", "it's ok", "Happy" })
