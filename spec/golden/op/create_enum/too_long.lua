op.create_enum("mood", { ("x"):rep(64) })
