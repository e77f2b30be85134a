op.drop_domain("email", { schema = "main", type = "text", options = { nullable = false } })
