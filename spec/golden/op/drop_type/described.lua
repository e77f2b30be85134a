op.drop_type("mood", { values = { "sad", "ok" } })
