op.create_enum("bixie.Mood", { "a" }, { comment = "moods" })
