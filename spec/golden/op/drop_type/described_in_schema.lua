op.drop_type("mood", { schema = "main", values = { "sad" }, options = { comment = "how it is" } })
